"""Lists that run on inside one paragraph: ``…如下：一是新增托位500个；二是改造小区30个；…``."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from extract.document import Document, Span
from extract.text import fold, serial_number

_EDGE = r"(?:^|(?<=[：；。，]))\s*"
_INSIDE = (
    regex.compile(rf"{_EDGE}(?P<number>[一二三四五六七八九十]{{1,3}})是(?!否|指)"),
    regex.compile(rf"{_EDGE}（(?P<number>\d{{1,2}})）"),
    regex.compile(rf"{_EDGE}（(?P<number>[一二三四五六七八九十]{{1,3}})）"),
    regex.compile(rf"{_EDGE}(?P<number>\d{{1,2}})\s*[.．、](?!\d)"),
    regex.compile(rf"{_EDGE}第(?P<number>[一二三四五六七八九十]{{1,3}})[件项]"),
)
_MIN_ITEMS = 3
# What closes the paragraph after the last item: 以上项目由…牵头督办
_CLOSING = regex.compile(r"[。；]\s*(?=以上|上述|各责任|各有关|各级|各地|为确保|同时，)")


def pieces(document: Document, blocks: Sequence[Span]) -> list[Span]:
    """Return the blocks, those that hold a running list cut into its items.

    What stands before the first item, and what closes the paragraph, are pieces of their own.
    """
    return [piece for block in blocks for piece in _cut(document, block)]


def opens(document: Document, span: Span) -> bool:
    """Return whether an item opens with 一是: such a list may run on inside its paragraphs."""
    return _INSIDE[0].match(fold(document.slice(span))) is not None


def _cut(document: Document, block: Span) -> Iterator[Span]:
    text = fold(document.slice(block))
    starts = next((found for style in _INSIDE if (found := _starts(text, style))), [])
    if not starts:
        yield block
        return
    closing = _CLOSING.search(text, starts[-1])
    end = closing.end() if closing else len(text)
    edges = [0, *starts, end, len(text)]
    for first, last in pairwise(edges):
        kept = text[first:last].strip()
        if kept:
            start = block.start + first + text[first:last].index(kept)
            yield Span(start, start + len(kept))


def _starts(text: str, style: regex.Pattern[str]) -> list[int]:
    """Return where the items 1, 2, 3 … of one style begin; empty where they do not follow."""
    found: list[int] = []
    for match in style.finditer(text):
        if serial_number(match["number"]) == len(found) + 1:
            found.append(match.start())
    return found if len(found) >= _MIN_ITEMS else []
