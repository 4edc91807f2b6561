"""The report: self-contained, escaped, small, and every planted error is named on it."""

import html
import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
import regex
from lxml.html import HtmlElement, fromstring

from extract import pipeline
from extract.notice import Finding, Notice
from extract.report import leaves, page, view
from extract.report.pages import MOST_BYTES
from extract.report.view import pointer_of
from extract.report.words import words
from extract.writers import json as writer

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
SEED_B = SAMPLES / "jining-hitech-2023.pdf"

# Twenty digits of the result that are changed: where, and which digit of the value.
PLANTED = {
    "/projects/0/quantities/0/value": 0,
    "/projects/0/amounts/0/value": 1,
    "/projects/0/amounts/3/value": 0,
    "/projects/0/deadlines/0/date": 3,
    "/projects/0/amounts/6/evidence/text": 0,
    "/projects/1/quantities/0/value": 2,
    "/projects/1/amounts/0/value": 5,
    "/projects/1/amounts/1/value": 0,
    "/projects/2/amounts/0/value": 1,
    "/projects/3/amounts/0/value": 2,
    "/projects/4/amounts/0/value": 0,
    "/projects/4/quantities/0/value": 1,
    "/projects/5/amounts/0/value": 0,
    "/projects/5/deadlines/0/date": 6,
    "/projects/7/amounts/0/value": 3,
    "/projects/8/quantities/0/value": 0,
    "/projects/8/amounts/0/value": 4,
    "/projects/8/amounts/1/evidence/text": 3,
    "/projects/8/amounts/2/value": 0,
    "/plan_year/year": 3,
}


def _wrong(right: object, position: int) -> object:
    """Return a value with one digit raised by one; a 9 becomes an 8."""
    written = str(right)
    digit = "8" if written[position] == "9" else str(int(written[position]) + 1)
    changed = written[:position] + digit + written[position + 1 :]
    return int(changed) if isinstance(right, int) else changed


_STEP = regex.compile(r"(?P<sign>[.#]?)(?P<name>[\w-]+)|\[(?P<attribute>[\w-]+)\]")


