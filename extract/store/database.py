"""A database URL → an engine whose tables are up to date, and transactions that write.

Writers take turns: on PostgreSQL by an advisory lock that ends with the transaction, on SQLite by
BEGIN IMMEDIATE. So there is no deadlock, and the feed's sequence is the order of the commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from extract.errors import ExtractError

_LOCK = 0x706E6F746963  # any number that is ours
_PATIENCE_S = 120
_WRITING = "writing"


def connect(url: str) -> Engine:
    """Return an engine for a URL; raises an ``ExtractError`` that says what is wrong with it."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        message = f"存储地址 {url} 写得不对；例：sqlite:///台账.db 或 postgresql://主机/库名"
        raise ExtractError(message) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        message = f"不支持 {parsed.get_backend_name()}；请用 sqlite:/// 或 postgresql://"
        raise ExtractError(message)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else create_engine(parsed)
    try:
        with writing(engine) as connection:
            upgrade(connection)
    except OperationalError as error:
        message = f"打不开存储 {parsed.render_as_string(hide_password=True)}：{error.orig}"
        raise ExtractError(message) from error
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes, after those that were before it."""
    with engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, within the transaction of the connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _sqlite(url: Any) -> Engine:  # noqa: ANN401 (sqlalchemy.URL)
    engine = create_engine(url, connect_args={"timeout": _PATIENCE_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: SqliteConnection, _: object) -> None:
        connection.isolation_level = None  # the driver must not begin on its own
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = "IMMEDIATE" if connection.get_execution_options().get(_WRITING) else ""
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
