"""Where text stands on a page: the detected lines, cut at the rules of tables, and what was missed.

Detection skips a lone ``1`` in a narrow cell now and then, even a whole line; ink that no box
covers is read as well, so that no figure is lost in silence.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from extract.readers._grid import Box

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Image = NDArray[uint8]

Corners = Sequence[tuple[float, float]]

_MAX_SLANT = 0.2  # rise over run: watermarks slant more, the page itself is straight
_TALL = 1.6  # height over width: one character, or characters one above the other
_SLICE = 0.35  # height over width: less is the edge of a character of the next row
_SAME = 0.5  # of the smaller box: two boxes around one text
_LEAST_PT, _MOST_PT = 3.0, 60.0  # the height of printed characters
_LEAST_INK_PT2 = 1.5  # area of ink: a small ``1`` has more, dust has less
_LEAST_DASH_PT = (5.0, 24.0)  # the width of a dash in an empty cell
_REACH_PT = 5.0  # between the characters of one missed line
_EDGE_PT, _FAR_PT = 1.0, 2.5  # a cell's text keeps away from its rules


class Spot(NamedTuple):
    """A rectangle of pixels with one line of text; ``found`` by detection, or ink left over."""

    x0: int
    y0: int
    x1: int
    y1: int
    found: bool = True


class Spots(NamedTuple):
    """All lines of a page, and how many stand askew and are not read (watermarks)."""

    lines: list[Spot]
    askew: int


def ink_of(grey: "Image") -> "Image":
    """Return 1 where ink is: much darker, or on a dark ground much lighter, than around it."""
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    ground = cv2.boxFilter(soft, -1, (61, 61))
    return (cv2.absdiff(ground, soft) > 28).astype(np.uint8) & (soft < 200).astype(np.uint8)


def spots_of(
    ink: "Image", corners: Sequence[Corners], tables: Sequence[Sequence[Box]], scale: float
) -> Spots:
    """Return the lines to read: detected ones cut by cell, then the ink outside of them."""
    askew = [each for each in corners if _is_askew(each)]
    upright = [each for each in corners if each not in askew]
    cells = [_scaled(cell, scale) for table in tables for cell in table]
    edge = max(1, round(_EDGE_PT / scale))
    boxes = _apart(_rectangle(each, ink.shape) for each in upright)
    cut = _apart(part for box in boxes for part in _cut(box, cells, edge))
    kept = _apart(line for part in cut for line in _stacked(ink, part))
    least = _LEAST_INK_PT2 / scale / scale
    kept = [box for box in kept if _own_ink(ink, box, kept) >= least]
    missed = _missed(ink, kept, askew, scale)
    far = max(1, round(_FAR_PT / scale))  # what is left of a rule at a cell's edge is no 1
    left = [part for box in missed for part in _cut(box, cells, far) if _has_ink(ink, part)]
    return Spots([*kept, *left], len(askew))


def _scaled(cell: Box, scale: float) -> Spot:
    x0, y0, x1, y1 = (round(value / scale) for value in cell)
    return Spot(x0, y0, x1, y1)


def sideways(corners: Sequence[Corners]) -> bool:
    """Return whether most lines run up or down the page."""
    tall = sum(1 for each in corners if _height(each) > _TALL * _width(each))
    wide = sum(1 for each in corners if _width(each) > _TALL * _height(each))
    return tall > 2 * wide and tall >= 3


def _width(corners: Corners) -> float:
    return max(x for x, _ in corners) - min(x for x, _ in corners)


def _height(corners: Corners) -> float:
    return max(y for _, y in corners) - min(y for _, y in corners)


def _is_askew(corners: Corners) -> bool:
    """Return whether a long line is far from level and from upright."""
    (x0, y0), (x1, y1), (x2, y2), _ = corners
    across, down = (abs(x1 - x0), abs(y1 - y0)), (abs(x2 - x1), abs(y2 - y1))
    (run, rise), (other_rise, other_run) = across, down
    long, short = sorted((run + rise, other_rise + other_run), reverse=True)
    if long < 3 * short:
        return False
    steep = max(rise, run) * _MAX_SLANT
    return min(rise, run) > steep


def _rectangle(corners: Corners, shape: tuple[int, ...]) -> Spot:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Spot(
        max(0, round(min(xs))),
        max(0, round(min(ys))),
        min(shape[1], round(max(xs)) + 1),
        min(shape[0], round(max(ys)) + 1),
    )


def _apart(boxes: Iterable[Spot]) -> list[Spot]:
    """Return the boxes without those that lie for the most part in a larger one."""
    kept: list[Spot] = []
    for box in sorted(boxes, key=_area, reverse=True):
        if all(_shared(box, other) <= _SAME * _area(box) for other in kept):
            kept.append(box)
    return kept


def _area(box: Spot) -> int:
    return max(0, box.x1 - box.x0) * max(0, box.y1 - box.y0)


def _shared(first: Spot, second: Spot) -> int:
    return _area(_overlap(first, second))


def _overlap(first: Spot, second: Spot) -> Spot:
    return Spot(
        max(first.x0, second.x0),
        max(first.y0, second.y0),
        min(first.x1, second.x1),
        min(first.y1, second.y1),
        first.found,
    )


def _cut(box: Spot, cells: Sequence[Spot], edge: int) -> Iterator[Spot]:
    """Yield the parts of a box that lie in different cells, each inside its rules.

    A box that only reaches over a rule with its margin is cut to its own cell.
    """
    parts = [
        part
        for cell in cells
        if _area(
            part := _overlap(
                box,
                Spot(cell.x0 + edge, cell.y0 + edge, cell.x1 - edge, cell.y1 - edge),
            )
        )
    ]
    if not parts:
        yield box
        return
    tallest = max(part.y1 - part.y0 for part in parts)
    least = min(2 * edge, (box.x1 - box.x0 + 1) // 2)
    for part in parts:
        if 2 * (part.y1 - part.y0) > tallest and part.x1 - part.x0 >= least:
            yield part


def _has_ink(ink: "Image", box: Spot) -> bool:
    return bool(ink[box.y0 : box.y1, box.x0 : box.x1].any())


def _own_ink(ink: "Image", box: Spot, boxes: Sequence[Spot]) -> int:
    """Return the pixels of ink that no other box holds: the slice of a cut box may have none."""
    part = ink[box.y0 : box.y1, box.x0 : box.x1].copy()
    for other in boxes:
        if other is not box and _shared(box, other):
            shared = _overlap(box, other)
            rows = slice(shared.y0 - box.y0, shared.y1 - box.y0)
            part[rows, shared.x0 - box.x0 : shared.x1 - box.x0] = 0
    return int(part.sum())


def _stacked(ink: "Image", box: Spot) -> Iterator[Spot]:
    """Yield a tall box character by character if they stand one above the other (备/注)."""
    if box.y1 - box.y0 <= _TALL * (box.x1 - box.x0):
        yield box
        return
    rows: list[bool] = list(ink[box.y0 : box.y1, box.x0 : box.x1].max(axis=1) > 0)
    runs = _runs(rows, least=max(2, (box.x1 - box.x0) // 12))
    whole = [run for run in runs if run[1] - run[0] >= _SLICE * (box.x1 - box.x0)]
    if len(whole) < 2:
        yield box
        return
    for start, end in whole:
        yield box._replace(y0=max(0, box.y0 + start - 2), y1=box.y0 + end + 2)


def _runs(flags: Sequence[bool], least: int) -> list[tuple[int, int]]:
    """Return the stretches of true, those less than ``least`` apart joined."""
    runs: list[tuple[int, int]] = []
    for index, flag in enumerate(flags):
        if not flag:
            continue
        if runs and index - runs[-1][1] < least:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _missed(
    ink: "Image", boxes: Sequence[Spot], askew: Sequence[Corners], scale: float
) -> list[Spot]:
    """Return the lines of ink of the height of text that no box covers."""
    import cv2
    import numpy as np

    rest = ink.copy()
    for box in boxes:
        rest[box.y0 : box.y1, box.x0 : box.x1] = 0
    for each in askew:
        cv2.fillConvexPoly(rest, np.array(each).round().astype(np.int32), (0,))
    speck = np.ones((2, 2), np.uint8)
    rest = cv2.morphologyEx(rest, cv2.MORPH_OPEN, speck).astype(np.uint8)
    reach = max(1, round(_REACH_PT / scale))
    joined = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    inked = np.bincount(labels.ravel(), weights=rest.ravel(), minlength=count)
    found = []
    for label in range(1, count):
        x, y, width, height = (int(value) for value in stats[label][:4])
        box = Spot(x, y, x + width, y + height, found=False)
        enough = inked[label] * scale * scale >= _LEAST_INK_PT2
        if enough and _is_text_sized(width * scale, height * scale) and _is_free(box, ink.shape):
            found.append(_widened(box, max(2, height // 4), max(1, height // 8), ink.shape))
    return found


def _widened(box: Spot, aside: int, above: int, shape: tuple[int, ...]) -> Spot:
    """Return the box with the pale edges of its characters."""
    return box._replace(
        x0=max(0, box.x0 - aside),
        y0=max(0, box.y0 - above),
        x1=min(shape[1], box.x1 + aside),
        y1=min(shape[0], box.y1 + above),
    )


def _is_text_sized(width: float, height: float) -> bool:
    """Return whether a patch (in points) may be a line of text or a dash, and not a rule."""
    if height < _LEAST_PT:
        return _LEAST_DASH_PT[0] <= width <= _LEAST_DASH_PT[1]
    return height <= _MOST_PT


def _is_free(box: Spot, shape: tuple[int, ...]) -> bool:
    """Return whether it keeps away from the picture's border, where scanners leave shadows."""
    return box.x0 > 1 and box.y0 > 1 and box.x1 < shape[1] - 1 and box.y1 < shape[0] - 1
