"""Text objects: TextCode, X/Y, DeltaX/DeltaY and CGTransform → characters at their places.

The codes are the text; glyph numbers only say how many places a group of characters takes. One
text object may wrap (a date in a narrow field): ``2022年11月01`` / ``日`` stays one string.
"""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from extract.readers._ofd_parts import name_of, number
from extract.readers._ofd_space import Matrix, Point, box_of, place_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

UNMAPPED = "\ufffd"
SPACES = " \u00a0\u3000"

# Some fonts answer with the radical ⼈ (U+2F08) for the character 人: one drawing, two codes.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_BREAKS = {ord(mark): None for mark in "\r\n\t"}
_NARROW = 0.5  # of the size: a digit, where no font says
_WORD_STEP = 1.2  # of the size: letters of one string set no wider are one word
_MAX_REPEAT = 100_000
_NO_CHARACTER = ("Co", "Cs", "Cn")  # private use, half a pair, unassigned: a font's own drawing


class Mark(NamedTuple):
    """One character: where its baseline begins (points), its width and size, how it runs.

    ``way`` counts degrees clockwise, 0 to the right, ``None`` askew; ``run`` is the text object.
    """

    text: str
    x: float
    y: float
    width: float
    size: float
    way: int | None
    run: int


class _Line(NamedTuple):
    """What all characters of one text object share."""

    matrix: Matrix
    em: float
    size: float
    way: int | None
    along: Point
    run: int


def marks_of(element: "Element", outer: Matrix, run: int) -> list[Mark]:
    """Return the characters of a text object whose parent's space is placed by ``outer``."""
    matrix = place_of(element, outer)
    line = _line(element, matrix, run)
    found: list[Mark] = []
    x = y = 0.0
    transforms: list[Element] = []
    for each in element:
        name = name_of(each)
        if name == "CGTransform":
            transforms.append(each)
        elif name == "TextCode":
            x, y = number(each.get("X"), x), number(each.get("Y"), y)
            found += _string(each, (x, y), transforms, line)
            transforms = []
    return _to_the_edge(found, element, outer, line)


def queue(text: str | None) -> list[float]:
    """Return the steps of ``g 3 4.5861 g 2 9.1722 4.5861``: three, two and one.

    Stops at the first token that is no number; what is missing is worked out from the widths.
    """
    tokens = (text or "").replace(",", " ").split()
    steps: list[float] = []
    position = 0
    while position < len(tokens) and len(steps) < _MAX_REPEAT:
        is_group = tokens[position] == "g"
        values = [number(each, math.nan) for each in tokens[position : position + 3]]
        wanted = values[1:] if is_group else values[:1]
        if len(wanted) < 1 + is_group or any(math.isnan(value) for value in wanted):
            break
        count = max(0, min(int(wanted[0]), _MAX_REPEAT)) if is_group else 1
        steps += [wanted[-1]] * count
        position += 3 if is_group else 1
    return steps


def _line(element: "Element", matrix: Matrix, run: int) -> _Line:
    size = number(element.get("Size"), 0.0)
    turned = math.radians(number(element.get("CharDirection"), 0.0))
    angle = math.atan2(matrix.b, matrix.a) + turned
    degrees = round(math.degrees(angle)) % 360
    em = size * matrix.across * number(element.get("HScale"), 1.0)
    way = degrees if degrees % 90 == 0 else None
    return _Line(matrix, em, size * matrix.down, way, (math.cos(angle), math.sin(angle)), run)


def _string(
    code: "Element", start: Point, transforms: Sequence["Element"], line: _Line
) -> Iterator[Mark]:
    """Yield the characters of one TextCode, each with the way to the next as its width."""
    across, down = queue(code.get("DeltaX")), queue(code.get("DeltaY"))
    groups = _groups(code.text or "", transforms, max(len(across), len(down)))
    places = _places(groups, start, (across, down), line)
    first = 0
    for text, count in groups:
        after = places[first + count] if first + count < len(places) else None
        x, y = places[first]
        step = _step((x, y), after, line)
        for index, character in enumerate(text.translate(_RADICALS)):
            share = step / len(text) if step is not None else None
            moved = index * (share if share is not None else _natural(character, line.em))
            shown = _shown(character)
            if shown:
                width = _width(shown, share, line)
                at = x + moved * line.along[0], y + moved * line.along[1]
                yield Mark(shown, *at, width, line.size, line.way, line.run)
        first += count


