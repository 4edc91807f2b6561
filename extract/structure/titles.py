"""The lead title of a project's text: ``银龄工程。免费为全区65岁以上…`` → 银龄工程."""

from dataclasses import dataclass

import regex

from extract.document import Document, Part, Span
from extract.text import View, squeeze

_LONGEST = 36
_LEAD = regex.compile(r"(?P<title>[^，。；：！？、,;\n\t0-9①-⑳（]{3,36}(?:（[^（）\d]{1,16}）)?)。")
# 农业经营从业者培训（高素质农民）200人。 : the whole text is one figure; its subject is the title
_SUBJECT = regex.compile(
    r"(?P<title>[^，。；：！？,;\n\t0-9①-⑳（]{3,36}(?:（[^（）\d]{1,16}）)?)(?:约|共|不少于)?\d[\d.]*"
    r"[^，。；：\d]{1,6}。?"
)
# 实施…工程: the act is not part of the name
_ACT = regex.compile(r"(?:深入|继续|全面|大力)?实施(?=.{3,})")


@dataclass(frozen=True, slots=True)
class Lead:
    """A title with the span of the text that follows it."""

    title: Part
    rest: Span


def find(document: Document, view: View, span: Span) -> Lead | None:
    """Return the lead title of the text in ``span``, or ``None`` where it has none.

    ``实施优化教育资源供给工程。推进 3 所…`` → 优化教育资源供给工程; 2023年共改造3个小区，… → none
    """
    start, end = view.inside(span)
    match = _LEAD.match(view.text, start, end)
    if match is not None and match.end() < end:
        return Lead(_named(document, view, *match.span("title")), _after(view, match.end(), end))
    subject = _SUBJECT.fullmatch(view.text, start, end)
    if subject is not None:
        return Lead(_named(document, view, *subject.span("title")), span)
    return None


def first_line(document: Document, span: Span) -> Lead | None:
    """Return a first line that is no sentence as the title (实施学前教育普惠工程⏎新建…)."""
    line, _, rest = document.slice(span).partition("\n")
    name = line.strip()
    if not rest.strip() or len(name) > _LONGEST or regex.search(r"[，。；：、]$|[。；\d]", name):
        return None
    start = span.start + len(line) - len(line.lstrip())
    follows = Span(span.start + len(line) + 1 + len(rest) - len(rest.lstrip()), span.end)
    title = Part(without_act(squeeze(name)), Span(start, start + len(name)))
    return Lead(title, follows) if name else None


def without_act(name: str) -> str:
    """Return the name of a project without the 实施 before it."""
    match = _ACT.match(name)
    return name[match.end() :] if match else name


def _named(document: Document, view: View, start: int, end: int) -> Part:
    span = view.span(start, end)
    return Part(without_act(squeeze(document.slice(span))), span)


def _after(view: View, start: int, end: int) -> Span:
    return view.span(start, end)
