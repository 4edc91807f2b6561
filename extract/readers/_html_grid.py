"""A <table> → cells at their places in the logical grid, as a browser lays them out.

``<td rowspan="2">基础教育扩容提质</td>`` is one cell over two rows. Spans reach no further than the
table; columns and rows in which no cell begins are no columns and rows.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from extract.errors import LimitExceeded
from extract.limits import Limits
from extract.readers._html_tree import text_size

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MAX_COLUMN_SPAN = 1000  # as browsers have it
_MAX_BLANK_FACTOR = 10  # of the cells: columns that a careless colspan only claims
_SECTIONS = ("thead", "tbody", "tfoot")
_CELLS = ("td", "th")
_LAYOUT_SHARE = 0.8
_LAYOUT_SIZE = 600
_LAYOUT_BLOCKS = 3


class Slot(NamedTuple):
    """One cell with its place and spans in the grid."""

    element: "Element"
    row: int
    column: int
    row_span: int
    column_span: int


def rows_of(table: "Element") -> tuple[list[list["Element"]], list["Element | str"]]:
    """Return the cells of each row (head first, foot last), and what stands outside all cells."""
    sections: dict[str, list[list[Element]]] = {name: [] for name in _SECTIONS}
    strays: list[Element | str] = _texts_of(table)
    pending: list[tuple[Element, str]] = [(each, "tbody") for each in reversed(table)]
    while pending:
        element, section = pending.pop()
        if element.tag == "tr":
            cells, outside = _cells_of(element)
            sections[section].append(cells)
            strays += outside
        elif element.tag in _SECTIONS or element.tag == "form":  # old pages wrap rows in a form
            strays += _texts_of(element)
            inner = section if element.tag == "form" else str(element.tag)
            pending += [(each, inner) for each in reversed(element)]
        elif element.tag not in ("colgroup", "col"):
            strays.append(element)
    return [row for name in _SECTIONS for row in sections[name]], strays


def slots_of(rows: Sequence[Sequence["Element"]], limits: Limits) -> list[Slot]:
    """Return every cell at its place, in reading order; overlapping spans are cut.

    Raises:
        LimitExceeded: more cells, or wider ones, than the limits allow.
    """
    slots: list[Slot] = []
    taken: list[int] = []  # for each column, the first row that is free
    width = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(taken) and taken[column] > number:
                column += 1
            row_span = _span(cell, "rowspan", len(rows) - number)
            wanted = _span(cell, "colspan", _MAX_COLUMN_SPAN) or 1
            column_span = _free(taken, number, column, wanted)
            width += column_span
            area = (column + column_span) * len(rows)
            if width > limits.max_cells or area > limits.max_cells * _MAX_BLANK_FACTOR:
                raise LimitExceeded(f"表格超过 {limits.max_cells} 格的上限，请拆分文件后再处理。")
            end = number + (row_span or len(rows) - number)
            taken += [0] * (column + column_span - len(taken))
            taken[column : column + column_span] = [end] * column_span
            slots.append(Slot(cell, number, column, end - number, column_span))
            column += column_span
    return _condensed(slots)


def is_layout(slots: Sequence[Slot], table: "Element") -> bool:
    """Return whether the table only places text on the page: one row or column, or one big cell."""
    if str(table.get("role", "")).lower() in ("presentation", "none"):
        return True
    if len({slot.row for slot in slots}) < 2 or len({slot.column for slot in slots}) < 2:
        return True
    sizes = [text_size(slot.element) for slot in slots]
    total = sum(sizes)
    inner = sum(text_size(each) for slot in slots for each in _inner_tables(slot.element))
    if inner and inner * 2 >= total:
        return True
    largest = max(range(len(slots)), key=sizes.__getitem__)
    is_page = sizes[largest] >= max(_LAYOUT_SIZE, total * _LAYOUT_SHARE)
    return is_page and _block_count(slots[largest].element) >= _LAYOUT_BLOCKS


def _cells_of(row: "Element") -> tuple[list["Element"], list["Element | str"]]:
    cells: list[Element] = []
    outside: list[Element | str] = _texts_of(row)
    pending = list(reversed(row))
    while pending:
        element = pending.pop()
        if element.tag in _CELLS:
            cells.append(element)
        elif element.tag == "form":
            outside += _texts_of(element)
            pending += list(reversed(element))
        else:
            outside.append(element)
    return cells, outside


def _texts_of(element: "Element") -> list["Element | str"]:
    """Return the texts that stand in an element beside its children."""
    texts = [element.text, *(child.tail for child in element)]
    return [text for text in texts if text and text.strip()]


def _span(cell: "Element", name: str, most: int) -> int:
    """Return the span a cell asks for, cut at ``most``; a rowspan of 0 is all rows that follow."""
    digits = str(cell.get(name, "1")).strip()
    if not (digits.isascii() and digits.isdecimal()):
        return 1
    return min(int(digits), most) if len(digits) < 10 else most


def _free(taken: Sequence[int], row: int, column: int, wanted: int) -> int:
    """Return how many columns from ``column`` on are free, up to ``wanted``."""
    for offset in range(1, min(wanted, len(taken) - column)):
        if taken[column + offset] > row:
            return offset
    return wanted


def _condensed(slots: Sequence[Slot]) -> list[Slot]:
    """Return the slots without the rows and columns in which no cell begins."""
    rows = sorted({slot.row for slot in slots})
    columns = sorted({slot.column for slot in slots})

    def place(starts: list[int], first: int, span: int) -> tuple[int, int]:
        start = bisect_left(starts, first)
        return start, bisect_left(starts, first + span) - start

    found: list[Slot] = []
    for slot in slots:
        row, row_span = place(rows, slot.row, slot.row_span)
        column, column_span = place(columns, slot.column, slot.column_span)
        found.append(Slot(slot.element, row, column, row_span, column_span))
    return sorted(found, key=lambda slot: (slot.row, slot.column))


def _inner_tables(cell: "Element") -> Iterator["Element"]:
    """Yield the outermost tables inside a cell."""
    for table in cell.iter("table"):
        if next(table.iterancestors("table", "td", "th")) is cell:
            yield table


def _block_count(cell: "Element") -> int:
    return sum(1 for _ in cell.iter("p", "div", "table", "li", "h1", "h2", "h3"))
