"""Words that hold a numeral and are no figure: 进一步, 一把手, 四好农村路, 队伍."""

from functools import lru_cache
from typing import Literal

import regex
from pydantic import model_validator

from extract.lexicon._rows import NUMERAL, Finder, Guarded, Table, guarded, load
from extract.scanning import Scanner, scanner

Reason = Literal["idiom", "name", "rank", "slogan", "code", "ordinal", "fraction_word"]
_NUMERAL = regex.compile(f"[{NUMERAL}]")
_OPENS_WITH_SET = regex.compile(r"\[(?P<set>[^\]]+)\](?P<rest>.+)")


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


class _Families:
    """The patterned rows. Those that open with a set of characters are looked for in one pass.

    Each of them would scan the whole text for much the same numerals; the pass finds the few
    places where one of them matches, and there each is asked.
    """

    def __init__(self, rows: tuple[IdiomRow, ...]) -> None:
        led: list[tuple[str, str]] = []
        self._led: list[tuple[Scanner, str]] = []
        self._others: list[tuple[Scanner, str]] = []
        for row in rows:
            if row.pattern is None:
                continue
            opening = _OPENS_WITH_SET.fullmatch(row.pattern)
            family = (scanner(row.pattern), row.reason)
            if opening is None:
                self._others.append(family)
            else:
                self._led.append(family)
                led.append((opening["set"], opening["rest"]))
        branches = "|".join(f"(?<=[{first}]){rest}" for first, rest in led)
        self._any_led = scanner(f"[{''.join(first for first, _ in led)}](?=(?:{branches}))")

    def hits(self, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, reason) of every match; a pattern's group is the idiom."""
        found = [
            (*match.span(pattern.groups), reason)
            for pattern, reason in self._others
            for match in pattern.finditer(text)
        ]
        for place in self._any_led.finditer(text):
            for pattern, reason in self._led:
                match = pattern.match(text, place.start())
                if match is not None:
                    found.append((*match.span(pattern.groups), reason))
        return found


class Idioms:
    """The idioms, names and slogans that the ledger discards."""

    def __init__(self, rows: tuple[IdiomRow, ...]) -> None:
        self.rows = rows
        words = {row.word: row for row in rows if row.word is not None}
        self._reasons: dict[str, str] = {word: row.reason for word, row in words.items()}
        self._words = Finder({word: _apart(word) + guarded(word, words[word]) for word in words})
        self._families = _Families(rows)

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return every idiom as (start, end, reason), leftmost-longest and without overlap.

        为进一步做好 → 进一步; 实行“一把手”负责制 → 一把手; but the 万家 of 3万家企业 is none.
        """
        found = self._words.find(text)
        hits = [(start, end, self._reasons[word]) for start, end, word in found]
        hits += self._families.hits(text)
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
