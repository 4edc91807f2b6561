"""Notice + records → the corrected notice, and what became of each record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from extract.corrections.matching import Finder, Found
from extract.corrections.model import Correction, Scalar, changed, content_of, summary
from extract.corrections.places import Place, places
from extract.errors import ExtractError
from extract.notice import Evidence, Finding, Notice
from extract.writers import json as writer

State = Literal["applied", "already", "superseded", "conflict"]

CONFLICT = "correction.conflict"
APPLIED = "correction.applied"
REJECTED = "correction.rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record; ``pointer`` is where its value stands now.

    ``already``: the source now says what the correction said. ``superseded``: the same value was
    judged again later. ``message`` says why there is a conflict, in Chinese.
    """

    record: Correction
    state: State
    pointer: str | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """The corrected notice, with an outcome for every record in their order."""

    notice: Notice
    outcomes: tuple[Outcome, ...]


def applied(notice: Notice, records: Sequence[Correction], text: str) -> Applied:
    """Return the notice with the records applied; ``text`` is its canonical text.

    Each correction, rejection and conflict also stands in the findings, so that the JSON alone
    says whose word it holds.
    """
    work = _Work(notice, text)
    chains = _chains(records)
    outcomes = tuple(
        work.take(record, chain) for record, chain in zip(records, chains, strict=True)
    )
    return Applied(work.notice(outcomes), outcomes)


def _chains(records: Sequence[Correction]) -> list[tuple[Scalar, ...] | None]:
    """Return for each record what its value may have said before it; ``None`` if superseded.

    A correction of a correction (100 → 120 → 130) counts once, as 100 → 130.
    """
    latest: dict[tuple[str, str], int] = {}
    olds: dict[tuple[str, str], tuple[Scalar, ...]] = {}
    found: list[tuple[Scalar, ...] | None] = []
    for index, record in enumerate(records):
        found.append((record.old,))
        if record.action == "comment":
            continue
        key = (record.target, record.field)
        if key in latest:
            before = records[latest[key]]
            if not record.field or record.old == before.new:
                found[latest[key]] = None
                found[index] = (*olds[key], record.old) if record.field else (record.old,)
        if record.field and (judged := latest.pop((record.target, ""), None)) is not None:
            found[judged] = None  # accepted as it was, then corrected
        latest[key] = index
        olds[key] = found[index] or ()
    return found


class _Work:
    """A notice being corrected."""

    def __init__(self, notice: Notice, text: str) -> None:
        self._document: dict[str, Any] = json.loads(writer.write(notice))
        self._original = notice
        self._finder = Finder(places(notice), notice.id, text)
        self._claimed: dict[tuple[str, str], str] = {}
        self._now: dict[str, Place] = {}

    def take(self, record: Correction, olds: tuple[Scalar, ...] | None) -> Outcome:
        """Apply one record, or say why not."""
        found = self._finder.find(record)
        if found.place is None:
            return Outcome(record, "conflict", None, _said(record, found))
        place = self._now.get(found.place.pointer, found.place)
        if olds is None:
            return Outcome(record, "superseded", place.pointer)
        if record.action == "comment":
            return Outcome(record, "applied", place.pointer)
        holder = self._claimed.setdefault((place.pointer, record.field), record.target)
        if holder != record.target:
            why = "另一条更正已经用在这个值上"
            return Outcome(record, "conflict", place.pointer, _said(record, Found(None, why)))
        return self._judge(record, place) if not record.field else self._fix(record, place, olds)

    def _judge(self, record: Correction, place: Place) -> Outcome:
        if summary(place) == record.old:
            return Outcome(record, "applied", place.pointer)
        why = f"当时看的是 {record.old}，现在是 {summary(place)}"
        return Outcome(record, "conflict", place.pointer, _said(record, Found(None, why)))

    def _fix(self, record: Correction, place: Place, olds: tuple[Scalar, ...]) -> Outcome:
        content = content_of(place)
        now = content.get(record.field)
        try:
            value = changed(place, record.field, record.new)
        except ExtractError as error:
            refused = _said(record, Found(None, error.message))
            return Outcome(record, "conflict", place.pointer, refused)
        if record.field in content and now == value[record.field]:
            return Outcome(record, "already", place.pointer)
        if record.field not in content or now not in olds:
            why = f"现在写的是 {_shown(now)}"
            return Outcome(record, "conflict", place.pointer, _said(record, Found(None, why)))
        part = type(place.part).model_validate_json(json.dumps(value))
        self._now[place.pointer] = Place(
            *(place.pointer, place.target, place.kind, part, place.evidence, place.project)
        )
        _put(self._document, place.pointer, record.field, value[record.field])
        return Outcome(record, "applied", place.pointer)

    def notice(self, outcomes: Sequence[Outcome]) -> Notice:
        """Return the corrected notice; untouched when no record says anything of it."""
        pointers = {place.pointer: place.evidence for place in places(self._original)}
        findings = [
            finding
            for one in outcomes
            if (finding := _finding(one, pointers.get(one.pointer or ""))) is not None
        ]
        if not findings:
            return self._original
        self._document["findings"] += [json.loads(writer.line(one)) for one in findings]
        return writer.read(json.dumps(self._document, ensure_ascii=False).encode())


def _put(document: dict[str, Any], pointer: str, field: str, value: Scalar) -> None:
    holder: Any = document
    for step in pointer.split("/")[1:]:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    holder[field] = value


def _finding(outcome: Outcome, evidence: Evidence | None) -> Finding | None:
    record = outcome.record
    if outcome.state == "conflict":
        message = outcome.message
        return Finding(code=CONFLICT, severity="warning", message=message, evidence=evidence)
    if outcome.state != "applied" or record.action in ("comment", "accept"):
        return None
    why = f"，理由：{record.reason}" if record.reason else ""
    if record.action == "reject":
        message = f"{record.author} 认为这个值不对{why}；请不要直接使用"
        return Finding(code=REJECTED, severity="warning", message=message, evidence=evidence)
    change = f"从 {_shown(record.old)} 更正为 {_shown(record.new)}"
    message = f"{record.author} 把{record.field} {change}{why}"
    return Finding(code=APPLIED, severity="info", message=message, evidence=evidence)


_VERBS = {"accept": "认可过", "reject": "否定过", "comment": "批注过"}


def _said(record: Correction, found: Found) -> str:
    did = _VERBS.get(record.action, "")
    if record.action == "correct":
        change = f"从 {_shown(record.old)} 更正为 {_shown(record.new)}"
        did = f"曾把 {record.target} 的 {record.field} {change}"
    else:
        did = f"{did} {record.target}"
    return f"{record.author} {did}；{found.why}，请核实"


def _shown(value: Scalar) -> str:
    return "（空）" if value is None else str(value)
