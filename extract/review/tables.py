"""The tables of the review: files, what was read of them, jobs, records. Beside the store's."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = "review_version"
metadata = MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

files = Table(
    "review_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
documents = Table(
    "review_documents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
pages = Table(
    "review_pages",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("lines", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
jobs = Table(
    "review_jobs",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("notice", String(200)),
    Column("error", Text),
    Column("author", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
)
records = Table(
    "review_records",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False),
    Column("notice", String(200), nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("notice", "id"),
)


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, within the transaction of the connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
