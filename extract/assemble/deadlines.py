"""By when a project is due: what it states, what a merged cell gives it, what the notice sets."""

from collections.abc import Sequence

import regex

from extract.assemble.targets import clause_before, task_of
from extract.context import Context
from extract.document import Document, Mention, Span, When
from extract.identity import Twins, stable_id
from extract.notice import Deadline, Origin, Task
from extract.text import View

_DONE = regex.compile(r"前?[^，。；]{0,8}(?:完成|完工|办结|落实到位)(?:$|[，。；])")
# 3月15日前完成实施方案报送 is not when the projects are due
_ERRAND = regex.compile(r"报送|上报|方案|申报|审核|评审|公示|反馈")


def default(
    document: Document, view: View, mentions: Sequence[Mention], owner: str
) -> tuple[Deadline, Mention] | None:
    """Return the deadline the notice sets for all its projects, with its mention.

    ``加快民生实事项目建设进度，原则上今年 10 月底前完成。``
    """
    for mention in mentions:
        if mention.kind != "deadline" or not isinstance(mention.value, When):
            continue
        end = view.index(mention.span.end - 1) + 1
        errand = _ERRAND.search(clause_before(view, mention.span))
        if mention.value.date is not None and _DONE.match(view.text, end) and not errand:
            found = build(
                document, mention, stable_id("dl", owner, "default"), "stated", None, None
            )
            return found, mention
    return None


def read(
    document: Document,
    view: View,
    owner: str,
    mentions: Sequence[Mention],
    own: Span,
    tasks: Sequence[Task],
    context: Context,
    default_deadline: Deadline | None,
) -> tuple[Deadline, ...]:
    """Return a project's deadlines, the notice's default last where the project has no own date.

    A date in a deadline column speaks for the whole project. A date in its text speaks for the
    clause it stands in, so the default still holds for the rest.
    """
    twins = Twins()
    found: list[Deadline] = []
    whole = False
    for mention in mentions:
        if mention.kind != "deadline":
            continue
        hint = context.hint_at(mention.span.start)
        whole = whole or (hint is not None and hint.role == "deadline")
        clause = clause_before(view, mention.span)
        identifier = twins.distinct(stable_id("dl", owner, "deadline", clause, mention.surface))
        origin: Origin = "stated" if own.holds(mention.span) else "inherited"
        overrides = default_deadline.id if default_deadline else None
        task = task_of(tasks, mention.span)
        found.append(build(document, mention, identifier, origin, overrides, task))
    if default_deadline is not None and not whole:
        update = {"id": stable_id("dl", owner, "default"), "origin": "default"}
        found.append(default_deadline.model_copy(update=update))
    return tuple(found)


def build(
    document: Document,
    mention: Mention,
    identifier: str,
    origin: Origin,
    overrides: str | None,
    task: int | None,
) -> Deadline:
    """Return the deadline of a mention."""
    when = mention.value
    if not isinstance(when, When):
        message = "a deadline has a date or a rule"
        raise TypeError(message)
    return Deadline(
        id=identifier,
        date=when.date,
        precision=when.precision,
        bound=when.bound,
        modality=when.modality,
        condition=when.condition,
        origin=origin,
        year_inferred=when.year_inferred,
        recurrence=when.recurrence,
        overrides=overrides,
        task=task,
        evidence=document.evidence(mention.span),
    )
