"""Tables into segments: header row → column roles, rows → projects, merged cells → their donor."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from extract import lexicon
from extract.context import Hint
from extract.document import Block, Document, Part, Segment, Span, Table
from extract.structure import titles
from extract.text import View, compact, squeeze

_MIN_ROLES = 2
_MAX_HEADER_ROWS = 4
# ` · ` alone in a cell is a mark of the scan or the typist, not a name
_STRAY = regex.compile(r"[\p{P}\p{S}\s]+")
# Cells that hold for every row they are merged over
_COUNTED = {"quantity", "target", "baseline", "progress", "scale"}
_FIGURE = regex.compile(r"[\d.,，%/—-]*\d[\d.,，%/—-]*")
_GROUP = regex.compile(r"[一二三四五六七八九十]{1,3}|（[一二三四五六七八九十]{1,3}）")
_CAPTION_REACH, _CAPTION_LENGTH = 2, 40
_SHARED = {"deadline", "lead", "responsible", "cooperating", "supervising"}


Grid = dict[tuple[int, int], Block]


@dataclass(frozen=True, slots=True)
class Column:
    """The role of a column and the unit its header names."""

    role: str
    unit: str | None = None
    unit_span: Span | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table whose header was understood: the roles by column and the first row of data.

    ``grid`` is the table's, worked out once; ``groups`` are the rows that head a group of others.
    """

    table: Table
    columns: dict[int, Column]
    first_row: int
    grid: Grid
    caption: Column | None = None
    groups: frozenset[int] = frozenset()

    def column(self, *roles: str) -> int | None:
        """Return the first column that has one of the roles, the first role preferred."""
        for role in roles:
            for index, column in sorted(self.columns.items()):
                if column.role == role:
                    return index
        return None


def layouts(document: Document) -> tuple[Layout, ...]:
    """Return the tables of the document whose header row names at least two known columns."""
    found = (_layout(document, table) for table in document.tables)
    return tuple(layout for layout in found if layout is not None)


def hints(document: Document, layout: Layout) -> Iterator[Hint]:
    """Return for each cell with text what its column, its row's unit and its row say of it."""
    totals = _total_rows(document, layout)
    units = layout.column("unit")
    for cell in layout.table.cells:
        place = cell.place
        if place is None or place.row < layout.first_row or cell.span.start == cell.span.end:
            continue
        column = layout.columns.get(place.column)
        if column is None:
            continue
        unit, unit_span = column.unit, column.unit_span
        if unit is None and column.role == "funding" and layout.caption is not None:
            unit, unit_span = layout.caption.unit, layout.caption.unit_span
        if unit is None and column.role in _COUNTED and units is not None:
            own = layout.grid.get((place.row, units))
            if own is not None and own.span.start < own.span.end:
                unit, unit_span = squeeze(document.slice(own.span)), own.span
        yield Hint(cell.span, column.role, unit, unit_span, place.row in totals, column.label)


def _total_rows(document: Document, layout: Layout) -> set[int]:
    """Return the rows whose first printed cell says that they add up others (合计, 总计)."""
    first: dict[int, Block] = {}
    for cell in layout.table.cells:
        if cell.place is not None and cell.span.start < cell.span.end:
            first.setdefault(cell.place.row, cell)
    return {
        row
        for row, cell in first.items()
        if row >= layout.first_row and lexicon.columns().total(document.slice(cell.span))
    } | layout.groups


def _group_rows(document: Document, layout: Layout) -> frozenset[int]:
    """Return the rows that head a group of others (一 水利类 over 1, 2, 3), with its sums."""
    serials = {
        row: part.text
        for row in range(layout.first_row, layout.table.rows)
        if (part := _part(document, layout.grid, row, layout.column("serial"))) is not None
    }
    if not any(text.isdigit() for text in serials.values()):
        return frozenset()
    return frozenset(row for row, text in serials.items() if _GROUP.fullmatch(text))


def _caption(document: Document, table: Table, first_row: int) -> Column | None:
    """Return the unit of money printed above the table or in its title row (单位：万元)."""
    opening = table.cells[0].span.start
    first = bisect_left(document.blocks, opening, key=lambda block: block.span.start)
    above = document.blocks[max(0, first - _CAPTION_REACH) : first]
    titles_ = [cell for cell in table.cells if cell.place and cell.place.row < first_row]
    for block in (*reversed(titles_), *reversed(above)):
        unit = lexicon.columns().caption(document.slice(block.span)[-_CAPTION_LENGTH:])
        if unit is not None:
            return Column("funding", unit, block.span)
        if block.place is not None and block not in titles_:
            break  # another table stands between
    return None


def segments(document: Document, view: View, layout: Layout) -> Iterator[Segment]:
    """Return a segment for each row that speaks of a project.

    A row without a serial and without content (合计, a heading over the whole width) is none.
    """
    grid = layout.grid
    donor: Part | None = None
    category_column = _category_column(document, layout, grid)
    printed_in: dict[int, list[Block]] = defaultdict(list)
    for cell in layout.table.cells:
        if cell.place is not None and cell.span.start < cell.span.end:
            printed_in[cell.place.row].append(cell)
    for row in range(layout.first_row, layout.table.rows):
        filled = printed_in[row]
        if not filled or _is_aside(document, layout, filled, row, grid):
            continue
        if row in layout.groups:
            if category_column is None:
                donor = _part(document, grid, row, layout.column("name", "content"))
            continue
        printed = _part(document, grid, row, category_column)
        if printed is not None and not _STRAY.fullmatch(printed.text):
            donor = printed
        span = Span(min(c.span.start for c in filled), max(c.span.end for c in filled))
        yield _segment(document, view, layout, row, span, donor, printed, category_column, grid)


