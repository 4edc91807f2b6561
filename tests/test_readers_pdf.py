"""The geometry of PDF pages, on pages drawn here: every character is one em wide."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from extract.document import Document
from extract.errors import EncryptedDocument, LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers import read

SAMPLES = Path(__file__).parents[1] / "samples"
DATA = Path(__file__).parent / "data"
PT = 16
LEFT, TOP = 90, 100
WIDE = 26  # characters in a full line

Text = tuple[float, float, str]  # left and top of the line, in points from the top left of the page
Rule = tuple[float, float, float, float]


def pdf(*pages: Sequence[Text | Rule], size: int = PT) -> Document:
    return read(drawn(*pages, size=size), name="画.pdf")


def drawn(*pages: Sequence[Text | Rule], size: int = PT, extra: str = "") -> bytes:
    """Return a PDF of A4 pages with these texts and rules; the font is not embedded."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids["
        + " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
        + "]>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        "/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Ascent 880/Descent -120>>>>",
    ]
    for number, marks in enumerate(pages):
        content = "\n".join(_operators(mark, size) for mark in marks)
        objects += [
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
            f"/Resources<</Font<</F1 3 0 R>>>>/Contents {6 + 2 * number} 0 R>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    return _file(objects, extra)


def _operators(mark: Text | Rule, size: int) -> str:
    if len(mark) == 4:
        x0, y0, x1, y1 = mark
        return f"{x0} {842 - y0} m {x1} {842 - y1} l S"
    x, y, text = mark
    code = text.encode("utf-16-be").hex()
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {842 - y - size * 0.88} Tm <{code}> Tj ET"


def _file(objects: Sequence[str], extra: str) -> bytes:
    body, offsets = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {size}/Root 1 0 R{extra}>>\nstartxref\n{len(body)}\n%%EOF"
    ).encode("ascii")


def rows(*lines: str, top: float = TOP, left: float = LEFT) -> list[Text]:
    return [(left, top + n * 1.5 * PT, line) for n, line in enumerate(lines)]


def blocks(document: Document) -> list[str]:
    return [document.slice(block.span) for block in document.blocks]


def grid(levels: Sequence[float], edges: Sequence[float] = (100, 200, 300)) -> list[Rule]:
    across = [(edges[0], y, edges[-1], y) for y in levels]
    return across + [(x, levels[0], x, levels[-1]) for x in edges]


def full(text: str) -> str:
    return (text * WIDE)[:WIDE]


def test_a_full_line_runs_on_and_a_short_one_ends() -> None:
    first, second = full("提高思想认识"), full("明确效果导向")
    document = pdf(rows(first, second, "到此为止。", "二、另起一段", first))
    assert blocks(document) == [first + second + "到此为止。", "二、另起一段", first]


def test_a_line_runs_on_over_the_page_break_around_the_page_number() -> None:
    text = full("强化督导监督")
    one = [*rows(text, text, top=650), (290, 790, "—1—")]
    two = [*rows("完成。", top=72), *rows(text, top=96), (290, 790, "第2页")]
    assert blocks(pdf(one, two)) == [text + text + "完成。", text]


def test_an_indented_line_opens_a_paragraph_after_a_full_one() -> None:
    text = full("为民办实事清单")
    ended = text[:-1] + "。"
    marks = [*rows(ended), *rows(text[2:], left=LEFT + 2 * PT, top=124), *rows(text, top=148)]
    assert blocks(pdf(marks)) == [ended, text[2:] + text]


def test_a_number_that_would_not_fit_wraps_as_a_whole() -> None:
    line, full_line = full("覆盖率")[:-3], full("覆盖率")
    document = pdf(rows(full_line, line, "2889元", full_line))
    assert blocks(document)[0] == full_line + line + "2889元"
    assert blocks(pdf(rows(full_line, line, "元", full_line)))[0] == full_line + line


def test_a_centred_title_keeps_its_typed_lines() -> None:
    text = full("保障和改善民生")
    title = [(LEFT + 8 * PT, 60, "济宁高新区某办公室印"), (LEFT + 10 * PT, 84, "二〇二三清单")]
    document = pdf([*title, *rows(text, text, text, text)])
    assert blocks(document)[0] == "济宁高新区某办公室印\n二〇二三清单"


def test_running_headers_are_kept_out() -> None:
    pages = [[(LEFT, 30, "某某区政府公报"), *rows(f"正文第{n}部分。")] for n in "一二三"]
    assert blocks(pdf(*pages)) == ["正文第一部分。", "正文第二部分。", "正文第三部分。"]


def test_fake_bold_is_read_once() -> None:
    twice = [(x, TOP, "实施11项") for x in (LEFT, LEFT + 0.4, LEFT + 0.8)]
    assert pdf(twice).text == "实施11项"


def test_spaces_are_kept_once_and_never_invented_between_characters() -> None:
    spread = [(LEFT + 1.8 * PT * n, TOP, character) for n, character in enumerate("通知")]
    assert pdf(spread).text == "通知"
    assert pdf(rows("  2024  年度  ")).text == "2024 年度"
    assert pdf([(LEFT, TOP, "5G"), (LEFT + 2.5 * PT, TOP, "10kV")]).text == "5G 10kV"


def test_glyphs_cover_the_printed_characters() -> None:
    document = pdf(rows("约17.88万㎡"), rows("共计"))
    assert len(document.glyphs) == len(document.text)
    assert document.glyphs[document.text.index("\n")] is None
    first, last = document.glyphs[0], document.glyphs[-1]
    assert first is not None
    assert last is not None
    assert (first.page, first.x0, first.x1) == (1, LEFT, LEFT + PT)
    assert first.y0 == pytest.approx(TOP, abs=1)
    assert first.y1 == pytest.approx(TOP + PT, abs=0.25 * PT)
    assert last.page == 2


