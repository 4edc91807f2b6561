"""Text recognition of page images (scans, photographs): pixels in, a ``Sheet`` with places out.

Used by every format that may hold a page as a picture: images, PDF, OFD. What the recognition is
not sure of is kept and said: ``doubts`` turns weak figures into notes.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import regex

from extract.document import Document, Glyph, Note, Span
from extract.readers._grid import Box, Ruled, ruled
from extract.readers._lines import Char, Line, lines_of, without_doubles
from extract.readers._ocr_boxes import Corners, Spot, Spots, ink_of, sideways, spots_of
from extract.readers._ocr_chars import Trace, chars_of, dashed, is_flat, trace
from extract.readers._ocr_engine import MISSING, Read, available, detect, recognise, upside_down
from extract.readers._ocr_rules import rules_of
from extract.readers._seen import Seen, see
from extract.readers._sheets import Sheet

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Image = NDArray[uint8]

__all__ = ["MISSING", "Scan", "available", "doubts", "read_page", "read_scan"]

LOW_CONFIDENCE = 0.9
"""Figures with a character below this become notes.

Measured on two pages, each at 100 and 75 dpi, blurred, noisy, as a poor JPEG and as a fax (1,108
digits): 0.9 names 54 of the 65 digits read wrong and 37 of the 1,043 read right; 0.95 names no
more of the wrong ones.
"""

_NOISE = 0.6  # mean confidence: ink that detection left out and that reads worse is no text
_UNREAD = 0.5  # mean confidence: a line that reads worse is not taken into the text, but named
_QUOTED = 5  # unread pieces quoted in a note
_VOTES = 8  # lines asked whether the page stands on its head
_VOTE_RATIO = 4  # width over height of what each of them shows


class Scan(NamedTuple):
    """One recognised page: its sheet as it is read, the way back to the picture, what to say."""

    sheet: Sheet
    back: Callable[[Glyph], Glyph]
    notes: tuple[Note, ...]


class _Page(NamedTuple):
    """A page seen and searched: straight, without rules; its tables, its detected lines."""

    seen: Seen
    grey: "Image"
    tables: list[list[Box]]
    corners: list[list[tuple[float, float]]]


def read_page(image: "Image", page: int, scale: float) -> Sheet:
    """Return the recognised sheet of one page image.

    ``image`` is RGB (height, width, 3), ``page`` 1-based, ``scale`` points per pixel. The sheet is
    in points from the top left; its glyphs lie on the characters of the image as it came (skewed,
    turned), each with its confidence.

    Raises:
        MissingComponent: the extra ``ocr`` is not installed.
    """
    scan = read_scan(image, page, scale)
    lines = [_moved(line, scan.back) for line in scan.sheet.lines]
    tables = [
        table._replace(
            slots=tuple(
                slot._replace(lines=tuple(_moved(line, scan.back) for line in slot.lines))
                for slot in table.slots
            ),
        )
        for table in scan.sheet.tables
    ]
    return scan.sheet._replace(lines=lines, tables=tables)


def read_scan(image: "Image", page: int, scale: float) -> Scan:
    """Return the page as it is read (straight); ``back`` leads its glyphs to the image's places.

    For readers that work out the layout first and turn the finished document back.
    """
    found = _searched(image, scale)
    seen, ink = found.seen, ink_of(found.grey)
    spots = spots_of(ink, found.corners, found.tables, seen.scale)
    reads = recognise([_cut_out(found.grey, spot, ink) for spot in spots.lines])
    traces: list[Trace] = []
    unread: list[str] = []
    for spot, each in zip(spots.lines, reads, strict=True):
        text = "".join(read.text for read in each).strip()
        if _PAGE_NUMBER.fullmatch(text):  # — 2 —
            each = [read._replace(text=_DASHES.get(read.text, read.text)) for read in each]
        line = trace(each, spot, ink)
        if line is not None and not spot.found and text in _FLAT and is_flat(line):
            line = dashed(line)
        if line is not None and _sureness(each) >= (_UNREAD if spot.found else _NOISE):
            traces.append(line)
        elif spot.found or any(character.isalnum() for character in text):
            unread.append(text or "？")
    chars = without_doubles(chars_of(traces, page, seen.scale))
    sheet = Sheet(*seen.size, *_laid_out(page, chars, found.tables))
    notes = tuple(_page_notes(page, found, spots, unread))
    way = seen._replace(grey=seen.grey[:0, :0].copy())  # the pixels of a page are not kept
    return Scan(sheet, lambda glyph: _back(glyph, way, scale), notes)


def doubts(document: Document) -> Iterator[Note]:
    """Yield a note for every figure of a recognised document that is not beyond doubt.

    A figure with a character below ``LOW_CONFIDENCE``, or one that mixes digits with letters of
    the same shape (``2O24``, ``l000``, ``二O二四``), is quoted with its place.
    """
    for match in _FIGURE.finditer(document.text):
        span = Span(*match.span())
        sure = [g.confidence for g in document.glyphs[span.start : span.end] if g is not None]
        least = min((each for each in sure if each is not None), default=1.0)
        page = next((g.page for g in document.glyphs[span.start : span.end] if g), None)
        place = f"第{page}页" if page else ""
        if match["mixed"]:
            message = f"{place}“{match[0]}”里的数字和形近的字母、标点可能认错，请对照原件核对。"
            yield Note("ocr.confusable", "warning", message, span)
        elif least < LOW_CONFIDENCE:
            message = f"{place}的数字“{match[0]}”识别把握不大（{least:.2f}），请对照原件核对。"
            yield Note("ocr.low_confidence", "warning", message, span)


_PAGE_NUMBER = regex.compile(r"[一—\-]* *[0-9]{1,4} *[一—\-]*")
_DASHES = {"一": "—"}
_FLAT = ("一", "_", "-")  # what a dash alone in a cell is read as
_FIGURE = regex.compile(
    # 2O24, l000, 1O | 509,510.514.92 | 年Ⅰ万元 | 二O二四 | 2889.43, 1,736, 40% | 二十, 壹佰, ①
    r"(?<![A-Za-z])(?<mixed>(?=[OoQDIl|]*[0-9])(?=[0-9]*[OoQDIl|])[0-9OoQDIl|]+(?![A-Za-z])"
    r"|[0-9]{1,3}(?:[.,][0-9]{3})*?\.[0-9]{3}(?:[.,][0-9]{2,3})++"
    r"|(?<![A-Za-z])[IlⅠ|丨](?![A-Za-z])"
    r"|[一二三四五六七八九]++[OoQ○0〇]*[OoQ○0][OoQ○0〇一二三四五六七八九]*+)"
    r"|[0-9０-９]++(?:[.,．，][0-9０-９]++)*+[%％‰]?"
    r"|[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟①-⑳]++"
)


def _searched(image: "Image", scale: float) -> _Page:
    """Return the page upright: turned by quarters if its lines run down or stand on their heads."""
    quarters = 0
    page = _look(image, scale, quarters)
    if sideways(page.corners):
        quarters = 1
        page = _look(image, scale, quarters)
    if upside_down(_samples(page)):
        page = _look(image, scale, quarters + 2)
    return page


def _look(image: "Image", scale: float, quarters: int) -> _Page:
    import cv2
    import numpy as np

    seen = see(image, scale, quarters)
    tables, grey = rules_of(seen.grey, seen.scale)
    corners = detect(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.uint8))
    return _Page(seen, grey, tables, corners)


def _samples(page: _Page) -> list["Image"]:
    """Return the beginnings of the widest lines."""
    level = [each for each in page.corners if each[1][0] - each[0][0] > _VOTE_RATIO * _drop(each)]
    widest = sorted(level, key=lambda each: each[0][0] - each[1][0])[:_VOTES]
    samples = []
    for each in widest:
        x, y, height = int(each[0][0]), int(each[0][1]), int(_drop(each)) + 1
        samples.append(_coloured(page.grey[y : y + height, x : x + _VOTE_RATIO * height]))
    return samples


def _drop(corners: Corners) -> float:
    return corners[3][1] - corners[0][1]


def _coloured(grey: "Image") -> "Image":
    import cv2
    import numpy as np

    return cv2.cvtColor(np.ascontiguousarray(grey), cv2.COLOR_GRAY2BGR).astype(np.uint8)


def _cut_out(grey: "Image", spot: Spot, ink: "Image") -> "Image":
    """Return the pixels of a line; ink that was left over gets the margin that detection gives."""
    import cv2
    import numpy as np

    part = grey[spot.y0 : spot.y1, spot.x0 : spot.x1]
    height, width = part.shape
    margin = 0 if spot.found else max(2, height // 5, width // 2 - height)  # a dash is flat
    aside = max(margin, (height - width) // 2)  # a lone 1 is narrow: it is not to be stretched
    white = int(np.median(part[ink[spot.y0 : spot.y1, spot.x0 : spot.x1] == 0])) if part.size else 0
    framed = cv2.copyMakeBorder(
        part, margin, margin, aside, aside, cv2.BORDER_CONSTANT, value=(white,)
    )
    return _coloured(framed.astype(np.uint8))


def _laid_out(
    page: int, chars: Sequence[Char], tables: Sequence[Sequence[Box]]
) -> tuple[list[Line], list[Ruled]]:
    """Return the lines outside tables and the tables with theirs."""
    found: list[Ruled] = []
    taken: set[int] = set()
    for cells in tables:
        table, held = ruled(page, cells, chars)
        if table is not None and held and not held <= taken:
            found.append(table)
            taken |= held
    rest = [char for index, char in enumerate(chars) if index not in taken]
    return lines_of(rest), found


def _moved(line: Line, back: Callable[[Glyph], Glyph]) -> Line:
    ink = tuple((character, glyph and back(glyph)) for character, glyph in line.ink)
    return line._replace(ink=ink, trailing=line.trailing and back(line.trailing))


def _back(glyph: Glyph, seen: Seen, scale: float) -> Glyph:
    """Return the glyph where it lies on the image as it came; its size stays."""
    x, y = seen.back((glyph.x0 + glyph.x1) / 2 / seen.scale, (glyph.y0 + glyph.y1) / 2 / seen.scale)
    width, height = (glyph.x1 - glyph.x0) / 2, (glyph.y1 - glyph.y0) / 2
    if seen.is_sideways:
        width, height = height, width
    x, y = x * scale, y * scale
    return glyph._replace(x0=x - width, y0=y - height, x1=x + width, y1=y + height)


def _sureness(reads: Sequence[Read]) -> float:
    printed = [read.confidence for read in reads if not read.text.isspace()]
    return sum(printed) / len(printed) if printed else 0.0


def _page_notes(number: int, page: _Page, spots: Spots, unread: Sequence[str]) -> Iterator[Note]:
    if unread:
        quoted = "、".join(f"“{text}”" for text in unread[:_QUOTED])
        message = (
            f"第{number}页有 {len(unread)} 处文字看不清，没有读取（像是{quoted}），请核对原件。"
        )
        yield Note("ocr.unread", "warning", message)
    if spots.askew:
        message = f"第{number}页有 {spots.askew} 行斜排的文字（如水印）没有读取。"
        yield Note("ocr.askew", "info", message)
    if page.seen.seals:
        message = f"第{number}页有 {page.seen.seals} 枚印章，章内文字没有读取。"
        yield Note("ocr.seal", "info", message)
