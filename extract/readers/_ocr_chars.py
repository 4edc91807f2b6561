"""Recognised lines → characters with boxes: where the network spoke, moved to the ink it meant.

The network says within a sixth of a character where each one stands; the valleys of the ink between
them say the rest. A character much wider than it can be hides another one: it is not trusted.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from extract.document import Glyph
from extract.readers._lines import FALL, RISE, Char
from extract.readers._ocr_boxes import Spot
from extract.readers._ocr_engine import Read

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Image = NDArray[uint8]

_CENTRE = (RISE - FALL) / 2  # of the size: from the baseline up to the middle of the box
_OPENING, _CLOSING = "（《〈“‘「『【〔［", "，。、；：！？）》〉”’」』】〕］"
_BEARING = 0.06  # of the size: between a mark's ink and the edge of its square
_HAN_INK, _DIGIT_INK = 0.92, 0.72  # of the size: the height of the ink of 国 and of 8
_SNAP, _STRETCH = 0.08, 0.25  # how far sizes of one setting differ, measured by pitch, by ink
_DIGIT = 0.52  # of the size: what a digit takes, the thin 1 like any other
_FLAT = 0.2  # height over width of a dash, its blurred edges included
_NARROW = dict.fromkeys(".,:;!'|", 0.25)
_WIDE_DIGIT, _WIDE_HAN = 0.85, 1.45  # of the size: more than one character's ink


class Traced(NamedTuple):
    """One character with its ink: left, right, top, bottom in pixels; spaces have no ink."""

    read: Read
    x0: float
    x1: float
    y0: float
    y1: float


class Trace(NamedTuple):
    """One recognised line: its characters, its size in pixels, the height of its middle."""

    chars: list[Traced]
    size: float
    is_measured: bool
    middle: float


def trace(reads: Sequence[Read], spot: Spot, ink: "Image") -> Trace | None:
    """Return the line with each character on its ink; ``None`` if there is nothing but spaces."""
    width = spot.x1 - spot.x0
    printed = [read for read in reads if not read.text.isspace()]
    if not printed:
        return None
    part = ink[spot.y0 : spot.y1, spot.x0 : spot.x1]
    columns: list[int] = part.sum(axis=0, dtype=int).tolist()
    middles = [read.middle * width for read in printed]
    bounds = [0, *(_valley(columns, a, b) for a, b in pairwise(middles)), width]
    chars = [
        _on_ink(read, part, start, max(end, start + 1), spot)
        for read, (start, end) in zip(printed, pairwise(bounds), strict=True)
    ]
    pitch = _pitch(chars)
    size = pitch or _size_by_ink(chars)
    return Trace(_with_spaces(reads, chars), size, pitch is not None, _middle_of(chars, size))


def chars_of(traces: Sequence[Trace], page: int, scale: float) -> list[Char]:
    """Return the characters of a page in points; lines of one setting get one size."""
    sizes = _settings(traces)
    return [
        char
        for line, size in zip(traces, sizes, strict=True)
        for char in _line_chars(line, size, page, scale)
    ]


def is_flat(line: Trace) -> bool:
    """Return whether the ink is a plain stroke: ``—``; 一 has a stroke that swells at its end."""
    x0, x1 = min(char.x0 for char in line.chars), max(char.x1 for char in line.chars)
    y0, y1 = min(char.y0 for char in line.chars), max(char.y1 for char in line.chars)
    return y1 - y0 <= _FLAT * (x1 - x0)


def dashed(line: Trace) -> Trace:
    """Return the line with its one character as the dash it is, in the size that dashes have."""
    char = line.chars[0]._replace(read=line.chars[0].read._replace(text="—"))
    return line._replace(chars=[char], size=char.x1 - char.x0, middle=(char.y0 + char.y1) / 2)


def is_wide(character: str) -> bool:
    """Return whether a character takes a full square: Chinese characters and their marks."""
    return ord(character) > 0x2E7F or character in "“”‘’…—·①②③④⑤⑥⑦⑧⑨⑩㎡"


def _valley(columns: Sequence[int], left: float, right: float) -> int:
    """Return the column with the least ink between two middles, in the middle of a gap."""
    quarter = (right - left) / 4
    start = min(max(0, int(left + quarter)), len(columns) - 1)
    end = max(start + 1, min(len(columns), int(right - quarter) + 1))
    least = min(columns[start:end], default=0)
    lows = [index for index in range(start, end) if columns[index] == least]
    return lows[len(lows) // 2] if lows else int((left + right) / 2)


def _on_ink(read: Read, part: "Image", start: int, end: int, spot: Spot) -> Traced:
    cut = part[:, start:end]
    ys, xs = cut.nonzero()
    if not len(xs):
        return Traced(read, spot.x0 + start, spot.x0 + end, spot.y0, spot.y1)
    left, top = spot.x0 + start, spot.y0
    return Traced(
        read,
        left + int(xs.min()),
        left + int(xs.max()) + 1,
        top + int(ys.min()),
        top + int(ys.max()) + 1,
    )


def _pitch(chars: Sequence[Traced]) -> float | None:
    """Return the distance of neighbouring Chinese characters, which is the size of the type."""
    steps = [
        (b.x0 + b.x1 - a.x0 - a.x1) / 2
        for a, b in pairwise(chars)
        if _is_han(a.read.text) and _is_han(b.read.text)
    ]
    height = _size_by_ink(chars)
    steps = [step for step in steps if 0.8 * height <= step <= 1.3 * height]
    return median(steps) if len(steps) >= 3 else None


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _size_by_ink(chars: Sequence[Traced]) -> float:
    han = [char.y1 - char.y0 for char in chars if _is_han(char.read.text)]
    if han:
        return sorted(han)[len(han) * 3 // 4] / _HAN_INK
    heights = [c.y1 - c.y0 for c in chars if c.read.text.isalnum()]
    return median(heights or [char.y1 - char.y0 for char in chars]) / _DIGIT_INK


def _middle_of(chars: Sequence[Traced], size: float) -> float:
    """Return the height of the middle of the line's squares."""
    han = [(char.y0 + char.y1) / 2 for char in chars if _is_han(char.read.text)]
    if han:
        return median(han)
    tallest = max(chars, key=lambda char: char.y1 - char.y0)
    return tallest.y1 - _CENTRE * size


