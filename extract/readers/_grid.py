"""Ruled tables: the rectangles between the lines → a logical grid, cells merged as they are drawn.

A table that goes on over a page break is one table; the header printed again is left out.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, repeat
from operator import itemgetter
from typing import NamedTuple

import regex

from extract.readers._draft import Cell
from extract.readers._lines import Char, Ink, Line, joined, lines_of, would_fit
from extract.text import compact

Box = tuple[float, float, float, float]

_NEAR = 3.0  # points: two rulings this close are one
_MAX_PADDING = 8.0
_SERIAL = regex.compile(r"[（(]?[0-9]{1,4}[)）.、]?|[一二三四五六七八九十]{1,4}、?")
_PLACE = itemgetter(0, 1)  # of a slot
_ENDS = "。；！？.;!?"


class Slot(NamedTuple):
    """A drawn cell: its first row and column, its spans, its sides and its lines."""

    row: int
    column: int
    row_span: int
    column_span: int
    x0: float
    x1: float
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The text without white space, to compare cells by."""
        return compact("".join(line.text for line in self.lines))


class Ruled(NamedTuple):
    """One ruled table of one page, or of several once continued."""

    page: int
    y0: float
    edges: tuple[float, ...]
    rows: int
    slots: tuple[Slot, ...]


def ruled(page: int, boxes: Sequence[Box], chars: Sequence[Char]) -> tuple[Ruled | None, set[int]]:
    """Return the table drawn by ``boxes`` and the indices of the characters it holds.

    A single column is a frame around text, not a table: ``None``.
    """
    edges = _edges(x for box in boxes for x in (box[0], box[2]))
    levels = _edges(y for box in boxes for y in (box[1], box[3]))
    if len(edges) < 3:
        return None, set()
    boxes = _apart(boxes, edges, levels)
    places = [_place(box, edges, levels) for box in boxes]
    owner = {
        (row + 1, column + 1): index  # a place between two edges is known by the second
        for index, place in enumerate(places)
        for row, column in _spots(place)
        if row + 1 < len(levels) and column + 1 < len(edges)
    }
    held: dict[int, list[Char]] = {}
    taken: set[int] = set()
    end = 0
    for index, group in groupby(_owners(owner, edges, levels, chars)):
        start, end = end, end + len(list(group))
        if index is not None:
            held.setdefault(index, []).extend(chars[start:end])
            taken.update(range(start, end))
    slots = [
        Slot(*place, box[0], box[2], tuple(lines_of(held.get(index, ()))))
        for index, (place, box) in enumerate(zip(places, boxes, strict=True))
    ]
    ordered = tuple(sorted(slots, key=_PLACE))
    return Ruled(page, levels[0], edges, len(levels) - 1, ordered), taken


def _owners(
    owner: Mapping[tuple[int, int], int],
    edges: Sequence[float],
    levels: Sequence[float],
    chars: Sequence[Char],
) -> Iterator[int | None]:
    """Return for each character the cell that holds its middle, if one does."""
    glyphs = [char[1] for char in chars]
    across = [(x0 + x1) / 2 for _, x0, _, x1, _, _ in glyphs]
    down = [(y0 + y1) / 2 for _, _, y0, _, y1, _ in glyphs]
    rows = map(bisect_left, repeat(levels), down)
    return map(owner.get, zip(rows, map(bisect_left, repeat(edges), across), strict=True))


def continued(table: Ruled, following: Ruled) -> Ruled | None:
    """Return both as one table if the second goes on with the first's columns, else ``None``."""
    edges = _shared_edges(table.edges, following.edges)
    if edges is None or following.page <= table.page:
        return None
    above, below = _on_edges(table, edges), _on_edges(following, edges)
    repeated = _repeated_rows(above, below)
    if repeated >= following.rows:
        return above._replace(page=following.page)
    moved = [
        slot._replace(row=slot.row - repeated + table.rows)
        for slot in below.slots
        if slot.row >= repeated
    ]
    rows = table.rows + following.rows - repeated
    split = _split_row(above, moved)
    if split is not None:
        return Ruled(following.page, table.y0, edges, rows - 1, split)
    slots = _merged_over_break([*above.slots, *moved], table.rows)
    return Ruled(following.page, table.y0, edges, rows, tuple(slots))


def cells_of(table: Ruled) -> Iterator[Cell]:
    """Yield the cells in reading order with their text: soft wraps joined, typed breaks kept."""
    padding = _padding(table.slots)
    for slot in table.slots:
        ink = _cell_ink(slot, padding)
        yield Cell(
            slot.row,
            slot.column,
            slot.row_span,
            slot.column_span,
            "".join(character for character, _ in ink),
            [glyph for _, glyph in ink],
        )


def _edges(positions: Iterable[float]) -> tuple[float, ...]:
    """Return the distinct positions, those within three points taken as one."""
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > _NEAR:
            edges.append(position)
    return tuple(edges)


def _index(edges: Sequence[float], position: float) -> int:
    return bisect_left(edges, position - _NEAR)


def _place(box: Box, edges: Sequence[float], levels: Sequence[float]) -> tuple[int, int, int, int]:
    column, row = _index(edges, box[0]), _index(levels, box[1])
    return (
        row,
        column,
        max(1, _index(levels, box[3]) - row),
        max(1, _index(edges, box[2]) - column),
    )


def _apart(boxes: Sequence[Box], edges: Sequence[float], levels: Sequence[float]) -> list[Box]:
    """Return the cells that do not overlap: a frame around smaller cells is not a cell."""
    apart: list[Box] = []
    taken: set[tuple[int, int]] = set()
    for box in sorted(boxes, key=lambda each: (each[2] - each[0]) * (each[3] - each[1])):
        spots = set(_spots(_place(box, edges, levels)))
        if taken.isdisjoint(spots):
            taken |= spots
            apart.append(box)
    return apart


