"""What every tracker command does: read results and notices, write lines, open the store."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from extract import migrate as migration
from extract import readers, reading
from extract.batch import apart
from extract.batch.inputs import Input, expand
from extract.batch.local import (
    Done,
    Outcome,
    Refused,
    blamed,
    content_of,
    extract_one,
    run,
    summarize,
)
from extract.delivery import show
from extract.errors import ExtractError, MissingComponent
from extract.limits import Limits
from extract.notice import Notice
from extract.writers import json as writer

if TYPE_CHECKING:
    from extract.store import Store

JSON_SUFFIX = ".json"

Url = Annotated[
    str,
    typer.Option("--store", metavar="地址", help="sqlite:///文件 或 postgresql://主机/库名。"),
]
AsJson = Annotated[bool, typer.Option("--json", help="写成 JSON，每行一个。")]


def notice_of(found: Input, limits: Limits) -> Outcome:
    """Return the outcome of one input: a result is read, whatever its age, a notice extracted.

    To be called in a child process.
    """
    if found.error is not None or PurePath(found.name).suffix.lower() != JSON_SUFFIX:
        return extract_one(found, limits)
    try:
        notice = migration.migrate(_bytes(found))
    except ExtractError as error:
        return Refused(found, blamed(error, found))
    return Done(found, summarize(notice), writer.write(notice))


def _bytes(found: Input) -> bytes:
    content = content_of(found)
    return content if isinstance(content, bytes) else content.read_bytes()


def results(paths: Iterable[str]) -> Iterator[tuple[str, Notice]]:
    """Yield the notices of JSON results with their file names, older ones brought up to date."""
    for found in expand(paths, (JSON_SUFFIX,)):
        try:
            yield found.name, migration.migrate(_bytes(found))
        except ExtractError as error:
            error.name = error.name or found.name
            raise


def one_notice(path: str) -> Notice:
    """Return the notice of a result or of a document, read in a child process."""
    limits = reading.limits()
    found = reading.one_input(path, (*readers.suffixes(), JSON_SUFFIX))
    with closing(run([found], work=partial(notice_of, limits=limits), limits=limits)) as outcomes:
        return writer.read(apart.result(next(outcomes)))


def show_lines(rows: Iterable[dict[str, object]]) -> None:
    """Write rows as JSON Lines to standard output."""
    show(b"".join(writer.line(row) + b"\n" for row in rows))


@contextmanager
def opened(url: str) -> "Iterator[Store]":
    """Open the store of a URL, and close it whatever happens."""
    try:
        from extract.store import Store
    except ImportError as error:
        message = "存储要有 SQLAlchemy 和 alembic；请运行 pip install 'policy-notices[store]'"
        raise MissingComponent(message) from error
    store = Store.open(url)
    try:
        yield store
    finally:
        store.close()
