"""Bound words: 不少于, 约 before a number, 以上, 以内 behind its unit."""

from functools import lru_cache
from typing import Literal

import regex

from extract.lexicon._rows import Guarded, Table, guarded, load, longest_first
from extract.notice import Bound

# Between 最高 and its number: 最高奖励金额20万元, never across punctuation or another figure.
_GAP = r"(?:一次性|[^\p{P}\p{S}\p{Z}\d\s一二三四五六七八九十百千万亿两]){0,10}"
_REACH = 40
_WITHOUT: dict[Bound, Bound] = {"at_least": "more_than", "at_most": "less_than"}
# 10人（含）以上, 500万元（含500万元）以上, 5年（不含）以上
_BRACKET = r"(?P<bracket>（(?P<open>不)?含[^（）]{0,8}）)?"


class BoundRow(Guarded):
    """A row of ``bounds.toml``; ``reach`` may stand further left in its clause."""

    word: str
    side: Literal["before", "after"]
    bound: Literal["at_least", "more_than", "at_most", "less_than", "about"]
    reach: bool = False


class _BoundTable(Table):
    bounds: tuple[BoundRow, ...]


class Bounds:
    """The bound words on either side of a figure."""

    def __init__(self, rows: tuple[BoundRow, ...]) -> None:
        self.rows = rows
        before = {row.word: row for row in rows if row.side == "before"}
        after = {row.word: row for row in rows if row.side == "after"}
        self._before: dict[str, Bound] = {word: row.bound for word, row in before.items()}
        self._after: dict[str, Bound] = {word: row.bound for word, row in after.items()}
        self._not_after = {word: row.not_after for word, row in before.items()}
        self._lengths = sorted({len(word) for word in before}, reverse=True)
        self._last = frozenset(word[-1] for word in before)
        self._first = frozenset(("（", *(word[0] for word in after)))
        self._starts = regex.compile(rf"{_BRACKET}(?P<word>{_choices(after)})")
        words = {word: row for word, row in before.items() if row.reach}
        self._far = frozenset(word[0] for word in words)
        self._reach = regex.compile(rf"(?P<word>{_choices(words)}){_GAP}\Z")

    def before(self, left: str) -> tuple[Bound, int] | None:
        """Return the bound of the word that ends ``left`` and the word's length.

        新增新型公共文化空间不少于|5处 → ("at_least", 3); 不超过 beats 超过.
        """
        if left[-1:] not in self._last:
            return None
        for length in self._lengths:
            word = left[-length:]
            bound = self._before.get(word)
            if bound is not None and not left[:-length].endswith(self._not_after[word]):
                return bound, len(word)
        return None

    def after(self, text: str, position: int) -> tuple[Bound, int] | None:
        """Return the bound of the word at ``position`` and the length, a bracket included.

        100场|以上 → ("at_least", 2); 10人|（含）以上 → ("at_least", 5);
        10人|（不含）以上 → ("more_than", 6).
        """
        if text[position : position + 1] not in self._first:
            return None
        found = self._starts.match(text, position)
        if found is None:
            return None
        bound: Bound = self._after[found["word"]]
        if found["open"]:
            bound = _WITHOUT.get(bound, bound)
        return bound, found.end() - position

    def reaching(self, left: str) -> tuple[Bound, int] | None:
        """Return the bound of a word further left in the clause, and how far left it starts.

        The word nearest to the number wins. 不超过总投入|30% → ("at_most", 6);
        最高奖励金额|20万元 → ("at_most", 6).
        """
        start, found = max(0, len(left) - _REACH), None
        if self._far.isdisjoint(left[start:]):
            return None
        while hit := self._reach.search(left, start):
            found, start = hit, hit.end("word")
        if found is None:
            return None
        return self._before[found["word"]], len(left) - found.start()


@lru_cache(maxsize=1)
def bounds() -> Bounds:
    """Return the bound words of ``bounds.toml``."""
    return Bounds(load("bounds", _BoundTable).bounds)


def _choices(rows: dict[str, BoundRow]) -> str:
    return "|".join(guarded(word, rows[word]) for word in longest_first(rows))
