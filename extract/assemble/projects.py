"""One segment and the mentions in it → one project."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import regex

from extract.assemble import coverage, deadlines, departments, funding, targets
from extract.assemble.roles import Roles
from extract.context import Context
from extract.document import Document, Mention, Segment, Span
from extract.identity import stable_id
from extract.notice import Category, Deadline, Percentage, Project, Quantity, Task
from extract.text import View, squeeze

_CIRCLED = regex.compile(r"[①-⑳]")
_BRACKETED = regex.compile(r"(?:(?<=^)|(?<=[。；]))（\d{1,2}）")
_SENTENCE_END = regex.compile(r"[。；：]|$")
_CLAUSE_END = regex.compile(r"[；。]")


def read(
    document: Document,
    view: View,
    segment: Segment,
    mentions: Sequence[Mention],
    context: Context,
    owner: tuple[str | None, ...],
    default_deadline: Deadline | None,
    roles: Roles,
) -> Project:
    """Return the project of a segment. ``owner`` is what identifies the notice."""
    serial = segment.serial.text if segment.serial else None
    category = segment.category.text if segment.category else None
    content = segment.content.text if segment.content else ""
    name = segment.name.text if segment.name else _first_sentence(content)
    identifier = stable_id("pr", *owner, serial, category, name)
    inside = _within(mentions, segment.regions)
    tasks = _tasks(document, view, segment.content.span if segment.content else None)
    return Project(
        id=identifier,
        serial=serial,
        category=_category(document, segment),
        name=name,
        content=content,
        tasks=tasks,
        quantities=_in_order(
            *targets.read(document, view, identifier, inside, tasks, roles),
            *coverage.read(document, view, identifier, _said(segment), tasks),
        ),
        amounts=funding.read(document, view, identifier, inside, tasks, context),
        deadlines=deadlines.read(
            document, view, identifier, inside, segment.span, tasks, context, default_deadline
        ),
        departments=departments.read(document, identifier, inside),
        remarks=segment.remarks.text if segment.remarks else None,
        evidence=document.evidence(segment.span),
    )


def _said(segment: Segment) -> tuple[Span, ...]:
    """Return where a project says what it does: its name and content, or all of it."""
    parts = [part.span for part in (segment.name, segment.content) if part is not None]
    return tuple(parts) if segment.content is not None else (segment.span,)


def _in_order(*values: Quantity | Percentage) -> tuple[Quantity | Percentage, ...]:
    return tuple(sorted(values, key=lambda value: value.evidence.start))


def _first_sentence(content: str) -> str:
    """Return what names an item without a title: its first sentence, never cut inside a word."""
    return content[: match.start()] if (match := _SENTENCE_END.search(content)) else content


def _within(mentions: Sequence[Mention], regions: Sequence[Span]) -> list[Mention]:
    """Return the mentions inside the regions, in order; ``mentions`` are sorted by place."""
    found: dict[int, Mention] = {}
    for region in regions:
        first = bisect_left(mentions, region.start, key=lambda mention: mention.span.start)
        for position in range(first, len(mentions)):
            if mentions[position].span.start >= region.end:
                break
            if region.holds(mentions[position].span):
                found[position] = mentions[position]
    return [found[position] for position in sorted(found)]


def _category(document: Document, segment: Segment) -> Category | None:
    if segment.category is None:
        return None
    return Category(
        name=segment.category.text,
        evidence=document.evidence(segment.category.span),
        inherited=segment.category_inherited,
    )


def _tasks(document: Document, view: View, content: Span | None) -> tuple[Task, ...]:
    """Split a content at ①②③, at （1）（2）, or else at its semicolons.

    ``①实施幼儿园扩容工程，…。②继续实施教室照明提升工程，…。`` → two tasks
    """
    if content is None:
        return ()
    start, end = view.inside(content)
    for marker in (_CIRCLED, _BRACKETED):
        marks = list(marker.finditer(view.text, start, end))
        if len(marks) > 1:
            ends = [mark.start() for mark in marks[1:]] + [end]
            return tuple(
                _task(document, view, mark.group(), mark.end(), until)
                for mark, until in zip(marks, ends, strict=True)
            )
    if "；" not in view.text[start:end]:
        return ()
    return tuple(_task(document, view, "；", *piece) for piece in _clauses(view.text, start, end))


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _CLAUSE_END.finditer(text, start, end):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < end:
        yield start, end


def _task(document: Document, view: View, marker: str, start: int, end: int) -> Task:
    span = view.span(start, end)
    return Task(marker=marker, text=squeeze(document.slice(span)), evidence=document.evidence(span))
