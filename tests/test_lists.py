"""Lists of other shapes than the seeds: headings, 第一件, a table with a unit in its header."""

from decimal import Decimal

import pytest

from extract import extract
from extract.notice import Notice

UNDER_HEADINGS = """XX市人民政府办公室关于印发2025年XX市民生实事项目清单的通知
各县（市、区）人民政府，市政府各部门：
《2025年XX市民生实事项目清单》已经市政府同意，现印发给你们，请认真组织实施。
XX市人民政府办公室
2025年2月18日
2025年XX市民生实事项目清单
一、就业创业
1.开展职业技能培训。全年完成补贴性职业技能培训2万人次，新增高技能人才3000名以上。\
（牵头单位：市人力资源社会保障局；配合单位：市财政局、各县（市、区）政府；完成时限：2025年12月底）
2.建设“家门口”就业服务站。新建改建就业服务站50个。\
（牵头单位：市人力资源社会保障局；完成时限：2025年11月底前）
二、教育
1.增加学位供给。新建、改扩建中小学12所，总投资约8.6亿元，其中2025年计划投资3.2亿元。\
（牵头单位：市教育局；完成时限：2025年8月底）
2.学生午休“躺睡”工程。为200所小学配备午休床10万张，按每生不超过300元的标准给予补助。\
（责任单位：市教育局、市财政局；完成时限：2025年9月1日前）
"""
ITEMS = """2026年度XX区十件民生实事
第一件：实施老旧小区改造工程。改造老旧小区25个。责任单位：区住房城乡建设局。完成时间：2026年11月底。
第二件：推进农村公路提档升级。新改建农村公路60公里，投资1.2亿元，其中申请上级补助4000万元，区级配套8000万元。\
责任单位：区交通运输局。完成时间：2026年10月底。
第三件：扩大普惠托育服务。新增托位800个。责任单位：区卫生健康局、各镇街。完成时间：2026年12月底。
"""
TABLE = """序号\t项目名称\t建设内容\t完成时限\t总投资（万元）\t牵头单位\t配合单位
1\t城区道路改造\t改造人民路等3条道路，全长5.6公里\t2025年10月底\t4800\t区住建局\t区财政局、各街道
2\t智慧停车\t新建智慧停车场6座、泊位1200个\t2025年12月底\t2650.5\t区城管局\t区公安分局
3\t农村厕所革命\t改造农户厕所3000户\t2025年9月底\t900\t区农业农村局\t各镇人民政府
合计\t\t\t\t8350.5\t\t
"""


def read(text: str) -> Notice:
    return extract(text.encode(), name="list.txt")


def test_headings_are_categories_and_numbers_begin_again() -> None:
    notice = read(UNDER_HEADINGS)
    seen = [(one.category.name, one.serial, one.name) for one in notice.projects]
    assert seen == [
        ("就业创业", "1", "开展职业技能培训"),
        ("就业创业", "2", "建设“家门口”就业服务站"),
        ("教育", "1", "增加学位供给"),
        ("教育", "2", "学生午休“躺睡”工程"),
    ]
    assert [one.verdict for one in notice.checks if one.kind == "sequence"] == ["pass"]
    assert notice.issued_on.value.isoformat() == "2025-02-18"
    assert notice.status == "complete"


def test_labels_in_one_bracket_part_names_and_dates() -> None:
    first, second, third, fourth = read(UNDER_HEADINGS).projects
    assert [(one.name, one.role) for one in first.departments] == [
        ("市人力资源社会保障局", "lead"),
        ("市财政局", "cooperating"),
        ("各县（市、区）政府", "cooperating"),
    ]
    due = [one.deadlines[0].date.isoformat() for one in (first, second, third, fourth)]
    assert due == ["2025-12-31", "2025-11-30", "2025-08-31", "2025-09-01"]


def test_the_plan_of_a_year_is_not_lost_in_the_total_investment() -> None:
    third, fourth = read(UNDER_HEADINGS).projects[2:]
    whole, year = third.amounts
    assert (whole.purpose, whole.bound, year.part_of) == ("total_investment", "about", None)
    assert (year.value, year.year, year.status) == (Decimal(320000000), 2025, "planned")
    rate = fourth.amounts[0]
    assert (rate.per, rate.bound, rate.purpose) == ("每生", "at_most", "unit_rate")
    assert [(one.action, one.object) for one in fourth.quantities] == [
        (None, "小学"),
        ("配备", "午休床"),
    ]


