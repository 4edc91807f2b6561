"""Words that hold a numeral and are no figure: 进一步, 一把手, 四好农村路, 队伍."""

from functools import lru_cache
from typing import Literal

import regex
from pydantic import model_validator

from extract.lexicon._rows import NUMERAL, Finder, Guarded, Table, guarded, load

Reason = Literal["idiom", "name", "rank", "slogan", "code", "ordinal", "fraction_word"]
_NUMERAL = regex.compile(f"[{NUMERAL}]")


class IdiomRow(Guarded):
    """A row of ``idioms.toml``: a word with its reason, or a ``pattern`` for a family of them."""

    word: str | None = None
    pattern: str | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_both(self) -> "IdiomRow":
        if (self.word is None) == (self.pattern is None):
            message = "idiom: either a word or a pattern"
            raise ValueError(message)
        if self.word is not None and len(self.word) < 2:
            message = "idiom: a word has two characters or more"
            raise ValueError(message)
        return self


class _IdiomTable(Table):
    idioms: tuple[IdiomRow, ...]


class Idioms:
    """The idioms, names and slogans that the ledger discards."""

    def __init__(self, rows: tuple[IdiomRow, ...]) -> None:
        self.rows = rows
        words = {row.word: row for row in rows if row.word is not None}
        self._reasons: dict[str, str] = {word: row.reason for word, row in words.items()}
        self._words = Finder({word: _apart(word) + guarded(word, words[word]) for word in words})
        self._families = tuple(
            (regex.compile(row.pattern), row.reason) for row in rows if row.pattern is not None
        )

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return every idiom as (start, end, reason), leftmost-longest and without overlap.

        为进一步做好 → 进一步; 实行“一把手”负责制 → 一把手; but the 万家 of 3万家企业 is none.
        """
        found = self._words.find(text)
        hits = [(start, end, self._reasons[word]) for start, end, word in found]
        for pattern, reason in self._families:
            hits += [(match.start(), match.end(), reason) for match in pattern.finditer(text)]
        hits.sort(key=lambda hit: (hit[0], -hit[1]))
        kept: list[tuple[int, int, str]] = []
        for hit in hits:
            if not kept or hit[0] >= kept[-1][1]:
                kept.append(hit)
        return kept


@lru_cache(maxsize=1)
def idioms() -> Idioms:
    """Return the idioms of ``idioms.toml``."""
    return Idioms(load("idioms", _IdiomTable).idioms)


def _apart(word: str) -> str:
    """Keep a word that opens with a numeral from starting inside a number (3|万家企业)."""
    return rf"(?<![{NUMERAL}.几数余多])" if _NUMERAL.match(word) else ""
