"""Printed lines → paragraphs, by geometry: full lines run on, short or indented ones do not.

Also keeps out of the flow what belongs to the page and not to the text: page numbers (``— 2 —``)
and running headers and footers.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import regex

from extract.readers._lines import Ink, Line, joined, would_fit
from extract.text import DAY_LINE, MARKER, compact

_PAGE_NUMBER = regex.compile(
    r"[—–\-－―─·•~～ ]*(?:\d{1,4}|[ivxIVX]{1,6}|[Ⅰ-ⅿ])[—–\-－―─·•~～ ]*"
    r"|第\s*\d{1,4}\s*页(?:[\s,，/（(]*共\s*\d{1,4}\s*页[)）]?)?"
    r"|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?"
)
_DIGITS = regex.compile(r"\d+")
_ENDED = regex.compile(r"[。；！？：.!?;:][”’）》」』)]*$")
_TOP_MARGIN, _BOTTOM_MARGIN = 0.1, 0.85  # of the page's height
_NEAR = 2.0  # points
_MAX_LEADING = 2.0  # of the size: a wider gap parts two paragraphs
_FAR = 3.0  # of the size: what stands further in is no first line of a paragraph
_FULL = 1.2  # of the size: a full line leaves less room than this
_MIN_RUNNING_PAGES = 3
_MIN_FULL_LINES, _MIN_FULL_SHARE = 4, 0.2


class Margins(NamedTuple):
    """Where the lines of the text begin and end, in points from the left."""

    left: float
    right: float


def body_lines(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Return the lines of each page without page numbers and running headers and footers."""
    repeated: Counter[str] = Counter()
    for lines, height in zip(pages, heights, strict=True):
        repeated.update({_folded(line) for line in lines if _in_margin(line, height)})
    enough = max(_MIN_RUNNING_PAGES, len(pages) // 2)
    running = {text for text, count in repeated.items() if count >= enough}
    return [
        [line for line in lines if not (_in_margin(line, height) and _is_page_s(line, running))]
        for lines, height in zip(pages, heights, strict=True)
    ]


def margins_of(lines: Sequence[Line], page_width: float) -> Margins:
    """Return the margins that the lines keep to; a hanging mark does not count.

    Where few lines end together no line may be full: then the right margin is as wide as the left.
    """
    left, _ = _edge([line.x0 for line in lines], sign=1)
    ends = [line.x1 for line in lines if not line.ends_in_mark] or [line.x1 for line in lines]
    right, shared = _edge(ends, sign=-1)
    if shared < max(_MIN_FULL_LINES, len(lines) * _MIN_FULL_SHARE):
        right = max(right, page_width - left)
    return Margins(left, right)


def paragraphs_of(lines: Iterable[Line], margins: Callable[[Line], Margins]) -> list[list[Ink]]:
    """Return the paragraphs of consecutive lines; ``margins`` tells those that a line keeps to.

    ``…推进 3 所中小学、1 所`` + ``幼儿园新改扩建…`` is one paragraph without a break; the lines of
    a centred title stay lines of one paragraph.
    """
    found: list[list[Line]] = []
    inks: list[list[Ink]] = []
    for line in lines:
        margin = margins(line)
        if found and _runs_on(found[-1], line, margins(found[-1][-1]), margin):
            inks[-1] += [*joined(found[-1][-1], line), *line.ink]
            found[-1].append(line)
        elif found and _is_same_title(found[-1][-1], line, margin):
            inks[-1] += [("\n", None), *line.ink]
            found[-1].append(line)
        else:
            found.append([line])
            inks.append(list(line.ink))
    return inks


def _in_margin(line: Line, height: float) -> bool:
    return line.y1 < height * _TOP_MARGIN or line.y0 > height * _BOTTOM_MARGIN


def _is_page_s(line: Line, running: set[str]) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text.strip())) or _folded(line) in running


def _folded(line: Line) -> str:
    return str(_DIGITS.sub("0", line.text))


def _edge(positions: list[float], *, sign: int) -> tuple[float, int]:
    """Return the outermost position that several lines share, and how many do."""
    ordered = sorted(sign * position for position in positions)
    enough = max(2, len(ordered) // 10)
    for index, position in enumerate(ordered):
        shared = bisect_right(ordered, position + _NEAR) - index
        if shared >= enough:
            return sign * position, shared
    return sign * ordered[0], 1


def _runs_on(paragraph: list[Line], line: Line, above: Margins, margins: Margins) -> bool:
    """Return whether a line goes on with a paragraph; ``above`` are the paragraph's margins."""
    before = paragraph[-1]
    if not _is_same_setting(before, line):
        return False
    if _is_centred(before, above):
        room = above.right - above.left - before.width
        return _is_centred(line, margins) and not would_fit(before, line, room)
    if would_fit(before, line, above.right - before.x1):
        return False
    return not _is_set_apart(before, line, above) and not _is_opening(paragraph, line, margins)


def _is_set_apart(before: Line, line: Line, margins: Margins) -> bool:
    """Return whether both lines stand far in, each by itself: a signature over its date.

    ``路桥区卫生局办公室`` / ``2011年3月10日``: the year alone had not fitted. Lines that go on
    begin under one another, or the first is full; but not where a date follows, or both lines end
    at the right margin and the second is the shorter one.
    """
    left = margins.left + _FAR * line.size
    if min(before.x0, line.x0) <= left or abs(line.x0 - before.x0) <= _NEAR:
        return False
    is_full = margins.right - before.x1 < _FULL * before.size
    is_flush = abs(line.x1 - before.x1) <= _NEAR and line.x0 > before.x0
    return not is_full or is_flush or DAY_LINE.fullmatch(compact(line.text)) is not None


def _is_opening(paragraph: list[Line], line: Line, margins: Margins) -> bool:
    """Return whether an indent says that a paragraph begins here."""
    if line.x0 < margins.left + 0.8 * line.size:
        return False
    if MARKER.match(line.text):
        return True
    if len(paragraph) > 1 and paragraph[-1].x1 > line.x0:
        return abs(line.x0 - paragraph[-1].x0) > _NEAR
    return bool(_ENDED.search(paragraph[0].text))


def _is_same_title(before: Line, line: Line, margins: Margins) -> bool:
    return (
        _is_same_setting(before, line)
        and before.page == line.page
        and _is_centred(before, margins)
        and _is_centred(line, margins)
    )


def _is_same_setting(before: Line, line: Line) -> bool:
    """Return whether size and leading allow both lines to be of one paragraph."""
    if abs(before.size - line.size) > 0.1 * before.size:
        return False
    if before.page != line.page or (before.x1 <= line.x0 and line.y1 < before.y0):
        return True  # the next page, or the next column
    return before.y0 < line.y0 and line.y0 - before.y1 <= _MAX_LEADING * line.size


def _is_centred(line: Line, margins: Margins) -> bool:
    left, right = line.x0 - margins.left, margins.right - line.x1
    return left > 1.5 * _NEAR and abs(left - right) < 2 * _NEAR
