"""Which addresses on a page are attachments, and what files are called."""

from email.message import Message
from pathlib import Path

import pytest

from extract.trackers import _page
from extract.trackers._addresses import safe_name
from extract.trackers._pieces import Collector
from extract.trackers._web import Got, Visitor

PAGE = "https://www.example.gov.cn/art/2024/2/1/art_1.html"
FOLDER = PAGE.rpartition("/")[0]
ROOT = "https://www.example.gov.cn"


def found(markup: str, encoding: str = "utf-8") -> list[tuple[str, str]]:
    content = f"<html><body><p>托位452个</p>{markup}</body></html>".encode(encoding)
    return [(one.url, one.fault[:7]) for one in _page.links(content, PAGE)]


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<a href="./P0202402.pdf">附件</a>', f"{FOLDER}/P0202402.pdf"),
        ('<a href="/u/1.DOCX">下载</a>', f"{ROOT}/u/1.DOCX"),
        ('<a href="..\\1\\清单.xls">x</a>', f"{ROOT}/art/2024/2/1/%E6%B8%85%E5%8D%95.xls"),
        ('<a href="//oss.example.cn/a b.ofd">x</a>', "https://oss.example.cn/a%20b.ofd"),
        ('<a href="/down.jsp?id=5&amp;f=a1.wps">x</a>', f"{ROOT}/down.jsp?id=5&f=a1.wps"),
        ('<a href="/download/5">附件1：民生实事清单</a>', f"{ROOT}/download/5"),
        ('<a href="/download/6">民生实事清单.xlsx（1.2MB）</a>', f"{ROOT}/download/6"),
        ('<a href="/download/7" title="清单.zip">下载</a>', f"{ROOT}/download/7"),
        ('<iframe src="/js/viewer.html?file=/u/2.pdf"></iframe>', f"{ROOT}/u/2.pdf"),
        ('<embed src="3.pdf">', f"{FOLDER}/3.pdf"),
        ('<object data="4.pdf"></object>', f"{FOLDER}/4.pdf"),
        ('<a href=" 5.doc#page=2\n">x</a>', f"{FOLDER}/5.doc"),
    ],
)
def test_an_attachment_is_found(markup: str, url: str) -> None:
    assert found(markup) == [(url, "")]


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="art_2.html">上一篇</a>',
        '<a href="#附件">附件</a>',
        f'<a href="{PAGE}#f1">附件1</a>',
        '<nav><a href="/app.zip">客户端下载</a></nav>',
        '<footer><a href="/guide.pdf">网站使用说明</a></footer>',
        '<a href="mailto:a@example.cn">信箱</a>',
        '<a href="javascript:window.print()">打印</a>',
        "<a>附件</a>",
        '<a href="/pdf">PDF 专栏</a>',
    ],
)
def test_what_is_no_attachment_is_left(markup: str) -> None:
    assert found(markup) == []


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ('<a href="清单.rar">附件</a>', "程序不能解开 "),
        ("<a href=\"javascript:down('1')\">附件1.清单</a>", "这个附件由网页"),
        ('<a href="#" onclick="down(1)">清单.pdf</a>', "这个附件由网页"),
    ],
)
def test_what_cannot_be_got_is_said(markup: str, fault: str) -> None:
    assert [one[1] for one in found(markup)] == [fault]


def test_the_order_is_that_of_the_page_and_each_is_once() -> None:
    markup = '<a href="2.pdf">a</a><a href="1.pdf">b</a><a href="./2.pdf#x">c</a>'
    assert [one[0] for one in found(markup)] == [f"{FOLDER}/2.pdf", f"{FOLDER}/1.pdf"]


def test_a_query_is_in_the_encoding_of_the_page() -> None:
    markup = '<p>民生实事项目清单</p><a href="/d.jsp?f=附件.doc">附件</a><base href="/x/">'
    assert found(markup, "gb18030") == [(f"{ROOT}/d.jsp?f=%B8%BD%BC%FE.doc", "")]


def test_base_is_obeyed() -> None:
    assert found('<base href="/files/"><a href="1.pdf">x</a>')[0][0] == f"{ROOT}/files/1.pdf"


def name(url: str, label: str = "", **headers: str) -> str:
    message = Message()
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    got = Got(url, url, b"%PDF-1.7", message, "2024-02-01T00:00:00+00:00")
    suffixes = (".pdf", ".docx", ".html")
    return Collector(Path(), Visitor(), suffixes, lambda _: None)._name(got, label)


def stated(raw: bytes) -> str:
    return f'attachment; filename="{raw.decode("latin-1")}"'


@pytest.mark.parametrize(
    ("headers", "label", "expected"),
    [
        ({}, "附件1：清单.pdf", "附件1：清单.pdf"),
        ({"Content_Type": "application/pdf"}, "附件1", "5.pdf"),
        ({"Content_Disposition": stated("清单.pdf".encode())}, "", "清单.pdf"),
        ({"Content_Disposition": stated("清单.pdf".encode("gb18030"))}, "", "清单.pdf"),
        ({"Content_Disposition": stated(b"%E6%B8%85%E5%8D%95.pdf")}, "", "清单.pdf"),
        ({"Content_Disposition": "inline; filename*=UTF-8''%E6%B8%85.pdf"}, "", "清.pdf"),
        ({"Content_Disposition": stated(b"../../etc/cron.d/x.pdf")}, "", "x.pdf"),
        ({"Content_Disposition": stated(b"..\\..\\x.pdf")}, "", "_.._x.pdf"),
    ],
)
def test_a_file_has_a_name(headers: dict[str, str], label: str, expected: str) -> None:
    assert name("https://example.gov.cn/download/5", label, **headers) == expected


def test_a_name_fits_any_system() -> None:
    long = safe_name("民" * 300 + ".pdf")
    assert len(long.encode()) <= 150
    assert long.endswith("民.pdf")
    assert safe_name("a/b:c\0d?.pdf") == "a_b_c_d_.pdf"
    assert safe_name("..") == "_"