def _all(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Return what a simple CSS selector finds: names, classes, ids, attributes, descendants."""
    paths = []
    for one in selector.split(","):
        path = "."
        for simple in one.split():
            path += "//*"
            for found in _STEP.finditer(simple):
                sign, name, attribute = found["sign"], found["name"], found["attribute"]
                if attribute:
                    path += f"[@{attribute}]"
                elif sign == ".":
                    path += f"[contains(concat(' ', @class, ' '), ' {name} ')]"
                else:
                    path += f"[@id='{name}']" if sign else f"[self::{name}]"
        paths.append(path)
    return tree.xpath("|".join(paths))


def _at(whole: object, pointer: str) -> tuple[object, str | int]:
    *steps, last = pointer.split("/")[1:]
    for step in steps:
        whole = whole[int(step)] if isinstance(whole, list) else whole[step]
    return whole, last


@pytest.fixture(scope="module")
def read() -> tuple[Notice, pipeline.Document]:
    document = pipeline.read(SEED_B)
    return pipeline.run(document).notice, document


@pytest.fixture(scope="module")
def planted(read: tuple[Notice, pipeline.Document]) -> Notice:
    whole = json.loads(writer.write(read[0]))
    for pointer, position in PLANTED.items():
        holder, last = _at(whole, pointer)
        holder[last] = _wrong(holder[last], position)
    return writer.read(json.dumps(whole).encode())


def _page(notice: Notice, document: pipeline.Document, **more: object) -> tuple[bytes, HtmlElement]:
    content = page(notice, document, SEED_B.read_bytes(), **more)
    return content, fromstring(content.decode())


def test_audit_and_report_name_all_twenty_planted_digits(
    read: tuple[Notice, pipeline.Document], planted: Notice
) -> None:
    findings = pipeline.prove(planted, read[1])
    named = {pointer_of(one) for one in findings}
    for pointer in PLANTED:
        value = pointer.rpartition("/")[0]
        assert any(one == pointer or one.startswith(value) for one in named), pointer
    _, tree = _page(planted, read[1], audit=findings)
    assert "✗" in _all(tree, ".verdict-line.no")[0].text_content()
    wrong = {row.get("data-pointer") for row in _all(tree, ".v.is-wrong")}
    assert wrong == {_value_of(pointer) for pointer in PLANTED}
    listed = _all(tree, "#tab-findings .audit li")
    assert len(listed) == len(findings)
    text = _all(tree, "#tab-findings .audit")[0].text_content()
    for one in findings:
        assert one.message in text


def _value_of(pointer: str) -> str:
    return pointer.split("/evidence")[0] if "/evidence" in pointer else pointer.rpartition("/")[0]


def test_an_honest_result_is_proved(read: tuple[Notice, pipeline.Document]) -> None:
    _, tree = _page(*read, audit=pipeline.prove(*read))
    assert "与原件一致" in _all(tree, ".verdict-line.yes")[0].text_content()
    assert _all(tree, ".is-wrong") == []


def test_the_page_is_self_contained(read: tuple[Notice, pipeline.Document]) -> None:
    content, tree = _page(*read)
    policy = _all(tree, "meta[http-equiv]")[0].get("content")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert _all(tree, "link, iframe, object, script[src], form") == []
    for one in tree.iter():
        assert not any(name.startswith("on") or name == "style" for name in one.attrib)
    assert regex.search(r"https?://|@import|url\(", content.decode()) is None


def test_every_value_is_listed_and_marked(read: tuple[Notice, pipeline.Document]) -> None:
    notice, document = read
    _, tree = _page(notice, document)
    marked = {key for one in _all(tree, "rect") for key in one.get("data-n").split()}
    rows = _all(tree, ".v")
    assert {row.get("data-n") for row in rows} <= marked
    values = sum(
        len(one.quantities) + len(one.amounts) + len(one.deadlines) + len(one.departments)
        for one in notice.projects
    )
    kinds = {"quantity", "percentage", "amount", "deadline", "department"}
    assert sum(row.get("data-kind") in kinds for row in rows) == values + len(notice.figures)
    discards = _all(tree, "#tab-ledger .link")
    assert len(discards) == len(notice.numerals.discarded)
    assert len(_all(tree, "#tab-checks li")) == len(notice.checks)


def test_a_box_is_where_the_amount_is_printed(read: tuple[Notice, pipeline.Document]) -> None:
    """180万元 of project 4 stands at 506.2–536.5 × 357.66–366.3 of an A4 page on its side."""
    notice, document = read
    _, tree = _page(notice, document)
    row = next(one for one in _all(tree, ".v") if "180万元" in one.text_content())
    box = next(one for one in _all(tree, "rect") if row.get("id") in one.get("data-n").split())
    found = [float(box.get(name).rstrip("%")) for name in ("x", "y", "width", "height")]
    wanted = [506.2 / 841.89, 357.66 / 595.3, 30.3 / 841.89, 8.64 / 595.3]
    assert found == pytest.approx([100 * share for share in wanted], abs=0.01)


@pytest.mark.parametrize("name", ["jining-hitech-2023.pdf", "zibo-hitech-2024.pdf"])
def test_pictures_are_small_and_sharp_enough(name: str) -> None:
    from PIL import Image

    content = (SAMPLES / name).read_bytes()
    found = list(leaves(pipeline.read(SAMPLES / name), content))
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    for one in found:
        picture = Image.open(BytesIO(one.picture))
        assert len(one.picture) <= MOST_BYTES
        assert picture.width >= 800
        assert picture.width / picture.height == pytest.approx(one.width / one.height, rel=0.01)


def test_the_pictures_stand_in_the_file(read: tuple[Notice, pipeline.Document]) -> None:
    _, tree = _page(*read)
    images = _all(tree, "figure img")
    assert len(images) == 3
    for one in images:
        head, _, body = one.get("src").partition(",")
        assert head == "data:image/webp;base64"
        assert b64decode(body)[8:12] == b"WEBP"
        assert one.get("loading") == "lazy"


def test_an_ofd_page_has_its_characters_where_they_are() -> None:
    path = SAMPLES / "jining-hitech-2023.ofd"
    document = pipeline.read(path)
    found = list(leaves(document, path.read_bytes()))
    assert len(found) == 3
    line = next(one for one in found[0].lines if "180万元" in one.text)
    boxes = [glyph for glyph in document.glyphs if glyph is not None and glyph.page == 1]
    assert any(abs(line.x0 - one.x0) < 0.01 and abs(line.y0 - one.y0) < 0.01 for one in boxes)
    assert 0 < line.x0 < line.x1 < found[0].width


def test_other_formats_are_reflowed_with_real_tables() -> None:
    path = SAMPLES / "jining-hitech-2023.docx"
    document = pipeline.read(path)
    notice = pipeline.run(document).notice
    tree = fromstring(page(notice, document, path.read_bytes()).decode())
    assert _all(tree, "figure") == []
    table = _all(tree, ".flow table")[0]
    cells = [one.text_content() for one in _all(_all(table, "tr")[1], "td")]
    assert cells[0].strip() == "1"
    assert "7.22亿元" in "".join(cells)
    shown = "".join(_all(tree, ".flow")[0].text_content().split())
    assert shown == "".join(document.text.split())
    marked = {key for one in _all(tree, "mark") for key in one.get("data-n").split()}
    assert {row.get("data-n") for row in _all(tree, ".v")} <= marked


EVIL = '<script>document.title="ran"</script><img src=x onerror=alert(1)>"\'&'


def test_nothing_of_a_document_becomes_markup() -> None:
    name, unit = html.escape(EVIL), html.escape("市<b>教育局")
    cells = f"<tr><td>1</td><td>{name}</td><td>新建食堂3个</td><td>{unit}</td></tr>"
    head = "<tr><th>序号</th><th>项目名称</th><th>建设内容</th><th>责任单位</th></tr>"
    document = pipeline.read(f"<table>{head}{cells * 3}</table>".encode(), name="清单.html")
    notice = pipeline.run(document).notice
    source = notice.source.model_copy(update={"name": f"{EVIL}.html"})
    notice = notice.model_copy(update={"source": source})
    told = Finding(code="x", severity="error", message=EVIL, evidence=None)
    tree = fromstring(page(notice, document, b"", audit=[told]).decode())
    assert len(_all(tree, "script")) == 1
    assert _all(tree, "img, b[onerror]") == []
    assert EVIL in _all(tree, "h1")[0].text_content()


def test_english_is_an_option(read: tuple[Notice, pipeline.Document]) -> None:
    _, tree = _page(*read, language="en")
    assert tree.get("lang") == "en"
    assert [one.text_content().split()[0] for one in _all(tree, ".tabs button")] == [
        *("Figures", "Ledger", "Checks", "Findings"),
    ]
    assert set(words("zh").known) == set(words("en").known)


def test_the_same_notice_gives_the_same_page(read: tuple[Notice, pipeline.Document]) -> None:
    assert _page(*read)[0] == _page(*read)[0]


def test_a_stale_offset_is_no_crash(read: tuple[Notice, pipeline.Document]) -> None:
    notice = read[0]
    short = pipeline.read("别的文件".encode(), name="别的.txt")
    seen = view(notice, short, ())
    assert len(seen.marks) > 100
    assert page(notice, short, b"")
