"""Dates that are written without a numeral: 年底, 年内, 上半年."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from extract.lexicon._rows import Finder, Guarded, Table, guarded, load


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
        self._words = Finder({word: guarded(word, row) for word, row in self._rows.items()})

    def find(self, text: str) -> Iterator[tuple[int, int, DateWord]]:
        """Yield each date word with its place: 力争|年内|完成 → (2, 4, the row of 年内)."""
        for start, end, word in self._words.find(text):
            yield start, end, self._rows[word]


@lru_cache(maxsize=1)
def date_words() -> DateWords:
    """Return the date words of ``dates.toml``."""
    return DateWords(load("dates", _DateTable).words)
