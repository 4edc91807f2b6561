"""Rows of texts → paragraphs and tables: what a person sees in one sheet.

Empty rows set tables apart, so does an empty column between two of them; what stands alone above a
table is a title (``2024年度重大民生实事项目清单``), below it a note (``注：……``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import regex

from extract.errors import LimitExceeded
from extract.limits import Limits
from extract.readers._draft import Cell
from extract.text import compact

Place = tuple[int, int]
# First row, first column, last row, last column, as calamine gives a merge.
Merge = tuple[Place, Place]

# 编制单位：…… 日期：……  stand side by side above a table and are no row of it
_LABEL = regex.compile(r"[^：:\n]{1,12}[：:].*", flags=regex.DOTALL)
_NOTE = regex.compile(
    r"(?:备?\s*注|说\s*明|填\s*[表报]|制\s*表|审\s*核|联\s*系)[^：:\n]{0,8}[：:]|[*※]"
)
_MIN_TABLE_COLUMNS = 2
_LOOK_BACK_ROWS = 50


class Plain(NamedTuple):
    """A table without merged cells: the texts of its rows."""

    rows: list[list[str]]


class Region(NamedTuple):
    """A rectangle of a sheet, half-open."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """A sheet's texts with its merges: ``owners`` names for each merged place its first cell."""

    texts: list[list[str]]
    owners: dict[Place, Place] = field(default_factory=dict)
    spans: dict[Place, Place] = field(default_factory=dict)
    unseen: int = 0
    _masks: list[int] = field(default_factory=list)

    @property
    def region(self) -> Region:
        """The whole sheet."""
        return Region(0, 0, len(self.texts), max(map(len, self.texts), default=0))

    def mask(self, row: int, left: int, right: int) -> int:
        """Return a bit for each column of the row that shows text, merged cells included."""
        return (self._masks[row] & ((1 << right) - 1)) >> left

    def filled(self, row: int, left: int, right: int) -> list[Place]:
        """Return the cells that show text in a part of a row, each once, at its first place."""
        mask = self.mask(row, left, right)
        places = ((row, column) for column in range(left, right) if mask >> (column - left) & 1)
        return list(dict.fromkeys(self.owners.get(place, place) for place in places))

    def text(self, place: Place) -> str:
        """Return the text of a cell."""
        return self.texts[place[0]][place[1]]


def grid_of(texts: list[list[str]], merges: Sequence[Merge], limits: Limits) -> Grid:
    """Return the grid; texts below a merge, which nobody sees, are counted and left out.

    Raises:
        LimitExceeded: merges that together cover far more than a document may have.
    """
    grid = Grid(texts)
    area = 0
    bottom, right = len(texts) - 1, grid.region.right - 1
    for (first_row, first_column), (last_row, last_column) in merges:
        top, left = max(first_row, 0), max(first_column, 0)
        size = (min(last_row, bottom) - top + 1, min(last_column, right) - left + 1)
        if min(size) < 1 or size == (1, 1):
            continue
        area += size[0] * size[1]
        if area > 2 * limits.max_cells:
            raise LimitExceeded("合并单元格过多，已超过上限，请拆分文件后再处理。")
        _merge(grid, (top, left), size)
    grid._masks += map(_mask, (tuple(map(bool, row)) for row in texts))
    for (row, column), owner in grid.owners.items():
        if grid.text(owner):
            grid._masks[row] |= 1 << column
    return grid


@lru_cache(maxsize=1024)
def _mask(filled: tuple[bool, ...]) -> int:
    """Return a bit for each filled column; the rows of a sheet are much alike."""
    return sum(1 << column for column, is_filled in enumerate(filled) if is_filled)


def pieces(grid: Grid) -> Iterator[str | Plain | list[Cell]]:
    """Yield the paragraphs and tables of a sheet in reading order."""
    yield from _pieces(grid, grid.region)


def _merge(grid: Grid, first: Place, size: Place) -> None:
    rows = range(first[0], first[0] + size[0])
    places = [(row, column) for row in rows for column in range(first[1], first[1] + size[1])]
    if any(place in grid.owners for place in places):
        return  # over another merge: no program prints that, the first one holds
    grid.spans[first] = size
    for place in places:
        grid.owners[place] = first
        if place != first and grid.text(place):
            grid.unseen += 1
            grid.texts[place[0]][place[1]] = ""


def _pieces(grid: Grid, region: Region) -> Iterator[str | Plain | list[Cell]]:
    for band in _bands(grid, region):
        titles, body = _titles(grid, band)
        yield from (grid.text(place) for place in titles)
        body, notes = _notes(grid, _trimmed(grid, body))
        parts = _columns(grid, body)
        if len(parts) > 1:
            for part in parts:
                yield from _pieces(grid, part)
        elif min(body.bottom - body.top, body.right - body.left) < _MIN_TABLE_COLUMNS:
            yield from _lone_texts(grid, body)
        else:
            yield _cells(grid, body)
        yield from (grid.text(place) for place in notes)


def _bands(grid: Grid, region: Region) -> Iterator[Region]:
    """Yield the stretches between empty rows; a table whose numbers go on is not cut."""
    top = bottom = -1
    inside = ((1 << region.right) - 1) >> region.left << region.left
    for row in range(region.top, region.bottom):
        if not grid._masks[row] & inside:
            continue
        if row != bottom or top < 0:
            if top >= 0 and _goes_on(grid, region._replace(top=top, bottom=bottom), row):
                bottom = row + 1
                continue
            if top >= 0:
                yield region._replace(top=top, bottom=bottom)
            top = row
        bottom = row + 1
    if top >= 0:
        yield region._replace(top=top, bottom=bottom)


