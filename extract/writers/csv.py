"""Notices → CSV: UTF-8, one line per value, ready for a spreadsheet and for a program.

``write`` gives the wide table of all figures with a byte order mark, which Excel needs to see
Chinese; ``files`` gives every table in a file of its own. Numbers are written exactly as they are.
"""

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

from extract.notice import Notice
from extract.writers import rows
from extract.writers.rows import Table, Value

SUFFIX = ".csv"
MEDIA_TYPE = "text/csv"

BOM = b"\xef\xbb\xbf"
# What makes a spreadsheet take a text for a formula; the wide forms too, which Excel folds.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF100


def write(notice: Notice) -> bytes:
    """Return every figure of the notice as one row, with a byte order mark."""
    return write_all([notice])


def write_all(notices: Sequence[Notice]) -> bytes:
    """Return every figure of the notices as one row, with a byte order mark."""
    return table(rows.figures(notices), bom=True)


def files(notices: Sequence[Notice], *, bom: bool = False) -> dict[str, bytes]:
    """Return ``projects.csv``, ``amounts.csv`` … and the wide ``figures.csv``."""
    parts = (*rows.tables(notices), rows.figures(notices))
    return {f"{part.layout.name}{SUFFIX}": table(part, bom=bom) for part in parts}


def table(content: Table, *, bom: bool = False) -> bytes:
    """Return one table as CSV (RFC 4180), the names of the columns in the first line."""
    target = StringIO()
    out = csv.writer(target, lineterminator="\r\n")
    names = [column.name for column in content.columns]
    out.writerow(names)
    out.writerows([cell(row[name]) for name in names] for row in content.rows)
    return (BOM if bom else b"") + target.getvalue().encode()


def cell(value: Value) -> str:
    """Return a value as it is written; a text that a spreadsheet would run gets a ``'`` in front.

    ``Decimal("-2.50")`` stays ``-2.50``; the text ``=1+1`` becomes ``'=1+1``.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    harmful = isinstance(value, str) and text.startswith(_FORMULA)
    return f"'{text}" if harmful else text
