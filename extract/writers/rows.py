"""Notices → the rows of the shared tables. Nothing is computed here; every stated value is a row.

Keys are unique over all the notices given together: one notice in three formats is one notice, and
two different notices that share a weak id (two lists called 政府工作报告) stay two.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from pydantic import BaseModel

from extract.notice import (
    Amount,
    Deadline,
    Department,
    Evidence,
    Figure,
    Notice,
    Percentage,
    Project,
    Quantity,
)
from extract.unseen import escaped
from extract.writers import layouts
from extract.writers.layouts import Column, Layout

Value = str | int | Decimal | date | bool | None
Row = dict[str, Value]
_NOT_FACTS = {"source", "findings", "numerals", "schema_version", "status", "checks"}


@dataclass(frozen=True, slots=True)
class Table:
    """A layout with its rows; each row has a value for every column."""

    layout: Layout
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns of the layout."""
        return self.layout.columns


def tables(notices: Iterable[Notice]) -> tuple[Table, ...]:
    """Return all the tables of the notices together, empty ones too.

    ``新增托位452个`` is one row of ``quantities``: value 452, unit 个, object 托位.
    """
    gathered: dict[str, list[Row]] = {layout.name: [] for layout in layouts.LAYOUTS}
    for key, notice in keyed(notices):
        for name, rows in of_notice(key, notice).items():
            gathered[name].extend(rows)
    return tuple(Table(layout, tuple(gathered[layout.name])) for layout in layouts.LAYOUTS)


def figures(notices: Iterable[Notice]) -> Table:
    """Return one wide table with a row per value, the project's own fields repeated on each."""
    rows = [row for key, notice in keyed(notices) for row in _figures(key, notice)]
    return Table(layouts.FIGURES, tuple(rows))


def keyed(notices: Iterable[Notice]) -> list[tuple[str, Notice]]:
    """Return each different notice once with its key: its id, made distinct where needed."""
    taken: dict[str, str] = {}
    result = []
    for notice in notices:
        facts = facts_digest(notice)
        key = notice.id
        if taken.get(key, facts) != facts:
            key = f"{notice.id}~{facts[:8]}"
        if key not in taken:
            taken[key] = facts
            result.append((key, notice))
    return result


def facts_digest(notice: Notice) -> str:
    """Return the SHA-256 of what a notice says, whatever file and place it was printed in."""
    facts = _without_places(notice.model_dump(exclude=_NOT_FACTS))
    text = escaped(json.dumps(facts, default=_plain, ensure_ascii=False, sort_keys=True))
    return sha256(text.encode()).hexdigest()


def of_notice(key: str, notice: Notice) -> dict[str, list[Row]]:
    """Return the rows of one notice by table."""
    rows: dict[str, list[Row]] = {layout.name: [] for layout in layouts.LAYOUTS}
    keys = _Keys(key)
    rows["notices"].append(_notice(key, notice))
    for position, project in enumerate(notice.projects):
        owner = keys.next(project.id)
        row = _row(layouts.PROJECTS, project, owner, key)
        category = project.category.name if project.category else None
        rows["projects"].append(row | {"position": position, "category": category})
        for number, task in enumerate(project.tasks):
            made = _row(layouts.TASKS, task, f"{owner}/{number}", key, owner)
            rows["tasks"].append(made | {"task": number})
        for value in _values(project):
            layout = _layout_of(value)
            rows[layout.name].append(_row(layout, value, keys.next(value.id), key, owner))
    for value in _own_values(notice):
        layout = _layout_of(value)
        rows[layout.name].append(_row(layout, value, keys.next(value.id), key))
    _add_remarks(rows, keys, key, notice)
    return rows


def project_keys(key: str, notice: Notice) -> list[str]:
    """Return the keys of a notice's projects, in their order."""
    keys = _Keys(key)
    return [keys.next(project.id) for project in notice.projects]


def _add_remarks(rows: dict[str, list[Row]], keys: "_Keys", key: str, notice: Notice) -> None:
    for entry in notice.oversight:
        row = _row(layouts.OVERSIGHT, entry, keys.of("ov", entry.role, entry.action), key)
        department = entry.department.name if entry.department else None
        rows["oversight"].append(row | {"department": department})
    for check in notice.checks:
        row = _row(layouts.CHECKS, check, keys.next(check.id), key)
        rows["checks"].append(row | {"operands": " ".join(check.operands)})
    for finding in notice.findings:
        place = finding.evidence.start if finding.evidence else None
        own = keys.of("fi", finding.code, finding.message, place)
        rows["findings"].append(_row(layouts.FINDINGS, finding, own, key))


