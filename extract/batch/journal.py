"""A batch that can be killed at any point and taken up again: nothing is lost, nothing doubled.

The journal is a SQLite file in the output folder (``.notice/journal.sqlite``): each input with its
state, the deaths it caused, what its bytes and its result hash to. A result is first put in its
place, whole, then entered; so one that was not entered is simply made again, to the same bytes. A
file over which a child died twice is in quarantine, also for later runs.
"""

import hashlib
import os
import sqlite3
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from extract.batch._log import Log
from extract.batch._outcomes import ATTEMPTS, Crashed, Done, Outcome, Refused, Work
from extract.batch._totals import Totals, in_words
from extract.batch.inputs import Input, shown
from extract.batch.local import run, saved
from extract.errors import ExtractError, MissingComponent
from extract.limits import DEFAULT_LIMITS, Limits

__all__ = ["Failure", "Journal", "Log", "Totals", "in_words", "opened", "process"]

FOLDER = ".notice"
_BUSY = "另一个 notice 正在往这个文件夹写结果；请等它结束，或换一个文件夹"
_FORMAT = 2
_TABLE = """
CREATE TABLE IF NOT EXISTS inputs (
  key TEXT PRIMARY KEY, name TEXT NOT NULL, place TEXT NOT NULL, stamp TEXT NOT NULL,
  is_asked INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused', 'crashed')),
  deaths INTEGER NOT NULL DEFAULT 0, sha256 TEXT, result_sha256 TEXT,
  errors INTEGER NOT NULL DEFAULT 0, warnings INTEGER NOT NULL DEFAULT 0,
  code TEXT, page INTEGER, message TEXT
) STRICT, WITHOUT ROWID
"""
_ENTER = """
INSERT INTO inputs (key, name, place, stamp, state) VALUES (?, ?, ?, ?, 'waiting')
ON CONFLICT (key) DO UPDATE SET
  state = 'waiting', is_asked = 1, stamp = excluded.stamp,
  deaths = CASE WHEN stamp = excluded.stamp THEN deaths ELSE 0 END
"""
_FINISH = """
UPDATE inputs SET state = ?, sha256 = ?, result_sha256 = ?, errors = ?, warnings = ?, code = ?,
  page = ?, message = ? WHERE key = ?
"""


class Failure(NamedTuple):
    """An input without a result: why, and on which page; ``message`` of a bug is its trace."""

    name: str
    code: str
    page: int | None
    message: str


