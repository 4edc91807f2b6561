"""Every row of the lexicon against its own examples, and what the tables promise as a whole."""

from collections import Counter
from decimal import Decimal

import pytest
import regex
from pydantic import ValidationError

from extract import lexicon
from extract.lexicon._actions import ActionRow
from extract.lexicon._bounds import BoundRow
from extract.lexicon._columns import ColumnRow
from extract.lexicon._departments import DutyRow
from extract.lexicon._funding import MoneyRow, PurposeRow, SourceRow, StatusRow
from extract.lexicon._idioms import IdiomRow
from extract.lexicon._rows import Guarded
from extract.lexicon._units import UnitRow

_NUMBER_END = regex.compile(
    r"(?<=[0-9〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾几][余多]?)"
)
_NUMBER = regex.compile(r"(?<![0-9.])[0-9]|[〇零一二三四五六七八九十百千万亿两]")


def _units_in(phrase: str) -> set[tuple[str, str]]:
    table = lexicon.units()
    found = (table.match(phrase, place.start()) for place in _NUMBER_END.finditer(phrase))
    return {(hit[0].name, hit[0].dimension) for hit in found if hit is not None}


def _bounds_in(phrase: str, side: str) -> set[tuple[str, str]]:
    table = lexicon.bounds()
    found = set()
    for position in range(len(phrase) + 1):
        hit = table.before(phrase[:position]) if side == "before" else None
        if hit is not None and _NUMBER.match(phrase, position):
            found.add((phrase[position - hit[1] : position], hit[0]))
        hit = table.after(phrase, position) if side == "after" and position else None
        if hit is not None:
            found.add((phrase[position : position + hit[1]], hit[0]))
        hit = table.reaching(phrase[:position]) if side == "before" else None
        if hit is not None and _NUMBER.match(phrase, position):
            found.add((phrase[position - hit[1] : position], hit[0]))
    return found


def _shows(row: Guarded, phrase: str) -> bool:
    """Return whether the phrase says what the row says."""
    if isinstance(row, UnitRow):
        return (row.name, row.dimension) in _units_in(phrase)
    if isinstance(row, BoundRow):
        return any(
            row.word in word and bound == row.bound for word, bound in _bounds_in(phrase, row.side)
        )
    if isinstance(row, IdiomRow):
        spans = lexicon.idioms().spans(phrase)
        if row.pattern is not None:
            return any(reason == row.reason for _, _, reason in spans)
        place = phrase.find(row.word or "")
        last = place + len(row.word or "")
        return any(start <= place and last <= end for start, end, _ in spans)
    if isinstance(row, lexicon.DateWord):
        found = [row for _, _, row in lexicon.date_words().find(phrase)]
        return row in found
    return _shows_money(row, phrase)


def _shows_money(row: Guarded, phrase: str) -> bool:
    words = lexicon.funding()
    if isinstance(row, SourceRow):
        return words.source(phrase) == row.source
    if isinstance(row, StatusRow):
        return words.status(phrase) == row.status
    if isinstance(row, PurposeRow):
        return words.purpose(phrase) == row.purpose
    total = isinstance(row, MoneyRow) and "共计" in row.words
    return words.is_total(phrase) if total else words.speaks_of_money(phrase)


_ROWS: tuple[Guarded, ...] = (
    *lexicon.units().rows,
    *lexicon.bounds().rows,
    *lexicon.date_words().rows,
    *lexicon.funding().rows,
    *lexicon.idioms().rows,
)


@pytest.mark.parametrize(
    ("row", "phrase"),
    [pytest.param(row, phrase, id=phrase) for row in _ROWS for phrase in row.yes],
)
def test_a_row_holds_in_its_yes(row: Guarded, phrase: str) -> None:
    assert _shows(row, phrase)


@pytest.mark.parametrize(
    ("row", "phrase"),
    [pytest.param(row, phrase, id=phrase) for row in _ROWS for phrase in row.no],
)
def test_a_row_keeps_off_its_no(row: Guarded, phrase: str) -> None:
    assert not _shows(row, phrase)


@pytest.mark.parametrize("row", lexicon.units().rows, ids=lambda row: row.name)
def test_every_spelling_and_guard_of_a_unit(row: UnitRow) -> None:
    lead = f"3{row.only_after[0]}5" if row.only_after else "8"
    for spelling in row.spellings:
        found = lexicon.units().match(f"{lead}{spelling}", len(lead))
        assert found is not None
        assert (found[0].name, found[1]) == (row.name, len(lead) + len(spelling))
        for word in row.not_before:
            found = lexicon.units().match(f"{lead}{spelling}{word}", len(lead))
            assert found is None or found[1] != len(lead) + len(spelling), word


