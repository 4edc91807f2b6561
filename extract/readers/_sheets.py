"""Pages with printed lines and drawn tables → blocks: what PDF, OFD and scans have in common.

A reader that knows geometry makes one ``Sheet`` a page; page numbers and running headers, tables
that go on over a page break and soft line breaks are worked out here, once.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from extract.readers._columns import Gutter, zone_of
from extract.readers._draft import Draft
from extract.readers._flow import Margins, body_lines, margins_of, paragraphs_of
from extract.readers._grid import Ruled, cells_of, continued
from extract.readers._lines import Line


class Sheet(NamedTuple):
    """One page as it is read: its size in points, its lines outside tables, its tables.

    ``gutters`` part columns of text; the lines beside them belong to one column each.
    """

    width: float
    height: float
    lines: list[Line]
    tables: list[Ruled]
    gutters: tuple[Gutter, ...] = ()

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
        if not sheet.gutters:
            yield from sorted(pieces, key=lambda piece: piece.y0)
            continue
        gutters = sheet.gutters
        yield from sorted(pieces, key=lambda piece: _order(piece, gutters))


def _order(piece: Line | Ruled, gutters: Sequence[Gutter]) -> tuple[float, int, float]:
    """Return the place in reading order: from the top, each column to its end."""
    left, right = (
        (piece.x0, piece.x1) if isinstance(piece, Line) else piece.edges[:: len(piece.edges) - 1]
    )
    zone = zone_of(piece.y0 + 1, (left + right) / 2, gutters)
    return (piece.y0, 0, 0.0) if zone is None else (gutters[zone[0]].top, zone[1], piece.y0)


def _margins(sheets: Sequence[Sheet]) -> Callable[[Line], Margins]:
    """Return what tells the margins of a line: those of its column, or of its page.

    Pages of one width share their margins.
    """
    shared: dict[int, list[Line]] = {}
    columns: dict[tuple[int, tuple[int, int]], list[Line]] = {}
    keys: dict[int, tuple[Sheet, int]] = {}
    for sheet in sheets:
        for line in sheet.lines:
            keys[line.page] = sheet, round(sheet.width)
            zone = _zone(line, sheet)
            if zone is None:
                shared.setdefault(round(sheet.width), []).append(line)
            else:
                columns.setdefault((line.page, zone), []).append(line)
    of_pages = {width: margins_of(lines, width) for width, lines in shared.items()}
    of_columns = {
        key: margins_of(lines, min(x.x0 for x in lines) + max(x.x1 for x in lines))
        for key, lines in columns.items()
    }

    def margins(line: Line) -> Margins:
        sheet, width = keys[line.page]
        zone = _zone(line, sheet)
        return of_pages[width] if zone is None else of_columns[line.page, zone]

    return margins


def _zone(line: Line, sheet: Sheet) -> tuple[int, int] | None:
    if not sheet.gutters:
        return None
    return zone_of(line.y0 + 1, (line.x0 + line.x1) / 2, sheet.gutters)


def _add_paragraphs(
    lines: Sequence[Line], margins: Callable[[Line], Margins], draft: Draft
) -> None:
    for ink in paragraphs_of(lines, margins):
        characters, glyphs = zip(*ink, strict=True)
        draft.paragraph("".join(characters), glyphs)
