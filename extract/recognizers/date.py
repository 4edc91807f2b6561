"""Calendar expressions and the period they name, against the plan year and never a clock.

``2023年⏎12月底`` → 2023-12-31, ``今年10月`` in a list of 2024 → 2024-10-31
"""

import calendar
from datetime import date, timedelta
from typing import Literal, NamedTuple

import regex

from extract.context import Context
from extract.lexicon import DateWord
from extract.recognizers.numeral import chinese_value
from extract.recognizers.scene import Scene

Precision = Literal["day", "month", "quarter", "half_year", "year"]

_CN = "〇零一二三四五六七八九十"
_SMALL = rf"(?:\d{{1,2}}|[{_CN}]{{1,3}})"
_RELATIVE = {
    **{"今年": 0, "本年": 0, "当年": 0},
    **{"明年": 1, "次年": 1, "来年": 1, "后年": 2},
    **{"去年": -1, "上年": -1, "前年": -2},
}
_RELATIVE_WORD = "|".join(_RELATIVE)
RELATIVE_YEAR = regex.compile(rf"(?:{_RELATIVE_WORD})$")
_RELATIVE_HERE = regex.compile(rf"(?:{_RELATIVE_WORD})?+")
_YEAR = rf"(?:(?:19|20)\d{{2}}|[一二][{_CN}]{{3}}|[两二]千零[{_CN}]{{1,3}})"
_DAY_MONTH = rf"""
    (?P<month>{_SMALL})月(?!龄)
    (?: (?P<day>{_SMALL})[日号]                        # 6月30日
      | [ ]?(?P<part>月?底|月?末|初|上旬|中旬|下旬|份)?     # 12月底, 9月份
    )"""
_CALENDAR = regex.compile(
    rf"""
    (?P<year>{_YEAR})年[ ]?
    (?: (?P<within>度(?!假)|内|全年)
      | 年?(?P<end>底|末|终)
      | (?P<start>初)
      | (?P<half>[上下])半年
      | 前(?P<count>\d{{1,2}}|[{_CN}两]{{1,3}})(?P<span>个月|个?季度)   # 2024年前三季度
      | 第?(?P<quarter>[一二三四1-4])季度(?P<quarter_end>末|底)?
      | {_DAY_MONTH}
    )?
    | (?<![\d第.])(?P<short>\d{{2}})年(?:年?(?P<short_end>底|末)|(?=\d{{1,2}}月|[{_CN}]{{1,2}}月)
      {_DAY_MONTH.replace("month", "month4").replace("day", "day4").replace("part", "part4")})
    | {_DAY_MONTH.replace("month", "month2").replace("day", "day2").replace("part", "part2")}
    | 第?(?P<quarter2>[一二三四1-4])季度(?P<quarter_end2>末|底)?
    | (?P<year3>(?:19|20)\d{{2}})(?P<mark>[.\-/])(?P<month3>0?[1-9]|1[0-2])
      (?: (?P=mark)(?P<day3>[0-3]?\d)(?![\d.])
      # 2024.5万元 and 1950.6公里 are numbers: without a day, a date stands before a mark, a range
      # of dates or 前
      | (?![\d.])
        (?= $ | [，。、；：）\s] | 前 | 起 | 以来 | 后 | [-～至到](?:19|20)\d{{2}}[.\-/]?\d? )
      )
    """,
    flags=regex.VERBOSE,
)
_TO = r"(?:--?|[～至到])"
_UNTIL = regex.compile(_TO)
_YEAR_TO_YEAR = regex.compile(
    rf"((?:19|20)\d{{2}})年?{_TO}((?:19|20)\d{{2}})(?:学年度?|年度?)(?!前)"
)
# 2018年2-4月, 2019年4月12-19日: the unit stands once, at the end
_MONTHS = regex.compile(
    rf"(?:(?P<year>{_YEAR})年)?(?P<first>{_SMALL}){_TO}(?P<last>{_SMALL})月"
    rf"(?!龄|[{_CN}\d])(?P<part>底|末|份)?"
)
_DAYS = regex.compile(
    rf"(?:(?P<year>{_YEAR})年)?(?P<month>{_SMALL})月"
    rf"(?P<first>{_SMALL})[日号]?{_TO}(?P<last>{_SMALL})[日号]"
)
_DAY = regex.compile(rf"(?P<day>{_SMALL})[日号]")
_FIRST_MONTHS = regex.compile(rf"(?P<count>\d{{1,2}}|[{_CN}两]{{1,3}})(?P<span>个月|个?季度)")
_OF_A_YEAR = regex.compile(rf"(?:{_RELATIVE_WORD})前$")
_WITH_YEAR = regex.compile(r"(?P<year>20\d{2})年(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月")
_REACH = 120
_MARKS = frozenset("年月季日号.-/～至到")
_LONGEST_BEFORE_MARK = 7
_HALF_START = {"上": 1, "下": 7}
_TEN_DAYS = {"上旬": (1, 10), "中旬": (11, 20)}
_CENTURY = 69  # 70年 to 99年 are of the last century, as in POSIX


