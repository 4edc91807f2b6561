"""PDF documents with a text layer: paragraphs and ruled tables, each character with its box.

A line break that only the layout made leaves no trace in the canonical text; page numbers and
running headers are kept out of the flow. A scan without text is refused, never read as empty.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.document import Document, Glyph, Note
from extract.errors import UnreadableDocument
from extract.limits import Limits
from extract.readers._draft import Draft, Identity
from extract.readers._grid import Ruled, ruled
from extract.readers._lines import Char, lines_of, without_doubles
from extract.readers._pages import damaged, read_pages
from extract.readers._sheets import Sheet, bodies_of, compose
from extract.readers._turn import Turn, turn_of, way_of

if TYPE_CHECKING:
    from pdfplumber.page import Page as Printed

SUFFIXES = (".pdf",)
MEDIA_TYPES = ("application/pdf",)

_MAGIC_WITHIN = 1024
_END_WITHIN = 4096
# Some fonts answer with the radical ⼈ (U+2F08) for the character 人: one drawing, two codes.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_RISE, _FALL = 0.88, 0.2  # of the size: what a character takes above and below its baseline
_UNMAPPED = "\ufffd"
_SCAN = "没有可提取的文字，可能是扫描件；目前未安装文字识别（OCR），请提供文字版文件。"


class Page(NamedTuple):
    """One page as read: how it stands, what is printed on it, what is missing."""

    turn: Turn
    sheet: Sheet
    has_picture: bool
    rotated: int
    unmapped: int


def sniff(content: bytes) -> bool:
    """Return whether a PDF begins here (mail programs put a few bytes before it)."""
    return b"%PDF-" in content[:_MAGIC_WITHIN]


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a PDF: a ``Document`` with ``pages`` and a glyph for every printed character.

    ``…推进 3 所中小学、1 所`` / ``幼儿园新改扩建…`` on two printed lines is one stretch of text.

    Raises:
        EncryptedDocument: it asks for a password.
        UnreadableDocument: damaged, or without any text (a scan).
        LimitExceeded: more pages, characters or cells than the limits allow.
    """
    pages, is_damaged = read_pages(content, limits, _page)
    sheets = bodies_of([page.sheet for page in pages])
    if not any(sheet.has_text for sheet in sheets):
        raise damaged() if is_damaged else UnreadableDocument(_SCAN)
    draft = Draft(limits)
    compose(sheets, draft)
    pages = [page._replace(sheet=sheet) for page, sheet in zip(pages, sheets, strict=True)]
    draft.notes += _notes(pages)
    if is_damaged or b"%%EOF" not in content[-_END_WITHIN:]:
        message = "文件结构损坏或不完整，已尽力读取，可能缺少内容，请与原件核对。"
        draft.notes.append(Note("pdf.damaged", "error", message))
    identity = Identity(
        name, MEDIA_TYPES[0], "pdf", f"pdfplumber {version('pdfplumber')}", len(sheets)
    )
    return _turned_back(draft.document(content, identity), pages)


def _page(page: "Printed") -> Page:
    """Read one page: tables first, then the lines of what is outside them."""
    turn = turn_of(page)
    running = [char for char in page.chars if way_of(char) == turn.way]
    chars = without_doubles(_chars(page, running, turn))
    tables: list[Ruled] = []
    taken: set[int] = set()
    left, top = page.bbox[0], page.bbox[1]
    for found in page.find_tables() if page.edges else ():
        boxes = [
            turn.box((x0 - left, y0 - top, x1 - left, y1 - top))
            for x0, y0, x1, y1 in (cell for cell in found.cells if cell)
        ]
        table, held = ruled(page.page_number, boxes, chars)
        if table is not None and not held <= taken:
            tables.append(table)
            taken |= held
    lines = lines_of([char for index, char in enumerate(chars) if index not in taken])
    return Page(
        turn=turn,
        sheet=Sheet(*turn.size, lines, tables),
        has_picture=bool(page.images),
        rotated=len(page.chars) - len(running),
        unmapped=sum(1 for char in chars if char.text == _UNMAPPED),
    )


def _chars(page: "Printed", chars: Sequence[dict[str, Any]], turn: Turn) -> Iterator[Char]:
    """Yield one ``Char`` for each code point; a ligature's box is shared out.

    The box is the character's square on its baseline: the heights that fonts state differ within
    one line (仿宋 beside Times New Roman) and are often wrong.
    """
    left, top = page.bbox[0], page.bbox[1]
    for char in chars:
        text = _UNMAPPED if char["text"].startswith("(cid:") else char["text"]
        x0, y0, x1, y1 = turn.box(
            (char["x0"] - left, char["top"] - top, char["x1"] - left, char["bottom"] - top)
        )
        size, step = y1 - y0, (x1 - x0) / max(len(text), 1)
        origin_y = char["bottom"] - top + char["y0"] - char["matrix"][5]
        base = turn.base(char["matrix"][4] - left, origin_y)
        for index, character in enumerate(text.translate(_RADICALS)):
            if character.isprintable() or character in "\u00a0\u3000":
                start, end = x0 + index * step, x0 + (index + 1) * step
                glyph = Glyph(
                    page.page_number, start, base - _RISE * size, end, base + _FALL * size
                )
                yield Char(character, glyph, size, base)


def _turned_back(document: Document, pages: Sequence[Page]) -> Document:
    """Return the document with every glyph where it is printed."""
    glyphs = (glyph and pages[glyph.page - 1].turn.back(glyph) for glyph in document.glyphs)
    return replace(document, glyphs=tuple(glyphs))


def _notes(pages: Sequence[Page]) -> Iterator[Note]:
    empty = [str(n) for n, p in enumerate(pages, 1) if p.has_picture and not p.sheet.has_text]
    if empty:
        message = f"第{'、'.join(empty)}页只有图像，没有文字，其内容未读取。"
        yield Note("pdf.page_without_text", "warning", message)
    rotated = sum(page.rotated for page in pages)
    if rotated:
        yield Note("pdf.rotated_text", "warning", f"有 {rotated} 个方向不同的文字未读取，请核对。")
    unmapped = sum(page.unmapped for page in pages)
    if unmapped:
        message = f"有 {unmapped} 个字符的字体没有对应文字，已用 � 代替，请核对。"
        yield Note("pdf.unmapped_characters", "warning", message)
