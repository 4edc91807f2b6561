"""PDF documents: paragraphs and tables from the text layer, each character with its box.

A line break that only the layout made leaves no trace in the canonical text; page numbers and
running headers are kept out of the flow. A page whose text layer is missing or cannot be believed
goes to the recognition of characters (OCR); without it that page is reported, never read as empty.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from itertools import repeat
from typing import NamedTuple

import regex

from extract.document import Document, Glyph, Note
from extract.errors import MissingComponent, UnreadableDocument
from extract.limits import Limits
from extract.readers._collector import at_rest
from extract.readers._columns import gutters_of, in_columns
from extract.readers._draft import Draft, Identity
from extract.readers._lines import FALL, RISE, Char, lines_of, without_doubles
from extract.readers._pages import Printed, damaged, read_pages
from extract.readers._pdf_chars import UNMAPPED, Run
from extract.readers._pdf_scan import doubts, needs_recognition, recognise
from extract.readers._pdf_tables import tables_among, tables_in
from extract.readers._sheets import Sheet, bodies_of, compose
from extract.readers._turn import Turn, turn_of

SUFFIXES = (".pdf",)
MEDIA_TYPES = ("application/pdf",)

_MAGIC_WITHIN = 1024
# Some fonts answer with the radical ⼈ (U+2F08) for the character 人: one drawing, two codes.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_RADICAL = regex.compile("[\u2f00-\u2fd5]")
_BLANKS = "\u00a0\u3000"
_SCAN = "没有可提取的文字，可能是扫描件或空白文件，请提供文字版文件。"
_INSTALL = "识别图像须先安装：pip install 'policy-notices[ocr]'，装好后重试。"
_NO_OCR = f"没有可信的文字层，可能是扫描件；{_INSTALL}"


class Page(NamedTuple):
    """One page as read: how it stands, what is printed on it, what is missing.

    ``back`` leads a recognised glyph to its place; ``notes`` are what recognition says of the page.
    """

    turn: Turn
    sheet: Sheet
    is_scan: bool
    rotated: int
    unmapped: int
    is_recognised: bool = False
    back: Callable[[Glyph], Glyph] | None = None
    notes: tuple[Note, ...] = ()


def sniff(content: bytes) -> bool:
    """Return whether a PDF begins here (mail programs put a few bytes before it)."""
    return b"%PDF-" in content[:_MAGIC_WITHIN]


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a PDF: a ``Document`` with ``pages`` and a glyph for every printed character.

    ``…推进 3 所中小学、1 所`` / ``幼儿园新改扩建…`` on two printed lines is one stretch of text.

    Raises:
        EncryptedDocument: it asks for a password.
        MissingComponent: a scan, and the recognition of characters is not installed.
        UnreadableDocument: damaged, or without any text.
        LimitExceeded: more pages, characters or cells than the limits allow.
    """
    pages, is_damaged = read_pages(content, limits, _page)
    pages = _with_recognised(content, pages, limits)
    with at_rest():
        sheets = bodies_of([page.sheet for page in pages])
        if not any(sheet.has_text for sheet in sheets):
            raise _refusal(pages, is_damaged)
        draft = Draft(limits)
        compose(sheets, draft)
    draft.notes += _notes(pages)
    if is_damaged:
        message = "文件结构损坏或不完整，已尽力读取，可能缺少内容，请与原件核对。"
        draft.notes.append(Note("pdf.damaged", "error", message))
    ocr = any(page.is_recognised for page in pages)
    identity = Identity(name, MEDIA_TYPES[0], "pdf", _reader_version(), len(sheets), ocr)
    document = _turned_back(draft.document(content, identity), pages)
    return replace(document, notes=(*document.notes, *doubts(document))) if ocr else document


@cache
def _reader_version() -> str:
    return f"pypdfium2 {version('pypdfium2')}"


def _page(printed: Printed) -> Page:
    """Read one page: tables first, then the lines of what is outside them."""
    turn = turn_of(printed.runs, printed.box, printed.rotation)
    running = [run for run in printed.runs if run.way == turn.way]
    chars = without_doubles(_chars(running, printed.number, turn))
    tables, taken = tables_in(printed.number, turn.boxes_of(printed.strokes), chars)
    rest = _without(chars, taken)
    lines = lines_of(rest)
    gutters = gutters_of(lines)
    lines = in_columns(rest, lines, gutters)
    aligned, held = tables_among(printed.number, lines, rest)
    if held:
        lines = in_columns(_without(rest, held), lines_of(_without(rest, held)), gutters)
    return Page(
        turn=turn,
        sheet=Sheet(*turn.size, lines, [*tables, *aligned], tuple(gutters)),
        is_scan=needs_recognition(printed),
        rotated=sum(len(run.text) for run in printed.runs) - sum(len(r.text) for r in running),
        unmapped=sum(run.text.count(UNMAPPED) for run in running),
    )


