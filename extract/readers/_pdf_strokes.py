"""The straight strokes of a PDF page: lines, the sides of rectangles, thin filled rectangles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from typing import NamedTuple

from extract.errors import LimitExceeded
from extract.limits import Limits
from extract.readers import _pdfium
from extract.readers._pdfium import FORM, IMAGE, PATH, TEXT, Matrix

Side = tuple[float, float, float, float]

_LINE, _MOVE = 0, 2
_MAX_DEPTH = 12  # forms within forms
_MAX_SEGMENTS = 400  # of one path: more is a drawing, not a rule
_BATCH = 256  # paths whose segments are asked for at a time
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
    painted = _add_strokes(_of(PATH, objects, kinds), outer, marks.strokes)
    for x0, y0, x1, y1 in _rows(_pdfium.bounds(_of(IMAGE, objects, kinds)), 4):
        marks.pictures.append(_box_of([_moved(x0, y0, outer), _moved(x1, y1, outer)]))
    if depth == 0:
        marks.texts.extend(_of(TEXT, objects, kinds))
    forms = _of(FORM, objects, kinds)
    if forms and depth < _MAX_DEPTH:
        for form, matrix in zip(forms, _matrices(forms, outer), strict=True):
            count = each.count_in_form(form)
            seen.count += count
            seen.check()
            inner = list(map(each.object_in_form, repeat(form), range(count)))
            painted += _collect(inner, matrix, marks, depth + 1, seen)
    return painted


def _of(kind: int, objects: Sequence[int], kinds: Sequence[int]) -> list[int]:
    return [each for each, own in zip(objects, kinds, strict=True) if own == kind]


def _add_strokes(paths: Sequence[int], outer: Matrix, strokes: list[Side]) -> int:
    """Add the level and upright stretches of the painted paths; return how many are painted."""
    filled, stroked = _pdfium.paintings(paths)
    ways = zip(paths, filled, stroked, strict=True)
    painted = [
        (path, is_stroked) for path, is_filled, is_stroked in ways if is_filled or is_stroked
    ]
    for first in range(0, len(painted), _BATCH):
        batch = painted[first : first + _BATCH]
        shapes = _shapes([path for path, _ in batch], outer)
        for (path, is_stroked), sides in zip(batch, shapes, strict=True):
            if is_stroked or len(sides) < _SIDES or not _pdfium.is_blank(path):
                strokes += sides
    return len(painted)


def _shapes(paths: Sequence[int], outer: Matrix) -> Iterator[list[Side]]:
    """Yield the straight stretches of each path; all segments are asked for in one go."""
    each = _pdfium.calls()
    counts = list(map(each.count_segments, paths))
    counts = [count if 2 <= count <= _MAX_SEGMENTS else 0 for count in counts]
    owners = chain.from_iterable(map(repeat, paths, counts))
    segments = list(map(each.segment_at, owners, chain.from_iterable(map(range, counts))))
    kinds = list(map(each.segment_type, segments))
    closes = list(map(each.segment_closes, segments))
    flat = _pdfium.points(segments)
    xs, ys = flat[0::2], flat[1::2]
    end = 0
    for count, (a, b, c, d, e, f) in zip(counts, _matrices(paths, outer), strict=True):
        own = slice(end, end + count)
        end += count
        where = list(zip(xs[own], ys[own], strict=True))
        across = [a * x + c * y + e for x, y in where]
        down = [b * x + d * y + f for x, y in where]
        drawn = kinds[own]
        if _MOVE not in drawn[1:]:
            yield _sides(across, down, drawn, closes[own]) if count else []
            continue
        yield [
            side
            for part in _subpaths(drawn)
            for side in _sides(across[part], down[part], drawn[part], closes[own][part])
        ]


def _subpaths(kinds: Sequence[int]) -> Iterator[slice]:
    starts = [index for index, kind in enumerate(kinds) if kind == _MOVE or index == 0]
    return (slice(first, end) for first, end in pairwise([*starts, len(kinds)]))


def _sides(
    xs: list[float], ys: list[float], kinds: Sequence[int], closes: Sequence[int]
) -> list[Side]:
    """Return the level and upright stretches between corners; a thin box is one stroke."""
    if closes[-1]:
        xs.append(xs[0])
        ys.append(ys[0])
    drawn = [*kinds[1:], _LINE]
    if len(xs) >= _SIDES and drawn.count(_LINE) == len(drawn):
        box = min(xs), min(ys), max(xs), max(ys)
        if min(box[2] - box[0], box[3] - box[1]) < _THIN:
            return [_middle(box)]
    found: list[Side] = []
    for x0, x1, y0, y1, kind in zip(xs, xs[1:], ys, ys[1:], drawn, strict=False):
        if kind != _LINE:
            continue
        left, right = (x0, x1) if x0 <= x1 else (x1, x0)
        bottom, top = (y0, y1) if y0 <= y1 else (y1, y0)
        across, up = right - left, top - bottom
        if (across <= _STRAIGHT or up <= _STRAIGHT) and (across > 0 or up > 0):
            found.append((left, bottom, right, top))
    return found


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


def _matrices(objects: Sequence[int], outer: Matrix) -> Iterator[Matrix]:
    """Yield the matrix of each object as it stands on the page."""
    flat = iter(_pdfium.object_matrices(objects))
    return (_times(inner, outer) for inner in zip(*[flat] * 6, strict=True))


def _rows(flat: Sequence[float], width: int) -> Iterator[Sequence[float]]:
    return (flat[start : start + width] for start in range(0, len(flat), width))
