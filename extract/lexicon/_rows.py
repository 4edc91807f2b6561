"""Reading the tables: TOML rows, folded like the view, validated, with their own examples."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import TypeVar

import regex
from pydantic import BaseModel, ConfigDict, Field

from extract.scanning import any_of, scanner
from extract.text import fold

NUMERAL = "0-9〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
_AS_WRITTEN = frozenset({"pattern"})


class Row(BaseModel):
    """What every row may carry: phrases where it holds (``yes``) and where it must not (``no``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class Shown(Row):
    """A row that must show itself in at least one phrase of real text."""

    yes: tuple[str, ...] = Field(min_length=1)


class Guarded(Shown):
    """A word with its look-alikes: refused right before or right after these strings.

    ``only_before`` turns it round: the word must stand before one of these, or at the end.
    """

    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()


class Table(BaseModel):
    """One TOML file: lists of rows and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")


AnyTable = TypeVar("AnyTable", bound=Table)


def load(name: str, table: type[AnyTable]) -> AnyTable:
    """Return the validated table of ``<name>.toml``, its words spelled as in the view."""
    source = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return table.model_validate(_folded(tomllib.loads(source)))


def alternation(words: Iterable[str]) -> str:
    """Return the escaped words as a regex alternation, the longest first."""
    return "|".join(regex.escape(word) for word in longest_first(words))


def longest_first(words: Iterable[str]) -> list[str]:
    """Return the words sorted by falling length, then by code point."""
    return sorted(set(words), key=lambda word: (-len(word), word))


def guarded(word: str, row: Guarded) -> str:
    """Return the pattern of one word that keeps off its look-alikes.

    约 → ``(?<!签|节)约``, so that 签约30个项目 is not about thirty.
    """
    before = f"(?<!{alternation(row.not_after)})" if row.not_after else ""
    after = f"(?!{alternation(row.not_before)})" if row.not_before else ""
    only = rf"(?={alternation(row.only_before)}|\Z)" if row.only_before else ""
    return f"{before}{regex.escape(word)}{after}{only}"


class Finder:
    """Finds words in a text, each by the pattern of its own, the longest first.

    Most of the text is passed over: a set of first characters is what a pattern scans fastest, and
    the two characters there tell which few words can begin.
    """

    def __init__(self, patterns: Mapping[str, str]) -> None:
        """Take the pattern of each word of two characters or more, which matches it alone."""
        led: dict[str, list[str]] = {}
        for word in longest_first(patterns):
            led.setdefault(word[:2], []).append(patterns[word])
        self._words = {pair: regex.compile("|".join(group)) for pair, group in led.items()}
        firsts, seconds = ("".join(sorted({pair[at] for pair in led})) for at in (0, 1))
        self._first = scanner(f"{any_of(firsts).pattern}(?={any_of(seconds).pattern})")

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield each word with its place, without overlap: 力争|年内|完成 → (2, 4, 年内)."""
        end = 0
        for first in self._first.finditer(text):
            start = first.start()
            pattern = self._words.get(text[start : start + 2]) if start >= end else None
            match = pattern.match(text, start) if pattern is not None else None
            if match is not None:
                end = match.end()
                yield start, end, match.group()


def _folded(value: object, key: str = "") -> object:
    if isinstance(value, str):
        return value if key in _AS_WRITTEN else fold(value)
    if isinstance(value, list):
        return [_folded(member, key) for member in value]
    if isinstance(value, dict):
        return {name: _folded(member, name) for name, member in value.items()}
    return value
