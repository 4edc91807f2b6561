"""The ledger of numerals: every one consumed by a value, or discarded for a named reason."""

from bisect import bisect_right
from collections.abc import Iterator

from pydantic import BaseModel

from extract.document import Discard, Document, Recognition, Span
from extract.notice import DiscardedNumeral, Evidence, Finding, Notice, Numerals

# A date that is no deadline and a number that is only cited are read, but no value of the notice.
_LONGEST_VALUE = 400
_READ_ONLY = {"date": "date_part", "document_number": "document_number", "deadline": "date_part"}


def close(
    document: Document, notice: Notice, recognition: Recognition
) -> tuple[Numerals, tuple[Finding, ...]]:
    """Return the ledger and a finding for every numeral that nothing accounts for."""
    values = _Cover(_value_spans(notice))
    reasons = {discard.span: discard.reason for discard in recognition.discards}
    read = sorted(
        (mention.span, _READ_ONLY[mention.kind])
        for mention in recognition.mentions
        if mention.kind in _READ_ONLY
    )
    dates = _Cover([span for span, _ in read])
    header = _Cover(_header_spans(notice))
    discards: list[Discard] = []
    findings: list[Finding] = []
    consumed = 0
    for span in recognition.numerals:
        if span in reasons:
            discards.append(Discard(span, reasons[span]))
        elif values.holds(span):
            consumed += 1
        elif (index := dates.index(span)) is not None:
            discards.append(Discard(span, read[index][1]))
        elif header.holds(span):
            discards.append(Discard(span, "title"))
        else:
            findings.append(_open(document, span))
    return _numerals(document, recognition, consumed, discards), tuple(findings)


def _numerals(
    document: Document, recognition: Recognition, consumed: int, discards: list[Discard]
) -> Numerals:
    return Numerals(
        total=len(recognition.numerals),
        consumed=consumed,
        discarded=tuple(
            DiscardedNumeral(
                text=document.slice(discard.span),
                start=discard.span.start,
                end=discard.span.end,
                reason=discard.reason,
            )
            for discard in discards
        ),
    )


def _open(document: Document, span: Span) -> Finding:
    text = document.slice(span)
    around = document.text[max(0, span.start - 8) : span.end + 8].strip().replace("\n", "")
    return Finding(
        code="numeral.open",
        severity="error",
        message=f"数字“{text}”没有归属（……{around}……），请人工确认它是不是指标",
        evidence=document.evidence(span),
    )


class _Cover:
    """Answers which of many spans holds a numeral, in logarithmic time."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]

    def index(self, span: Span) -> int | None:
        """Return the span that holds ``span``; one that only touches it settles nothing."""
        for position in range(bisect_right(self._starts, span.start) - 1, -1, -1):
            if self._spans[position].holds(span):
                return position
            if span.start - self._starts[position] > _LONGEST_VALUE:
                return None
        return None

    def holds(self, span: Span) -> bool:
        """Return whether some span holds it."""
        return self.index(span) is not None


def _value_spans(notice: Notice) -> list[Span]:
    """Return the spans of the values that carry numerals; whole texts (title, task) do not."""
    stated = [notice.document_number, notice.issued_on, notice.plan_year, notice.default_deadline]
    owners = [*stated, *notice.figures]
    for project in notice.projects:
        owners.extend([*project.quantities, *project.amounts, *project.deadlines])
    return [Span(e.start, e.end) for owner in owners if owner for e in evidences(owner)]


def _header_spans(notice: Notice) -> list[Span]:
    """Return the spans of the header's texts: 10件 in 10件民生实事 is part of a title."""
    texts = [notice.title, notice.issuer, *notice.attachments, *notice.recipients]
    return [Span(one.evidence.start, one.evidence.end) for one in texts if one is not None]


def evidences(model: BaseModel) -> Iterator[Evidence]:
    """Return every evidence inside a part of a notice, depth first."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Evidence):
                yield one
            elif isinstance(one, BaseModel):
                yield from evidences(one)
