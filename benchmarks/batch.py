"""How a batch scales: notices a second with one child process and with more, and what it costs.

``python benchmarks/batch.py [DOCUMENTS]``. Prints the rate for 1 and 2 processes, the ratio, the
parent's memory and open files after a tenth of the batch and after all of it, and what a million
such notices would take. ``python benchmarks/batch.py command [DOCUMENTS]`` watches the memory and
open files of ``notice extract`` itself, with its journal, from outside. The material is made here:
notices of ten projects, each different.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path, PurePath

from extract.batch.inputs import Input
from extract.batch.local import Done, run

_PROJECTS = 10
_PAGE = 700  # characters of an A4 page of a notice
_MILLION = 1_000_000


def notice(number: int) -> bytes:
    """Return one notice as text, its figures depending on its number."""
    lines = [f"关于印发{2000 + number % 30}年民生实事清单的通知", "各有关单位："]
    for n in range(1, _PROJECTS + 1):
        lines.append(
            f"{n}.新增托位{number % 900 + n}个，改造老旧小区{n * 3}个，"
            f"财政资金{number % 70 + n}.5万元，{2000 + number % 30}年12月底前完成。"
            "责任单位：市教育局、市住房和城乡建设局。"
        )
    return ("\n".join(lines) + "\n").encode()


def inputs(count: int) -> list[Input]:
    return [Input(f"{n}.txt", PurePath(f"{n}.json"), content=notice(n)) for n in range(count)]


def memory_kib(process: int | str = "self") -> int:
    """Return what a process holds now."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def files(process: int | str = "self") -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def measure(count: int, jobs: int) -> float:
    """Return notices a second; print what the parent held on the way."""
    batch = inputs(count)
    seen = []
    started = time.monotonic()
    for number, outcome in enumerate(run(batch, jobs=jobs), 1):
        if not isinstance(outcome, Done):
            raise SystemExit(f"{outcome.input.name}: {outcome}")
        if number in {count // 10, count}:
            seen.append((number, memory_kib(), files()))
    seconds = time.monotonic() - started
    sys.stdout.write(f"jobs={jobs}: {count / seconds:.1f}/s\n")
    for number, kib, opened in seen:
        sys.stdout.write(f"  after {number}: parent {kib / 1024:.1f} MiB, {opened} files\n")
    return count / seconds


def through_command(count: int, jobs: int) -> None:
    """Print what ``notice extract`` holds after a tenth of the batch, at its half, near its end."""
    with tempfile.TemporaryDirectory(prefix="batch-") as name:
        source, out = Path(name) / "in", Path(name) / "out"
        source.mkdir()
        for number in range(count):
            (source / f"{number:06}.txt").write_bytes(notice(number))
        command = [Path(sys.executable).with_name("notice"), "extract", source, "-o", out]
        sink, started = subprocess.DEVNULL, time.monotonic()
        with subprocess.Popen([*command, "-j", str(jobs)], stdout=sink, stderr=sink) as process:
            for share in (10, 25, 50, 75, 99):
                while sum(1 for _ in out.glob("*.json")) < count * share // 100:
                    time.sleep(0.2)
                held = f"{memory_kib(process.pid) / 1024:.1f} MiB, {files(process.pid)} files"
                sys.stdout.write(f"after {count * share // 100}: command {held}\n")
                sys.stdout.flush()
        seconds = time.monotonic() - started
        made = sum(1 for _ in out.glob("*.json"))
        sys.stdout.write(
            f"{made} results, exit code {process.returncode}, {made / seconds:.1f}/s\n"
        )


def main() -> None:
    if sys.argv[1:2] == ["command"]:
        through_command(int(sys.argv[2]) if len(sys.argv) > 2 else 10_000, 2)
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    load = os.getloadavg()[0]
    sys.stdout.write(f"{os.cpu_count()} cores, load {load:.1f} before the start\n")
    one, two = measure(count, 1), measure(count, 2)
    pages = len(notice(0).decode()) / _PAGE
    hours = _MILLION / one / 3600
    sys.stdout.write(f"2 against 1: {two / one:.2f}\n")
    sys.stdout.write(f"{pages:.1f} pages each, {one * pages:.0f} pages a core second; ")
    sys.stdout.write(f"a million: {hours:.1f} core hours\n")


if __name__ == "__main__":
    main()