class Period(NamedTuple):
    """A calendar expression: its last day (``None`` without a year), how fine it is, its place."""

    start: int
    end: int
    last_day: date | None
    precision: Precision
    year_inferred: bool
    closing: bool
    first_day: date | None = None


def read(scene: Scene, index: int) -> Period | None:
    """Read the calendar expression that starts with run ``index``, its relative year included.

    ``2018年2-4月`` and ``2017年8月至11月`` are one period.
    """
    position = scene.runs[index].start
    if not may_open(scene.text, position):
        return None
    several = _years(scene, position) or _one_unit(scene, position) or _first_of(scene, position)
    if several is not None:
        return several
    match = _CALENDAR.match(scene.text, position)
    if match is None:
        return None
    period = _period(scene, match)
    return _through(scene, period) if period is not None else None


def may_open(text: str, position: int) -> bool:
    """Return whether a calendar expression may open here: its first mark is never far.

    The longest number before one is a year in words: 二千零二十四|年.
    """
    return not _MARKS.isdisjoint(text[position : position + _LONGEST_BEFORE_MARK + 1])


def impossible(scene: Scene, index: int) -> int | None:
    """Return where a date that no calendar has ends (2024年6月31日), or ``None``."""
    position = scene.runs[index].start
    match = _CALENDAR.match(scene.text, position) if may_open(scene.text, position) else None
    if match is None or not match["year"] or not match["month"]:
        return None
    return int(match.end()) if _period(scene, match) is None else None


