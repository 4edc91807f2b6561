"""Column headers: what a column of a table holds, and the unit in the header's bracket."""

from functools import lru_cache
from typing import Literal

import regex

from extract.lexicon._rows import Shown, Table, load
from extract.lexicon._units import units
from extract.text import compact, fold

Role = Literal[
    "serial",
    "category",
    "name",
    "content",
    "scale",
    "deadline",
    "funding",
    "lead",
    "responsible",
    "cooperating",
    "supervising",
    "remarks",
    "quantity",
    "unit",
    "location",
    "progress",
    "baseline",
    "target",
    "rate",
]

# A shorter header is matched whole only: 申报单位 is no column of units.
_SHORTEST_END = 3
_SHORTEST_HEAD = 2
_MONEY = ("投资", "资金", "经费", "金额", "预算")  # 本次下达投资
_BRACKET = regex.compile(r"(?:[（〔]|[/：](?=[^（）]*\Z))(?P<inner>[^（）〔〕]*)[）〕]?\Z")
_LABEL = regex.compile(r"\A(?:计量|金额)?单位：")
_CAPTION = regex.compile(
    r"(?:^|[（：，。；])(?:计量|金额|投资|资金|货币)?单位：(?:[^（），。；：]{1,8}、)?"
    r"(?P<unit>[十百千万亿]{0,2}元)(?=$|[）、，。；])"
)
_TOTAL = regex.compile(r"合计|总计|小计|共计")
_OF_A_YEAR = regex.compile(r"^(?:20\d{2}年度?|今年|上年|本年度?|全年)")
_SCALE = "十百千万亿"


class ColumnRow(Shown):
    """A row of ``columns.toml``: a role and the headers that have it."""

    role: Role
    headers: tuple[str, ...]


class _ColumnTable(Table):
    columns: tuple[ColumnRow, ...]


class Columns:
    """The headers of project tables."""

    def __init__(self, rows: tuple[ColumnRow, ...]) -> None:
        self.rows = rows
        self._roles = {compact(word): row.role for row in rows for word in row.headers}
        self._longest = max(map(len, self._roles), default=0)

    def role(self, header: str) -> tuple[str, str | None] | None:
        """Return the role of a header and the unit in its bracket, or ``None``.

        总投资（万元） → ("funding", "万元"); 项目⏎名称 → ("name", None);
        2023年计划投资 → ("funding", None), by its end.
        """
        printed = fold(compact(header)).replace("⏎", "").strip("*·：")
        if printed in self._roles:
            return self._roles[printed], None
        bare, unit = _parted(printed)
        undated = _OF_A_YEAR.sub("", bare)  # 2024年基数
        role = self._roles.get(bare) or self._roles.get(undated) or self._by_end(bare)
        if role is None and unit is not None and len(bare) >= _SHORTEST_HEAD:
            # 新改建（公里）: whatever it is, a column with a unit holds figures
            role = "funding" if unit.endswith("元") else "quantity"
        return (role, unit) if role is not None else None

    def parted(self, header: str) -> tuple[str, str | None]:
        """Return a header's words and the unit in its bracket: 中央（万元） → 中央, 万元."""
        return _parted(fold(compact(header)))

    def caption(self, printed: str) -> str | None:
        """Return the unit of money that a line above a table sets for it, or ``None``.

        单位：万元 → 万元; （金额单位：亿元） → 亿元; 单位：个 → ``None``.
        """
        found = _CAPTION.search(fold(compact(printed)))
        return found["unit"] if found is not None else None

    def total(self, printed: str) -> Literal["all", "part"] | None:
        """Return what the row with this first cell adds up: 合计 → all, 小计 → part."""
        found = _TOTAL.match(compact(printed))
        if found is None:
            return None
        return "part" if found.group() == "小计" else "all"

    def _by_end(self, header: str) -> str | None:
        first = max(1, len(header) - self._longest)  # a cell may hold megabytes
        for start in range(first, len(header) - _SHORTEST_END + 1):
            role = self._roles.get(header[start:])
            if role is not None:
                return role
        return "funding" if header.endswith(_MONEY) else None


@lru_cache(maxsize=1)
def columns() -> Columns:
    """Return the headers of ``columns.toml``."""
    return Columns(load("columns", _ColumnTable).columns)


def _parted(header: str) -> tuple[str, str | None]:
    """Part 总投资（单位：万元） into 总投资 and 万元; a bracket without a unit is dropped."""
    found = _BRACKET.search(header)
    if found is None:
        return header, None
    inner = _LABEL.sub("", found["inner"])
    return header[: found.start()], inner if _is_unit(inner) else None


def _is_unit(text: str) -> bool:
    """Return whether a text is a unit, scale and rate allowed: 万元, 万平方米, 元/人·年."""
    start = 0
    while start < len(text):
        found = units().match(text, start)
        if found is not None:
            return found[1] == len(text) or text[found[1]] == "/"
        if text[start] not in _SCALE:
            return False
        start += 1
    return False
