"""Inputs → outcomes in their order, each read in a child process, one or several at a time.

One bad input never stops the others: a refusal is an outcome, and so is a bug, with its trace. A
child that dies takes nothing with it: its input is tried once more, then refused.
"""

import os
import traceback
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import extract
from extract.batch import archive
from extract.batch._outcomes import (
    Crashed,
    Done,
    Outcome,
    Refused,
    Retry,
    Summary,
    Work,
    twice,
)
from extract.batch._telemetry import watch
from extract.batch.inputs import Input
from extract.errors import ExtractError
from extract.limits import DEFAULT_LIMITS, Limits
from extract.notice import Finding, Notice
from extract.writers.json import write

__all__ = ["Crashed", "Done", "Outcome", "Refused", "Summary", "Work"]

_MANY = 8  # inputs from which words are loaded once, before the children are forked
_WARMING = (
    "关于印发2023年民生实事清单的通知\n各有关单位：\n"
    "1.养老。新增养老床位452张，统一安排财政资金500万元，2023年12月底前完成。牵头单位：市民政局。\n"
)


def run(
    inputs: Iterable[Input],
    *,
    jobs: int = 1,
    work: Work | None = None,
    limits: Limits = DEFAULT_LIMITS,
    retry: Retry = twice,
) -> Generator[Outcome, None, None]:
    """Yield one outcome for each input, in order; ``work`` is what is done to each.

    Each is read in a child process (``sandbox.py``), ``jobs`` at a time. ``retry`` is asked when a
    child has died over an input.
    """
    work = work or partial(extract_one, limits=limits)
    count = len(inputs) if isinstance(inputs, Sequence) else _MANY
    before = warm if count >= _MANY else _nothing
    if not hasattr(os, "fork"):  # Windows: no child processes of this kind, hence no sandbox
        told = watch()
        for found in inputs:
            told.begun(found)
            outcome = _guarded(work, found)
            told.ended(outcome)
            yield outcome
        return
    from extract.batch.sandbox import Sandbox

    jobs = min(jobs, max(count, 1))
    with (
        Sandbox(work, limits, jobs=jobs, retry=retry, warm=before, watch=watch()) as sandbox,
        closing(sandbox.run(inputs)) as outcomes,
    ):
        yield from outcomes


def extract_one(found: Input, limits: Limits = DEFAULT_LIMITS) -> Outcome:
    """Extract one input, in this process; what the input is to blame for is ``Refused``."""
    try:
        notice = extract.extract(content_of(found, limits), name=found.name, limits=limits)
    except ExtractError as error:
        return Refused(found, blamed(error, found))
    return Done(found, summarize(notice), write(notice))


def blamed(error: ExtractError, found: Input) -> ExtractError:
    """Return the error with the name of the input in it.

    A reader knows the plain name only, and two folders of a ZIP may both hold a 清单.docx.
    """
    error.name = found.name if found.member is not None else error.name or found.name
    return error


def content_of(found: Input, limits: Limits = DEFAULT_LIMITS) -> bytes | Path:
    """Return what to hand to ``extract.read``; raises the reason when there is nothing to read."""
    if found.error is not None:
        raise found.error
    if found.path is not None and found.member is not None:
        return archive.load(found.path, found.member, limits)
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


def saved(outcome: Outcome, folder: Path) -> Outcome:
    """Write a result below ``folder``; one that cannot be written is a refusal."""
    if not isinstance(outcome, Done):
        return outcome
    try:
        save(outcome, folder)
    except OSError as error:
        message = f"结果写不进 {folder}（{error.strerror}）；请检查空间、权限和文件名长度"
        failed = ExtractError(message, name=outcome.input.name)
        return Refused(outcome.input, failed, outcome.sha256)
    return outcome


def _severities(findings: Sequence[Finding]) -> list[str]:
    return [finding.severity for finding in findings]


def _guarded(work: Work, found: Input) -> Outcome:
    try:
        return work(found)
    except Exception:
        return Crashed(found, traceback.format_exc())


def warm() -> None:
    """Load what the first notice of a process would load: patterns, words, the dictionary.

    So all children of a batch know the same words, also if these are changed while it runs.
    """
    extract.extract(_WARMING.encode(), name="预热.txt")


def _nothing() -> None:
    """Load nothing: for a few inputs it would not pay."""
