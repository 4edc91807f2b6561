"""PDF documents with a text layer: paragraphs and ruled tables, each character with its box.

A line break that only the layout made leaves no trace in the canonical text; page numbers and
running headers are kept out of the flow. A scan without text is refused, never read as empty.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.document import Document, Glyph, Note
from extract.errors import EncryptedDocument, LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers._draft import Draft, Identity
from extract.readers._flow import Margins, body_lines, margins_of, paragraphs_of
from extract.readers._grid import Ruled, cells_of, continued, ruled
from extract.readers._lines import Char, Line, lines_of, without_doubles

if TYPE_CHECKING:
    from pdfplumber.page import Page

SUFFIXES = (".pdf",)
MEDIA_TYPES = ("application/pdf",)

_MAGIC_WITHIN = 1024
_END_WITHIN = 4096
# Some fonts answer with the radical ⼈ (U+2F08) for the character 人: one drawing, two codes.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_RISE, _FALL = 0.88, 0.2  # of the size: what a character takes above and below its baseline
_UNMAPPED = "\ufffd"


class Sheet(NamedTuple):
    """One page as read: its size, its lines outside tables, its tables, and what is missing."""

    width: float
    height: float
    lines: list[Line]
    tables: list[Ruled]
    has_text: bool
    has_picture: bool
    sideways: int
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
    sheets, repaired = _sheets(content, limits)
    if not any(sheet.has_text for sheet in sheets):
        raise UnreadableDocument(
            "没有可提取的文字，可能是扫描件；目前未安装文字识别（OCR），请提供文字版文件。"
        )
    draft = Draft(limits)
    _compose(sheets, draft)
    draft.notes += _notes(sheets)
    if repaired or b"%%EOF" not in content[-_END_WITHIN:]:
        message = "文件结构损坏或不完整，已尽力读取，可能缺少内容，请与原件核对。"
        draft.notes.append(Note("pdf.damaged", "error", message))
    identity = Identity(
        name, MEDIA_TYPES[0], "pdf", f"pdfplumber {version('pdfplumber')}", len(sheets)
    )
    return draft.document(content, identity)


def _sheets(content: bytes, limits: Limits) -> tuple[list[Sheet], bool]:
    """Return the pages, and whether the file had to be mended first."""
    try:
        return list(_read_pages(content, limits)), False
    except (EncryptedDocument, LimitExceeded):
        raise
    except Exception:  # pdfminer lets out whatever damage makes of its own code
        mended = _mended(content)
    try:
        return list(_read_pages(mended, limits)), True
    except (EncryptedDocument, LimitExceeded):
        raise
    except Exception:
        raise _damaged() from None


def _mended(content: bytes) -> bytes:
    """Return the file as PDFium writes it anew after it has rebuilt what it could."""
    import pypdfium2  # only damaged files need it

    written = BytesIO()
    try:
        with pypdfium2.PdfDocument(content) as document:
            document.save(written)
    except Exception as error:  # a library boundary: anything here means damaged
        if "password" in str(error).lower():
            raise _locked() from None
        raise _damaged() from None
    return written.getvalue()


def _read_pages(content: bytes, limits: Limits) -> Iterator[Sheet]:
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
            yield _sheet(page)
            page.close()


def _locked() -> EncryptedDocument:
    return EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。")


def _damaged() -> UnreadableDocument:
    return UnreadableDocument("PDF 文件已损坏或下载不完整，请重新获取原件。")


def _sheet(page: "Page") -> Sheet:
    """Read one page: tables first, then the lines of what is outside them."""
    upright = [char for char in page.chars if char["upright"]]
    chars = without_doubles(_chars(page, upright))
    tables: list[Ruled] = []
    taken: set[int] = set()
    left, top = page.bbox[0], page.bbox[1]
    for found in page.find_tables() if page.edges else ():
        boxes = [
            (x0 - left, y0 - top, x1 - left, y1 - top)
            for x0, y0, x1, y1 in (cell for cell in found.cells if cell)
        ]
        table, held = ruled(page.page_number, boxes, chars)
        if table is not None and not held <= taken:
            tables.append(table)
            taken |= held
    lines = lines_of([char for index, char in enumerate(chars) if index not in taken])
    return Sheet(
        width=float(page.width),
        height=float(page.height),
        lines=lines,
        tables=tables,
        has_text=any(not char.text.isspace() for char in chars),
        has_picture=bool(page.images),
        sideways=len(page.chars) - len(upright),
        unmapped=sum(1 for char in chars if char.text == _UNMAPPED),
    )


def _chars(page: "Page", chars: Sequence[dict[str, Any]]) -> Iterator[Char]:
    """Yield one ``Char`` for each code point; a ligature's box is shared out.

    The box is the character's square on its baseline: the heights that fonts state differ within
    one line (仿宋 beside Times New Roman) and are often wrong.
    """
    left, top = page.bbox[0], page.bbox[1]
    for char in chars:
        text = _UNMAPPED if char["text"].startswith("(cid:") else char["text"]
        x0, step = char["x0"] - left, (char["x1"] - char["x0"]) / max(len(text), 1)
        size = float(char["size"])
        base = char["bottom"] - top + (char["y0"] - char["matrix"][5])
        for index, character in enumerate(text.translate(_RADICALS)):
            if character.isprintable() or character in "\u00a0\u3000":
                start, end = x0 + index * step, x0 + (index + 1) * step
                glyph = Glyph(
                    page.page_number, start, base - _RISE * size, end, base + _FALL * size
                )
                yield Char(character, glyph, size, base)


def _compose(sheets: Sequence[Sheet], draft: Draft) -> None:
    """Put paragraphs and tables into the draft in order, both going on over page breaks."""
    bodies = body_lines([sheet.lines for sheet in sheets], [sheet.height for sheet in sheets])
    margins = _margins(sheets, bodies)
    pending: list[Line] = []
    table: Ruled | None = None
    for piece in _pieces(sheets, bodies):
        if isinstance(piece, Line):
            if table is not None:
                draft.table(cells_of(table))
                table = None
            pending.append(piece)
            continue
        _add_paragraphs(pending, margins, draft)
        pending = []
        longer = continued(table, piece) if table is not None else None
        if table is not None and longer is None:
            draft.table(cells_of(table))
        table = longer or piece
    if table is not None:
        draft.table(cells_of(table))
    _add_paragraphs(pending, margins, draft)


def _pieces(sheets: Sequence[Sheet], bodies: Sequence[list[Line]]) -> Iterator[Line | Ruled]:
    for sheet, lines in zip(sheets, bodies, strict=True):
        pieces: list[Line | Ruled] = [*lines, *sheet.tables]
        yield from sorted(pieces, key=lambda piece: piece.y0)


def _margins(sheets: Sequence[Sheet], bodies: Sequence[list[Line]]) -> dict[int, Margins]:
    """Return the margins of every page: pages of one width share them."""
    shared: dict[int, list[Line]] = {}
    for sheet, lines in zip(sheets, bodies, strict=True):
        shared.setdefault(round(sheet.width), []).extend(lines)
    found = {width: margins_of(lines, width) for width, lines in shared.items() if lines}
    return {
        lines[0].page: found[round(sheet.width)]
        for sheet, lines in zip(sheets, bodies, strict=True)
        if lines
    }


def _add_paragraphs(lines: Sequence[Line], margins: dict[int, Margins], draft: Draft) -> None:
    for ink in paragraphs_of(lines, margins):
        text = "".join(character for character, _ in ink)
        draft.paragraph(text, [glyph for _, glyph in ink])


def _notes(sheets: Sequence[Sheet]) -> Iterator[Note]:
    empty = [str(n) for n, s in enumerate(sheets, 1) if s.has_picture and not s.has_text]
    if empty:
        message = f"第{'、'.join(empty)}页只有图像，没有文字，其内容未读取。"
        yield Note("pdf.page_without_text", "warning", message)
    sideways = sum(sheet.sideways for sheet in sheets)
    if sideways:
        yield Note("pdf.rotated_text", "warning", f"有 {sideways} 个旋转的文字未读取，请核对。")
    unmapped = sum(sheet.unmapped for sheet in sheets)
    if unmapped:
        message = f"有 {unmapped} 个字符的字体没有对应文字，已用 � 代替，请核对。"
        yield Note("pdf.unmapped_characters", "warning", message)