def _groups(text: str, transforms: Sequence["Element"], given: int) -> list[tuple[str, int]]:
    """Return the characters that share places, and how many places they take.

    The steps given say what was counted: characters (with or without the line feeds of the XML),
    glyphs, or the UTF-16 units of rare characters.
    """
    clean = text.translate(_BREAKS)
    if given + 1 == len(text):
        return [(character, 1) for character in text]
    glyphs = _by_glyph(clean, transforms)
    units = [(character, 2 if ord(character) > 0xFFFF else 1) for character in clean]
    for groups in (units, glyphs):
        if given + 1 == sum(count for _, count in groups) != len(clean):
            return groups
    return [(character, 1) for character in clean]


def _by_glyph(text: str, transforms: Sequence["Element"]) -> list[tuple[str, int]]:
    """Return the groups that CGTransform names (``fi`` drawn as one glyph), the rest one by one."""
    groups: list[tuple[str, int]] = []
    position = 0
    for each in transforms:
        at, codes = (int(number(each.get(name), 0.0)) for name in ("CodePosition", "CodeCount"))
        glyphs = int(number(each.get("GlyphCount"), 1.0))
        if not position <= at < len(text) or codes < 1 or not 1 <= glyphs <= len(text) + codes:
            continue
        groups += [(character, 1) for character in text[position:at]]
        joined = text[at : at + codes]
        is_paired = codes == glyphs
        groups += [(each, 1) for each in joined] if is_paired else [(joined, glyphs)]
        position = at + codes
    return groups + [(character, 1) for character in text[position:]]


def _places(
    groups: Sequence[tuple[str, int]],
    start: Point,
    steps: tuple[Sequence[float], Sequence[float]],
    line: _Line,
) -> list[Point]:
    """Return the page's point for every place; without a step the next stands one width on."""
    across, down = steps
    spots = [text[0] for text, count in groups for _ in range(count)]
    x, y = start
    points: list[Point] = []
    for index, character in enumerate(spots):
        points.append(line.matrix.point(x, y))
        if index < len(across):
            x += across[index]
        elif index >= len(down):
            x += _natural(character, line.em) / (line.matrix.across or 1.0)
        y += down[index] if index < len(down) else 0.0
    return points


def _step(point: Point, after: Point | None, line: _Line) -> float | None:
    """Return the way to the next character along the line; ``None`` where it does not go on."""
    if after is None:
        return None
    x, y = after[0] - point[0], after[1] - point[1]
    step = x * line.along[0] + y * line.along[1]
    aside = abs(y * line.along[0] - x * line.along[1])
    return step if step > 0 and aside < line.size else None


def _width(character: str, step: float | None, line: _Line) -> float:
    """Return a character's width: the step, unless that leaves a gap which means something."""
    natural = _natural(character, line.em)
    if step is None:
        return natural
    return min(step, natural) if natural == line.em else _narrow(step, line.em)


def _narrow(step: float, em: float) -> float:
    return step if step <= _WORD_STEP * em else _NARROW * em


def _natural(character: str, em: float) -> float:
    is_wide = unicodedata.east_asian_width(character) in "WFA"
    return em if is_wide else _NARROW * em


def _shown(character: str) -> str:
    if unicodedata.category(character) in _NO_CHARACTER:
        return UNMAPPED
    return character if character.isprintable() or character in SPACES else ""


def _to_the_edge(marks: list[Mark], element: "Element", outer: Matrix, line: _Line) -> list[Mark]:
    """Return the marks, the last one as wide as the object's boundary says if that is plausible."""
    box = box_of(element.get("Boundary"))
    if not marks or box is None or line.way != 0:
        return marks
    left = outer.point(box[2], box[3])[0] - marks[-1].x
    if 0.8 * marks[-1].width <= left <= 1.3 * marks[-1].width:
        marks[-1] = marks[-1]._replace(width=left)
    return marks
