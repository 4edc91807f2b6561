"""The money of a notice that may be added up, and why the rest may not.

A notice prints wholes and their parts, rates, last year's sums and what a project costs over all
its years; ``docs/money.md`` is the rule book. What is left out is listed with its reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extract.notice import Amount, Notice, Project

_REASONS = {
    "unit_rate": "是单价或标准，要乘以数量",
    "total_investment": "是项目的总投资，可能跨年",
    "subsidy": "是奖补、补助的数额，不是项目投入",
    "reference": "是往年、基数或合计，只供参照",
}


@dataclass(frozen=True, slots=True)
class Left:
    """An amount that is not added, with the reason in Chinese."""

    amount: Amount
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectTotal:
    """What one project plans: ``None`` where it prints nothing that may be added.

    ``minimum`` and ``maximum`` differ where a sum is a range (10-30万元); ``added`` are the sums
    counted, ``left`` the others; ``is_loose`` says that a 约 or a bound stands in one of them.
    """

    project: Project
    minimum: Decimal | None
    maximum: Decimal | None
    added: tuple[Amount, ...]
    left: tuple[Left, ...]
    reason: str | None

    @property
    def is_loose(self) -> bool:
        """Whether the printed words leave room: 约, 以上, 不超过, a range."""
        return any(one.bound != "exact" for one in self.added)


@dataclass(frozen=True, slots=True)
class Totals:
    """The planned money of a notice in one currency."""

    currency: str
    minimum: Decimal
    maximum: Decimal
    projects: tuple[ProjectTotal, ...]


def totals(notice: Notice, currency: str = "CNY") -> Totals:
    """Return what the projects of a notice plan to spend, added up.

    ``专项债资金6500万元、区财政资金1700万元，共计8200万元`` counts 8200万元 once.
    """
    found = tuple(_project(notice, project, currency) for project in notice.projects)
    return Totals(
        currency,
        sum((one.minimum or Decimal(0) for one in found), Decimal(0)),
        sum((one.maximum or Decimal(0) for one in found), Decimal(0)),
        found,
    )


def _project(notice: Notice, project: Project, currency: str) -> ProjectTotal:
    left = tuple(_left(project, currency))
    refused = {one.amount.id for one in left}
    added = tuple(one for one in project.amounts if one.id not in refused)
    if not added:
        return ProjectTotal(project, None, None, (), left, _why_nothing(notice, project, left))
    low = sum((_low(one) for one in added), Decimal(0))
    high = sum((_high(one) for one in added), Decimal(0))
    return ProjectTotal(project, low, high, added, left, None)


def _left(project: Project, currency: str) -> Iterator[Left]:
    for amount in project.amounts:
        if amount.currency != currency:
            yield Left(amount, f"币种是 {amount.currency}")
        elif amount.part_of is not None:
            yield Left(amount, "是另一笔的一部分，已计入整数")
        elif amount.purpose in _REASONS:
            yield Left(amount, _REASONS[amount.purpose])
        elif amount.per is not None:
            yield Left(amount, _REASONS["unit_rate"])


def _low(amount: Amount) -> Decimal:
    return amount.value if amount.value is not None else amount.minimum or Decimal(0)


def _high(amount: Amount) -> Decimal:
    return amount.value if amount.value is not None else amount.maximum or _low(amount)


def _why_nothing(notice: Notice, project: Project, left: tuple[Left, ...]) -> str:
    """Return why a project has no total, as its finding says it."""
    if left:
        return "写了金额，但都不能相加"
    where = f"第{project.serial}项" if project.serial else project.name
    codes = ("amount.to_be_set", "amount.deferred", "amount.none_stated")
    said = (one for one in notice.findings if one.code in codes and one.message.startswith(where))
    return next(
        (one.message.removeprefix(where).removeprefix("的") for one in said), "没有写明资金数额"
    )
