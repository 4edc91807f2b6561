"""Word tables as logical grids: merged cells printed once, tables inside cells as lines."""

from typing import TYPE_CHECKING

from extract.readers._docx_body import Body
from extract.readers._docx_xml import TC, TR, find, flow, is_on, number
from extract.readers._docx_xml import value as value_of
from extract.readers._draft import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def cells(table: "Element", body: Body) -> list[Cell]:
    """Return each printed cell once: a continuation of a merge only lengthens the one above.

    ``基础设施`` marked ``vMerge restart`` over two rows is one cell with ``row_span`` 2.
    """
    found: list[Cell] = []
    above: dict[int, int] = {}  # first column → position in ``found`` of the cell that ends there
    for row_number, row in enumerate(_rows(table, body)):
        column = number(row, "w:trPr", "w:gridBefore") or 0
        current: dict[int, int] = {}
        for element in flow(row, TC):
            if find(element, "w:tcPr", "w:cellDel") is not None:
                continue
            span = max(1, number(element, "w:tcPr", "w:gridSpan") or 1)
            upper = above.get(column) if _merge(element, "w:vMerge") == "continue" else None
            if upper is not None and found[upper].column_span == span:
                height = row_number - found[upper].row + 1
                found[upper] = found[upper]._replace(row_span=height)
                current[column] = upper
            elif current and _merge(element, "w:hMerge") == "continue":
                left = found[-1]
                found[-1] = left._replace(column_span=left.column_span + span)
            else:
                current[column] = len(found)
                found.append(Cell(row_number, column, 1, span, _lines(element, body)))
            column += span
        above = current
    return found


def _rows(table: "Element", body: Body) -> "list[Element]":
    """Return the rows that are printed: not those deleted with changes tracked, not the hidden."""
    rows = [row for row in flow(table, TR) if find(row, "w:trPr", "w:del") is None]
    shown = [row for row in rows if not is_on(row, "w:trPr", "w:hidden")]
    body.counts["hidden"] += len(rows) - len(shown)
    return shown


def _lines(cell: "Element", body: Body) -> str:
    """Return the lines of a cell; a table inside it gives its cells' lines, in order."""
    lines: list[str] = []
    for each in body.story(cell, is_cell=True):
        if isinstance(each, str):
            lines.append(each)
        else:
            body.counts["nested_table"] += 1
            lines += [inner.text for inner in cells(each, body)]
    return "\n".join(line.strip() for line in lines if line.strip())


def _merge(cell: "Element", kind: str) -> str | None:
    """Return ``restart`` or ``continue`` (which is what an empty mark means), or ``None``."""
    mark = find(cell, "w:tcPr", kind)
    return None if mark is None else value_of(cell, "w:tcPr", kind) or "continue"
