"""Folders of children that were killed with their keepers are swept away, and no others."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path, PurePath

import pytest

from extract.batch import _homes, _kernel
from extract.batch.inputs import Input
from extract.batch.local import Done, Outcome, Summary
from extract.batch.sandbox import Sandbox

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="没有 fork 的系统上没有沙箱")

WAIT_S = 20
SLEEPER = """
import time
from pathlib import PurePath
from extract.batch.inputs import Input
from extract.batch.sandbox import Sandbox
def work(found):
    open("half written", "w").close()
    time.sleep(600)
Sandbox(work).one(Input("x", PurePath("x"), content=b"x"))
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def where(found: Input) -> Outcome:
    summary = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, complete=True)
    return Done(found, summary, str(Path.cwd()).encode())


def home_of(sandbox: Sandbox) -> Path:
    outcome = sandbox.one(Input("x", PurePath("x"), content=b"x"))
    assert isinstance(outcome, Done)
    return Path(outcome.content.decode())


def tree(parent: int) -> list[int]:
    return [parent, *(pid for child in _kernel.children_of(parent) for pid in tree(child))]


def test_what_kill_minus_9_left_is_swept_and_what_is_in_use_stays(temporary: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", SLEEPER])
    end = time.monotonic() + WAIT_S
    while not list(temporary.glob("*/half written")):
        assert time.monotonic() < end
        time.sleep(0.02)
    for pid in tree(process.pid):  # all at once: nobody is left to clean up
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    for pid in reversed(tree(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(WAIT_S)
    [left] = temporary.iterdir()
    stranger = temporary / "notice-other"
    stranger.mkdir()
    with Sandbox(where) as first, Sandbox(where) as second:
        used = home_of(first)
        home_of(second)  # sweeps as well
        assert used.exists()
        while left.exists():  # its processes end one after the other
            assert time.monotonic() < end
            _homes.sweep()
    assert list(temporary.iterdir()) == [stranger]


def test_a_folder_that_is_swept_before_it_is_locked_is_made_anew(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, turns = _homes._opened, iter([True, False])

    def late(home: Path) -> int:
        found = opened(home)
        if next(turns):
            home.rmdir()
        return found

    monkeypatch.setattr(_homes, "_opened", late)
    home, lock = _homes.made()
    assert list(temporary.iterdir()) == [home]
    os.close(lock)
