"""The ledger's one scan, and the only reader of numbers.

Every run of Arabic, circled, Chinese and financial numerals is found once; a number may join
several runs (``7.22`` + ``亿``). Nothing here knows units, money or dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import regex

Script = Literal["arabic", "circled", "chinese"]

SCALES = {
    **{"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3},
    **{"万": 4, "萬": 4, "亿": 8, "億": 8},
}
_DIGITS = {
    **dict(zip("〇零一二三四五六七八九", (0, *range(10)), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    **{"两": 2, "貳": 2, "參": 3, "陸": 6},
}
_TENS = {"廿": 20, "卅": 30}
CHINESE = "".join(_DIGITS) + "".join(_TENS) + "".join(SCALES)
_RUN = regex.compile(
    r"(?P<arabic>\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d++)?|\d++(?:\.\d++)?)"  # 1,736  2889.43
    r"|(?P<circled>[①-⑳⑴-⒛㉑-㉟㊱-㊿❶-❿➀-➓])"
    rf"|(?P<chinese>[{CHINESE}]++)"  # 二十  一千二百万  壹佰
)
_MORE = "余多"
_MORE_WORDS = regex.compile(
    r"多(?:元化?|样|功能|媒体|部门|方面|层次|渠道|式联|年来|学科|中心|领域)|余(?:额|热|下|粮|姚|杭)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A maximal stretch of numerals of one script, as a range of the view."""

    start: int
    end: int
    script: Script


@dataclass(frozen=True, slots=True)
class Number:
    """A number as read from one or more runs.

    ``digits`` is the value without its scale and ``scale`` its power of ten, for the range that
    shares one (``10-30万元``); ``more`` says that 余 or 多 stands inside (``3000余名``);
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
    return tuple(Run(match.start(), match.end(), match.lastgroup) for match in _RUN.finditer(text))


def read(text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]) -> Number | None:
    """Read the number that starts with run ``index``, or ``None`` where it is a circled mark.

    ``scale_led`` are the unit spellings that open with a scale character, which belongs to the
    unit and not to the number: ``5千米`` is 5 of 千米.

    ``7.22亿`` ``1,736`` ``3000余`` ``一千二百万`` ``5万4千`` ``十余``
    """
    run = runs[index]
    if run.script == "circled":
        return None
    if run.script == "chinese":
        return _read_chinese(text, runs, index, scale_led)
    number = _read_arabic(text, runs, index, scale_led)
    while (further := _addend(text, runs, number, scale_led)) is not None:
        value = number.value + further.value
        number = Number(value, 0, further.end, further.more, further.next_run)
    return number


def chinese_value(text: str) -> Decimal | None:
    """Return the value of a Chinese or financial numeral, or ``None`` where it is malformed.

    ``二十`` → 20, ``一百零一万一千`` → 1011000, ``一万三`` → 13000, ``二〇二四`` → 2024
    """
    if not any(character in SCALES or character in _TENS for character in text):
        return Decimal("".join(str(_DIGITS[character]) for character in text))
    total = section = Decimal(0)
    digit: int | None = None
    last = 0
    zero = False
    for character in text:
        if character in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[character]
            zero = zero or digit == 0
        elif character in _TENS:
            section += _TENS[character]
        elif (power := SCALES[character]) < 4:
            section += (1 if digit is None else digit) * Decimal(10) ** power
            digit, last, zero = None, power, False
        else:
            section += digit or 0
            if power == 8 or not total:
                total = ((total + section) or Decimal(1)).scaleb(power)
            else:
                total += section.scaleb(power)
            section, digit, last, zero = Decimal(0), None, power, False
    if digit and last > 1 and not zero:  # 一万三 is thirteen thousand, 一百零三 is not
        return total + section + Decimal(digit).scaleb(last - 1)
    return total + section + (digit or 0)


def _read_arabic(text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]) -> Number:
    run = runs[index]
    digits = Decimal(text[run.start : run.end].replace(",", ""))
    end, more, following = run.end, False, index + 1
    # 3000余名, 10余万人; 多 before a word is that word's (1000多元化)
    if _is_more(text, end):
        end, more = end + 1, True
    scale = 0
    if following < len(runs) and runs[following].start == end:
        tail = _scale_tail(text, runs[following], scale_led)
        if tail:
            scale = sum(SCALES[character] for character in text[end:tail])
            if tail == runs[following].end:
                following += 1
            end = tail
    if not more and scale and _is_more(text, end):
        end, more = end + 1, True
    return Number(digits, scale, end, more, following)


def _is_more(text: str, end: int) -> bool:
    """Return whether 余 or 多 at ``end`` belongs to the number, not to a word such as 多元化."""
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
    return any(text.startswith(unit, position) for unit in scale_led)


def _addend(
    text: str, runs: Sequence[Run], number: Number, scale_led: frozenset[str]
) -> Number | None:
    """Return the smaller part that follows a scaled one (``3亿5000万``, ``5万4千``)."""
    index = number.next_run
    if not number.scale or number.more or index >= len(runs):
        return None
    if runs[index].start != number.end or runs[index].script != "arabic":
        return None
    further = _read_arabic(text, runs, index, scale_led)
    smaller = further.scale and further.value < Decimal(1).scaleb(number.scale)
    return further if smaller else None


def _read_chinese(
    text: str, runs: Sequence[Run], index: int, scale_led: frozenset[str]
) -> Number | None:
    run = runs[index]
    end = run.end
    for position in range(run.start + 1, run.end):
        if text[position] in SCALES and _opens_unit(text, position, scale_led):
            end = position
            break
    value = chinese_value(text[run.start : end])
    if value is None:
        return None
    following = index + 1
    point = _decimals(text, runs, following, end)
    if point is not None:
        fraction, scale, end = point
        return Number(value + fraction, scale, end, False, following + 1)
    more = value >= 10 and _is_more(text, end)
    if more:
        end += 1
        if following < len(runs) and runs[following].start == end:  # 十余万人
            tail = _scale_tail(text, runs[following], scale_led)
            scale = sum(SCALES[character] for character in text[end:tail])
            return Number(value, scale, tail, True, following + (tail == runs[following].end))
    return Number(value, 0, end, more, following)


def _decimals(
    text: str, runs: Sequence[Run], index: int, end: int
) -> tuple[Decimal, int, int] | None:
    """Read ``点五亿`` after 一: the fraction, the scale, and where it ends."""
    if text[end : end + 1] != "点" or index >= len(runs) or runs[index].start != end + 1:
        return None
    run = runs[index]
    if run.script != "chinese" or text[run.start] not in _DIGITS:
        return None
    body = text[run.start : run.end]
    figures = body.rstrip("".join(SCALES))
    if any(character not in _DIGITS for character in figures):
        return None
    scale = sum(SCALES[character] for character in body[len(figures) :])
    digits = "".join(str(_DIGITS[character]) for character in figures)
    return Decimal(f"0.{digits}"), scale, run.end
