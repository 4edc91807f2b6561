"""Who has which duty: the departments of a project, the recipients, and who watches the list."""

from collections.abc import Sequence

import regex

from extract.document import Document, Mention, Organisation, Span, When
from extract.identity import Twins, stable_id
from extract.notice import Department, DutyRole, Oversight
from extract.text import View

_JOINT = regex.compile(r"(?:联合|会同)$")
_ACT = regex.compile(r"统筹|跟踪督办|督促检查|督办|督查|督导|定期调度|调度|协调|监督检查|监督")
_REPORT = regex.compile(r"通报|报告|报送|调度|公布|汇总")
_SENTENCE = regex.compile(r"[。；\n\t]")


def read(
    document: Document, owner: str, mentions: Sequence[Mention], roles: Sequence[DutyRole] = ()
) -> tuple[Department, ...]:
    """Return the departments among ``mentions``, those of ``roles`` alone where given."""
    twins = Twins()
    return tuple(
        build(document, owner, mention, twins)
        for mention in mentions
        if isinstance(mention.value, Organisation) and (not roles or mention.value.role in roles)
    )


def build(
    document: Document, owner: str, mention: Mention, twins: Twins, role: DutyRole | None = None
) -> Department:
    """Return the department of a mention; ``role`` where its place gives it a second duty."""
    value = mention.value
    if not isinstance(value, Organisation):
        message = "a department has a name"
        raise TypeError(message)
    duty = role or value.role
    return Department(
        id=twins.distinct(stable_id("de", owner, duty, value.name, value.qualifier)),
        name=value.name,
        role=duty,
        qualifier=value.qualifier,
        group=value.group,
        group_size=value.group_size,
        organisation=value.organisation,
        flags=value.flags,
        evidence=document.evidence(mention.span),
    )


def oversight(
    document: Document, view: View, owner: str, mentions: Sequence[Mention]
) -> tuple[Oversight, ...]:
    """Return who coordinates and supervises the list, and how often it is reported.

    ``发展改革局负责统筹…。同时，联合工委管委会办公室，…跟踪督办，每季度…通报``: one coordinates,
    both supervise, a report each quarter.
    """
    twins = Twins()
    found: list[Oversight] = []
    leader: Mention | None = None
    for mention in mentions:
        value = mention.value
        if isinstance(value, Organisation) and value.role in {"coordinating", "supervising"}:
            joint = _JOINT.search(view.text[: view.index(mention.span.start)][-4:])
            act = _act(view, mention.span)
            if joint and leader is not None and value.role == "supervising":
                found.append(_watch(document, owner, leader, "supervising", act, twins))
            found.append(_watch(document, owner, mention, value.role, act, twins))
            leader = mention if not joint else leader
        elif isinstance(value, When) and mention.kind == "frequency":
            report = _report(view, mention.span)
            if report is not None and leader is not None:
                found.append(
                    Oversight(
                        role="reporting",
                        department=None,
                        action=report,
                        recurrence=value.recurrence,
                        evidence=document.evidence(mention.span),
                    )
                )
    return tuple(found)


def _watch(
    document: Document, owner: str, mention: Mention, role: DutyRole, act: str, twins: Twins
) -> Oversight:
    return Oversight.model_validate(
        {
            "role": role,
            "department": build(document, owner, mention, twins, role),
            "action": act,
            "recurrence": None,
            "evidence": document.evidence(mention.span),
        }
    )


def _rest(view: View, span: Span) -> str:
    """Return the rest of the sentence after a span."""
    end = view.index(span.end - 1) + 1
    return str(_SENTENCE.split(view.text[end : end + 120], 1)[0])


def _act(view: View, span: Span) -> str:
    match = _ACT.search(_rest(view, span))
    return match.group() if match else "负责"


def _report(view: View, span: Span) -> str | None:
    match = _REPORT.search(_rest(view, span))
    return match.group() if match else None