def last_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def of_word(row: DateWord, context: Context) -> date | None:
    """Return the last day that a word names: 明年底 by the plan year, 上季度末 by the issue."""
    if row.relative == "year":
        plan = context.plan_year
        return None if plan is None else last_of_month(plan + row.shift, row.month)
    if context.issued_on is None:
        return None
    size = {"month": 1, "quarter": 3}[row.relative]
    months = context.issued_on.year * 12 + context.issued_on.month - 1
    last = (months // size + row.shift) * size + size - 1
    return last_of_month(last // 12, last % 12 + 1)


def _years(scene: Scene, position: int) -> Period | None:
    """Read ``2023-2025年``."""
    span = _YEAR_TO_YEAR.match(scene.text, position)
    if span is None:
        return None
    first, last = int(span[1]), int(span[2])
    return Period(position, span.end(), date(last, 12, 31), "year", False, False, date(first, 1, 1))


def _one_unit(scene: Scene, position: int) -> Period | None:
    """Read ``2018年2-4月`` and ``2019年4月12-19日``, whose unit stands once."""
    months, days = _MONTHS.match(scene.text, position), _DAYS.match(scene.text, position)
    match = months or days
    year = (_printed_year(match["year"]) or scene.context.plan_year) if match else None
    if match is None or year is None:
        return None
    first, last = _small(match["first"]) or 0, _small(match["last"]) or 0
    if days:
        month = _small(days["month"]) or 0
        edges = _day(year, month, first), _day(year, month, last)
    else:
        edges = _day(year, first, 1), _end_of(year, last)
    if edges[0] is None or edges[1] is None or edges[0] > edges[1]:
        return None
    closing = months is not None and months["part"] in {"底", "末"}
    inferred = match["year"] is None
    precision: Precision = "day" if days else "month"
    return Period(position, match.end(), edges[1], precision, inferred, closing, edges[0])


def _end_of(year: int, month: int) -> date | None:
    return last_of_month(year, month) if 1 <= month <= 12 else None


def _first_of(scene: Scene, position: int) -> Period | None:
    """Read ``今年前五个月``, whose year has no numeral."""
    match = _FIRST_MONTHS.match(scene.text, position)
    relative = _OF_A_YEAR.search(scene.left(position, 3)) if match else None
    if match is None or relative is None:
        return None
    plan = scene.context.plan_year
    year = None if plan is None else plan + _RELATIVE[relative.group()[:-1]]
    start = position - len(relative.group())
    return _first_part(start, match, year, inferred=True)


def _first_part(start: int, match: regex.Match[str], year: int | None, *, inferred: bool) -> Period:
    """Return the first months or quarters of a year: ``2021年前两个季度``."""
    count = _small(match["count"]) or 0
    month = count * (1 if "月" in match["span"] else 3)
    precision: Precision = "month" if "月" in match["span"] else "quarter"
    if year is None or not 1 <= month <= 12:
        return Period(start, match.end(), None, precision, inferred, False)
    last, first = last_of_month(year, month), date(year, 1, 1)
    return Period(start, match.end(), last, precision, inferred, False, first)


def _period(scene: Scene, match: regex.Match[str], year_before: int | None = None) -> Period | None:
    """Return the period of a match; ``year_before`` is that of the date it goes on from."""
    year, relative_start = _year(scene, match, year_before)
    if match["count"]:
        return _first_part(match.start(), match, year, inferred=False)
    month = _small(_any(match, "month", "month2", "month3", "month4"))
    day = _small(_any(match, "day", "day2", "day3", "day4"))
    quarter = _small(match["quarter"] or match["quarter2"])
    if month is not None and not 1 <= month <= 12:
        return None
    if match["month2"] and not _may_be_month(scene, match):
        return None
    last, precision = _last_day(year, month, day, quarter, match["half"])
    if last is None and year is not None:
        return None
    inferred = match["year"] is None and match["year3"] is None
    period = Period(relative_start, match.end(), last, precision, inferred, _is_closing(match))
    return _ten_days(period, _any(match, "part", "part2", "part4"))


def _any(match: regex.Match[str], *names: str) -> str | None:
    return next((match[name] for name in names if match[name]), None)


def _is_closing(match: regex.Match[str]) -> bool:
    """Return whether the expression names the end of its period: 12月底, 年末, 年内."""
    if _any(match, "end", "quarter_end", "quarter_end2", "short_end"):
        return True
    part = _any(match, "part", "part2", "part4") or ""
    return part[-1:] in {"底", "末"} or match["within"] == "内"


def _ten_days(period: Period, part: str | None) -> Period:
    """Narrow a month to its 上旬 (to the 10th), 中旬 (to the 20th) or 下旬."""
    if period.last_day is None or part not in {"上旬", "中旬", "下旬"}:
        return period
    first, last = _TEN_DAYS.get(part, (21, period.last_day.day))
    month = period.last_day
    return period._replace(last_day=month.replace(day=last), first_day=month.replace(day=first))


def _year(scene: Scene, match: regex.Match[str], year_before: int | None) -> tuple[int | None, int]:
    """Return the year and where the expression starts (今年 before the month belongs to it)."""
    printed = _printed_year(match["year"] or match["year3"])
    if printed is not None:
        return printed, match.start()
    if match["short"]:
        short = int(match["short"])
        return (2000 if short <= _CENTURY else 1900) + short, match.start()
    relative = RELATIVE_YEAR.search(scene.left(match.start(), 2))
    if relative is None and year_before is not None:
        return year_before, match.start()
    shift = _RELATIVE[relative.group()] if relative else 0
    start = match.start() - (len(relative.group()) if relative else 0)
    printed = None if relative else _year_above(scene, match)
    plan = printed if printed is not None else scene.context.plan_year
    return (None if plan is None else plan + shift), start


def _year_above(scene: Scene, match: regex.Match[str]) -> int | None:
    """Return the year of the last whole date above (2025年6月30日前下达，12月10日前支出).

    That of an earlier sentence counts for a later month only: after 2024年12月, 5月 is of 2025.
    """
    left = scene.left(match.start(), _REACH)
    dates = list(_WITH_YEAR.finditer(left))
    if not dates:
        return None
    last, month = dates[-1], _small(_any(match, "month2", "month"))
    same = "。" not in left[last.end() :]
    above = _small(last["month"])
    later = month is not None and above is not None and above <= month
    return int(last["year"]) if same or later else None


def _printed_year(printed: str | None) -> int | None:
    """Return the value of ``2024`` and ``二〇二四``."""
    if not printed:
        return None
    return int(printed) if printed.isascii() else int(chinese_value(printed) or 0)


def _may_be_month(scene: Scene, match: regex.Match[str]) -> bool:
    """Return whether a month without a year may be one: 三月 alone needs a day, a part, a year."""
    printed = match["month2"]
    if printed.isascii():
        return True
    before = scene.left(match.start(), 4)
    return bool(
        match["day2"]
        or match["part2"]
        or RELATIVE_YEAR.search(before)
        or regex.search(rf"月{_TO}$", before)
    )


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
    """Join ``2023.06-2024.05`` and ``2017年8月至11月`` into one period."""
    connector = _UNTIL.match(scene.text, period.end)
    if connector is None or period.last_day is None:
        return period
    until = _until(scene, connector.end(), period.last_day, period.precision)
    if until is None or until.last_day is None or until.last_day < period.last_day:
        return period
    first = period.first_day or _first_day(period.last_day, period.precision)
    return period._replace(
        end=until.end,
        last_day=until.last_day,
        precision=until.precision,
        closing=until.closing,
        first_day=first,
    )


def _first_day(last: date, precision: Precision) -> date:
    """Return the first day of the period that ends on ``last``."""
    months = {"day": 0, "month": 1, "quarter": 3, "half_year": 6, "year": 12}[precision]
    first = last if precision == "day" else last + timedelta(days=1)
    before = first.year * 12 + first.month - 1 - months
    return first.replace(year=before // 12, month=before % 12 + 1)


def _until(scene: Scene, position: int, last: date, precision: Precision) -> Period | None:
    """Return the second date of a period: with a year, with that of the first, or a day alone."""
    relative = _RELATIVE_HERE.match(scene.text, position)
    start = relative.end() if relative else position
    match = _CALENDAR.match(scene.text, start)
    if match is not None:
        return None if match["quarter2"] else _period(scene, match, last.year)
    if precision != "day":
        return None
    only = _DAY.match(scene.text, position)
    day = _day(last.year, last.month, _small(only["day"]) or 0) if only else None
    return Period(position, only.end(), day, "day", False, False) if only and day else None


def _small(text: str | None) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    value = chinese_value(text)
    return int(value) if value is not None else None
