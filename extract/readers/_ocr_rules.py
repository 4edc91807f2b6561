"""The ruled grid of a page image: straight dark runs → strokes → the cells of its tables.

The rules are wiped off before the text is read: a rule at the edge of a cell reads as ``1``.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extract.readers._grid import Box
from extract.readers._rulings import Stroke, tables_of

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Image = NDArray[uint8]

_ACROSS_PT, _DOWN_PT = 24.0, 9.0  # the shortest rules: a narrow column, a row of small print
_GAP_PT = 1.5  # breaks in a rule that noise or dashes make
_TOUCH_PT = 3.0  # how far a rule may end before the one it meets
_MEET_PT = 1.2  # the same for a short rule: characters keep a little more away
_DOUBLE_PT = 5.0  # the two lines of a double rule; a row of text is higher
_LONG_PT = 60.0  # no stroke of a character is as long
_THICK_PT = 5.0  # thicker is a bar or a picture, not a rule
_BESIDE_PT = 2.5  # from the edge of a cell to the rule as it is drawn
_WIPE_PT = 1.0  # beside a rule: its blurred edge
_RIM = 6  # of such a cell's height: its frame
_DARK = 170  # the ground of a cell with light text on it
_LEAST_PT = (50.0, 20.0)  # width and height of a table
_MIN_OPEN = 3  # rules across that end together: the open side of a table


Cells = Sequence[tuple[int, ...]]  # x0, y0, x1, y1 in pixels


class Rules(NamedTuple):
    """The tables of a page, each as its cells in points, and the page without their rules."""

    tables: list[list[Box]]
    grey: "Image"


def rules_of(grey: "Image", scale: float) -> Rules:
    """Return the ruled tables of a straight page and the page with these rules wiped off."""
    ink = _ink(grey)
    across, down = _runs(ink, scale, across=True), _runs(ink, scale, across=False)
    level = _level(_strokes(across, scale))
    upright = _swapped(_level(_swapped(_rules(_strokes(down, scale), level))))
    strokes = [*level, *upright]
    strokes += _open_sides(level, upright)
    tables = [cells for cells in tables_of(strokes) if _is_table(cells)]
    if not tables:
        return Rules([], grey)
    cells = [tuple(round(value / scale) for value in cell) for table in tables for cell in table]
    return Rules(tables, _evened(_wiped(grey, across | down, cells, scale), cells))


def _ink(grey: "Image") -> "Image":
    """Return 1 where a pixel is darker than what surrounds it, the page's shading evened out."""
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    ground = cv2.boxFilter(soft, -1, (41, 41))
    return (cv2.subtract(ground, soft) > 25).astype(np.uint8)


def _runs(ink: "Image", scale: float, *, across: bool) -> "Image":
    """Return the ink that belongs to straight runs across or down the page."""
    import cv2
    import numpy as np

    gap = max(2, round(_GAP_PT / scale))
    length = max(8, round((_ACROSS_PT if across else _DOWN_PT) / scale))
    bridge, run = ((1, gap), (1, length)) if across else ((gap, 1), (length, 1))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(bridge, np.uint8))
    return cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(run, np.uint8)).astype(np.uint8)


def _strokes(runs: "Image", scale: float) -> list[Stroke]:
    """Return each run as a stroke along its middle; one as thick as a bar as its two sides."""
    import cv2

    contours, _ = cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        left, top, width, height = cv2.boundingRect(contour)
        x0, y0 = left * scale, top * scale
        x1, y1 = (left + width) * scale, (top + height) * scale
        if min(x1 - x0, y1 - y0) <= _THICK_PT:
            found.append(_middle(x0, y0, x1, y1))
        elif width > height:
            found += [Stroke(x0, y0, x1, y0), Stroke(x0, y1, x1, y1)]
        else:
            found += [Stroke(x0, y0, x0, y1), Stroke(x1, y0, x1, y1)]
    return found


