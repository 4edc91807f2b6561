"""The page's own table of a document: 索引号, 发文字号, 成文日期 … beside their values.

``索 引 号：`` ``11370300/2024-5`` ``发文字号：`` ``淄政办字〔2024〕5号`` as cells, items or lines.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from extract.readers._html_words import words
from extract.text import DOCUMENT_NUMBER, compact, fold

_MIN_LABELS = 3
_MAX_VALUE, _MAX_CELLS = 400, 120
_COLON = regex.compile(r"[:：]")
_PRINTED_DATE = regex.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


class Pair(NamedTuple):
    """A label with its value, one of them may be empty, and both as one line."""

    label: str
    value: str
    line: str

    @property
    def has_colon(self) -> bool:
        """Whether the label is set off by a colon, so that the line explains itself."""
        return not self.label or self.label.rstrip().endswith((":", "："))


def is_metadata(texts: Sequence[str]) -> bool:
    """Return whether the cells of a table are labels and values of a document's own table."""
    if len(texts) > _MAX_CELLS or any(len(text) > _MAX_VALUE for text in texts):
        return False
    found = {name for text in texts if (name := label_of(text))}
    printed = sum(1 for text in texts if text.strip())
    return has_enough(found) and len(found) * 5 >= printed * 2


def has_enough(found: Iterable[str]) -> bool:
    """Return whether the labels found together are those of a document's own table."""
    found = set(found)
    return len(found) >= _MIN_LABELS and not words().strong.isdisjoint(found)


def label_of(text: str) -> str:
    """Return the label that a text is or opens with (``文号：〔2024〕5号`` → 文号), or nothing."""
    colon = _COLON.search(text, 0, 24)
    return words().label(text[: colon.end()] if colon else text)


def pairs(texts: Iterable[str]) -> Iterator[Pair]:
    """Yield labels with their values, in order; a value without a label has an empty one."""
    waiting = ""
    for text in texts:
        if not text.strip():
            continue
        parted = part(text)
        if parted is not None:
            if waiting:
                yield Pair(waiting, "", waiting)
            waiting = "" if parted.value else parted.label
            if parted.value:
                yield parted
        else:
            yield Pair(waiting, text, f"{waiting}\t{text}".strip())
            waiting = ""
    if waiting:
        yield Pair(waiting, "", waiting)


def part(text: str) -> Pair | None:
    """Return label and value of a line that opens with a label, or ``None``."""
    if not label_of(text):
        return None
    colon = _COLON.search(text, 0, 24)
    if colon is None:
        return Pair(text.strip(), "", text.strip())
    return Pair(text[: colon.end()].strip(), text[colon.end() :].strip(), text.strip())


def is_of_letterhead(pair: Pair) -> bool:
    """Return whether the value is the document's number or date, printed as such."""
    name, value = words().label(pair.label), fold(compact(pair.value))
    if name in words().document_number:
        return DOCUMENT_NUMBER.fullmatch(value) is not None
    return name in words().issued_on and _PRINTED_DATE.fullmatch(value) is not None
