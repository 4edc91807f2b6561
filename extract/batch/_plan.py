"""How much time and memory reading one input may take, by what kind of file it is.

Asked inside the child, for it looks into untrusted bytes; the parent only believes it as far as
``Limits`` go.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from extract.limits import Limits
from extract.readers import _ocr_engine, image, legacy, ofd, pdf
from extract.readers._package import entry_names
from extract.readers._pdf_trust import is_believable

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_BYTES_A_PAGE = 3_000  # a page of Chinese text in UTF-8, for formats that have no pages
_FEW_CHARACTERS = 20  # as in readers/_pdf_scan.py: a page with fewer may be a picture
_PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".jb2", ".gbig2")


@dataclass(frozen=True, slots=True)
class Allowance:
    """Seconds on the clock, seconds of work, and addresses that reading may take."""

    wall_s: float
    cpu_s: float
    memory_mib: int


def allowance(content: bytes, limits: Limits) -> Allowance:
    """Return what reading ``content`` may take: min(60 s, 10 s + 1 s a page), more for scans.

    A page without text may be a picture or blank, so that scans are not counted exactly: past
    ``max_ocr_pages`` there is no more time, but no refusal either.
    """
    pages, scans = _pages(content)
    scans = min(scans, limits.max_ocr_pages) if _ocr_engine.available() else 0
    wall = min(limits.max_seconds, limits.base_seconds + limits.seconds_per_page * pages)
    wall += limits.ocr_seconds_per_page * scans
    if legacy.sniff(content):
        wall += limits.conversion_seconds
    # Recognition works with two threads.
    memory = limits.ocr_memory_mib if scans else limits.memory_mib
    return Allowance(wall, wall * (2 if scans else 1), max(memory, limits.memory_mib))


def longest(limits: Limits) -> float:
    """Return the seconds that no input is ever allowed to pass."""
    scans = limits.ocr_seconds_per_page * limits.max_ocr_pages
    return limits.max_seconds + scans + limits.conversion_seconds


def _pages(content: bytes) -> tuple[int, int]:
    """Return how many pages there may be, and how many may need recognition."""
    if pdf.sniff(content):
        return _pdf_pages(content)
    if image.sniff(content):
        return (_frames(content),) * 2
    if ofd.sniff(content):
        names = [name.lower() for name in entry_names(content) or ()]
        pages = sum(name.endswith("content.xml") for name in names)
        return pages, min(pages, sum(name.endswith(_PICTURES) for name in names))
    return len(content) // _BYTES_A_PAGE, 0


def _pdf_pages(content: bytes) -> tuple[int, int]:
    """Count the pages, and those whose text is missing or cannot be believed."""
    from pypdfium2 import PdfDocument, PdfiumError

    with contextlib.suppress(PdfiumError), PdfDocument(content) as document:
        return len(document), sum(_needs_recognition(text) for text in _texts(document))
    return 0, 0


def _texts(document: "PdfDocument") -> Iterator[str]:
    from pypdfium2 import PdfiumError

    for page in document:
        try:
            text = page.get_textpage()
            yield text.get_text_range()
            text.close()
            page.close()
        except PdfiumError:
            yield ""


def _needs_recognition(text: str) -> bool:
    return len("".join(text.split())) < _FEW_CHARACTERS or not is_believable(text)


def _frames(content: bytes) -> int:
    from PIL import Image

    # Pillow's decoders raise many kinds of errors; the reader says what is wrong with the picture.
    with contextlib.suppress(Exception), Image.open(BytesIO(content)) as picture:
        return int(getattr(picture, "n_frames", 1))
    return 1
