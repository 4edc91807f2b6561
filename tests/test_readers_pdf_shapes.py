"""Tables, columns and pages of every shape, on pages drawn here."""

import pytest
from test_readers_pdf import LEFT, PT, TOP, Rule, Text, blocks, drawn, full, grid, pdf, rows

from extract.document import Document
from extract.readers import read

HEADER = ("序号", "项目名称", "投资")


def cells(document: Document, table: int = 0) -> list[list[str]]:
    """Return the rows of a table, each printed cell once."""
    found = document.tables[table]
    return [
        [document.slice(c.span) for c in found.cells if c.place and c.place.row == row]
        for row in range(found.rows)
    ]


def row(y: float, *texts: str, at: tuple[float, ...] = (104, 204, 404)) -> list[Text]:
    return [(x, y, text) for x, text in zip(at, texts, strict=False) if text]


@pytest.mark.parametrize("times", [2, 4])
def test_text_drawn_again_for_weight_is_read_once(times: int) -> None:
    shifts = [(0, 0), (0.4, 0), (0, 0.4), (0.4, 0.4)][:times]
    marks = [(LEFT + dx, TOP + dy, "新增托位2000个") for dx, dy in shifts]
    assert pdf(marks).text == "新增托位2000个"


def test_equal_digits_side_by_side_are_not_doubles() -> None:
    narrow = [(LEFT + 3 * n, TOP, "1") for n in range(4)]
    assert pdf(narrow, size=6).text == "1111"


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_turned_page_is_read_and_its_boxes_stand_where_it_is_shown(degrees: int) -> None:
    box, turned = b"/MediaBox[0 0 595 842]", b"/MediaBox[10 20 595 842]/Rotate %d" % degrees
    document = read(drawn(rows("财政资金五十")).replace(box, turned), name="转.pdf")
    assert document.text == "财政资金五十"
    glyph = document.glyphs[0]
    assert glyph is not None
    # The first character: 90 to 106 from the left, 100 to 116 from the top of 595 x 842.
    top, bottom = TOP + 0.88 * PT - 0.88 * PT, TOP + 0.88 * PT + 0.2 * PT
    expected = {
        0: (LEFT - 10, top, LEFT - 10 + PT, bottom),
        90: (822 - bottom, LEFT - 10, 822 - top, LEFT - 10 + PT),
        180: (585 - (LEFT - 10 + PT), 822 - bottom, 585 - (LEFT - 10), 822 - top),
        270: (top, 585 - (LEFT - 10 + PT), bottom, 585 - (LEFT - 10)),
    }[degrees]
    assert glyph[1:5] == pytest.approx(expected, abs=0.5)


def test_a_wide_table_set_upright_by_rotation_keeps_its_cells() -> None:
    marks = [*grid([100, 140, 180]), *row(104, "序号", "名称", at=(104, 204))]
    marks += row(144, "1", "甲", at=(104, 204))
    content = drawn(marks).replace(b"842]", b"842]/Rotate 90")
    assert cells(read(content, name="转.pdf")) == [["序号", "名称"], ["1", "甲"]]


def test_a_table_without_outer_sides_ends_where_its_rules_end() -> None:
    rules: list[Rule] = [(100, y, 500, y) for y in (100, 140, 180)]
    rules += [(x, 100, x, 180) for x in (200, 400)]
    document = pdf([*rules, *row(112, *HEADER), *row(152, "1", "供水管网", "50万元")])
    assert cells(document) == [list(HEADER), ["1", "供水管网", "50万元"]]


def test_two_open_tables_over_one_another_stay_two() -> None:
    marks: list[Text | Rule] = []
    for top in (100, 400):
        marks += [(100, y, 500, y) for y in (top, top + 40, top + 80)]
        marks += [(x, top, x, top + 80) for x in (200, 400)]
        marks += [*row(top + 12, *HEADER), *row(top + 52, "1", "甲", "5万元")]
    document = pdf([*marks, *rows("附件二的说明。", top=300)])
    assert [(t.rows, t.columns) for t in document.tables] == [(2, 3), (2, 3)]
    assert "附件二的说明。" in blocks(document)


def test_a_rule_of_dashes_is_a_rule() -> None:
    dashes: list[Rule] = [(x, 140, x + 4, 140) for x in range(100, 300, 9)]
    sides: list[Rule] = [(x, 100, x, 180) for x in (100, 200, 300)]
    ends: list[Rule] = [(100, y, 300, y) for y in (100, 180)]
    marks = [*dashes, *sides, *ends, *row(112, "名称", "数量", at=(104, 204))]
    document = pdf([*marks, *row(152, "托位", "452个", at=(104, 204))])
    assert cells(document) == [["名称", "数量"], ["托位", "452个"]]


