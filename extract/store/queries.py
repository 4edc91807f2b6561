"""The ready questions: by department, by year, overdue on a day, totals by source.

Each gives rows with Chinese headings in a fixed order. No answer reads a clock: the day of
``overdue`` is what the caller says it is. Sums are made here, exactly; no database adds them up.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, select

from extract import lexicon
from extract.store import Store, tables
from extract.text import compact
from extract.writers import _said

_T = tables.by_name
_PROJECTS, _DEPARTMENTS = _T["projects"].c, _T["departments"].c
_DEADLINES, _AMOUNTS, _NOTICES = _T["deadlines"].c, _T["amounts"].c, _T["notices"].c

Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Headings and rows, as a terminal, a CSV or a program takes them."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def by_department(store: Store, name: str) -> Answer:
    """Return the projects in which a department has a duty; part of its name will do.

    ``教育`` finds 教育和体育事业中心. The body's own duties (主送, 督办) have no project.
    """
    asked = (
        select(
            *(
                _NOTICES.plan_year,
                _PROJECTS.serial,
                _PROJECTS.name,
                _DEPARTMENTS.name.label("unit"),
            ),
            *(_DEPARTMENTS.role, _DEPARTMENTS.qualifier, _DEPARTMENTS.project_key),
        )
        .select_from(
            _T["departments"]
            .join(_T["notices"])
            .outerjoin(_T["projects"], _PROJECTS.key == _DEPARTMENTS.project_key)
        )
        .where(_DEPARTMENTS.name.contains(compact(name), autoescape=True))
        .order_by(_NOTICES.plan_year, _NOTICES.id, _PROJECTS.position, _DEPARTMENTS.key)
    )
    roles = lexicon.rules().roles
    rows = [
        (
            *(one.plan_year, one.serial, one.name, one.unit + (one.qualifier or "")),
            *(roles[one.role], one.project_key),
        )
        for one in _asked(store, asked)
    ]
    return Answer(("年度", "序号", "项目", "单位", "职责", "编号"), tuple(rows))


def by_year(store: Store, year: int) -> Answer:
    """Return the projects of the lists for a year, with what each plans to spend."""
    asked = (
        select(
            *(_NOTICES.title, _PROJECTS.serial, _PROJECTS.category, _PROJECTS.name, _PROJECTS.key)
        )
        .select_from(_T["projects"].join(_T["notices"]))
        .where(_NOTICES.plan_year == year)
        .order_by(_NOTICES.id, _PROJECTS.position)
    )
    money = _planned(store)
    rows = [
        (one.serial, one.category, one.name, money.get(one.key), one.key)
        for one in _asked(store, asked)
    ]
    return Answer(("序号", "类别", "项目", "金额（元）", "编号"), tuple(rows))


def overdue(store: Store, on: date) -> Answer:
    """Return what should have been done before a day, the longest overdue first.

    A list does not say what has been done; the answer is what was due. A default of the notice
    counts like a deadline of its own; what recurs or only begins (自…起) is never overdue.
    """
    asked = (
        select(
            *(_DEADLINES.date, _PROJECTS.serial, _PROJECTS.name, _DEADLINES.modality),
            *(_DEADLINES.evidence_text, _PROJECTS.key),
        )
        .select_from(_T["deadlines"].join(_T["projects"]))
        .where(_DEADLINES.date < on, _DEADLINES.bound != "from")
        .order_by(_DEADLINES.date, _PROJECTS.notice_id, _PROJECTS.position, _DEADLINES.key)
    )
    leads = _leads(store)
    rows = [
        (
            *(one.date, (on - one.date).days, one.serial, one.name, leads.get(one.key, "")),
            *("".join((one.evidence_text or "").split()), one.key),
        )
        for one in _asked(store, asked)
    ]
    headings = ("期限", "超过天数", "序号", "项目", "牵头或责任单位", "原文", "编号")
    return Answer(headings, tuple(dict.fromkeys(rows)))


def totals(store: Store) -> Answer:
    """Return what is planned by year and source of money, and in all.

    A sum that is split up (8200万元：债券6500万元、区级1700万元) counts under its parts; what the
    parts leave over stays under the whole's own source. Only budgets in yuan are added.
    """
    sums: dict[tuple[int | None, str], Decimal] = defaultdict(Decimal)
    for year, source, value in _shares(store):
        sums[year, source] += value
    listed = sorted(sums.items(), key=lambda one: (one[0][0] or 0, -one[1], one[0][1]))
    rows: list[tuple[Cell, ...]] = [
        (year, _said.SOURCES[source], value) for (year, source), value in listed
    ]
    if rows:
        rows.append((None, "合计", sum(sums.values(), Decimal(0))))
    return Answer(("年度", "来源", "金额（元）"), tuple(rows))


@dataclass(frozen=True, slots=True)
class _Sum:
    year: int | None
    project: str
    id: str
    whole: str | None
    source: str
    value: Decimal


def _planned(store: Store) -> dict[str, Decimal]:
    planned: dict[str, Decimal] = defaultdict(Decimal)
    for one in _sums(store):
        if one.whole is None:
            planned[one.project] += one.value
    return planned


def _shares(store: Store) -> Iterable[tuple[int | None, str, Decimal]]:
    sums = _sums(store)
    parts: dict[tuple[str, str | None], list[_Sum]] = defaultdict(list)
    for one in sums:
        parts[one.project, one.whole].append(one)
    for one in sums:
        if one.whole is None:
            for source, value in _split(one, parts):
                yield one.year, source, value


def _split(
    whole: _Sum, parts: dict[tuple[str, str | None], list[_Sum]]
) -> Iterable[tuple[str, Decimal]]:
    own = parts.get((whole.project, whole.id), [])
    rest = whole.value - sum((one.value for one in own), Decimal(0))
    if not own or rest < 0:  # parts that say more than their whole are not believed
        yield whole.source, whole.value
        return
    for one in own:
        # A part without a source of its own (其中到位2000万元) has that of the whole.
        kept = one if one.source != "unspecified" else _with_source(one, whole.source)
        yield from _split(kept, parts)
    if rest:
        yield whole.source, rest


def _with_source(one: _Sum, source: str) -> _Sum:
    return _Sum(one.year, one.project, one.id, one.whole, source, one.value)


def _sums(store: Store) -> list[_Sum]:
    """Return the budgets in yuan that have one value, wholes and parts."""
    asked = (
        select(_T["amounts"], _NOTICES.plan_year)
        .select_from(_T["amounts"].join(_T["notices"]))
        .where(
            *(_AMOUNTS.purpose == "budget", _AMOUNTS.currency == "CNY", _AMOUNTS.per.is_(None)),
            *(_AMOUNTS.value.is_not(None), _AMOUNTS.project_key.is_not(None)),
        )
        .order_by(_AMOUNTS.key)
    )
    return [
        _Sum(one.plan_year, one.project_key, one.id, one.part_of, one.source, one.value)
        for one in _asked(store, asked)
    ]


def _leads(store: Store) -> dict[str, str]:
    """Return for each project those who lead it, or who answer for it where nobody leads."""
    asked = (
        select(_DEPARTMENTS.project_key, _DEPARTMENTS.name, _DEPARTMENTS.role)
        .where(_DEPARTMENTS.role.in_(["lead", "responsible"]))
        .order_by(_DEPARTMENTS.evidence_start, _DEPARTMENTS.key)
    )
    named: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in _asked(store, asked):
        named[one.project_key][one.role].append(one.name)
    return {key: "、".join(roles["lead"] or roles["responsible"]) for key, roles in named.items()}


def _asked(store: Store, question: Select[Any]) -> Sequence[Row[Any]]:
    with store.engine.connect() as connection:
        return connection.execute(question).all()