def _with_spaces(reads: Sequence[Read], chars: Sequence[Traced]) -> list[Traced]:
    """Put the spaces back between the characters, each once, with the gap as its box."""
    left = iter(chars)
    found: list[Traced] = []
    is_due = False
    for read in reads:
        if read.text.isspace():
            is_due = bool(found)
            continue
        char = next(left)
        if is_due:
            before = found[-1]
            space = Read(" ", read.middle, read.confidence)
            found.append(Traced(space, before.x1, max(char.x0, before.x1), before.y0, before.y1))
            is_due = False
        found.append(char)
    return found


def _settings(traces: Sequence[Trace]) -> list[float]:
    """Return one size for all lines set alike: measured ones first, the others take the nearest."""
    measured = sorted(line.size for line in traces if line.is_measured)
    groups: list[list[float]] = []
    for size in measured:
        if groups and size <= groups[-1][0] * (1 + 2 * _SNAP):
            groups[-1].append(size)
        else:
            groups.append([size])
    steps = [median(group) for group in groups]
    return [_nearest(line, steps) for line in traces]


def _nearest(line: Trace, steps: Sequence[float]) -> float:
    reach = 2 * _SNAP if line.is_measured else _STRETCH
    near = [step for step in steps if abs(step - line.size) <= reach * step]
    return min(near, key=lambda step: abs(step - line.size)) if near else line.size


def _line_chars(line: Trace, size: float, page: int, scale: float) -> list[Char]:
    base = line.middle + _CENTRE * size
    doubted = _doubted(line.chars, size)
    chars = []
    for index, each in enumerate(line.chars):
        x0, x1 = _square(each, size)
        confidence = 0.0 if index in doubted else each.read.confidence
        glyph = Glyph(
            page,
            x0 * scale,
            (base - RISE * size) * scale,
            x1 * scale,
            (base + FALL * size) * scale,
            confidence,
        )
        chars.append(Char(each.read.text, glyph, size * scale, base * scale))
    return chars


def _square(char: Traced, size: float) -> tuple[float, float]:
    """Return the left and right of a character: a full square for wide ones, half for others."""
    text = char.read.text
    if text == " ":
        return char.x0, char.x1
    if not is_wide(text):
        aside = max((_NARROW.get(text, _DIGIT) * size - char.x1 + char.x0) / 2, 0.0)
        return char.x0 - aside, char.x1 + aside
    if text in _OPENING:
        end = char.x1 + _BEARING * size
        return min(char.x0, end - size), end
    if text in _CLOSING:
        start = char.x0 - _BEARING * size
        return start, max(char.x1, min(start + size, char.x1 + size / 2))
    middle = (char.x0 + char.x1) / 2
    return middle - size / 2, middle + size / 2


def _doubted(chars: Sequence[Traced], size: float) -> set[int]:
    """Return the characters whose ink is wider than one character, with their neighbours.

    ``1000`` read as ``100`` leaves a character that covers two.
    """
    doubted: set[int] = set()
    for index, char in enumerate(chars):
        text = char.read.text
        most = _WIDE_HAN if is_wide(text) else _WIDE_DIGIT
        is_mark = not text.isalnum()
        if not is_mark and char.x1 - char.x0 > most * size:
            doubted |= {index - 1, index, index + 1}
    return doubted
