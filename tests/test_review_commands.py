"""The commands: report, corrections, corpus add; as a person would type them."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from extract import pipeline, reviewing
from extract.writers import json as writer

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
POINTER = "/projects/2/amounts/0/value"


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer()
    reviewing.add_to(made)
    return made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    target = tmp_path / "jining-hitech-2023.txt"
    shutil.copy(SAMPLES / target.name, target)
    return target


def _run(app: typer.Typer, *arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def _make(app: typer.Typer, source: Path, records: Path) -> None:
    who = ("--author", "审核员甲", "--reason", "对照原件", "-o", records)
    done = _run(app, "corrections", "make", source, POINTER, "1800000", *who)
    assert done.exit_code == 0, done.output


def test_report_of_a_file_and_of_a_planted_result(
    app: typer.Typer, source: Path, tmp_path: Path
) -> None:
    page, result = tmp_path / "报告.html", tmp_path / "结果.json"
    done = _run(app, "report", source, "-o", page)
    assert done.exit_code == 0, done.output
    assert "与原件一致" in page.read_text(encoding="utf-8")
    whole = json.loads(writer.write(pipeline.extract(source)))
    assert whole["projects"][2]["amounts"][0]["value"] == "1700000"
    whole["projects"][2]["amounts"][0]["value"] = "1900000"
    result.write_text(json.dumps(whole), encoding="utf-8")
    done = _run(app, "report", result, "--source", source, "-o", page, "--lang", "en")
    assert done.exit_code == 1
    assert "projects[2].amounts[0]" in page.read_text(encoding="utf-8")
    assert _run(app, "report", result, "-o", page).exit_code == 1  # found beside the JSON


def test_a_correction_is_made_applied_exported(
    app: typer.Typer, source: Path, tmp_path: Path
) -> None:
    records, result = tmp_path / "意见.jsonl", tmp_path / "结果.json"
    _make(app, source, records)
    done = _run(app, "corrections", "apply", source, records, "-o", result)
    assert done.exit_code == 0, done.output
    value = json.loads(result.read_bytes())["projects"][2]["amounts"][0]["value"]
    assert value == "1800000"
    shifted = source.read_text(encoding="utf-8").replace("财政资金170万元", "财政资金190万元")
    source.write_text(shifted, encoding="utf-8")
    done = _run(app, "corrections", "apply", source, records, "-o", result)
    assert done.exit_code == 1
    assert "审核员甲" in done.output

    store = f"sqlite:///{tmp_path / 'notices.db'}"
    done = _run(app, "corrections", "import", records, "--store", store)
    assert "新增 1 条" in done.output
    assert "新增 0 条" in _run(app, "corrections", "import", records, "--store", store).output
    for name in ("全部.jsonl", "全部.xlsx"):
        done = _run(app, "corrections", "export", "--store", store, "-o", tmp_path / name)
        assert done.exit_code == 0, done.output
        found = _run(app, "corrections", "import", tmp_path / name, "--store", store)
        assert "共 1 条，新增 0 条" in found.output
    assert (tmp_path / "全部.jsonl").read_bytes() == records.read_bytes()


def test_a_correction_becomes_a_line_of_the_corpus(
    app: typer.Typer, source: Path, tmp_path: Path
) -> None:
    records, folder = tmp_path / "意见.jsonl", tmp_path / "corpus"
    _make(app, source, records)
    for _ in range(2):
        done = _run(app, "corpus", "add", records, "--source", source, "--corpus", folder)
        assert done.exit_code == 0, done.output
    cases = tomllib.loads((folder / "amount.toml").read_text(encoding="utf-8"))["case"]
    assert len(cases) == 2
    assert cases[0]["expect"] == [{"amount": "170万元", "value": "1800000"}]
    assert "170万元" in cases[0]["text"]
    assert cases[0]["source"] == source.name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("report", "没有.pdf"), "没有"),
        (("corrections", "make", "{source}", "/nowhere/x", "1", "--author", "甲"), "没有"),
        (("corrections", "apply", "{source}", "没有.jsonl"), "没有.jsonl"),
        (("serve", "--host", "0.0.0.0"), "--tokens"),  # noqa: S104
        (("serve", "--store", "mysql://x"), "不支持"),
    ],
)
def test_refusals_are_one_line(
    app: typer.Typer, source: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = _run(app, *(one.format(source=source) for one in arguments))
    assert done.exit_code == 3, done.output
    assert words in done.output
    assert "Traceback" not in done.output