@pytest.mark.parametrize("row", lexicon.columns().rows, ids=lambda row: row.role)
def test_headers(row: ColumnRow) -> None:
    for header in (*row.headers, *row.yes):
        found = lexicon.columns().role(header)
        assert found is not None, header
        assert found[0] == row.role, header


@pytest.mark.parametrize("row", lexicon.actions().rows, ids=lambda row: row.kind)
def test_acts(row: ActionRow) -> None:
    acts = lexicon.actions()
    for phrase in row.yes:
        assert acts.leading(phrase) in row.words, phrase
    for word in row.words:
        assert acts.ending(f"设施{word}") is not None
    assert acts.ending("幼儿园新改扩建") == "新改扩建"


@pytest.mark.parametrize("row", lexicon.departments().rows, ids=lambda row: row.words[0])
def test_labels_and_verbs(row: DutyRow) -> None:
    words = lexicon.departments()
    for word in row.words:
        assert row.role in {words.role_of_label(word), words.role_of_verb(word)}
    for phrase in row.yes:
        found = regex.findall(f"{words.label_pattern}|{words.verb_pattern}", phrase)
        assert any(row.role in {words.role_of_label(w), words.role_of_verb(w)} for w in found)


def test_no_spelling_twice() -> None:
    tables: dict[str, list[object]] = {
        "units": [(s, r.only_after) for r in lexicon.units().rows for s in r.spellings],
        "bounds": [(row.word, row.side) for row in lexicon.bounds().rows],
        "idioms": [row.word or row.pattern for row in lexicon.idioms().rows],
        "columns": [header for row in lexicon.columns().rows for header in row.headers],
        "dates": [word for row in lexicon.date_words().rows for word in row.spellings],
        "verbs": [word for row in lexicon.departments().rows for word in row.words],
        "actions": [word for row in lexicon.actions().rows for word in row.words],
        "suffixes": list(lexicon.departments().suffixes),
    }
    for name, words in tables.items():
        assert [word for word, times in Counter(words).items() if times > 1] == [], name


def test_the_tables_are_wide() -> None:
    assert len(lexicon.units().rows) >= 150
    assert len(lexicon.idioms().rows) >= 250


@pytest.mark.parametrize(
    ("text", "position", "name"),
    [
        ("80人次", 2, "人次"),
        ("5个工作日", 1, "工作日"),
        ("100个床位", 3, "个"),
        ("17.88万㎡", 6, "㎡"),
        ("10kv线杆", 2, "kV"),
        ("35微克/立方米", 2, "微克/立方米"),
        ("36个月", 2, "个月"),
        ("2万千瓦时", 2, "千瓦时"),
        ("0.5个百分点", 3, "百分点"),
        ("1000人民", 4, None),
        ("5mm", 1, "mm"),
        ("5min", 1, None),
        ("12345热线", 5, None),
    ],
)
def test_the_longest_unit(text: str, position: int, name: str | None) -> None:
    found = lexicon.units().match(text, position)
    assert (found[0].name if found else None) == name


def test_units_that_open_with_a_scale() -> None:
    led = lexicon.units().scale_led
    assert {"千米", "千瓦", "千瓦时", "千克", "千伏", "千伏安", "百分点"} <= led
    assert all(word[0] in "十百千万亿" for word in led)
    assert not any(word in led for word in ("万元", "亿元", "万亩"))


def test_fen_is_money_only_after_yuan() -> None:
    alone = lexicon.units().match("加5分", 2)
    after = lexicon.units().match("三元五角二分", 5)
    assert alone is not None
    assert after is not None
    assert (alone[0].currency, after[0].currency) == (None, "CNY")
    assert after[0].factor == Decimal("0.01")


