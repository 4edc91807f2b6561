"""CSV, Parquet, the data package and the shared rows: exact, joined, harmless."""

import csv as plain_csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from frictionless import Package
from pyarrow import parquet as pq

from extract import writers
from extract.errors import LimitExceeded
from extract.notice import Notice
from extract.writers import csv, datapackage, jsonl, parquet, rows
from extract.writers import json as writer

ROOT = Path(__file__).resolve().parent.parent


def committed(name: str) -> Notice:
    return writer.read((ROOT / "outputs" / f"{name}.json").read_bytes())


@pytest.fixture(scope="module")
def seeds() -> list[Notice]:
    return [committed("zibo-hitech-2024.pdf"), committed("jining-hitech-2023.txt")]


def with_name(notice: Notice, name: str) -> Notice:
    first = notice.projects[0].model_copy(update={"name": name})
    return notice.model_copy(update={"projects": (first, *notice.projects[1:])})


def with_amount(notice: Notice, value: str) -> Notice:
    first = notice.projects[0]
    amount = first.amounts[0].model_copy(update={"value": Decimal(value)})
    first = first.model_copy(update={"amounts": (amount,)})
    return notice.model_copy(update={"projects": (first,)})


def read(content: bytes) -> list[dict[str, str]]:
    return list(plain_csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_figure_is_a_row_with_its_project(seeds: list[Notice]) -> None:
    found = [one for one in read(csv.write_all(seeds)) if one["object"] == "托位"]
    assert [(one["value"], one["unit"], one["action"]) for one in found] == [("452", "个", "新增")]
    assert found[0]["project"] == "幼有所育能力提升"
    assert found[0]["serial"] == "2"
    assert found[0]["evidence_text"] == "452个"


def test_money_is_in_yuan_to_the_last_digit(seeds: list[Notice]) -> None:
    amounts = read(csv.files(seeds)["amounts.csv"])
    assert "2889.43" in [one["value"] for one in amounts]
    assert {one["value"] for one in amounts if one["source"] == "province"} == {"390000"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")', "＝1＋1", "－5"]
)
def test_no_text_is_a_formula(seeds: list[Notice], text: str) -> None:
    rows_read = read(csv.files([with_name(seeds[0], text)])["projects.csv"])
    assert rows_read[0]["name"].startswith("'")


def test_a_negative_number_stays_a_number() -> None:
    assert csv.cell(Decimal("-2.50")) == "-2.50"
    assert csv.cell(Decimal("1E+7")) == "10000000"
    assert csv.cell("-2.50") == "'-2.50"
    assert csv.cell(date(2024, 10, 31)) == "2024-10-31"
    assert csv.cell(True) == "true"


def test_the_byte_order_mark_is_an_option(seeds: list[Notice]) -> None:
    assert csv.files(seeds, bom=True)["projects.csv"].startswith(b"\xef\xbb\xbf")
    assert csv.files(seeds)["projects.csv"].startswith(b"key,")


def test_one_notice_in_three_formats_is_one_notice() -> None:
    three = [committed(f"jining-hitech-2023.{suffix}") for suffix in ("txt", "docx", "pdf")]
    assert [key for key, _ in rows.keyed(three)] == ["nt-ce71bfb05c1b"]


def test_two_notices_with_one_weak_id_stay_two(seeds: list[Notice]) -> None:
    other = with_name(seeds[0], "别的工程")
    keys = [key for key, _ in rows.keyed([seeds[0], other])]
    assert keys[0] == seeds[0].id
    assert keys[1].startswith(f"{seeds[0].id}~")
    names = [row["name"] for row in rows.tables([seeds[0], other])[1].rows]
    assert len(names) == 20


def test_the_source_of_money_is_a_fact(seeds: list[Notice]) -> None:
    first = seeds[1].projects[0]
    amount = first.amounts[0].model_copy(update={"source": "central"})
    changed = first.model_copy(update={"amounts": (amount, *first.amounts[1:])})
    other = seeds[1].model_copy(update={"projects": (changed, *seeds[1].projects[1:])})
    assert rows.facts_digest(other) != rows.facts_digest(seeds[1])


def test_every_key_is_unique_and_every_reference_meets_one(seeds: list[Notice]) -> None:
    tables = {table.layout.name: table for table in rows.tables(seeds)}
    for table in tables.values():
        keys = [row[table.columns[0].name] for row in table.rows]
        assert len(keys) == len(set(keys))
        for column in table.columns:
            if column.reference:
                target = tables[column.reference]
                known = {row[target.columns[0].name] for row in target.rows} | {None}
                assert {row[column.name] for row in table.rows} <= known
    assert len(tables["projects"].rows) == 32
    assert len(tables["amounts"].rows) == sum(len(p.amounts) for p in seeds[1].projects)


def test_parquet_keeps_decimals_and_dates(seeds: list[Notice]) -> None:
    found = pq.read_table(io.BytesIO(parquet.files(seeds)["amounts.parquet"]))
    assert found.schema.field("value").type == pa.decimal128(38, 6)
    assert Decimal("2889.430000") in found.column("value").to_pylist()
    deadlines = pq.read_table(io.BytesIO(parquet.files(seeds)["deadlines.parquet"]))
    assert deadlines.schema.field("date").type == pa.date32()
    assert date(2023, 9, 30) in deadlines.column("date").to_pylist()


def test_parquet_has_no_float(seeds: list[Notice]) -> None:
    for content in parquet.files(seeds).values():
        schema = pq.read_schema(io.BytesIO(content))
        assert not [field.name for field in schema if pa.types.is_floating(field.type)]


@pytest.mark.parametrize("value", ["0.12345678901", "123456789012345678901234567890123456.789"])
def test_parquet_makes_room_for_long_numbers(seeds: list[Notice], value: str) -> None:
    content = parquet.files([with_amount(seeds[1], value)])["amounts.parquet"]
    found = pq.read_table(io.BytesIO(content)).column("value").to_pylist()
    assert found == [Decimal(value)]


def test_parquet_refuses_what_it_cannot_hold(seeds: list[Notice]) -> None:
    with pytest.raises(LimitExceeded, match="CSV"):
        parquet.files([with_amount(seeds[1], "9" * 80)])


def test_the_data_package_is_valid_for_frictionless(seeds: list[Notice], tmp_path: Path) -> None:
    report = unpack(datapackage.write_all(seeds), tmp_path).validate()
    assert report.valid, report.flatten(["type", "message"])[:5]
    assert report.stats["tasks"] == 10


def test_frictionless_would_notice_a_lost_project(seeds: list[Notice], tmp_path: Path) -> None:
    package = unpack(datapackage.write_all(seeds), tmp_path)
    file = tmp_path / "data" / "projects.csv"
    lines = file.read_bytes().split(b"\r\n")
    file.write_bytes(b"\r\n".join([lines[0], *lines[2:]]))
    types = {one[0] for one in package.validate().flatten(["type"])}
    assert "foreign-key" in types


def unpack(content: bytes, folder: Path) -> Package:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return Package(str(folder / "datapackage.json"))


def test_json_lines_are_whole_notices(seeds: list[Notice]) -> None:
    lines = jsonl.write_all(seeds).splitlines()
    assert [writer.read(line) for line in lines] == seeds


def test_names_of_outputs() -> None:
    names = {one.name for one in writers.formats()}
    assert {"csv", "datapackage", "jsonl", "markdown", "oc4ids", "parquet", "xlsx"} <= names
