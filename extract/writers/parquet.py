"""Notices → Parquet: numbers as DECIMAL, dates as DATE, never a float.

``write`` gives the wide table of all figures, ``files`` every table. A column is DECIMAL(38, 6)
and becomes wider when a value needs it; one that no DECIMAL can hold is refused, never rounded.
"""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from extract.errors import LimitExceeded, MissingComponent
from extract.notice import Notice
from extract.writers import rows
from extract.writers.layouts import Column
from extract.writers.rows import Table

SUFFIX = ".parquet"
MEDIA_TYPE = "application/vnd.apache.parquet"

_PRECISION, _SCALE, _MOST = 38, 6, 76


def write(notice: Notice) -> bytes:
    """Return every figure of the notice as one row."""
    return write_all([notice])


def write_all(notices: Sequence[Notice]) -> bytes:
    """Return every figure of the notices as one row."""
    return table(rows.figures(notices))


def files(notices: Sequence[Notice]) -> dict[str, bytes]:
    """Return ``projects.parquet``, ``amounts.parquet`` … and the wide ``figures.parquet``."""
    parts = (*rows.tables(notices), rows.figures(notices))
    return {f"{part.layout.name}{SUFFIX}": table(part) for part in parts}


def table(content: Table) -> bytes:
    """Return one table as Parquet; the Chinese titles stand in the columns' metadata."""
    try:
        import pyarrow as pa  # type: ignore[import-untyped,unused-ignore]
        from pyarrow import parquet  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:  # pragma: no cover (installed with every developer's copy)
        message = "写 Parquet 要有 pyarrow；请运行 pip install 'policy-notices[export]'"
        raise MissingComponent(message) from error
    fields, arrays = [], []
    for column in content.columns:
        values = [row[column.name] for row in content.rows]
        kind = _type(pa, column, values)
        metadata = {"title": column.title}
        fields.append(pa.field(column.name, kind, nullable=not column.required, metadata=metadata))
        arrays.append(pa.array(values, type=kind))
    target = BytesIO()
    built = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    parquet.write_table(built, target, compression="zstd", store_decimal_as_integer=False)
    return target.getvalue()


def _type(pa: Any, column: Column, values: Sequence[object]) -> Any:  # noqa: ANN401
    if column.kind != "decimal":
        plain = {"string": pa.string(), "integer": pa.int64(), "date": pa.date32()}
        return plain.get(column.kind, pa.bool_())
    precision, scale = _room([value for value in values if isinstance(value, Decimal)], column)
    return (
        pa.decimal128(precision, scale) if precision <= _PRECISION else pa.decimal256(_MOST, scale)
    )


def _room(values: Sequence[Decimal], column: Column) -> tuple[int, int]:
    """Return the precision and scale that hold every value exactly."""
    scale = max((-_exponent(value) for value in values), default=0)
    scale = max(scale, _SCALE)
    whole = max((value.adjusted() + 1 for value in values), default=0)
    if whole + scale <= _PRECISION:
        return _PRECISION, scale
    if whole + scale > _MOST:
        message = f"“{column.title}”一栏有超过 {_MOST} 位的数，Parquet 放不下；请导出 CSV"
        raise LimitExceeded(message)
    return _MOST, scale


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
