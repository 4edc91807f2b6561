"""What a clerk should know of a notice: what is missing, what was inferred, what looks wrong."""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from extract.document import Document, Segment, Span
from extract.notice import Amount, Check, Evidence, Finding, Notice, Project, Severity
from extract.text import View

_HEADER = {
    "title": "标题",
    "document_number": "发文字号",
    "issuer": "发文机关",
    "issued_on": "成文日期",
}
_DEFERRED = regex.compile(r"按[^，。；]{0,12}(?:文件|规定|要求)")
_TO_BE_SET = regex.compile(r"根据[^，。；]{0,16}(?:确定|核定|下达)")
_LEVELS = regex.compile(r"(?:中央|省|市|区|县)(?:[、和](?:省|市|区|县))+")
_PIECE = regex.compile(r"[^，。；\t\n]+")
_SHORTEST_REPEAT = 6


def run(
    notice: Notice, document: Document, view: View, segments: Sequence[Segment]
) -> Iterator[Finding]:
    """Yield the findings of a notice: header, table, projects, words of the source."""
    yield from _reader(document)
    yield from _header(notice)
    yield from _table(document, segments)
    for project, segment in zip(notice.projects, segments, strict=True):
        yield from _project(notice, project, document, segment)
        yield from _repeated(document, view, segment)
    yield from _misprints(notice)
    for identifier, count in Counter(project.id for project in notice.projects).items():
        if count > 1:
            yield _finding("project.same_id", "warning", f"有 {count} 个项目无法区分：{identifier}")


def of_checks(checks: Sequence[Check]) -> Iterator[Finding]:
    """Yield a warning for every check that failed."""
    for check in checks:
        if check.verdict == "fail":
            yield _finding("check.fail", "warning", f"核对不符：{check.expression}，请对照原文")


def _finding(
    code: str, severity: Severity, message: str, evidence: Evidence | None = None
) -> Finding:
    return Finding(code=code, severity=severity, message=message, evidence=evidence)


def _reader(document: Document) -> Iterator[Finding]:
    for note in document.notes:
        evidence = document.evidence(note.span) if note.span else None
        yield _finding(f"reader.{note.code}", note.severity, note.message, evidence)


def _header(notice: Notice) -> Iterator[Finding]:
    for name, printed in _HEADER.items():
        if getattr(notice, name) is None:
            yield _finding("header.not_in_source", "info", f"没有认出{printed}，留空")
    year = notice.plan_year
    if year is None:
        yield _finding(
            "plan_year.unknown", "warning", "看不出计划年度，“今年”“年底”等无法换算成日期"
        )
    elif year.origin != "stated":
        message = f"计划年度 {year.year} 是推断的，请确认"
        yield _finding("plan_year.inferred", "info", message, year.evidence)


def _table(document: Document, segments: Sequence[Segment]) -> Iterator[Finding]:
    seen: dict[str, Span] = {}
    for segment in segments:
        if segment.stray is not None:
            message = f"单元格里只有“{segment.stray.text}”，不是名称，已按合并单元格处理，请核对"
            yield _finding(
                "table.stray_cell", "warning", message, document.evidence(segment.stray.span)
            )
        category = segment.category
        if category is None or segment.category_inherited:
            continue
        if category.text in seen:
            message = f"“{category.text}”在换页后又印了一次，仍算同一类"
            evidence = document.evidence(category.span)
            yield _finding("table.category_reprinted", "info", message, evidence)
        seen[category.text] = category.span


def _project(
    notice: Notice, project: Project, document: Document, segment: Segment
) -> Iterator[Finding]:
    where = f"第{project.serial}项" if project.serial else project.name
    if not project.departments:
        yield _finding("project.no_department", "warning", f"{where}没有写明责任单位")
    if not project.deadlines:
        yield _finding("project.no_deadline", "warning", f"{where}没有写明完成期限")
    if not project.quantities:
        yield _finding("project.no_quantity", "info", f"{where}没有量化指标")
    for deadline in project.deadlines:
        if deadline.overrides is not None:
            message = f"{where}另定期限“{''.join(deadline.evidence.text.split())}”，以它为准"
            yield _finding("deadline.overrides_default", "info", message, deadline.evidence)
    yield from _money(notice, project, where, document, segment)
    for department in project.departments:
        for flag in department.flags:
            message = f"{where}“{department.name}”与相邻单位之间没有分隔，已按名称拆开，请核对"
            yield _finding(f"department.{flag}", "warning", message, department.evidence)


def _money(
    notice: Notice, project: Project, where: str, document: Document, segment: Segment
) -> Iterator[Finding]:
    planned = [
        amount
        for amount in project.amounts
        if amount.part_of is None and amount.purpose in {"budget", "subsidy"}
    ]
    if not planned:
        text = document.slice(segment.span)
        if _TO_BE_SET.search(text):
            yield _finding("amount.to_be_set", "info", f"{where}的资金要等上级确定，金额留空")
        elif _DEFERRED.search(text):
            yield _finding("amount.deferred", "info", f"{where}的资金按其他文件执行，金额留空")
        else:
            yield _finding("amount.none_stated", "info", f"{where}没有写明资金数额")
    for amount in project.amounts:
        yield from _amount(amount, where, document)


def _amount(amount: Amount, where: str, document: Document) -> Iterator[Finding]:
    if regex.search(r"[万亿]$", amount.evidence.text):
        message = f"{where}“{amount.evidence.text}”省了“元”，按元计"
        yield _finding("amount.unit_inferred", "info", message, amount.evidence)
    before = document.text[max(0, amount.evidence.start - 24) : amount.evidence.start]
    if amount.source == "unspecified" and _LEVELS.search(before) and "分别" not in before:
        message = f"{where}“{amount.evidence.text}”由几级财政共同承担，原文没有分摊数，不拆分"
        yield _finding("amount.source_not_split", "info", message, amount.evidence)


def _misprints(notice: Notice) -> Iterator[Finding]:
    """A sum whose unit is torn apart: ``每人每月500的元生活补贴``."""
    listed = (amount for project in notice.projects for amount in project.amounts)
    for amount in (*listed, *(one for one in notice.figures if isinstance(one, Amount))):
        if amount.evidence.text.endswith("的元"):
            message = f"“{amount.evidence.text}”疑为原文误植，按“元”计，请核对"
            yield _finding("source.misprint", "warning", message, amount.evidence)


def _repeated(document: Document, view: View, segment: Segment) -> Iterator[Finding]:
    """A phrase printed twice: ``建成1处…农贸市场，…农贸市场，督促…``."""
    for region in segment.regions:
        start, end = view.inside(region)
        before = ""
        for match in _PIECE.finditer(view.text, start, end):
            clause = match.group()
            if len(clause) >= _SHORTEST_REPEAT and before.endswith(clause):
                evidence = document.evidence(view.span(*match.span()))
                message = f"“{clause}”连着印了两次，疑为原文笔误，只计一次"
                yield _finding("source.repeated", "warning", message, evidence)
            before = clause
