"""Number formats of spreadsheets: the stored value → what is printed in the cell.

A sheet stores 0.4 and prints ``40%``, stores 45627 and prints ``2024年12月``, stores 12345 and
prints ``1.2万``. The code of the format (``0%``, ``yyyy"年"m"月"``) says how; ECMA-376 Part 1,
18.8.30 and 18.8.31 say what the codes mean.
"""

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

import regex

from extract.readers._sheet_dates import moment_of, print_date

# Codes of the built-in ids, as Chinese Excel and WPS print them. 14 is the machine's short date,
# different on each: it is given as ISO 8601.
BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{5: "¥#,##0", 6: "¥#,##0", 7: "¥#,##0.00", 8: "¥#,##0.00"},
    **{12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy"},
    **{18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm"},
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **{30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"'},
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
    **{37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00"},
    **{41: '#,##0;-#,##0;"-"', 42: '¥#,##0;-¥#,##0;¥"-"', 43: '#,##0.00;-#,##0.00;"-"'},
    **{44: '¥#,##0.00;-¥#,##0.00;¥"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"},
    **{48: "##0.0E+0", 49: "@"},
}
GENERAL = "General"
# The machine's own long date and time, whatever the code says after the mark.
_OF_THE_MACHINE = {"[$-F800]": 'yyyy"年"m"月"d"日"', "[$-F400]": "h:mm:ss"}
_Number = int | float | datetime.date | datetime.time | datetime.timedelta
Value = _Number | str | bool

_MAX_CODE = 500
_MAX_PRINTED = 10**15  # a sheet keeps 15 digits; what is larger is not printed in full
_TOKEN = regex.compile(
    r"""
      "(?P<quoted>[^"]*)"?+                      # "万元"
    | [\\!](?P<escaped>.)                        # \- \. !.
    | _(?P<blank>.) | \*(?P<fill>.)              # room for a character, or filled with it
    | \[(?P<bracket>[^\[\]]*)\]                  # [Red] [$¥-804] [>=10000] [h] [DBNum1]
    | (?P<general>General|G/通用格式)
    | (?P<half>AM/PM|A/P|上午/下午)
    | (?P<exponent>E[+-])
    | (?P<date>y+|e+|m+|d+|h+|s+|aaaa?)
    | (?P<digit>[0\#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%) | (?P<text>@)
    | (?P<fraction>/) | (?P<section>;) | (?P<other>.)
    """,
    flags=regex.VERBOSE | regex.IGNORECASE | regex.DOTALL,
)
_CONDITION = regex.compile(r"(?P<sign><=|>=|<>|<|>|=)(?P<bound>-?\d{1,20}(?:\.\d{1,20})?)")
_CURRENCY = regex.compile(r"\$(?P<symbol>[^-]*)(?:-.*)?")
# The usual ones, which need no sections: 0, 0.00, #,##0.00, 0%, 0.00%
_SIMPLE = regex.compile(
    r"(?P<grouped>\#,\#\#)?0(?:\.(?P<decimals>0{1,15}))?(?P<percent>%)?(?:_.|\s)*+"
)
_ELAPSED = regex.compile(r"h+|m+|s+", regex.IGNORECASE)


class Token(NamedTuple):
    """A piece of a format code: its kind and what stands there (``literal``, ``万元``)."""

    kind: str
    text: str


class _Simple(NamedTuple):
    step: Decimal
    form: str
    percent: str


class _Section(NamedTuple):
    tokens: tuple[Token, ...]
    sign: str = ""
    bound: Decimal = Decimal(0)

    @property
    def kinds(self) -> set[str]:
        return {token.kind for token in self.tokens}


def plain(value: Value) -> str:
    """Return the value without any format: ``1736`` for 1736.0, ``0.3`` for 0.1 + 0.2.

    Numbers keep the 15 significant digits that a sheet keeps; dates are ISO 8601.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes" if not value.second else "seconds")
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return value.isoformat()


@lru_cache(maxsize=8192, typed=True)
def printed(value: Value, code: str, *, since_1904: bool = False) -> str | None:
    """Return what the format prints, ``None`` where the format is not understood.

    ``0.4`` in ``0%`` → ``40%``; ``1736.5`` in ``#,##0.00"万元"`` → ``1,736.50万元``.
    """
    if isinstance(value, str | bool) or len(code) > _MAX_CODE:
        return None
    if isinstance(value, int | float) and not abs(value) < _MAX_PRINTED:
        return None
    try:
        return _printed(value, code, since_1904=since_1904)
    except InvalidOperation:  # more digits than a number of 15 digits can fill
        return None


def _printed(value: _Number, code: str, *, since_1904: bool) -> str | None:
    simple = _simple(code)
    if simple is not None and isinstance(value, int | float):
        return _print_simple(_decimal(value), simple)
    sections = _sections(code)
    if not sections:
        return None
    moment = moment_of(value, since_1904=since_1904)
    number = _decimal(value) if isinstance(value, int | float) else moment.serial
    section, signed = _choose(sections, number)
    kinds = section.kinds
    if kinds & {"date", "elapsed"}:
        return print_date(section.tokens, moment)
    if kinds & {"exponent", "fraction", "text", "half"} or not isinstance(value, int | float):
        return None
    body = _fill(section.tokens, abs(number), value)
    return f"-{body}" if signed and number < 0 and body else body


@lru_cache(maxsize=256)
def _simple(code: str) -> _Simple | None:
    match = _SIMPLE.fullmatch(code)
    if match is None:
        return None
    step = Decimal(1).scaleb(-len(match["decimals"] or ""))
    return _Simple(step, ",f" if match["grouped"] else "f", match["percent"] or "")


def _print_simple(number: Decimal, simple: _Simple) -> str:
    number = number.scaleb(2) if simple.percent else number
    return format(number.quantize(simple.step, ROUND_HALF_UP), simple.form) + simple.percent


def _number(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return format(_decimal(value), "f") if isinstance(value, float) else str(value)


def _decimal(value: float) -> Decimal:
    try:
        number = Decimal(format(value, ".15g"))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...]:
    """Return the sections of a code; nothing for ``General`` alone."""
    code = next((long for mark, long in _OF_THE_MACHINE.items() if mark in code.upper()), code)
    if code.strip().lower() in ("", "general", "g/通用格式"):
        return ()
    found: list[list[Token]] = [[]]
    conditions: dict[int, tuple[str, Decimal]] = {}
    for match in _TOKEN.finditer(code):
        kind, text = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "section":
            found.append([])
        elif kind == "bracket" and (condition := _CONDITION.fullmatch(text)):
            conditions[len(found) - 1] = (condition["sign"], Decimal(condition["bound"]))
        else:
            found[-1] += _token(kind, text)
    return tuple(
        _Section(tuple(tokens), *conditions.get(index, ("", Decimal(0))))
        for index, tokens in enumerate(found[:4])
    )


def _token(kind: str, text: str) -> list[Token]:
    if kind in ("quoted", "escaped", "other"):
        return [Token("literal", text)]
    if kind in ("fill", "blank"):
        return [Token("literal", " ")]
    if kind == "bracket":
        if _ELAPSED.fullmatch(text):
            return [Token("elapsed", text.lower())]
        currency = _CURRENCY.fullmatch(text)
        return [Token("literal", currency["symbol"])] if currency else []
    return [Token(kind, text.lower() if kind == "date" else text)]


def _choose(sections: Sequence[_Section], number: Decimal) -> tuple[_Section, bool]:
    """Return the section for a number, and whether a minus sign is to be put before it."""
    if any(section.sign for section in sections):
        for section in sections[:3]:
            if not section.sign or _holds(section, number):
                return section, not ("<" in section.sign and section.bound <= 0)
        return sections[0], True
    if len(sections) == 1 or (number > 0) or (number == 0 and len(sections) == 2):
        return sections[0], len(sections) == 1
    if number < 0:
        return sections[1], False
    return sections[2], False


def _holds(section: _Section, number: Decimal) -> bool:
    sign, bound = section.sign, section.bound
    if sign == "<>":
        return number != bound
    return ("=" in sign and number == bound) or (
        number < bound if "<" in sign else ">" in sign and number > bound
    )


def _fill(tokens: Sequence[Token], number: Decimal, value: float) -> str:
    """Put the digits of a positive number into the section's places."""
    if any(token.kind == "general" for token in tokens):
        general = _number(abs(value))
        kept = (token for token in tokens if token.kind in ("general", "literal"))
        return "".join(general if t.kind == "general" else t.text for t in kept)
    places = [index for index, token in enumerate(tokens) if token.kind == "digit"]
    point = next((i for i, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    whole = [index for index in places if index < point]
    decimals = [index for index in places if index > point]
    commas = [index for index, token in enumerate(tokens) if token.kind == "comma"]
    last = max(whole, default=-1)
    scaled = number.scaleb(2 * sum(token.kind == "percent" for token in tokens))
    scaled = scaled.scaleb(-3 * sum(last < comma for comma in commas)) if places else scaled
    digits = format(scaled.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP), "f")
    before, _, after = digits.partition(".")
    grouped = bool(whole) and any(whole[0] < comma < last for comma in commas)
    shown = _whole_digits(tokens, whole, before.lstrip("0"), grouped=grouped)
    shown |= _decimal_digits(tokens, decimals, after)
    return "".join(
        shown.get(index, token.text if token.kind in ("literal", "percent", "point") else "")
        for index, token in enumerate(tokens)
    )


def _whole_digits(
    tokens: Sequence[Token], places: Sequence[int], digits: str, *, grouped: bool
) -> dict[int, str]:
    """Hand out the digits from the right; the first place takes all that are left."""
    shown: dict[int, str] = {}
    done = 0
    for index in reversed(places):
        count = len(digits) if index == places[0] else 1
        taken = digits[-count:] if digits and count else ""
        digits = digits[: len(digits) - len(taken)]
        taken = taken or {"0": "0", "?": " "}.get(tokens[index].text, "")
        text = ""
        for digit in reversed(taken):
            text = digit + ("," if grouped and done and done % 3 == 0 else "") + text
            done += 1
        shown[index] = text
    return shown


def _decimal_digits(tokens: Sequence[Token], places: Sequence[int], digits: str) -> dict[int, str]:
    """Drop the zeros at the end that ``#`` does not print."""
    shown = dict(zip(places, digits, strict=False))
    for index in reversed(places):
        if tokens[index].text == "0" or shown.get(index) != "0":
            break
        shown[index] = ""
    return shown