def _chars(runs: Sequence[Run], page: int, turn: Turn) -> list[Char]:
    """Return one ``Char`` for each printed character of the runs.

    The box is the character's square on its baseline: the heights that fonts state differ within
    one line (仿宋 beside Times New Roman) and are often wrong.
    """
    chars: list[Char] = []
    new = tuple.__new__  # a named tuple's own constructor takes twice as long, and pages are full
    kind, glyph, on, unsure = repeat(Char), repeat(Glyph), repeat(page), repeat(None)
    for run in runs:
        text = _RADICAL.sub(_plain, run.text)
        base, size = turn.base(run), run.size
        top, bottom = base - RISE * size, base + FALL * size
        starts, ends = turn.ends(run)
        if text.isprintable() and len(set(starts)) == len(starts):
            places = zip(on, starts, repeat(top), ends, repeat(bottom), unsure)
            chars += map(new, kind, zip(text, map(new, glyph, places), repeat(size), repeat(base)))
            continue
        for index, character in enumerate(text):
            if character.isprintable() or character in _BLANKS:
                x0, x1 = _share(index, starts, ends)
                chars.append(Char(character, Glyph(page, x0, top, x1, bottom), size, base))
    return chars


def _plain(radical: regex.Match[str]) -> str:
    return _RADICALS[ord(radical.group())]


def _without(chars: list[Char], taken: set[int]) -> list[Char]:
    return [char for index, char in enumerate(chars) if index not in taken] if taken else chars


def _share(index: int, starts: Sequence[float], ends: Sequence[float]) -> tuple[float, float]:
    """Return the part of a ligature's box that is its ``index``-th character's."""
    same = [n for n, start in enumerate(starts) if start == starts[index] and n != index]
    if not same or ends[same[0]] != ends[index]:
        return starts[index], ends[index]
    place, count = sum(n < index for n in same), len(same) + 1
    step = (ends[index] - starts[index]) / count
    return starts[index] + place * step, starts[index] + (place + 1) * step


def _with_recognised(content: bytes, pages: Sequence[Page], limits: Limits) -> list[Page]:
    """Return the pages, those that need it as recognition reads them: as they are shown."""
    scans = [number for number, page in enumerate(pages, 1) if page.is_scan]
    found = recognise(content, scans, limits)
    return [
        page._replace(
            turn=page.turn._replace(way=page.turn.rotation),
            sheet=found[number].sheet,
            is_recognised=True,
            back=found[number].back,
            notes=found[number].notes,
            rotated=0,
            unmapped=0,
        )
        if number in found
        else page
        for number, page in enumerate(pages, 1)
    ]


def _refusal(pages: Sequence[Page], is_damaged: bool) -> Exception:
    """Return the error for a file without text: damaged, a scan without OCR, or empty."""
    unread = any(page.is_scan and not page.is_recognised for page in pages)
    if unread:
        return MissingComponent(_NO_OCR)
    return damaged() if is_damaged else UnreadableDocument(_SCAN)


def _turned_back(document: Document, pages: Sequence[Page]) -> Document:
    """Return the document with every glyph where it is shown."""
    if all(page.turn.is_shown and page.back is None for page in pages):
        return document
    ways = [page.back or page.turn.back for page in pages]
    glyphs = (glyph and ways[glyph.page - 1](glyph) for glyph in document.glyphs)
    return replace(document, glyphs=tuple(glyphs))


def _notes(pages: Sequence[Page]) -> Iterator[Note]:
    read = [str(n) for n, page in enumerate(pages, 1) if page.is_recognised]
    if read:
        message = f"第{'、'.join(read)}页没有可信的文字层，由文字识别（OCR）读出，请与原件核对。"
        yield Note("pdf.recognised", "warning", message)
    for page in pages:
        yield from page.notes
    scans = [
        (n, page) for n, page in enumerate(pages, 1) if page.is_scan and not page.is_recognised
    ]
    empty = [str(n) for n, page in scans if not page.sheet.has_text]
    if empty:
        message = f"第{'、'.join(empty)}页只有图像，没有文字，其内容未读取；{_INSTALL}"
        yield Note("pdf.page_without_text", "warning", message)
    wrong = [str(n) for n, page in scans if page.sheet.has_text]
    if wrong:
        message = f"第{'、'.join(wrong)}页的文字层缺失或不可信，读出的内容不可靠；{_INSTALL}"
        yield Note("pdf.untrusted_text", "error", message)
    rotated = sum(page.rotated for page in pages)
    if rotated:
        yield Note("pdf.rotated_text", "warning", f"有 {rotated} 个方向不同的文字未读取，请核对。")
    unmapped = sum(page.unmapped for page in pages)
    if unmapped:
        message = f"有 {unmapped} 个字符的字体没有对应文字，已用 � 代替，请核对。"
        yield Note("pdf.unmapped_characters", "warning", message)
