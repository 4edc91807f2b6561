"""What was said of each value, and what needs a person first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extract.corrections import Outcome, Place, places
from extract.notice import Finding, Notice
from extract.report import Judgement
from extract.review.shelf import Held

_DOUBTFUL = 0.9  # confidence of a recognised character below which a person looks
_STATES = {"accept": "accepted", "correct": "corrected", "reject": "rejected"}
_RANK = {"conflict": 0, "error": 1, "fail": 2, "confidence": 3, "warning": 4, "unprovable": 5}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A value that waits for a person, and why; ``pointer`` is empty where the value is gone."""

    rank: int
    pointer: str
    kind: str
    quote: str
    project: str
    why: str


def judgements(held: Held) -> dict[str, Judgement]:
    """Return the state of each judged value by its pointer; a conflict outweighs the rest."""
    found: dict[str, Judgement] = {}
    for one in held.result.outcomes:
        if one.pointer is None or one.record.action == "comment" or one.state == "superseded":
            continue
        state = "conflict" if one.state == "conflict" else _STATES[one.record.action]
        if (
            state == "conflict"
            or one.pointer not in found
            or found[one.pointer].state != "conflict"
        ):
            found[one.pointer] = Judgement(state, said(one))
    return found


def said(outcome: Outcome) -> str:
    """Return who, when and why in one line."""
    record = outcome.record
    parts = [record.author, record.recorded_at, record.reason, outcome.message]
    return " · ".join(part for part in parts if part)


def queue(held: Held) -> list[Waiting]:
    """Return the values that need a person, the most urgent first, each once."""
    judged = {p for p, one in judgements(held).items() if one.state != "conflict"}
    best: dict[str, Waiting] = {}
    gone: list[Waiting] = []
    for one in _waiting(held):
        if not one.pointer:
            gone.append(one)
        elif one.pointer not in judged:
            known = best.get(one.pointer)
            if known is None or one.rank < known.rank:
                best[one.pointer] = one
    return sorted([*gone, *best.values()], key=lambda one: one.rank)


def _waiting(held: Held) -> Iterator[Waiting]:
    notice = held.notice
    known = list(places(notice))
    by_pointer = {one.pointer: one for one in known}
    for outcome in held.result.outcomes:
        if outcome.state == "conflict":
            place = by_pointer.get(outcome.pointer or "")
            project = outcome.record.project or ""
            quote = outcome.record.quote
            pointer = place.pointer if place else ""
            kind = outcome.record.kind
            yield Waiting(_RANK["conflict"], pointer, kind, quote, project, outcome.message)
    for place in known:
        sure = place.evidence.confidence
        if sure is not None and sure < _DOUBTFUL and place.kind != "project":
            yield _of(place, "confidence", f"识别把握只有 {sure:.0%}，请对照图像")
    yield from _of_checks(notice, known)
    yield from _of_findings(notice, known)


def _of_checks(notice: Notice, known: list[Place]) -> Iterator[Waiting]:
    by_target: Mapping[str, Place] = {one.target: one for one in known}
    for check in notice.checks:
        if check.verdict in ("fail", "unprovable"):
            words = "核对不符" if check.verdict == "fail" else "无法核对"
            for name in check.operands:
                if name in by_target:
                    yield _of(by_target[name], check.verdict, f"{words}：{check.expression}")


def _of_findings(notice: Notice, known: list[Place]) -> Iterator[Waiting]:
    values = [one for one in known if one.kind != "project"]
    for finding in notice.findings:
        if finding.severity == "info" or finding.code.startswith("correction."):
            continue
        place = _at(finding, values)
        if place is not None:
            yield _of(place, finding.severity, finding.message)


def _at(finding: Finding, values: list[Place]) -> Place | None:
    """Return the smallest value that shares a character with a finding."""
    if finding.evidence is None:
        return None
    start, end = finding.evidence.start, finding.evidence.end
    over = [one for one in values if one.evidence.start < end and start < one.evidence.end]
    return min(over, key=lambda one: one.evidence.end - one.evidence.start, default=None)


def _of(place: Place, rank: str, why: str) -> Waiting:
    where = (place.pointer, place.kind, place.evidence.text, place.project or "")
    return Waiting(_RANK[rank], *where, why)
