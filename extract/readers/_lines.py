"""Characters with boxes → printed lines, and the question whether a line was broken by the layout.

A line ends for one of two reasons: somebody typed the break, or what comes next did not fit. What
comes next is the *unbreakable token*: a whole number or Latin word, or one Chinese character, with
the brackets and marks that may not stand at the other side of a break.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from extract.document import Glyph

Ink = tuple[str, Glyph | None]

_OPENING = "（(《〈“‘「『【〔［[{"
_CLOSING = "，。、；：！？）)》〉”’」』】〕］]},.;:!?%％‰℃°…·"
_TOKEN = regex.compile(
    # 2889.43 | 40%、20%、40%）。 (LibreOffice breaks no row of numbers) | （省 | 字，
    rf"[{regex.escape(_OPENING)}]*"
    rf"(?:[0-9A-Za-z]+(?:[-/{regex.escape(_CLOSING)}]+[0-9A-Za-z]+)*+|.)"
    rf"[{regex.escape(_CLOSING)}]*"
)
_SPACES = " \u00a0\u3000\t"
_WORD_GAP = 0.2  # of the size: a gap this wide between Latin letters is a space
_COLUMN_GAP = 2.0  # of the size: a gap this wide is never letter-spacing
_SCRIPT_GAP = 0.2  # of the size: what typesetters add between Chinese and Latin characters
_SHIFT = 0.4  # of the size: how far a raised or lowered character is from its line's baseline
_SLACK = 0.02  # of the size: rounding in the positions


@dataclass(frozen=True, slots=True)
class Char:
    """One printed character, its box, its font size and the baseline it stands on."""

    text: str
    glyph: Glyph
    size: float
    base: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its characters with their boxes (spaces once, none at the ends).

    ``trailing`` is the box of a space printed after the last character.
    """

    ink: tuple[Ink, ...]
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    trailing: Glyph | None = None

    @property
    def text(self) -> str:
        """The line's text."""
        return "".join(character for character, _ in self.ink)

    @property
    def width(self) -> float:
        """The printed width, without spaces at the ends."""
        return self.x1 - self.x0

    @property
    def ends_in_mark(self) -> bool:
        """Whether the last character may hang over the margin."""
        return self.ink[-1][0] in _CLOSING


def without_doubles(chars: Iterable[Char]) -> list[Char]:
    """Return the characters without those drawn again in nearly the same place (fake bold)."""
    kept: list[Char] = []
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for char in chars:
        glyph = char.glyph
        near = min(char.size * 0.15, (glyph.x1 - glyph.x0) * 0.5)
        column, row = int(glyph.x0 // 8), int(glyph.y0 // 8)
        around = (
            other
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for other in seen.get((char.text, x, y), ())
        )
        if any(abs(o.x0 - glyph.x0) < near and abs(o.y0 - glyph.y0) < near for o in around):
            continue
        seen.setdefault((char.text, column, row), []).append(glyph)
        kept.append(char)
    return kept


def lines_of(chars: Sequence[Char]) -> list[Line]:
    """Return the printed lines from top to bottom; characters on one baseline stand in one line."""
    rows: list[list[Char]] = []
    base = size = 0.0
    for char in sorted(chars, key=lambda each: (each.base, each.glyph.x0)):
        if char.text in _SPACES:
            continue
        if rows and char.base - base <= _SHIFT * max(size, char.size):
            rows[-1].append(char)
        else:
            rows.append([char])
            size = 0.0
        base, size = char.base, max(size, char.size)
    spaces = [char for char in chars if char.text in _SPACES]
    return [_line(_with_spaces(row, spaces)) for row in rows]


def joined(before: Line, after: Line) -> list[Ink]:
    """Return what stands between two lines of which the first runs on into the second.

    Nothing between Chinese characters; the space that the break swallowed where a Latin word or a
    number stands beside it: ``不低于`` / ``9 公里``.
    """
    latin = _is_latin(before.ink[-1][0]) + _is_latin(after.ink[0][0])
    if latin == 2 or (latin and before.trailing is not None):
        return [(" ", before.trailing)]
    return []


def would_fit(before: Line, after: Line, room: float) -> bool:
    """Return whether ``after``'s first token had room left on ``before``: the break was typed."""
    token = _TOKEN.match(after.text)
    glyphs = [glyph for _, glyph in after.ink[: token.end() if token else 1] if glyph is not None]
    needed = glyphs[-1].x1 - glyphs[0].x0
    if _is_latin(before.ink[-1][0]) != _is_latin(after.ink[0][0]) and not before.ends_in_mark:
        needed += _SCRIPT_GAP * after.size
    return needed <= room + _SLACK * after.size


def _middle(char: Char) -> float:
    return (char.glyph.y0 + char.glyph.y1) / 2


def _with_spaces(row: list[Char], spaces: list[Char]) -> list[Char]:
    top, bottom = min(c.glyph.y0 for c in row), max(c.glyph.y1 for c in row)
    return row + [space for space in spaces if top < _middle(space) < bottom]


def _line(chars: list[Char]) -> Line:
    ordered = sorted(chars, key=lambda each: each.glyph.x0)
    while ordered[0].text in _SPACES:
        del ordered[0]
    trailing: Glyph | None = None
    while ordered[-1].text in _SPACES:
        trailing = ordered.pop().glyph
    ink = [(ordered[0].text, ordered[0].glyph), *_spaced(ordered)]
    glyphs = [char.glyph for char in ordered]
    return Line(
        ink=tuple(ink),
        page=glyphs[0].page,
        x0=glyphs[0].x0,
        y0=min(glyph.y0 for glyph in glyphs),
        x1=max(glyph.x1 for glyph in glyphs),
        y1=max(glyph.y1 for glyph in glyphs),
        size=max(char.size for char in ordered),
        trailing=trailing,
    )


def _spaced(ordered: list[Char]) -> Iterator[Ink]:
    """Yield the characters after the first, real spaces once, and the space a wide gap means."""
    for before, char in pairwise(ordered):
        if char.text in _SPACES:
            if before.text not in _SPACES:
                yield " ", char.glyph
            continue
        if before.text not in _SPACES and _is_gap(before, char):
            yield " ", None
        yield char.text, char.glyph


def _is_gap(before: Char, char: Char) -> bool:
    gap = char.glyph.x0 - before.glyph.x1
    latin = _is_latin(before.text) and _is_latin(char.text)
    return gap > char.size * (_WORD_GAP if latin else _COLUMN_GAP)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
