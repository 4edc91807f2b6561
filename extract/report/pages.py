"""Pictures of the pages of a source, small enough to stand all in one file.

PDF pages are rendered by PDFium, scans decoded, OFD pages painted (pictures and lines) with their
characters set as text by position. Other formats have no pages.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from extract.document import Document, Glyph
from extract.errors import ExtractError
from extract.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 40 * 1024  # of one picture
_DPI = 144
_MAX_PIXELS = 12_000_000
# Widths in pixels with a quality, or ``None`` for four greys without loss; the first that fits.
_STEPS: tuple[tuple[int, int | None], ...] = (
    *((1200, None), (1050, None), (920, None), (820, None)),
    *((1000, 40), (850, 30), (700, 25), (560, 20), (400, 15), (200, 5), (80, 5)),
)
_GREYS = [(level + 42) // 85 * 85 for level in range(256)]
MEDIA_TYPE = "image/webp"


class Line(NamedTuple):
    """Characters of one printed line, set as text: place in points, and what they say."""

    x0: float
    y0: float
    x1: float
    y1: float
    text: str


class Leaf(NamedTuple):
    """One page as it is shown: its size in points, a picture of it, text to be set over it."""

    number: int
    width: float
    height: float
    media_type: str
    picture: bytes
    lines: tuple[Line, ...] = ()


def leaves(document: Document, content: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Leaf]:
    """Yield the pages of a source, in order; nothing for a format that has none.

    ``content`` is what ``document`` was read from.

    Raises:
        ExtractError: as the reader of the format does.
    """
    if document.reader == "pdf":
        yield from _of_pdf(content)
    elif document.reader == "image":
        yield from _of_scan(content, limits)
    elif document.reader == "ofd":
        yield from _of_ofd(document, content, limits)


def _of_pdf(content: bytes) -> Iterator[Leaf]:
    from pypdfium2 import PdfDocument

    from extract.readers import _pdfium

    with _pdfium.LOCK:
        document = PdfDocument(content)
        count = len(document)
    try:
        for number in range(1, count + 1):
            with _pdfium.LOCK:
                page = document[number - 1]
                width, height = page.get_size()
                zoom = min(_DPI / 72, (_MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
                bitmap = page.render(scale=zoom, may_draw_forms=False)
                picture = bitmap.to_pil().convert("RGB")
                bitmap.close()
                page.close()
            yield Leaf(number, width, height, MEDIA_TYPE, _small(picture))
    finally:
        with _pdfium.LOCK:
            document.close()


def _of_scan(content: bytes, limits: Limits) -> Iterator[Leaf]:
    from PIL import Image

    from extract.readers import image

    with image._guarded():
        opened = Image.open(BytesIO(content), formats=image._DECODERS)
    for number, (pixels, scale) in enumerate(image._pages(opened, limits), 1):
        height, width = pixels.shape[:2]
        picture = _small(Image.fromarray(pixels))
        yield Leaf(number, width * scale, height * scale, MEDIA_TYPE, picture)


def _of_ofd(document: Document, content: bytes, limits: Limits) -> Iterator[Leaf]:
    from extract.readers._ofd_book import books_of
    from extract.readers._ofd_page import Budget, read_page
    from extract.readers._ofd_parts import Parts
    from extract.readers._ofd_scan import painted

    parts = Parts(content, limits)
    budget = Budget(limits)
    lines = _lines(document)
    number = 0
    for book in books_of(parts, limits):
        for leaf in book.leaves:
            number += 1
            if leaf.path is None:
                continue
            page = read_page(book, leaf.path, budget)
            try:
                canvas, _, _ = painted(page, parts)
            except ExtractError:  # a page of absurd size has text, but no picture
                continue
            is_scan = not page.marks
            text = () if is_scan else tuple(lines.get(number, ()))
            yield Leaf(number, page.width, page.height, MEDIA_TYPE, _small(canvas), text)


def _lines(document: Document) -> dict[int, list[Line]]:
    """Return the printed lines of each page, as runs of characters that stand side by side."""
    found: dict[int, list[Line]] = {}
    run: list[tuple[str, Glyph]] = []
    for character, glyph in zip(document.text, document.glyphs, strict=False):
        if run and (glyph is None or not _goes_on(run[-1][1], glyph)):
            _close(found, run)
            run = []
        if glyph is not None:
            run.append((character, glyph))
    if run:
        _close(found, run)
    return found


def _goes_on(before: Glyph, after: Glyph) -> bool:
    middle = (after.y0 + after.y1) / 2
    gap = after.x0 - before.x1
    size = max(before.y1 - before.y0, 1.0)
    return before.page == after.page and before.y0 < middle < before.y1 and -size < gap < size / 2


def _close(found: dict[int, list[Line]], run: list[tuple[str, Glyph]]) -> None:
    glyphs = [glyph for _, glyph in run]
    text = "".join(character for character, _ in run)
    if text.strip():
        box = (
            *(min(g.x0 for g in glyphs), min(g.y0 for g in glyphs)),
            *(max(g.x1 for g in glyphs), max(g.y1 for g in glyphs)),
        )
        found.setdefault(glyphs[0].page, []).append(Line(*box, text))


def _small(picture: "Picture") -> bytes:
    """Return a picture as WebP of at most ``MOST_BYTES``, as sharp as that allows.

    Print in four greys without loss is twice as sharp as a lossy picture of the same size; what
    does not fit so (photographs, noisy scans) is compressed with loss, in colour.
    """
    from PIL import Image

    written = b""
    whole = picture.convert("RGB")
    for width, quality in _STEPS:
        share = min(1.0, width / max(whole.width, whole.height * 0.71, 1))
        size = max(1, round(whole.width * share)), max(1, round(whole.height * share))
        resized = whole.resize(size, Image.Resampling.LANCZOS)
        target = BytesIO()
        if quality is None:
            greys = resized.convert("L").point(_GREYS)
            greys.save(target, "WEBP", lossless=True, quality=80, method=4)
        else:
            resized.save(target, "WEBP", quality=quality, method=2)
        written = target.getvalue()
        if len(written) <= MOST_BYTES:
            break
    return written
