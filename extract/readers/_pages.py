"""Opening a PDF: its pages, or a typed error; what the parser mutters about damage is heard.

pdfminer lets out whatever damage makes of its own code, and only logs where it drops content. Both
end here: an error becomes one of ours, a loss becomes a flag.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from extract.errors import EncryptedDocument, LimitExceeded, UnreadableDocument
from extract.limits import Limits

if TYPE_CHECKING:
    from pdfminer.psparser import PSLiteral
    from pdfplumber.page import Page

_LOSS = "Data-loss"
_MAX_CODE = 0xFFFF  # a character code of a font has two bytes
_Read = TypeVar("_Read")


def read_pages(
    content: bytes, limits: Limits, read: Callable[["Page"], _Read]
) -> tuple[list[_Read], bool]:
    """Return what ``read`` makes of every page, and whether the file is damaged.

    A file that the parser cannot open is written anew by PDFium, which rebuilds what it can.

    Raises:
        EncryptedDocument: it asks for a password.
        UnreadableDocument: beyond repair.
        LimitExceeded: more pages than the limits allow.
    """
    with _listening() as losses, _bounded_maps():
        try:
            return list(_pages(content, limits, read)), bool(losses)
        except (EncryptedDocument, LimitExceeded):
            raise
        except Exception:  # the boundary to a library that has no errors of its own
            mended = _mended(content)
        try:
            return list(_pages(mended, limits, read)), True
        except (EncryptedDocument, LimitExceeded):
            raise
        except Exception:
            raise damaged() from None


def damaged() -> UnreadableDocument:
    """Return the error that a damaged file is refused with."""
    return UnreadableDocument("PDF 文件已损坏或下载不完整，请重新获取原件。")


def _pages(content: bytes, limits: Limits, read: Callable[["Page"], _Read]) -> Iterator[_Read]:
    import pdfplumber  # slow to load, and a .txt does not need it
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        document = pdfplumber.open(BytesIO(content))
    except Exception as error:
        causes = (error, error.__cause__, error.__context__, *error.args)
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
            raise _locked() from None
        raise
    with document:
        if len(document.pages) > limits.max_pages:
            raise LimitExceeded(
                f"页数超过 {limits.max_pages} 页的上限，请拆分后再处理。",
                page=limits.max_pages + 1,
            )
        for page in document.pages:
            yield read(page)
            page.close()


def _mended(content: bytes) -> bytes:
    """Return the file as PDFium writes it anew after it has rebuilt what it could."""
    import pypdfium2  # only damaged files need it

    written = BytesIO()
    try:
        with pypdfium2.PdfDocument(content) as document:
            document.save(written)
    except Exception as error:  # a library boundary: anything here means damaged
        raise (_locked() if "password" in str(error).lower() else damaged()) from None
    return written.getvalue()


def _locked() -> EncryptedDocument:
    return EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。")


class _Listener(logging.Handler):
    """Keeps the parser's messages that content was lost."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.losses: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message if it speaks of loss."""
        if _LOSS in record.getMessage():
            self.losses.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Hear the parser instead of letting it write to the terminal."""
    logger, listener = logging.getLogger("pdfminer"), _Listener()
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(listener)
    try:
        yield listener.losses
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagated


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
