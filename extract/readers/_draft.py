"""The document in the making: blocks in, canonical text with true offsets out.

Every reader that composes its text (all but plain text) adds paragraphs and tables here, so the
joins are the same everywhere: ``\\n`` between blocks, ``\\t`` between the cells of one row.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, cycle, repeat
from typing import NamedTuple

from extract.document import Block, Document, Glyph, Note, Place, Span, Table
from extract.errors import LimitExceeded
from extract.limits import Limits


class Cell(NamedTuple):
    """A printed cell: its first row and column, its spans, its text, the glyphs if known."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    glyphs: Sequence[Glyph | None] = ()


class Identity(NamedTuple):
    """What a document says of its input and of the program that read it."""

    name: str
    media_type: str
    reader: str
    reader_version: str
    pages: int | None = None
    ocr: bool = False


class Draft:
    """Collects blocks in reading order; ``document`` closes it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pieces: list[str] = []
        self._glyphs: list[Glyph | None] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._tables: list[Table] = []
        self.notes: list[Note] = []

    def paragraph(self, text: str, glyphs: Sequence[Glyph | None] = ()) -> None:
        """Add a paragraph; one without printed characters is layout and leaves no trace."""
        stripped = text.strip()
        if stripped:
            start = text.index(stripped)
            self._join("\n")
            span = self._append(stripped, glyphs[start : start + len(stripped)])
            self._blocks.append(Block(span))

    def table(self, cells: Iterable[Cell]) -> None:
        """Add a table, its cells in reading order; the grid is as large as they need."""
        index = len(self._tables)
        blocks: list[Block] = []
        row = -1
        most = self._limits.max_cells
        for at, column, row_span, column_span, text, glyphs in cells:
            self._join("\t" if at == row else "\n", always=bool(blocks))
            row = at
            stripped = text.strip()
            if glyphs:
                start = text.index(stripped)
                glyphs = glyphs[start : start + len(stripped)]
            span = self._append(stripped, glyphs)
            blocks.append(Block(span, Place(index, at, column), row_span, column_span))
            if len(blocks) > most:
                self._check_cells(len(blocks))
        if blocks:
            self._close_table(index, blocks)

    def plain_table(self, texts: Sequence[Sequence[str]]) -> None:
        """Add a table without merged cells and glyphs: rows of texts, all of one length."""
        rows, columns = len(texts), len(texts[0])
        self._check_cells(rows * columns)
        self._join("\n")
        start = self._length
        stripped = [list(map(str.strip, row)) for row in texts]
        self._append("\n".join(map("\t".join, stripped)), ())
        flat = list(chain.from_iterable(stripped))
        steps = [len(text) + 1 for text in flat]  # each cell and the join behind it
        ends = accumulate(steps, initial=start - 1)
        index = len(self._tables)
        new = tuple.__new__  # a named tuple's own constructor takes twice as long
        starts = accumulate(steps[:-1], initial=start)
        next(ends)
        spans = map(new, repeat(Span), zip(starts, ends, strict=True))
        at = chain.from_iterable(map(repeat, range(rows), repeat(columns)))
        places = map(new, repeat(Place), zip(repeat(index), at, cycle(range(columns))))
        ones = [1] * (rows * columns)
        blocks = list(map(new, repeat(Block), zip(spans, places, ones, ones, strict=True)))
        self._tables.append(Table(index, rows, columns, tuple(blocks)))
        self._blocks += blocks

    def document(self, content: bytes, identity: Identity) -> Document:
        """Return the finished document of ``content``."""
        return Document(
            text="".join(self._pieces),
            blocks=tuple(self._blocks),
            tables=tuple(self._tables),
            name=identity.name,
            media_type=identity.media_type,
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            reader=identity.reader,
            reader_version=identity.reader_version,
            pages=identity.pages,
            ocr=identity.ocr,
            glyphs=tuple(self._glyphs) if any(self._glyphs) else (),
            notes=tuple(self.notes),
        )

    def _close_table(self, index: int, blocks: list[Block]) -> None:
        rows = columns = 0
        for block in blocks:
            if block.place is not None:
                rows = max(rows, block.place.row + block.row_span)
                columns = max(columns, block.place.column + block.column_span)
        self._check_cells(rows * columns)
        self._tables.append(Table(index, rows, columns, tuple(blocks)))
        self._blocks.extend(blocks)

    def _join(self, mark: str, *, always: bool = False) -> None:
        if self._blocks or always:
            self._append(mark, ())

    def _append(self, text: str, glyphs: Sequence[Glyph | None]) -> Span:
        start = self._length
        self._length += len(text)
        if self._length > self._limits.max_characters:
            raise LimitExceeded(
                f"文字超过 {self._limits.max_characters} 字的上限，请拆分文件后再处理。"
            )
        self._pieces.append(text)
        if glyphs or self._glyphs:  # most formats have none: nothing is kept until one comes
            missing = start - len(self._glyphs)
            self._glyphs.extend((None,) * missing)
            self._glyphs.extend(glyphs or (None,) * len(text))
        return Span(start, self._length)

    def _check_cells(self, count: int) -> None:
        if count > self._limits.max_cells:
            raise LimitExceeded(f"表格超过 {self._limits.max_cells} 格的上限，请拆分文件后再处理。")
