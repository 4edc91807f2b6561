"""Word documents, written here as XML: what is printed is read, once and in order."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from extract.document import Document
from extract.errors import LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers import read

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def package(body: str, **parts: str) -> bytes:
    document = f'<?xml version="1.0"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as container:
        container.writestr("word/document.xml", document)
        for name, content in parts.items():
            container.writestr(f"word/{name}.xml", content)
    return written.getvalue()


def docx(body: str) -> Document:
    return read(package(body), name="通知.docx")


def p(*runs: str, properties: str = "") -> str:
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<') else p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def field(code: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return mark("begin") + instruction + mark("separate") + r(result) + mark("end")


def places(document: Document) -> list[tuple[int, int, int, int, str]]:
    return [
        (c.place.row, c.place.column, c.row_span, c.column_span, document.slice(c.span))
        for table in document.tables
        for c in table.cells
        if c.place
    ]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (r("新增托位") + "<w:r><w:tab/></w:r>" + r("452个"), "新增托位\t452个"),
        (r("项目") + "<w:r><w:br/></w:r>" + r("名称"), "项目\n名称"),
        (r("上") + '<w:r><w:br w:type="page"/></w:r>' + r("下"), "上下"),
        (r("金宇路") + "<w:r><w:noBreakHyphen/></w:r>" + r("任城大道"), "金宇路-任城大道"),
        (f"<w:ins>{r('增')}</w:ins><w:del><w:r><w:delText>减</w:delText></w:r></w:del>", "增"),
        (field("PAGE", "3") + r("页"), "3页"),
        (f"<w:hyperlink>{r('附件')}</w:hyperlink>" + r("下载"), "附件下载"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{r('二〇二四年')}</w:sdtContent></w:sdt>", "二〇二四年"),
        (r("可见") + r("隐藏", "<w:vanish/>") + r("文字", '<w:vanish w:val="0"/>'), "可见文字"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>zi</w:t></w:r></w:rt>"
         "<w:rubyBase><w:r><w:t>淄</w:t></w:r></w:rubyBase></w:ruby></w:r>", "淄"),
    ],
    ids=["tab", "break", "page", "hyphen", "tracked", "field", "link", "sdt", "hidden", "ruby"],
)  # fmt: skip
def test_runs_read_as_printed(inner: str, text: str) -> None:
    assert docx(p(inner)).text == text


def test_blocks_are_joined_by_line_feeds_and_empty_ones_leave_no_trace() -> None:
    document = docx(p("一、提高认识") + p(" ") + p("二、加强领导") + tbl(tr(tc("甲"), tc(""))))
    assert document.text == "一、提高认识\n二、加强领导\n甲\t"
    assert [document.slice(b.span) for b in document.blocks][-2:] == ["甲", ""]
    assert document.reader_version.startswith("python-docx ")


def test_a_deleted_paragraph_mark_joins_the_paragraphs() -> None:
    deleted = "<w:rPr><w:del/></w:rPr>"
    assert docx(p("财政资金", properties=deleted) + p("50万元")).text == "财政资金50万元"


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{p('某某区文件')}</w:txbxContent>"
    run = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
        f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert docx(p(run, "正文")).text == "正文\n某某区文件"


def test_merged_cells_are_printed_once() -> None:
    restart, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = docx(
        tbl(
            tr(tc("类别", restart), tc("内容", '<w:gridSpan w:val="2"/>')),
            tr(tc("", goes_on), tc("甲"), tc("乙")),
            tr(tc("丙"), properties='<w:gridBefore w:val="2"/>'),
        )
    )
    assert places(document) == [
        (0, 0, 2, 1, "类别"),
        (0, 1, 1, 2, "内容"),
        (1, 1, 1, 1, "甲"),
        (1, 2, 1, 1, "乙"),
        (2, 2, 1, 1, "丙"),
    ]
    assert document.text == "类别\t内容\n甲\t乙\n丙"


def test_paragraphs_of_a_cell_are_lines_and_a_nested_table_too() -> None:
    nested = p("主办：") + tbl(tr(tc("财政局"), tc("交通局"))) + p("")
    document = docx(tbl(tr(tc(p("财政金融局") + p("各街道")), tc(nested))))
    assert places(document) == [
        (0, 0, 1, 1, "财政金融局\n各街道"),
        (0, 1, 1, 1, "主办：\n财政局\n交通局"),
    ]
    assert [note.code for note in document.notes] == ["docx.nested_table"]


def test_automatic_numbers_are_noted() -> None:
    numbered = '<w:numPr><w:numId w:val="3"/></w:numPr>'
    document = docx(p("实施扩容工程", properties=numbered) * 2)
    assert [(note.code, "2 段" in note.message) for note in document.notes] == [
        ("docx.numbering", True)
    ]
    assert docx(p("无", properties='<w:numPr><w:numId w:val="0"/></w:numPr>')).notes == ()


def test_limits_are_checked_before_unpacking() -> None:
    bomb = package(p("甲"), bomb=" " * 5_000_000)
    with pytest.raises(LimitExceeded, match="压缩"):
        read(bomb, name="炸弹.docx")
    with pytest.raises(LimitExceeded, match="展开后"):
        read(package(p("甲")), limits=Limits(max_expanded_bytes=10))
    with pytest.raises(LimitExceeded, match="个的上限"):
        read(package(p("甲")), limits=Limits(max_entries=0))


def test_damaged_packages_are_refused() -> None:
    whole = package(p("财政资金50万元"))
    for content in (
        whole[:-30],
        package("<w:p>"),
        package(p("甲")).replace(b"document", b"documenu"),
    ):
        with pytest.raises(UnreadableDocument, match=r"坏\.docx"):
            read(content, name="坏.docx")


def test_a_document_with_a_dtd_is_refused() -> None:
    declared = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    body = "<w:body><w:p><w:r><w:t>甲&x;乙</w:t></w:r></w:p></w:body>"
    written = BytesIO()
    with ZipFile(written, "w") as container:
        part = f"{declared}<w:document {NAMESPACES}>{body}</w:document>"
        container.writestr("word/document.xml", part)
    with pytest.raises(UnreadableDocument, match="DTD"):
        read(written.getvalue())
