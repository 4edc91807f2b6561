"""Dates of spreadsheets: days counted from 1899-12-30, printed as a format asks.

``45627`` in ``yyyy"年"m"月"`` is printed ``2024年12月``: a month, and not its first day.
"""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001  a sheet's days have no time zone
_DAYS_TO_1904 = 1462
_MAX_SERIAL = 2_958_465  # 9999-12-31, the last day a sheet knows
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_SECONDS = 86_400


class Moment(NamedTuple):
    """A value as days since the epoch; ``None`` for what is no day (negative, too large)."""

    serial: Decimal
    when: datetime.datetime | None


class _Piece(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...


def moment_of(
    value: float | datetime.date | datetime.time | datetime.timedelta, *, since_1904: bool = False
) -> Moment:
    """Return the day and time that a stored number or a date stands for."""
    if isinstance(value, int | float):
        days = value + (_DAYS_TO_1904 if since_1904 else 0)
        if not 0 <= days <= _MAX_SERIAL:
            return Moment(Decimal(0), None)
        seconds = round(days * _DAY_SECONDS, 3)
        return Moment(Decimal(str(days)), _EPOCH + datetime.timedelta(seconds=seconds))
    if isinstance(value, datetime.datetime):
        when = value
    elif isinstance(value, datetime.date):
        when = datetime.datetime.combine(value, datetime.time())
    elif isinstance(value, datetime.time):
        when = datetime.datetime.combine(_EPOCH.date(), value)
    else:
        when = _EPOCH + value
    seconds = (when.replace(tzinfo=None) - _EPOCH).total_seconds()
    return Moment(Decimal(str(seconds)) / _DAY_SECONDS, when)


def print_date(tokens: Sequence[_Piece], moment: Moment) -> str | None:
    """Return the date as the tokens of a format ask, or ``None`` for what is no day."""
    if moment.when is None:
        return None
    halves = any(token.kind == "half" for token in tokens)
    parts: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "date":
            is_minute = token.text[0] == "m" and _is_minute(tokens, index)
            parts.append(_part(token.text, moment.when, is_minute=is_minute, halves=halves))
        elif token.kind == "elapsed":
            parts.append(_elapsed(token.text, moment.serial))
        elif token.kind == "half":
            parts.append(_half(token.text, moment.when))
        elif token.kind == "digit":
            parts.append("" if token.text != "0" else _tenths(tokens, index, moment.when))
        elif token.kind != "general":
            parts.append(token.text)
    return "".join(parts)


def _is_minute(tokens: Sequence[_Piece], index: int) -> bool:
    """``m`` after an hour or before a second is a minute."""
    clock = ("date", "elapsed")
    before = next((t.text[0] for t in reversed(tokens[:index]) if t.kind in clock), "")
    after = next((t.text[0] for t in tokens[index + 1 :] if t.kind in clock), "")
    return before == "h" or after == "s"


def _part(letters: str, when: datetime.datetime, *, is_minute: bool, halves: bool) -> str:
    first, size = letters[0], len(letters)
    if first in "ye":
        return f"{when.year % 100:02}" if first == "y" and size <= 2 else f"{when.year:04}"
    if first == "m" and not is_minute:
        return _padded(when.month, size) if size <= 2 else _MONTHS[when.month - 1]
    if first == "a":
        day = _WEEKDAYS[when.weekday()]
        return f"星期{day}" if size > 3 else day
    if first == "d":
        return _padded(when.day, size) if size <= 2 else _DAYS[when.weekday()]
    if first == "h":
        return _padded((when.hour % 12 or 12) if halves else when.hour, size)
    return _padded(when.minute if first == "m" else when.second, size)


def _padded(number: int, size: int) -> str:
    return f"{number:0{min(size, 2)}}"


def _elapsed(letters: str, serial: Decimal) -> str:
    seconds = round(serial * _DAY_SECONDS)
    divisor = {"h": 3600, "m": 60, "s": 1}[letters[0]]
    return f"{seconds // divisor:0{min(len(letters), 9)}}"


def _half(letters: str, when: datetime.datetime) -> str:
    before, after = letters.split("/")
    return after if when.hour >= 12 else before


def _tenths(tokens: Sequence[_Piece], index: int, when: datetime.datetime) -> str:
    """Return the digit of a second's fraction that stands here: ``ss.0``."""
    place = 0
    while index - place - 1 >= 0 and tokens[index - place - 1].kind == "digit":
        place += 1
    return f"{when.microsecond:06}"[min(place, 5)]