@pytest.mark.parametrize(
    ("name", "chinese"),
    [("家", True), ("处", True), ("所", True), ("大类", True), ("起", False), ("路", False)],
)
def test_chinese_numerals_before_a_unit(name: str, chinese: bool) -> None:
    found = lexicon.units().match(f"两{name}", 1)
    assert found is not None
    assert found[0].chinese is chinese


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("不低于", ("at_least", 3)),
        ("补助不超过", ("at_most", 3)),
        ("年均超过", ("more_than", 2)),
        ("集中签约", None),
        ("区财政资金约", ("about", 1)),
        ("达到", None),
        ("力争", None),
    ],
)
def test_bound_before(left: str, expected: tuple[str, int] | None) -> None:
    assert lexicon.bounds().before(left) == expected


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("100场以上", 4, ("at_least", 2)),
        ("10人（含）以上", 3, ("at_least", 5)),
        ("10人（不含）以上", 3, ("more_than", 6)),
        ("500万元（含500万元）以下", 5, ("at_most", 10)),
        ("9000个左右", 5, ("about", 2)),
        ("3处内涝点", 2, None),
        ("3个", 2, None),
    ],
)
def test_bound_behind(text: str, position: int, expected: tuple[str, int] | None) -> None:
    assert lexicon.bounds().after(text, position) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("补助不超过总投入", ("at_most", 6)),
        ("最高奖励金额", ("at_most", 6)),
        ("补助上限为", ("at_most", 3)),
        ("最高不超过项目总投资的", ("at_most", 11)),
        ("最低生活保障标准提高到", None),
        ("不超过3家，补助", None),
        ("最高奖励，补助", None),
    ],
)
def test_bound_reaching(left: str, expected: tuple[str, int] | None) -> None:
    assert lexicon.bounds().reaching(left) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("总投资（万元）", ("funding", "万元")),
        ("总投资(单位：亿元)", ("funding", "亿元")),
        ("补助标准（元/人·年）", ("funding", "元/人·年")),
        ("项目\n名称", ("name", None)),
        ("资金渠道\n及筹资落实情况", ("funding", None)),
        ("2023年计划投资", ("funding", None)),
        ("建设规模（平方米）", ("scale", "平方米")),
        ("项目名称（盖章）", ("name", None)),
        ("单位", ("unit", None)),
        ("负责同志", None),
        ("", None),
    ],
)
def test_header_roles(header: str, expected: tuple[str, str | None] | None) -> None:
    assert lexicon.columns().role(header) == expected


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("计划申请地方政府专项债", "bond"),
        ("区财政资金约", "district"),
        ("争取市级财政补贴心理健康辅导室", "city"),
        ("上级补助", "higher"),
        ("企业自筹", "enterprise"),
        ("财政预算资金", "finance"),
        ("省级补贴", "province"),
        ("60%由区财政承担", "district"),
        ("自治区级财政资金", "province"),
        ("中央、省、市、区康复资金约", None),
        ("市、区财政分别奖补", None),
        ("省市县分担比例为", None),
        ("教室照明约", None),
    ],
)
def test_sources_of_money(clause: str, expected: str | None) -> None:
    assert lexicon.funding().source(clause) == expected


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("新增托位", "新增"),
        ("年内新开发城乡公益性岗位", "新开发"),
        ("继续选调至少", "选调"),
        ("2023年共改造", "改造"),
        ("2024年底前打造", "打造"),
        ("为全区1000家餐饮经营户免费改造燃气设施", "改造"),
        ("群众满意", None),
    ],
)
def test_the_act_that_opens(clause: str, expected: str | None) -> None:
    assert lexicon.actions().leading(clause) == expected


@pytest.mark.parametrize(
    "text",
    [
        "打造一家四星级养老机构",
        "3万家企业",
        "改造三个小区",
        "新建两所学校",
        "十余项改革",
        "由两部分组成",
        "对改造小区进行三大类的改造",
        "按照三种模式",
        "举办三期培训班",
        "新建一条雨水管线",
        "十分钟",
        "三年内给予补助",
        "系统一套",
        "今年四季度",
        "一季度",
        "翻两番",
        "贰拾万元整",
    ],
)
def test_no_idiom_swallows_a_count(text: str) -> None:
    assert lexicon.idioms().spans(text) == []


def test_the_longest_idiom_wins() -> None:
    text = "高效办成一件事，文化进万家，队伍建设"
    found = [(text[start:end], reason) for start, end, reason in lexicon.idioms().spans(text)]
    assert found == [("一件事", "idiom"), ("文化进万家", "slogan"), ("队伍", "idiom")]


def test_group_words_and_aliases() -> None:
    words = lexicon.departments()
    assert "各街道".startswith(words.group_words)
    assert not "财政金融局".startswith(words.group_words)
    assert words.canonical("市场监管局") is None


def test_a_row_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        UnitRow.model_validate({"name": "个", "dimension": "count", "yes": ["5个"], "unit": "x"})
    with pytest.raises(ValidationError):
        UnitRow.model_validate({"name": "个", "dimension": "count", "yes": []})


def test_bait_is_read_in_linear_time() -> None:
    bait = "最高" * 4000 + "一" * 4000
    assert lexicon.bounds().reaching(bait) is None
    assert lexicon.actions().leading("继续" * 2000) is None
    assert lexicon.funding().source("省、" * 2000) is None
    assert isinstance(lexicon.idioms().spans(bait), list)
