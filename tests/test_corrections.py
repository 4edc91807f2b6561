"""A person's corrections stand: 1,000 over a re-issued file, and every way one may not fit."""

import tomllib
from dataclasses import replace

import pytest

from extract import pipeline
from extract.corrections import Correction, Outcome, applied, corpus, places, recorded
from extract.corrections.exchange import LINES, SHEET, read
from extract.corrections.label_studio import write as to_label_studio
from extract.document import Document
from extract.errors import ExtractError, UnreadableDocument
from extract.notice import Notice

ROWS = 340
REMOVED = frozenset(range(7, ROWS, 17))
CHANGED = frozenset(range(3, ROWS, 13)) - REMOVED
ADDED = frozenset(range(11, ROWS, 23))
WHO = {"author": "审核员甲", "reason": "对照原件", "recorded_at": "2024-03-01T09:00:00+08:00"}
_PLACES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"


def _name(row: int) -> str:
    """A name that no other row has; without numerals."""
    return "".join(_PLACES[row // 30**power % 30] for power in (2, 1, 0)) + "街道改造"


def _numbers(row: int, changed: frozenset[int]) -> tuple[int, int, int]:
    """Spaces, money in ten thousands, month. Many rows say the same numbers."""
    more = 1 if row in changed else 0
    return 40 + row % 50 + more, 100 + row % 7 * 10 + more, 1 + (row + more) % 12


def _table(rows: list[int], changed: frozenset[int] = frozenset(), before: str = "") -> Document:
    lines = []
    for serial, row in enumerate(rows, 1):
        spaces, money, month = _numbers(row, changed)
        name = _name(row) if row >= 0 else f"新增{_name(-row)}"
        lines.append(
            f"<tr><td>{serial}</td><td>{name}</td><td>新建停车位{spaces}个，{month}月底前完成。</td>"
            f"<td>财政资金{money}万元</td><td>{name[:3]}街道办事处</td></tr>"
        )
    head = (
        "<tr><th>序号</th><th>项目名称</th><th>建设内容</th><th>资金来源</th><th>责任单位</th></tr>"
    )
    page = (
        f"<html><body><h1>2024年民生实事项目清单</h1>{before}"
        f"<table>{head}{''.join(lines)}</table></body></html>"
    )
    return pipeline.read(page.encode(), name="清单.html")


def _said(notice: Notice) -> dict[str, tuple[str, str, str, str]]:
    """What a notice says by project name: spaces, money, deadline, unit."""
    found = {}
    for one in notice.projects:
        own = (one.quantities[0], one.amounts[0], one.deadlines[0], one.departments[0])
        spaces, money, until, unit = own
        found[one.name] = (f"{spaces.value:f}", f"{money.value:f}", f"{until.date}", unit.name)
    return found


def test_a_thousand_corrections_over_a_reissued_file() -> None:
    """Text shifted, 20 rows removed, 15 added, all numbered anew: none is lost or misplaced."""
    first = _table(list(range(ROWS)))
    notice = pipeline.extract(first)
    wanted = [
        recorded(place, notice.id, first.text, "correct", field=field, new=new, **WHO)
        for place in places(notice)
        for kind, field, new in (
            ("quantity", "value", "7"),
            ("amount", "value", "70000"),
            ("deadline", "date", "2025-01-31"),
        )
        if place.kind == kind and place.project is not None
    ][:1000]
    assert len(wanted) == 1000

    again = [n for row in range(ROWS) if row not in REMOVED for n in _row_and_added(row)]
    second = _table(again, CHANGED, "<p>各街道：现将调整后的清单印发，请抓好落实。</p>")
    reissued = pipeline.extract(second)
    result = applied(reissued, wanted, second.text)

    assert [one.record for one in result.outcomes] == wanted
    rows = {_name(row): row for row in range(ROWS)}
    for one in result.outcomes:
        row = rows[one.record.project or ""]
        stands = row not in REMOVED | CHANGED
        assert one.state == ("applied" if stands else "conflict"), one
        assert one.message.startswith("审核员甲") == (not stands)
    conflicts = [one for one in result.notice.findings if one.code == "correction.conflict"]
    assert len(conflicts) == sum(one.state == "conflict" for one in result.outcomes)
    _check_values(result.notice, {one.project for one in wanted if one.kind == "deadline"})


def _row_and_added(row: int) -> list[int]:
    return [row, -row] if row in ADDED else [row]


def _check_values(notice: Notice, corrected_whole: set[str | None]) -> None:
    """Every row says what its construction says: corrected, changed by the issuer, or new."""
    said = _said(notice)
    assert len(said) == ROWS - len(REMOVED) + len(ADDED - REMOVED)
    for row in set(range(ROWS)) - REMOVED:
        name = _name(row)
        if name in corrected_whole and row not in CHANGED:
            assert said[name][:3] == ("7", "70000", "2025-01-31")
        elif name in corrected_whole:
            spaces, money, month = _numbers(row, CHANGED)
            assert said[name][:2] == (str(spaces), f"{money}0000")
            assert said[name][2].startswith(f"2024-{month:02d}-")


TEXT = (
    "第一件：城区停车工程。新建停车位1000个，财政资金50万元，2024年6月底前完成。责任单位：市教育局。\n"
    "第二件：社区食堂工程。新建食堂3个，财政资金50万元。责任单位：市民政局。\n"
    "第三件：学校照明工程。改造教室80间。责任单位：市教育局。\n"
)


def _read(text: str, name: str = "清单.txt") -> tuple[Notice, str]:
    document = pipeline.read(f"2024年度民生实事\n{text}".encode(), name=name)
    return pipeline.extract(document), document.text


def _correct(text: str, quote: str, field: str, new: str | None, **more: str) -> Correction:
    notice, canonical = _read(text)
    place = next(one for one in places(notice) if one.evidence.text == quote)
    return recorded(place, notice.id, canonical, "correct", field=field, new=new, **(WHO | more))


def _only(text: str, *records: Correction) -> Outcome:
    notice, canonical = _read(text)
    return applied(notice, records, canonical).outcomes[-1]


def test_a_correction_changes_the_value_and_says_so() -> None:
    record = _correct(TEXT, "1000个", "value", "1200")
    notice, canonical = _read(TEXT)
    done = applied(notice, [record], canonical)
    assert done.outcomes[0].state == "applied"
    assert done.notice.projects[0].quantities[0].value == 1200
    finding = done.notice.findings[-1]
    assert finding.code == "correction.applied"
    assert finding.message == "审核员甲 把value 从 1000 更正为 1200，理由：对照原件"
    assert finding.evidence.text == "1000个"
    assert done.notice.projects[1] == notice.projects[1]


def test_the_record_holds_pointer_quote_and_context() -> None:
    record = _correct(TEXT, "1000个", "value", "1200")
    assert record.pointer == "/projects/0/quantities/0/value"
    assert record.quote == "1000个"
    assert record.prefix.endswith("新建停车位")
    assert record.suffix.startswith("，财政资金50万元")
    assert (record.old, record.new, record.project) == ("1000", "1200", "城区停车工程")


def test_the_same_sum_in_two_projects_is_told_apart() -> None:
    notice, canonical = _read(TEXT)
    second = [one for one in places(notice) if one.evidence.text == "50万元"][1]
    record = recorded(second, notice.id, canonical, "correct", field="value", new="90", **WHO)
    first, other, third = TEXT.splitlines()
    swapped = f"{other.replace('二', '一', 1)}\n{first.replace('一', '二', 1)}\n{third}\n"
    notice, canonical = _read(swapped)
    done = applied(notice, [record], canonical)
    values = {
        one.name: one.amounts[0].value if one.amounts else None for one in done.notice.projects
    }
    assert values == {"社区食堂工程": 90, "城区停车工程": 500000, "学校照明工程": None}


def test_a_value_that_is_gone_is_a_conflict() -> None:
    record = _correct(TEXT, "1000个", "value", "1200")
    outcome = _only(TEXT.replace("新建停车位1000个，", ""), record)
    assert outcome.state == "conflict"
    assert "没有“1000个”" in outcome.message


def test_a_value_of_another_project_is_never_taken_instead() -> None:
    record = _correct(TEXT, "50万元", "value", "60")
    outcome = _only(TEXT.replace("财政资金50万元", "", 1), record)
    assert (outcome.state, outcome.pointer) == ("conflict", None)


def test_a_value_the_issuer_changed_is_a_conflict() -> None:
    record = _correct(TEXT, "1000个", "value", "1200")
    assert _only(TEXT.replace("1000个", "1100个"), record).state == "conflict"


def test_a_correction_of_a_correction_counts_once() -> None:
    first = _correct(TEXT, "1000个", "value", "1200")
    second = replace(first, old="1200", new="1300", recorded_at="2024-03-02T09:00:00+08:00")
    notice, canonical = _read(TEXT)
    done = applied(notice, [first, second], canonical)
    assert [one.state for one in done.outcomes] == ["superseded", "applied"]
    assert done.notice.projects[0].quantities[0].value == 1300


def test_an_acceptance_holds_for_what_was_accepted() -> None:
    notice, canonical = _read(TEXT)
    place = next(one for one in places(notice) if one.evidence.text == "50万元")
    record = recorded(place, notice.id, canonical, "accept", **WHO)
    assert _only(f"前言一句。\n\n{TEXT}", record).state == "applied"
    other = TEXT.replace("财政资金50万元", "省级财政资金约50万元")
    assert _only(other, record).state == "conflict"


def test_a_rejection_stands_in_the_findings() -> None:
    notice, canonical = _read(TEXT)
    place = next(one for one in places(notice) if one.evidence.text == "3个")
    record = recorded(place, notice.id, canonical, "reject", **WHO)
    found = applied(notice, [record], canonical).notice.findings[-1]
    assert (found.code, found.severity) == ("correction.rejected", "warning")


def test_without_records_the_notice_is_the_same() -> None:
    notice, canonical = _read(TEXT)
    assert applied(notice, [], canonical).notice is notice


@pytest.mark.parametrize(
    ("field", "new"),
    [("value", "十万"), ("bound", "range"), ("id", "am-1"), ("evidence", "x"), ("value", None)],
)
def test_what_no_value_can_say_is_refused(field: str, new: str | None) -> None:
    with pytest.raises(ExtractError, match=r"不能写成|没有可以更正的"):
        _correct(TEXT, "1000个", field, new)


def _records() -> list[Correction]:
    notice, canonical = _read(TEXT)
    accepted = next(one for one in places(notice) if one.kind == "department")
    year = next(one for one in places(notice) if one.kind == "plan_year")
    return [
        _correct(TEXT, "1000个", "value", "1200", reason='=1+1，带“引号”"和\t制表符'),
        _correct(TEXT, "1000个", "action", None),
        recorded(year, notice.id, canonical, "correct", field="year", new=2025, **WHO),
        recorded(accepted, notice.id, canonical, "accept", **WHO),
        recorded(accepted, notice.id, canonical, "comment", **(WHO | {"reason": "请科室再核"})),
    ]


@pytest.mark.parametrize("form", [LINES, SHEET], ids=["JSON Lines", "XLSX"])
def test_out_and_in_again(form: object) -> None:
    assert read(form.write(_records()), form.suffix) == _records()


def test_label_studio_out_and_in_again() -> None:
    notice, canonical = _read(TEXT)
    gone = _correct(TEXT.replace("3个", "9个"), "9个", "value", "8")
    records = [*_records(), gone]
    found = read(to_label_studio(notice, records, canonical), ".json")
    assert sorted(one.id for one in found) == sorted(one.id for one in records)


def test_a_value_edited_in_label_studio_is_the_new_value() -> None:
    notice, canonical = _read(TEXT)
    record = _correct(TEXT, "1000个", "value", "1200")
    exported = to_label_studio(notice, [record], canonical).decode()
    assert exported.count('"1200"') == 1
    edited = exported.replace('"1200"', '"1250"').encode()
    assert read(edited, ".json") == [replace(record, new="1250")]


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"{}\n", ".jsonl"),
        (b"[1]", ".json"),
        (b"PK\x03\x04", ".xlsx"),
        (b"a", ".doc"),
        (b"{", ".jsonl"),
    ],
    ids=["空记录", "不是任务", "坏的 XLSX", "别的格式", "坏的 JSON"],
)
def test_what_is_no_record_is_refused(content: bytes, suffix: str) -> None:
    with pytest.raises(UnreadableDocument):
        read(content, suffix)


def test_a_correction_becomes_a_corpus_line() -> None:
    record = _correct(TEXT, "50万元", "source", "city")
    record = replace(record, pointer=record.pointer.replace("source", "value"), new="600000")
    start = TEXT.index("50万元")
    around, offset = corpus.clause(TEXT, start, start + len("50万元"))
    mentions = pipeline.figures(around)
    case = corpus.line(record, around, offset, mentions, source="清单", plan_year=2024)
    assert tomllib.loads(case)["case"] == [
        {
            "source": "清单",
            "text": "新建停车位1000个，财政资金50万元，2024年6月底前完成。",
            "comment": "由更正得来；同一句里的其他值是现在读出的，请人工核对",
            "kinds": ["amount"],
            "expect": [{"amount": "50万元", "value": "600000"}],
        }
    ]


def test_a_field_that_no_sentence_decides_is_no_corpus_line() -> None:
    record = _correct(TEXT, "50万元", "source", "city")
    with pytest.raises(ExtractError, match="要看整篇才能定"):
        corpus.line(
            *(record, "财政资金50万元", 4, pipeline.figures("财政资金50万元")),
            source="清单",
            plan_year=None,
        )
