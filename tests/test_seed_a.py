"""Seed A (淄博高新区 2024, a PDF's wrapped text) line by line, as read by people."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from extract import extract
from extract.notice import Notice, Percentage, Project

SAMPLE = "samples/zibo-hitech-2024.txt"
ISSUER = "淄博高新技术产业开发区管理委员会办公室"
DEFAULT = ("2024-10-31", "month", "by", "in_principle")
# Value, unit, bound, act and thing of every target, item by item.
TARGETS = {
    "1": [
        ("3", "所", "exact", "新改扩建", "中小学"),
        ("1", "所", "exact", "新改扩建", "幼儿园"),
        ("6", "所", "exact", "配备", "幼儿园设施"),
    ],
    "2": [],
    "3": [
        ("10", "个", "exact", "打造", "“红齐365红色物业”党建品牌"),
        ("1000", "个", "exact", "新增", "住宅小区电动自行车充电口"),
    ],
    "4": [
        ("9", "公里", "at_least", "新改建", "四好农村路"),
        ("43", "公里", "at_least", "改善", "路面状况"),
        ("6", "公里", "at_least", "提升改造", "老旧市政道路路面"),
        ("11", "处", "exact", "智慧化改造", "学校周边及重点路段"),
    ],
    "5": [
        ("5", "处", "at_least", "新增", "新型公共文化空间"),
        ("100", "场", "at_least", "组织", "“同城共读 书香高新”品质阅读推广等活动"),
    ],
    "6": [
        ("100", "场", "at_least", "开展", "全民健身运动会、社区运动会等体育赛事活动"),
        ("150", "人", "at_least", "培训", "三级社会体育指导员"),
        ("145", "个", "exact", "维护", "村居、社区健身器材"),
    ],
    "7": [
        ("509", "张", "at_least", "建设", "家庭养老床位"),
        ("1", "处", "exact", "改造提升", "养老服务设施"),
        ("1", "家", "exact", "打造", "四星级养老机构"),
        ("100", "%", "exact", None, "备案养老机构智能设备覆盖率"),
    ],
    "8": [],
    "9": [("6", "处", "exact", "提升完善", "“街头游园”、“拇指游园”的游园功能")],
    "10": [
        ("1000", "辆", "at_least", "新增投放", "共享单车"),
        ("100", "处", "exact", "增设", "共享单车停放站点"),
    ],
}
NAMES = [
    "优化教育资源供给工程",
    "基层医疗卫生提升工程",
    "城区居住品质提升工程",
    "城乡路网优化提升工程",
    "城乡多彩文化悦民工程",
    "全民体育健身惠民工程",
    "品质养老服务供给工程",
    "智慧交通平安畅行工程",
    "公园游园智慧化设施建设工程",
    "共享单车便利化示范工程",
]
DEPARTMENTS = [
    ["教育和体育事业中心"],
    ["卫生健康事业中心", "高新区医保分局"],
    ["建设局", "综合行政执法与应急管理局", "市场监管局"],
    ["建设局", "综合行政执法与应急管理局"],
    ["民政和文旅事业中心"],
    ["教育和体育事业中心"],
    ["民政和文旅事业中心"],
    ["建设局", "高新区交警大队"],
    ["综合行政执法与应急管理局"],
    ["综合行政执法与应急管理局"],
]


@pytest.fixture(scope="module")
def notice() -> Notice:
    return extract(SAMPLE)


def project(notice: Notice, serial: str) -> Project:
    return next(one for one in notice.projects if one.serial == serial)


def test_the_letterhead(notice: Notice) -> None:
    assert notice.title.value == f"{ISSUER}关于公布《2024年度高新区重大民生实事项目清单》的通知"
    assert notice.issuer.value == ISSUER
    number = notice.document_number
    assert (number.text, number.agency_code) == ("淄高新管办字〔2024〕2号", "淄高新管办字")
    assert (number.year, number.serial) == (2024, 2)
    assert [(one.name, one.group) for one in notice.recipients] == [
        ("各委部、局、中心", True),
        ("四宝山街道", False),
        ("中埠镇", False),
        ("市驻区各部门、单位", True),
        ("各直属企事业单位", True),
        ("各有关单位", True),
    ]
    assert [one.value for one in notice.attachments] == ["2024年度高新区重大民生实事项目清单"]
    assert (notice.plan_year.year, notice.plan_year.origin) == (2024, "stated")


def test_the_day_of_issue_is_not_guessed(notice: Notice) -> None:
    assert notice.issued_on is None
    messages = [one.message for one in notice.findings if one.code == "header.not_in_source"]
    assert messages == ["没有认出成文日期，留空"]


def test_the_default_deadline(notice: Notice) -> None:
    due = notice.default_deadline
    assert due.date == date(2024, 10, 31)
    assert (due.precision, due.bound, due.modality) == ("month", "by", "in_principle")
    assert due.evidence.text == "今年 10 月底"


def test_who_coordinates_supervises_and_how_often(notice: Notice) -> None:
    entries = [
        (one.role, one.department.name if one.department else None, one.action, one.recurrence)
        for one in notice.oversight
    ]
    assert entries == [
        ("coordinating", "发展改革局", "统筹", None),
        ("supervising", "发展改革局", "跟踪督办", None),
        ("supervising", "工委管委会办公室", "跟踪督办", None),
        ("reporting", None, "通报", "FREQ=MONTHLY;INTERVAL=3"),
    ]


def test_ten_projects_with_names_and_departments(notice: Notice) -> None:
    assert [one.serial for one in notice.projects] == [str(n) for n in range(1, 11)]
    assert [one.name for one in notice.projects] == NAMES
    assert [[d.name for d in one.departments] for one in notice.projects] == DEPARTMENTS
    assert {d.role for one in notice.projects for d in one.departments} == {"responsible"}


@pytest.mark.parametrize("serial", TARGETS)
def test_targets(notice: Notice, serial: str) -> None:
    seen = [
        (str(one.value), one.unit, one.bound, getattr(one, "action", None), one.object)
        for one in project(notice, serial).quantities
        if one.role == "target" and one.bound != "all"
    ]
    assert seen == TARGETS[serial]


def test_twenty_one_targets_and_two_standards(notice: Notice) -> None:
    quantities = [one for each in notice.projects for one in each.quantities]
    counted = [one for one in quantities if one.bound != "all"]
    assert sum(1 for one in counted if one.role == "target") == 21
    everywhere = [(one.evidence.text, one.object) for one in quantities if one.bound == "all"]
    assert everywhere == [("全域覆盖", "居民长护试点"), ("全域全覆盖", None)]
    standards = [one.evidence.text for one in quantities if one.role == "standard"]
    assert standards == ["15 分钟", "1 公里"]


def test_a_share_is_a_percentage(notice: Notice) -> None:
    share = project(notice, "7").quantities[-1]
    assert isinstance(share, Percentage)
    assert (share.value, share.unit) == (Decimal(100), "%")


@pytest.mark.parametrize("serial", [str(n) for n in range(1, 11)])
def test_every_project_inherits_the_default(notice: Notice, serial: str) -> None:
    due = project(notice, serial).deadlines[-1]
    assert (due.date.isoformat(), due.precision, due.bound, due.modality) == DEFAULT
    assert due.origin == "default"


def test_a_date_in_the_text_speaks_for_its_clause_alone(notice: Notice) -> None:
    beds, house, default = project(notice, "7").deadlines
    assert beds.date == house.date == date(2024, 12, 31)
    assert beds.overrides == house.overrides == notice.default_deadline.id
    assert (beds.task, house.task, default.task) == (0, 1, None)
    assert "509" in project(notice, "7").tasks[0].text


def test_no_project_states_money(notice: Notice) -> None:
    assert all(not one.amounts for one in notice.projects)
    reasons = [one.code for one in notice.findings if one.code.startswith("amount.")]
    assert reasons == ["amount.none_stated"] * 10


def test_the_ledger_closes(notice: Notice) -> None:
    numerals = notice.numerals
    assert numerals.total == 59
    assert numerals.total == numerals.consumed + len(numerals.discarded)
    assert notice.status == "complete"


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        ("四宝山街道", "name"),
        ("“一把手”", "idiom"),
        ("365 红色", "name"),
        ("四好农村路", None),
        ("三级社会体育指导员", "rank"),
        ("四星级养", "rank"),
        ("二、明确", "serial"),
        ("10. 实施", "serial"),
    ],
)
def test_why_a_numeral_is_no_figure(notice: Notice, around: str, reason: str | None) -> None:
    text = Path(SAMPLE).read_text(encoding="utf-8")
    start = text.index(around)
    inside = [
        one.reason for one in notice.numerals.discarded if start <= one.start < start + len(around)
    ]
    assert inside, around
    assert reason is None or set(inside) == {reason}


def test_checks(notice: Notice) -> None:
    verdicts = [(one.kind, one.verdict, one.residual) for one in notice.checks]
    assert verdicts == [("count", "open_list", Decimal(-2)), ("sequence", "pass", Decimal(0))]
