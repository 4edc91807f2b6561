"""Pages whose text is placed by coordinates: SVG text and absolutely positioned blocks.

What OFD and PDF converters write: ``<svg style="left:184px;top:655px"><text x="0" y="43">你``.
The order in the file is that of the drawing, so lines and paragraphs come from the places.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import regex

from extract.document import Glyph
from extract.errors import LimitExceeded
from extract.limits import Limits
from extract.readers._html_tree import clean, style_of, text_size
from extract.readers._lines import FALL, RISE, Char, lines_of, without_doubles
from extract.readers._sheets import Sheet

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_POINT = 0.75  # points in a CSS pixel
_MIN_SHARE = 0.5
_DEFAULT_SIZE = 16.0
_A4 = (793.7, 1122.5)
_LENGTH = r"(-?\d{1,6}(?:\.\d{1,20})?)\s*(px|pt)?"
_FONT = regex.compile(rf"font-size\s*:\s*{_LENGTH}")
_TRANSFORM = regex.compile(
    r"(?:translate\(\s*(?P<x>-?[\d.]+)(?:[\s,]+(?P<y>-?[\d.]+))?\s*\)|"
    r"matrix\(\s*1\s*[\s,]\s*0\s*[\s,]\s*0\s*[\s,]\s*1\s*[\s,]\s*(?P<x>-?[\d.]+)[\s,]+(?P<y>-?[\d.]+)\s*\))"
)
_FACTORS = {"px": 1.0, "pt": 1 / _POINT, None: 1.0}
_WIDE = "\u2e80"


class Place(NamedTuple):
    """The page an element stands on, its corner there in pixels, its font size."""

    page: int
    x: float
    y: float
    size: float


def is_placed(body: "Element") -> bool:
    """Return whether most of the text is placed by coordinates."""
    total = text_size(body)
    placed = 0
    passed: set[Element] = set()
    for element in body.iter():
        if element.getparent() in passed:
            passed.add(element)
        elif _is_root(element):
            passed.add(element)
            placed += text_size(element)
    return total > 0 and placed >= total * _MIN_SHARE


def sheets_of(body: "Element", limits: Limits) -> tuple[list[Sheet], int]:
    """Return a sheet for every page, and how many characters have no place.

    Raises:
        LimitExceeded: more pages or characters than the limits allow.
    """
    walk = _Walk(limits)
    walk.read(body)
    sheets: list[Sheet] = []
    for number, (width, height) in enumerate(walk.sizes, 1):
        chars = without_doubles(char for char in walk.chars if char.glyph.page == number)
        sheets.append(Sheet(width * _POINT, height * _POINT, lines_of(chars), []))
    return sheets, walk.unplaced


class _Walk:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.chars: list[Char] = []
        self.sizes: list[tuple[float, float]] = []
        self.unplaced = 0

    def read(self, body: "Element") -> None:
        """Walk the elements with a stack of their own: the tree may be deep."""
        pending: list[tuple[Element, Place | None]] = [(body, None)]
        while pending:
            element, place = pending.pop()
            place = self._placed(element, place)
            self._text(element, place)
            pending += [(child, place) for child in reversed(element)]

    def _placed(self, element: "Element", place: Place | None) -> Place | None:
        style = style_of(element)
        if place is None:
            size = _page_size(element, style)
            if size is None and not _is_root(element):
                return None
            self.sizes.append(size or _A4)
            if len(self.sizes) > self._limits.max_pages:
                raise LimitExceeded(
                    f"页数超过 {self._limits.max_pages} 页的上限，请拆分后再处理。",
                    page=len(self.sizes),
                )
            place = Place(len(self.sizes), 0.0, 0.0, _DEFAULT_SIZE)
            if size is not None:
                return place
        left, top = _length(style, "left"), _length(style, "top")
        shift_x, shift_y = _shift(element)
        return Place(
            place.page,
            place.x + (left or 0.0) + shift_x,
            place.y + (top or 0.0) + shift_y,
            _font_size(element, style, place.size),
        )

    def _text(self, element: "Element", place: Place | None) -> None:
        text = clean(element.text or "")
        tails = sum(len("".join((child.tail or "").split())) for child in element)
        if place is None or not (element.tag in ("text", "tspan") or _is_absolute(element)):
            self.unplaced += len("".join(text.split())) + tails
            return
        self.unplaced += tails
        if len(self.chars) + len(text) > self._limits.max_characters:
            raise LimitExceeded(
                f"文字超过 {self._limits.max_characters} 字的上限，请拆分文件后再处理。"
            )
        self.chars += _chars(element, text, place)


def _chars(element: "Element", text: str, place: Place) -> Iterator[Char]:
    """Yield the characters of one run; SVG may give each its own x."""
    is_svg = element.tag in ("text", "tspan")
    given = [_plain(each) for each in str(element.get("x", "")).replace(",", " ").split()]
    base = place.y + (_plain(str(element.get("y", "0")).split(" ")[0]) if is_svg else 0)
    base += 0 if is_svg else RISE * place.size
    x = 0.0
    for index, character in enumerate(text):
        x = given[index] if is_svg and index < len(given) else x
        advance = place.size * (1.0 if character >= _WIDE else 0.5)
        if character.isprintable() or character in "\u00a0\u3000":
            left, size = (place.x + x) * _POINT, place.size * _POINT
            bottom = base * _POINT
            box = (left, bottom - RISE * size, left + advance * _POINT, bottom + FALL * size)
            yield Char(character, Glyph(place.page, *box), size, bottom)
        x += advance


def _is_root(element: "Element") -> bool:
    """Return whether the element starts a placed stretch: absolute, with both coordinates."""
    style = style_of(element)
    return _is_absolute(element) and _length(style, "left") is not None


def _is_absolute(element: "Element") -> bool:
    style = style_of(element).replace(" ", "")
    return "position:absolute" in style and _length(style_of(element), "top") is not None


def _page_size(element: "Element", style: str) -> tuple[float, float] | None:
    """Return the size of a page: a relative block of that width and height."""
    if "position:relative" not in style.replace(" ", ""):
        return None
    width, height = _length(style, "width"), _length(style, "height")
    return (width, height) if width and height else None


def _length(style: str, name: str) -> float | None:
    match = regex.search(rf"(?:^|;)\s*{name}\s*:\s*{_LENGTH}", style)
    return float(match.group(1)) * _FACTORS[match.group(2)] if match else None


def _shift(element: "Element") -> tuple[float, float]:
    match = _TRANSFORM.search(str(element.get("transform", ""))[:200])
    return (_plain(match["x"]), _plain(match["y"] or "0")) if match else (0.0, 0.0)


def _font_size(element: "Element", style: str, inherited: float) -> float:
    match = _FONT.search(style)
    if match is None:
        return _plain(str(element.get("font-size", ""))) or inherited
    return float(match.group(1)) * _FACTORS[match.group(2)] or inherited


def _plain(text: str) -> float:
    match = regex.match(_LENGTH, text.strip())
    return float(match.group(1)) if match else 0.0