def test_three_rules_make_a_table_with_columns_by_alignment() -> None:
    rules: list[Rule] = [(100, y, 500, y) for y in (100, 130, 220)]
    marks = [*rules, *row(106, *HEADER), *row(136, "1", "供水管网", "50万元")]
    marks += [*row(164, "2", "口袋公园", "8万元"), *row(192, "3", "托育中心", "120万元")]
    assert cells(pdf(marks)) == [
        list(HEADER),
        ["1", "供水管网", "50万元"],
        ["2", "口袋公园", "8万元"],
        ["3", "托育中心", "120万元"],
    ]


def test_rules_above_and_below_text_make_no_table() -> None:
    rules: list[Rule] = [(LEFT, y, LEFT + WIDE_PT, y) for y in (90, 180, 260)]
    text = full("提高思想认识")
    document = pdf([*rules, *rows(text, text, "到此为止。"), *rows(text, "完。", top=190)])
    assert document.tables == ()
    assert blocks(document) == [text + text + "到此为止。", text + "完。"]


WIDE_PT = 26 * PT


def test_aligned_lines_without_rules_are_a_table_from_three_rows_on() -> None:
    three = [*row(100, *HEADER), *row(128, "1", "供水管网", "50万元")]
    three += row(156, "2", "口袋公园", "8万元")
    assert cells(pdf(three)) == [
        list(HEADER),
        ["1", "供水管网", "50万元"],
        ["2", "口袋公园", "8万元"],
    ]
    assert pdf([*row(100, *HEADER), *row(128, "1", "供水管网", "50万元")]).tables == ()


def test_lines_that_are_not_aligned_stay_text() -> None:
    ragged = [*row(100, "甲方", "乙方", "丙方"), *row(128, "一", "二", "三", at=(104, 304, 450))]
    ragged += row(156, "四", "五", "六", at=(180, 240, 380))
    assert pdf(ragged).tables == ()


def test_a_white_rectangle_draws_no_cell() -> None:
    marks = [*grid([100, 140, 180]), *row(104, "序号", "名称", at=(104, 204))]
    content = drawn([*marks, *row(144, "1", "甲", at=(104, 204))])
    white = b"1 g 150 742 20 -200 re f 0 g BT"
    same = read(content.replace(b"BT", white, 1).replace(b"/Length ", b"/Length 9"), name="白.pdf")
    assert cells(same) == [["序号", "名称"], ["1", "甲"]]


def columns_of_text() -> list[Text]:
    left = [(60.0, 100 + 24.0 * n, f"左栏第{n}行文字写满这一栏") for n in range(1, 9)]
    right = [(330.0, 100 + 24.0 * n, f"右栏第{n}行文字写满这一栏") for n in range(1, 9)]
    return [mark for pair in zip(left, right, strict=True) for mark in pair]


def test_two_columns_are_read_one_after_the_other() -> None:
    text = pdf([(60, 70, "通栏的标题横在两栏之上一直写到右边去的长标题"), *columns_of_text()]).text
    assert text.index("标题") < text.index("左栏第1行") < text.index("左栏第8行")
    assert text.index("左栏第8行") < text.index("右栏第1行") < text.index("右栏第8行")


def split_table(serial: str, above: str, below: str) -> Document:
    edges = (100.0, 140.0, 300.0, 400.0)
    one = [
        *grid([600, 640, 680], edges),
        (102, 602, "序号"),
        (142, 602, "内容"),
        (302, 602, "单位"),
    ]
    one += [(102, 642, "1"), (142, 642, above), (302, 642, "水务局")]
    two = [*grid([100, 140, 180], edges), (102, 102, serial), (142, 102, below)]
    two += [(102, 142, "2"), (142, 142, "口袋公园8处"), (302, 142, "园林局")]
    return pdf([mark for mark in one if mark[-1]], [mark for mark in two if mark[-1]])


def test_a_row_that_the_page_break_splits_is_one_row() -> None:
    document = split_table("", "新建改造供水管网全长", "35公里。")
    assert cells(document) == [
        ["序号", "内容", "单位"],
        ["1", "新建改造供水管网全长35公里。", "水务局"],
        ["2", "口袋公园8处", "园林局"],
    ]


def test_a_row_of_its_own_after_the_page_break_stays_one() -> None:
    assert split_table("", "供水管网35公里。", "另外8处").tables[0].rows == 4
    assert split_table("5", "新建改造供水管网全长", "35公里。").tables[0].rows == 4
