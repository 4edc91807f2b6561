"""Notices → XLSX, a ledger (台账) as clerks keep it: one line a target, filters, totals, sources.

Sheets: 台账 (targets), 资金 (every amount, which of them are added up), 出处 (where each value is
printed; the other sheets link here), 核对 (checks and findings). Numbers are numbers where a
spreadsheet keeps them to the last digit (15 digits), else texts; no text can become a formula.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from extract.errors import MissingComponent
from extract.notice import Amount, Evidence, Notice
from extract.writers import _ledger, _said, rows
from extract.writers._sheet import FIRST, Link, Sheet, fits

SUFFIX = ".xlsx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # same notice, same bytes
_LEDGER = (
    *(("通知", 20), ("序号", 6), ("类别", 16), ("项目名称", 26), ("任务", 44), ("目标", 24)),
    *(("口径", 8), ("数值", 12), ("单位", 8), ("时限", 22), ("金额（元）", 16)),
    *(("牵头单位", 18), ("责任单位", 18), ("配合单位", 24), ("完成情况", 12), ("备注", 24)),
    ("出处", 22),
)
_VALUE, _MONEY, _STATE = 7, 10, 14
_MONEY_COLUMNS = (
    *(("序号", 6), ("项目名称", 26), ("用途", 12), ("来源", 10), ("口径", 8)),
    *(("金额（元）", 18), ("计入合计", 10), ("说明", 26), ("出处", 22)),
)
_SOURCE_COLUMNS = (
    *(("原文", 60), ("页", 6), ("表", 6), ("行", 6), ("列", 6), ("起", 8), ("止", 8)),
    ("文件", 30),
)
_REMARK_COLUMNS = (("种类", 10), ("结论或级别", 14), ("内容", 90), ("出处", 22))
_PURPOSES = {
    **{"budget": "预算", "total_investment": "总投资", "subsidy": "补助"},
    **{"unit_rate": "标准", "reference": "参考"},
}
_VERDICTS = {
    **{"pass": "相符", "fail": "不符", "within_approximation": "约数，相符"},
    **{"open_list": "列举不全", "unprovable": "无法核对"},
}
_SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}
_SOURCES = "出处"


def open_book(target: BytesIO) -> Any:  # noqa: ANN401  the package has no types
    """Return an empty XlsxWriter workbook that is written into ``target`` when closed.

    Raises:
        MissingComponent: the package is not installed.
    """
    try:
        from xlsxwriter import Workbook  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:  # pragma: no cover (installed with every developer's copy)
        message = "写 XLSX 要有 XlsxWriter；请运行 pip install 'policy-notices[export]'"
        raise MissingComponent(message) from error
    return Workbook(target, {"in_memory": True, "strings_to_urls": False})


def write(notice: Notice) -> bytes:
    """Return the workbook of one notice."""
    return write_all([notice])


def write_all(notices: Sequence[Notice]) -> bytes:
    """Return one workbook for all the notices."""
    target = BytesIO()
    book = open_book(target)
    book.set_properties({"created": _CREATED, "title": "民生实事项目台账"})
    kept = [notice for _, notice in rows.keyed(notices)]
    sources = _Sources()
    _targets(book, kept, sources)
    _money(book, kept, sources)
    _remarks(book, kept, sources)
    sources.write(book)
    book.close()
    return target.getvalue()


class _Sources:
    """Collects the places that are linked to; each gets one row of its sheet."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, Evidence], int] = {}

    def link(self, evidence: Evidence, notice: Notice) -> Link:
        row = self._rows.setdefault((notice.source.name, evidence), FIRST + len(self._rows))
        return Link(_SOURCES, row, _said.place(evidence))

    def write(self, book: Any) -> None:  # noqa: ANN401
        sheet = Sheet(book, _SOURCES, "出处：每个值印在什么地方", _SOURCE_COLUMNS)
        for name, evidence in self._rows:
            cell = evidence.cell
            grid = (cell.table + 1, cell.row + 1, cell.column + 1) if cell else (None,) * 3
            place = (evidence.page, *grid, evidence.start, evidence.end)
            sheet.add([evidence.text, *place, name])
        sheet.finish(frozen_columns=1, totals={})


def _targets(book: Any, notices: Sequence[Notice], sources: _Sources) -> None:  # noqa: ANN401
    sheet = Sheet(book, "台账", "民生实事项目台账", _LEDGER)
    money: list[Decimal] = []
    count = 0
    for notice in notices:
        for line in _ledger.lines(notice):
            count += 1
            money += [line.money] if line.money is not None else []
            sheet.add(
                [
                    *(line.notice, line.serial, line.category, line.project, line.task),
                    *(line.target, line.bound),
                    line.value if line.value is not None else line.said,
                    *(line.unit, line.deadline, line.money),
                    *(line.lead, line.responsible, line.cooperating, None, line.remarks),
                    sources.link(line.evidence, notice),
                ]
            )
    last = FIRST + count
    formula = f"=SUM(K{FIRST + 1}:K{last})" if all(map(fits, money)) else ""
    sheet.sheet.data_validation(
        *(FIRST, _STATE, max(last - 1, FIRST), _STATE),
        {"validate": "list", "source": ["未开始", "进行中", "已完成", "已逾期"]},
    )
    total = sum(money, Decimal(0))
    sheet.finish(frozen_columns=4, totals={_MONEY: (formula, total)} if money else {})


def _money(book: Any, notices: Sequence[Notice], sources: _Sources) -> None:  # noqa: ANN401
    sheet = Sheet(
        book, "资金", "资金：只有“计入合计”为“是”的相加，其余是其中的部分或标准", _MONEY_COLUMNS
    )
    added: list[Decimal] = []
    count = 0
    for notice in notices:
        for project in notice.projects:
            for amount in project.amounts:
                count += 1
                counted = _said.counted(amount)
                added += [amount.value] if counted and amount.value is not None else []
                sheet.add(
                    [
                        *(project.serial, project.name, _PURPOSES[amount.purpose]),
                        *(_said.SOURCES[amount.source], _said.BOUNDS[amount.bound]),
                        amount.value if amount.value is not None else _said.number(amount),
                        "是" if counted else "否",
                        _remark(amount),
                        sources.link(amount.evidence, notice),
                    ]
                )
    last = FIRST + count
    exact = all(map(fits, added))
    formula = f'=SUMIF(G{FIRST + 1}:G{last},"是",F{FIRST + 1}:F{last})' if exact else ""
    totals = {5: (formula, sum(added, Decimal(0)))} if added else {}
    sheet.finish(frozen_columns=2, totals=totals)


def _remark(amount: Amount) -> str:
    parts = [
        "" if amount.currency == "CNY" else f"币种 {amount.currency}",
        amount.per or "",
        "是另一笔的一部分" if amount.part_of else "",
    ]
    return "；".join(part for part in parts if part)


def _remarks(book: Any, notices: Sequence[Notice], sources: _Sources) -> None:  # noqa: ANN401
    sheet = Sheet(book, "核对", "核对和发现", _REMARK_COLUMNS)
    for notice in notices:
        for check in notice.checks:
            sheet.add(["核对", _VERDICTS[check.verdict], check.expression, None])
        for finding in notice.findings:
            link = sources.link(finding.evidence, notice) if finding.evidence else None
            sheet.add(["发现", _SEVERITIES[finding.severity], finding.message, link])
    sheet.finish(frozen_columns=0, totals={})
