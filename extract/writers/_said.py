"""How a clerk reads a value: bounds, duties and places in Chinese, numbers in full."""

from decimal import Decimal

from extract import lexicon
from extract.notice import Amount, Deadline, Department, Evidence, Measure, Project
from extract.writers.rows import duties

BOUNDS = {
    "exact": "",
    "at_least": "不少于",
    "more_than": "超过",
    "at_most": "不超过",
    "less_than": "少于",
    "about": "约",
    "range": "区间",
    "all": "全部",
}
SOURCES = {
    "central": "中央",
    "province": "省级",
    "city": "市级",
    "district": "区级",
    "higher": "上级",
    "finance": "财政",
    "bond": "债券",
    "enterprise": "企业",
    "fund": "基金",
    "unspecified": "未写明",
}


def number(measure: Measure) -> str:
    """Return a number in full: ``2889.43``, ``1–2``; empty for 全部."""
    if measure.value is not None:
        return f"{measure.value:f}"
    if measure.minimum is not None and measure.maximum is not None:
        return f"{measure.minimum:f}–{measure.maximum:f}"
    return ""


def when(deadline: Deadline) -> str:
    """Return a deadline: ``2024-10-31（原则上）``; what recurs by its own words."""
    if deadline.date is None:
        return "".join((deadline.condition or deadline.evidence.text).split())
    soft = {"firm": "", "in_principle": "（原则上）", "conditional": "（有条件）"}
    return f"{deadline.date.isoformat()}{soft[deadline.modality]}"


def names(project: Project, *roles: str) -> str:
    """Return the departments of the roles, joined as they are printed: ``建设局、市场监管局``."""
    return "、".join(_name(one) for one in duties(project, *roles))


def duty(role: str) -> str:
    """Return the Chinese of a duty (牵头)."""
    return lexicon.rules().roles[role]


def place(evidence: Evidence) -> str:
    """Return where something is printed: page, cell, offsets."""
    page = f"第{evidence.page}页 " if evidence.page is not None else ""
    cell = evidence.cell
    grid = f"表{cell.table + 1} 行{cell.row + 1} 列{cell.column + 1} " if cell else ""
    return f"{page}{grid}字符 {evidence.start}–{evidence.end}"


def deadlines_of(project: Project, task: int | None) -> list[Deadline]:
    """Return what a target must keep to: its task's deadlines, else the project's own."""
    own = [one for one in project.deadlines if task is not None and one.task == task]
    if own:
        return own
    stated = [one for one in project.deadlines if one.task is None and one.origin != "default"]
    return stated or [one for one in project.deadlines if one.origin == "default"]


def counted(amount: Amount) -> bool:
    """Tell whether an amount may be added up: a budget in yuan that is no part of another one."""
    whole = amount.purpose == "budget" and amount.part_of is None and amount.per is None
    return whole and amount.currency == "CNY" and amount.value is not None


def planned(project: Project) -> Decimal | None:
    """Return the sum of a project's budgets that may be added up; ``None`` when it states none."""
    values = [one.value for one in project.amounts if counted(one) and one.value is not None]
    return sum(values, Decimal(0)) if values else None


def _name(department: Department) -> str:
    return department.name + (department.qualifier or "")
