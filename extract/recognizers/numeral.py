"""The ledger's one scan, and the only reader of numbers.

Every run of Arabic, circled, Chinese and financial numerals is found once; a number may join
several runs (``7.22`` + ``亿``). Nothing here knows units, money or dates.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

import regex

from extract.recognizers.chinese import (
    DIGITS,
    SCALES,
    TENS,
    chinese_value,
    closing_scale,
    pair_values,
)
from extract.scanning import scanner

Script = Literal["arabic", "circled", "chinese"]

_CHINESE = "".join(DIGITS) + "".join(TENS) + "".join(SCALES).replace("兆", "")
_CIRCLED = "①-⑳⑴-⒛㉑-㉟㊱-㊿❶-❿➀-➓"
_OPENING = scanner(rf"[0-9.{_CIRCLED}半{_CHINESE}]")
_RUN = scanner(
    r"(?P<arabic>"
    r"(?<=\d\.)\d++"  # the rest of 2.2.1: such a chain holds no decimals
    r"|\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d++)?"  # 1,736  601,293.11
    r"|(?<!第)\d{1,3}(?:，\d{3})++(?!\d)(?:\.\d++|(?=[万亿元]|\Z))"  # 82，225.00元
    r"|(?<!第)\d{1,3}(?=(?:，\d{3})*，0\d\d)(?:，\d{3})++(?!\d)(?:\.\d++)?"  # 1，000个
    r"|(?<![^\s（，、：；。\-+=<>≤≥~～])\.\d++(?!\.?\d)"  # .5 where a number may begin
    r"|\d++(?:\.\d++(?!\.\d))?)"  # 2889.43
    rf"|(?P<circled>[{_CIRCLED}])"
    r"|(?P<chinese>半(?:百(?![年货])|(?=成(?![品熟本员功绩人年])|公[升斤]|斤|吨))"  # 半吨  半成
    # 二十  壹佰; 兆 is a numeral only between others (五十五兆一十二亿), else a unit or a name
    rf"|[{_CHINESE}]++(?:兆(?=[{_CHINESE}]{{1,7}}[亿億])[{_CHINESE}]++)?+)"
)
_MORE = "余多几"
_MORE_WORDS = regex.compile(
    r"多(?:元化?|样|功能|媒体|部门|方面|层次|渠道|式联|年来|学科|中心|领域)|余(?:额|热|下|粮|姚|杭)"
    r"|几(?:乎|何|率)"
)
# 数百万元, 上千家, 几十个; not 人数十万, 以上百家, where the word ends in that character
_VAGUE = regex.compile(
    r"(?:(?<![人户总次件个家点指基床台套辆倍分系度岁])数|(?<![以迈登跃])上|几|好几)$"
)
_POINT = regex.compile(r" ?点 ?(?=[〇零一二三四五六七八九])")
_MONTHS_AND_DAYS = regex.compile(r"[年月日号./-]")
_LONGEST = 32  # characters of a number printed with spaces
_LARGE = 3  # 千 and more may follow decimals in words: 三点五亿, but not 十点五十


class Run(NamedTuple):
    """A maximal stretch of numerals of one script, as a range of the view."""

    start: int
    end: int
    script: Script


class Number(NamedTuple):
    """A number as read from one or more runs.

    ``digits`` is the value without its scale and ``scale`` its power of ten, for the range that
    shares one (``10-30万元``); ``more`` says that 余, 多 or 几 stands inside (``3000余名``);
    ``next_run`` is the first run not used.
    """

    digits: Decimal
    scale: int
    end: int
    more: bool
    next_run: int

    @property
    def value(self) -> Decimal:
        """Return the exact number."""
        return self.digits.scaleb(self.scale) if self.scale else self.digits


def scan(text: str) -> tuple[Run, ...]:
    """Return every numeral run of the view, in order, in one linear pass."""
    runs: list[Run] = []
    end = 0
    for opening in _OPENING.finditer(text):
        start = opening.start()
        match = _RUN.match(text, start) if start >= end else None
        if match is not None:
            end = match.end()
            runs.append(Run(start, end, match.lastgroup))  # type: ignore[arg-type]
    return tuple(runs)


def read(text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]) -> Number | None:
    """Read the number that starts with run ``index``, or ``None`` where it is a circled mark.

    ``scale_led`` are the unit spellings that open with a scale character, which belongs to the
    unit and not to the number: ``5千米`` is 5 of 千米.

    ``7.22亿`` ``1,736`` ``3000余`` ``一千二百万`` ``5万4千6百`` ``3万4000`` ``十余`` ``十几万``
    """
    run = runs[index]
    if run.script == "circled":
        return None
    first = _read_chinese if run.script == "chinese" else _read_arabic
    number = first(text, runs, index, scale_led)
    while number is not None and (more := _addend(text, runs, number, scale_led)) is not None:
        number = Number(number.value + more.value, 0, more.end, more.more, more.next_run)
    return number


def read_pair(
    text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]
) -> tuple[Number, Number] | None:
    """Read two numbers said in one breath: ``两三万`` ``七八百`` ``十五六``."""
    run = runs[index]
    if run.script != "chinese":
        return None
    end = _before_unit(text, run.start + 1, run.end, scale_led)
    values = pair_values(text[run.start : end])
    if values is None:
        return None
    low, high = (Number(value, 0, end, False, index + 1) for value in values)
    return low, high


def _read_arabic(text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]) -> Number:
    run = runs[index]
    digits = Decimal(text[run.start : run.end].replace(",", "").replace("，", ""))
    end, scale, following = _scale(text, runs, index + 1, run.end, scale_led)
    # 3000余名, 10余万人, 500万余; 多 before a word is that word's (1000多元化)
    more = _is_more(text, end)
    if more:
        end, further, following = _scale(text, runs, following, end + 1, scale_led)
        scale += further
    return Number(digits, scale, end, more, following)


def _scale(
    text: str, runs: Sequence[Run], index: int, position: int, scale_led: frozenset[str]
) -> tuple[int, int, int]:
    """Return the end, the power and the next run of the scale that stands at ``position``."""
    if index >= len(runs) or runs[index].start != position or runs[index].script != "chinese":
        return position, 0, index
    end = _scale_tail(text, runs[index], scale_led)
    power = sum(SCALES[character] for character in text[position:end])
    return end, power, index + (end == runs[index].end)


def _is_more(text: str, end: int) -> bool:
    """Return whether 余, 多 or 几 at ``end`` belongs to the number, not to a word (多元化)."""
    if end >= len(text) or text[end] not in _MORE:
        return False
    return _MORE_WORDS.match(text, end) is None


def _scale_tail(text: str, run: Run, scale_led: frozenset[str]) -> int:
    """Return where the scale that opens a Chinese run ends; its start when there is none."""
    end = run.start
    while end < run.end and text[end] in SCALES:
        if end > run.start and SCALES[text[end]] < 4 and SCALES[text[end - 1]] >= 4:
            break  # 100万千瓦 is read below; 3万百 is nothing
        if _opens_unit(text, end, scale_led):
            break
        end += 1
    return end


def _opens_unit(text: str, position: int, scale_led: frozenset[str]) -> bool:
    return text.startswith(tuple(scale_led), position)


def _before_unit(text: str, start: int, end: int, scale_led: frozenset[str]) -> int:
    """Return where a Chinese run ends as a number: 十千米 before 千米, 八两 before the 两."""
    for position in range(start, end):
        if text[position] in SCALES and _opens_unit(text, position, scale_led):
            return position
    return end - 1 if text[end - 1] == "两" and end > start else end


def _addend(
    text: str, runs: Sequence[Run], number: Number, scale_led: frozenset[str]
) -> Number | None:
    """Return the smaller part that follows a scaled one (``3亿5000万``, ``100万三千``)."""
    closing = SCALES.get(text[number.end - 1])
    index = number.next_run
    if closing is None or number.more or index >= len(runs):
        return None
    run = runs[index]
    if run.start < number.end < run.end:
        further = _rest(text, runs, index, number.end, closing, scale_led)
    elif run.start != number.end or run.script != "arabic":
        return None
    else:
        further = _read_arabic(text, runs, index, scale_led)
        if not further.scale and not _fills(text, run, closing):
            return None
    # After 万亿 anything below it may follow (1万亿2000亿).
    limit = Decimal(1).scaleb(max(closing, number.scale))
    return further if further and further.value < limit else None


def _fills(text: str, run: Run, closing: int) -> bool:
    """Return whether bare digits go on a scaled number: ``3万4000`` ``1百01``, not 5亿3个项目."""
    digits = text[run.start : run.end]
    wide = len(digits) == closing or (closing == 4 and len(digits) == 3)
    return wide and digits.isdigit() and _MONTHS_AND_DAYS.match(text, run.end) is None


def _rest(
    text: str,
    runs: Sequence[Run],
    index: int,
    start: int,
    closing: int,
    scale_led: frozenset[str],
) -> Number | None:
    """Read what a Chinese run holds after the scale of ``100``: ``万三千``, ``亿零四千``."""
    end = _before_unit(text, start, runs[index].end, scale_led)
    body = text[start:end]
    joined = bool(body) and (
        body[0] in "零〇" or SCALES.get(body[-1]) in {closing - 1, closing - 4}
    )
    value = chinese_value(body) if joined and body[0] in DIGITS and body[-1] in SCALES else None
    return None if value is None else Number(value, 0, end, False, index + 1)


def _read_chinese(
    text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]
) -> Number | None:
    run = runs[index]
    body, end, following = _spaced(text, runs, index, scale_led)
    value = chinese_value(body)
    if value is None:
        return None
    point = _decimals(text, runs, following, end)
    if point is not None:
        fraction, scale, end = point
        return Number(value + fraction, scale, end, False, following + 1)
    vague = body[0] in SCALES and _VAGUE.search(text, max(0, run.start - 3), run.start) is not None
    space = text[end : end + 1] == " " and text[end + 1 : end + 2] == "余"  # 五百 余万
    if value >= 10 and _is_more(text, end + space):  # 十余万人, 一百零几万
        end, scale, following = _scale(text, runs, following, end + space + 1, scale_led)
        return Number(value, scale, end, True, following)
    scale = closing_scale(body) if body[0] in DIGITS else 0
    return Number(value.scaleb(-scale), scale, end, vague, following)


def _spaced(
    text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]
) -> tuple[str, int, int]:
    """Return the characters of a Chinese number, its end and the next run.

    A space inside is seen through where the next part can only go on: ``三千 八百``, ``九十六 万``.
    """
    run = runs[index]
    end = _before_unit(text, run.start + 1, run.end, scale_led)
    body = text[run.start : end]
    while end == run.end and index + 1 < len(runs) and text[end : end + 1] == " ":
        further = runs[index + 1]
        if further.start != end + 1 or len(body) > _LONGEST or not _goes_on(text, body, further):
            break
        run, index = further, index + 1
        end = _before_unit(text, run.start + 1, run.end, scale_led)
        body += text[run.start : end]
    return body, end, index + 1


def _goes_on(text: str, body: str, further: Run) -> bool:
    """Return whether a run behind a space is part of the number: 三千| 八百, 九十六| 万."""
    if further.script != "chinese":
        return False
    if body[-1] not in SCALES:
        return text[further.start] in SCALES
    scale = next((one for one in text[further.start : further.end] if one in SCALES), None)
    smaller = scale is None or SCALES[scale] < SCALES[body[-1]]
    return text[further.start] in DIGITS and smaller


def _decimals(
    text: str, runs: Sequence[Run], index: int, end: int
) -> tuple[Decimal, int, int] | None:
    """Read ``点五亿`` after 一: the fraction, the scale, and where it ends."""
    point = _POINT.match(text, end)
    if point is None or index >= len(runs) or runs[index].start != point.end():
        return None
    run = runs[index]
    body = text[run.start : run.end]
    figures = body.rstrip("".join(SCALES))
    if any(character not in DIGITS or character == "两" for character in figures):
        return None
    scales = [SCALES[character] for character in body[len(figures) :]]
    if scales and scales[0] < _LARGE:
        return None
    digits = "".join(str(DIGITS[character]) for character in figures)
    return Decimal(f"0.{digits}"), sum(scales), run.end


__all__ = ["SCALES", "Number", "Run", "chinese_value", "read", "read_pair", "scan"]
