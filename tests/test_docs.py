"""What the README says is so: commands, formats, results, code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import regex
import typer

from extract import readers
from extract.batch.local import summarize
from extract.cli import app
from extract.writers import json as writer

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = regex.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", regex.M | regex.S)
COMMANDS = typer.main.get_command(app).commands


def blocks(info: str) -> list[str]:
    return [found["body"] for found in FENCE.finditer(README) if found["info"] == info]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_has_help(name: str) -> None:
    assert f"| `notice {name}" in README
    assert COMMANDS[name].help
    assert all(parameter.help for parameter in COMMANDS[name].params)


def test_every_command_in_the_readme_exists() -> None:
    mentioned = regex.findall(r"\bnotice ([a-z]+)\b", README)
    assert set(mentioned) <= set(COMMANDS)


def test_every_format_is_in_the_readme() -> None:
    rows = "\n".join(line for line in README.splitlines() if line.startswith("|"))
    assert [suffix for suffix in readers.suffixes() if suffix not in rows] == []


@pytest.mark.parametrize("script", blocks("sh runnable"), ids=["README.md"])
def test_shell_commands_run(script: str, tmp_path: Path) -> None:
    for folder in ("samples", "outputs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("code", blocks("python"), ids=["README.md"])
def test_python_code_runs(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "城区居住品质提升工程 1000 个 3" in done.stdout


def test_the_excerpt_is_in_the_committed_result() -> None:
    infos = [found["info"] for found in FENCE.finditer(README)]
    excerpts = [info for info in infos if info.startswith("json ")]
    assert excerpts
    for info in excerpts:
        result = json.loads((ROOT / info.removeprefix("json ")).read_text(encoding="utf-8"))
        values = [value for project in result["projects"] for value in project["quantities"]]
        assert json.loads(blocks(info)[0]) in values


def test_the_table_holds_the_counts_of_the_committed_results() -> None:
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in README.splitlines()]
    shown = {row[0]: row[1:7] for row in rows if len(row) > 7}
    for path in (ROOT / "outputs").glob("*-hitech-*.json"):
        counts = summarize(writer.read(path.read_bytes()))
        assert shown[path.name.removesuffix(".json")] == [
            str(counts.projects),
            str(counts.quantities),
            str(counts.amounts),
            str(counts.deadlines),
            str(counts.departments),
            f"{counts.accounted}/{counts.numerals} ✓",
        ]


def test_links_lead_somewhere() -> None:
    for target in regex.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
