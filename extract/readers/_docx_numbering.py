"""The numbers that Word computes in front of paragraphs: ``1.``, ``（一）``, ``第三条``, ``2.1``.

They stand nowhere in the text of the file: a paragraph, or its style, names a list
(``w:numPr``), the list a definition with nine levels (``w:abstractNum``), and Word counts.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import regex
from docx.oxml.ns import qn

from extract.readers._docx_numerals import spelled
from extract.readers._docx_symbols import is_private, seen
from extract.readers._docx_xml import ALTERNATE, FALLBACK, find, is_on, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LEVELS = 9
_MAX_CHAIN = 20
_BULLET = "•"
_PLACEHOLDER = regex.compile(r"%([1-9])")
_CLOSED = regex.compile(r"[、。，：；）】〕》—\s]$")


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list, as it is defined."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    is_legal: bool = False
    style: str | None = None
    font: str = ""
    is_hidden: bool = False


@dataclass(slots=True)
class _List:
    """One ``w:num``: a definition, what it changes of it, whether it was met."""

    definition: str
    starts: dict[int, int]
    levels: dict[int, _Level]
    is_met: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says of numbers and of being hidden."""

    based_on: str | None
    list_id: str | None
    level: int | None
    is_hidden: bool | None


@dataclass(slots=True)
class Styles:
    """The styles of a document, asked through their chains of inheritance."""

    _styles: dict[str, _Style] = field(default_factory=dict)
    default: str | None = None

    @classmethod
    def read(cls, part: "Element | None") -> "Styles":
        """Read ``word/styles.xml``."""
        styles = cls()
        for each in part.iterfind(qn("w:style")) if part is not None else ():
            name = str(each.get(qn("w:styleId")))
            styles._styles[name] = _Style(
                value(each, "w:basedOn"),
                value(each, "w:pPr", "w:numPr", "w:numId"),
                number(each, "w:pPr", "w:numPr", "w:ilvl"),
                is_on(each, "w:rPr", "w:vanish"),
            )
            if each.get(qn("w:type")) == "paragraph" and each.get(qn("w:default")) in ("1", "true"):
                styles.default = name
        return styles

    def chain(self, name: str | None) -> list[str]:
        """Return the style and those it is based on, nearest first."""
        found: list[str] = []
        while name in self._styles and name not in found and len(found) < _MAX_CHAIN:
            found.append(name)
            name = self._styles[name].based_on
        return found

    def list_of(self, name: str | None) -> tuple[str | None, int | None, list[str]]:
        """Return list, level and the chain of styles down to the one that names the list."""
        level: int | None = None
        chain = self.chain(name)
        for position, each in enumerate(chain):
            style = self._styles[each]
            level = style.level if level is None else level
            if style.list_id is not None:
                return style.list_id, level, chain[: position + 1]
        return None, level, chain

    def is_hidden(self, name: str | None) -> bool:
        """Return whether text of the style is hidden."""
        switches = (self._styles[each].is_hidden for each in self.chain(name))
        return next((switch for switch in switches if switch is not None), False)


