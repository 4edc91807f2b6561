"""Dates that are written without a numeral: 年底, 年内, 上半年."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import regex

from extract.lexicon._rows import Guarded, Table, guarded, load, longest_first


class DateWord(Guarded):
    """A row of ``dates.toml``: the period a word names (年底 → the last day of December).

    It is of the plan year, or ``shift`` years on (明年底). With ``relative`` it is the month or the
    quarter of the day of issue, or ``shift`` of them on (上季度末), and ``month`` says nothing.
    """

    word: str
    also: tuple[str, ...] = ()
    month: int = 12
    shift: int = 0
    relative: Literal["year", "quarter", "month"] = "year"
    day: Literal["last"] = "last"
    precision: Literal["month", "quarter", "half_year", "year"]
    bound: Literal["by", "within"]
    kind: Literal["date", "deadline"]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way the word is printed."""
        return (self.word, *self.also)


class _DateTable(Table):
    words: tuple[DateWord, ...]


class DateWords:
    """The date words and what they mean: 年内 → by the end of December."""

    def __init__(self, rows: tuple[DateWord, ...]) -> None:
        self.rows = rows
        self._rows = {word: row for row in rows for word in row.spellings}
        led: dict[str, list[str]] = {}
        for word in longest_first(self._rows):
            led.setdefault(word[:2], []).append(guarded(word, self._rows[word]))
        self._words = {pair: regex.compile("|".join(group)) for pair, group in led.items()}
        # A pattern that opens with a set of characters passes over the text fastest.
        firsts, seconds = ("".join(sorted({pair[at] for pair in led})) for at in (0, 1))
        self._first = regex.compile(f"[{firsts}](?=[{seconds}])")

    def find(self, text: str) -> Iterator[tuple[int, int, DateWord]]:
        """Yield each date word with its place: 力争|年内|完成 → (2, 4, the row of 年内)."""
        end = 0
        for first in self._first.finditer(text):
            start = first.start()
            pattern = self._words.get(text[start : start + 2]) if start >= end else None
            match = pattern.match(text, start) if pattern is not None else None
            if match is not None:
                end = match.end()
                yield start, end, self._rows[match.group()]


@lru_cache(maxsize=1)
def date_words() -> DateWords:
    """Return the date words of ``dates.toml``."""
    return DateWords(load("dates", _DateTable).words)
