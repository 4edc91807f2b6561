"""Plain text: encodings, and tables found by their form."""

import pytest

from extract.document import Document
from extract.errors import ExtractError, UnreadableDocument
from extract.readers import read

NOTICE = "各部门、单位：\n财政资金约50万元，新增托位452个。\n"


def blocks(document: Document) -> list[str]:
    return [document.slice(block.span) for block in document.blocks]


def table(document: Document, index: int = 0) -> list[list[str]]:
    found = document.tables[index]
    grid = {place: document.slice(cell.span) for place, cell in found.grid().items()}
    return [[grid[row, column] for column in range(found.columns)] for row in range(found.rows)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_encodings_give_the_same_text(encoding: str) -> None:
    document = read(NOTICE.encode(encoding), name="通知.txt")
    assert document.text == NOTICE
    assert blocks(document) == ["各部门、单位：", "财政资金约50万元，新增托位452个。"]


def test_offsets_are_those_of_the_file() -> None:
    content = "\r\n　　一、提高认识。\r\n\r\n二、加强领导。 \r\n"
    document = read(content.encode())
    assert document.text == content
    assert blocks(document) == ["一、提高认识。", "二、加强领导。"]
    assert document.evidence(document.blocks[0].span).start == 4


@pytest.mark.parametrize("text", ["\ue000\ue001\ue002甲", "甲\x01\x02\x03", "甲\0乙"])
def test_implausible_text_is_refused(text: str) -> None:
    with pytest.raises(ExtractError):
        read(text.encode())
    with pytest.raises(UnreadableDocument, match="另存为 UTF-8"):
        read(text.encode(), name="通知.txt")


def test_a_cell_a_line_dump_stands_between_paragraphs() -> None:
    header, rows = " \t序号\n\t项目\n名称\n\t备注", "\t1\n\t扩容\n\t\n\n\t2\n\t"
    text = f"2023年民生实事\n\n{header}\n\n{rows}\n\n附：说明\n"
    document = read(text.encode())
    assert table(document) == [["序号", "项目\n名称", "备注"], ["1", "扩容", ""], ["2", "", ""]]
    assert blocks(document)[0] == "2023年民生实事"
    assert blocks(document)[-1] == "附：说明"
    assert document.notes == ()


def test_a_short_row_in_the_middle_is_filled_up_and_noted() -> None:
    full = [f"\t{n}\n\t甲\n\t乙" for n in range(1, 8)]
    rows = [*full[:3], "\t9\n\t甲", *full[3:]]
    document = read("\n\n".join(rows).encode())
    assert table(document)[3] == ["9", "甲", ""]
    assert [note.code for note in document.notes] == ["text.ragged_table"]


def test_rows_by_line_are_a_table() -> None:
    document = read("说明\n序号\t项目\t万元\n1\t扩容\t50\n2\t\t80\n完\n".encode())
    assert table(document) == [["序号", "项目", "万元"], ["1", "扩容", "50"], ["2", "", "80"]]
    assert blocks(document)[0] == "说明"
    assert blocks(document)[-1] == "完"


@pytest.mark.parametrize(
    "text",
    [
        "\t一、首行缩进的段落。\n\n\t二、又一个段落。\n",
        "甲\t乙\n丙\t丁\n",
        "只有一行\t甲\t乙\n",
        "\t甲\n\t乙\n\t丙\n",
    ],
    ids=["indented", "one tab", "one line", "one chunk"],
)
def test_tabs_alone_make_no_table(text: str) -> None:
    document = read(text.encode())
    assert document.tables == ()
    assert "".join(blocks(document)).replace("\t", "") == text.replace("\t", "").replace("\n", "")


def test_markup_is_not_plain_text() -> None:
    assert read(b"<!DOCTYPE html><html><body>1</body></html>").reader == "html"
    assert read("网页里的 <html> 标签".encode()).reader == "text"