class Numbering:
    """Counts as Word does; ask it once for each paragraph, in order of the document."""

    def __init__(self, part: "Element | None", styles: Styles) -> None:
        self._styles = styles
        self._definitions: dict[str, dict[int, _Level]] = {}
        self._linked: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self.unknown = 0
        self.undefined = 0
        if part is not None:
            self._read(part)

    def label(self, paragraph: "Element") -> str:
        """Return what is printed before the paragraph: ``1. ``, ``（一）``, or nothing."""
        found = self._place(paragraph)
        if found is None:
            return ""
        one, place = found
        level = self._level(one, place)
        if level is None:
            self.undefined += 1
            return ""
        self._count(one, place)
        text = "" if level.is_hidden else self._text(one, level)
        gap = "" if level.suffix == "nothing" or not text or _CLOSED.search(text) else " "
        return text + gap

    def _place(self, paragraph: "Element") -> tuple[_List, int] | None:
        """Return the list and the level of a paragraph, its own or those of its style."""
        style = value(paragraph, "w:pPr", "w:pStyle") or self._styles.default
        list_id, level, chain = self._styles.list_of(style)
        own = value(paragraph, "w:pPr", "w:numPr", "w:numId")
        place = number(paragraph, "w:pPr", "w:numPr", "w:ilvl")
        if own is not None:
            list_id = own
            place = place or 0
        if list_id is None or list_id == "0":
            return None
        one = self._lists.get(list_id)
        if one is None:
            self.undefined += 1
            return None
        if place is None:
            place = self._linked_level(one, chain, level or 0)
        return one, min(place, _LEVELS - 1)

    def _linked_level(self, one: _List, chain: list[str], default: int) -> int:
        """Return the level that a style of the chain is linked to, the nearest style first."""
        for style in chain:
            for place in range(_LEVELS):
                level = self._level(one, place)
                if level is not None and level.style == style:
                    return place
        return default

    def _level(self, one: _List, place: int) -> _Level | None:
        return one.levels.get(place) or self._definitions.get(one.definition, {}).get(place)

    def _start(self, one: _List, place: int) -> int:
        level = self._level(one, place)
        return one.starts.get(place, level.start if level else 1)

    def _count(self, one: _List, place: int) -> None:
        counts = self._counts.setdefault(one.definition, [None] * _LEVELS)
        if not one.is_met:
            one.is_met = True
            for restarted in one.starts:
                counts[restarted] = None
        current = counts[place]
        counts[place] = self._start(one, place) if current is None else current + 1
        for above in range(place):
            if counts[above] is None:  # never printed, yet shown in 1.1
                counts[above] = self._start(one, above)
        for below in range(place + 1, _LEVELS):
            level = self._level(one, below)
            if level is None or level.restart is None or place < level.restart:
                counts[below] = None

    def _text(self, one: _List, level: _Level) -> str:
        if level.kind == "bullet":
            return "".join(_sign(character, level.font) for character in level.text)
        counts = self._counts[one.definition]

        def shown(match: "regex.Match[str]") -> str:
            place = int(match[1]) - 1
            source = self._level(one, place)
            count = counts[place]
            kind = source.kind if source else "decimal"
            if count is None or kind == "none":
                return ""
            text = spelled(count, "decimal" if level.is_legal else kind)
            if text is None:
                self.unknown += 1
            return str(count) if text is None else text

        return str(_PLACEHOLDER.sub(shown, level.text))

    def _read(self, part: "Element") -> None:
        links: dict[str, str] = {}
        for each in part.iterfind(qn("w:abstractNum")):
            name = str(each.get(qn("w:abstractNumId")))
            self._definitions[name] = dict(map(_level, each.iterfind(qn("w:lvl"))))
            link = value(each, "w:numStyleLink")
            if link is not None:
                links[name] = link
        for each in part.iterfind(qn("w:num")):
            definition = value(each, "w:abstractNumId") or ""
            one = _List(definition, {}, {})
            for override in each.iterfind(qn("w:lvlOverride")):
                self._override(one, override)
            self._lists[str(each.get(qn("w:numId")))] = one
        for name, style in links.items():
            self._follow(name, style)

    def _override(self, one: _List, override: "Element") -> None:
        place = _place(override)
        start = number(override, "w:startOverride")
        if start is not None:
            one.starts[place] = start
        own = find(override, "w:lvl")
        if own is not None:
            one.levels[place] = _level(own)[1]

    def _follow(self, name: str, style: str) -> None:
        """Let a definition that only names a list style have the levels of that style's list."""
        list_id, _, _ = self._styles.list_of(style)
        target = self._lists.get(list_id or "")
        if target is not None:
            self._definitions[name] = self._definitions.get(target.definition, {})


def _level(element: "Element") -> tuple[int, _Level]:
    fonts = find(element, "w:rPr", "w:rFonts")
    start = number(element, "w:start")
    level = _Level(
        start=0 if start is None else start,
        kind=_kind(element),
        text=value(element, "w:lvlText") or "",
        suffix=value(element, "w:suff") or "tab",
        restart=number(element, "w:lvlRestart"),
        is_legal=bool(is_on(element, "w:isLgl")),
        style=value(element, "w:pStyle"),
        font="" if fonts is None else fonts.get(qn("w:ascii"), ""),
        is_hidden=bool(is_on(element, "w:rPr", "w:vanish")),
    )
    if find(element, "w:lvlPicBulletId") is not None:
        level = replace(level, kind="bullet", text=_BULLET)
    return _place(element), level


def _place(element: "Element") -> int:
    digit = str(element.get(qn("w:ilvl")))
    return int(digit) if digit.isdecimal() and len(digit) == 1 else 0


def _kind(element: "Element") -> str:
    """Return the format; where only new programs know it, the one written for the old."""
    plain = value(element, "w:numFmt")
    if plain is not None:
        return plain
    branch = element.find(f"{ALTERNATE}/{FALLBACK}")
    return (None if branch is None else value(branch, "w:numFmt")) or "decimal"


def _sign(character: str, font: str) -> str:
    return seen(character, font) or _BULLET if is_private(character) else character
