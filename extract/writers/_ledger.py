"""The rows of a clerk's ledger (台账): one a target, the project's own facts beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extract.notice import Evidence, Notice, Percentage, Project, Quantity
from extract.writers import _said

_AIMS = ("target", "baseline")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger.

    ``money`` stands on the first line of its project only, so that the column can be added up;
    ``value`` is ``None`` where a range or 全部 is stated, which ``said`` then holds.
    """

    notice: str
    serial: str
    category: str
    project: str
    task: str
    target: str
    bound: str
    value: Decimal | None
    said: str
    unit: str
    deadline: str
    money: Decimal | None
    lead: str
    responsible: str
    cooperating: str
    remarks: str
    evidence: Evidence


def lines(notice: Notice) -> Iterator[Line]:
    """Yield the lines of a notice; a project without a target has one line, with its content."""
    name = notice.document_number.text if notice.document_number else ""
    name = name or (notice.title.value if notice.title else notice.source.name)
    for project in notice.projects:
        money = _said.planned(project)
        aims = [one for one in project.quantities if one.role in _AIMS]
        targets: list[Quantity | Percentage | None] = [*aims] or [None]
        for position, target in enumerate(targets):
            yield _line(name, project, target, money if position == 0 else None)


def _line(
    notice: str, project: Project, target: Quantity | Percentage | None, money: Decimal | None
) -> Line:
    task = target.task if target else None
    words = project.tasks[task].text if task is not None and task < len(project.tasks) else ""
    deadlines = _said.deadlines_of(project, task)
    return Line(
        notice=notice,
        serial=project.serial or "",
        category=project.category.name if project.category else "",
        project=project.name,
        task=words or project.content,
        target=_aim(target),
        bound=_said.BOUNDS[target.bound] if target else "",
        value=target.value if target else None,
        said=_said.number(target) if target else "",
        unit=target.unit if target else "",
        deadline="；".join(dict.fromkeys(_said.when(one) for one in deadlines)),
        money=money,
        lead=_said.names(project, "lead"),
        responsible=_said.names(project, "responsible"),
        cooperating=_said.names(project, "cooperating", "coordinating", "supervising"),
        remarks=project.remarks or "",
        evidence=target.evidence if target else project.evidence,
    )


def _aim(target: Quantity | Percentage | None) -> str:
    if target is None:
        return ""
    action = target.action if isinstance(target, Quantity) else None
    current = "（现状）" if target.role == "baseline" else ""
    return "".join(part for part in (action, target.object, current) if part)
