"""Numbered paragraphs into segments: ``1. 实施…工程。…（责任部门：…）`` → one project each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from extract import lexicon
from extract.document import Document, Part, Segment, Span
from extract.structure import titles
from extract.text import View, fold, squeeze

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
_MIN_ITEMS = 3
_LIST_TITLE = regex.compile(r"实事|项目清单|任务清单|项目表|任务分解")
_DUTY = regex.compile(r"（[^（）]*(?:责任|牵头|主办|配合|实施)[^（）]*[：:]|负责）")


@dataclass(frozen=True, slots=True)
class _Opening:
    """A paragraph that opens with a marker: its number, its span, and where its text begins."""

    number: int
    printed: Span
    span: Span
    text_start: int


def segments(document: Document, view: View) -> tuple[Segment, ...]:
    """Return the projects of a list in numbered paragraphs; empty where the text has none.

    The list is the longest run 1, 2, 3 … in one style whose items mostly name who is responsible;
    without such names, one that stands under a heading such as 民生实事项目清单.
    """
    best: list[_Opening] = []
    for style in _STYLES.values():
        for run in _sequences(document, style):
            if _is_list(document, run) and _weight(document, run) > _weight(document, best):
                best = run
    return tuple(_segment(document, view, opening) for opening in best)


def ordinal(number: int) -> str:
    """Return the Chinese spelling of 1 to 99 as markers use it (12 → 十二)."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens - 1] + "十"
    return head + (_DIGITS[ones - 1] if ones else "")


_NUMBERS = {ordinal(number): number for number in range(1, 100)}


def _sequences(document: Document, style: regex.Pattern[str]) -> Iterator[list[_Opening]]:
    """Return every run of markers 1, 2, 3 … of a style, each item up to the next of its run."""
    blocks = [block.span for block in document.blocks if block.place is None]
    openings = [(at, _opening(document, span, style)) for at, span in enumerate(blocks)]
    marked = [(at, found) for at, found in openings if found is not None]
    run: list[tuple[int, _Opening]] = []
    for at, found in marked:
        if run and found.number == run[-1][1].number + 1:
            run.append((at, found))
            continue
        yield from _closed(document, run, blocks)
        run = [(at, found)] if found.number == 1 else []
    yield from _closed(document, run, blocks)


def _closed(
    document: Document, run: list[tuple[int, _Opening]], blocks: Sequence[Span]
) -> Iterator[list[_Opening]]:
    if len(run) < _MIN_ITEMS:
        return
    ends = [blocks[at - 1].end for at, _ in run[1:]]
    ends.append(_last_end(document, run, blocks))
    yield [
        _Opening(found.number, found.printed, Span(found.span.start, end), found.text_start)
        for (_, found), end in zip(run, ends, strict=True)
    ]


def _last_end(document: Document, run: list[tuple[int, _Opening]], blocks: Sequence[Span]) -> int:
    """Return where the last item ends: it takes no more paragraphs than the longest before it."""
    last = run[-1][0]
    usual = max(after[0] - before[0] for before, after in pairwise(run))
    end = last
    for at in range(last + 1, min(last + usual, len(blocks))):
        if _any_marker(document, blocks[at]):
            break
        end = at
    return blocks[end].end


def _any_marker(document: Document, span: Span) -> bool:
    return any(_opening(document, span, style) is not None for style in _STYLES.values())


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


def _is_list(document: Document, run: list[_Opening]) -> bool:
    with_duty = sum(1 for opening in run if _DUTY.search(fold(document.slice(opening.span))))
    if with_duty * 2 > len(run):
        return True
    heading = document.text[max(0, run[0].span.start - 60) : run[0].span.start]
    return _LIST_TITLE.search(squeeze(heading)) is not None


def _weight(document: Document, run: list[_Opening]) -> tuple[int, int]:
    """Order candidate lists: more items that name a duty, then more items."""
    with_duty = sum(1 for opening in run if _DUTY.search(fold(document.slice(opening.span))))
    return with_duty, len(run)


def _segment(document: Document, view: View, opening: _Opening) -> Segment:
    body = Span(opening.text_start, opening.span.end)
    content = _without_duty(document, body)
    lead = titles.find(document, view, content)
    rest = lead.rest if lead is not None else content
    return Segment(
        span=opening.span,
        serial=Part(document.slice(opening.printed), opening.printed),
        category=None,
        category_inherited=False,
        name=lead.title if lead is not None else None,
        content=Part(squeeze(document.slice(rest)), rest),
        remarks=None,
        regions=(opening.span,),
    )


def _without_duty(document: Document, span: Span) -> Span:
    """Cut the bracket of duties that closes an item; its names are departments, not content."""
    words = lexicon.departments()
    pattern = regex.compile(
        rf"（(?:{words.label_pattern})：(?:[^（）]|（[^（）]*）)*）。?$"
        rf"|（(?:[^（）]|（[^（）]*）)*(?:{words.verb_pattern})）。?$"
    )
    folded = fold(document.slice(span)).rstrip()
    dense = regex.compile(r"\s+").sub("", folded)
    match = pattern.search(dense)
    if match is None:
        return span
    kept = len(dense[: match.start()])
    return Span(span.start, span.start + _length_of(folded, kept))


def _length_of(text: str, kept: int) -> int:
    """Return how many characters of ``text`` hold its first ``kept`` that are no white space."""
    seen = 0
    for position, character in enumerate(text):
        if seen == kept:
            return len(text[:position].rstrip())
        seen += not character.isspace()
    return len(text)
