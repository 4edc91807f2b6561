"""``kill -9`` a batch on the command line at random points, take it up again, compare.

``python benchmarks/kills.py [POINTS] [FILES]`` (50 and 500). For each point a batch of its own is
started, one of its processes (the parent, the nursery, a keeper, a child) or all of them are
killed after a random time, and ``--resume`` ends it. Every result must be there once, equal byte
for byte to that of a batch that nobody disturbed, and no process may be left.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from batch import notice

from extract.batch import _kernel

NOTICE = Path(sys.executable).with_name("notice")
_SEED = 20240130
_JOBS = 2
_END_S = 120.0


def command(source: Path, out: Path) -> list[str]:
    return [str(NOTICE), "extract", str(source), "-o", str(out), "--resume", "-j", str(_JOBS)]


def start(source: Path, out: Path) -> "subprocess.Popen[bytes]":
    sink = subprocess.DEVNULL
    return subprocess.Popen(command(source, out), stdout=sink, stderr=sink)


def levels(parent: int) -> list[list[int]]:
    """Return the processes below one by depth: nursery, keepers, children."""
    found = [[parent]]
    while below := [pid for each in found[-1] for pid in _kernel.children_of(each)]:
        found.append(below)
    return found


def kill(process: "subprocess.Popen[bytes]", luck: random.Random) -> str:
    """Kill one process of a batch, or all; return which."""
    there = levels(process.pid)
    names = ["parent", "nursery", "keeper", "child", "what the child started"]
    choice = luck.randrange(-1, min(len(there), 4))
    victims = [luck.choice(there[choice])] if choice >= 0 else [p for one in there for p in one]
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return names[choice] if choice >= 0 else "all"


def results(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.json")}


def left_of(pids: set[int]) -> set[int]:
    """Return which processes are still there after a while."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        pids = {pid for pid in pids if Path(f"/proc/{pid}").exists()}
        if not pids:
            break
        time.sleep(0.05)
    return pids


def point(source: Path, out: Path, after_s: float, luck: random.Random) -> tuple[str, int]:
    """Disturb one batch; return who was killed, and how many results were there then."""
    process = start(source, out)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    known = {pid for level in levels(process.pid) for pid in level}
    victim = kill(process, luck) if process.poll() is None else "nobody"
    there = len(list(out.glob("*.json")))
    process.wait(_END_S)
    if left := left_of(known - {process.pid}):
        raise SystemExit(f"{victim}: still there: {left}")
    again = start(source, out)
    if again.wait(_END_S) != 0:
        raise SystemExit(f"{victim}: exit code {again.returncode}")
    return victim, there


def main() -> None:
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    luck = random.Random(_SEED)  # noqa: S311
    victims: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        source, whole = Path(name) / "in", Path(name) / "whole"
        source.mkdir()
        for number in range(files):
            (source / f"{number:04}.txt").write_bytes(notice(number))
        started = time.monotonic()
        start(source, whole).wait()
        took, expected = time.monotonic() - started, results(whole)
        sys.stdout.write(f"{len(expected)} results undisturbed in {took:.1f} s\n")
        while victims.total() < points:
            out = Path(name) / str(victims.total())
            victim, there = point(source, out, luck.uniform(0, took), luck)
            found = results(out)
            if found != expected or list(out.rglob("*.part")):
                raise SystemExit(f"{victim} killed: {len(found)} results, or not equal")
            shutil.rmtree(out)
            if victim != "nobody":  # it had ended already
                victims[victim] += 1
                said = f"{victims.total()}: {victim} killed at {there} results: equal\n"
                sys.stdout.write(said)
                sys.stdout.flush()
    sys.stdout.write(f"{points} points, all equal: {dict(victims)}\n")


if __name__ == "__main__":
    main()
