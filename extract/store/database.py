"""A database URL → an engine whose tables are up to date, and transactions that write.

Writers take turns: on PostgreSQL by an advisory lock that ends with the transaction, on SQLite by
BEGIN IMMEDIATE. So there is no deadlock, and the feed's sequence is the order of the commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from extract.errors import ExtractError
from extract.store import _postgres

_LOCK = 0x706E6F746963  # any number that is ours
_PATIENCE_S = 120
_WRITING = "writing"


def connect(url: str) -> Engine:
    """Return an engine for a URL; raises an ``ExtractError`` that says what is wrong with it."""
    made = engine(url)
    try:
        with writing(made) as connection:
            upgrade(connection)
    except DBAPIError as error:
        made.dispose()
        shown = make_url(url).render_as_string(hide_password=True)
        message = f"打不开存储 {shown}：{_reason(error)}"
        raise ExtractError(message) from error
    return made


def engine(url: str) -> Engine:
    """Return an engine for ``sqlite:///文件`` or ``postgresql://…``; nothing is opened yet."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        message = f"存储地址 {url} 写得不对；例：sqlite:///台账.db 或 postgresql://主机/库名"
        raise ExtractError(message) from error
    if parsed.drivername == "sqlite":
        return _sqlite(parsed)
    if parsed.drivername not in _postgres.NAMES:
        message = f"不支持 {parsed.drivername}；请用 sqlite:/// 或 postgresql://"
        raise ExtractError(message)
    plain, told = _postgres.arguments(parsed)
    made = create_engine(plain, connect_args=told)
    # pg8000 asks the server once for each row; many rows in one INSERT are a tenth of the time.
    made.dialect.use_insertmanyvalues_wo_returning = True
    return made


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


def _reason(error: DBAPIError) -> str:
    """Return what the database said, or what became of the connection.

    pg8000 hands over the fields of the server's answer, and may trip over the closed connection
    before it does: the answer is then the context of what it raised.
    """
    cause: BaseException | None = error.orig
    while cause is not None:
        said = cause.args[0] if cause.args else None
        if isinstance(said, dict) and "M" in said:
            return str(said["M"])
        cause = cause.__context__
    return str(error.orig)


def _sqlite(url: URL) -> Engine:
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
