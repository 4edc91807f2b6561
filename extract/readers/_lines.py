"""Characters with boxes → printed lines, and the question whether a line was broken by the layout.

A line ends for one of two reasons: somebody typed the break, or what comes next did not fit. What
comes next is the *unbreakable token*: a whole number or Latin word, or one Chinese character, with
the brackets and marks that may not stand at the other side of a break.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter, sub
from typing import NamedTuple

import regex

from extract.document import Glyph

Ink = tuple[str, Glyph | None]

_LEFT, _TOP, _END, _BOTTOM = map(itemgetter, (1, 2, 3, 4))  # of a glyph
_GLYPH, _SIZE, _BASE = itemgetter(1), itemgetter(2), itemgetter(3)  # of a character
_INK = itemgetter(0, 1)  # of a character
_CHARACTER = itemgetter(0)  # of a character and of ink

_OPENING = "（(《〈“‘「『【〔［[{"
_CLOSING = "，。、；：！？）)》〉”’」』】〕］]},.;:!?%％‰℃°…·"
_TOKEN = regex.compile(
    # 2889.43 | 40%、20%、40%）。 (LibreOffice breaks no row of numbers) | （省 | 字，
    rf"[{regex.escape(_OPENING)}]*"
    rf"(?:[0-9A-Za-z]+(?:[-/{regex.escape(_CLOSING)}]+[0-9A-Za-z]+)*+|.)"
    rf"[{regex.escape(_CLOSING)}]*"
)
RISE, FALL = 0.88, 0.2  # of the size: what a character takes above and below its baseline
_SPACES = " \u00a0\u3000\t"
_BLANK = frozenset(_SPACES[a:b] for a in range(len(_SPACES)) for b in range(a, len(_SPACES) + 1))
_WORD_GAP = 0.2  # of the size: a gap this wide between Latin letters is a space
_COLUMN_GAP = 2.0  # of the size: a gap this wide is never letter-spacing
_SCRIPT_GAP = 0.2  # of the size: what typesetters add between Chinese and Latin characters
_SHIFT = 0.4  # of the size: how far a raised or lowered character is from its line's baseline
_DOUBLE = 0.15  # of the size: how far a character drawn again may be from the first
_SLACK = 0.02  # of the size: rounding in the positions


class Char(NamedTuple):
    """One printed character, its box, its font size and the baseline it stands on."""

    text: str
    glyph: Glyph
    size: float
    base: float


class Line(NamedTuple):
    """A printed line: its characters with their boxes (spaces once, none at the ends).

    ``text`` is the ink read; ``trailing`` the box of a space printed after the last character.
    """

    ink: tuple[Ink, ...]
    text: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    trailing: Glyph | None = None

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
    chars = list(chars)
    places: dict[str, list[tuple[float, float, int]]] = {}
    for index, (text, (_, x0, y0, _, _, _), _, _) in enumerate(chars):
        same = places.get(text)
        if same is None:
            places[text] = [(y0, x0, index)]
        else:
            same.append((y0, x0, index))
    widest = max((char[2] for char in chars), default=0.0) * _DOUBLE
    doubles: set[int] = set()
    for same in places.values():
        if len(same) > 1:
            same.sort()
            if not _is_apart(same, widest):
                doubles.update(_doubles(same, chars))
    return [char for index, char in enumerate(chars) if index not in doubles] if doubles else chars


def _is_apart(same: list[tuple[float, float, int]], widest: float) -> bool:
    """Return whether it is plain that no two places, sorted from the top, are near each other.

    In print they stand on lines: side by side at one height, or a line apart.
    """
    y_before, x_before, _ = same[0]
    for y, x, _ in same[1:]:
        if (x - x_before if y == y_before else y - y_before) < widest:
            return False
        y_before, x_before = y, x
    return True


def _doubles(same: list[tuple[float, float, int]], chars: Sequence[Char]) -> Iterator[int]:
    """Yield which of one character's places, sorted from the top, repeat an earlier drawing."""
    widest = max(chars[index].size for _, _, index in same) * _DOUBLE
    dropped: set[int] = set()
    for number, (y, x, index) in enumerate(same):
        for other in range(number - 1, -1, -1):
            y_before, x_before, before = same[other]
            if y - y_before >= widest:
                break
            if before in dropped or abs(x - x_before) >= widest:
                continue
            char = chars[max(index, before)]
            near = min(char.size * _DOUBLE, (char.glyph.x1 - char.glyph.x0) * 0.5)
            if y - y_before < near and abs(x - x_before) < near:
                dropped.add(max(index, before))
                yield max(index, before)
                break


