"""Pages with printed lines and drawn tables → blocks: what PDF, OFD and scans have in common.

A reader that knows geometry makes one ``Sheet`` a page; page numbers and running headers, tables
that go on over a page break and soft line breaks are worked out here, once.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.readers._draft import Draft
from extract.readers._flow import Margins, body_lines, margins_of, paragraphs_of
from extract.readers._grid import Ruled, cells_of, continued
from extract.readers._lines import Line


class Sheet(NamedTuple):
    """One page as it is read: its size in points, its lines outside tables, its tables."""

    width: float
    height: float
    lines: list[Line]
    tables: list[Ruled]

    @property
    def has_text(self) -> bool:
        """Whether anything is printed on it."""
        return bool(self.lines) or any(slot.lines for table in self.tables for slot in table.slots)


def bodies_of(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheets without page numbers and running headers and footers."""
    bodies = body_lines([sheet.lines for sheet in sheets], [sheet.height for sheet in sheets])
    return [sheet._replace(lines=body) for sheet, body in zip(sheets, bodies, strict=True)]


def compose(sheets: Sequence[Sheet], draft: Draft) -> None:
    """Put paragraphs and tables into the draft in order, both going on over page breaks."""
    margins = _margins(sheets)
    pending: list[Line] = []
    table: Ruled | None = None
    for piece in _pieces(sheets):
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


def _pieces(sheets: Sequence[Sheet]) -> Iterator[Line | Ruled]:
    for sheet in sheets:
        pieces: list[Line | Ruled] = [*sheet.lines, *sheet.tables]
        yield from sorted(pieces, key=lambda piece: piece.y0)


def _margins(sheets: Sequence[Sheet]) -> dict[int, Margins]:
    """Return the margins of every page: pages of one width share them."""
    shared: dict[int, list[Line]] = {}
    for sheet in sheets:
        shared.setdefault(round(sheet.width), []).extend(sheet.lines)
    found = {width: margins_of(lines, width) for width, lines in shared.items() if lines}
    return {sheet.lines[0].page: found[round(sheet.width)] for sheet in sheets if sheet.lines}


def _add_paragraphs(lines: Sequence[Line], margins: dict[int, Margins], draft: Draft) -> None:
    for ink in paragraphs_of(lines, margins):
        text = "".join(character for character, _ in ink)
        draft.paragraph(text, [glyph for _, glyph in ink])
