"""Pieces → the store, all or none of them; and folders that are watched."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from extract import readers, reading, terminal
from extract.batch.inputs import Input, expand
from extract.batch.local import Done, Outcome, Refused, run
from extract.delivery import BUG, REFUSED
from extract.notice import Notice
from extract.store import Arrival, Ingested, Origin, Store
from extract.trackers._io import JSON_SUFFIX, notice_of
from extract.trackers._pieces import Piece
from extract.writers import json as writer

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (*readers.suffixes(), JSON_SUFFIX)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file, by the name that people see."""

    name: str
    done: Ingested


@dataclass(frozen=True, slots=True)
class _Spooled:
    """A notice put aside in a file, and what decides the order in which it goes in."""

    name: str
    start: int
    size: int
    id: str
    values: tuple[int, int]
    origin: Origin | None


def take(pieces: Sequence[Piece], store: Store, jobs: int) -> tuple[list[Taken], int]:
    """Extract the pieces and put them in, in one transaction; return the exit code beside them.

    What cannot be read is said on standard error, and the others go in.
    """
    codes, spooled, limits = [0], [], reading.limits()
    work = partial(notice_of, limits=limits)
    with TemporaryFile() as spool:
        with terminal.progress(len(pieces)) as step:
            inputs = [piece.input for piece in pieces]
            outcomes = run(inputs, jobs=jobs, work=work, limits=limits)
            for piece, outcome in zip(pieces, outcomes, strict=True):
                if isinstance(outcome, Done):
                    spooled.append(_put_aside(piece, outcome, spool))
                else:
                    codes.append(_complain(outcome))
                step(outcome)
        fullest = _fullest(spooled)
        # Those that are a part of another go in after it, and leave its state alone.
        ordered = sorted(spooled, key=lambda one: one not in fullest)
        done = store.ingest(
            Arrival(_read(spool, one), one.origin, is_part=one not in fullest) for one in ordered
        )
    became = dict(zip(ordered, done, strict=True))
    return [Taken(one.name, became[one]) for one in spooled], max(codes)


def watch(
    paths: Sequence[str],
    every_s: float,
    wait: Callable[[float], None],
    taking: Callable[[Sequence[Piece]], None],
) -> None:
    """Look at the paths every few seconds, and take what is new or changed, until interrupted.

    A file is taken when it looks the same twice: while it is being copied it still grows. A
    refused one is said once, and tried again when it has changed.
    """
    taken: dict[object, object] = {}
    before: dict[object, object] = {}
    while True:
        found = [(_key(one), _stamp(one), one) for one in expand(paths, SUFFIXES)]
        ready = [
            (key, stamp, one)
            for key, stamp, one in found
            if before.get(key) == stamp and taken.get(key) != stamp
        ]
        if ready:
            taking([Piece(one) for _, _, one in ready])
        before = {key: stamp for key, stamp, _ in found}
        taken = {key: stamp for key, stamp in taken.items() if key in before}
        taken |= {key: stamp for key, stamp, _ in ready}
        try:
            wait(every_s)
        except KeyboardInterrupt:
            return


def _put_aside(piece: Piece, outcome: Done, spool: IO[bytes]) -> _Spooled:
    notice = writer.read(outcome.content)
    line = writer.line(notice)
    start = spool.tell()
    spool.write(line)
    values = sum(1 for _ in _values(notice))
    weight = (len(notice.projects), values)
    return _Spooled(piece.input.name, start, len(line), notice.id, weight, piece.origin)


def _values(notice: Notice) -> "Iterator[object]":
    for project in notice.projects:
        yield from project.quantities
        yield from project.amounts
        yield from project.deadlines
        yield from project.departments
    yield from notice.figures


def _read(spool: IO[bytes], one: _Spooled) -> Notice:
    spool.seek(one.start)
    return writer.read(spool.read(one.size))


def _fullest(spooled: Sequence[_Spooled]) -> set[_Spooled]:
    """Return the notices that stand for themselves: of a web set, of each id the fullest.

    A page that shows the letter, and a .docx with the letter and its list, are one notice.
    """
    best: dict[object, _Spooled] = {}
    for one in spooled:
        key = (one.origin.page, one.id) if one.origin else one.start
        if key not in best or one.values > best[key].values:
            best[key] = one
    return set(best.values())


def _complain(outcome: Outcome) -> int:
    if isinstance(outcome, Refused):
        terminal.refuse(outcome.error)
        return REFUSED
    if not isinstance(outcome, Done):
        sys.stderr.write(outcome.trace)
        terminal.complain(f"{outcome.input.name}：程序出错；这是缺陷，请报告")
    return BUG


def _key(found: Input) -> object:
    return (found.path, found.member) if found.path else found.name


def _stamp(found: Input) -> object:
    """Return what changes when a file does; without a file it is what is wrong."""
    if found.path is None:
        return str(found.error)
    try:
        state = Path(found.path).stat()
    except OSError:
        return None  # gone since it was listed
    return (state.st_mtime_ns, state.st_size)
