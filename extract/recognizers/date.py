"""Calendar expressions and the period they name, against the plan year and never a clock.

``2023年⏎12月底`` → 2023-12-31, ``今年10月`` in a list of 2024 → 2024-10-31
"""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

import regex

from extract.recognizers.numeral import chinese_value
from extract.recognizers.scene import Scene

Precision = Literal["day", "month", "quarter", "half_year", "year"]

_CN = "〇零一二三四五六七八九十"
_RELATIVE = {
    **{"今年": 0, "本年": 0, "当年": 0},
    **{"明年": 1, "次年": 1, "来年": 1},
    **{"去年": -1, "上年": -1},
}
RELATIVE_YEAR = regex.compile("(?:" + "|".join(_RELATIVE) + ")$")
_DAY_MONTH = rf"""
    (?P<month>\d{{1,2}}|[{_CN}]{{1,3}})月
    (?: (?P<day>\d{{1,2}}|[{_CN}]{{1,3}})[日号]        # 6月30日
      | (?P<part>底|末|初|上旬|中旬|下旬|份)?           # 12月底, 9月份
    )"""
_CALENDAR = regex.compile(
    rf"""
    (?P<year>(?:19|20)\d{{2}}|[一二][{_CN}]{{3}})年
    (?: (?P<within>度(?!假)|内|全年)
      | 年?(?P<end>底|末|终)
      | (?P<start>初)
      | (?P<half>[上下])半年
      | 第?(?P<quarter>[一二三四1-4])季度(?P<quarter_end>末|底)?
      | {_DAY_MONTH}
    )?
    | {_DAY_MONTH.replace("month", "month2").replace("day", "day2").replace("part", "part2")}
    | 第?(?P<quarter2>[一二三四1-4])季度(?P<quarter_end2>末|底)?
    | (?P<year3>(?:19|20)\d{{2}})(?P<mark>[.\-/])(?P<month3>0?[1-9]|1[0-2])
      (?: (?P=mark)(?P<day3>[0-3]?\d) )?(?![\d.])
    """,
    flags=regex.VERBOSE,
)
_UNTIL = regex.compile(r"[-～至到]")
_YEAR_TO_YEAR = regex.compile(r"((?:19|20)\d{2})年?[-～至到]((?:19|20)\d{2})年(?!前)")
_HALF_START = {"上": 1, "下": 7}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar expression: its last day (``None`` without a year), how fine it is, its place."""

    start: int
    end: int
    last_day: date | None
    precision: Precision
    year_inferred: bool
    closing: bool
    first_day: date | None = None


def read(scene: Scene, index: int) -> Period | None:
    """Read the calendar expression that starts with run ``index``, its relative year included."""
    position = scene.runs[index].start
    span = _YEAR_TO_YEAR.match(scene.text, position)
    if span is not None:
        first, last = int(span[1]), int(span[2])
        return Period(
            position, span.end(), date(last, 12, 31), "year", False, False, date(first, 1, 1)
        )
    match = _CALENDAR.match(scene.text, position)
    if match is None:
        return None
    period = _period(scene, match)
    return _through(scene, period) if period is not None else None


def last_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _period(scene: Scene, match: regex.Match[str]) -> Period | None:
    year, relative_start = _year(scene, match)
    month = _small(match["month"] or match["month2"] or match["month3"])
    day = _small(match["day"] or match["day2"] or match["day3"])
    quarter = _small(match["quarter"] or match["quarter2"])
    if month is not None and not 1 <= month <= 12:
        return None
    if match["month2"] and not _may_be_month(scene, match):
        return None
    last, precision = _last_day(year, month, day, quarter, match["half"])
    if last is None and year is not None:
        return None
    closing = (
        any(match[name] for name in ("end", "quarter_end", "quarter_end2"))
        or (match["part"] or match["part2"]) in {"底", "末"}
        or match["within"] == "内"
    )
    inferred = match["year"] is None and match["year3"] is None
    return Period(relative_start, match.end(), last, precision, inferred, bool(closing))


def _year(scene: Scene, match: regex.Match[str]) -> tuple[int | None, int]:
    """Return the year and where the expression starts (今年 before the month belongs to it)."""
    printed = match["year"] or match["year3"]
    if printed:
        value = int(printed) if printed.isdigit() and printed.isascii() else None
        return value or int(chinese_value(printed) or 0), match.start()
    relative = RELATIVE_YEAR.search(scene.left(match.start(), 2))
    shift = _RELATIVE[relative.group()] if relative else 0
    plan = scene.context.plan_year
    start = match.start() - (len(relative.group()) if relative else 0)
    return (None if plan is None else plan + shift), start


def relative_year(scene: Scene, word: str) -> int | None:
    """Return the year a relative word names (明年), the plan year for a word without one."""
    plan = scene.context.plan_year
    return None if plan is None else plan + _RELATIVE.get(word, 0)


def _may_be_month(scene: Scene, match: regex.Match[str]) -> bool:
    """Return whether a month without a year may be one: 三月 alone needs a day, a part, a year."""
    printed = match["month2"]
    if printed.isascii():
        return True
    return bool(match["day2"] or match["part2"] or RELATIVE_YEAR.search(scene.left(match.start())))


def _last_day(
    year: int | None, month: int | None, day: int | None, quarter: int | None, half: str | None
) -> tuple[date | None, Precision]:
    if month is not None and day is not None:
        return _day(year, month, day), "day"
    if month is not None:
        return (last_of_month(year, month) if year else None), "month"
    if quarter is not None:
        return (last_of_month(year, quarter * 3) if year else None), "quarter"
    if half is not None:
        return (last_of_month(year, _HALF_START[half] + 5) if year else None), "half_year"
    return (date(year, 12, 31) if year else None), "year"


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def _through(scene: Scene, period: Period) -> Period:
    """Join ``2023.06-2024.05`` and ``2023年6月至2024年5月`` into one period."""
    connector = _UNTIL.match(scene.text, period.end)
    match = _CALENDAR.match(scene.text, connector.end()) if connector else None
    if match is None or period.last_day is None or match["quarter2"]:
        return period
    until = _period(scene, match)
    if until is None or until.last_day is None or until.start < period.end:
        return period
    if match["month2"] and until.last_day.year != period.last_day.year:
        return period
    first = period.last_day
    if period.precision != "day":
        first = first.replace(day=1)
    return Period(
        period.start,
        until.end,
        until.last_day,
        until.precision,
        period.year_inferred,
        until.closing,
        first,
    )


def _small(text: str | None) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    value = chinese_value(text)
    return int(value) if value is not None else None
