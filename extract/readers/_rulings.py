"""Straight strokes → the rectangles of ruled tables; the same for drawn, parsed and seen lines.

Strokes that miss each other by a hair are one; a row of short dashes is a rule. The cells are the
smallest rectangles whose four sides are drawn.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, pairwise
from operator import itemgetter
from typing import NamedTuple

from extract.errors import LimitExceeded
from extract.limits import DEFAULT_LIMITS
from extract.readers._grid import Box

_SNAP, _JOIN, _CROSS = 3.0, 3.0, 3.0  # points: how far strokes may miss each other
_DASH, _DASH_GAP, _DASHES = 12.0, 8.0, 5  # points, points, how many make a rule
_SHORTEST = 3.0  # points: a shorter stroke is no side of a cell
_MAX_STEPS = 1_000_000  # far more than any page of tables takes
_MAX_OPEN_ROW = 2.5  # times the usual row: how high a row across the whole table may be


_LEVEL = itemgetter(0)


class Stroke(NamedTuple):
    """A horizontal or vertical stroke, in points from the top left of the page as it is read."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_vertical(self) -> bool:
        """Whether it runs down rather than across."""
        return abs(self.x1 - self.x0) <= abs(self.y1 - self.y0)


class Rule(NamedTuple):
    """All strokes on one level, joined: where it lies and where its stretches begin and end."""

    at: float
    starts: tuple[float, ...]
    ends: tuple[float, ...]

    def touching(self, position: float) -> tuple[int, ...]:
        """Return which stretches reach a position, at most two."""
        last = bisect_right(self.starts, position + _CROSS) - 1
        if last < 0:
            return ()
        reach = position - _CROSS
        if last and self.ends[last - 1] >= reach:
            return (last - 1, last) if self.ends[last] >= reach else (last - 1,)
        return (last,) if self.ends[last] >= reach else ()


class Rules(NamedTuple):
    """The rules of a page: those that run across, from the top; those that run down, from left."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def tables_of(strokes: Iterable[Box]) -> list[list[Box]]:
    """Return the cells of each table that the strokes draw, as boxes for ``_grid.ruled``.

    Tables stand in order from the top; a lone rectangle is none.

    Raises:
        LimitExceeded: the strokes cross more often than any table's do.
    """
    return tables_between(rules_of(strokes))


def rules_of(strokes: Iterable[Box]) -> Rules:
    """Return the strokes snapped to common levels and joined, dashes too."""
    level: list[tuple[float, float, float]] = []
    upright: list[tuple[float, float, float]] = []
    for stroke in strokes:
        x0, y0, x1, y1 = stroke
        if abs(x1 - x0) <= abs(y1 - y0):
            upright.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        else:
            level.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    return Rules(tuple(_snapped(level)), tuple(_snapped(upright)))


def tables_between(rules: Rules) -> list[list[Box]]:
    """Return the cells of each table between rules, like ``tables_of``."""
    return _grouped(list(_cells(rules)))


def closed(rules: Rules) -> Rules:
    """Return the rules with the sides that a table leaves open: drawn where its rules end.

    ``─┬─`` / ``─┼─`` / ``─┴─``: three rules that begin and end together, with uprights between.
    """
    down = [*rules.down, *_open_sides(rules.across, rules.down)]
    across = [*rules.across, *_open_sides(rules.down, rules.across)]
    if len(down) == len(rules.down) and len(across) == len(rules.across):
        return rules
    return Rules(tuple(_levelled(across)), tuple(_levelled(down)))


def _snapped(strokes: list[tuple[float, float, float]]) -> Iterator[Rule]:
    """Yield the rules of strokes ``(level, start, end)``: each lies at the mean of its strokes."""
    strokes.sort()
    first = 0
    for index in range(1, len(strokes) + 1):
        if index < len(strokes) and strokes[index][0] <= strokes[index - 1][0] + _SNAP:
            continue
        group = strokes[first:index]
        first = index
        if group:
            stretches = _joined(sorted((start, end) for _, start, end in group))
            if stretches:
                at = sum(map(_LEVEL, group)) / len(group)
                yield Rule(at, tuple(s for s, _ in stretches), tuple(e for _, e in stretches))


def _joined(stretches: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return stretches that touch as one, then rows of dashes as one, without the tiny rest."""
    touching: list[tuple[float, float]] = []
    for start, end in stretches:
        if touching and start <= touching[-1][1] + _JOIN:
            touching[-1] = (touching[-1][0], max(touching[-1][1], end))
        else:
            touching.append((start, end))
    if len(touching) >= _DASHES:
        touching = list(_without_dashes(touching))
    return [(start, end) for start, end in touching if end - start >= _SHORTEST]