def test_sample_boxes_stand_where_the_title_is_printed() -> None:
    document = read(SAMPLES / "zibo-hitech-2024.pdf")
    evidence = document.evidence(document.blocks[0].span)
    assert evidence.boxes is not None
    assert [box[0] for box in evidence.boxes] == [1, 1, 1]
    assert all(80 < x0 < x1 < 530 and 100 < y0 < y1 < 215 for _, x0, y0, x1, y1 in evidence.boxes)


def test_table_cells_join_soft_wraps_and_keep_typed_lines() -> None:
    marks = [*grid([100, 200, 300]), *rows("发展软环境保", "障局", "交通局", left=102, top=102)]
    marks += [(202, 102, "协办单位"), (102, 202, "公安分局"), (202, 202, "各街道")]
    document = pdf(marks)
    (table,) = document.tables
    assert blocks(document) == ["发展软环境保障局\n交通局", "协办单位", "公安分局", "各街道"]
    assert document.text == "发展软环境保障局\n交通局\t协办单位\n公安分局\t各街道"
    assert (table.rows, table.columns) == (2, 2)


def test_a_merged_cell_is_one_block() -> None:
    rules = [(100, 100, 300, 100), (200, 150, 300, 150), (100, 200, 300, 200)]
    rules += [(x, 100, x, 200) for x in (100, 200, 300)]
    document = pdf([*rules, (102, 110, "类别"), (202, 110, "甲"), (202, 160, "乙")])
    assert [(c.row_span, c.place and c.place.row) for c in document.tables[0].cells] == [
        (2, 0),
        (1, 0),
        (1, 1),
    ]


def test_a_table_goes_on_over_the_page_without_its_second_header() -> None:
    header = [(102, 602, "序号"), (202, 602, "名称")]
    one = [*grid([600, 640, 680]), *header, (102, 642, "1"), (202, 642, "甲")]
    again = [(102, 102, "序号"), (202, 102, "名称")]
    two = [*grid([100, 140, 180]), *again, (102, 142, "2")]
    document = pdf(one, two)
    (table,) = document.tables
    assert (table.rows, table.columns) == (3, 2)
    assert blocks(document) == ["序号", "名称", "1", "甲", "2", ""]
    assert table.cells[-1].row_span == 1  # one blank row may be merged or empty: left empty


def test_a_blank_cell_over_rows_goes_on_from_the_page_before() -> None:
    one = [*grid([600, 640]), (102, 602, "类别"), (202, 602, "甲")]
    rules = [(100, 100, 300, 100), (200, 140, 300, 140), (100, 180, 300, 180)]
    rules += [(x, 100, x, 180) for x in (100, 200, 300)]
    document = pdf(one, [*rules, (202, 102, "乙"), (202, 142, "丙")])
    (table,) = document.tables
    assert (table.rows, table.cells[0].row_span) == (3, 3)
    assert blocks(document) == ["类别", "甲", "乙", "丙"]


def test_text_on_its_side_is_read_and_its_boxes_stand_where_it_is_printed() -> None:
    upright = f"1 0 0 1 {LEFT} {842 - TOP - PT * 0.88} Tm".encode()
    content = drawn(rows("财政资金五十")).replace(upright, b"0 1 -1 0 300 400 Tm")
    document = read(content, name="横排.pdf")
    assert document.text == "财政资金五十"
    assert document.glyphs[0] is not None
    page, x0, y0, x1, y1, _ = document.glyphs[0]
    assert (page, round(y0), round(y1)) == (1, 842 - 400 - PT, 842 - 400)
    assert x0 == pytest.approx(300 - 0.88 * PT, abs=0.5)
    assert x1 == pytest.approx(300 + 0.2 * PT, abs=0.5)


def test_a_frame_around_text_is_no_table() -> None:
    document = pdf([*grid([90, 200], (90, 400)), *rows("注意事项")])
    assert document.tables == ()
    assert document.text == "注意事项"


def test_pages_without_text_are_never_an_empty_success() -> None:
    with pytest.raises(UnreadableDocument, match="扫描件"):
        pdf(grid([100, 200]))
    with pytest.raises(UnreadableDocument, match="扫描件"):
        pdf([(290, 790, "—1—")], [(290, 790, "—2—")])


def test_locked_damaged_and_long_files_are_refused() -> None:
    with pytest.raises(EncryptedDocument, match=r"locked\.pdf：.*密码"):
        read(DATA / "locked.pdf")
    with pytest.raises(UnreadableDocument, match="损坏"):
        read(b"%PDF-1.7\n" + bytes(500), name="坏.pdf")
    content = drawn(*[rows("一页。")] * 3)
    with pytest.raises(LimitExceeded, match="第3页"):
        read(content, limits=Limits(max_pages=2))
    assert read(content, limits=Limits(max_pages=3)).pages == 3


def test_a_file_cut_off_says_so() -> None:
    document = read(drawn(rows("财政资金50万元。"))[:-6], name="断.pdf")
    assert [note.code for note in document.notes] == ["pdf.damaged"]


def test_content_that_the_parser_drops_is_reported() -> None:
    content = (SAMPLES / "zibo-hitech-2024.pdf").read_bytes()
    start = content.index(b"stream\n") + 7
    damaged = content[: start + 500] + bytes(64) + content[start + 564 :]
    document = read(damaged, name="损.pdf")
    assert [(note.code, note.severity) for note in document.notes] == [("pdf.damaged", "error")]
