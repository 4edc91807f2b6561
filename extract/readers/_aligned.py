"""Tables without uprights: columns from how the text is aligned, rows from rules or lines.

三线表 has a rule above, below the header and at the end; some tables have a rule under every row,
some none at all. What is not clearly a table stays text.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.readers._grid import Box
from extract.readers._lines import Char, Line, lines_of
from extract.readers._rulings import Rule

_NEAR = 3.0  # points: rules whose ends are this close belong together
_NARROWEST = 90.0  # points: a shorter rule underlines a word
_GAP = 0.6  # of the size: a gap this wide may part two columns, if it runs through all rows
_TABULAR = 0.6  # of the lines of a table have text in two columns or more
_LEAST_ROWS = 3
_HOLE = (" ", None)  # how a line marks a gap of two characters or more
_LEAST_COLUMNS = 3  # of a table without any rule
_LEADING = 2.4  # of the size: lines further apart are not rows of one table
_MAX_LINES = 400

Piece = tuple[float, float]  # from where to where a cell's text reaches


class Row(NamedTuple):
    """A printed line inside a table: where it lies and its pieces."""

    y0: float
    y1: float
    size: float
    pieces: tuple[Piece, ...]


def between_rules(
    across: Sequence[Rule], taken: Sequence[Box], chars: Sequence[Char]
) -> Iterator[list[Box]]:
    """Yield the cells of each table that has rules across and no uprights.

    ``taken`` are the tables already found; their rules are not asked again.
    """
    places: list[tuple[float, float, Char]] = []
    for start, end, levels in _stacks(across, taken):
        if not places:
            places = [((char[1][1] + char[1][3]) / 2, char[1][4], char) for char in chars]
        left, right, top = start - _NEAR, end + _NEAR, levels[0]
        inside = [char for x, bottom, char in places if left < x < right and bottom > top]
        rows = [row for row in map(_row, lines_of(inside)) if row.y1 > levels[0] + 1][:_MAX_LINES]
        yield from _tables(start, end, levels, rows)


def unruled(lines: Sequence[Line]) -> Iterator[list[Box]]:
    """Yield the cells of each clear table among lines without rules.

    Three lines or more, one under the other, each with the same three columns or more.
    """
    block: list[Row] = []
    for line in lines:
        if not block and _HOLE not in line.ink:
            continue
        row = Row(line.y0, line.y1, line.size, pieces_of(line))
        if block and not _follows(block, row):
            yield from _unruled(block)
            block = []
        if len(row.pieces) >= _LEAST_COLUMNS:
            block.append(row)
        elif block:
            yield from _unruled(block)
            block = []
    yield from _unruled(block)


def pieces_of(line: Line, share: float = 1.0) -> tuple[Piece, ...]:
    """Return the stretches of a line that gaps of this share of its size part."""
    gap = share * line.size
    found: list[Piece] = []
    for text, glyph in line.ink:
        if glyph is None or text == " ":
            continue
        if found and glyph.x0 - found[-1][1] <= gap:
            found[-1] = (found[-1][0], max(found[-1][1], glyph.x1))
        else:
            found.append((glyph.x0, glyph.x1))
    return tuple(found)


def _row(line: Line) -> Row:
    return Row(line.y0, line.y1, line.size, pieces_of(line, _GAP))


def _stacks(
    across: Sequence[Rule], taken: Sequence[Box]
) -> Iterator[tuple[float, float, list[float]]]:
    """Yield rules that begin and end together: from where to where, and their levels."""
    stacks: dict[tuple[float, float], list[float]] = {}
    for rule in across:
        for start, end in zip(rule.starts, rule.ends, strict=True):
            if end - start < _NARROWEST or _is_taken(rule.at, start, end, taken):
                continue
            key = next(
                (k for k in stacks if abs(k[0] - start) <= _NEAR and abs(k[1] - end) <= _NEAR),
                (start, end),
            )
            stacks.setdefault(key, []).append(rule.at)
    for (start, end), levels in stacks.items():
        if len(levels) >= 2:
            yield start, end, sorted(levels)


def _is_taken(at: float, start: float, end: float, taken: Iterable[Box]) -> bool:
    return any(
        x0 - _NEAR < end and start < x1 + _NEAR and y0 - _NEAR <= at <= y1 + _NEAR
        for x0, y0, x1, y1 in taken
    )


def _tables(
    start: float, end: float, levels: Sequence[float], rows: Sequence[Row]
) -> Iterator[list[Box]]:
    """Yield the tables of one stack of rules, which may stand over and under other text."""
    first = 0
    while first + 1 < len(levels):
        found = _longest(start, end, levels[first:], rows)
        if found is None:
            first += 1
            continue
        boxes, bottom = found
        yield boxes
        first = next((n for n, level in enumerate(levels) if level > bottom + _NEAR), len(levels))


def _longest(
    start: float, end: float, levels: Sequence[float], rows: Sequence[Row]
) -> tuple[list[Box], float] | None:
    """Return the cells of the table that begins at the first level, and where it ends."""
    for last in range(len(levels) - 1, 0, -1):
        inside = [row for row in rows if levels[0] < (row.y0 + row.y1) / 2 < levels[last]]
        final = [row for row in inside if (row.y0 + row.y1) / 2 > levels[last - 1]]
        if not any(len(row.pieces) >= 2 for row in final):
            continue
        below = [row for row in rows if (row.y0 + row.y1) / 2 > levels[last]]
        columns = _columns(inside, start, end)
        more = _going_on(inside, below, columns) if last == 1 else []
        body = [*inside, *more]
        columns = _columns(body, start, end) if more else columns
        if len(columns) >= 3 and _is_tabular(body, columns):
            bottom = (more[-1].y1 + more[-1].size * 0.2) if more else levels[last]
            inner = [*levels[: last + 1], bottom] if more else list(levels[: last + 1])
            bands = _bands(inner, body)
            return list(_boxes(bands, columns, body)), bottom
    return None


def _columns(rows: Sequence[Row], start: float, end: float) -> list[float]:
    """Return the edges of the columns: the middles of the gaps that run through all rows.

    A piece over several columns (a heading of the header) hides their gaps: where the rows without
    the first show more columns, it is the heading that is merged.
    """
    best: list[float] = []
    for skip in (0, 1, 2):
        if len(rows) - skip < 2:
            break
        merged: list[Piece] = []
        for piece in sorted(piece for row in rows[skip:] for piece in row.pieces):
            if merged and piece[0] <= merged[-1][1] + 0.5:
                merged[-1] = (merged[-1][0], max(merged[-1][1], piece[1]))
            else:
                merged.append(piece)
        edges = [start, *((a[1] + b[0]) / 2 for a, b in pairwise(merged)), end]
        if len(edges) > len(best):
            best = edges
    return best


def _is_tabular(rows: Sequence[Row], columns: Sequence[float]) -> bool:
    """Return whether enough rows have text in several columns, and the columns hold their pieces.

    More pieces in a usual row than columns on the whole: what crosses the gaps is no table.
    """
    several = sorted(len(row.pieces) for row in rows if len(row.pieces) >= 2)
    if len(several) < 2 or len(several) < _TABULAR * len(rows):
        return False
    return several[len(several) // 2] <= len(columns) - 1


def _going_on(inside: Sequence[Row], below: Sequence[Row], columns: Sequence[float]) -> list[Row]:
    """Return the rows under a header between two rules that keep to its columns."""
    more: list[Row] = []
    before = inside[-1]
    if len(columns) < 3 and not (len(inside) == 1 and len(inside[0].pieces) >= 3):
        return more
    heading = inside[0].pieces
    for row in below:
        if row.y0 - before.y1 > _LEADING * row.size or not _fits(row, heading):
            break
        more.append(row)
        before = row
    return more if len(more) >= _LEAST_ROWS else []


def _fits(row: Row, heading: Sequence[Piece]) -> bool:
    """Return whether no piece of a row lies under two headings."""
    for x0, x1 in row.pieces[1:] if len(row.pieces) > 1 else row.pieces:
        if sum(1 for a, b in heading if x0 < b and a < x1) > 1:
            return False
    return bool(row.pieces)


def _bands(levels: Sequence[float], rows: Sequence[Row]) -> list[float]:
    """Return the edges of the rows: the rules, and between two far ones each line of text."""
    edges = [levels[0]]
    for number, (top, bottom) in enumerate(pairwise(levels)):
        held = [row for row in rows if top < (row.y0 + row.y1) / 2 < bottom]
        is_row = number == 0 or len(held) <= 1 or len(levels) > _LEAST_ROWS + 1
        if not is_row:
            edges += [
                (above.y1 + below.y0) / 2
                for above, below in pairwise(held)
                if not _is_wrapped(above, below)
            ]
        edges.append(bottom)
    return edges


def _is_wrapped(above: Row, below: Row) -> bool:
    """Return whether a line only goes on with one cell of the line above, not with its first."""
    first = above.pieces[0]
    return len(below.pieces) == 1 < len(above.pieces) and below.pieces[0][0] > first[1]


def _boxes(bands: Sequence[float], columns: Sequence[float], rows: Sequence[Row]) -> Iterator[Box]:
    """Yield the cells; a piece of text over several columns makes one cell of them."""
    for top, bottom in pairwise(bands):
        pieces = [p for row in rows if top < (row.y0 + row.y1) / 2 < bottom for p in row.pieces]
        index = 0
        while index < len(columns) - 1:
            after = index + 1
            while after < len(columns) - 1 and any(
                x0 < columns[after] - 1 and x1 > columns[after] + 1 for x0, x1 in pieces
            ):
                after += 1
            yield columns[index], top, columns[after], bottom
            index = after


def _follows(block: Sequence[Row], row: Row) -> bool:
    before = block[-1]
    is_near = 0 < row.y0 - before.y1 + before.size <= (_LEADING + 1) * row.size
    return is_near and len(row.pieces) == len(before.pieces)


def _unruled(block: Sequence[Row]) -> Iterator[list[Box]]:
    if len(block) < _LEAST_ROWS:
        return
    start = min(row.pieces[0][0] for row in block) - 1
    end = max(row.pieces[-1][1] for row in block) + 1
    columns = _columns(block, start, end)
    if len(columns) - 1 != len(block[0].pieces):
        return
    tops = [(above.y1 + below.y0) / 2 for above, below in pairwise(block)]
    bands = [block[0].y0 - 1, *tops, block[-1].y1 + 1]
    yield list(_boxes(bands, columns, block))
