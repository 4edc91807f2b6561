"""The XLSX ledger, Markdown and OC4IDS: read back by other programs."""

import csv
import io
import json
import os
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from extract.errors import ExtractError
from extract.notice import Notice
from extract.writers import json as writer
from extract.writers import markdown, oc4ids, xlsx

ROOT = Path(__file__).resolve().parent.parent
# What OC4IDS 0.9 requires of a project package, written from its reference (the file itself
# cannot be fetched here): required fields, types, closed code lists.
TEXT = {"type": "string", "minLength": 1}
VALUE = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {"amount": {"type": "number"}, "currency": {"pattern": "^[A-Z]{3}$"}},
}
PARTY = {
    "type": "object",
    "required": ["id", "name", "roles"],
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "roles": {
            "type": "array",
            "minItems": 1,
            "items": {"enum": ["publicAuthority", "administrativeEntity", "funder", "buyer"]},
        },
    },
}
PROJECT = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": TEXT,
        "title": TEXT,
        "description": TEXT,
        "type": {"enum": ["construction", "rehabilitation", "replacement"]},
        "sector": {"type": "array", "minItems": 1, "items": TEXT},
        "period": {
            "type": "object",
            "properties": {"endDate": {"type": "string", "format": "date-time"}},
        },
        "budget": {
            "type": "object",
            "properties": {
                "amount": VALUE,
                "budgetBreakdown": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["id"],
                        "properties": {"id": TEXT, "amount": VALUE, "description": TEXT},
                    },
                },
            },
        },
        "parties": {"type": "array", "uniqueItems": True, "items": PARTY},
    },
}
PACKAGE = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["uri", "publisher", "publishedDate", "projects", "version"],
    "properties": {
        "uri": {"type": "string", "format": "uri"},
        "publishedDate": {"type": "string", "format": "date-time"},
        "version": {"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
        "publisher": {"type": "object", "required": ["name"], "properties": {"name": TEXT}},
        "projects": {"type": "array", "minItems": 1, "uniqueItems": True, "items": PROJECT},
    },
}


def committed(name: str) -> Notice:
    return writer.read((ROOT / "outputs" / f"{name}.json").read_bytes())


@pytest.fixture(scope="module")
def zibo() -> Notice:
    return committed("zibo-hitech-2024.pdf")


@pytest.fixture(scope="module")
def jining() -> Notice:
    return committed("jining-hitech-2023.docx")


@pytest.fixture(scope="module")
def book(zibo: Notice, jining: Notice) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx.write_all([zibo, jining])))


def table(book: openpyxl.Workbook, name: str) -> list[dict[str, object]]:
    header, *body = list(book[name].iter_rows(min_row=2, values_only=True))
    return [dict(zip(header, row, strict=True)) for row in body]


def test_the_header_stands_still_and_filters(book: openpyxl.Workbook) -> None:
    sheet = book["台账"]
    assert sheet.freeze_panes == "E3"
    assert sheet.auto_filter.ref.startswith("A2:Q")
    assert book.sheetnames == ["台账", "资金", "核对", "出处"]


def test_a_line_of_the_ledger(book: openpyxl.Workbook) -> None:
    (line,) = [one for one in table(book, "台账") if one["目标"] == "新改建四好农村路"]
    assert (line["口径"], line["数值"], line["单位"]) == ("不少于", 9, "公里")
    assert line["时限"] == "2024-10-31（原则上）"
    assert line["责任单位"] == "建设局、综合行政执法与应急管理局"
    assert line["通知"] == "淄高新管办字〔2024〕2号"


def test_a_project_without_target_has_its_line(book: openpyxl.Workbook) -> None:
    lines = [one for one in table(book, "台账") if one["项目名称"] == "智慧交通平安畅行工程"]
    assert len(lines) == 1
    assert lines[0]["目标"] is None
    assert "绿波协调" in str(lines[0]["任务"])


def test_money_stands_once_a_project_and_adds_up(book: openpyxl.Workbook) -> None:
    lines = table(book, "台账")
    total = lines.pop()
    assert total["通知"] == "合计"
    assert str(total["金额（元）"]).startswith("=SUM(K3:K")
    money = [Decimal(str(one["金额（元）"])) for one in lines if one["金额（元）"] is not None]
    assert sum(money) == Decimal(292_770_000)  # read off seed B: tests/test_seed_b.py
    assert len(money) == 20


