"""Places on an OFD page: boxes in millimetres, matrices, and the way from an object to the page."""

import math
from typing import TYPE_CHECKING, NamedTuple

from extract.readers._ofd_parts import numbers

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Point = tuple[float, float]
Box = tuple[float, float, float, float]

POINTS_PER_MM = 72 / 25.4


class Matrix(NamedTuple):
    """``x' = a·x + c·y + e``, ``y' = b·x + d·y + f``, as the CTM attribute lists them."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> Point:
        """Return where a point comes to stand."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, outer: "Matrix") -> "Matrix":
        """Return this matrix followed by ``outer``."""
        return Matrix(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            *outer.point(self.e, self.f),
        )

    @property
    def across(self) -> float:
        """How much longer a stretch along the line becomes."""
        return math.hypot(self.a, self.b)

    @property
    def down(self) -> float:
        """How much longer a stretch across the line becomes."""
        return math.hypot(self.c, self.d)


def box_of(text: str | None) -> Box | None:
    """Return ``x y width height`` as left, top, right, bottom; ``None`` if it is no box."""
    found = numbers(text)
    if len(found) != 4:
        return None
    x, y, width, height = found
    return x, y, x + width, y + height


def matrix_of(text: str | None) -> Matrix:
    """Return the matrix of a CTM attribute; the identity where there is none."""
    found = numbers(text)
    return Matrix(*found) if len(found) == 6 else Matrix()


def place_of(element: "Element", outer: Matrix) -> Matrix:
    """Return the matrix from an object's own space to the page: CTM, boundary, then ``outer``."""
    return matrix_of(element.get("CTM")).then(origin_of(element, outer))


def origin_of(element: "Element", outer: Matrix) -> Matrix:
    """Return the matrix of the object's boundary alone: where its top left corner comes to be."""
    left, top, *_ = box_of(element.get("Boundary")) or (0.0, 0.0)
    return Matrix(e=left, f=top).then(outer)


def page_matrix(box: Box) -> Matrix:
    """Return the matrix from the page's millimetres to points from its top left corner."""
    k = POINTS_PER_MM
    return Matrix(k, 0.0, 0.0, k, -box[0] * k, -box[1] * k)


def around(points: list[Point]) -> Box:
    """Return the smallest upright box around the points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def shared(first: Box, second: Box) -> Box:
    """Return what two boxes have in common; right before left where that is nothing."""
    return (
        max(first[0], second[0]),
        max(first[1], second[1]),
        min(first[2], second[2]),
        min(first[3], second[3]),
    )


def holds(box: Box, x: float, y: float) -> bool:
    """Return whether a point is in the box."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