def test_items_counted_in_words() -> None:
    notice = read(ITEMS)
    assert [one.serial for one in notice.projects] == ["一", "二", "三"]
    assert [one.name for one in notice.projects] == [
        "老旧小区改造工程",
        "推进农村公路提档升级",
        "扩大普惠托育服务",
    ]
    whole, higher, district = notice.projects[1].amounts
    assert higher.part_of == district.part_of == whole.id
    assert (higher.source, higher.status, district.source) == ("higher", "applied_for", "district")
    assert notice.projects[2].deadlines[0].date.isoformat() == "2026-12-31"


@pytest.mark.parametrize(
    ("row", "amount", "due", "lead"),
    [
        (0, "48000000", "2025-10-31", "区住建局"),
        (1, "26505000", "2025-12-31", "区城管局"),
        (2, "9000000", "2025-09-30", "区农业农村局"),
    ],
)
def test_a_unit_in_the_header_prices_bare_numbers(
    row: int, amount: str, due: str, lead: str
) -> None:
    project = read(TABLE).projects[row]
    assert [str(one.value) for one in project.amounts] == [amount]
    assert project.deadlines[0].date.isoformat() == due
    assert (project.departments[0].name, project.departments[0].role) == (lead, "lead")


def test_the_row_of_totals_is_no_project() -> None:
    notice = read(TABLE)
    assert [one.name for one in notice.projects] == ["城区道路改造", "智慧停车", "农村厕所革命"]
    assert [one.category for one in notice.projects] == [None] * 3
    assert [str(one.value) for one in notice.figures] == ["83505000"]


LABELLED_LINES = """关于公布2024年3件民生实事项目的通知
一、实施学前教育普惠工程
新建公办幼儿园12所，新增学位3240个。
牵头单位：市教育局
责任单位：市发展改革委、市财政局
完成时限：2024年8月31日
二、实施供水管网改造工程
更换智能水表4.2万块，漏损率控制在9%以内。
牵头单位：市商务局
完成时限：2024年12月底
四、实施农村公路提升工程
新改建农村公路320公里。
牵头单位：市交通运输局
完成时限：2024年11月底前
"""


def test_labels_on_lines_of_their_own() -> None:
    first, second, third = read(LABELLED_LINES).projects
    assert [(one.name, one.role) for one in first.departments] == [
        ("市教育局", "lead"),
        ("市发展改革委", "responsible"),
        ("市财政局", "responsible"),
    ]
    due = [one.deadlines[0].date.isoformat() for one in (first, second, third)]
    assert due == ["2024-08-31", "2024-12-31", "2024-11-30"]
    assert [one.name for one in (first, second, third)] == [
        "学前教育普惠工程",
        "供水管网改造工程",
        "农村公路提升工程",
    ]
    assert [one.category for one in (first, second, third)] == [None] * 3


def test_a_number_left_out_of_the_list_is_said_and_nothing_is_lost() -> None:
    notice = read(LABELLED_LINES)
    assert [one.serial for one in notice.projects] == ["一", "二", "四"]
    meters = notice.projects[1].quantities[0]
    assert (str(meters.value), meters.unit) == ("42000", "块")


def test_a_count_in_the_title_has_its_reason() -> None:
    notice = read(LABELLED_LINES)
    titles = [one.text for one in notice.numerals.discarded if one.reason == "title"]
    assert titles == ["3"]
    assert notice.status == "complete"


HALF_BRACKETS = """XX市补短板三年行动计划（2025—2027年）
到2027年完成以下任务。
A．教育部分
1）新建改扩建学校工程
2025年建成8所。由市教育局牵头，市住建局配合，各县（市、区）人民政府具体实施。
2）寄宿制学校提质工程
改造学生宿舍6.4万平方米。（市教育局牵头，市财政局配合）
3）教师交流
牵头单位：市教育局；协办：市委编办、市人社局
4）护眼灯进教室。安装护眼灯4万盏。（市教育局、市卫健委）
B．卫生部分
5）乡镇卫生院达标。达到推荐标准的增至30所。牵头：市卫健委。参与：市财政局 市医保局。
"""


def test_numbers_with_half_a_bracket_and_short_labels() -> None:
    notice = read(HALF_BRACKETS)
    duties = [[(one.name, one.role) for one in each.departments] for each in notice.projects]
    assert [one.serial for one in notice.projects] == ["1", "2", "3", "4", "5"]
    assert duties[1] == [("市教育局", "lead"), ("市财政局", "cooperating")]
    assert duties[2] == [
        ("市教育局", "lead"),
        ("市委编办", "cooperating"),
        ("市人社局", "cooperating"),
    ]
    assert duties[3] == [("市教育局", "responsible"), ("市卫健委", "responsible")]
    assert duties[4] == [
        ("市卫健委", "lead"),
        ("市财政局", "cooperating"),
        ("市医保局", "cooperating"),
    ]