def test_sources_are_links(book: openpyxl.Workbook) -> None:
    sheet = book["台账"]
    cell = sheet.cell(3, 17)
    assert cell.hyperlink is not None
    place = str(cell.hyperlink.location)
    assert place.startswith("'出处'!A")
    assert book["出处"][place.partition("!")[2]].value == "3 所"


def test_the_workbook_is_the_same_twice(zibo: Notice) -> None:
    assert xlsx.write(zibo) == xlsx.write(zibo)


def test_what_a_spreadsheet_cannot_keep_is_a_text(jining: Notice) -> None:
    long = Decimal("12345678901234567.89")
    first = jining.projects[2]
    amount = first.amounts[0].model_copy(update={"value": long})
    changed = first.model_copy(update={"amounts": (amount,), "name": "=1+1"})
    notice = jining.model_copy(update={"projects": (changed,)})
    made = openpyxl.load_workbook(io.BytesIO(xlsx.write(notice)))
    assert made["资金"].cell(3, 6).value == "12345678901234567.89"
    assert made["资金"].cell(4, 6).value == "12345678901234567.89"  # the total, exact too
    assert made["台账"].cell(3, 4).value == "=1+1"
    assert made["台账"].cell(3, 4).data_type == "s"


def test_libreoffice_adds_up_the_same(zibo: Notice, jining: Notice, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    (tmp_path / "台账.xlsx").write_bytes(xlsx.write_all([zibo, jining]))
    made = tmp_path / "台账-资金.csv"
    if office:
        options = [f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        sheets = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
        command = [office, *options, "--convert-to", sheets, "--outdir", tmp_path]
        subprocess.run(
            [*command, tmp_path / "台账.xlsx"], capture_output=True, timeout=120, check=False
        )
    if not made.exists():
        report = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        report("没有 LibreOffice Calc（libreoffice-calc）：台账没有在 LibreOffice 里打开过")
    last = list(csv.reader(io.StringIO(made.read_text(encoding="utf-8"))))[-1]
    assert last[0] == "合计"
    assert Decimal(last[5].replace(",", "")) == 292_770_000


def test_markdown_shows_targets_and_runs_nothing(zibo: Notice) -> None:
    page = markdown.write(zibo).decode()
    assert "| 新改建 四好农村路 | 不少于 | 9 | 公里 |" in page
    first = zibo.projects[0].model_copy(update={"name": "<script>|[x](javascript:1)\n# y"})
    page = markdown.write(zibo.model_copy(update={"projects": (first,)})).decode()
    assert "<script>" not in page
    assert "\\[x\\](javascript" in page  # escaped: a text, no link
    assert "\n# y" not in page


def test_oc4ids_is_what_the_standard_requires(zibo: Notice, jining: Notice) -> None:
    package = json.loads(oc4ids.write_all([zibo, jining]))
    check = jsonschema.FormatChecker()
    jsonschema.Draft4Validator(PACKAGE, format_checker=check).validate(package)
    broken = package | {"projects": []}
    assert not jsonschema.Draft4Validator(PACKAGE).is_valid(broken)


def test_oc4ids_holds_the_works_and_only_these(jining: Notice) -> None:
    found = {one["title"]: one for one in json.loads(oc4ids.write(jining))["projects"]}
    road = found["道路改造工程"]
    assert road["type"] == "rehabilitation"
    assert "transport.road" in road["sector"]
    assert road["budget"]["amount"] == {"amount": 17360000, "currency": "CNY"}
    assert road["period"] == {"endDate": "2023-12-31T23:59:59Z"}
    assert {one["name"]: one["roles"] for one in road["parties"]} == {
        "城乡建设和交通局": ["publicAuthority"],
        "洸河街道": ["administrativeEntity"],
    }
    for other in ("银龄工程", "电梯安全保险", "灾害民生保险", "城乡公益性岗位扩容提质行动"):
        assert other not in found


def test_oc4ids_money_is_exact_or_refused(jining: Notice) -> None:
    def with_value(value: str) -> Notice:
        road = next(one for one in jining.projects if one.name == "道路改造工程")
        amount = road.amounts[0].model_copy(update={"value": Decimal(value)})
        road = road.model_copy(update={"amounts": (amount,)})
        return jining.model_copy(update={"projects": (road,)})

    assert b'"amount": 2889.43,' in oc4ids.write(with_value("2889.43"))
    with pytest.raises(ExtractError, match="位数"):
        oc4ids.write(with_value("12345678901234567.89"))


def test_oc4ids_refuses_a_notice_without_works(zibo: Notice) -> None:
    with pytest.raises(ExtractError, match="没有工程类项目"):
        oc4ids.write(zibo.model_copy(update={"projects": ()}))
