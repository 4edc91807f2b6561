"""The hops in order: bytes → Document → Structure → Mentions → Notice → audited Notice."""

from dataclasses import dataclass
from datetime import date
from os import PathLike

from extract import assemble, audit, readers, recognizers, structure
from extract.context import Context
from extract.document import Document, Mention, Recognition, Span, When
from extract.limits import DEFAULT_LIMITS, Limits
from extract.notice import Finding, Notice
from extract.text import view, view_of_text
from extract.writers import flat as flat_view

Source = bytes | str | PathLike[str]


@dataclass(frozen=True, slots=True)
class Result:
    """A notice with everything that was read on the way, for those who explain it."""

    notice: Notice
    document: Document
    recognition: Recognition


def read(source: Source, *, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read bytes or a file into a document; raises an ``ExtractError`` for what is unreadable."""
    return readers.read(source, name=name, limits=limits)


def run(document: Document) -> Result:
    """Take a document through the house."""
    seen = view(document)
    layout = structure.read(document, seen)
    context = Context(
        plan_year=layout.plan_year.year if layout.plan_year else None,
        issued_on=_day(document, layout.letterhead.issued_on),
        hints=layout.hints,
    )
    recognition = recognizers.recognize(seen, context)
    notice = assemble.notice(
        document,
        seen,
        layout.letterhead,
        layout.plan_year,
        layout.segments,
        recognition,
        context,
    )
    audited = audit.audited(notice, document, seen, layout.segments, recognition)
    return Result(audited, document, recognition)


def _day(document: Document, span: Span | None) -> date | None:
    """Return the day that a date line prints (2024年1月30日): 月底 and 本月 are read by it."""
    found = recognizers.recognize(view_of_text(document.slice(span)), Context()) if span else None
    days = [mention.value for mention in found.mentions] if found else []
    return next((value.date for value in days if isinstance(value, When)), None)


def extract(
    source: Source | Document, *, name: str = "", limits: Limits = DEFAULT_LIMITS
) -> Notice:
    """Return the notice of a file, of bytes or of a document already read.

    The file is read in the process of the caller: a file that crashes a parser or fills the memory
    takes that process with it. For files from strangers call ``extract.batch.apart.notice`` (one)
    or ``extract.batch.local.run`` (many), which read in a child process with limits, as every
    command does.
    """
    document = source if isinstance(source, Document) else read(source, name=name, limits=limits)
    return run(document).notice


def figures(
    text: str, *, plan_year: int | None = None, issued_on: date | None = None
) -> list[Mention]:
    """Return the mentions of a bare text, in order of appearance.

    ``新增托位452个，财政资金500万元，2023年12月底前完成`` → a quantity, an amount, a deadline.
    ``plan_year`` (or the year of issue) resolves 今年 and 年底; without it they have no date.
    """
    issued = issued_on.year if issued_on else None
    context = Context(plan_year=plan_year or issued, issued_on=issued_on)
    return list(recognizers.recognize(view_of_text(text), context).mentions)


def prove(notice: Notice, document: Document) -> list[Finding]:
    """Return what the source does not prove of a notice; empty when every value stands."""
    return list(audit.replay(notice, document, run(document).notice))


def flat(document: Document) -> list[flat_view.Row]:
    """Return one JSON-ready row per mention of a document, in order of appearance."""
    result = run(document)
    return list(flat_view.rows(result.notice, result.recognition))


def explain(document: Document) -> list[tuple[str, str, str, str, str]]:
    """Return kind, surface, value, rule and place of every mention and discarded numeral."""
    return list(flat_view.explain(document, run(document).recognition))
