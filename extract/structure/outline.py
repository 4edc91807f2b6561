"""Numbered paragraphs into segments: ``1. 实施…工程。…（责任部门：…）`` → one project each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

import regex

from extract import lexicon
from extract.document import Document, Part, Segment, Span
from extract.structure import titles
from extract.text import View, compact, fold, squeeze

_DIGITS = "一二三四五六七八九"
# Each style with the pattern of its marker; a list keeps to one style.
_STYLES = {
    "arabic": regex.compile(r"(?P<number>\d{1,3})\s*[.．、](?!\d)\s*"),
    "arabic_bracket": regex.compile(r"（(?P<number>\d{1,3})）\s*"),
    "chinese": regex.compile(r"(?P<number>[一二三四五六七八九十]{1,3})、\s*"),
    "chinese_bracket": regex.compile(r"（(?P<number>[一二三四五六七八九十]{1,3})）\s*"),
    "running": regex.compile(r"(?P<number>[一二三四五六七八九十]{1,3})是\s*"),
    "item": regex.compile(r"第(?P<number>[一二三四五六七八九十]{1,3})[件项][，、：:]?\s*"),
}
_HEADING = regex.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十]{1,3}[章节部]分?)\s*"
)
_LONGEST_HEADING = 40
_MIN_ITEMS = 3
_LIST_TITLE = regex.compile(r"实事|项目清单|任务清单|项目表|任务分解")


@dataclass(frozen=True, slots=True)
class _Opening:
    """A paragraph that opens with a marker: its number, its span, and where its text begins."""

    number: int
    printed: Span
    span: Span
    text_start: int
    heading: Span | None = None


def segments(document: Document, view: View) -> tuple[Segment, ...]:
    """Return the projects of a list in numbered paragraphs; empty where the text has none.

    The list is the style of marker whose items mostly name who is responsible; without such names,
    one that stands under a heading such as 民生实事项目清单. Numbers may begin again under each
    heading, which is then the category of its items.
    """
    blocks = [block.span for block in document.blocks if block.place is None]
    best: list[_Opening] = []
    for style in _STYLES.values():
        items = _items(document, blocks, style)
        if _is_list(document, items) and _weight(document, items) > _weight(document, best):
            best = items
    return tuple(_segment(document, view, opening) for opening in best)


def ordinal(number: int) -> str:
    """Return the Chinese spelling of 1 to 99 as markers use it (12 → 十二)."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens - 1] + "十"
    return head + (_DIGITS[ones - 1] if ones else "")


_NUMBERS = {ordinal(number): number for number in range(1, 100)}


def _items(document: Document, blocks: Sequence[Span], style: regex.Pattern[str]) -> list[_Opening]:
    """Return the items of all the runs 1, 2, 3 … of a style, each up to the next marker."""
    openings = [_opening(document, span, style) for span in blocks]
    # An item of the list itself is no heading of the next one.
    headings = [
        opening is None and _is_heading(document, span)
        for opening, span in zip(openings, blocks, strict=True)
    ]
    above = _nearest(headings)
    marked = [at for at, opening in enumerate(openings) if opening is not None]
    found: list[_Opening] = []
    expected: set[int] = {1}
    usual = 1
    for at, following in zip_longest(marked, marked[1:]):
        opening = openings[at]
        if opening is None or opening.number not in expected:
            continue
        # A number may be missing in the source; the check of the sequence will say so.
        expected = {1, *range(opening.number + 1, opening.number + 4)}
        # The last item of all takes no more paragraphs than the longest before it.
        stop = following if following is not None else min(at + usual, len(blocks))
        end = next((index for index in range(at + 1, stop) if headings[index]), stop) - 1
        usual = max(usual, end - at + 1)
        nearest = above[at]
        heading = blocks[nearest] if nearest is not None else None
        found.append(
            replace(opening, span=Span(opening.span.start, blocks[end].end), heading=heading)
        )
    return found if len(found) >= _MIN_ITEMS else []


