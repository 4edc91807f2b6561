"""Dates that are written without a numeral: 年底, 年内, 上半年."""

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
    """The date words; ``pattern`` finds them, ``row`` says what they mean."""

    def __init__(self, rows: tuple[DateWord, ...]) -> None:
        self.rows = rows
        self._rows = {word: row for row in rows for word in row.spellings}
        firsts = "".join(sorted({word[0] for word in self._rows}))
        choices = "|".join(guarded(word, self._rows[word]) for word in longest_first(self._rows))
        self.pattern = regex.compile(f"(?=[{firsts}])(?:{choices})")

    def row(self, word: str) -> DateWord | None:
        """Return the row of a word as the pattern found it (年内 → by the end of December)."""
        return self._rows.get(word)


@lru_cache(maxsize=1)
def date_words() -> DateWords:
    """Return the date words of ``dates.toml``."""
    return DateWords(load("dates", _DateTable).words)