def _without_dashes(stretches: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    row: list[tuple[float, float]] = []
    for stretch in stretches:
        is_dash = stretch[1] - stretch[0] <= _DASH
        if row and not (is_dash and stretch[0] - row[-1][1] <= _DASH_GAP):
            yield from _ruled_row(row)
            row = []
        if is_dash:
            row.append(stretch)
        else:
            yield stretch
    yield from _ruled_row(row)


def _ruled_row(row: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(row[0][0], row[-1][1])] if len(row) >= _DASHES else row


def _levelled(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Yield rules in order, those on one level as one."""
    strokes = [
        (rule.at, start, end)
        for rule in rules
        for start, end in zip(rule.starts, rule.ends, strict=True)
    ]
    return _snapped(strokes)


Crossing = tuple[tuple[int, ...], tuple[int, ...]]  # the stretches down and across that meet


def _crossings(rules: Rules) -> dict[tuple[int, int], Crossing]:
    """Return where rules meet, by (rule down, rule across): the stretches of each."""
    lefts = [rule.at for rule in rules.down]
    found: dict[tuple[int, int], Crossing] = {}
    for row, rule in enumerate(rules.across):
        for number, (start, end) in enumerate(zip(rule.starts, rule.ends, strict=True)):
            first, last = bisect_left(lefts, start - _CROSS), bisect_right(lefts, end + _CROSS)
            for column in range(first, last):
                met = rules.down[column].touching(rule.at)
                if met:
                    before = found.get((column, row), ((), ()))
                    found[column, row] = (met, (*before[1], number))
            if len(found) > DEFAULT_LIMITS.max_crossings:
                raise _too_many()
    return found


def _cells(rules: Rules) -> Iterator[Box]:
    """Yield the smallest rectangle that begins at each crossing, if its sides are drawn."""
    crossings = _crossings(rules)
    in_column: dict[int, list[int]] = {}
    in_row: dict[int, list[int]] = {}
    for column, row in sorted(crossings):
        in_column.setdefault(column, []).append(row)
        in_row.setdefault(row, []).append(column)
    steps = count()
    for (column, row), met in sorted(crossings.items()):
        for lower in _reached(in_column[column], row, met[0], crossings, column, down=True):
            beside = _reached(in_row[row], column, met[1], crossings, row, down=False)
            right = _corner(crossings, column, row, lower, beside)
            if next(steps) > _MAX_STEPS:
                raise _too_many()
            if right is not None:
                down, across = rules.down, rules.across
                yield down[column].at, across[row].at, down[right].at, across[lower].at
                break


def _reached(
    along: Sequence[int],
    start: int,
    stretches: tuple[int, ...],
    crossings: dict[tuple[int, int], Crossing],
    other: int,
    *,
    down: bool,
) -> Iterator[int]:
    """Yield the crossings after ``start`` on the same stretch of a rule, in order."""
    for index in range(bisect_right(along, start), len(along)):
        position = along[index]
        met = crossings[other, position][0] if down else crossings[position, other][1]
        if met != stretches and set(met).isdisjoint(stretches):
            return
        yield position


def _corner(
    crossings: dict[tuple[int, int], Crossing],
    column: int,
    row: int,
    lower: int,
    beside: Iterable[int],
) -> int | None:
    """Return the first rule down that closes the rectangle from (column, row) to ``lower``."""
    bottom = crossings[column, lower][1]
    for right in beside:
        corner = crossings.get((right, lower))
        if corner is None or (corner[1] != bottom and set(corner[1]).isdisjoint(bottom)):
            continue
        above = crossings[right, row][0]
        if corner[0] == above or not set(corner[0]).isdisjoint(above):
            return right
    return None


def _grouped(cells: Sequence[Box]) -> list[list[Box]]:
    """Return the cells that share corners as tables, from the top."""
    parent = list(range(len(cells)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    at: dict[tuple[float, float], int] = {}
    for index, (x0, y0, x1, y1) in enumerate(cells):
        for corner in ((x0, y0), (x0, y1), (x1, y0), (x1, y1)):
            parent[root(index)] = root(at.setdefault(corner, index))
    tables: dict[int, list[Box]] = {}
    for index, cell in enumerate(cells):
        tables.setdefault(root(index), []).append(cell)
    found = [table for table in tables.values() if len(table) > 1]
    return sorted(found, key=lambda table: min((cell[1], cell[0]) for cell in table))


def _open_sides(along: Sequence[Rule], between: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the sides missing at both ends of rules that begin and end together."""
    alike: dict[tuple[int, int], list[tuple[float, float, float]]] = {}
    for rule in along:
        for start, end in zip(rule.starts, rule.ends, strict=True):
            key = next(
                (k for k in alike if abs(k[0] - start) <= _SNAP and abs(k[1] - end) <= _SNAP),
                (round(start), round(end)),
            )
            alike.setdefault(key, []).append((rule.at, start, end))
    for stretches in alike.values():
        if len(stretches) < 3:
            continue
        start, end = stretches[0][1], stretches[0][2]
        inner = [rule for rule in between if start + _SNAP < rule.at < end - _SNAP]
        for top, bottom in _held([at for at, _, _ in stretches], inner):
            for side in (start, end):
                if not any(_spans(rule, side, top, bottom) for rule in between):
                    yield Rule(side, (top,), (bottom,))


def _held(levels: Sequence[float], inner: Sequence[Rule]) -> Iterator[tuple[float, float]]:
    """Yield from where to where rules are tied to one another by the uprights between them."""
    ties = [any(_covers(rule, a, b) for rule in inner) for a, b in pairwise(levels)]
    heights = sorted(b - a for (a, b), tied in zip(pairwise(levels), ties, strict=True) if tied)
    if not heights:
        return
    usual = heights[len(heights) // 2]
    first: int | None = None
    for index, tied in enumerate([*ties, False]):
        is_high = index < len(ties) and levels[index + 1] - levels[index] > _MAX_OPEN_ROW * usual
        inside = index + 1 < len(ties) and ties[index + 1]
        if tied or (first is not None and inside and index < len(ties) and not is_high):
            first = index if first is None else first
        elif first is not None:
            if index - first >= 2:
                yield levels[first], levels[index]
            first = None


def _covers(rule: Rule, start: float, end: float) -> bool:
    return any(
        a <= start + _CROSS and b >= end - _CROSS
        for a, b in zip(rule.starts, rule.ends, strict=True)
    )


def _spans(rule: Rule, at: float, start: float, end: float) -> bool:
    """Return whether a rule near ``at`` already stands along most of a side."""
    if abs(rule.at - at) > _SNAP:
        return False
    drawn = sum(
        max(0.0, min(b, end) - max(a, start)) for a, b in zip(rule.starts, rule.ends, strict=True)
    )
    return drawn > 0.5 * (end - start)


def _too_many() -> LimitExceeded:
    return LimitExceeded("一页上的线条过多，不像表格，请把该页另存为图片后再处理。")
