"""Placed marks → one ``Sheet``: the page turned until its text runs to the right, then laid out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.document import Glyph
from extract.readers._lines import FALL, RISE, Char, lines_of, without_doubles
from extract.readers._ofd_page import Leaves
from extract.readers._ofd_strings import strung
from extract.readers._ofd_text import UNMAPPED, Mark
from extract.readers._pdf_tables import tables_in
from extract.readers._rulings import Stroke
from extract.readers._sheets import Sheet


class Turn(NamedTuple):
    """How the text runs, in degrees clockwise, on a page of this size as it is shown (points)."""

    way: int
    width: float
    height: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as it is read."""
        is_sideways = self.way in (90, 270)
        return (self.height, self.width) if is_sideways else (self.width, self.height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the page on the page as it is read."""
        turned = {
            90: (y, self.width - x),
            180: (self.width - x, self.height - y),
            270: (self.height - y, x),
        }
        return turned.get(self.way, (x, y))

    def back(self, glyph: Glyph) -> Glyph:
        """Return a glyph of the page as it is read where it is shown."""
        _, x0, y0, x1, y1, _ = glyph
        if self.way == 90:
            return glyph._replace(x0=self.width - y1, y0=x0, x1=self.width - y0, y1=x1)
        if self.way == 180:
            x0, y0, x1, y1 = self.width - x1, self.height - y1, self.width - x0, self.height - y0
            return glyph._replace(x0=x0, y0=y0, x1=x1, y1=y1)
        if self.way == 270:
            return glyph._replace(x0=y0, y0=self.height - x1, x1=y1, y1=self.height - x0)
        return glyph


class Laid(NamedTuple):
    """A page laid out: its sheet, the way back for its glyphs, what could not be read as text."""

    sheet: Sheet
    turn: Turn
    moved: dict[Glyph, Glyph]
    overlaps: int
    askew: int
    unmapped: int

    def back(self, glyph: Glyph) -> Glyph:
        """Return where a glyph of the sheet is shown."""
        return self.turn.back(self.moved.get(glyph, glyph))


def laid_out(leaves: Leaves, marks: Sequence[Mark], page: int) -> Laid:
    """Return the page's sheet of these marks: ruled tables first, then the lines outside them."""
    ways = Counter({0: 0})
    ways.update(mark.way for mark in marks if mark.way is not None)
    turn = Turn(max(ways, key=lambda way: ways[way]), leaves.width, leaves.height)
    running = [mark for mark in marks if mark.way == turn.way and mark.size > 0]
    placed = [(_char(mark, turn, page), mark.run) for mark in running]
    runs = {id(char): run for char, run in placed}
    chars = without_doubles(char for char, _ in placed)
    tables, taken = tables_in(page, list(_turned(leaves.strokes, turn)), chars)
    rest = [char for index, char in enumerate(chars) if index not in taken]
    strings = strung(rest, [runs[id(char)] for char in rest])
    sheet = Sheet(*turn.size, lines_of(strings.chars), tables)
    unmapped = sum(1 for char in chars if char.text == UNMAPPED)
    askew = len(marks) - len(running)
    return Laid(sheet, turn, strings.moved, strings.overlaps, askew, unmapped)


def _char(mark: Mark, turn: Turn, page: int) -> Char:
    x, base = turn.point(mark.x, mark.y)
    top, bottom = base - RISE * mark.size, base + FALL * mark.size
    return Char(mark.text, Glyph(page, x, top, x + mark.width, bottom), mark.size, base)


def _turned(strokes: Sequence[Stroke], turn: Turn) -> Iterator[Stroke]:
    for stroke in strokes:
        (x0, y0), (x1, y1) = turn.point(stroke.x0, stroke.y0), turn.point(stroke.x1, stroke.y1)
        yield Stroke(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
