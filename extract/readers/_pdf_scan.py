"""Pages without a text layer that can be believed: pictures of them go to recognition (OCR)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extract.document import Document, Note
from extract.limits import Limits
from extract.readers import _pdfium
from extract.readers._pages import Printed
from extract.readers._pdf_trust import is_believable

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from extract.readers._ocr import Scan

_DPI = 200
_SCANNED_SHARE = 0.5  # of the page: a picture this large is what the page is
_FEW_CHARACTERS = 20  # beside such a picture: a page number, a stamp of the scanner
_OUTLINES = 40  # painted paths on a page without any text: letters drawn as shapes


def needs_recognition(printed: Printed) -> bool:
    """Return whether what is printed on the page can only be had from its picture."""
    text = "".join(run.text for run in printed.runs)
    if text and not is_believable(text):
        return True
    if len("".join(text.split())) >= _FEW_CHARACTERS:
        return False
    if _covered(printed) >= _SCANNED_SHARE:
        return True
    return not text.strip() and (bool(printed.pictures) or printed.paths >= _OUTLINES)


def recognise(content: bytes, numbers: Sequence[int], limits: Limits) -> "dict[int, Scan]":
    """Return what recognition reads of some pages, by 1-based number; none without OCR installed.

    A sheet is straight as it is read; ``back`` leads its glyphs to their places on the page.
    """
    try:
        from extract.readers._ocr import available, read_scan
    except ImportError:
        return {}
    if not numbers or not available():
        return {}
    found: dict[int, Scan] = {}
    for number in numbers:
        image, scale = _picture(content, number, limits)
        found[number] = read_scan(image, number, scale)
    return found


def doubts(document: Document) -> Iterator[Note]:
    """Yield what recognition is not sure of in a document that it read pages of."""
    from extract.readers import _ocr

    yield from _ocr.doubts(document)


def _picture(content: bytes, number: int, limits: Limits) -> "tuple[NDArray[uint8], float]":
    """Return a page as it is shown, RGB, and how many points one pixel is."""
    import numpy as np
    from pypdfium2 import PdfDocument

    with _pdfium.LOCK, PdfDocument(content) as document:
        page = document[number - 1]
        width, height = page.get_size()
        zoom = _DPI / 72
        zoom = min(zoom, (limits.max_render_pixels / max(width * height, 1.0)) ** 0.5)
        bitmap = page.render(scale=zoom, rev_byteorder=True, may_draw_forms=False)
        image = np.array(bitmap.to_numpy()[:, :, :3], dtype=np.uint8)
        if image.shape[2] == 1:
            image = np.repeat(image, 3, axis=2)
        bitmap.close()
        page.close()
    return image, width / image.shape[1]


def _covered(printed: Printed) -> float:
    """Return how much of the page its pictures cover, those over one another counted twice."""
    left, bottom, right, top = printed.box
    area = max((right - left) * (top - bottom), 1.0)
    covered = 0.0
    for x0, y0, x1, y1 in printed.pictures:
        across = min(x1, right) - max(x0, left)
        covered += max(across, 0.0) * max(min(y1, top) - max(y0, bottom), 0.0)
    return covered / area
