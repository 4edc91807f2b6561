"""Strings kept whole: a text object that wraps beside others, or is printed over another.

Read by place alone, two dates side by side, each with its ``日`` below, give ``2022年11月01
2023年11月01`` and ``日 日``; two strings in one place give digits of both in turn. For the layout
such a string stands in one line behind its first character; its boxes stay where they are printed.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.document import Glyph
from extract.readers._lines import Char

_SHIFT = 0.4  # of the size: what stands farther off is another line
_OVER = 0.5  # of the narrower width: characters that share more are printed over each other
_BEHIND = 0.02  # of the size: the step between characters that stand behind others


@dataclass(frozen=True, slots=True)
class Strung:
    """The characters as the layout takes them, where they really are, how many strings overlap."""

    chars: list[Char]
    moved: dict[Glyph, Glyph]
    overlaps: int


class _Levels:
    """The baselines of a page with the string on each, to ask what stands near one."""

    def __init__(self, levels: Iterable[tuple[float, int]]) -> None:
        self._levels = sorted(levels)
        self._other = [len(self._levels)] * len(self._levels)  # the next entry of another string
        for n in range(len(self._levels) - 2, -1, -1):
            same = self._levels[n][1] == self._levels[n + 1][1]
            self._other[n] = self._other[n + 1] if same else n + 1

    def has_other(self, base: float, run: int, reach: float) -> bool:
        """Return whether another string than ``run`` has a character within ``reach``."""
        n = bisect_left(self._levels, (base - reach, -1))
        if n < len(self._levels) and self._levels[n][1] == run:
            n = self._other[n]
        return n < len(self._levels) and self._levels[n][0] <= base + reach

    def distance(self, base: float) -> float:
        """Return how far the nearest baseline is."""
        n = bisect_left(self._levels, (base, -1))
        near = self._levels[max(0, n - 1) : n + 1]
        return min((abs(level - base) for level, _ in near), default=float("inf"))


def strung(chars: Sequence[Char], runs: Sequence[int]) -> Strung:
    """Return the characters (``runs`` are their text objects) with such strings drawn together."""
    strings: dict[int, list[int]] = {}
    for index, run in enumerate(runs):
        strings.setdefault(run, []).append(index)
    placed = list(chars)
    _unwrap(placed, runs, strings)
    overlapping = _overlapping(placed, runs)
    for under, over in overlapping:
        _put_behind(placed, strings[over], placed[strings[under][-1]])
    moved = {
        after.glyph: before.glyph
        for before, after in zip(chars, placed, strict=True)
        if after.glyph != before.glyph
    }
    return Strung(placed, moved, len(overlapping))


def _unwrap(placed: list[Char], runs: Sequence[int], strings: dict[int, list[int]]) -> None:
    """Put the lines after the first of strings that wrap beside others behind the first."""
    levels = _Levels((char.base, run) for char, run in zip(placed, runs, strict=True))
    wrapped = {run for run, string in strings.items() if _is_mixed(placed, string, run, levels)}
    whole = _Levels(
        (char.base, run) for char, run in zip(placed, runs, strict=True) if run not in wrapped
    )
    for run in sorted(wrapped):
        top = placed[strings[run][0]].base
        first = [n for n in strings[run] if abs(placed[n].base - top) <= _slack(placed[n])]
        base = _base(placed, strings[run], whole)
        for index in first:
            char = placed[index]
            placed[index] = Char(char.text, char.glyph, char.size, base)
        kept = set(first)
        _put_behind(placed, [n for n in strings[run] if n not in kept], placed[first[-1]])


def _put_behind(placed: list[Char], indices: Sequence[int], last: Char) -> None:
    """Put the characters in a row of narrow steps behind ``last``."""
    x, step = last.glyph.x1, _BEHIND * last.size
    for index in indices:
        glyph = last.glyph._replace(x0=x, x1=x + step)
        placed[index] = Char(placed[index].text, glyph, last.size, last.base)
        x += step


def _is_mixed(chars: Sequence[Char], string: Sequence[int], run: int, levels: _Levels) -> bool:
    """Return whether a line of the string after its first has another string beside it."""
    return any(
        abs(chars[index].base - chars[before].base) > _slack(chars[index])
        and levels.has_other(chars[index].base, run, _slack(chars[index]))
        for before, index in pairwise(string)
    )


def _base(chars: Sequence[Char], string: Sequence[int], whole: _Levels) -> float:
    """Return the baseline the string belongs to: its first line's, or the middle of its lines.

    A field of two lines stands centred beside its label of one.
    """
    first = chars[string[0]].base
    middle = (first + chars[string[-1]].base) / 2
    return middle if whole.distance(middle) < whole.distance(first) else first


def _overlapping(chars: Sequence[Char], runs: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of strings of which the second is printed over the first."""
    shared: Counter[tuple[int, int]] = Counter()
    for n, m in pairwise(_in_rows(chars)):
        if runs[n] != runs[m] and _is_over(chars[n], chars[m]):
            shared[min(runs[n], runs[m]), max(runs[n], runs[m])] += 1
    found: list[tuple[int, int]] = []
    gone: set[int] = set()
    for (first, second), count in sorted(shared.items()):
        if count > 1 and gone.isdisjoint((first, second)):
            found.append((first, second))
            gone.add(second)
    return found


def _in_rows(chars: Sequence[Char]) -> list[int]:
    """Return the indices line by line from the top, each line from the left."""
    order = sorted(range(len(chars)), key=lambda n: chars[n].base)
    rows = dict.fromkeys(order[:1], 0)
    for n, m in pairwise(order):
        rows[m] = rows[n] + (chars[m].base - chars[n].base > _slack(chars[m]))
    return sorted(order, key=lambda n: (rows[n], chars[n].glyph.x0))


def _is_over(left: Char, right: Char) -> bool:
    if left.text.isspace() or right.text.isspace():
        return False
    narrower = min(left.glyph.x1 - left.glyph.x0, right.glyph.x1 - right.glyph.x0)
    same_line = abs(left.base - right.base) <= _slack(right)
    return same_line and left.glyph.x1 - right.glyph.x0 > _OVER * narrower


def _slack(char: Char) -> float:
    return _SHIFT * char.size
