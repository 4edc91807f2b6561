"""The second witness: what the conversion lost is found, a table comes back to its place."""

from test_readers_legacy import RTF, RTF_CELLS

from extract.limits import DEFAULT_LIMITS
from extract.readers._draft import Cell
from extract.readers._legacy_compare import Blocks, Outcome, compare
from extract.readers._legacy_rtf import stored


def table(*rows: tuple[str, ...]) -> list[Cell]:
    return [Cell(r, c, 1, 1, text) for r, row in enumerate(rows) for c, text in enumerate(row)]


MONEY = table(("项目", "投资"), ("托位", "50万元"))
STORED: Blocks = ["通知", "一、目标", MONEY, "《意见》另行印发。"]


def outcome(*converted: str | list[Cell]) -> Outcome:
    return compare(list(converted), list(converted), STORED)


def test_nothing_lost_changes_nothing() -> None:
    found = outcome("通知", "一、 目标", MONEY, "《意见》另行印发。")
    assert (found.blocks, found.notes) == (["通知", "一、 目标", MONEY, "《意见》另行印发。"], [])


def test_lines_cut_otherwise_are_not_lost() -> None:
    assert outcome("通知一、", "目标", MONEY, "《意见》另行印发。").notes == []


def test_a_table_that_is_gone_comes_back() -> None:
    found = outcome("通知", "一、目标", "《意见》另行印发。")
    assert found.blocks == STORED
    assert [(n.code, n.severity) for n in found.notes] == [("legacy.table", "warning")]


def test_a_table_made_into_lines_is_a_table_again() -> None:
    found = outcome("通知", "一、目标", "项目投资托位", "50万元", "《意见》另行印发。")
    assert found.blocks == STORED
    assert [n.code for n in found.notes] == ["legacy.table"]


def test_the_paragraph_glued_to_the_last_cell_stays() -> None:
    found = outcome("通知", "一、目标", "项目投资", "托位50万元《意见》另行印发。")
    assert found.blocks == STORED


def test_numbers_that_word_computes_do_not_count() -> None:
    printed: Blocks = ["1. 通知", "一、目标", "《意见》另行印发。"]
    found = compare(printed, ["通知", "一、目标", "《意见》另行印发。"], STORED)
    assert found.blocks == ["1. 通知", "一、目标", MONEY, "《意见》另行印发。"]


def test_a_table_whose_cells_are_scattered_is_an_error_and_not_doubled() -> None:
    found = outcome("50万元", "托位", "通知", "投资", "一、目标", "项目", "《意见》另行印发。")
    assert [(n.code, n.severity) for n in found.notes] == [("legacy.table_broken", "error")]
    assert not any(isinstance(block, list) for block in found.blocks)


def test_a_lost_text_is_reported_with_its_words() -> None:
    found = compare(["通知"], ["通知"], ["通知", "投入50万元", "以此为准"])
    assert [(n.severity, "50万元" in n.message) for n in found.notes] == [
        ("error", True),
        ("warning", False),
    ]
    many = compare([], [], [f"投入{n}万元" for n in range(50)])
    assert len(many.notes) == 21
    assert "30 处" in many.notes[-1].message


def test_one_of_two_equal_cells_is_missed() -> None:
    twice: Blocks = [table(("50万元", "50万元"), ("年底", "甲"))]
    found = compare(
        [table(("50万元",), ("年底", "甲"))], [table(("50万元",), ("年底", "甲"))], twice
    )
    assert [(n.code, n.severity) for n in found.notes] == [("legacy.text", "error")]


def test_what_an_rtf_stores() -> None:
    title, grid, last, *_ = stored(RTF, DEFAULT_LIMITS)
    assert (title, last) == ("通知", "完")
    assert [tuple(cell)[:5] for cell in grid if isinstance(cell, Cell)] == RTF_CELLS


def test_parts_of_an_rtf() -> None:
    body = (
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 a;}{\f1\fcharset0 b;}}"
        rb"{\stylesheet{\s1 Heading 9;}}{\info{\title 8}}"
        rb"{\listtext 7.\tab}\f0\'d0\'c2\'d4\'f6{\f1 452}\uc2\u20010\'b8\'f6\uc1 "
        rb"{\field{\*\fldinst PAGE 6}{\fldrslt 3}}\'d2\'b3{\footnote \'d7\'a2 5\par}\par "
        rb"{\shp{\*\shpinst{\sp{\sn x}{\sv 44}}{\shptxt \'bf\'f2\par}}{\shprslt 33}}"
        rb"{\pict 00ff}\bin3 {{{\u-10179?\u-9216?\par}"
    )
    texts = [block for block in stored(body, DEFAULT_LIMITS) if block]
    assert texts == ["新增452个3页", "\U0001f400", "注 5", "框"]


def test_an_rtf_of_noise_is_read_to_its_end() -> None:
    for noise in (rb"{\rtf1" + b"{" * 900, rb"{\rtf1}}}}}\'zz\bin99999 \u5", b"{\\rtf1\\"):
        assert isinstance(stored(noise, DEFAULT_LIMITS), list)
