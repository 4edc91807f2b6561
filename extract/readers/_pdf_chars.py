"""The characters of a PDF page, run by run: what is printed, where, how large, which way it runs.

PDFium's text page adds spaces and line feeds of its own and drops text objects that hold nothing
but a space; the first are left out here, the second put back.
"""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, repeat
from typing import NamedTuple

import regex

from extract.readers import _pdfium

UNMAPPED = "\ufffd"

# PDFium gives a hyphen at the end of a line as one of these two.
_HYPHENS = {0x02: "-", 0xFFFE: "-"}
_LAST_CODE = 0x10FFFF
_LOST = regex.compile("[\0\ud800-\udfff]")  # what a broken font says of its characters
_WIDTH = 0.25  # of the size: a space, whose width PDFium does not tell


Setting = tuple[int | None, float]  # direction, size
Style = tuple[Setting, float, float]  # and a point of the baseline


class Run(NamedTuple):
    """Characters of one text object, in PDF user space (points, origin bottom left).

    ``way`` is the direction in degrees (0 to the right, 90 up), ``None`` if askew; ``x`` and ``y``
    a point of the baseline; ``sides`` the lefts, tops, rights and bottoms, one per character.
    """

    way: int | None
    size: float
    x: float
    y: float
    text: str
    sides: tuple[Sequence[float], Sequence[float], Sequence[float], Sequence[float]]


def runs_of(text_page: int, count: int, objects: Sequence[int]) -> list[Run]:
    """Return the runs of a page; ``objects`` are the text objects drawn on it."""
    codes, owners, errors = _pdfium.codes(text_page, count)
    flat = _pdfium.boxes(text_page, count)
    lefts, tops, rights, bottoms = flat[0::4], flat[1::4], flat[2::4], flat[3::4]
    text = _text(codes, errors)
    runs: list[Run] = []
    for first, end, ((way, size), x, y) in _stretches(text_page, count, owners):
        sides = lefts[first:end], tops[first:end], rights[first:end], bottoms[first:end]
        run = Run(way, size, x, y, text[first:end], sides)
        if way == 0 and end - first > 1 and _descends(run):
            runs += _stacked(run)
        else:
            runs.append(run)
    dropped = set(objects).difference(owners)
    if dropped:
        runs += _spaces(sorted(dropped))
    return runs


def _stretches(
    text_page: int, count: int, owners: Sequence[int | None]
) -> Iterator[tuple[int, int, Style]]:
    """Yield stretches of characters on one baseline: text objects that go on are one."""
    firsts = [n for n, (a, b) in enumerate(pairwise(owners), 1) if a != b]
    firsts.insert(0, 0)
    owned = iter(_styles(text_page, [first for first in firsts if owners[first] is not None]))
    styles = [None if owners[first] is None else next(owned) for first in firsts]
    lines = [style and (style[0], style[2 if style[0][0] in (0, 180) else 1]) for style in styles]
    begun = [n for n, (a, b) in enumerate(pairwise(lines), 1) if a != b]
    for here, following in pairwise((0, *begun, len(styles))):
        style = styles[here]
        if style is not None:
            yield firsts[here], firsts[following] if following < len(firsts) else count, style


def _text(codes: Sequence[int], errors: Sequence[int]) -> str:
    """Return the text, one code point a character; what no font maps is ``�``."""
    if any(errors):
        codes = [0xFFFD if error == 1 else code for code, error in zip(codes, errors, strict=True)]
    try:
        text = "".join(map(chr, codes))
    except (ValueError, OverflowError):
        text = "".join(chr(code) if code <= _LAST_CODE else UNMAPPED for code in codes)
    text = str(_LOST.sub(UNMAPPED, text))  # printed, whatever it is: never left out without a word
    for code, character in _HYPHENS.items():
        text = text.replace(chr(code), character)
    return text


def _styles(text_page: int, firsts: Sequence[int]) -> Iterator[Style]:
    """Return the setting and a point of the baseline for each run's first character."""
    sizes = map(_pdfium.calls().font_size, repeat(text_page), firsts)
    flat = _pdfium.text_matrices(text_page, firsts)
    settings = map(_setting, sizes, flat[0::6], flat[1::6], flat[2::6], flat[3::6])
    return zip(settings, flat[4::6], flat[5::6], strict=True)


@lru_cache(maxsize=1024)
def _setting(printed: float, a: float, b: float, c: float, d: float) -> Setting:
    """Return direction and size of a font; a page has few distinct ones."""
    return way_of(a, b, c, d), round(printed * (math.hypot(c, d) or 1.0), 3)


@lru_cache(maxsize=1024)
def way_of(a: float, b: float, c: float, d: float) -> int | None:
    """Return the direction of a matrix in degrees if it is a right angle (within one degree)."""
    if not (a or b):
        a, b = d, -c
    degrees = round(math.degrees(math.atan2(b, a))) % 360
    return degrees if degrees % 90 == 0 else None


def _spaces(dropped: Sequence[int]) -> Iterator[Run]:
    """Yield the printed spaces that PDFium drops: text objects that draw nothing.

    Text that it drops because it is drawn again in the same place (fake bold) has bounds.
    """
    matrices = iter(_pdfium.object_matrices(dropped))
    bounds = iter(_pdfium.bounds(dropped))
    for item, (a, b, c, d, e, f), (x0, y0, x1, y1) in zip(
        dropped, zip(*[matrices] * 6, strict=True), zip(*[bounds] * 4, strict=True), strict=True
    ):
        if x1 > x0 or y1 > y0:
            continue
        way, size = way_of(a, b, c, d), _pdfium.font_size(item) * (math.hypot(c, d) or 1.0)
        across, up = (size * _WIDTH, 0.0) if way in (0, 180) else (0.0, size * _WIDTH)
        yield Run(way, size, e, f, " ", ([e], [f + up], [e + across], [f]))


def _stacked(run: Run) -> Iterator[Run]:
    """Yield each character of a vertical run: those stand under one another."""
    for index, character in enumerate(run.text):
        left, top, right, bottom = (side[index] for side in run.sides)
        y = (top + bottom) / 2 - 0.34 * run.size
        yield Run(0, run.size, left, y, character, ([left], [top], [right], [bottom]))


def _descends(run: Run) -> bool:
    _, tops, _, bottoms = run.sides
    return abs((tops[0] + bottoms[0]) - (tops[-1] + bottoms[-1])) / 2 > 0.8 * run.size
