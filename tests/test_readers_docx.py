"""Word documents, written here as XML: what is printed is read, once and in order."""

from io import BytesIO
from pathlib import Path
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
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def package(body: str, **parts: str) -> bytes:
    document = f'<?xml version="1.0"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as container:
        container.writestr("word/document.xml", document)
        for name, content in parts.items():
            container.writestr(f"word/{name}.xml", content)
    return written.getvalue()


def docx(body: str, **parts: str) -> Document:
    return read(package(body, **parts), name="通知.docx")


def part(name: str, inner: str) -> str:
    return f'<?xml version="1.0"?><w:{name} {NAMESPACES}>{inner}</w:{name}>'


def codes(document: Document) -> list[str]:
    return [note.code for note in document.notes]


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
        (f"<w:moveFrom>{r('旧处')}</w:moveFrom><w:moveTo>{r('新处')}</w:moveTo>", "新处"),
        (f'<w:fldSimple w:instr="DATE">{r("2024年1月")}</w:fldSimple>', "2024年1月"),
        (f"<w:smartTag><w:smartTagPr/>{r('50万元')}</w:smartTag>", "50万元"),
        (r("市场\xad监督"), "市场监督"),
        ('<w:r><w:t>绿化率</w:t><w:sym w:font="Symbol" w:char="F0B3"/><w:t>35%</w:t></w:r>',
         "绿化率≥35%"),
        (r("绿化率") + r("\uf0b3", '<w:rFonts w:ascii="Symbol"/>') + r("35%"), "绿化率≥35%"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F083"/></w:r>' + r("扩容"), "③扩容"),
        (r("10") + r("4", '<w:vertAlign w:val="superscript"/>') + r("m3"), "10⁴m3"),
        ("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
         "</m:den></m:f></m:oMath>", "1/2"),
        ("<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>8</m:t></m:r>"
         "</m:sup></m:sSup></m:oMath>", "10⁸"),
    ],
    ids=["tab", "break", "page", "hyphen", "tracked", "field", "link", "sdt", "hidden", "ruby",
         "moved", "simple field", "smart tag", "soft hyphen", "symbol", "symbol font", "wingdings",
         "raised", "fraction", "power"],
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


def test_a_table_in_a_text_box_is_a_table() -> None:
    box = f"<w:pict><v:textbox><w:txbxContent>{tbl(tr(tc('F69')))}</w:txbxContent></v:textbox>"
    document = docx(p(f"<w:r>{box}</w:pict></w:r>", "正文"))
    assert document.text == "正文\nF69"
    assert places(document) == [(0, 0, 1, 1, "F69")]


def test_rows_and_cells_deleted_with_changes_tracked_are_gone() -> None:
    gone = "<w:del/>"
    document = docx(
        tbl(
            tr(tc("旧"), tc("行"), properties=gone),
            tr(tc("撤", "<w:cellDel/>"), tc("留"), tc(p("a", properties=f"<w:rPr>{gone}</w:rPr>"))),
        )
    )
    assert places(document) == [(0, 0, 1, 1, "留"), (0, 1, 1, 1, "a")]


def test_a_vertical_merge_needs_the_same_width() -> None:
    wide = '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>'
    document = docx(tbl(tr(tc("宽", wide)), tr(tc("窄", "<w:vMerge/>"), tc("右"))))
    assert places(document) == [(0, 0, 1, 2, "宽"), (1, 0, 1, 1, "窄"), (1, 1, 1, 1, "右")]


def test_strict_names_are_the_same_names() -> None:
    body = tbl(tr(tc("投资", '<w:gridSpan w:val="2"/>'))) + p("50万元")
    strict = package(body)
    with ZipFile(BytesIO(strict)) as container:
        content = container.read("word/document.xml").decode()
    written = BytesIO()
    with ZipFile(written, "w") as container:
        old = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        new = "http://purl.oclc.org/ooxml/wordprocessingml/main"
        container.writestr("word/document.xml", content.replace(old, new))
    document = read(written.getvalue(), name="严格.docx")
    assert document.text == "投资\n50万元"
    assert places(document) == [(0, 0, 1, 2, "投资")]


def test_depth_is_bounded() -> None:
    for depth in (60, 110, 120, 240, 5000):
        body = "<w:sdt><w:sdtContent>" * depth + p("甲") + "</w:sdtContent></w:sdt>" * depth
        nested = p("乙")
        for _ in range(depth // 4):
            nested = tbl(tr(tc(nested + p(""))))
        try:
            assert docx(body).text == "甲"
            assert docx(nested).text == "乙"
        except UnreadableDocument:
            assert depth > 100


def test_the_form_of_25_columns(shared: Path) -> None:
    """Typed from the printed page: every label stands where the ruling puts it."""
    form = read(shared / "documents" / "mineru_demo_form_25col.docx").tables[6]
    document = read(shared / "documents" / "mineru_demo_form_25col.docx")
    assert (form.rows, form.columns, len(form.cells)) == (39, 25, 155)
    grid = {place: document.slice(cell.span) for place, cell in form.grid().items()}
    assert [grid[0, 0], grid[0, 24]] == ["主申请人-基本情况"] * 2
    assert {grid[row, 24] for row in range(1, 7)} == {"一寸照片（不超过50MB）"}
    assert [grid[1, c] for c in (0, 1, 4, 9, 14, 18)] == [
        "姓名",
        "MinerU",
        "曾用名",
        "",
        "性别",
        "",
    ]
    assert [grid[row, 0] for row in (8, 9, 10, 11)] == ["户口迁出地"] * 2 + ["户口迁入地"] * 2
    assert grid[10, 7] == grid[10, 24] == "（未来租房地址可能存在变动的，写社区公共户即可）"
    header = [c for c in form.cells if c.place and c.place.row == 15]
    assert [document.slice(c.span).replace("\n", "") for c in header] == [
        "起止时间（年月日）", "学校", "专业", "学历", "学位", "是否全日制",
        "学历证书编号", "学位证书编号",
    ]  # fmt: skip


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
