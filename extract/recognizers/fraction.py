"""Numbers as they are said in full: signs, fractions and halves around what ``numeral`` reads.

The figures of a notice take the sign from here; a fraction says a share of something unnamed
(占全国1/4, 三分之二以上) and stays no figure there.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import regex

from extract import lexicon
from extract.recognizers import numeral
from extract.recognizers.chinese import SCALES
from extract.recognizers.numeral import Number, Run
from extract.text import View, is_dictionary_word, view_of_text

# 增速为-2.3%, 同比-3.9%, （-5℃）; between digits a dash is a range or a code, 自负30% is a word
_MINUS = regex.compile(
    r"(?<![^\n\t（：，。；、“ 为至到是达])[-负]"
    r"|(?<=增长|增速|增幅|同比|环比)[-负]|(?<=[～从自由温])-"
)
_OVER = regex.compile(r" ?分 ?之 ?")
_AND = regex.compile(r" ?又 ?|(?<=\d) (?=\d+/)")
_SLASH = regex.compile(r"/(?=\d+(?![\d/.]))")
_HALF = regex.compile(r"(?<!\d)[1一]半(?!\p{Han})|半(?=个)")
_HAN = regex.compile(r"\p{Han}")
_FINANCIAL = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟")
_LONGEST_WORD = 4

Found = tuple[int, int, Decimal]


def numbers(text: str) -> list[Found]:
    """Return every number that a text states, with its place: start, end, exact value.

    ``负一万零十二`` → -10012, ``三百五十又三分之一`` → 350.33…, ``3/5`` → 0.6, ``半个`` → 0.5;
    what only looks like a numeral (四川, 收拾, 一看) is none. The figures are read elsewhere, from
    the same ``numeral.read``.
    """
    view = view_of_text(text)
    runs = _unspaced(view)
    halves = [_half(view, match) for match in _HALF.finditer(view.text)]
    found: list[Found] = []
    index = 0
    while index < len(runs):
        one = _mixed(view, runs, index)
        if one is None or _is_word(view.text, runs, index, one):
            index += 1
            continue
        start = runs[index].start - negative(view.text, runs[index].start)
        span = view.span(start, one.end)
        found.append((span.start, span.end, one.value))
        index = max(index + 1, one.next_run)
    places = {start for start, _, _ in halves}
    return sorted([*halves, *(one for one in found if one[0] not in places)])


def negative(text: str, start: int) -> bool:
    """Return whether the number at ``start`` has a minus sign before it: ``为-2.3%``, ``负40%``."""
    return start > 0 and _MINUS.match(text, start - 1) is not None


def below_zero(number: Number) -> Number:
    """Return the number with a minus sign."""
    return number._replace(digits=-number.digits)


def _half(view: View, match: regex.Match[str]) -> Found:
    span = view.span(*match.span())
    return span.start, span.end, Decimal("0.5")


def _unspaced(view: View) -> tuple[Run, ...]:
    """Return the runs, cut where white space stood between two digits (``４ ６/３``)."""
    runs: list[Run] = []
    for run in numeral.scan(view.text):
        cuts = [at for at in range(run.start + 1, run.end) if at in view.gaps]
        edges = [run.start, *cuts, run.end] if run.script == "arabic" else [run.start, run.end]
        for start, end in pairwise(edges):
            printed = view.text[start:end].rstrip(",，")
            runs.append(Run(start, start + len(printed), run.script))
    return tuple(runs)


def _number(view: View, runs: Sequence[Run], index: int) -> Number | None:
    """Return the number that starts with a run, its sign included."""
    number = numeral.read(view.text, runs, index, lexicon.units().scale_led)
    if number is None or not negative(view.text, runs[index].start):
        return number
    return below_zero(number)


def _mixed(view: View, runs: Sequence[Run], index: int) -> Number | None:
    """Return a fraction, a number with a fraction (``3又1/2``), or a plain number."""
    whole = _number(view, runs, index)
    if whole is None or _is_share(view.text, runs[index]):
        return None
    fraction = _fraction(view, runs, index, whole)
    if fraction is not None:
        return fraction
    joint = _AND.match(view.text, whole.end)
    following = joint.end() if joint else whole.end
    further = _number_at(view, runs, whole.next_run, following)
    if further is None or (joint is None and following not in view.gaps):
        return whole
    part = _fraction(view, runs, whole.next_run, further)
    if part is None:
        return whole
    return Number(whole.value + part.value, 0, part.end, False, part.next_run)


def _number_at(view: View, runs: Sequence[Run], index: int, position: int) -> Number | None:
    """Return the number of run ``index`` when it stands, sign included, at ``position``."""
    if index >= len(runs):
        return None
    signed = view.text[position : position + 1] in {"负", "-"}
    if runs[index].start != position + signed:
        return None
    number = numeral.read(view.text, runs, index, lexicon.units().scale_led)
    if number is None or not signed:
        return number
    return below_zero(number)


def _fraction(view: View, runs: Sequence[Run], index: int, first: Number) -> Number | None:
    """Return ``五分之一`` or ``3/5``, whose first number is already read."""
    over = _OVER.match(view.text, first.end)
    joint = over or _SLASH.match(view.text, first.end)
    if joint is None:
        return None
    second = _number_at(view, runs, first.next_run, joint.end())
    if second is None:
        return None
    low, high = (first, second) if over else (second, first)
    if not low.value:
        return None
    return Number(high.value / low.value, 0, second.end, False, second.next_run)


def _is_share(text: str, run: Run) -> bool:
    """Return whether the run is the 百 of 百分之三十, which is a unit and no number."""
    scales = all(character in SCALES for character in text[run.start : run.end])
    return scales and _OVER.match(text, run.end) is not None


def _is_word(text: str, runs: Sequence[Run], index: int, number: Number) -> bool:
    """Return whether a numeral of one or two characters is part of a word (四川, 一看, 收拾)."""
    run = runs[index]
    printed = text[run.start : run.end]
    if run.script != "chinese" or len(printed) > 2 or number.next_run > index + 1:
        return False
    if negative(text, run.start):
        return False
    found = lexicon.units().match(text, run.end)
    if _HAN.match(text, run.end):
        if printed == "一":  # 一看, 一般; as a count it is the classifier's to tell
            return text[run.end] != "点"
        if printed == "两":
            return found is None
        if printed in _FINANCIAL:  # 拾起, 陆军: these are written for money
            return found is None or found[0].currency is None
    return found is None and any(is_dictionary_word(word) for word in _around(text, run))


def _around(text: str, run: Run) -> list[str]:
    """Return every stretch of up to four characters that holds the run and more."""
    return [
        text[start:end]
        for start in range(max(0, run.end - _LONGEST_WORD), run.start + 1)
        for end in range(run.end, min(len(text), start + _LONGEST_WORD) + 1)
        if end - start > run.end - run.start
    ]
