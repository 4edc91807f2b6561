"""The second try: a PDF that PDFium cannot open, read with pdfplumber into the same pages.

pdfminer lets out whatever damage makes of its own code: all of it becomes one of our errors here.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from extract.errors import EncryptedDocument, LimitExceeded
from extract.limits import Limits
from extract.readers._pages import Printed, check_pages, damaged, locked
from extract.readers._pdf_chars import UNMAPPED, Run, way_of

if TYPE_CHECKING:
    from pdfminer.psparser import PSLiteral
    from pdfplumber.page import Page

_MAX_CODE = 0xFFFF  # a character code of a font has two bytes
_Read = TypeVar("_Read")


def read_with_pdfplumber(
    content: bytes, limits: Limits, read: Callable[[Printed], _Read]
) -> list[_Read]:
    """Return what ``read`` makes of every page.

    Raises:
        EncryptedDocument: it asks for a password.
        UnreadableDocument: this parser cannot open it either.
        LimitExceeded: more pages than the limits allow.
    """
    with _quiet(), _bounded_maps():
        try:
            return list(_pages(content, limits, read))
        except (EncryptedDocument, LimitExceeded):
            raise
        except Exception:  # the boundary to a library that has no errors of its own
            raise damaged() from None


def _pages(content: bytes, limits: Limits, read: Callable[[Printed], _Read]) -> Iterator[_Read]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        document = pdfplumber.open(BytesIO(content))
    except Exception as error:
        causes = (error, error.__cause__, error.__context__, *error.args)
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
            raise locked() from None
        raise
    with document:
        check_pages(len(document.pages), limits)
        if not document.pages:
            raise damaged()
        for page in document.pages:
            yield read(printed(page))
            page.close()


def printed(page: "Page") -> Printed:
    """Return a page of pdfplumber as the reader takes it: turned already, y upwards."""
    left, top, right, bottom = (float(side) for side in page.bbox)
    height = bottom - top

    def up(y: float) -> float:
        return height - (y - top)

    return Printed(
        number=page.page_number,
        box=(left, 0.0, right, height),
        rotation=0,
        runs=[_run(char, up) for char in page.chars],
        strokes=[(e["x0"], up(e["bottom"]), e["x1"], up(e["top"])) for e in page.edges],
        pictures=[(i["x0"], up(i["bottom"]), i["x1"], up(i["top"])) for i in page.images],
        paths=len(page.lines) + len(page.rects) + len(page.curves),
    )


def _run(char: dict[str, Any], up: Callable[[float], float]) -> Run:
    """Return one character as a run of its own; a ligature's box is shared out."""
    a, b, c, d, e, f = char["matrix"]
    text = UNMAPPED if char["text"].startswith("(cid:") else char["text"]
    lift = up(char["bottom"]) - char["y0"]
    count, x0, x1 = max(len(text), 1), char["x0"], char["x1"]
    edges = [x0 + (x1 - x0) * n / count for n in range(count + 1)]
    sides = (edges[:-1], [up(char["top"])] * count, edges[1:], [up(char["bottom"])] * count)
    way = way_of(a, b, c, d)
    size = x1 - x0 if way in (90, 270) else char["bottom"] - char["top"]
    return Run(way, float(size), e, f + lift, text, sides)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the parser from writing to the terminal."""
    logger = logging.getLogger("pdfminer")
    disabled, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = disabled


@contextmanager
def _bounded_maps() -> Iterator[None]:
    """Stop at a character map that claims billions of codes: pdfminer would write them all out.

    One damaged byte in a font's ToUnicode map makes ``<0020> <ffff0041>`` of ``<0020> <0041>``.
    """
    from pdfminer.cmapdb import FileUnicodeMap

    add = FileUnicodeMap.add_cid2unichr

    def add_bounded(self: FileUnicodeMap, cid: int, code: "PSLiteral | bytes | int") -> None:
        if cid > _MAX_CODE:
            raise ValueError(f"character code {cid}")
        add(self, cid, code)

    FileUnicodeMap.add_cid2unichr = add_bounded  # type: ignore[method-assign]
    try:
        yield
    finally:
        FileUnicodeMap.add_cid2unichr = add  # type: ignore[method-assign]
