"""Seed B (济宁高新区 2023, a table dumped a cell a line) row by row, as read by people."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from extract import extract
from extract.notice import Amount, Notice, Project

CATEGORIES = [
    ("基础教育扩容提质", [1]),
    ("幼有所育能力提升", [2]),
    ("建设区域健康信息平台", [3]),
    ("提升残疾人康复救助水平", [4, 5]),
    ("提升适老化服务水平", [6, 7, 8]),
    ("提升就业保障能力", [9, 10]),
    ("实施基础设施提升项目", [11, 12, 13, 14]),
    ("打造优良人居环境", [15]),
    ("实施文化惠民提升项目", [16]),
    ("提升公共安全保障能力", [17, 18, 19, 20, 21, 22]),
]
NAMES = {
    1: "基础教育扩容提质",
    4: "残疾儿童康复救助",
    8: "银龄工程",
    9: "城乡公益性岗位扩容提质行动",
    10: "农业经营从业者培训（高素质农民）",
    12: "道路改造工程",
    19: "电梯安全保险",
    22: "火灾风险监测预警提升工程",
}
DEADLINES = {
    1: date(2023, 12, 31),
    6: date(2023, 9, 30),
    9: date(2023, 12, 31),
    18: date(2023, 10, 31),
    19: date(2023, 12, 31),
    20: date(2023, 9, 30),
}
# What each row plans for 2023, in 万元; rows 7 and 20 do not say.
PLANNED = {
    **{1: 10140, 2: 4500, 3: 170, 4: 180, 5: 25, 6: 50, 8: 50, 9: 1000, 10: 10, 11: 8200},
    **{12: 1736, 13: 1130, 14: 1200, 15: 40, 16: 200, 17: 180, 18: 120, 19: 36, 21: 200, 22: 110},
}
CHECKS = [
    ("sum", "5000万元 + 约5000万元 = 1亿元", "within_approximation"),
    ("inequality", "2000万元 ≤ 5000万元", "pass"),
    ("share", "40% + 20% + 40% = 100%", "pass"),
    ("sum", "6500万元 + 1700万元 = 8200万元", "pass"),
    ("share", "40% + 60% = 100%", "pass"),
    ("product", "36万元 × 60% = 21.6万元", "pass"),
    ("sum", "39万元 + 13万元 + 13万元 = 65万元", "pass"),
]


@pytest.fixture(scope="module")
def notice() -> Notice:
    return extract("samples/jining-hitech-2023.txt")


def row(notice: Notice, number: int) -> Project:
    return next(one for one in notice.projects if one.serial == str(number))


def amounts(notice: Notice, number: int) -> list[Amount]:
    return list(row(notice, number).amounts)


def planned(project: Project) -> Decimal | None:
    """Add up what may be added: budgets of the year that are no part of another sum."""
    sums = [one.value for one in project.amounts if one.purpose == "budget" and not one.part_of]
    return sum(sums, Decimal(0)) if sums else None


def test_no_header_is_invented(notice: Notice) -> None:
    assert notice.title is None
    assert notice.issuer is None
    assert notice.document_number is None
    assert notice.issued_on is None
    assert notice.recipients == ()
    assert (notice.plan_year.year, notice.plan_year.origin) == (2023, "inferred")


def test_twenty_two_rows_under_ten_categories(notice: Notice) -> None:
    assert [one.serial for one in notice.projects] == [str(n) for n in range(1, 23)]
    for name, rows in CATEGORIES:
        assert [row(notice, n).category.name for n in rows] == [name] * len(rows)
    assert len({one.category.name for one in notice.projects}) == 10


def test_blank_cells_name_their_donor(notice: Notice) -> None:
    inherited = [int(one.serial) for one in notice.projects if one.category.inherited]
    assert inherited == [5, 7, 8, 10, 12, 13, 14, 18, 19, 21, 22]
    donor = row(notice, 4).category.evidence
    assert row(notice, 5).category.evidence == donor
    assert (donor.cell.row, donor.cell.column) == (4, 1)


def test_the_stray_mark_and_the_reprinted_name(notice: Notice) -> None:
    found = {one.code: one for one in notice.findings}
    assert found["table.stray_cell"].evidence.text == "·"
    reprinted = [one for one in notice.findings if one.code == "table.category_reprinted"]
    assert len(reprinted) == 1
    assert row(notice, 20).category.inherited is False
    repeated = [one.evidence.text for one in notice.findings if one.code == "source.repeated"]
    assert repeated == ["食品安全管理规范化农贸市场"]


@pytest.mark.parametrize("number", NAMES)
def test_names(notice: Notice, number: int) -> None:
    assert row(notice, number).name == NAMES[number]


def test_sub_tasks(notice: Notice) -> None:
    tasks = row(notice, 1).tasks
    assert [one.marker for one in tasks] == ["①", "②", "③"]
    assert tasks[1].text.startswith("继续实施教室照明提升工程，改造提升80口")
    counted = [one for one in row(notice, 1).quantities if one.bound != "all"]
    by_text = {one.evidence.text: one.task for one in counted}
    assert by_text == {"80口": 1, "1次": 2}
    money = {one.evidence.text: one.task for one in amounts(notice, 1)}
    assert (money["80万元"], money["60万元"], money["7.22亿元"]) == (1, 2, None)


@pytest.mark.parametrize("number", DEADLINES)
def test_deadlines(notice: Notice, number: int) -> None:
    assert {one.date for one in row(notice, number).deadlines} == {DEADLINES[number]}
    assert {one.origin for one in row(notice, number).deadlines} == {"stated"}


def test_a_deadline_without_a_year_and_one_with_a_condition(notice: Notice) -> None:
    assert all(one.year_inferred for one in row(notice, 9).deadlines)
    conditional = row(notice, 19).deadlines[0]
    assert (conditional.modality, conditional.condition) == ("conditional", "以全市推进进度为准")
    assert [one.bound for one in row(notice, 20).deadlines] == ["within"]


def test_lead_and_cooperating_departments(notice: Notice) -> None:
    def who(number: int) -> list[tuple[str, str, str | None]]:
        return [(one.name, one.role, one.qualifier) for one in row(notice, number).departments]

    assert who(1) == [
        ("发展软环境保障局", "lead", None),
        ("党工委组织部", "cooperating", "（人力资源部）"),
        *[(name, "cooperating", None) for name in ("财政金融局", "洸河街道", "柳行街道")],
        *[(name, "cooperating", None) for name in ("黄屯街道", "王因街道", "接庄街道")],
    ]
    assert who(18)[:2] == [
        ("城乡建设和交通局", "lead", None),
        ("市场监督管理局", "lead", None),
    ]
    assert ("发展软环境保障局", "cooperating", "（含城乡统筹发展）") in who(9)
    assert ("交通局", "cooperating", None) in who(9)


def test_groups_and_enterprises(notice: Notice) -> None:
    lead = {one.name: one for one in row(notice, 2).departments}
    assert lead["高新控股集团"].organisation == "enterprise"
    assert (lead["各街道"].organisation, lead["各街道"].group) == ("group", True)
    streets, tower, *companies = row(notice, 14).departments[1:]
    assert (streets.name, streets.qualifier, streets.group_size) == ("街道", "（园区）", 5)
    assert tower.name == "中国铁塔公司高新区办事处"
    assert [one.name for one in companies] == [
        "中国移动高新区分公司",
        "中国联通高新营销中心",
        "中国电信高新区分公司",
    ]
    assert {one.flags for one in companies} == {("split_without_separator",)}


@pytest.mark.parametrize("number", range(1, 23))
def test_planned_money(notice: Notice, number: int) -> None:
    expected = PLANNED.get(number)
    total = planned(row(notice, number))
    assert total == (None if expected is None else expected * Decimal(10000))


def test_the_planned_total(notice: Notice) -> None:
    total = sum((planned(one) or Decimal(0) for one in notice.projects), Decimal(0))
    assert total == Decimal("292770000")


def test_the_parts_of_the_first_row(notice: Notice) -> None:
    whole, year, bond, secured, district, lights, sought = amounts(notice, 1)
    assert (whole.purpose, year.status, year.year) == ("total_investment", "planned", 2023)
    assert (bond.status, bond.source, bond.part_of) == ("applied_for", "bond", year.id)
    assert (secured.status, secured.part_of) == ("secured", bond.id)
    assert (district.source, district.bound, district.part_of) == ("district", "about", year.id)
    assert (lights.bound, lights.part_of) == ("about", None)
    assert (sought.status, sought.source) == ("sought", "city")


def test_rates_references_and_shares(notice: Notice) -> None:
    assert [one.per for one in amounts(notice, 9)] == ["每人每年", "每人每月", None]
    assert [one.per for one in amounts(notice, 20)][:2] == ["每人", "每户"]
    assert {one.purpose for one in amounts(notice, 20)[2:]} == {"reference"}
    assert [one.source for one in amounts(notice, 20)[3:]] == ["province", "city", "district"]
    expected, district = amounts(notice, 19)
    assert (expected.status, district.part_of, district.share) == (
        "expected",
        expected.id,
        Decimal(60),
    )
    assert amounts(notice, 2)[0].purpose == "unit_rate"


def test_reasons_for_missing_money(notice: Notice) -> None:
    reasons = Counter(one.code for one in notice.findings)
    assert (reasons["amount.deferred"], reasons["amount.to_be_set"]) == (1, 1)
    assert reasons["amount.unit_inferred"] == 2
    assert reasons["amount.source_not_split"] == 2


def test_the_road_before_and_after(notice: Notice) -> None:
    lanes = [one for one in row(notice, 12).quantities if one.unit == "车道"]
    assert [(str(one.value), one.role) for one in lanes] == [("2", "baseline"), ("4", "target")]
    line = next(one for one in row(notice, 12).quantities if one.dimension == "voltage")
    assert (line.role, line.unit_code) == ("standard", "kV")


def test_the_ledger_closes(notice: Notice) -> None:
    numerals = notice.numerals
    assert numerals.total == 157 + 13 + 47
    assert numerals.total == numerals.consumed + len(numerals.discarded)
    assert notice.status == "complete"


def test_arithmetic_checks(notice: Notice) -> None:
    seen = [(one.kind, one.expression, one.verdict) for one in notice.checks]
    for check in CHECKS:
        assert check in seen


def test_counting_checks(notice: Notice) -> None:
    counts = [one for one in notice.checks if one.kind in {"count", "sequence"}]
    assert len(counts) == 7  # 三级, 两部分, 3个小区, 三大类, 5个街道, 三种模式, 1-22
    assert {one.verdict for one in counts} == {"pass"}
    assert len(notice.checks) == len(CHECKS) + len(counts)


def test_the_last_row_is_padded_not_shifted(notice: Notice) -> None:
    last = row(notice, 22)
    assert [(one.name, one.role) for one in last.departments] == [
        ("消防救援大队", "lead"),
        ("城乡建设和交通局", "cooperating"),
    ]
    assert last.remarks is None
