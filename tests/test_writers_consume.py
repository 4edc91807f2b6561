"""Every piece of docs/consume.md runs, in its order, in one folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
import regex
from sqlalchemy import text

from extract.store import database

ROOT = Path(__file__).resolve().parent.parent
FENCE = regex.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", regex.M | regex.S)
PAGE = (ROOT / "docs" / "consume.md").read_text(encoding="utf-8")
PIECES = [(found["info"], found["body"]) for found in FENCE.finditer(PAGE)]
SHIM = """#!{python}
from extract import cli, trackers
if "export" not in [one.name for one in cli.app.registered_commands]:
    trackers.add_to(cli.app)
cli.main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("consume")
    shutil.copytree(ROOT / "outputs", made / "outputs")
    kept = [
        f"{s}.{f}.json" for s in ("zibo-hitech-2024", "jining-hitech-2023") for f in ("txt", "pdf")
    ]
    for path in (made / "outputs").iterdir():
        if path.name not in kept:
            path.unlink()
    (made / "bin").mkdir()
    notice = made / "bin" / "notice"
    notice.write_text(SHIM.format(python=sys.executable), encoding="utf-8")
    notice.chmod(0o755)
    return made


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with postgres.server() as socket:
        yield postgres.fresh_database(socket)


def run(folder: Path, *command: str, **more: str) -> None:
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def ask(url: str, sql: str) -> list[object]:
    engine = database.engine(url)
    with engine.connect() as connection:
        rows = list(connection.execute(text(sql)))
    engine.dispose()
    return rows


@pytest.mark.parametrize(
    ("info", "body"), PIECES, ids=[f"{i}-{p[0]}" for i, p in enumerate(PIECES)]
)
def test_a_piece_runs(info: str, body: str, folder: Path, request: pytest.FixtureRequest) -> None:
    kind, _, needs = info.partition(" runnable")
    more = {"STORE": request.getfixturevalue("store")} if "store" in needs else {}
    if kind == "sh":
        run(folder, "bash", "-euo", "pipefail", "-c", body, **more)
    elif kind == "python":
        run(folder, sys.executable, "-c", body)
    elif kind == "sql":
        # Seed B: rows 6 and 20 by the end of September 2023, row 18 by the end of October.
        assert [row[0] for row in ask(more["STORE"], body)] == ["6", "20", "18"]
    elif kind == "js":
        if shutil.which("node") is None:
            report = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            report("没有 node：JavaScript 的例子没有运行")
        run(folder, "node", "-e", body)
    else:
        pytest.fail(f"不会运行 {info}")


def test_there_is_a_piece_for_each_system() -> None:
    assert len(PIECES) == 9
    for name in ("pandas", "DuckDB", "PostgreSQL", "Excel", "Power BI", "JavaScript"):
        assert f"## {name}" in PAGE