def _nearest(headings: Sequence[bool]) -> list[int | None]:
    """Return for each paragraph the nearest heading above it (一、就业创业)."""
    found: list[int | None] = []
    last: int | None = None
    for at, is_heading in enumerate(headings):
        found.append(last)
        last = at if is_heading else last
    return found


def _is_heading(document: Document, span: Span) -> bool:
    if span.end - span.start > _LONGEST_HEADING or "。" in document.slice(span):
        return False
    return _HEADING.match(fold(document.slice(span))) is not None


def _opening(document: Document, span: Span, style: regex.Pattern[str]) -> _Opening | None:
    match = style.match(fold(document.slice(Span(span.start, min(span.end, span.start + 16)))))
    if match is None:
        return None
    printed = match["number"]
    number = int(printed) if printed.isdigit() else _NUMBERS.get(printed)
    if number is None:
        return None
    start, end = (span.start + offset for offset in match.span("number"))
    return _Opening(number, Span(start, end), span, span.start + match.end())


def _is_list(document: Document, items: list[_Opening]) -> bool:
    if not items:
        return False
    with_duty, _ = _weight(document, items)
    if with_duty * 2 > len(items):
        return True
    heading = document.text[max(0, items[0].span.start - 60) : items[0].span.start]
    return _LIST_TITLE.search(squeeze(heading)) is not None


def _weight(document: Document, items: list[_Opening]) -> tuple[int, int]:
    """Order candidate lists: more items that name a duty, then more items."""
    with_duty = sum(1 for one in items if _names_duty(document, one.span))
    return with_duty, len(items)


def _segment(document: Document, view: View, opening: _Opening) -> Segment:
    body = Span(opening.text_start, opening.span.end)
    content = _without_duty(document, body)
    lead = titles.find(document, view, content) or titles.first_line(document, content)
    rest = lead.rest if lead is not None else content
    return Segment(
        span=opening.span,
        serial=Part(document.slice(opening.printed), opening.printed),
        category=_category(document, opening.heading),
        category_inherited=opening.heading is not None,
        name=lead.title if lead is not None else None,
        content=Part(squeeze(document.slice(rest)), rest),
        remarks=None,
        regions=(opening.span,),
    )


def _category(document: Document, heading: Span | None) -> Part | None:
    """Return a heading without its marker (一、实施就业创业工程 → 实施就业创业工程)."""
    if heading is None:
        return None
    match = _HEADING.match(fold(document.slice(heading)))
    span = Span(heading.start + (match.end() if match else 0), heading.end)
    return Part(squeeze(document.slice(span)), span)


def _names_duty(document: Document, span: Span) -> bool:
    """Return whether an item says who is responsible, in a bracket or on a line of its own."""
    return _duty_patterns()[0].search(compact(fold(document.slice(span)))) is not None


def _without_duty(document: Document, span: Span) -> Span:
    """Cut the bracket of duties that closes an item; its names are departments, not content."""
    folded = fold(document.slice(span)).rstrip()
    dense = compact(folded)
    match = _duty_patterns()[1].search(dense)
    if match is None:
        return span
    return Span(span.start, span.start + _length_of(folded, match.start()))


@lru_cache(maxsize=1)
def _duty_patterns() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """Return what names a duty anywhere in an item, and the bracket of duties that closes it."""
    words = lexicon.departments()
    inside = r"(?:[^（）]|（[^（）]*）)*+"
    return (
        regex.compile(rf"(?:{words.label_pattern})：|(?:{words.verb_pattern})）"),
        regex.compile(
            rf"（(?:{words.label_pattern})：{inside}）。?$"
            rf"|（(?:[^（）]|（[^（）]*）){{2,200}}(?:{words.verb_pattern})）。?$"
        ),
    )


def _length_of(text: str, kept: int) -> int:
    """Return how many characters of ``text`` hold its first ``kept`` that are no white space."""
    seen = 0
    for position, character in enumerate(text):
        if seen == kept:
            return len(text[:position].rstrip())
        seen += not character.isspace()
    return len(text)
