"""Drawn paths (``M 0 0 L 156 0 C``) → polygons to paint and straight strokes to find tables by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extract.readers._ofd_parts import numbers
from extract.readers._ofd_space import Box, Matrix, Point, around, shared
from extract.readers._rulings import Stroke

# How many numbers follow each letter; S begins a figure like M, C closes it.
_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_STEPS = 8  # straight pieces that stand for one curve
_ASKEW = 0.5  # points: how far a straight stroke may lean
_THIN = 3.4  # points (1.2 mm): a filled bar no wider is a ruling


@dataclass(slots=True)
class Figure:
    """One figure of a path: its corners, which of its sides are straight, whether it is closed."""

    points: list[Point]
    straight: list[bool] = field(default_factory=list)
    closed: bool = False

    def add(self, point: Point, *, straight: bool = True) -> None:
        """Go on to the next corner."""
        self.points.append(point)
        self.straight.append(straight)

    def sides(self) -> Iterator[tuple[Point, Point]]:
        """Yield the straight sides, the closing one included."""
        for (start, end), is_straight in zip(pairwise(self.points), self.straight, strict=True):
            if is_straight:
                yield start, end
        if self.closed and self.points[0] != self.points[-1]:
            yield self.points[-1], self.points[0]


def figures_of(data: str, matrix: Matrix) -> list[Figure]:
    """Return the figures of abbreviated path data, placed on the page; stops where it is broken."""
    figures: list[Figure] = []
    tokens = data.replace(",", " ").split()
    position = 0
    while position < len(tokens):
        letter = tokens[position].upper()
        count = _OPERANDS.get(letter, -1)
        operands = numbers(" ".join(tokens[position + 1 : position + 1 + count]))
        if count < 0 or len(operands) != count:
            break
        _draw(figures, letter, operands, matrix)
        position += 1 + count
    return figures


def strokes_of(figures: Sequence[Figure], clip: Box, *, is_drawn: bool) -> Iterator[Stroke]:
    """Yield the upright and level strokes inside ``clip``: drawn sides, or thin filled bars."""
    for figure in figures:
        sides = figure.sides() if is_drawn else _bar(figure)
        for (x0, y0), (x1, y1) in sides:
            if min(abs(x1 - x0), abs(y1 - y0)) > _ASKEW:
                continue
            left, top, right, bottom = shared(around([(x0, y0), (x1, y1)]), clip)
            if left <= right and top <= bottom and (right > left or bottom > top):
                yield Stroke(left, top, right, bottom)


def is_lettering(figures: Sequence[Figure]) -> bool:
    """Return whether a filled path may be a character's outline: neither a bar nor a rectangle."""
    return any(len(figure.points) > 6 or not all(figure.straight) for figure in figures)


def _draw(figures: list[Figure], letter: str, operands: list[float], matrix: Matrix) -> None:
    points = [matrix.point(x, y) for x, y in zip(operands[-2::-2], operands[::-2], strict=False)]
    points.reverse()
    if letter in "MS":
        figures.append(Figure(points))
    elif not figures:
        return
    elif letter == "C":
        figures[-1].closed = True
    elif letter == "L":
        _open(figures).add(points[0])
    elif letter == "A":  # what an arc bulges does not matter here
        _open(figures).add(points[-1], straight=False)
    else:
        _curve(_open(figures), points)


def _open(figures: list[Figure]) -> Figure:
    """Return the figure that is being drawn; after a close the pen is where that one began."""
    if figures[-1].closed:
        figures.append(Figure([figures[-1].points[0]]))
    return figures[-1]


def _curve(figure: Figure, controls: Sequence[Point]) -> None:
    """Add a Bézier curve through de Casteljau's construction."""
    start = figure.points[-1]
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        points = [start, *controls]
        while len(points) > 1:
            points = [
                (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for (x0, y0), (x1, y1) in pairwise(points)
            ]
        figure.add(points[0], straight=False)


def _bar(figure: Figure) -> Iterator[tuple[Point, Point]]:
    """Yield the middle line of a filled figure that is a thin upright or level bar."""
    if not all(figure.straight) or len(figure.points) < 2:
        return
    left, top, right, bottom = around(figure.points)
    width, height = right - left, bottom - top
    if min(width, height) > _THIN or max(width, height) <= _THIN:
        return
    x, y = (left + right) / 2, (top + bottom) / 2
    yield ((x, top), (x, bottom)) if width < height else ((left, y), (right, y))
