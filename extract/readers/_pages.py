"""Opening a PDF: its pages one at a time, or a typed error; damage that PDFium mends is noticed.

PDFium reads what it can of a damaged file and says nothing; what was lost is worked out from the
bytes. A file that it cannot open at all is tried once more with pdfplumber.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from extract.errors import EncryptedDocument, LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers import _pdfium
from extract.readers._collector import at_rest
from extract.readers._pdf_chars import Run, runs_of
from extract.readers._pdf_damage import is_damaged
from extract.readers._pdf_strokes import Side, marks_of

_NEEDS_PASSWORD = 4  # FPDF_ERR_PASSWORD
_Read = TypeVar("_Read")


class Printed(NamedTuple):
    """One page as it is drawn, in PDF user space (points, origin bottom left).

    ``box`` is the part that is shown (left, bottom, right, top), ``rotation`` how far it is turned
    clockwise to be shown, ``paths`` how many painted paths it has, tables and drawings alike.
    """

    number: int
    box: Side
    rotation: int
    runs: list[Run]
    strokes: list[Side]
    pictures: list[Side]
    paths: int


def read_pages(
    content: bytes, limits: Limits, read: Callable[[Printed], _Read]
) -> tuple[list[_Read], bool]:
    """Return what ``read`` makes of every page, and whether the file is damaged.

    Raises:
        EncryptedDocument: it asks for a password.
        UnreadableDocument: beyond repair.
        LimitExceeded: more pages or characters than the limits allow.
    """
    loses = is_damaged(content, limits)
    with _pdfium.LOCK, _opened(content) as document:
        if document:
            with at_rest():
                return _read_all(document, limits, read), loses
    from extract.readers._pdf_plumber import read_with_pdfplumber  # only what PDFium cannot open

    return read_with_pdfplumber(content, limits, read), True


def damaged() -> UnreadableDocument:
    """Return the error that a damaged file is refused with."""
    return UnreadableDocument("PDF 文件已损坏或下载不完整，请重新获取原件。")


def locked() -> EncryptedDocument:
    """Return the error that a file with a password is refused with."""
    return EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。")


def check_pages(count: int, limits: Limits) -> None:
    """Refuse a document with more pages than the limits allow, before any is read."""
    if count > limits.max_pages:
        raise LimitExceeded(
            f"页数超过 {limits.max_pages} 页的上限，请拆分后再处理。", page=limits.max_pages + 1
        )


@contextmanager
def _opened(content: bytes) -> Iterator[int]:
    """Open a document for as long as the block lasts; 0 if PDFium cannot."""
    each = _pdfium.calls()
    document = each.load_document(content, len(content), None)
    if not document and each.last_error() == _NEEDS_PASSWORD:
        raise locked()
    try:
        yield document or 0
    finally:
        if document:
            each.close_document(document)


def _read_all(document: int, limits: Limits, read: Callable[[Printed], _Read]) -> list[_Read]:
    count = _pdfium.calls().count_pages(document)
    check_pages(count, limits)
    if not count:
        raise damaged()
    found: list[_Read] = []
    room = limits.max_characters
    for index in range(count):
        printed, characters = _printed(document, index, room, limits)
        room -= characters
        found.append(read(printed))
    return found


def _printed(document: int, index: int, room: int, limits: Limits) -> tuple[Printed, int]:
    """Return one page and how many characters PDFium counts on it; a lost page is an error."""
    each = _pdfium.calls()
    page = each.load_page(document, index)
    if not page:
        raise UnreadableDocument("这一页无法读取，文件可能已损坏，请重新获取原件。", page=index + 1)
    text_page = each.load_text(page)
    try:
        count = max(each.count_chars(text_page), 0) if text_page else 0
        if count > room:
            raise LimitExceeded("文字超过字数上限，请拆分文件后再处理。", page=index + 1)
        marks = marks_of(page, limits)
        printed = Printed(
            number=index + 1,
            box=_pdfium.page_box(page),
            rotation=each.page_rotation(page) * 90 % 360,
            runs=runs_of(text_page, count, marks.texts) if count else [],
            strokes=marks.strokes,
            pictures=marks.pictures,
            paths=marks.paths,
        )
    finally:
        if text_page:
            each.close_text(text_page)
        each.close_page(page)
    return printed, count
