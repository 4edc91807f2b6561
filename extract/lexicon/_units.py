"""Units: classifiers, measures and currencies, the longest that stands at a place."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import regex
from pydantic import field_validator

from extract.lexicon._rows import NUMERAL, Guarded, Table, alternation, guarded, load, longest_first

_SCALE = "十百千万亿"
_LONGEST_NUMBER = 16  # between 港币 and 元 in 港币5,000,000.00元
_BRACKETS = str.maketrans("〔〕", "[]")
_ASCII_END = regex.compile(r"[A-Za-z0-9]\Z")

Dimension = Literal[
    "count",
    "length",
    "area",
    "volume",
    "mass",
    "duration",
    "age",
    "money",
    "ratio",
    "energy",
    "power",
    "data",
    "temperature",
    "voltage",
    "frequency",
    "speed",
    "other",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as printed (计量单位).

    ``code`` is UCUM, ``currency`` ISO 4217. ``chinese`` says that a Chinese numeral before it is
    a figure in running prose (一家养老机构, 两处), which it is not for 一级, 一起, 一路.
    ``standard`` says that a figure in it is a standard or technical class rather than a target
    when nothing else speaks (15分钟健康服务圈, 10kv线杆). ``part_of`` are the larger units that it
    goes on (三元五角, 六斤八两), of which it is ``factor``.
    """

    name: str
    dimension: str
    code: str | None
    currency: str | None
    factor: Decimal
    chinese: bool
    standard: bool
    part_of: tuple[str, ...] = ()


class UnitRow(Guarded):
    """A row of ``units.toml``; ``also`` are spellings that mean the canonical ``name`` (kv → kV).

    ``only_after`` are words before the number without which the unit is not meant: 分 is money
    only in 三元五角二分, 元 is Hong Kong's in 港币2960元.
    """

    name: str
    also: tuple[str, ...] = ()
    dimension: Dimension
    code: str | None = None
    currency: str | None = None
    factor: Decimal = Decimal(1)
    chinese: bool = True
    standard: bool = False
    only_after: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()

    @field_validator("code")
    @classmethod
    def _as_written(cls, code: str | None) -> str | None:
        """Keep the brackets of a code ([degF], [ppth]), which are folded in the other fields."""
        return code.translate(_BRACKETS) if code else code

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way the unit is printed."""
        return (self.name, *self.also)


class _UnitTable(Table):
    units: tuple[UnitRow, ...]


class Units:
    """All the units: 80口, 17.88万㎡, 1330人次, 每人每月2889.43元."""

    def __init__(self, rows: tuple[UnitRow, ...]) -> None:
        self.rows = rows
        self._units: dict[str, Unit] = {}
        choices: list[tuple[str, str]] = []
        for index, row in enumerate(rows):
            self._units[f"u{index}"] = _unit(row)
            choices += [(spelling, _choice(spelling, row, index)) for spelling in row.spellings]
        order = {word: place for place, word in enumerate(longest_first(w for w, _ in choices))}
        # A spelling with a condition on its left is tried before the same spelling without one.
        choices.sort(key=lambda choice: (order[choice[0]], not choice[1].startswith("(?<=")))
        # By its first character: of the hundreds of spellings, a few can stand at a place.
        led: dict[str, list[str]] = {}
        for word, pattern in choices:
            led.setdefault(word[0], []).append(f"(?:{pattern})")
        self._patterns = {first: regex.compile("|".join(group)) for first, group in led.items()}
        spellings = {word for word, _ in choices}
        self.scale_led = frozenset(word for word in spellings if word[0] in _SCALE)

    def match(self, text: str, position: int) -> tuple[Unit, int] | None:
        """Return the longest unit that starts at ``position`` and where it ends.

        人次 comes before 人 in 培训80人次; the 人 of 1000人民 is none.
        """
        pattern = self._patterns.get(text[position : position + 1])
        found = pattern.match(text, position) if pattern is not None else None
        if found is None or found.lastgroup is None:
            return None
        return self._units[found.lastgroup], found.end()


@lru_cache(maxsize=1)
def units() -> Units:
    """Return the units of ``units.toml``."""
    return Units(load("units", _UnitTable).units)


def _choice(spelling: str, row: UnitRow, index: int) -> str:
    left = ""
    if row.only_after:
        reach = 3 if row.part_of else _LONGEST_NUMBER
        left = rf"(?<=(?:{alternation(row.only_after)})[{NUMERAL}.,]{{1,{reach}}})"
    # An ASCII unit is a whole word: the m of 5mm or of 5min is no metre.
    right = "(?![A-Za-z0-9²³])" if _ASCII_END.search(spelling) else ""
    return f"{left}(?P<u{index}>{guarded(spelling, row)}{right})"


def _unit(row: UnitRow) -> Unit:
    return Unit(
        name=row.name,
        dimension=row.dimension,
        code=row.code,
        currency=row.currency,
        factor=row.factor,
        chinese=row.chinese,
        standard=row.standard,
        part_of=row.part_of,
    )
