"""OFD documents (GB/T 33190): paragraphs and ruled tables by geometry, each character with its box.

Pages that hold only pictures or outlined characters go to the text recognition; where that is not
installed, the file is refused or the pages are named. Seals, annotations and attached files are no
text of the notice: they are named.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import NamedTuple

from extract.document import Document, Glyph, Note
from extract.errors import ExtractError, MissingComponent, UnreadableDocument
from extract.limits import Limits
from extract.readers._draft import Draft, Identity
from extract.readers._ofd_aside import asides_of
from extract.readers._ofd_book import Book, books_of
from extract.readers._ofd_page import Budget, Leaves, Picture, read_page
from extract.readers._ofd_parts import ROOT, Parts
from extract.readers._ofd_sheet import Laid, laid_out
from extract.readers._ofd_space import around
from extract.readers._package import entry_names
from extract.readers._sheets import Sheet, bodies_of, compose

SUFFIXES = (".ofd",)
MEDIA_TYPES = ("application/ofd",)

_LARGE, _HALF = 0.1, 0.5  # of the page's area: a picture this large may hold text, is a scan
_FEW = 100  # characters: what is printed on a scan (a receipt number, a header)
_NO_TEXT = "页面上没有文字，只有线条或空白，请核对文件，或请提供文字版。"
_NO_OCR = (
    "没有可提取的文字，是扫描件或文字已转为图形；识别文字需要安装可选组件："
    "pip install 'policy-notices[ocr]'。"
)


class Page(NamedTuple):
    """One page as read: its sheet, the way back for its glyphs, what is to be said of it."""

    number: int
    sheet: Sheet
    back: Callable[[Glyph], Glyph]
    is_picture: bool
    notes: tuple[Note, ...] = ()
    is_recognised: bool = False


def sniff(content: bytes) -> bool:
    """Return whether the bytes are a ZIP container with ``OFD.xml`` at its root, in any case."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    names = entry_names(content)
    if names is None:  # cut off: the names still stand before each entry
        return ROOT.lower().encode() in content.lower()
    return any(name.lstrip("/").casefold() == ROOT.casefold() for name in names)


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read an OFD: a ``Document`` with ``pages`` and a glyph for every printed character.

    ``<TextCode DeltaX="g 3 4.5 9.1">3.0万吨</TextCode>`` → ``3.0万吨``. The documents of one file
    follow each other in its order.

    Raises:
        UnreadableDocument: damaged, parts missing, templates that hold themselves, no text.
        EncryptedDocument: encrypted parts.
        MissingComponent: only pictures, and no text recognition installed.
        LimitExceeded: more pages, objects, characters or bytes than the limits allow.
    """
    parts = Parts(content, limits)
    books = books_of(parts, limits)
    budget = Budget(limits)
    draft = Draft(limits)
    pages: list[Page] = []
    for book in books:
        read_pages = _recognised(book, _pages(book, len(pages) + 1, budget), budget)
        compose(bodies_of([page.sheet for page in read_pages]), draft)
        draft.notes += asides_of(book, len(pages) + 1)
        pages += read_pages
    draft.notes += _notes(parts, books, pages)
    is_ocr = any(page.is_recognised for page in pages)
    identity = Identity(name, MEDIA_TYPES[0], "ofd", f"lxml {version('lxml')}", len(pages), is_ocr)
    document = draft.document(content, identity)
    if not document.text:  # an empty success would be believed
        raise _without_text(pages)
    glyphs = (glyph and pages[glyph.page - 1].back(glyph) for glyph in document.glyphs)
    return _doubted(replace(document, glyphs=tuple(glyphs)))


def _pages(book: Book, first: int, budget: Budget) -> list[Page]:
    pages = []
    for number, leaf in enumerate(book.leaves, first):
        if leaf.path is None:
            message = f"第{number}页的内容在文件中缺失，未读取，请重新获取原件。"
            note = Note("ofd.missing_page", "error", message)
            sheet = Sheet(0.0, 0.0, [], [])
            pages.append(Page(number, sheet, _as_it_is, is_picture=False, notes=(note,)))
            continue
        try:
            pages.append(_page(read_page(book, leaf.path, budget), number))
        except ExtractError as error:
            error.page = error.page or number
            raise
    return pages


def _page(leaves: Leaves, number: int) -> Page:
    """Lay out one page; text that nobody sees counts only under a scan, as its text layer."""
    is_under_scan = not leaves.marks and bool(leaves.hidden) and bool(leaves.pictures)
    laid = laid_out(leaves, leaves.hidden if is_under_scan else leaves.marks, number)
    is_picture = bool(leaves.pictures) or leaves.has_lettering
    notes = tuple(_page_notes(leaves, laid, number, is_under_scan=is_under_scan))
    return Page(number, laid.sheet, laid.back, is_picture, notes)


def _recognised(book: Book, pages: list[Page], budget: Budget) -> list[Page]:
    """Return the pages, those that are only pictures read by the recognition if it is installed."""
    bodies = bodies_of([page.sheet for page in pages])
    empty = [n for n, page in enumerate(pages) if page.is_picture and not bodies[n].has_text]
    if not empty:
        return pages
    from extract.readers import _ocr  # slow to load; only pages without text need it

    for index in empty:
        page = pages[index]
        if not _ocr.available():
            message = (
                f"第{page.number}页只有图像，没有文字，其内容未读取；"
                "安装 pip install 'policy-notices[ocr]' 后可以识别。"
            )
            note = Note("ofd.page_without_text", "warning", message)
            pages[index] = page._replace(notes=(*page.notes, note))
            continue
        pages[index] = _scanned(book, page, index, budget)
    return pages


def _scanned(book: Book, page: Page, index: int, budget: Budget) -> Page:
    from extract.readers._ofd_scan import scanned  # Pillow and numpy, for scans only

    leaves = read_page(book, book.leaves[index].path or "", budget)
    found = scanned(leaves, book.parts, page.number)
    message = f"第{page.number}页没有文字层，由文字识别（OCR）读出，请与原件核对。"
    notes = (*page.notes, Note("ofd.recognised", "warning", message), *found.notes)
    return page._replace(sheet=found.sheet, back=found.back, notes=notes, is_recognised=True)


def _without_text(pages: Sequence[Page]) -> ExtractError:
    if any(page.is_picture and not page.is_recognised for page in pages):
        return MissingComponent(_NO_OCR)
    return UnreadableDocument(_NO_TEXT)


def _doubted(document: Document) -> Document:
    """Return a recognised document with its doubtful figures named."""
    if not document.ocr:
        return document
    from extract.readers import _ocr

    return replace(document, notes=(*document.notes, *_ocr.doubts(document)))


def _as_it_is(glyph: Glyph) -> Glyph:
    return glyph


def _notes(parts: Parts, books: Sequence[Book], pages: Sequence[Page]) -> Iterator[Note]:
    for page in pages:
        yield from page.notes
    if len(books) > 1:
        yield Note("ofd.documents", "info", f"文件里有 {len(books)} 个文档，已按顺序读取。")
    if parts.mended:
        message = f"文件的 {'、'.join(sorted(parts.mended))} 已损坏，可能缺少内容，请与原件核对。"
        yield Note("ofd.damaged", "error", message)


def _page_notes(leaves: Leaves, laid: Laid, number: int, *, is_under_scan: bool) -> Iterator[Note]:
    if leaves.missing:
        message = f"第{number}页缺少{'、'.join(leaves.missing)}，其内容未读取，请重新获取原件。"
        yield Note("ofd.missing_part", "error", message)
    if is_under_scan:
        message = f"第{number}页是图像，文字取自它下面的文字层，可能有识别错误，请对照图像核对。"
        yield Note("ofd.hidden_layer", "warning", message)
    elif leaves.hidden:
        message = f"第{number}页有 {len(leaves.hidden)} 个看不见的文字未读取，请核对。"
        yield Note("ofd.hidden_text", "warning", message)
    if laid.askew:
        message = f"第{number}页有 {laid.askew} 个方向不同的文字未读取，请核对。"
        yield Note("ofd.rotated_text", "warning", message)
    if laid.overlaps:
        message = f"第{number}页有 {laid.overlaps} 处文字重叠印出，可能读错，请对照原件核对。"
        yield Note("ofd.overlapping_text", "warning", message)
    if laid.unmapped:
        message = f"第{number}页有 {laid.unmapped} 个字符没有对应的文字，已用 � 代替，请核对。"
        yield Note("ofd.unmapped_characters", "warning", message)
    share = max((_share(leaves, each) for each in leaves.pictures), default=0.0)
    if laid.sheet.has_text and share >= _LARGE:
        message = f"第{number}页有较大的图片，图片中若有文字，未读取，请核对。"
        is_scan = share >= _HALF and len(leaves.marks) < _FEW
        yield Note("ofd.picture", "warning" if is_scan else "info", message)


def _share(leaves: Leaves, picture: Picture) -> float:
    """Return how much of the page a picture takes."""
    corners = [picture.matrix.point(x, y) for x in (0, 1) for y in (0, 1)]
    left, top, right, bottom = around(corners)
    return (right - left) * (bottom - top) / (leaves.width * leaves.height)
