"""Rows of cells with measured edges, as .doc and .rtf store them → one logical grid."""

from bisect import bisect_right
from typing import NamedTuple

from extract.readers._draft import Cell

_TOLERANCE = 60  # twips: a millimetre; edges that close are one


class Edged(NamedTuple):
    """A cell with its sides in twips; ``is_continued`` is the lower part of a vertical merge."""

    text: str
    left: int
    right: int
    is_continued: bool


def row_of(texts: list[str], edges: list[int], merges: list[tuple[bool, bool]]) -> list[Edged]:
    """Return the printed cells of a row; one merged to the left only widens its neighbour.

    ``edges`` are the cells' sides from left to right, ``merges`` says of each cell whether it goes
    on from the left and from above; a row without them has columns of one width.
    """
    if len(edges) < len(texts) + 1:
        edges, merges = list(range(0, 1000 * (len(texts) + 1), 1000)), [(False, False)] * len(texts)
    cells: list[Edged] = []
    for index, text in enumerate(texts):
        to_left, to_above = merges[index]
        if to_left and cells:
            cells[-1] = cells[-1]._replace(right=edges[index + 1])
        else:
            cells.append(Edged(text, edges[index], edges[index + 1], to_above))
    return cells


def grid(rows: list[list[Edged]]) -> list[Cell]:
    """Return the cells at their places in the grid that all edges of the table make."""
    columns: list[int] = []
    for edge in sorted({edge for row in rows for cell in row for edge in (cell.left, cell.right)}):
        if not columns or edge - columns[-1] > _TOLERANCE:
            columns.append(edge)
    cells: list[Cell] = []
    above: dict[int, int] = {}
    for number, row in enumerate(rows):
        current: dict[int, int] = {}
        for cell in row:
            left = bisect_right(columns, cell.left) - 1
            span = max(1, bisect_right(columns, cell.right) - 1 - left)
            upper = above.get(left) if cell.is_continued else None
            if upper is not None and cells[upper].column_span == span:
                cells[upper] = cells[upper]._replace(row_span=number - cells[upper].row + 1)
                current[left] = upper
            elif left not in current:
                current[left] = len(cells)
                cells.append(Cell(number, left, 1, span, cell.text))
            else:
                at = current[left]
                cells[at] = cells[at]._replace(text=f"{cells[at].text}\n{cell.text}".strip())
        above = current
    return cells
