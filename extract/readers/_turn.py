"""Pages whose text stands on its side (wide tables on a portrait page): turned to be read.

The layout is worked out on the turned page; the boxes of the finished document are turned back.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from extract.document import Glyph

if TYPE_CHECKING:
    from pdfplumber.page import Page

Box = tuple[float, float, float, float]
Way = Literal["upright", "up", "down", "askew"]


class Turn(NamedTuple):
    """How the text of one page runs, and the page's size before it is turned."""

    way: Way
    width: float
    height: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as it is read."""
        is_sideways = self.way in ("up", "down")
        return (self.height, self.width) if is_sideways else (self.width, self.height)

    def box(self, box: Box) -> Box:
        """Return a box of the page as it stands on the turned page."""
        x0, y0, x1, y1 = box
        if self.way == "up":
            return self.height - y1, x0, self.height - y0, x1
        if self.way == "down":
            return y0, self.width - x1, y1, self.width - x0
        return box

    def back(self, glyph: Glyph) -> Glyph:
        """Return a glyph of the turned page where it is printed."""
        _, x0, y0, x1, y1, _ = glyph
        if self.way == "up":
            return glyph._replace(x0=y0, y0=self.height - x1, x1=y1, y1=self.height - x0)
        if self.way == "down":
            return glyph._replace(x0=self.width - y1, y0=x0, x1=self.width - y0, y1=x1)
        return glyph

    def base(self, x: float, y: float) -> float:
        """Return the height of the baseline through a character's origin on the turned page."""
        return {"up": x, "down": self.width - x}.get(self.way, y)


def turn_of(page: "Page") -> Turn:
    """Return how most characters of the page run."""
    ways: dict[Way, int] = {"upright": 0}
    for char in page.chars:
        way = way_of(char)
        ways[way] = ways.get(way, 0) + 1
    ways.pop("askew", None)
    way = max(ways, key=lambda each: ways[each])
    return Turn(way, float(page.width), float(page.height))


def way_of(char: Mapping[str, Any]) -> Way:
    """Return how one character runs, by its matrix; watermarks run askew."""
    across, up, *_ = char["matrix"]
    angle = round(math.degrees(math.atan2(up, across)))
    ways: dict[int, Way] = {0: "upright", 90: "up", -90: "down"}
    return ways.get(angle, "askew")