def _middle(x0: float, y0: float, x1: float, y1: float) -> Stroke:
    if x1 - x0 >= y1 - y0:
        return Stroke(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    return Stroke((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


def _level(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Return strokes across with those nearly at one height (a double rule) at exactly one."""
    found: list[Stroke] = []
    group: list[Stroke] = []
    for each in [*sorted(strokes, key=lambda stroke: stroke.y0), None]:
        if each is not None and (not group or each.y0 - group[0].y0 <= _DOUBLE_PT):
            group.append(each)
            continue
        if group:
            longest = max(group, key=lambda stroke: stroke.x1 - stroke.x0)
            found += [one._replace(y0=longest.y0, y1=longest.y0) for one in group]
        group = [each] if each is not None else []
    return found


def _swapped(strokes: Iterable[Stroke]) -> list[Stroke]:
    return [Stroke(each.y0, each.x0, each.y1, each.x1) for each in strokes]


def _rules(upright: Sequence[Stroke], level: Sequence[Stroke]) -> list[Stroke]:
    """Return the upright strokes that are no part of a character.

    A rule is long, or goes from one rule across to another; one that nearly does must stand in
    line with a rule that is beyond doubt.
    """
    sure = [each for each in upright if _is_long(each) or _meets(each, level, _MEET_PT)]
    places = sorted({each.x0 for each in sure})
    doubtful = [
        each
        for each in upright
        if any(abs(each.x0 - x) <= _MEET_PT for x in places) and _meets(each, level, _TOUCH_PT)
    ]
    return list(dict.fromkeys([*sure, *doubtful]))


def _is_long(stroke: Stroke) -> bool:
    return stroke.y1 - stroke.y0 >= _LONG_PT


def _meets(stroke: Stroke, level: Sequence[Stroke], reach: float) -> bool:
    crossed = [each.y0 for each in level if each.x0 - _TOUCH_PT <= stroke.x0 <= each.x1 + _TOUCH_PT]
    return all(any(abs(y - end) <= reach for y in crossed) for end in (stroke.y0, stroke.y1))


def _open_sides(level: Sequence[Stroke], upright: Sequence[Stroke]) -> list[Stroke]:
    """Return the side rules that a table without them leaves to the reader.

    At least three rules across end together at both sides, and upright rules cross them inside.
    """
    groups: dict[tuple[int, int], list[Stroke]] = {}
    for each in level:
        key = next(
            (k for k, g in groups.items() if _ends_with(g[0], each)),
            (round(each.x0), round(each.x1)),
        )
        groups.setdefault(key, []).append(each)
    sides: list[Stroke] = []
    for group in groups.values():
        top, bottom = min(each.y0 for each in group), max(each.y0 for each in group)
        x0, x1 = min(each.x0 for each in group), max(each.x1 for each in group)
        inside = [s for s in upright if s.y0 < bottom and s.y1 > top and x0 < s.x0 < x1]
        if len(group) < _MIN_OPEN or not inside:
            continue
        for top, bottom in _stretches(group, inside):
            sides += [Stroke(x0, top, x0, bottom), Stroke(x1, top, x1, bottom)]
    return sides


def _stretches(group: Sequence[Stroke], inside: Sequence[Stroke]) -> Iterable[tuple[float, float]]:
    """Yield each gap between neighbouring rules that an upright rule bridges."""
    levels = sorted({each.y0 for each in group})
    for top, bottom in pairwise(levels):
        if any(s.y0 <= top + _TOUCH_PT and s.y1 >= bottom - _TOUCH_PT for s in inside):
            yield top, bottom


def _ends_with(first: Stroke, other: Stroke) -> bool:
    return abs(first.x0 - other.x0) <= _TOUCH_PT and abs(first.x1 - other.x1) <= _TOUCH_PT


def _is_table(cells: Sequence[Box]) -> bool:
    width = max(cell[2] for cell in cells) - min(cell[0] for cell in cells)
    height = max(cell[3] for cell in cells) - min(cell[1] for cell in cells)
    return width >= _LEAST_PT[0] and height >= _LEAST_PT[1]


def _wiped(grey: "Image", runs: "Image", cells: Cells, scale: float) -> "Image":
    """Whiten the runs that lie on an edge of a cell; strokes of characters stay."""
    import cv2
    import numpy as np

    near = np.zeros_like(grey)
    thick = max(3, round(2 * _BESIDE_PT / scale))
    for x0, y0, x1, y1 in cells:
        cv2.rectangle(near, (x0, y0), (x1, y1), (1,), thick)
    reach = 2 * max(1, round(_WIPE_PT / scale)) + 1
    wide = cv2.dilate(runs, np.ones((reach, reach), np.uint8))
    return np.where(np.minimum(wide, near) > 0, 255, grey).astype(np.uint8)


def _evened(grey: "Image", cells: Cells) -> "Image":
    """Return the page with dark cells (white on blue) as dark text on white."""
    import numpy as np

    for x0, y0, x1, y1 in cells:
        part = grey[y0:y1, x0:x1]
        ground = float(np.median(part[::3, ::3])) if part.size else 255.0
        if ground < _DARK:
            away = np.clip(part.astype(np.float32) - ground, 0.0, None)
            grey[y0:y1, x0:x1] = 255 - away * (255.0 / max(255.0 - ground, 1.0))
            rim = max(3, (y1 - y0) // _RIM)
            grey[y0 : y0 + rim, x0:x1] = grey[y1 - rim : y1, x0:x1] = 255
            grey[y0:y1, x0 : x0 + rim] = grey[y0:y1, x1 - rim : x1] = 255
    return grey