class Journal:
    """The states of a batch's inputs, on disk before the next step is taken."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        """Use an open connection; see ``opened``."""
        self._connection = connection
        self._folder = folder

    def enter(self, inputs: Iterable[Input]) -> list[Input]:
        """Note the inputs; return those that are still to be done, in their order."""
        waiting = []
        with self._connection:
            self._connection.execute("UPDATE inputs SET is_asked = 0")
            for found in inputs:
                key = _key(found)
                if self._is_over(key, found):
                    self._connection.execute("UPDATE inputs SET is_asked = 1 WHERE key = ?", (key,))
                    continue
                row = (key, found.name, shown(str(found.place)), _stamp(found))
                self._connection.execute(_ENTER, row)
                waiting.append(found)
        return waiting

    def died(self, found: Input, _: int) -> bool:
        """Note that a child died over an input; return whether it is to be tried again."""
        key = _key(found)
        with self._connection:
            self._connection.execute("UPDATE inputs SET deaths = deaths + 1 WHERE key = ?", (key,))
        [(deaths,)] = self._connection.execute("SELECT deaths FROM inputs WHERE key = ?", (key,))
        return bool(deaths < ATTEMPTS)

    def finish(self, outcome: Outcome) -> None:
        """Note what became of an input; its result, if any, is in its place already."""
        errors = warnings = 0
        result = code = page = message = None
        match outcome:
            case Done(summary=summary, content=content):
                state, errors, warnings = "done", summary.errors, summary.warnings
                result = hashlib.sha256(content).hexdigest()
            case Refused(error=error):
                state, code, page, message = "refused", error.code, error.page, error.message
            case Crashed(trace=trace):
                state, code, message = "crashed", "internal_error", trace
        row = (
            state,
            outcome.sha256 or None,
            result,
            errors,
            warnings,
            code,
            page,
            message and shown(message),
        )
        with self._connection:
            self._connection.execute(_FINISH, (*row, _key(outcome.input)))

    def totals(self) -> Totals:
        """Count the states."""
        rows = self._connection.execute(
            "SELECT state, code, count(*), sum(errors + warnings > 0), sum(errors > 0) "
            "FROM inputs WHERE is_asked GROUP BY state, code"
        ).fetchall()
        counts: Counter[str] = Counter()
        for state, _, count, _, _ in rows:
            counts[state] += count
        return Totals(
            inputs=counts.total(),
            done=counts["done"],
            with_findings=sum(found for *_, found, _ in rows),
            with_errors=sum(errors for *_, errors in rows),
            refused=counts["refused"],
            crashed=counts["crashed"],
            reasons={code: count for state, code, count, *_ in rows if state == "refused"},
        )

    def failures(self) -> Iterator[Failure]:
        """Yield every input without a result, of earlier runs too, in order of name."""
        rows = self._connection.execute(
            "SELECT name, code, page, message FROM inputs WHERE is_asked AND state IN "
            "('refused', 'crashed') ORDER BY name, key"
        )
        yield from (Failure(*row) for row in rows)

    def _is_over(self, key: str, found: Input) -> bool:
        """Return whether an earlier run has dealt with this very input for good."""
        row = self._connection.execute(
            "SELECT state, stamp, result_sha256, code, deaths FROM inputs WHERE key = ?", (key,)
        ).fetchone()
        if row is None or row[1] != _stamp(found):
            return False
        state, _, result, code, deaths = row
        if state == "done":
            return bool(_sha256(self._folder / found.place) == result)
        return bool(state == "refused" and (code != MissingComponent.code or deaths >= ATTEMPTS))


@contextmanager
def opened(folder: Path, *, resume: bool) -> Iterator[Journal]:
    """Open the journal of an output folder; without ``resume`` an earlier one is forgotten.

    Raises:
        ExtractError: another run is writing to the folder, or nothing can be written there.
    """
    place = folder / FOLDER
    path = place / "journal.sqlite"
    with ExitStack() as stack:
        try:
            place.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_locked(place / "lock"))
            if not resume:
                _forget(path)
            connection = stack.enter_context(closing(_connected(path)))
        except (OSError, sqlite3.Error) as error:
            raise _failed(place, error) from error
        try:
            yield Journal(connection, folder)
        except sqlite3.Error as error:
            raise _failed(place, error) from error


def process(
    waiting: Sequence[Input],
    folder: Path,
    journal: Journal,
    *,
    jobs: int = 1,
    limits: Limits = DEFAULT_LIMITS,
    work: Work | None = None,
    log: Log | None = None,
) -> Generator[Outcome, None, None]:
    """Do what ``journal.enter`` returned; yield each outcome when its result is in place.

    ``content`` of what is yielded is empty: a long batch must not keep it.
    """
    _sweep(folder, waiting)
    deaths: Counter[int] = Counter()

    def died(found: Input, count: int) -> bool:
        deaths[id(found)] += 1
        return journal.died(found, count)

    with closing(run(waiting, jobs=jobs, work=work, limits=limits, retry=died)) as outcomes:
        for outcome in outcomes:
            kept = saved(outcome, folder)
            journal.finish(kept)
            if log:
                log.outcome(kept, deaths=deaths.pop(id(kept.input), 0))
            yield replace(kept, content=b"") if isinstance(kept, Done) else kept


def _key(found: Input) -> str:
    """Return what tells one input from every other, in this run and the next."""
    path = os.fsencode(found.path.absolute()).hex() if found.path else ""
    member = "" if found.member is None else str(found.member)
    place = os.fsencode(found.place).hex()  # a name in GBK is no text that SQLite takes
    return f"{place}|{path}|{member}"


def _stamp(found: Input) -> str:
    """Return what changes when the file does."""
    if found.path is None:
        return hashlib.sha256(found.content or b"").hexdigest()
    with suppress(OSError):
        status = found.path.stat()
        return f"{status.st_size}:{status.st_mtime_ns}"
    return ""


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _sweep(folder: Path, inputs: Iterable[Input]) -> None:
    """Remove what a killed run had half written; nobody else writes here now."""
    for parent in {(folder / found.place).parent for found in inputs}:
        for part in parent.glob(".notice-*.part"):
            part.unlink(missing_ok=True)


def _failed(place: Path, error: Exception) -> ExtractError:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return ExtractError(f"批处理记录写不进 {place}（{why}）；请检查空间和权限，或换一个文件夹")


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    [(found,)] = connection.execute("PRAGMA user_version")
    if found not in (0, _FORMAT):
        raise ExtractError("这个文件夹的批处理记录是别的版本写的，不能接着做；请不加 --resume 重做")
    with connection:
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
    return connection


def _forget(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the folder for as long as the block lasts; the kernel lets go if we are killed."""
    with path.open("ab") as stream:
        with suppress(ImportError):  # Windows
            import fcntl

            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ExtractError(_BUSY) from None
        yield
