"""Inputs → outcomes in their order, in this process or in several.

One bad input never stops the others: a refusal is an outcome, and so is a bug, with its trace. A
worker process that dies takes nothing with it: those that were under way are run again alone.
"""

import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import extract
from extract.batch import archive
from extract.batch.inputs import Input
from extract.errors import ExtractError
from extract.limits import DEFAULT_LIMITS
from extract.notice import Finding, Notice
from extract.writers.json import write

AHEAD = 4  # inputs handed out in advance, per process


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person wants to know of a notice at a glance; counts are of values."""

    projects: int
    quantities: int
    amounts: int
    deadlines: int
    departments: int
    numerals: int
    accounted: int
    errors: int
    warnings: int
    remarks: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The input gave a notice; ``content`` is its JSON."""

    input: Input
    summary: Summary
    content: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """The input is to blame."""

    input: Input
    error: ExtractError


@dataclass(frozen=True, slots=True)
class Crashed:
    """The program is to blame; ``trace`` is for whoever mends it."""

    input: Input
    trace: str


Outcome = Done | Refused | Crashed
Work = Callable[[Input], Outcome]


def run(inputs: Sequence[Input], *, jobs: int = 1, work: Work | None = None) -> Iterator[Outcome]:
    """Yield one outcome for each input, in order; ``work`` is what is done to each."""
    work = work or extract_one
    if jobs == 1 or len(inputs) == 1:
        yield from (_guarded(work, found) for found in inputs)
    else:
        yield from _in_processes(inputs, min(jobs, len(inputs)), work)


def extract_one(found: Input) -> Outcome:
    """Extract one input; what the input is to blame for is ``Refused``."""
    try:
        notice = extract.extract(content_of(found), name=found.name)
    except ExtractError as error:
        # A reader knows the plain name only, and two folders of a ZIP may both hold a 清单.docx.
        error.name = found.name if found.member is not None else error.name or found.name
        return Refused(found, error)
    return Done(found, summarize(notice), write(notice))


def content_of(found: Input) -> bytes | Path:
    """Return what to hand to ``extract.read``; raises the reason when there is nothing to read."""
    if found.error is not None:
        raise found.error
    if found.path is not None and found.member is not None:
        return archive.load(found.path, found.member, DEFAULT_LIMITS)
    return found.path or found.content or b""


def summarize(notice: Notice) -> Summary:
    """Count what a notice holds."""
    kinds = [figure.kind for figure in notice.figures]
    for project in notice.projects:
        kinds += [value.kind for value in project.quantities]
        kinds += ["amount"] * len(project.amounts)
        kinds += ["deadline"] * len(project.deadlines)
        kinds += ["department"] * len(project.departments)
    return Summary(
        projects=len(notice.projects),
        quantities=kinds.count("quantity") + kinds.count("percentage"),
        amounts=kinds.count("amount"),
        deadlines=kinds.count("deadline"),
        departments=kinds.count("department"),
        numerals=notice.numerals.total,
        accounted=notice.numerals.consumed + len(notice.numerals.discarded),
        errors=_severities(notice.findings).count("error"),
        warnings=_severities(notice.findings).count("warning"),
        remarks=_severities(notice.findings).count("info"),
        complete=notice.status == "complete",
    )


def save(done: Done, folder: Path) -> Path:
    """Write the result below ``folder``, whole or not at all; return where it stands."""
    target = folder / done.input.place
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.parent / f".notice-{os.getpid()}.part"
    try:
        with part.open("wb") as stream:
            stream.write(done.content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return target


def _severities(findings: Sequence[Finding]) -> list[str]:
    return [finding.severity for finding in findings]


def _guarded(work: Work, found: Input) -> Outcome:
    try:
        return work(found)
    except Exception:
        return Crashed(found, traceback.format_exc())


def _in_processes(inputs: Sequence[Input], jobs: int, work: Work) -> Iterator[Outcome]:
    waiting = deque(inputs)
    while waiting:
        try:
            with _workers(jobs) as pool:
                for outcome in _in_order(pool, tuple(waiting), jobs * AHEAD, work):
                    waiting.popleft()
                    yield outcome
        except BrokenProcessPool:
            for _ in range(min(jobs * AHEAD, len(waiting))):
                yield _alone(waiting.popleft(), work)


def _in_order(
    pool: ProcessPoolExecutor, inputs: Sequence[Input], ahead: int, work: Work
) -> Iterator[Outcome]:
    """Hand out a few inputs at a time, so that memory stays bounded."""
    futures: deque[Future[Outcome]] = deque()
    for found in inputs:
        futures.append(pool.submit(_guarded, work, found))
        if len(futures) >= ahead:
            yield futures.popleft().result()
    while futures:
        yield futures.popleft().result()


def _alone(found: Input, work: Work) -> Outcome:
    try:
        with _workers(1) as pool:
            return pool.submit(_guarded, work, found).result()
    except BrokenProcessPool:
        return Crashed(found, "工作进程意外退出，没有留下记录\n")


@contextmanager
def _workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Give fresh processes; when the block is left early they are stopped, not waited for."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_interrupts_to_parent)
    others = set(multiprocessing.active_children())
    try:
        yield pool
    except BrokenProcessPool:
        raise
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
