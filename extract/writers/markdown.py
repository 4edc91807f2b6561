"""A notice → Markdown, to be read in a ticket, a wiki or a pull request."""

from collections.abc import Iterable, Sequence

import regex

from extract.notice import Notice, Project
from extract.writers import _said

SUFFIX = ".md"
MEDIA_TYPE = "text/markdown"

_MARKS = regex.compile(r"[\\`*_{}\[\]<>#|~!&$]")


def write(notice: Notice) -> bytes:
    """Return the notice as one page: header, a table of targets per project, checks, findings."""
    lines = [f"# {_safe(notice.title.value if notice.title else notice.source.name)}", ""]
    lines += [f"- {name}：{_safe(value)}" for name, value in _header(notice) if value]
    for project in notice.projects:
        lines += ["", *_project(project)]
    if notice.checks:
        rows = [(one.expression, one.verdict) for one in notice.checks]
        lines += ["", "## 核对", "", *_table(("算式", "结论"), rows)]
    if notice.findings:
        found = [(one.severity, one.message) for one in notice.findings]
        lines += ["", "## 发现", "", *_table(("级别", "说明"), found)]
    return ("\n".join(lines) + "\n").encode()


def write_all(notices: Sequence[Notice]) -> bytes:
    """Return the notices one after the other, a rule between them."""
    return b"\n---\n\n".join(write(notice) for notice in notices)


def _header(notice: Notice) -> Iterable[tuple[str, str]]:
    yield "发文机关", notice.issuer.value if notice.issuer else ""
    yield "发文字号", notice.document_number.text if notice.document_number else ""
    yield "成文日期", notice.issued_on.value.isoformat() if notice.issued_on else ""
    yield "计划年度", str(notice.plan_year.year) if notice.plan_year else ""
    yield "编号", notice.id
    yield "状态", "完整" if notice.status == "complete" else "待核实"


def _project(project: Project) -> Iterable[str]:
    serial = f"{project.serial} " if project.serial else ""
    yield f"## {_safe(serial + project.name)}"
    yield ""
    yield f"- 编号：{project.id}"
    for name, roles in (("牵头", "lead"), ("责任", "responsible"), ("配合", "cooperating")):
        if said := _said.names(project, roles):
            yield f"- {name}：{_safe(said)}"
    rows = [
        (
            " ".join(filter(None, (getattr(one, "action", None), one.object))),
            _said.BOUNDS[one.bound],
            _said.number(one),
            one.unit,
            _said.place(one.evidence),
        )
        for one in project.quantities
    ]
    rows += [
        (
            f"资金（{_said.SOURCES[one.source]}）",
            _said.BOUNDS[one.bound],
            _said.number(one),
            "元" if one.currency == "CNY" else one.currency,
            _said.place(one.evidence),
        )
        for one in project.amounts
    ]
    rows += [
        ("时限", "", _said.when(one), "", _said.place(one.evidence)) for one in project.deadlines
    ]
    if rows:
        yield ""
        yield from _table(("目标", "口径", "数值", "单位", "出处"), rows)


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{' --- |' * len(headers)}"
    for row in rows:
        yield f"| {' | '.join(map(_safe, row))} |"


def _safe(text: str) -> str:
    """Return a text of the notice so that no Markdown and no HTML in it is taken for one."""
    line: str = _MARKS.sub(lambda mark: f"\\{mark.group()}", " ".join(text.split()))
    return line.replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")