def lines_of(chars: Sequence[Char]) -> list[Line]:
    """Return the printed lines from top to bottom; characters on one baseline stand in one line."""
    printed = [char for char in chars if char[0] not in _BLANK]
    rows = _rows(printed)
    if len(printed) == len(chars):
        return list(map(_line, rows))
    spaces = sorted((char for char in chars if char[0] in _BLANK), key=_middle)
    return [_spaced_line(_with_spaces(row, spaces)) for row in rows]


def _rows(printed: list[Char]) -> list[list[Char]]:
    """Return the characters of each line, from the top; a raised one stands with its neighbours."""
    rows: list[list[Char]] = []
    base = size = 0.0
    printed.sort(key=_BASE)
    for at, group in groupby(printed, _BASE):
        level = list(group)
        own = level[0][2]
        if rows and at - base <= _SHIFT * max(size, own):
            rows[-1] += level
            size = max(size, max(map(_SIZE, level)))
        else:
            rows.append(level)
            size = max(map(_SIZE, level))
        base = at
    return rows


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
    if not spaces:
        return row
    glyphs = list(map(_GLYPH, row))
    top, bottom = min(map(_TOP, glyphs)), max(map(_BOTTOM, glyphs))
    first = bisect_right(spaces, top, key=_middle)
    last = bisect_left(spaces, bottom, key=_middle)
    return row + spaces[first:last] if first < last else row


def _line(row: list[Char]) -> Line:
    """Return the line of printed characters, none of them a space."""
    glyphs = list(map(_GLYPH, row))
    starts = list(map(_LEFT, glyphs))
    if starts != sorted(starts):
        row = sorted(row, key=_start)
        glyphs = list(map(_GLYPH, row))
        starts = list(map(_LEFT, glyphs))
    ends = list(map(_END, glyphs))
    sizes = list(map(_SIZE, row))
    widest = max(map(sub, starts[1:], ends), default=0.0)
    if widest > _WORD_GAP * min(sizes):
        ink = _spaced(row)
        text = "".join(map(_CHARACTER, ink))
    else:
        ink = list(map(_INK, row))
        text = "".join(map(_CHARACTER, row))
    first = glyphs[0]
    top, bottom = min(map(_TOP, glyphs)), max(map(_BOTTOM, glyphs))
    return Line(tuple(ink), text, first[0], first[1], top, max(ends), bottom, max(sizes))


def _spaced_line(chars: list[Char]) -> Line:
    """Return the line of characters among which printed spaces stand."""
    ordered = sorted(chars, key=_start)
    while ordered[0].text in _BLANK:
        del ordered[0]
    trailing: Glyph | None = None
    while ordered[-1].text in _BLANK:
        trailing = ordered.pop().glyph
    ink = _spaced(ordered)
    glyphs = list(map(_GLYPH, ordered))
    return Line(
        ink=tuple(ink),
        text="".join(map(_CHARACTER, ink)),
        page=glyphs[0].page,
        x0=glyphs[0].x0,
        y0=min(map(_TOP, glyphs)),
        x1=max(map(_END, glyphs)),
        y1=max(map(_BOTTOM, glyphs)),
        size=max(map(_SIZE, ordered)),
        trailing=trailing,
    )


def _start(char: Char) -> float:
    return char[1][1]  # glyph.x0, in the inner loop of every page


def _spaced(ordered: list[Char]) -> list[Ink]:
    """Return the characters, real spaces once, and the space that a wide gap means."""
    ink: list[Ink] = []
    end, is_space, was_latin = ordered[0].glyph.x1, True, False
    for text, glyph, size, _ in ordered:
        if text in _BLANK:
            if not is_space:
                ink.append((" ", glyph))
            is_space = True
        else:
            is_latin = text.isascii() and text.isalnum()
            if not is_space:
                share = _WORD_GAP if is_latin and was_latin else _COLUMN_GAP
                if glyph[1] - end > size * share:
                    ink.append((" ", None))
            ink.append((text, glyph))
            is_space, was_latin = False, is_latin
        end = glyph[3]
    return ink


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