def _layout(document: Document, table: Table) -> Layout | None:
    columns: dict[int, Column] = {}
    grid, first_row = table.grid(), 0
    for row in range(min(_MAX_HEADER_ROWS, table.rows)):
        named = dict(_roles(document, table, row))
        parts = dict(_parts(document, table, grid, row, columns)) if columns else {}
        if not named and not parts and columns:
            break
        if len(named) < _MIN_ROLES and not columns:
            continue
        if columns and not parts and len(named) * 2 < len(columns):
            break
        columns.update(_refined(columns, named))
        columns.update(parts)
        first_row = row + 1
    if len(columns) < _MIN_ROLES:
        return None
    caption = _caption(document, table, first_row)
    layout = Layout(table, columns, first_row, grid, caption)
    return replace(layout, groups=_group_rows(document, layout))


def _parts(
    document: Document, table: Table, grid: Grid, row: int, above: dict[int, Column]
) -> Iterator[tuple[int, Column]]:
    """Yield the columns under a merged head of money: 本次下达投资 over 合计, 中央, 省级.

    A part is money whatever its word; a row with bare figures in it is no header.
    """
    cells = [
        (cell, cell.place)
        for cell in table.cells
        if cell.place and cell.place.row == row and cell.span.start < cell.span.end
    ]
    if any(_FIGURE.fullmatch(compact(document.slice(cell.span))) for cell, _ in cells):
        return
    known = dict(above)
    for cell, place in cells:
        head = known.get(place.column)
        upper = grid.get((row - 1, place.column))
        if head is None and upper is not None and upper.span.start == upper.span.end:
            head = known.get(place.column - 1)
        if head is None or head.role != "funding":
            continue
        word, unit = lexicon.columns().parted(document.slice(cell.span))
        own = (unit, cell.span) if unit else (head.unit, head.unit_span)
        label = f"{head.label.split(' ')[0]} {word}" if word else head.label
        known[place.column] = Column("funding", own[0], own[1], label)
        yield place.column, known[place.column]


def _refined(above: dict[int, Column], below: dict[int, Column]) -> Iterator[tuple[int, Column]]:
    """Yield what a lower header row adds: new columns, and the unit of a part (市级（万元）)."""
    for index, column in below.items():
        upper = above.get(index)
        if upper is None or (upper.unit is None and column.unit is not None):
            yield index, column


def _roles(document: Document, table: Table, row: int) -> Iterator[tuple[int, Column]]:
    for cell in table.cells:
        if cell.place is None or cell.place.row != row or cell.span.start == cell.span.end:
            continue
        found = lexicon.columns().role(document.slice(cell.span))
        if found is None:
            continue
        role, unit = found
        for column in range(cell.place.column, cell.place.column + cell.column_span):
            label = squeeze(document.slice(cell.span))
            yield column, Column(role, unit, cell.span if unit else None, label)


def _part(document: Document, grid: Grid, row: int, column: int | None) -> Part | None:
    """Return the text printed in this row's own cell, or ``None`` for a blank or merged one."""
    cell = grid.get((row, column)) if column is not None else None
    if cell is None or cell.place is None or cell.place.row != row:
        return None
    text = squeeze(document.slice(cell.span))
    return Part(text, cell.span) if text else None


def _category_column(document: Document, layout: Layout, grid: Grid) -> int | None:
    """Return the column whose cells stand for several rows: 类别, or a merged 项目名称."""
    named = layout.column("category")
    if named is not None:
        return named
    name = layout.column("name")
    if name is None or layout.column("content") is None:
        return None
    content = layout.column("content")
    for row in range(layout.first_row, layout.table.rows):
        blank = _part(document, grid, row, name) is None
        if blank and _part(document, grid, row, content) is not None:
            return name
    return None


def _is_aside(
    document: Document, layout: Layout, filled: list[Block], row: int, grid: Grid
) -> bool:
    """Return whether the row is a total or a heading, not a project."""
    serial = _part(document, grid, row, layout.column("serial"))
    if lexicon.columns().total(document.slice(filled[0].span)):
        return True
    content = _part(document, grid, row, layout.column("content", "name", "scale"))
    return content is None and (serial is None or len(filled) == 1)


def _segment(
    document: Document,
    view: View,
    layout: Layout,
    row: int,
    span: Span,
    donor: Part | None,
    printed: Part | None,
    category_column: int | None,
    grid: Grid,
) -> Segment:
    content = _part(document, grid, row, layout.column("content", "scale"))
    name_column = layout.column("name")
    name = _part(document, grid, row, name_column) if name_column != category_column else None
    lead = titles.find(document, view, content.span) if content is not None else None
    if name is None and lead is not None:
        name = lead.title
    if content is not None and lead is not None and name is lead.title:
        content = Part(squeeze(document.slice(lead.rest)), lead.rest)
    if name is None and donor is not None:
        name = Part(titles.without_act(donor.text), donor.span)
    stray = printed if printed is not None and printed is not donor else None
    return Segment(
        span=span,
        serial=_part(document, grid, row, layout.column("serial")),
        category=donor,
        category_inherited=printed is not donor,
        name=name,
        content=content,
        remarks=_part(document, grid, row, layout.column("remarks")),
        regions=tuple(_regions(layout, grid, row)),
        stray=stray,
    )


def _regions(layout: Layout, grid: Grid, row: int) -> Iterator[Span]:
    """Return the spans that speak of the row: its own cells, and merged ones that hold for it."""
    for column in range(layout.table.columns):
        cell = grid.get((row, column))
        if cell is None or cell.place is None or cell.place.column != column:
            continue
        role = layout.columns[column].role if column in layout.columns else ""
        if cell.span.start < cell.span.end and (cell.place.row == row or role in _SHARED):
            yield cell.span
