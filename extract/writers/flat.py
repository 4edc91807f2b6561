"""The flat view: one row per mention in order of appearance, as ``notice figures`` prints it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from extract import lexicon
from extract.document import Document, Figure, Mention, Organisation, Recognition, Span, When
from extract.notice import Evidence, Notice

Row = dict[str, object]


def rows(notice: Notice, recognition: Recognition) -> Iterator[Row]:
    """Yield a JSON-ready row per mention: kind, place, text, the fields of its kind, project.

    ``{"kind": "quantity", "start": 439, "end": 443, "text": "452个", "value": "452", …}``. Dates
    and frequencies, which are no values of the notice, are among them.
    """
    values = dict(_values(notice))
    for mention in recognition.mentions:
        row: Row = {
            "kind": mention.kind,
            "start": mention.span.start,
            "end": mention.span.end,
            "text": mention.surface,
        }
        known = values.get((mention.kind, mention.span))
        if known is None:
            row |= _of_mention(mention)
            row["project"] = None
        else:
            value, project = known
            row |= value.model_dump(mode="json", exclude={"kind", "evidence"})
            row["project"] = project
        yield row


def _values(notice: Notice) -> Iterator[tuple[tuple[str, Span], tuple[BaseModel, str | None]]]:
    """Yield the values of a notice by kind and place, the ones that are stated first to win."""
    for project in reversed(notice.projects):
        stated = (*project.quantities, *project.amounts, *project.departments)
        own = (one for one in project.deadlines if one.origin != "default")
        for value in (*stated, *own):
            yield _placed(value.kind, value.evidence), (value, project.id)
    for entry in reversed(notice.oversight):
        if entry.department is not None:
            yield _placed("department", entry.department.evidence), (entry.department, None)
    for value in (*notice.figures, *notice.recipients):
        yield _placed(value.kind, value.evidence), (value, None)
    if notice.default_deadline is not None:
        default = notice.default_deadline
        yield _placed("deadline", default.evidence), (default, None)


def _placed(kind: str, evidence: Evidence) -> tuple[str, Span]:
    return kind, Span(evidence.start, evidence.end)


def _of_mention(mention: Mention) -> Row:
    named = mention.value._asdict()
    return {name: _plain(value) for name, value in named.items() if name != "text"}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


_SIGNS = {
    "at_least": "≥",
    "more_than": ">",
    "at_most": "≤",
    "less_than": "<",
    "about": "≈",
    "exact": "",
    "range": "",
    "all": "全部",
}


def explain(
    document: Document, recognition: Recognition
) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield for each mention its kind, surface, value, the rule that read it, and its place.

    All in Chinese, for a clerk. Numerals that are no figure stand among them, with the reason.
    """
    words = lexicon.rules()
    lines = [
        (one.span, words.kinds["none"], "", words.reasons[one.reason])
        for one in recognition.discards
    ]
    lines += [
        (one.span, words.kinds[one.kind], said(one), words.rules[one.rule])
        for one in recognition.mentions
    ]
    for span, kind, value, rule in sorted(lines):
        surface = "".join(document.slice(span).split())
        yield kind, surface, value, rule, place(document, span)


def said(mention: Mention) -> str:
    """Return a value in one short line: ``≥ 500 个``, ``2023-12-31``, ``发展改革局（统筹）``."""
    value = mention.value
    if isinstance(value, Figure):
        number = f"{value.value:f}" if value.value is not None else ""
        number = number or f"{value.minimum:f}-{value.maximum:f}"
        per = f"（{value.per}）" if value.per else ""
        return f"{_SIGNS[value.bound]} {number} {value.unit}{per}".strip()
    if isinstance(value, When):
        return value.date.isoformat() if value.date else value.recurrence or value.condition or "?"
    if isinstance(value, Organisation):
        duty = lexicon.rules().roles[value.role]
        return f"{value.name}{value.qualifier or ''}（{duty}）"
    return value.text


def place(document: Document, span: Span) -> str:
    """Return where a span is printed, as a person would look for it."""
    block = document.block_at(span.start)
    if block is not None and block.place is not None:
        return f"表{block.place.table + 1} 行{block.place.row + 1} 列{block.place.column + 1}"
    if document.glyphs and (glyph := document.glyphs[span.start]) is not None:
        return f"第{glyph.page}页"
    return f"第{document.text.count(chr(10), 0, span.start) + 1}行"
