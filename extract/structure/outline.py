"""Numbered paragraphs into segments: ``1. 实施…工程。…（责任部门：…）`` → one project each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

import regex

from extract import lexicon
from extract.document import Document, Part, Segment, Span
from extract.scanning import HAN
from extract.structure import running, titles
from extract.text import View, compact, fold, serial_number, squeeze

# Each style with the pattern of its marker; a list keeps to one style.
_STYLES = {
    "arabic": regex.compile(r"(?P<number>\d{1,3})\s*[.．、](?!\d)\s*"),
    "arabic_bracket": regex.compile(r"（(?P<number>\d{1,3})）\s*"),
    "half_bracket": regex.compile(r"(?P<number>\d{1,2})）\s*"),
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
_ABOVE = 120  # characters before the first item in which a list's title stands
_LIST_TITLE = regex.compile(r"实事|项目清单|任务清单|项目表|任务分解|惠民工程|民生工程")
_OPENING_PART = 600  # characters: title, recipients and the first paragraph
_PROCEDURE = regex.compile(
    r"工作要求|有关要求|几点要求|相关要求|保障(?:措施|机制)|组织(?:领导|实施|保障)|总体要求|指导思想|基本原则|实施保障|"
    r"(?:实施|工作)步骤|监督(?:管理|检查)|附则|工作机制|时间安排|进度安排"
)
_TASKS = regex.compile(r"(?:主要|重点|工作|目标|具体)任务|重点工作|任务清单|项目清单|实事|重点项目")
_REPORT = regex.compile(r"工作报告|情况的?报告|草案的报告")


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
    best = _best(document, blocks)
    listed = _LIST_TITLE.search(squeeze(document.text[:_OPENING_PART])) is not None
    if listed and (not best or running.opens(document, best[0].span)):
        best = max(best, _best(document, running.pieces(document, blocks)), key=len)
    return tuple(_segment(document, view, opening) for opening in best)


def _best(document: Document, blocks: Sequence[Span]) -> list[_Opening]:
    """Return the items of the style whose items mostly name who is responsible."""
    best: list[_Opening] = []
    for style in _STYLES.values():
        found = _items(document, blocks, style)
        items = [one for one in found if not _is_rule_of_procedure(document, one)]
        items = items if _is_list(document, items) else _tasks_of(document, items)
        if items and _weight(document, items) > _weight(document, best):
            best = items
    return best


def _is_rule_of_procedure(document: Document, item: _Opening) -> bool:
    """Return whether an item stands under 工作要求, 保障措施 …: how to work, not what to reach."""
    return item.heading is not None and _PROCEDURE.search(document.slice(item.heading)) is not None


def _tasks_of(document: Document, items: list[_Opening]) -> list[_Opening]:
    """Return the items under 三、主要任务, which need no department; a report has none."""
    if _REPORT.search(squeeze(document.text[:_OPENING_PART])):
        return []
    tasks = [
        one
        for one in items
        if one.heading is not None and _TASKS.search(document.slice(one.heading))
    ]
    return tasks if len(tasks) >= _MIN_ITEMS else []


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
    number = serial_number(printed)
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
    above = document.text[max(0, items[0].span.start - _ABOVE) : items[0].span.start]
    return _LIST_TITLE.search(squeeze(above)) is not None


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
    labelled = _duty_patterns()[2].search(folded)
    if labelled is not None:
        return Span(span.start, span.start + labelled.start())
    dense = compact(folded)
    match = _duty_patterns()[1].search(dense)
    if match is None:
        return span
    return Span(span.start, span.start + _length_of(folded, match.start()))


@lru_cache(maxsize=1)
def _duty_patterns() -> tuple[regex.Pattern[str], regex.Pattern[str], regex.Pattern[str]]:
    """Return what names a duty in an item, the bracket that closes it, and the lines that do."""
    words = lexicon.departments()
    inside = r"(?:[^（）]|（[^（）]*）)*+"
    suffixes = "|".join(map(regex.escape, words.suffixes))
    return (
        regex.compile(
            rf"(?:{words.label_pattern})：|(?:{words.verb_pattern})）"
            rf"|(?<![{HAN}])(?:{words.verb_pattern})：|（[^（）]{{2,80}}(?:{suffixes})）。?$"
        ),
        regex.compile(
            rf"（(?:{words.label_pattern})：{inside}）。?$"
            rf"|（(?:[^（）]|（[^（）]*）){{2,200}}(?:{words.verb_pattern})）。?$"
        ),
        regex.compile(
            rf"\s*\n\s*(?:(?:{words.label_pattern})|(?:完成|办结|建成)[时期][限间])：[\s\S]*$"
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
