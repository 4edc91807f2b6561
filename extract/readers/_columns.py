"""Pages set in two columns: the gutter between them, so that each column is read to its end."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.readers._aligned import Piece, pieces_of
from extract.readers._lines import Char, Line, lines_of

_HOLE = (" ", None)  # how a line marks a gap of two characters or more
_LEAST_LINES = 5  # on each side of a gutter
_FULL = 0.45  # of a column's width: what the middle one of its lines fills
_INNER = (0.2, 0.8)  # of the text's width: where a gutter may lie


class Gutter(NamedTuple):
    """A gutter: from where to where down the page, and how far from the left."""

    top: float
    bottom: float
    x: float


def gutters_of(lines: Sequence[Line]) -> list[Gutter]:
    """Return the gutters of a page, at most one beside another, from the top."""
    if sum(1 for line in lines if _HOLE in line.ink) < _LEAST_LINES:
        return []
    rows = [(line, pieces_of(line)) for line in lines]
    if sum(1 for _, pieces in rows if len(pieces) > 1) < _LEAST_LINES:
        return []
    x = _gap(rows)
    return [] if x is None else list(_bands(rows, x))


def in_columns(chars: Sequence[Char], lines: list[Line], gutters: Sequence[Gutter]) -> list[Line]:
    """Return the lines of the page, those at a gutter cut in two."""
    if not gutters:
        return lines
    zones: dict[tuple[int, bool], list[Char]] = {}
    for char in chars:
        y, x = (char.glyph.y0 + char.glyph.y1) / 2, (char.glyph.x0 + char.glyph.x1) / 2
        band = next((n for n, g in enumerate(gutters) if g.top <= y <= g.bottom), -1)
        zones.setdefault((band, band >= 0 and x > gutters[band].x), []).append(char)
    return [line for key in sorted(zones) for line in lines_of(zones[key])]


def zone_of(y: float, x: float, gutters: Sequence[Gutter]) -> tuple[int, int] | None:
    """Return which band and column (0, 1) a place is in, ``None`` outside all bands."""
    for number, gutter in enumerate(gutters):
        if gutter.top <= y <= gutter.bottom:
            return number, int(x > gutter.x)
    return None


Rows = Sequence[tuple[Line, tuple[Piece, ...]]]


def _gap(rows: Rows) -> float | None:
    """Return the place that the gaps of most lines share."""
    left, right = min(line.x0 for line, _ in rows), max(line.x1 for line, _ in rows)
    low, high = (left + share * (right - left) for share in _INNER)
    gaps = [(before[1], after[0]) for _, pieces in rows for before, after in pairwise(pieces)]
    places = {round(x) for a, b in gaps for x in (a + 1, (a + b) / 2, b - 1) if low < x < high}
    if not places:
        return None
    crossed = [piece for _, pieces in rows for piece in pieces]

    def worth(x: float) -> int:
        open_lines = sum(1 for a, b in gaps if a < x < b)
        return open_lines - sum(1 for a, b in crossed if a < x < b)

    return max(sorted(places), key=worth)


def _bands(rows: Rows, x: float) -> Iterator[Gutter]:
    band: list[tuple[Line, tuple[Piece, ...]]] = []
    for line, pieces in rows:
        if any(a < x < b for a, b in pieces):
            yield from _gutter(band, x)
            band = []
        else:
            band.append((line, pieces))
    yield from _gutter(band, x)


def _gutter(band: Rows, x: float) -> Iterator[Gutter]:
    """Yield the gutter of a band if both its sides are columns of text."""
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    both = 0
    for _, pieces in band:
        held = [[p for p in pieces if p[1] <= x], [p for p in pieces if p[0] >= x]]
        both += bool(held[0] and held[1])
        for side, own in zip(sides, held, strict=True):
            if own:
                side.append((own[0][0], own[-1][1]))
    if both < _LEAST_LINES or min(map(len, sides)) < _LEAST_LINES:
        return
    if all(_is_text(side) for side in sides):
        yield Gutter(min(line.y0 for line, _ in band), max(line.y1 for line, _ in band), x)


def _is_text(side: Sequence[Piece]) -> bool:
    """Return whether the lines of a side fill it, as text does and labels do not."""
    width = max(x1 for _, x1 in side) - min(x0 for x0, _ in side)
    widths = sorted(x1 - x0 for x0, x1 in side)
    return width > 0 and widths[len(widths) // 2] >= _FULL * width
