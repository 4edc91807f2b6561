"""Two witnesses of one file: LibreOffice's conversion, and what the file itself stores.

Debian's LibreOffice 7.4 drops some tables when it imports a .doc. What the file stores and the
conversion does not say is found here: a table comes back to its place, a text is reported.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import regex

from extract.document import Note
from extract.readers._draft import Cell

Blocks = list[str | list[Cell]]

_SHOWN = 40
_MAX_NOTES = 20
_MAX_STEPS = 1_000_000  # lines looked at for one table
_MAX_WORK = 1_000_000_000  # characters searched for lost texts
# Two writers spell the same signs differently; letters and numerals decide.
_ASIDE = regex.compile(r"[^\p{L}\p{N}%.]+")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_OPENING = "（(《“‘「『【〔[〈"
_NUMERAL = regex.compile(r"[\d一二三四五六七八九十百千万亿零〇]")


@dataclass(slots=True)
class Outcome:
    """The blocks to go on with, and what a person should know of them."""

    blocks: Blocks
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Return:
    """A table that comes back in the place of ``bare[first:last]``.

    ``rest`` characters at the end of the last of these are not the table's.
    """

    table: list[Cell]
    first: int
    last: int
    rest: int


def compare(printed: Blocks, bare: Blocks, stored: Blocks) -> Outcome:
    """Return the conversion's blocks with the tables it lost put back.

    ``printed`` and ``bare`` are the conversion with and without computed numbers, block by block;
    ``stored`` is what the file itself holds, which has none.
    """
    lost_text = _lost(_units(bare), _units(stored))
    lost_cells = Counter(_cells(stored)) - Counter(_cells(bare))
    outcome = Outcome(list(printed))
    if not lost_text and not lost_cells:
        return outcome
    tables = _lost_tables(stored, lost_cells)
    plan = _plan(bare, stored, tables, lost_text)
    outcome.blocks = _carried_out(plan, printed)
    outcome.notes += _table_notes(len(plan), len(tables) - len(plan))
    restored = Counter(unit for each in plan for unit in _units([each.table]))
    outcome.notes += _missing(lost_text - restored)
    return outcome


def _lost_tables(stored: Blocks, lost_cells: "Counter[str]") -> list[int]:
    """Return the places of the tables most of whose cells are no cells of the conversion."""
    found: list[int] = []
    left = lost_cells.copy()
    for index, block in enumerate(stored):
        units = [] if isinstance(block, str) else list(_cells([block]))
        gone = Counter(units) & left
        if gone and 2 * gone.total() > len(units):
            left -= gone
            found.append(index)
    return found


def _plan(
    bare: Blocks, stored: Blocks, tables: list[int], lost_text: "Counter[str]"
) -> "list[_Return]":
    """Say for each lost table where it goes: for the lines it was made into, or in between."""
    plan: list[_Return] = []
    lines = [tuple(_units([block])) for block in bare]
    places: dict[tuple[str, ...], list[int]] = {}
    for index, line in enumerate(lines):
        places.setdefault(line, []).append(index)
    position = 0
    for index, block in enumerate(stored):
        units = tuple(_units([block]))
        if index not in tables or isinstance(block, str):
            found = places.get(units, []) if units else []
            at = bisect_left(found, position)
            position = found[at] + 1 if at < len(found) else position
            continue
        run = _lines_of(lines, position, "".join(units))
        if run is not None:
            plan.append(_Return(block, *run))
            position = run[1]
        elif 2 * (Counter(units) & lost_text).total() > len(units):
            plan.append(_Return(block, position, position, 0))
    return plan


def _lines_of(lines: list[tuple[str, ...]], start: int, text: str) -> tuple[int, int, int] | None:
    """Return the run of lines that say what the cells say, one after the other.

    First line, line after the last, and how many characters of the last are the next paragraph's,
    which LibreOffice glues to a cell it did not know for one.
    """
    steps = 0
    for first in range(start, len(lines)):
        said, last = 0, first
        while text and last < len(lines) and steps < _MAX_STEPS:
            line = "".join(lines[last])
            last += 1
            steps += 1
            if len(text) - said <= len(line) and line.startswith(text[said:]):
                return first, last, len(line) - (len(text) - said)
            if not text.startswith(line, said):
                break
            said += len(line)
    return None


def _carried_out(plan: "list[_Return]", printed: Blocks) -> Blocks:
    """Return the blocks with the tables in their places."""
    blocks = list(printed)
    for each in reversed(plan):
        rest = [_tail(str(blocks[each.last - 1]), each.rest)] if each.rest else []
        blocks[each.first : each.last] = [each.table, *rest]
    return blocks


def _tail(text: str, length: int) -> str:
    """Return the end of a text that has ``length`` letters, with the bracket that opens it."""
    at = len(text)
    while at > 0 and length > 0:
        at -= 1
        length -= bool(_bare(text[at]))
    while at > 0 and text[at - 1] in _OPENING:
        at -= 1
    return text[at:]


def _table_notes(restored: int, broken: int) -> Iterator[Note]:
    if restored:
        message = f"转换丢失了 {restored} 个表格，已按原文件补回（不含自动编号），请对照原件核对。"
        yield Note("legacy.table", "warning", message)
    if broken:
        message = f"有 {broken} 个表格转换后不再是表格，文字仍在，但分不清单元格，请对照原件核对。"
        yield Note("legacy.table_broken", "error", message)


def _lost(found: Iterable[str], stored: Iterable[str]) -> "Counter[str]":
    """Return the texts of the file that the conversion has not, however it cut the lines."""
    stored_counts, found_counts = Counter(stored), Counter(found)
    lost = stored_counts - found_counts
    rest = "\n".join((found_counts - stored_counts).elements())
    joined = rest.replace("\n", "")
    if len(lost) * len(joined) > _MAX_WORK:
        return lost
    for unit in sorted(lost, key=len, reverse=True):
        while lost[unit] > 0 and unit in joined:
            joined = joined.replace(unit, "\n", 1)
            lost[unit] -= 1
    return +lost


def _missing(lost: "Counter[str]") -> Iterator[Note]:
    """Report each lost text; where one has a numeral, a figure may be lost: an error."""
    by_weight = sorted(lost, key=lambda unit: not _NUMERAL.search(unit))
    for unit in by_weight[:_MAX_NOTES]:
        shown = unit if len(unit) <= _SHOWN else unit[:_SHOWN] + "……"
        message = f"原文件有“{shown}”，转换结果里没有，请对照原件补录。"
        yield Note("legacy.text", "error" if _NUMERAL.search(unit) else "warning", message)
    if len(lost) > _MAX_NOTES:
        message = f"另有 {len(lost) - _MAX_NOTES} 处文字转换结果里没有，请对照原件核对。"
        yield Note("legacy.text", "error", message)


def _units(blocks: Iterable["str | list[Cell]"]) -> Iterator[str]:
    """Yield the letters and numerals of paragraphs and cells, the empty left out."""
    for block in blocks:
        texts = [block] if isinstance(block, str) else [cell.text for cell in block]
        yield from filter(None, map(_bare, texts))


def _cells(blocks: Iterable["str | list[Cell]"]) -> Iterator[str]:
    yield from _units(block for block in blocks if not isinstance(block, str))


def _bare(text: str) -> str:
    return str(_ASIDE.sub("", text.translate(_LEVEL)))
