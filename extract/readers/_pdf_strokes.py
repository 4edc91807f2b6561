"""The straight strokes of a PDF page: lines, the sides of rectangles, thin filled rectangles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import NamedTuple

from extract.errors import LimitExceeded
from extract.limits import Limits
from extract.readers import _pdfium
from extract.readers._pdfium import FORM, IMAGE, PATH, TEXT, Matrix

Side = tuple[float, float, float, float]

_LINE, _MOVE = 0, 2
_MAX_DEPTH = 12  # forms within forms
_MAX_SEGMENTS = 400  # of one path: more is a drawing, not a rule
_THIN = 3.0  # points: a filled rectangle this thin is a stroke
_SIDES = 4  # of a rectangle; a white one without a stroke is background, a thin one a rule
_STRAIGHT = 0.5  # points: how far the ends of a level stroke may differ in height
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Marks(NamedTuple):
    """What is drawn on a page beside characters, in PDF user space.

    ``texts`` are the handles of its text objects, ``pictures`` the bounds of its images, ``paths``
    the number of painted paths.
    """

    texts: list[int]
    strokes: list[Side]
    pictures: list[Side]
    paths: int


def marks_of(page: int, limits: Limits) -> Marks:
    """Return the marks of a loaded page.

    Raises:
        LimitExceeded: more objects than a page of text and tables can have.
    """
    marks = Marks([], [], [], 0)
    each = _pdfium.calls()
    count = each.count_objects(page)
    seen = _Seen(count, limits.max_page_objects)
    seen.check()
    objects = list(map(each.object_at, repeat(page), range(count)))
    paths = _collect(objects, _IDENTITY, marks, 0, seen)
    return marks._replace(paths=paths)


@dataclass(slots=True)
class _Seen:
    """How many objects a page has so far, and how many it may have."""

    count: int
    most: int

    def check(self) -> None:
        if self.count > self.most:
            raise LimitExceeded(
                f"一页上的图形超过 {self.most} 个的上限，请把该页另存为图片后再处理。"
            )


def _collect(objects: Sequence[int], outer: Matrix, marks: Marks, depth: int, seen: _Seen) -> int:
    """Add the objects of a page or form to ``marks``; return how many paths are painted."""
    each = _pdfium.calls()
    kinds = list(map(each.type_of, objects))
    painted = 0
    drawn = [item for item, kind in zip(objects, kinds, strict=True) if kind == PATH]
    for path, matrix in zip(drawn, _rows(_pdfium.object_matrices(drawn), 6), strict=True):
        is_filled, is_stroked = _pdfium.painting(path)
        if is_filled or is_stroked:
            painted += 1
            sides = list(_strokes(path, _times(_six(matrix), outer)))
            if is_stroked or len(sides) < _SIDES or not _pdfium.is_blank(path):
                marks.strokes.extend(sides)
    images = [item for item, kind in zip(objects, kinds, strict=True) if kind == IMAGE]
    for x0, y0, x1, y1 in _rows(_pdfium.bounds(images), 4):
        marks.pictures.append(_box_of([_moved(x0, y0, outer), _moved(x1, y1, outer)]))
    if depth == 0:
        texts = (item for item, kind in zip(objects, kinds, strict=True) if kind == TEXT)
        marks.texts.extend(texts)
    forms = [item for item, kind in zip(objects, kinds, strict=True) if kind == FORM]
    if forms and depth < _MAX_DEPTH:
        for form, matrix in zip(forms, _rows(_pdfium.object_matrices(forms), 6), strict=True):
            count = each.count_in_form(form)
            seen.count += count
            seen.check()
            inner = list(map(each.object_in_form, repeat(form), range(count)))
            painted += _collect(inner, _times(_six(matrix), outer), marks, depth + 1, seen)
    return painted


def _strokes(path: int, matrix: Matrix) -> Iterator[Side]:
    """Yield the level and upright stretches of one path; a thin box is one stroke."""
    each = _pdfium.calls()
    count = each.count_segments(path)
    if not 2 <= count <= _MAX_SEGMENTS:
        return
    segments = list(map(each.segment_at, repeat(path), range(count)))
    kinds = list(map(each.segment_type, segments))
    a, b, c, d, e, f = matrix
    flat = iter(_pdfium.points(segments))
    where = [(a * x + c * y + e, b * x + d * y + f) for x, y in zip(flat, flat, strict=True)]
    for first, end in _subpaths(kinds):
        corners = where[first:end]
        if each.segment_closes(segments[end - 1]):
            corners.append(corners[0])
        drawn = kinds[first + 1 : end]
        if len(corners) >= 4 and drawn.count(_LINE) == len(drawn):
            box = _box_of(corners)
            if _is_thin(box):
                yield _middle(box)
                continue
        for ((x0, y0), (x1, y1)), kind in zip(pairwise(corners), [*drawn, _LINE], strict=False):
            if kind != _LINE:
                continue
            side = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
            if _is_straight(side):
                yield side


def _subpaths(kinds: Sequence[int]) -> Iterator[tuple[int, int]]:
    if kinds.count(_MOVE) == 1 and kinds[0] == _MOVE:
        yield 0, len(kinds)
        return
    starts = [index for index, kind in enumerate(kinds) if kind == _MOVE or index == 0]
    yield from pairwise([*starts, len(kinds)])


def _is_thin(box: Side) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) < _THIN


def _is_straight(side: Side) -> bool:
    across, down = side[2] - side[0], side[3] - side[1]
    return min(across, down) <= _STRAIGHT and max(across, down) > 0


def _middle(box: Side) -> Side:
    x0, y0, x1, y1 = box
    if x1 - x0 >= y1 - y0:
        return x0, (y0 + y1) / 2, x1, (y0 + y1) / 2
    return (x0 + x1) / 2, y0, (x0 + x1) / 2, y1


def _box_of(corners: Sequence[tuple[float, float]]) -> Side:
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that moves by ``inner`` first and by ``outer`` then."""
    if outer == _IDENTITY:
        return inner
    a, b, c, d, e, f = inner
    x, y = _moved(e, f, outer)
    return (
        a * outer[0] + b * outer[2],
        a * outer[1] + b * outer[3],
        c * outer[0] + d * outer[2],
        c * outer[1] + d * outer[3],
        x,
        y,
    )


def _six(row: Sequence[float]) -> Matrix:
    a, b, c, d, e, f = row
    return a, b, c, d, e, f


def _rows(flat: Sequence[float], width: int) -> Iterator[Sequence[float]]:
    return (flat[start : start + width] for start in range(0, len(flat), width))
