"""Other libraries' test cases, read by our own recognizers: how far a rule set for notices goes.

``../shared/gold/peer_cases.jsonl`` holds them, converted from five public test suites. What we do
not read, or read otherwise, stands in ``peer_failures.toml`` with the reason; each is a strict
xfail, so that a case which begins to pass has to leave the list.
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from extract import figures
from extract.document import Figure, Mention, Span, When
from extract.recognizers.fraction import numbers

HERE = Path(__file__).parent
CASES = HERE.parent.parent / "shared" / "gold" / "peer_cases.jsonl"
if not CASES.exists():
    pytest.skip("没有 shared/ 文件夹：同类软件的用例全部没有运行", allow_module_level=True)
FAILURES = tomllib.loads((HERE / "peer_failures.toml").read_text(encoding="utf-8"))
# The kinds a notice is made of, of which at least this share must pass.
CORE = frozenset({"amount", "percent", "quantity", "deadline", "period_end", "number"})
CORE_SHARE = Decimal("0.97")
# The gold gives sixteen digits of an endless fraction (三又三分之一).
CLOSE = Decimal("1e-12")

Wanted = dict[str, object]
Seen = list[tuple[Span, object]]

CURRENCIES = {"港元": "HKD", "欧元": "EUR", "新台币": "TWD", "韩元": "KRW"}
# English name of the gold → our printed units, and how many of the gold's one of ours is.
UNITS: dict[str, dict[str, str]] = {
    "Celsius": {"℃": "1", "°C": "1", "度": "1", "°": "1", "摄氏度": "1", "摄氏°": "1"},
    "Centimeter": {"厘米": "1", "CM": "1"},
    "Centimetre": {"厘米": "1", "公分": "1"},
    "Day": {"天": "1"},
    "Degree": {"度": "1"},
    "F": {"度": "1"},
    "Fahrenheit": {"°F": "1", "度": "1", "华氏度": "1"},
    "g": {"克": "1"},
    "Gram": {"克": "1", "g": "1", "千克": "1000", "kg": "1000", "公斤": "1000"}
    | {"毫克": "0.001", "斤": "500"},
    "Hertz": {"赫兹": "1"},
    "Jin": {"斤": "1"},
    "Kilogram": {"公斤": "1", "千克": "1"},
    "Kilometer": {"千米": "1", "公里": "1"},
    "Kilometre": {"千米": "1", "公里": "1"},
    "km/h": {"千米": "1", "千米每小时": "1"},
    "Liang": {"两": "1"},
    "Litre": {"升": "1", "公升": "1", "L": "1"},
    "Megahertz": {"兆赫兹": "1"},
    "Meter": {"米": "1"},
    "Metre": {"米": "1", "m": "1"},
    "Microgram": {"微克": "1"},
    "Millilitre": {"毫升": "1", "ml": "1", "cc": "1"},
    "Mu": {"亩": "1"},
    "Ton": {"吨": "1"},
    "Week": {"周": "1"},
    "Year": {"岁": "1", "周岁": "1"},
    "人": {"人": "1"},
}
# A share in the gold is always in hundredths.
SHARES = {"%": Decimal(1), "‰": Decimal("0.1"), "‱": Decimal("0.01")}
CODES = {"Celsius": "Cel", "F": "[degF]", "Fahrenheit": "[degF]"}


@dataclass(frozen=True)
class Case:
    """One line of the gold; ``line`` counts from 1."""

    line: int
    kind: str
    text: str
    expected: list[Wanted]
    reference: str = field(default="")

    @property
    def day(self) -> date | None:
        """The day the text is read on; the gold may give only its year or its month."""
        parts = [int(part) for part in self.reference[:10].split("-") if part]
        return date(*[*parts, 1, 1][:3]) if parts else None

    @property
    def mentions(self) -> list[Mention]:
        """What the recognizers say of the text."""
        day = self.day
        return figures(self.text, plan_year=day.year if day else None, issued_on=day)


def _cases() -> list[Case]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    rows = [(number, json.loads(line)) for number, line in enumerate(lines, 1)]
    return [
        Case(line, row["kind"], row["text"], row["expected"], row.get("reference") or "")
        for line, row in rows
    ]


ALL = _cases()


def _parameters() -> list[object]:
    reasons = {row["line"]: row["reason"] for row in FAILURES["failure"]}
    found = []
    for case in ALL:
        reason = reasons.get(case.line)
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        label = f"{case.line} {case.kind}: {case.text.strip()[:20]}"
        found.append(pytest.param(case, id=label, marks=marks))
    return found


def _problems(case: Case) -> Iterator[str]:
    """Say what is missing, and what is found where nothing should be."""
    seen = _SEEN[case.kind](case)
    expected = [] if case.kind == "ordinal_not_quantity" else case.expected
    if not expected and seen:
        yield f"nothing may be found, but {seen}"
    for wanted in expected:
        place = Span(int(wanted["start"]), int(wanted["end"]))
        here = [value for span, value in seen if span.overlaps(place)]
        if not any(_SAME[case.kind](wanted, value) for value in here):
            yield f"{wanted} is not in {here or seen}"


def _numbers(case: Case) -> Seen:
    return [(Span(start, end), value) for start, end, value in numbers(case.text)]


def _kinds(*kinds: str) -> Callable[[Case], Seen]:
    def mentions(case: Case) -> Seen:
        return [(one.span, one.value) for one in case.mentions if one.kind in kinds]

    return mentions


def _dates(case: Case) -> Seen:
    return [(one.span, one) for one in case.mentions if isinstance(one.value, When)]


def _same_number(wanted: Wanted, value: Decimal) -> bool:
    return abs(value - Decimal(str(wanted["value"]))) < CLOSE


def _same_share(wanted: Wanted, figure: Figure) -> bool:
    share = SHARES.get(figure.unit, Decimal(1))
    return figure.value is not None and figure.value * share == Decimal(str(wanted["value"]))


def _same_amount(wanted: Wanted, figure: Figure) -> bool:
    currency = str(wanted.get("currency", "CNY"))
    if figure.currency != CURRENCIES.get(currency, currency):
        return False
    value = wanted.get("yuan", wanted.get("value"))
    return _same_numbers(value, wanted.get("yuan_range", wanted.get("range")), figure, Decimal(1))


def _same_quantity(wanted: Wanted, figure: Figure) -> bool:
    unit = str(wanted["unit"])
    factor = UNITS[unit].get(figure.unit)
    code = CODES.get(unit, figure.unit_code)
    if factor is None or figure.unit_code != code or (unit == "km/h" and not _an_hour(figure)):
        return False
    return _same_numbers(wanted.get("value"), wanted.get("range"), figure, Decimal(factor))


def _an_hour(figure: Figure) -> bool:
    return figure.per == "每小时" or figure.unit_code == "km/h"


def _same_numbers(value: object, both: object, figure: Figure, factor: Decimal) -> bool:
    """Compare a value or a range; more than ten (十几块钱) stands for ten to twenty."""
    stated = [one for one in (figure.value, figure.minimum, figure.maximum) if one is not None]
    wanted = [Decimal(str(one)) for one in (both or [value])]
    open_end = both and figure.bound == "more_than"
    return [one * factor for one in stated] == (wanted[:1] if open_end else wanted)


def _same_interval(wanted: Wanted, figure: Figure) -> bool:
    low, high = str(wanted["interval"])[1:-1].split(",")
    bounds = {"at_least": (figure.value, None), "more_than": (figure.value, None)}
    bounds |= {"at_most": (None, figure.value), "less_than": (None, figure.value)}
    stated = bounds.get(figure.bound, (figure.minimum, figure.maximum))
    return stated == tuple(Decimal(one) if one else None for one in (low, high))


def _same_day(wanted: Wanted, mention: Mention) -> bool:
    return mention.value.date == date.fromisoformat(str(wanted["iso"]))


def _same_limit(wanted: Wanted, mention: Mention) -> bool:
    limits = wanted.get("op") in {"<", "<="}
    return _same_day(wanted, mention) and (mention.kind == "deadline" or not limits)


def _same_end(wanted: Wanted, mention: Mention) -> bool:
    return mention.value.date == date.fromisoformat(str(wanted["end_iso"]))


def _same_period(wanted: Wanted, mention: Mention) -> bool:
    first = date.fromisoformat(str(wanted["start_iso"]))
    return _same_end(wanted, mention) and _first_day(mention.value) == first


def _first_day(when: When) -> date | None:
    """Return the first day of a period, which its precision tells where it is not stated."""
    if when.first_day is not None or when.date is None or when.precision == "day":
        return when.first_day or when.date
    months = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}[when.precision]
    first = when.date
    for _ in range(months):
        first = first.replace(day=1) - timedelta(days=1)
    return first + timedelta(days=1)


_SEEN = {
    "number": _numbers,
    "percent": _kinds("percentage"),
    "amount": _kinds("amount"),
    "amount_span": _kinds("amount"),
    "quantity": _kinds("quantity"),
    "ordinal_not_quantity": _kinds("quantity", "amount", "percentage"),
    "number_range": _kinds("quantity", "amount", "percentage"),
    "date": _dates,
    "deadline": _dates,
    "period": _dates,
    "period_end": _dates,
}
_SAME = {
    "number": _same_number,
    "percent": _same_share,
    "amount": _same_amount,
    "amount_span": lambda wanted, figure: True,
    "quantity": _same_quantity,
    "number_range": _same_interval,
    "date": _same_day,
    "deadline": _same_limit,
    "period": _same_period,
    "period_end": _same_end,
}


@pytest.mark.parametrize("case", _parameters())
def test_a_peer_case(case: Case) -> None:
    assert list(_problems(case)) == []


def test_every_failure_is_a_case_with_a_reason() -> None:
    cases = {case.line: (case.kind, case.text) for case in ALL}
    listed = [row["line"] for row in FAILURES["failure"]]
    assert listed == sorted(set(listed))
    for row in FAILURES["failure"]:
        assert cases[row["line"]] == (row["kind"], row["text"])
    reasons = {row["reason"] for row in FAILURES["failure"]}
    assert reasons == set(FAILURES["reasons"])


def test_the_share_of_the_core_kinds() -> None:
    core = [case for case in ALL if case.kind in CORE]
    passed = sum(1 for case in core if not list(_problems(case)))
    assert len(core) >= 415
    assert Decimal(passed) / len(core) >= CORE_SHARE, f"{passed} of {len(core)}"
