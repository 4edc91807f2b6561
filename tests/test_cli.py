"""The command line from outside: exit codes, what goes to which stream, whole files or none."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from extract import batch, cli
from extract.writers import json as writer

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
ZIBO = SAMPLES / "zibo-hitech-2024.txt"
ESCAPE = b"\x1b"
COMMANDS = ["extract", "figures", "text", "explain", "audit", "schema", "doctor"]
# A password is asked for: the user's entry (/U) fits no empty password.
ENCRYPTED_PDF = b"".join(
    [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n",
        b"4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>endobj\n" % (b"a1" * 32, b"b2" * 32),
        b"trailer<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<%b><%b>]>>\n" % (b"c3" * 16, b"c3" * 16),
        b"%%EOF\n",
    ]
)
BAD = {
    "空.txt": b"",
    "乱码.pdf": hashlib.shake_256(b"pdf").digest(5000),
    "乱码.docx": hashlib.shake_256(b"docx").digest(5000),
    "改名.docx": b"%PDF-1.4\n%%EOF\n",
    "加密.pdf": ENCRYPTED_PDF,
}

Notice = Callable[..., CompletedProcess[bytes]]


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, content in BAD.items():
        (folder / name).write_bytes(content)
    return folder


def files(folder: Path) -> list[str]:
    """Return the results in a folder; the journal of a long batch (``.notice``) is none."""
    places = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return sorted(str(place) for place in places if place.parts[0] != ".notice")


def test_one_input_without_a_folder_goes_to_standard_output(run_notice: Notice) -> None:
    done = run_notice("extract", ZIBO)
    assert done.returncode == 0
    assert json.loads(done.stdout)["source"]["name"] == ZIBO.name
    assert writer.write(writer.read(done.stdout)) == done.stdout


def test_nothing_but_json_is_written_and_no_control_codes(run_notice: Notice) -> None:
    done = run_notice("extract", ZIBO)
    assert done.stdout.startswith(b"{\n")
    assert done.stdout.endswith(b"}\n")
    assert ESCAPE not in done.stdout + done.stderr
    assert len(done.stderr.decode().splitlines()) == 1


def test_output_is_utf8_in_any_locale(run_notice: Notice) -> None:
    plain = run_notice("extract", ZIBO)
    done = run_notice("extract", ZIBO, LC_ALL="C", LANG="C", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (0, plain.stdout)


def test_standard_input_is_an_input(run_notice: Notice) -> None:
    done = run_notice("extract", "-", stdin=ZIBO.read_bytes())
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["projects"]) == 10


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_gives_one_file_each(run_notice: Notice, tmp_path: Path, jobs: str) -> None:
    source = tmp_path / "in"
    (source / "2023").mkdir(parents=True)
    shutil.copy(ZIBO, source / "zibo.txt")
    shutil.copy(ZIBO, source / "2023" / "zibo.txt")
    done = run_notice("extract", source, "-o", tmp_path / "out", "--jobs", jobs)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b""
    assert files(tmp_path / "out") == ["2023/zibo.txt.json", "zibo.txt.json"]


def test_a_bad_input_does_not_stop_the_others(
    run_notice: Notice, bad: Path, tmp_path: Path
) -> None:
    done = run_notice("extract", bad, ZIBO, "没有.txt", "-o", tmp_path / "out")
    assert done.returncode == 3
    assert files(tmp_path / "out") == [f"{ZIBO.name}.json"]
    assert b"Traceback" not in done.stderr
    for name in [*BAD, "没有.txt"]:
        assert name in done.stderr.decode()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_is_refused_and_nothing_is_written(
    run_notice: Notice, bad: Path, tmp_path: Path, name: str
) -> None:
    to_file = run_notice("extract", bad / name, "-o", tmp_path / "out")
    assert to_file.returncode == 3
    assert not (tmp_path / "out").exists() or files(tmp_path / "out") == []
    for command in ("extract", "figures", "text", "explain"):
        done = run_notice(command, bad / name)
        assert (done.returncode, done.stdout) == (3, b"")
        assert name in done.stderr.decode()
        assert b"Traceback" not in done.stderr


def test_errors_as_json_are_one_object_for_each_refused_input(
    run_notice: Notice, bad: Path, tmp_path: Path
) -> None:
    done = run_notice("extract", bad, ZIBO, "-o", tmp_path / "out", "--json")
    errors = {error["file"]: error for error in map(json.loads, done.stderr.splitlines())}
    assert sorted(errors) == sorted(BAD)
    assert all(set(error) == {"error", "file", "page", "message"} for error in errors.values())
    assert errors["空.txt"]["error"] == "unreadable_document"
    assert errors["改名.docx"]["error"] == "unsupported_format"
    assert errors["加密.pdf"]["error"] == "encrypted_document"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "用法"),
        (["extract"], "缺少参数"),
        (["extrakt"], "没有命令"),
        (["extract", "--nein", "x.txt"], "没有选项"),
        (["extract", "x.txt", "--jobs", "0"], "--jobs 的值不对：不能小于 1"),
        (["extract", "x.txt", "--jobs", "many"], "要写整数"),
        (["extract", "x.txt", "-o"], "后面要有值"),
        (["figures", "a.txt", "b.txt"], "多出的参数"),
        (["extract", "a.txt", "b.txt"], "请用 -o"),
        (["extract", str(ZIBO), str(ZIBO.with_suffix(".pdf")), "-o", str(ZIBO)], "不是文件夹"),
        (["schema", "nothing"], "没有叫 nothing"),
    ],
)
def test_wrong_usage_is_said_in_chinese(
    run_notice: Notice, arguments: list[str], says: str
) -> None:
    done = run_notice(*arguments)
    assert done.returncode == 2
    assert says in (done.stdout + done.stderr).decode()
    assert b"Traceback" not in done.stderr


def test_results_that_would_overwrite_each_other_are_refused(
    run_notice: Notice, tmp_path: Path
) -> None:
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        shutil.copy(ZIBO, tmp_path / year / "清单.txt")
    done = run_notice("extract", "2023/清单.txt", "2024/清单.txt", "-o", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "2023/清单.txt 和 2024/清单.txt" in done.stderr.decode()
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_a_clean_refusal(
    run_notice: Notice, tmp_path: Path
) -> None:
    (tmp_path / "out" / f"{ZIBO.name}.json").mkdir(parents=True)
    done = run_notice("extract", ZIBO, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "写不进" in done.stderr.decode()
    assert files(tmp_path / "out") == []


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_leaves_only_whole_files(
    tmp_path: Path, interrupt: signal.Signals, jobs: str
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for number in range(300):
        shutil.copy(ZIBO, source / f"{number:03}.txt")
    out = tmp_path / "out"
    notice = Path(sys.executable).with_name("notice")
    process = subprocess.Popen([notice, "extract", source, "-o", out, "--jobs", jobs])
    deadline = time.monotonic() + 60
    while not list(out.glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(interrupt)
    assert process.wait(timeout=30) == 128 + interrupt
    assert 0 < len(files(out)) < 300
    for name in files(out):
        assert name.endswith(".txt.json")
        writer.read((out / name).read_bytes())


def test_a_bug_is_not_swallowed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(batch.local.extract, "extract", fail)
    monkeypatch.setattr(sys, "argv", ["notice", "extract", str(ZIBO), "-o", str(tmp_path)])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    assert exit_.value.code == 70
    error = capsys.readouterr().err
    assert "ZeroDivisionError" in error
    assert "这是缺陷" in error
    assert files(tmp_path) == []


def test_figures_are_lines_of_json_in_order(run_notice: Notice) -> None:
    done = run_notice("figures", ZIBO)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    text = ZIBO.read_text(encoding="utf-8")
    assert done.returncode == 0
    assert rows
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)
    assert all({"kind", "project"} <= set(row) for row in rows)


def test_text_is_the_canonical_text_and_nothing_more(run_notice: Notice) -> None:
    assert run_notice("text", ZIBO).stdout == ZIBO.read_bytes()


def test_explain_in_a_pipe_is_tsv(run_notice: Notice) -> None:
    lines = run_notice("explain", ZIBO).stdout.decode().splitlines()
    assert lines[0].split("\t") == ["类别", "原文", "读作", "规则", "位置"]
    assert len(lines) > 20
    assert {line.count("\t") for line in lines} == {4}
    assert any("1000" in line and "个" in line for line in lines)


@pytest.fixture
def result(run_notice: Notice, tmp_path: Path) -> Path:
    path = tmp_path / "outputs" / f"{ZIBO.name}.json"
    path.parent.mkdir()
    path.write_bytes(run_notice("extract", ZIBO).stdout)
    return path


@pytest.mark.parametrize("place", ["outputs", ".", "samples"])
def test_audit_finds_the_original_near_the_json(
    run_notice: Notice, result: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / place).mkdir(exist_ok=True)
    shutil.copy(ZIBO, tmp_path / place)
    done = run_notice("audit", result)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert "核验完成" in done.stderr.decode()


def test_audit_without_the_original_is_wrong_usage(run_notice: Notice, result: Path) -> None:
    done = run_notice("audit", result)
    assert done.returncode == 2
    assert "--source" in done.stderr.decode()


def test_audit_of_a_changed_value_fails(run_notice: Notice, result: Path) -> None:
    changed = result.read_text(encoding="utf-8").replace('"value": "1000"', '"value": "1001"', 1)
    result.write_text(changed, encoding="utf-8")
    done = run_notice("audit", result, "--source", ZIBO, "--json")
    assert done.returncode == 1
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert any(finding["severity"] == "error" for finding in findings)


def test_audit_of_what_is_no_notice_is_refused(run_notice: Notice, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'{"a": 1}')
    for name in ("x.json", "没有.json"):
        done = run_notice("audit", tmp_path / name, "--source", ZIBO)
        assert done.returncode == 3
        assert name in done.stderr.decode()


def test_doctor_says_what_is_there_and_what_to_do(run_notice: Notice) -> None:
    done = run_notice("doctor")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert any(line.startswith("可读格式\t✓") and ".docx" in line for line in lines)
    missing = [line.split("\t") for line in lines if "\t– 缺\t" in line]
    assert all(advice for *_, advice in missing)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_chinese(run_notice: Notice, command: str) -> None:
    done = run_notice(command, "--help")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "用法：" in text
    assert "选项" in text
    assert ESCAPE not in done.stdout
    for english in ("Usage", "Options", "Arguments", "Show this", "required", "default"):
        assert english not in text


def test_on_a_terminal_there_is_a_table_and_json_stays_pure(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    notice = Path(sys.executable).with_name("notice")
    with subprocess.Popen(
        [notice, "extract", ZIBO],
        stdout=subprocess.PIPE,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    ) as process:
        os.close(follower)
        output = process.stdout.read() if process.stdout else b""
        shown = os.read(leader, 100_000).decode(errors="replace")
    assert json.loads(output)
    assert "\x1b[" in shown
    assert "提取" in shown
