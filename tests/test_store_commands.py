"""The commands that feed trackers, as a person types them."""

import json
import sqlite3
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from extract import trackers, usage

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "zibo-hitech-2024.txt"
MADE = ROOT / "tests" / "data" / "zibo-hitech-2025-made.txt"
RESULT = ROOT / "outputs" / "jining-hitech-2023.txt.json"
OLD = ROOT / "tests" / "data" / "released" / "notice-1.0.0.json"

app = typer.Typer(cls=usage.ChineseGroup)
trackers.add_to(app)


def notice(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


def test_ingest_takes_notices_and_results_and_old_ones(store: str) -> None:
    done = notice("ingest", SAMPLE, RESULT, OLD, "--store", store, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [row["reason"] for row in rows][:2] == ["first", "first"]
    assert rows[2]["key"] == rows[0]["key"]


def test_a_bad_input_is_said_and_the_others_go_in(store: str, tmp_path: Path) -> None:
    bad = tmp_path / "坏.json"
    bad.write_text("{", encoding="utf-8")
    done = notice("ingest", bad, RESULT, "--store", store)
    assert done.exit_code == 3
    assert "坏.json" in done.stderr
    assert "新入库" in done.stdout


def test_questions_answer_on_the_command_line(store: str) -> None:
    notice("ingest", RESULT, "--store", store)
    late = notice("query", "overdue", "2023-10-15", "--store", store)
    assert [line.split("\t")[2] for line in late.stdout.splitlines()[1:]] == ["6", "20"]
    totals = notice("query", "totals", "--store", store, "--json").stdout.splitlines()
    assert json.loads(totals[-1])["金额（元）"] == "292770000"
    found = notice("query", "department", "消防救援", "--store", store)
    assert "火灾风险监测预警提升工程" in found.stdout


@pytest.mark.parametrize(
    "question", [["x"], ["overdue"], ["overdue", "明天"], ["year", "今年"], ["department"]]
)
def test_a_question_that_is_none_is_wrong_usage(store: str, question: list[str]) -> None:
    done = notice("query", *question, "--store", store)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def test_diff_in_three_forms(tmp_path: Path) -> None:
    page = tmp_path / "对比.html"
    assert notice("diff", SAMPLE, MADE, "-o", page).exit_code == 0
    assert "新建口袋公园" in page.read_text(encoding="utf-8")
    found = json.loads(notice("diff", SAMPLE, MADE, "--json").stdout)
    assert len(found["changes"]) == 13
    lines = notice("diff", SAMPLE, MADE).stdout.splitlines()
    assert lines[0] == "变化\t内容\t旧\t新"
    assert len(lines) == 14
    assert any(line.startswith("拆分\t城区居住品质提升工程") for line in lines)


def test_feed_is_pulled_by_number(store: str, tmp_path: Path) -> None:
    notice("ingest", RESULT, "--store", store)
    everything = notice("feed", "--store", store).stdout.splitlines()
    assert len(everything) == 23
    rest = notice("feed", "--store", store, "--after", 20).stdout.splitlines()
    assert rest == everything[20:]
    notice("feed", "--store", store, "-o", tmp_path / "events.jsonl")
    assert (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines() == everything


def test_feed_pushes_to_no_private_address(store: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s\n", encoding="utf-8")
    notice("ingest", RESULT, "--store", store)
    done = notice(
        "feed", "--store", store, "--push", "http://127.0.0.1:9/", "--secret-file", secret
    )
    assert done.exit_code == 3
    assert "内部地址" in done.stderr


@pytest.mark.parametrize(
    "name", ["csv", "xlsx", "parquet", "datapackage", "oc4ids", "jsonl", "markdown"]
)
def test_export_writes_each_format(name: str, tmp_path: Path) -> None:
    target = tmp_path / "out" / "file"
    assert notice("export", RESULT, "--to", name, "-o", target).exit_code == 0
    assert target.stat().st_size > 1000
    assert [one.name for one in target.parent.iterdir()] == ["file"]


def test_export_writes_tables_and_stores(tmp_path: Path, store: str) -> None:
    done = notice("export", RESULT, "--to", "csv", "--tables", "--no-bom", "-o", tmp_path / "t")
    assert done.exit_code == 0
    content = (tmp_path / "t" / "projects.csv").read_bytes()
    assert content.startswith(b"key,")
    assert len(content.splitlines()) > 22
    assert notice("export", RESULT, "--to", store).exit_code == 0
    with sqlite3.connect(tmp_path / "store.db") as connection:
        assert connection.execute("SELECT count(*) FROM projects").fetchone() == (22,)


def test_export_to_something_else_is_wrong_usage() -> None:
    done = notice("export", RESULT, "--to", "docx")
    assert done.exit_code == 2
    assert "oc4ids" in done.stderr


def test_migrate_writes_todays_json(tmp_path: Path) -> None:
    done = notice("migrate", OLD, "-o", tmp_path)
    assert done.exit_code == 0
    again = json.loads((tmp_path / "notice-1.0.0.json").read_bytes())
    assert again["schema_version"] != "1.0.0"


def test_a_store_that_cannot_be_opened_is_one_line() -> None:
    done = notice("query", "totals", "--store", "mysql://x/y")
    assert done.exit_code == 3
    assert len(done.stderr.splitlines()) == 1


def test_every_command_explains_itself() -> None:
    commands = typer.main.get_command(app).commands
    assert list(commands) == ["export", "ingest", "query", "diff", "feed", "migrate"]
    for command in commands.values():
        assert command.help
        assert all(parameter.help for parameter in command.params)
