"""What the page shows of a notice: every value, discarded numeral and finding with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from extract.corrections.places import Place, places
from extract.document import Document, Span
from extract.notice import (
    Amount,
    Deadline,
    Department,
    Evidence,
    Finding,
    Measure,
    Notice,
    Percentage,
    Quantity,
)
from extract.report.pages import Leaf
from extract.report.words import Language, Words, words

_VALUES = ("quantity", "percentage", "amount", "deadline", "department")
_SIGNS = {
    **{"at_least": "≥ ", "more_than": "> ", "at_most": "≤ ", "less_than": "< "},
    **{"about": "≈ ", "all": "全部"},
}
_PATH = regex.compile(r"^[a-z_]++(?:\[\d++\]|\.[a-z_]++)*+(?=：)")
_INDEX = regex.compile(r"\[(\d++)\]|\.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of a value: ``accepted``, ``corrected``, ``rejected``, ``conflict``."""

    state: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is marked on the source and listed beside it.

    ``colour`` is one of the kinds of values, ``header``, ``discard`` or ``finding``; ``wrong``
    holds what the audit says against it.
    """

    key: str
    colour: str
    kind: str
    said: str
    evidence: Evidence
    place: Place | None = None
    wrong: tuple[str, ...] = ()
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class View:
    """All that a page shows; ``audit`` is ``None`` where nothing was proved."""

    notice: Notice
    document: Document
    leaves: tuple[Leaf, ...]
    marks: tuple[Mark, ...]
    discards: tuple[tuple[Mark, str], ...]
    findings: tuple[tuple[Finding, Mark | None], ...]
    audit: tuple[tuple[Finding, Mark | None], ...] | None
    words: Words


def view(
    notice: Notice,
    document: Document,
    leaves: Sequence[Leaf],
    *,
    audit: Sequence[Finding] | None = None,
    judgements: Mapping[str, Judgement] | None = None,
    language: Language = "zh",
) -> View:
    """Return what a page shows; ``judgements`` are by the JSON Pointer of their value."""
    speech = words(language)
    wrong = _by_pointer(audit or ())
    judged = judgements or {}
    marks = tuple(
        _of_place(f"v{number}", place, wrong, judged.get(place.pointer), speech)
        for number, place in enumerate(places(notice))
    )
    discards = tuple(
        (_mark(f"d{number}", "discard", document, Span(one.start, one.end), one.text), one.reason)
        for number, one in enumerate(notice.numerals.discarded)
        if 0 <= one.start < one.end <= len(document.text)
    )
    findings = tuple(
        (one, _of_finding(f"f{number}", one)) for number, one in enumerate(notice.findings)
    )
    audited = None
    if audit is not None:
        by_pointer = {mark.place.pointer: mark for mark in marks if mark.place is not None}
        audited = tuple((one, _named(one, by_pointer)) for one in audit)
    return View(notice, document, tuple(leaves), marks, discards, findings, audited, speech)


def pointer_of(finding: Finding) -> str:
    """Return the JSON Pointer that a finding of the audit speaks of; empty where it names none.

    ``projects[3].amounts[0].value：文件中是…`` → ``/projects/3/amounts/0/value``.
    """
    path = _PATH.match(finding.message)
    if path is None:
        return ""
    steps = _INDEX.sub(lambda found: f"/{found[1]}" if found[1] else "/", path[0])
    return f"/{steps}"


def said(place: Place, speech: Words) -> str:
    """Return a value in one short line: ``≥ 500 个``, ``1,700,000 元``, ``2024-10-31``."""
    part = place.part
    if isinstance(part, Quantity | Percentage | Amount):
        return _measure(part)
    if isinstance(part, Deadline):
        return _when(part, speech)
    if isinstance(part, Department):
        return f"{part.name}{part.qualifier or ''}（{speech.role(part.role)}）"
    for name in ("value", "text", "name", "year"):
        if hasattr(part, name):
            return str(getattr(part, name))
    return place.evidence.text


def _measure(part: Quantity | Percentage | Amount) -> str:
    unit = part.unit if isinstance(part, Quantity | Percentage) else _currency(part)
    per = f"（{part.per}）" if isinstance(part, Quantity | Amount) and part.per else ""
    gap = "" if unit in ("%", "‰") else " "
    return f"{_SIGNS.get(part.bound, '')}{_number(part)}{gap}{unit}{per}".strip()


def _currency(part: Amount) -> str:
    return "元" if part.currency == "CNY" else part.currency


def _number(part: Measure) -> str:
    if part.value is not None:
        return f"{part.value:,f}"
    if part.minimum is not None and part.maximum is not None:
        return f"{part.minimum:,f}–{part.maximum:,f}"
    return ""


def _when(part: Deadline, speech: Words) -> str:
    if part.date is None:
        return part.recurrence or part.condition or speech.of("recurring")
    soft = "" if part.modality == "firm" else f"（{speech.of('not_firm')}）"
    return f"{part.date.isoformat()}{soft}"


def _of_place(
    key: str,
    place: Place,
    wrong: Mapping[str, list[str]],
    judgement: Judgement | None,
    speech: Words,
) -> Mark:
    colour = place.kind if place.kind in (*_VALUES, "project", "category") else "header"
    own = [
        message
        for pointer, messages in wrong.items()
        if pointer == place.pointer or _is_own(pointer, place)
        for message in messages
    ]
    return Mark(
        *(key, colour, place.kind, said(place, speech), place.evidence, place),
        *(tuple(own), judgement),
    )


def _is_own(pointer: str, place: Place) -> bool:
    """Tell whether a pointer leads into the value itself, not into a value that it holds."""
    if not pointer.startswith(f"{place.pointer}/"):
        return False
    rest = pointer.removeprefix(f"{place.pointer}/").split("/")
    return len(rest) == 1 or rest[0] == "evidence"


def _by_pointer(findings: Sequence[Finding]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in findings:
        pointer = pointer_of(one)
        if pointer:
            found.setdefault(pointer, []).append(one.message)
    return found


def _named(finding: Finding, by_pointer: Mapping[str, Mark]) -> Mark | None:
    """Return the mark a finding of the audit speaks of: of its path, or of what holds that."""
    pointer = pointer_of(finding)
    while pointer:
        if pointer in by_pointer:
            return by_pointer[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _of_finding(key: str, finding: Finding) -> Mark | None:
    if finding.evidence is None:
        return None
    return Mark(key, "finding", "finding", finding.message, finding.evidence)


def _mark(key: str, colour: str, document: Document, span: Span, text: str) -> Mark:
    return Mark(key, colour, colour, text, document.evidence(span))
