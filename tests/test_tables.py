"""Tables as clerks keep them: units in captions, header levels and columns, rows that add up."""

from decimal import Decimal

import pytest

from extract import extract
from extract.notice import Amount, Check, Notice, Percentage, Quantity

CAPTION = """2025年XX县民生实事项目表
单位：万元
序号\t项目名称\t建设内容\t完成时限\t总投资\t牵头单位
1\t城区道路改造\t改造人民路，全长5.6公里\t2025年10月底\t4800\t县住建局
2\t智慧停车\t新建停车场6座\t2025年12月底\t2650.5\t县城管局
合计\t\t\t\t{total}\t
"""
UNITS = """2025年XX县民生实事任务分解表
序号\t任务名称\t单位\t目标值\t2024年基数\t完成率（%）\t责任单位
1\t改造农村户厕\t户\t3000\t1200\t95\t县农业农村局
2\t新改建农村公路\t公里\t60\t45.5\t88.5\t县交通运输局
小计\t\t\t3060\t\t\t
"""


def _amounts(notice: Notice) -> list[Amount]:
    return [one for project in notice.projects for one in project.amounts]


def _column_sums(notice: Notice) -> list[Check]:
    return [check for check in notice.checks if "合计" in check.expression]


def test_a_caption_gives_the_money_column_its_unit() -> None:
    notice = extract(CAPTION.format(total="7450.5").encode(), name="表.txt")
    assert [one.value for one in _amounts(notice)] == [Decimal(48000000), Decimal(26505000)]
    assert notice.status == "complete"


@pytest.mark.parametrize(("total", "verdict"), [("7450.5", "pass"), ("7540.5", "fail")])
def test_a_total_row_is_checked_and_never_added(total: str, verdict: str) -> None:
    notice = extract(CAPTION.format(total=total).encode(), name="表.txt")
    [stated] = [one for one in notice.figures if isinstance(one, Amount)]
    assert stated.purpose == "reference"
    [check] = _column_sums(notice)
    assert check.verdict == verdict
    assert check.expression == f"4800 + 2650.5（2项）= 合计 {total}"
    warned = [one for one in notice.findings if one.code == "check.fail"]
    assert bool(warned) == (verdict == "fail")


def test_the_unit_column_and_the_header_give_bare_numbers_their_unit() -> None:
    notice = extract(UNITS.encode(), name="表.txt")
    found = [
        (type(one).__name__, one.value, one.unit, one.role)
        for project in notice.projects
        for one in project.quantities
        if isinstance(one, Quantity | Percentage)
    ]
    assert found == [
        ("Quantity", Decimal(3000), "户", "target"),
        ("Quantity", Decimal(1200), "户", "baseline"),
        ("Percentage", Decimal(95), "%", "target"),
        ("Quantity", Decimal(60), "公里", "target"),
        ("Quantity", Decimal("45.5"), "公里", "baseline"),
        ("Percentage", Decimal("88.5"), "%", "target"),
    ]
    assert all(finding.code != "numeral.open" for finding in notice.findings)


def test_columns_of_different_units_prove_no_total() -> None:
    [check] = _column_sums(extract(UNITS.encode(), name="表.txt"))
    assert check.verdict == "unprovable"
    assert check.residual is None
