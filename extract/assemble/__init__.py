"""Segments and mentions → the notice; nothing is computed into a stated value here."""

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import sha256

from extract.assemble import deadlines, departments, funding, projects, targets
from extract.assemble.roles import Roles
from extract.context import Context
from extract.document import (
    Document,
    Letterhead,
    Mention,
    Recognition,
    Reference,
    Segment,
    Span,
    When,
    Year,
)
from extract.identity import stable_id
from extract.notice import (
    Department,
    DocumentNumber,
    DutyRole,
    Notice,
    Numerals,
    PlanYear,
    Source,
    StatedDate,
    StatedText,
)
from extract.text import View, compact, squeeze

_DUTIES: tuple[DutyRole, ...] = (
    *("lead", "responsible", "cooperating"),
    *("coordinating", "supervising"),
)


def notice(
    document: Document,
    view: View,
    letterhead: Letterhead,
    year: Year | None,
    segments: Sequence[Segment],
    recognition: Recognition,
    context: Context,
) -> Notice:
    """Return the notice before its audit: ledger, checks and findings are still empty."""
    number = _document_number(document, letterhead, recognition.mentions)
    title = _stated(document, letterhead.title)
    issuer = _stated(document, letterhead.issuer)
    owner = (
        issuer.value if issuer else None,
        number.text if number else None,
        str(year.year) if year else None,
    )
    body = _outside(recognition.mentions, segments, letterhead)
    named = title.value if title else _contents(segments)
    if number is None and issuer is None and not segments:
        named += sha256(compact(document.text).encode()).hexdigest()  # 政府工作报告: whose?
    own_id = stable_id("nt", *owner, named)
    found = deadlines.default(document, view, body, own_id) if segments else None
    default = found[0] if found else None
    roles = Roles(view, context.plan_year, title.value if title else "")
    listed = tuple(
        projects.read(document, view, segment, recognition.mentions, context, owner, default, roles)
        for segment in segments
    )
    oversight = departments.oversight(document, view, own_id, body)
    used = {found[1].span} if found else set()
    used |= {Span(one.evidence.start, one.evidence.end) for one in oversight}
    rest = [mention for mention in body if mention.span not in used]
    return Notice(
        id=own_id,
        status="complete",
        source=_source(document),
        title=title,
        document_number=number,
        issuer=issuer,
        recipients=departments.read(document, own_id, recognition.mentions, ("recipient",)),
        issued_on=_issued_on(document, letterhead, recognition.mentions),
        plan_year=_plan_year(document, year),
        attachments=tuple(
            stated for span in letterhead.attachments if (stated := _stated(document, span))
        ),
        default_deadline=default,
        oversight=oversight,
        projects=listed,
        figures=(
            *targets.read(document, view, own_id, rest, (), roles),
            *funding.read(document, view, own_id, rest, (), context),
            *deadlines.read(document, view, own_id, rest, _whole(document), (), context, None),
            *_duties(document, own_id, rest),
            *_joint_issuers(document, own_id, recognition.mentions),
        ),
        numerals=Numerals(total=0, consumed=0, discarded=()),
        checks=(),
        findings=(),
    )


def _source(document: Document) -> Source:
    return Source(
        name=document.name,
        media_type=document.media_type,
        sha256=document.sha256,
        size_bytes=document.size_bytes,
        pages=document.pages,
        reader=document.reader,
        reader_version=document.reader_version,
        ocr=document.ocr,
        text_sha256=sha256(document.text.encode()).hexdigest(),
    )


def _stated(document: Document, span: Span | None) -> StatedText | None:
    if span is None or not document.slice(span).strip():
        return None
    return StatedText(value=squeeze(document.slice(span)), evidence=document.evidence(span))


def _document_number(
    document: Document, letterhead: Letterhead, mentions: Sequence[Mention]
) -> DocumentNumber | None:
    """Return the notice's own number; one that is cited in the text is not it."""
    for mention in mentions:
        value = mention.value
        if letterhead.number is None or not isinstance(value, Reference):
            continue
        if letterhead.number.holds(mention.span):
            return DocumentNumber(
                text=squeeze(mention.surface),
                agency_code=value.agency_code,
                year=value.year,
                serial=value.serial,
                evidence=document.evidence(mention.span),
            )
    return None


def _issued_on(
    document: Document, letterhead: Letterhead, mentions: Sequence[Mention]
) -> StatedDate | None:
    for mention in mentions:
        value = mention.value
        if letterhead.issued_on is None or not isinstance(value, When) or value.date is None:
            continue
        if letterhead.issued_on.holds(mention.span):
            return StatedDate(value=value.date, evidence=document.evidence(mention.span))
    return None


def _plan_year(document: Document, year: Year | None) -> PlanYear | None:
    if year is None:
        return None
    return PlanYear(year=year.year, origin=year.origin, evidence=document.evidence(year.span))


def _outside(
    mentions: Sequence[Mention], segments: Sequence[Segment], letterhead: Letterhead
) -> list[Mention]:
    """Return the mentions of the notice's own body: in no project and not in the letterhead."""
    regions = sorted(region for segment in segments for region in segment.regions)
    heads = [letterhead.title, letterhead.issuer, letterhead.number, letterhead.recipients]
    regions.extend(span for span in heads if span is not None)
    regions.sort()
    starts = [region.start for region in regions]
    return [mention for mention in mentions if not _held(mention.span, regions, starts)]


def _held(span: Span, regions: Sequence[Span], starts: Sequence[int]) -> bool:
    position = bisect_right(starts, span.start) - 1
    # Regions may nest (a title holds its issuer), so a few before are asked too.
    return any(regions[index].holds(span) for index in range(max(0, position - 3), position + 1))


def _contents(segments: Sequence[Segment]) -> str:
    """Return what identifies a list without a title: its projects' serials and names."""
    names = ((segment.serial, segment.name) for segment in segments)
    return "|".join(part.text if part else "" for pair in names for part in pair)


def _whole(document: Document) -> Span:
    return Span(0, len(document.text))


def _joint_issuers(
    document: Document, owner: str, mentions: Sequence[Mention]
) -> tuple[Department, ...]:
    """Return each issuer of a notice that several signed; ``issuer`` holds the whole signature."""
    found = departments.read(document, owner, mentions, ("issuer",))
    return found if len(found) > 1 else ()


def _duties(document: Document, owner: str, mentions: Sequence[Mention]) -> tuple[Department, ...]:
    return departments.read(document, owner, mentions, _DUTIES)