def _goes_on(grid: Grid, band: Region, row: int) -> bool:
    """Return whether the row after a gap bears the next serial number: ``13`` after ``12``."""
    cells = grid.filled(row, band.left, band.right)
    number = compact(grid.text(cells[0]))
    if len(cells) < _MIN_TABLE_COLUMNS or not number.isdecimal() or len(number) > 4:
        return False
    column = cells[0][1]
    for above in range(band.bottom - 1, max(band.top, band.bottom - _LOOK_BACK_ROWS) - 1, -1):
        printed = compact(grid.text(grid.owners.get((above, column), (above, column))))
        if printed:
            return printed.isdecimal() and len(printed) <= 4 and int(printed) + 1 == int(number)
    return False


def _titles(grid: Grid, region: Region) -> tuple[list[Place], Region]:
    """Return what stands alone above a table, and the table's region."""
    found: list[Place] = []
    row = region.top
    while row < region.bottom:
        cells = grid.filled(row, region.left, region.right)
        if len(cells) > 1 and not all(_LABEL.fullmatch(grid.text(cell)) for cell in cells):
            break
        end = max((cell[0] + grid.spans.get(cell, (1, 1))[0] for cell in cells), default=row + 1)
        rows = range(row + 1, min(end, region.bottom))
        if any(set(grid.filled(each, region.left, region.right)) - {*cells} for each in rows):
            break  # a cell merged down beside others is the table's own
        found += cells
        row = max(end, row + 1)
    return found, region._replace(top=min(row, region.bottom))


def _notes(grid: Grid, region: Region) -> tuple[Region, list[Place]]:
    """Return the table's region without what stands alone below it, and that."""
    found: list[Place] = []
    row = region.bottom - 1
    while row > region.top:
        cells = grid.filled(row, region.left, region.right)
        if cells and not _is_note(grid, region, cells, row):
            break
        found = cells + found
        row -= 1
    return region._replace(bottom=row + 1), found


def _is_note(grid: Grid, region: Region, cells: Sequence[Place], row: int) -> bool:
    """Return whether a last row is ``注：……`` over the width, or labels: ``制表人：… 日期：…``."""
    if any(cell[0] != row for cell in cells):
        return False
    if len(cells) > 1:
        return all(_LABEL.fullmatch(grid.text(cell)) for cell in cells)
    width = grid.spans.get(cells[0], (1, 1))[1]
    return width * 2 > region.right - region.left or bool(_NOTE.match(grid.text(cells[0])))


def _trimmed(grid: Grid, region: Region) -> Region:
    """Return the region without empty columns at its sides."""
    used = _used_columns(grid, region)
    if not used:
        return region._replace(right=region.left, bottom=region.top)
    left = region.left + (used & -used).bit_length() - 1
    return region._replace(left=left, right=region.left + used.bit_length())


def _used_columns(grid: Grid, region: Region) -> int:
    used = 0
    for mask in set(grid._masks[region.top : region.bottom]):
        used |= mask
    return (used & ((1 << region.right) - 1)) >> region.left


def _columns(grid: Grid, region: Region) -> list[Region]:
    """Return the tables side by side: an empty column between them, or the header twice."""
    used = _used_columns(grid, region)
    edges: list[Place] = []
    start = None
    for column in range(region.right - region.left + 1):
        if used >> column & 1:
            start = column if start is None else start
        elif start is not None:
            edges.append((region.left + start, region.left + column))
            start = None
    if len(edges) == 1:
        edges = _repeated(grid, region)
    if any(right - left < _MIN_TABLE_COLUMNS for left, right in edges):
        return [region]  # a lone column beside an empty one is no table
    return [region._replace(left=left, right=right) for left, right in edges]


def _repeated(grid: Grid, region: Region) -> list[Place]:
    """Return the two parts of a header that says the same twice: 代码 项目 金额 代码 项目 金额."""
    width = region.right - region.left
    headers = [compact(text) for text in grid.texts[region.top][region.left : region.right]]
    half = width // 2
    if width % 2 == 0 and half > _MIN_TABLE_COLUMNS and headers[:half] == headers[half:]:
        whole = all(headers) and len(set(headers)) == half
        middle = region.left + half
        rows = range(region.top, region.bottom)
        owners = grid.owners
        across = any((row, middle) in owners and owners[row, middle][1] < middle for row in rows)
        if whole and not across:
            return [(region.left, middle), (middle, region.right)]
    return [(region.left, region.right)]


def _lone_texts(grid: Grid, region: Region) -> Iterator[str]:
    for row in range(region.top, region.bottom):
        for cell in grid.filled(row, region.left, region.right):
            if cell[0] == row:
                yield grid.text(cell)


def _cells(grid: Grid, region: Region) -> Plain | list[Cell]:
    """Return the cells of a table row by row, each merge once, cut at the table's edge."""
    top, left, bottom, right = region
    owners = grid.owners
    cells: list[Cell] = []
    merged = {row for row, _ in owners}
    if merged.isdisjoint(range(top, bottom)):
        return Plain([row[left:right] for row in grid.texts[top:bottom]])
    for row in range(top, bottom):
        texts = grid.texts[row]
        if row not in merged:
            line = enumerate(texts[left:right])
            cells += [Cell(row - top, column, 1, 1, text) for column, text in line]
            continue
        for column in range(left, right):
            owner = owners.get((row, column))
            if owner is None:
                cells.append(Cell(row - top, column - left, 1, 1, texts[column]))
            elif (row, column) == (max(owner[0], top), max(owner[1], left)):
                rows, columns = grid.spans[owner]
                height = min(owner[0] + rows, bottom) - row
                width = min(owner[1] + columns, right) - column
                cells.append(Cell(row - top, column - left, height, width, grid.text(owner)))
    return cells
