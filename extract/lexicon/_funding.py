"""Words about money: who pays, how sure it is, what it is for."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import regex

from extract.lexicon._rows import Guarded, Table, alternation, guarded, load, longest_first

Source = Literal[
    "province",
    "city",
    "district",
    "central",
    "higher",
    "finance",
    "bond",
    "enterprise",
    "fund",
]
Status = Literal["applied_for", "secured", "sought", "expected", "planned"]
Purpose = Literal["total_investment", "unit_rate", "subsidy", "reference"]


class MoneyRow(Guarded):
    """Words with one meaning; the row with the lowest ``rank`` in a clause wins."""

    words: tuple[str, ...]
    rank: int = 1


class SourceRow(MoneyRow):
    """Words that name who pays."""

    source: Source


class StatusRow(MoneyRow):
    """Words that say how far the money is."""

    status: Status


class PurposeRow(MoneyRow):
    """Words that say what a sum is."""

    purpose: Purpose


class _FundingTable(Table):
    levels: tuple[str, ...]
    together: tuple[str, ...]
    money: tuple[str, ...]
    sources: tuple[SourceRow, ...]
    statuses: tuple[StatusRow, ...]
    purposes: tuple[PurposeRow, ...]
    totals: tuple[MoneyRow, ...]
    speaking: tuple[MoneyRow, ...]


class _Words:
    """A pattern over many rows that answers with the meanings a clause holds, best rank first."""

    def __init__(self, rows: Iterable[tuple[str, MoneyRow]]) -> None:
        meanings: dict[str, tuple[int, str]] = {}
        sources: dict[str, MoneyRow] = {}
        for meaning, row in rows:
            for word in row.words:
                meanings[word] = (row.rank, meaning)
                sources[word] = row
        self._meanings = meanings
        self._pattern = regex.compile(
            "|".join(guarded(word, sources[word]) for word in longest_first(sources))
        )

    def best(self, clause: str) -> tuple[str, ...]:
        """Return the distinct meanings of the best rank, in order of appearance."""
        found = [self._meanings[match.group()] for match in self._pattern.finditer(clause)]
        lowest = min((rank for rank, _ in found), default=0)
        return tuple(dict.fromkeys(meaning for rank, meaning in found if rank == lowest))

    def holds(self, clause: str) -> bool:
        """Return whether the clause holds any of the words."""
        return self._pattern.search(clause) is not None


class Funding:
    """The words about money: 区财政资金约5000万元, 目前已申请到2000万元, 共计8200万元."""

    def __init__(self, table: _FundingTable) -> None:
        self.rows: tuple[MoneyRow, ...] = (
            *table.sources,
            *table.statuses,
            *table.purposes,
            *table.totals,
            *table.speaking,
        )
        self._sources = _Words((row.source, row) for row in table.sources)
        self._statuses = _Words((row.status, row) for row in table.statuses)
        self._purposes = _Words((row.purpose, row) for row in table.purposes)
        self._totals = _Words(("total", row) for row in table.totals)
        self._speaking = _Words(("money", row) for row in table.speaking)
        level, money = alternation(table.levels), alternation(table.money)
        # 市、区财政分别奖补10万元; not the 区、街道 of 社区、街道资金
        self._shared = regex.compile(
            rf"(?:(?<![社小园景片校城地辖郊])(?:{level})(?:[、和及与/](?:{level}))+"
            rf"|{alternation(table.together)})"
            rf"\p{{Han}}{{0,6}}?(?:{money})"
        )

    def source(self, clause: str) -> str | None:
        """Return who pays: the most specific word of the clause.

        计划申请地方政府专项债 → bond; 区财政资金 → district; 企业自筹 → enterprise;
        中央、省、市、区康复资金 → ``None``, as several levels share one sum.
        """
        found = self._sources.best(clause)
        if found and found[0] in {"bond", "enterprise", "fund"}:
            return found[0]
        if self._shared.search(clause) is not None:
            return None
        return found[0] if len(found) == 1 else None

    def status(self, clause: str) -> str | None:
        """Return how far the money is (目前已申请到 → secured, 争取 → sought)."""
        return next(iter(self._statuses.best(clause)), None)

    def purpose(self, clause: str) -> str | None:
        """Return what a sum is (总投资 → total_investment, 每人2元的标准 → unit_rate)."""
        return next(iter(self._purposes.best(clause)), None)

    def is_total(self, clause: str) -> bool:
        """Return whether the sum adds up others (共计8200万元)."""
        return self._totals.holds(clause)

    def speaks_of_money(self, clause: str) -> bool:
        """Return whether a bare 4000万 behind this clause is money (地方政府专项债4000万)."""
        return self._speaking.holds(clause)


@lru_cache(maxsize=1)
def funding() -> Funding:
    """Return the words of ``funding.toml``."""
    return Funding(load("funding", _FundingTable))
