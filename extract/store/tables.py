"""The tables of the store: those of every tabular output, and the history beside them.

The same on SQLite and PostgreSQL. Decimals are exact on both: NUMERIC there, TEXT here, for SQLite
has no type that keeps ``0.1``.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from extract.writers import layouts
from extract.writers.layouts import Layout

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_KEY = 200  # characters; a key is two ids and a little more


class Exact(TypeDecorator[Decimal]):
    """A decimal that comes back digit for digit."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose NUMERIC without a limit where there is one."""
        own = Numeric(asdecimal=True) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Write it in full where it is a text."""
        if value is None or dialect.name == "postgresql":
            return value
        return f"{value:f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ANN401
        """Read it back."""
        return None if value is None else Decimal(value)


_KINDS: dict[str, type[TypeEngine[Any]]] = {
    "string": Text,
    "integer": BigInteger,
    "date": Date,
    "boolean": Boolean,
}


def _column(layout: Layout, name: str) -> Column[Any]:
    described = next(one for one in layout.columns if one.name == name)
    is_key = name == layout.columns[0].name
    kind: Any = Exact() if described.kind == "decimal" else _KINDS[described.kind]()
    if is_key or described.reference:
        kind = String(_KEY)
    links = []
    if described.reference:
        target = "id" if described.reference == "notices" else "key"
        links = [ForeignKey(f"{described.reference}.{target}", ondelete="CASCADE")]
    return Column(
        name,
        kind,
        *links,
        primary_key=is_key,
        nullable=not described.required,
        index=bool(links),
    )


def _table(layout: Layout, *more: Column[Any]) -> Table:
    columns = [_column(layout, one.name) for one in layout.columns]
    return Table(layout.name, metadata, *columns, *more)


def _origin(*, index: bool) -> tuple[Column[Any], ...]:
    """Return the columns for where a file was got; all are empty for one from a folder."""
    return (
        Column("source_url", Text),
        Column("source_page", Text, index=index),
        Column("retrieved_at", String(40)),
    )


notices = _table(
    layouts.NOTICES,
    Column("version", Integer, nullable=False),
    Column("facts", String(64), nullable=False),
    *_origin(index=True),
)
children = tuple(_table(layout) for layout in layouts.LAYOUTS if layout is not layouts.NOTICES)
by_name = {table.name: table for table in (notices, *children)}

versions = Table(
    "versions",
    metadata,
    Column("notice_id", String(_KEY), ForeignKey("notices.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("source_name", Text, nullable=False),
    Column("source_sha256", String(64), nullable=False),
    Column("document", Text, nullable=False),
    *_origin(index=False),
    UniqueConstraint("notice_id", "digest"),
)
corrections = Table(
    "corrections",
    metadata,
    Column("id", String(_KEY), primary_key=True),
    Column("notice_id", String(_KEY), ForeignKey("notices.id"), nullable=False, index=True),
    Column("target", String(_KEY), nullable=False),
    Column("field", String(40), nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", String(40), nullable=False),
    Column("position", Integer, nullable=False),
)
events = Table(
    "events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("notice_id", String(_KEY), ForeignKey("notices.id"), nullable=False, index=True),
    Column("subject", String(_KEY), nullable=False, index=True),
    Column("kind", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("previous", String(64)),
    Column("patch", Text, nullable=False),
)
Index("ix_departments_name", by_name["departments"].c.name)
Index("ix_deadlines_date", by_name["deadlines"].c.date)