class _Keys:
    """Gives each thing of one notice a key of its own, twins with ``-2``, ``-3`` … behind."""

    def __init__(self, notice: str) -> None:
        self._notice = notice
        self._taken: set[str] = set()

    def next(self, identifier: str) -> str:
        """Return the key for an id."""
        key, count = f"{self._notice}/{identifier}", 1
        while key in self._taken:
            count += 1
            key = f"{self._notice}/{identifier}-{count}"
        self._taken.add(key)
        return key

    def of(self, prefix: str, *parts: object) -> str:
        """Return the key for a thing without an id, from what it says."""
        text = "\x1f".join(str(part) for part in parts)
        return self.next(f"{prefix}-{sha256(text.encode()).hexdigest()[:12]}")


def _notice(key: str, notice: Notice) -> Row:
    source = notice.source
    return {
        "id": key,
        "notice": notice.id,
        "schema_version": notice.schema_version,
        "status": notice.status,
        "title": notice.title.value if notice.title else None,
        "document_number": notice.document_number.text if notice.document_number else None,
        "issuer": notice.issuer.value if notice.issuer else None,
        "issued_on": notice.issued_on.value if notice.issued_on else None,
        "plan_year": notice.plan_year.year if notice.plan_year else None,
        "source_name": source.name,
        "source_media_type": source.media_type,
        "source_sha256": source.sha256,
        "text_sha256": source.text_sha256,
    }


def _row(
    layout: Layout, model: BaseModel, key: str, notice: str, project: str | None = None
) -> Row:
    """Return a model's fields under the names of the layout; those it has not are empty."""
    known: Row = {"key": key, "notice_id": notice, "project_key": project}
    known |= _place(getattr(model, "evidence", None))
    return {
        column.name: known[column.name]
        if column.name in known
        else _cell(getattr(model, column.name, None))
        for column in layout.columns
    }


def _place(evidence: Evidence | None) -> Row:
    if evidence is None:
        return {line.split()[0]: None for line in layouts.EVIDENCE}
    cell, confidence = evidence.cell, evidence.confidence
    return {
        "evidence_text": evidence.text,
        "evidence_start": evidence.start,
        "evidence_end": evidence.end,
        "evidence_page": evidence.page,
        "evidence_table": cell.table if cell else None,
        "evidence_row": cell.row if cell else None,
        "evidence_column": cell.column if cell else None,
        "evidence_confidence": Decimal(str(confidence)) if confidence is not None else None,
    }


def _cell(value: object) -> Value:
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value)
    return value if isinstance(value, str | int | Decimal | date) else None


def _values(project: Project) -> Iterator[Figure]:
    yield from project.quantities
    yield from project.amounts
    yield from project.deadlines
    yield from project.departments


def _own_values(notice: Notice) -> Iterator[Figure]:
    """Yield what stands in no project: recipients, overseers, the default, the body's figures."""
    yield from notice.recipients
    yield from (entry.department for entry in notice.oversight if entry.department)
    yield from (one for one in (notice.default_deadline,) if one)
    yield from notice.figures


def _layout_of(value: Figure) -> Layout:
    if isinstance(value, Quantity | Percentage):
        return layouts.QUANTITIES
    if isinstance(value, Amount):
        return layouts.AMOUNTS
    return layouts.DEADLINES if isinstance(value, Deadline) else layouts.DEPARTMENTS


def _figures(key: str, notice: Notice) -> Iterator[Row]:
    keys = _Keys(key)
    head: Row = {
        "document_number": notice.document_number.text if notice.document_number else None,
        "plan_year": notice.plan_year.year if notice.plan_year else None,
    }
    for project in notice.projects:
        owner = keys.next(project.id)
        about: Row = head | {
            "serial": project.serial,
            "category": project.category.name if project.category else None,
            "project": project.name,
        }
        for value in _values(project):
            yield _figure(value, keys.next(value.id), key, owner) | about
    for value in _own_values(notice):
        yield _figure(value, keys.next(value.id), key, None) | head


def _figure(value: Figure, key: str, notice: str, owner: str | None) -> Row:
    row = _row(layouts.FIGURES, value, key, notice, owner)
    if isinstance(value, Amount):
        row["unit"] = "元" if value.currency == "CNY" else value.currency
    return row


def _without_places(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without_places(v) for k, v in value.items() if k != "evidence"}
    if isinstance(value, list | tuple):
        return [_without_places(part) for part in value]
    return value


def _plain(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def duties(project: Project, *roles: str) -> Sequence[Department]:
    """Return the departments of a project in one of the roles, in order."""
    return [one for one in project.departments if one.role in roles]
