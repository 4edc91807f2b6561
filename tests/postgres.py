"""A PostgreSQL of the test session's own: in a temporary folder, on a socket, never on a port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from extract.store import database

BINARIES = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
USER = "postgres"


_numbers = count()


@contextmanager
def server() -> Iterator[str]:
    """Yield the folder of the socket; skip loudly where there is no PostgreSQL, never in CI."""
    binary = next((path for path in BINARIES if (path / "initdb").exists()), None)
    if binary is None or (os.geteuid() == 0 and not _has_user()):
        report = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        report("没有 PostgreSQL：apt-get install postgresql；用真数据库的测试全部没有运行")
    folder = Path(tempfile.mkdtemp(prefix="notice-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = folder / "data"
        _run(binary, "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} -c max_connections=60 -c fsync=off"
        _run(binary, "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield str(folder)
        finally:
            _run(binary, "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(socket: str) -> str:
    """Return the URL of an empty schema; one costs less than a database."""
    name = f"notices_{next(_numbers)}"
    url = f"postgresql://postgres@/postgres?host={socket}"
    engine = database.engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    engine.dispose()
    return f"{url}&options=-csearch_path%3D{name}"


def _has_user() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def _run(binary: Path | None, name: str, *arguments: object) -> None:
    prefix = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    command = [*prefix, str((binary or Path()) / name), *map(str, arguments)]
    # pg_ctl leaves the server behind, which would keep a pipe open for ever.
    sink = subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE
    done = subprocess.run(command, stdout=sink, stderr=sink, text=True, cwd="/", check=False)
    assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
