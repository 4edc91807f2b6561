"""The numbers that a browser writes before the items of an <ol>: ``1.`` ``2.`` … ``c.`` ``iv.``

A person sees them, so they are part of the text; an item that brings its own number gets no other.
"""

from typing import TYPE_CHECKING

import regex

from extract.readers._html_tree import style_of
from extract.text import MARKER

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_STYLE = regex.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", regex.IGNORECASE)
_STYLES = {
    "decimal": "1", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I", "cjk-ideographic": "一", "simp-chinese-informal": "一",
    "trad-chinese-informal": "一",
}  # fmt: skip
_TYPES = {*_STYLES.values()}
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HAN_DIGITS = "零一二三四五六七八九"


class Numbering:
    """Counts the items of the ordered lists of one page."""

    def __init__(self) -> None:
        self._next: dict[Element, int] = {}
        self.written = 0

    def marker(self, item: "Element") -> str:
        """Return what the browser prints before an <li>, with the space after it, or nothing."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return ""
        number = _number(item.get("value"), self._expected(parent))
        self._next[parent] = number - 1 if _is_reversed(parent) else number + 1
        kind = _kind(item) or _kind(parent) or "1"
        return "" if kind == "none" else _written(number, kind)

    def numbered(self, marker: str, text: str) -> str:
        """Return the item's text with its number, unless it is printed with one of its own."""
        if not marker or MARKER.match(text.lstrip()):
            return text
        self.written += 1
        return marker + text.lstrip()

    def _expected(self, parent: "Element") -> int:
        if parent not in self._next:
            first = sum(1 for child in parent if child.tag == "li") if _is_reversed(parent) else 1
            self._next[parent] = _number(parent.get("start"), first)
        return self._next[parent]


def _is_reversed(parent: "Element") -> bool:
    return "reversed" in parent.attrib


def _number(given: str | None, default: int) -> int:
    text = (given or "").strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else default


def _kind(element: "Element") -> str:
    """Return how a list is numbered: 1 a A i I 一, ``none``, or nothing where it is not said."""
    style = _STYLE.search(style_of(element))
    if style is not None:
        name = style.group(1).lower()
        return "none" if name == "none" else _STYLES.get(name, "1")
    given = str(element.get("type", "")).strip()
    return given if given in _TYPES else ""


def _written(number: int, kind: str) -> str:
    if kind in "aA" and number > 0:
        letters = _letters(number)
        return f"{letters if kind == 'a' else letters.upper()}. "
    if kind in "iI" and 0 < number < 4000:
        roman = _roman(number)
        return f"{roman if kind == 'i' else roman.upper()}. "
    if kind == "一" and 0 < number < 100:
        return f"{_han(number)}、"
    return f"{number}. "


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("a") + rest) + found
    return found


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        found += letters * count
    return found


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    opening = "" if tens == 0 else "十" if tens == 1 else f"{_HAN_DIGITS[tens]}十"
    return opening + (_HAN_DIGITS[ones] if ones or not tens else "")
