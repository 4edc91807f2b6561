"""The questions of a tracker: what may be added, who has which duty."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from installed import ROOT, RunNotice

from extract import extract
from extract.answers.duties import duties, likeness
from extract.answers.totals import totals
from extract.notice import Notice

SAMPLES = ROOT / "samples"


@pytest.fixture(scope="module")
def table() -> Notice:
    return extract(SAMPLES / "jining-hitech-2023.txt")


def test_the_planned_money_of_the_table(table: Notice) -> None:
    found = totals(table)
    assert found.minimum == found.maximum == Decimal("292770000")
    empty = {one.project.serial: one.reason for one in found.projects if one.minimum is None}
    assert empty == {"7": "资金按其他文件执行，金额留空", "20": "写了金额，但都不能相加"}


def test_every_sum_left_out_has_its_reason(table: Notice) -> None:
    eleventh = next(one for one in totals(table).projects if one.project.serial == "11")
    assert [one.value for one in eleventh.added] == [Decimal("82000000")]
    assert {left.reason for left in eleventh.left} == {"是另一笔的一部分，已计入整数"}
    for one in totals(table).projects:
        assert len(one.added) + len(one.left) == len(one.project.amounts)


def test_a_range_and_a_foreign_sum_are_not_forced_into_one_number() -> None:
    text = (
        "XX市2025年民生实事项目清单\n"
        "1.改造公园。投入财政资金10-30万元。（责任单位：市园林局）\n"
        "2.购置设备。投入资金50万美元。（责任单位：市卫健委）\n"
        "3.修建步道。投入财政资金20万元。（责任单位：市住建局）\n"
    )
    found = totals(extract(text.encode(), name="清单.txt"))
    assert (found.minimum, found.maximum) == (Decimal(300000), Decimal(500000))
    assert [left.reason for one in found.projects for left in one.left] == ["币种是 USD"]


def test_duties_over_two_notices() -> None:
    both = [extract(SAMPLES / f"{name}.txt") for name in ("zibo-hitech-2024", "jining-hitech-2023")]
    found = duties("市场监管局", both)
    assert [duty.project.serial for duty in found.duties if duty.project] == ["3"]
    assert [one.name for one in found.candidates] == ["市场监督管理局"]
    watch = duties("发展改革局", both[:1])
    assert {duty.department.role for duty in watch.duties if duty.project is None} >= {
        "coordinating",
        "supervising",
    }


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("市场监管局", "市场监督管理局", True),
        ("卫健局", "卫生健康局", True),
        ("市住建局", "住房和城乡建设局", True),
        ("教体局", "市教育和体育局", True),
        ("交通局", "城乡建设和交通局", False),
        ("建设局", "城乡建设局", False),
        ("财政局", "民政局", False),
    ],
)
def test_what_is_likely_another_spelling(first: str, second: str, same: bool) -> None:
    assert (likeness(first, second) >= Decimal("0.35")) == same
    assert likeness(first, second) == likeness(second, first)


def test_the_commands_answer_in_tables_and_json(run_notice: RunNotice, tmp_path: Path) -> None:
    sample = SAMPLES / "jining-hitech-2023.txt"
    shown = run_notice("totals", sample)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "292770000" in shown.stdout.decode()
    result = tmp_path / "result.json"
    result.write_bytes(run_notice("extract", sample).stdout)
    read = json.loads(run_notice("totals", "--json", result).stdout)
    assert (read["minimum"], len(read["projects"])) == ("292770000", 22)
    asked = run_notice("duties", "--json", "高新控股集团", result, tmp_path / "nothing.txt")
    assert asked.returncode == 3
    assert "nothing.txt" in asked.stderr.decode()
    assert json.loads(asked.stdout)["duties"][0]["role"] == "lead"
