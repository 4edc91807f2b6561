"""What a reader gives and what flows through the rooms: frozen, and knowing no format.

``Document`` is the canonical text with its blocks and places; ``Mention`` is one value found in
it; ``Segment`` is the stretch of the document that speaks of one project.
"""

import datetime
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from extract.notice import Bound, Box, CellPlace, DutyRole, Evidence, TargetRole


class Span(NamedTuple):
    """A half-open stretch of code points of the canonical text."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        """Return whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


class Glyph(NamedTuple):
    """Where one character is printed: a 1-based page and its box in points from the top left.

    ``confidence`` (0 to 1) is how sure the recognition of a scan is; ``None`` for a text layer.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float | None = None


class Place(NamedTuple):
    """A cell's first row and column in the logical grid of a table, all from 0."""

    table: int
    row: int
    column: int


class Block(NamedTuple):
    """A paragraph or the text of one table cell; line feeds inside it are layout.

    ``place`` is the cell's first row and column in the logical grid, ``None`` for a paragraph.
    """

    span: Span
    place: Place | None = None
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A logical grid: every printed cell once, at its first row and column."""

    index: int
    rows: int
    columns: int
    cells: tuple[Block, ...]

    def grid(self) -> dict[tuple[int, int], Block]:
        """Return the cell that covers each ``(row, column)``; merged cells cover several."""
        covered: dict[tuple[int, int], Block] = {}
        for cell in self.cells:
            if cell.place is None:
                continue
            for row in range(cell.place.row, cell.place.row + cell.row_span):
                for column in range(cell.place.column, cell.place.column + cell.column_span):
                    covered.setdefault((row, column), cell)
        return covered


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader wants a person to know; becomes a finding ``reader.<code>``."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One input, read: canonical text, blocks in reading order, tables, places.

    ``blocks`` cover all printed text in order; between them the text holds only the joins (line
    feed between blocks, tab between the cells of a row). ``glyphs`` is empty or has one entry per
    character of ``text`` (``None`` for joins). A reader that knows the geometry leaves out the line
    breaks that only the layout made; a line feed inside a block is one that was typed, or unknown.
    """

    text: str
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    reader: str
    reader_version: str
    pages: int | None = None
    ocr: bool = False
    glyphs: tuple[Glyph | None, ...] = field(default=(), repr=False)
    notes: tuple[Note, ...] = ()

    def slice(self, span: Span) -> str:
        """Return the printed text of ``span``."""
        return self.text[span.start : span.end]

    def block_at(self, offset: int) -> Block | None:
        """Return the block that holds the character at ``offset``."""
        position = bisect_right(self.blocks, offset, key=lambda block: block.span.start) - 1
        while position >= 0 and self.blocks[position].span.start <= offset:
            if offset < self.blocks[position].span.end:
                return self.blocks[position]
            if self.blocks[position].span.end > self.blocks[position].span.start:
                return None
            position -= 1
        return None

    def evidence(self, span: Span) -> Evidence:
        """Return the evidence of ``span``: the exact slice and whatever place the format has."""
        block = self.block_at(span.start)
        place = block.place if block and span.end <= block.span.end else None
        boxes = tuple(self._boxes(span)) if self.glyphs else None
        return Evidence(
            text=self.slice(span),
            start=span.start,
            end=span.end,
            page=boxes[0][0] if boxes else None,
            boxes=boxes or None,
            cell=CellPlace(**place._asdict()) if place is not None else None,
            confidence=self._confidence(span) if self.ocr else None,
        )

    def _confidence(self, span: Span) -> float | None:
        """Return the confidence of the least certain character, by hundredths, rounded down."""
        found = [
            glyph.confidence
            for glyph in self.glyphs[span.start : span.end]
            if glyph is not None and glyph.confidence is not None
        ]
        return int(min(found) * 100) / 100 if found else None

    def _boxes(self, span: Span) -> Iterator[Box]:
        """Join the glyphs of one printed line into one box.

        A glyph goes on with the line of the one before it if its middle is within that one's
        height, on the same page and not further left.
        """
        page, left, top, right, bottom = 0, 0.0, 0.0, 0.0, 0.0
        last_x0 = last_y0 = last_y1 = 0.0
        for glyph in self.glyphs[span.start : span.end]:
            if glyph is None:
                continue
            on, x0, y0, x1, y1, _ = glyph
            if page and on == page and last_y0 < (y0 + y1) / 2 < last_y1 and x0 >= last_x0:
                if y0 < top:
                    top = y0
                if x1 > right:
                    right = x1
                if y1 > bottom:
                    bottom = y1
            else:
                if page:
                    yield page, round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)
                page, left, top, right, bottom = on, x0, y0, x1, y1
            last_x0, last_y0, last_y1 = x0, y0, y1
        if page:
            yield page, round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)


class Figure(NamedTuple):
    """A number as understood: exact decimals, the bound, the unit with its scale removed."""

    value: Decimal | None
    minimum: Decimal | None
    maximum: Decimal | None
    bound: Bound
    unit: str
    unit_code: str | None = None
    dimension: str = "count"
    currency: str | None = None
    per: str | None = None
    role: TargetRole = "target"


class When(NamedTuple):
    """A day, the last day of a period, or a rule that recurs."""

    date: datetime.date | None
    precision: Literal["day", "month", "quarter", "half_year", "year"] | None
    bound: Literal["by", "within", "from"] = "within"
    modality: Literal["firm", "in_principle", "conditional"] = "firm"
    condition: str | None = None
    year_inferred: bool = False
    recurrence: str | None = None
    first_day: datetime.date | None = None


class Organisation(NamedTuple):
    """An organisation with the duty that its position gives it."""

    name: str
    role: DutyRole
    qualifier: str | None = None
    group: bool = False
    group_size: int | None = None
    organisation: Literal["government", "enterprise", "group"] = "government"
    flags: tuple[str, ...] = ()


class Reference(NamedTuple):
    """A document number: 淄高新管办字〔2024〕2号."""

    text: str
    agency_code: str
    year: int
    serial: int


MentionKind = Literal[
    "quantity",
    "percentage",
    "amount",
    "date",
    "deadline",
    "frequency",
    "document_number",
    "department",
]


class Mention(NamedTuple):
    """One value where it is printed.

    ``span`` is the core surface in the canonical text; ``surface`` the exact slice; ``rule`` the
    human name of the rule that understood it.
    """

    kind: MentionKind
    span: Span
    surface: str
    value: Figure | When | Organisation | Reference
    rule: str


class Discard(NamedTuple):
    """A numeral that is no figure, and why."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """All that the recognizers say of one text: the values, and every numeral accounted for."""

    mentions: tuple[Mention, ...]
    numerals: tuple[Span, ...]
    discards: tuple[Discard, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A printed piece of a segment, with the span it was printed at."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Segment:
    """The stretch that speaks of one project, with what the structure says of its pieces.

    ``regions`` are the spans whose mentions belong to the project: the whole paragraph for prose,
    the row's cells and the merged cells over it for a table.
    """

    span: Span
    serial: Part | None
    category: Part | None
    category_inherited: bool
    name: Part | None
    content: Part | None
    remarks: Part | None
    regions: tuple[Span, ...]
    stray: Part | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """The plan year with the place it was read at."""

    year: int
    origin: Literal["stated", "document_number", "inferred"]
    span: Span


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Where each 公文 element is printed (GB/T 9704); what is missing is ``None``."""

    title: Span | None = None
    issuer: Span | None = None
    number: Span | None = None
    recipients: Span | None = None
    issued_on: Span | None = None
    attachments: tuple[Span, ...] = ()
