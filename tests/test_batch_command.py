"""Many files on the command line: the journal, --resume, --log, the totals, limits, the sandbox."""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from installed import NOTICE, RunNotice
from typer.testing import CliRunner

from extract import cli, readers
from extract.batch import _kernel

ROOT = Path(__file__).resolve().parent.parent
SAMPLES, OUTPUTS = ROOT / "samples", ROOT / "outputs"
ZIBO, JINING = SAMPLES / "zibo-hitech-2024.txt", SAMPLES / "jining-hitech-2023.txt"
COUNT, KILLS = 60, 4


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Sixty notices, two of which cannot be read."""
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(COUNT):
        text = f"关于第{n}号工作的通知\n新增托位{n}个，财政资金{n * 7}万元，2023年12月底前完成。\n"
        (folder / f"{n:02}.txt").write_text(text, encoding="utf-8")
    (folder / "07.txt").write_bytes(bytes(range(256)) * 4)
    (folder / "08.txt").write_bytes(b"")
    return folder


def results(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.json")}


def test_a_long_batch_has_a_journal_a_log_and_totals(
    run_notice: RunNotice, archive: Path, tmp_path: Path
) -> None:
    out, log = tmp_path / "out", tmp_path / "日志" / "batch.jsonl"
    done = run_notice("extract", archive, "-o", out, "--jobs", 2, "--log", log)
    assert done.returncode == 3
    assert done.stdout == b""
    said = done.stderr.decode().splitlines()
    assert len(said) == COUNT + 1  # a line an input, and the totals
    assert said[0].startswith("00.txt：项目")
    assert said[-1] == "共 60 份：完成 58（有发现 0，错误 0），未读取 2（已损坏或读不出 2）"
    assert len(results(out)) == COUNT - 2
    assert (out / ".notice" / "journal.sqlite").is_file()
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [row["input"] for row in rows] == [f"{n:02}.txt" for n in range(COUNT)]
    assert [row["event"] for row in rows].count("done") == COUNT - 2
    assert rows[7]["code"] == rows[8]["code"] == "unreadable_document"


def test_a_batch_that_is_resumed_does_only_what_is_missing(
    run_notice: RunNotice, archive: Path, tmp_path: Path
) -> None:
    out, log = tmp_path / "out", tmp_path / "batch.jsonl"
    run_notice("extract", archive, "-o", out)
    whole = results(out)
    (out / "03.txt.json").unlink()
    (out / "04.txt.json").write_bytes(b"{}")
    done = run_notice("extract", archive, "-o", out, "--resume", "--log", log, "--json")
    assert done.returncode == 3
    assert [json.loads(line)["input"] for line in log.read_text().splitlines()] == [
        "03.txt",
        "04.txt",
    ]
    errors = [json.loads(line) for line in done.stderr.splitlines()]  # those of the first run
    assert [error["file"] for error in errors] == ["07.txt", "08.txt"]
    assert {frozenset(error) for error in errors} == {
        frozenset({"error", "file", "page", "message"})
    }
    assert results(out) == whole


def test_a_few_inputs_have_totals_but_no_journal(run_notice: RunNotice, tmp_path: Path) -> None:
    done = run_notice("extract", ZIBO, "没有.txt", "-o", tmp_path / "out")
    assert done.stderr.decode().splitlines()[-1].startswith("共 2 份：完成 1（")
    assert not (tmp_path / "out" / ".notice").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["extract", ZIBO, "--resume"], {}, "--resume 要和 -o 一起用"),
        (["extract", ZIBO], {"NOTICE_MAX_PAGES": "abc"}, "NOTICE_MAX_PAGES 的值“abc”不对"),
        (["text", ZIBO], {"NOTICE_MEMORY_MIB": "-1"}, "应为正整数"),
        (["totals", ZIBO], {"NOTICE_BASE_SECONDS": "nan"}, "应为正数"),
    ],
)
def test_wrong_usage(
    run_notice: RunNotice, arguments: list[object], environment: dict[str, str], says: str
) -> None:
    done = run_notice(*arguments, **environment)
    assert done.returncode == 2
    assert says in done.stderr.decode()


@pytest.mark.parametrize("command", ["extract", "text", "totals"])
def test_the_environment_sets_the_limits(run_notice: RunNotice, command: str) -> None:
    done = run_notice(command, ZIBO, NOTICE_MAX_CHARACTERS="100")
    assert done.returncode == 3
    assert "100" in done.stderr.decode()


def test_a_log_or_a_journal_that_cannot_be_written_is_said(
    run_notice: RunNotice, archive: Path, tmp_path: Path
) -> None:
    done = run_notice("extract", ZIBO, "--log", ZIBO / "log")
    assert done.returncode == 3
    assert "记录写不进" in done.stderr.decode()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".notice").write_bytes(b"")
    done = run_notice("extract", archive, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "批处理记录写不进" in done.stderr.decode()


def test_kill_minus_9_and_resume_through_the_command(
    run_notice: RunNotice, archive: Path, tmp_path: Path
) -> None:
    """``benchmarks/kills.py`` does it at 50 points of 500 files."""
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert run_notice("extract", archive, "-o", whole).returncode == 3
    command = [NOTICE, "extract", archive, "-o", out, "--resume", "--jobs", "2", "--json"]
    for kill in range(KILLS):
        before = len(results(out)) if out.exists() else 0
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            end = time.monotonic() + 30
            while process.poll() is None and time.monotonic() < end:
                if out.exists() and len(results(out)) > before + kill:
                    break
                time.sleep(0.005)
            victims = _kernel.children_of(process.pid) if kill % 2 else [process.pid]
            for victim in victims:
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.3)
            process.kill()
    done = run_notice(*command[1:])
    assert done.returncode == 3
    assert results(out) == results(whole)
    assert [path.name for path in out.rglob("*.part")] == []


RESULT = OUTPUTS / f"{ZIBO.name}.json"
READING = {
    "extract": ["extract", ZIBO],
    "figures": ["figures", ZIBO],
    "text": ["text", ZIBO],
    "explain": ["explain", ZIBO],
    "audit": ["audit", RESULT, "--source", ZIBO],
    "report": ["report", ZIBO, "-o", "{folder}/report.html"],
    "report of a result": ["report", RESULT, "--source", ZIBO, "-o", "{folder}/report.html"],
    "corrections make": ["corrections", "make", ZIBO, "/title/value", "x", "--author", "甲"],
    "totals": ["totals", ZIBO],
    "duties": ["duties", "市教育局", ZIBO],
    "diff": ["diff", ZIBO, JINING],
    "ingest": ["ingest", ZIBO, "--store", "sqlite:///{folder}/s.db"],
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="没有 fork 的系统上没有沙箱")
@pytest.mark.parametrize("name", READING)
def test_every_command_reads_in_a_child(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A reader that crashes takes its own process with it, and this one is still here to see."""

    def crash(*_: object, **__: object) -> None:
        os.abort()

    monkeypatch.setattr(readers, "read", crash)
    arguments = [str(each).format(folder=tmp_path) for each in READING[name]]
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 3, done.output
    assert "解析程序崩溃" in done.output
