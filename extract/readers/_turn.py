"""Pages that are turned or whose text stands on its side: read upright, shown as they are.

Three frames: PDF user space (origin bottom left), the page as it is shown (``/Rotate`` applied,
origin top left), and the page as it is read, with the text running to the right. The layout is
worked out in the last; the boxes of the finished document stand on the page as it is shown.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from extract.document import Glyph
from extract.readers._pdf_chars import Run

Box = tuple[float, float, float, float]


class Turn(NamedTuple):
    """How the text of one page runs (degrees in user space) and how the page is shown.

    ``box`` is the shown part of the page in user space: left, bottom, right, top.
    """

    way: int
    rotation: int
    box: Box

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as it is read."""
        return self._size(self.way)

    @property
    def is_shown(self) -> bool:
        """Whether the page is read as it is shown."""
        return (self.way - self.rotation) % 360 == 0

    def box_of(self, side: Box) -> Box:
        """Return a box of user space on the page as it is read: left, top, right, bottom."""
        left, bottom, right, top = self.box
        x0, y0, x1, y1 = side
        if self.way == 90:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if self.way == 180:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        if self.way == 270:
            return top - y1, right - x1, top - y0, right - x0
        return x0 - left, top - y1, x1 - left, top - y0

    def boxes_of(self, sides: Sequence[Box]) -> list[Box]:
        """Return boxes of user space on the page as it is read."""
        if self.way:
            return list(map(self.box_of, sides))
        left, top = self.box[0], self.box[3]
        return [(x0 - left, top - y1, x1 - left, top - y0) for x0, y0, x1, y1 in sides]

    def ends(self, run: Run) -> tuple[list[float], list[float]]:
        """Return where each character of a run begins and ends, along the line as it is read."""
        left, bottom, right, top = self.box
        lefts, tops, rights, bottoms = run.sides
        if self.way == 90:
            return [y - bottom for y in bottoms], [y - bottom for y in tops]
        if self.way == 180:
            return [right - x for x in rights], [right - x for x in lefts]
        if self.way == 270:
            return [top - y for y in tops], [top - y for y in bottoms]
        return [x - left for x in lefts], [x - left for x in rights]

    def base(self, run: Run) -> float:
        """Return the height of a run's baseline on the page as it is read."""
        left, bottom, right, top = self.box
        return {
            90: run.x - left,
            180: run.y - bottom,
            270: right - run.x,
        }.get(self.way, top - run.y)

    def back(self, glyph: Glyph) -> Glyph:
        """Return a glyph of the page as it is read where it is shown."""
        _, x0, y0, x1, y1, _ = glyph
        width, height = self._size(self.rotation)
        turned = (self.way - self.rotation) % 360
        if turned == 90:
            return glyph._replace(x0=y0, y0=height - x1, x1=y1, y1=height - x0)
        if turned == 180:
            return glyph._replace(x0=width - x1, y0=height - y1, x1=width - x0, y1=height - y0)
        if turned == 270:
            return glyph._replace(x0=width - y1, y0=x0, x1=width - y0, y1=x1)
        return glyph

    def _size(self, degrees: int) -> tuple[float, float]:
        left, bottom, right, top = self.box
        size = right - left, top - bottom
        return (size[1], size[0]) if degrees in (90, 270) else size


def turn_of(runs: Sequence[Run], box: Box, rotation: int) -> Turn:
    """Return how most characters of a page run; as it is shown, where there are none."""
    ways: Counter[int] = Counter({rotation: 0})
    for run in runs:
        if run.way is not None:
            ways[run.way] += len(run.text)
    return Turn(max(ways, key=lambda way: ways[way]), rotation, box)