def _spots(place: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
    row, column, row_span, column_span = place
    for each in range(row, row + row_span):
        for other in range(column, column + column_span):
            yield each, other


def _shared_edges(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...] | None:
    """Return the finer of two sets of column edges if it has all edges of the other."""
    fine, coarse = (first, second) if len(first) >= len(second) else (second, first)
    ends_meet = abs(fine[0] - coarse[0]) <= _NEAR and abs(fine[-1] - coarse[-1]) <= _NEAR
    has_all = all(any(abs(edge - other) <= _NEAR for other in fine) for edge in coarse)
    return fine if ends_meet and has_all else None


def _on_edges(table: Ruled, edges: tuple[float, ...]) -> Ruled:
    """Return the table with its columns counted by a finer set of edges."""
    if len(table.edges) == len(edges):
        return table
    at = [_index(edges, edge) for edge in table.edges]
    slots = tuple(
        slot._replace(
            column=at[slot.column],
            column_span=at[slot.column + slot.column_span] - at[slot.column],
        )
        for slot in table.slots
    )
    return table._replace(edges=edges, slots=slots)


def _repeated_rows(above: Ruled, below: Ruled) -> int:
    """Return how many rows at the top of ``below`` are the header of ``above`` printed again."""
    rows = 0
    while rows < min(above.rows, below.rows):
        first, again = _row(above, rows), _row(below, rows)
        if first != again or not any(text for *_, text in first):
            break
        rows += 1
    return rows


def _row(table: Ruled, row: int) -> list[tuple[int, int, int, str]]:
    return [
        (slot.column, slot.row_span, slot.column_span, slot.text)
        for slot in table.slots
        if slot.row == row
    ]


def _split_row(above: Ruled, below: Sequence[Slot]) -> tuple[Slot, ...] | None:
    """Return all slots with the row that the page break splits as one, or ``None``.

    The second half has no serial number of its own, and the text of a cell runs on: the last line
    of its first half was full. ``12 | 新建改造供水管网 … 全长`` / ``| 35 公里。``
    """
    first = above.rows
    upper = {slot.column: slot for slot in above.slots if slot.row + slot.row_span == first}
    lower = {slot.column: slot for slot in below if slot.row == first}
    serial = upper.get(0)
    is_half = (
        serial is not None
        and _SERIAL.fullmatch(serial.text)
        and 0 in lower
        and not lower[0].lines
        and lower.keys() == upper.keys()
        and all(slot.row_span == 1 for slot in lower.values())
        and not any(slot.lines and not upper[column].lines for column, slot in lower.items())
    )
    if not is_half:
        return None
    padding = _padding(above.slots)
    if not any(_goes_on(upper[at], lower[at], padding) for at in lower):
        return None
    halves = {
        _PLACE(slot): slot._replace(lines=slot.lines + lower[at].lines)
        for at, slot in upper.items()
    }
    whole = [halves.get(_PLACE(slot), slot) for slot in above.slots]
    return (*whole, *(slot._replace(row=slot.row - 1) for slot in below if slot.row > first))


def _goes_on(upper: Slot, lower: Slot, padding: float) -> bool:
    """Return whether the text of a cell runs on into the cell below it."""
    if not upper.lines or not lower.lines or upper.column_span != lower.column_span:
        return False
    last = upper.lines[-1]
    is_ended = last.text[-1] in _ENDS
    return not is_ended and not would_fit(last, lower.lines[0], _room(last, upper, padding))


def _merged_over_break(slots: list[Slot], first: int) -> list[Slot]:
    """Join a blank cell over several rows at the top of a page to the cell it goes on from.

    One row alone does not show whether it is merged or simply empty: it stays an empty cell.
    """
    upper = {
        (slot.column, slot.column_span): index
        for index, slot in enumerate(slots)
        if slot.row < first == slot.row + slot.row_span
    }
    gone: set[int] = set()
    for index, slot in enumerate(slots):
        above = upper.get((slot.column, slot.column_span))
        if slot.row == first and slot.row_span > 1 and not slot.lines and above is not None:
            slots[above] = slots[above]._replace(row_span=slots[above].row_span + slot.row_span)
            gone.add(index)
    return [slot for index, slot in enumerate(slots) if index not in gone]


def _padding(slots: Sequence[Slot]) -> float:
    """Return the space a full line leaves at each side of its cell, by the fullest line."""
    spaces = [
        (slot.x1 - slot.x0 - line.width) / 2
        for slot in slots
        for line in slot.lines
        if len(slot.lines) > 1 and not line.ends_in_mark
    ]
    return min(max(min(spaces, default=0.0), 0.0), _MAX_PADDING)


def _cell_ink(slot: Slot, padding: float) -> list[Ink]:
    ink: list[Ink] = []
    before: Line | None = None
    for line in slot.lines:
        if before is not None:
            is_typed = would_fit(before, line, _room(before, slot, padding))
            ink += [("\n", None)] if is_typed else joined(before, line)
        ink += line.ink
        before = line
    return ink


def _room(line: Line, slot: Slot, padding: float) -> float:
    """Return the room that a line leaves: on its right, or on both sides if it is centred.

    The first line of a paragraph is indented and may be full all the same.
    """
    last = slot.lines[-1]
    left, right = line.x0 - slot.x0 - padding, slot.x1 - line.x1 - padding
    is_centred = abs(left - right) < _NEAR
    ends_at_right = slot.x1 - last.x1 - padding < 1.0 < last.x0 - slot.x0 - padding - last.size
    return left + right if is_centred or ends_at_right else right
