"""The rows of a table that add up others (合计, 小计), checked column by column."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from extract import lexicon
from extract.audit.verdicts import check, printed, verdict_of
from extract.document import Block, Document, Table
from extract.identity import Twins
from extract.notice import Amount, Check, Notice, Quantity

_Value = Amount | Quantity
_Place = tuple[int, int, int]
_SHOWN = 4  # operands that an expression writes out


class _Total(NamedTuple):
    """A row that adds up the rows ``first`` to ``last``, half-open (合计 at the top too)."""

    row: int
    first: int
    last: int


def of_columns(notice: Notice, document: Document, twins: Twins) -> Iterator[Check]:
    """Yield ``36万元 + 50万元 + 4万元（3项）= 合计 90万元`` for each column with a total."""
    parts = _by_cell(one for each in notice.projects for one in (*each.amounts, *each.quantities))
    stated = _by_cell(notice.figures)
    for table in document.tables:
        for total in _totals(document, table):
            for column in range(table.columns):
                found = stated.get((table.index, total.row, column), [])
                if len(found) != 1:
                    continue
                rows = range(total.first, total.last)
                cells = [parts.get((table.index, row, column), []) for row in rows]
                yield from _column(notice.id, [one for one in cells if one], found[0], twins)


def _by_cell(values: Iterable[object]) -> dict[_Place, list[_Value]]:
    found: dict[_Place, list[_Value]] = defaultdict(list)
    for value in values:
        if isinstance(value, Amount | Quantity) and value.evidence.cell is not None:
            cell = value.evidence.cell
            found[cell.table, cell.row, cell.column].append(value)
    return found


def _totals(document: Document, table: Table) -> Iterator[_Total]:
    """Yield the rows that add up others; a 小计 begins after the one before it."""
    labels: dict[int, Block] = {}
    for cell in table.cells:
        if cell.place is not None and cell.span.start < cell.span.end:
            labels.setdefault(cell.place.row, cell)
    start = 0
    for row, cell in sorted(labels.items()):
        kind = lexicon.columns().total(document.slice(cell.span))
        if kind == "part":
            yield _Total(row, start, row)
            start = row + 1
        elif kind == "all":
            yield _Total(row, 0, table.rows)


def _column(owner: str, cells: list[list[_Value]], stated: _Value, twins: Twins) -> Iterator[Check]:
    """Check one column; a cell with several sums, or a range, leaves its total unprovable."""
    parts = [one for cell in cells for one in cell]
    if len(parts) < 2 or stated.value is None:
        return
    known = [one.value for one in parts if one.value is not None]
    alike = all(_unit(one) == _unit(stated) for one in parts)
    exact = alike and len(cells) == len(parts) == len(known)
    residual = sum(known, Decimal(0)) - stated.value
    loose = any(one.bound == "about" for one in (*parts, stated))
    shown = " + ".join(map(printed, parts[:_SHOWN])) + (" + …" if len(parts) > _SHOWN else "")
    yield check(
        twins,
        owner,
        "sum",
        f"{shown}（{len(parts)}项）= 合计 {printed(stated)}",
        [*(one.id for one in parts), stated.id],
        verdict_of(residual, loose) if exact else "unprovable",
        residual if exact else None,
    )


def _unit(value: _Value) -> str:
    return value.currency if isinstance(value, Amount) else value.unit
