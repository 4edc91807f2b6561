"""How many characters a CPU second reads: ours beside JioNLP and Recognizers-Text, one run.

    python benchmarks/figures.py                 speed beside the peers, then scaling
    python benchmarks/figures.py --no-peers      ours alone

Every tool runs in a process and a virtual environment of its own, on the same characters, in turns;
the figure adds up the best round of each text, for other work on the machine only ever adds; min
and max are of whole rounds. Scaling doubles a real text and strings made to be slow; exit 1 where
twice the characters cost more than 2.2 times the time, or a bait does not end.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from _material import ROOT, SCRATCH, notices, read
from _peer import TOO_LONG

WORKER = Path(__file__).with_name("_peer.py")
PEERS = {
    "jionlp": ("JioNLP", ["jionlp==1.5.31"]),
    "recognizers": ("Recognizers-Text", ["recognizers-text-suite==1.0.2a2", "emoji<2"]),
}
KINDS = {
    "ours": "all kinds",
    "whole": "all kinds, structure, audit: extract()",
    "jionlp": "money, time",
    "recognizers": "number, percentage, currency, unit, time",
}
# Every kind once, and a word that only the dictionary knows: loads what is loaded on first use.
WARM = (
    "2024年12月底前，由市财政局牵头，新增托位452个，统一安排资金500万元，"
    "占40%，65岁以上老人每人每月100元，象棋一、二局。市级资金350万，见鲁政办字〔2024〕2号。\n"
    "（责任单位：市教育局、市\n财政局）\n"
)
ROUNDS = 3
PEER_SECONDS, BAIT_SECONDS = 120, 90  # CPU; a process that takes longer is stopped and reported
WALL = 4  # times as long on the clock, for one that waits
BAIT, TEXT = 60_000, 100_000  # characters of the longest of n, 2n, 4n
REPEATS, ATTEMPTS = 3, 4
WORST = 2.2
SHORTEST_BAIT = 4_000


class Failed(Exception):
    """A tool that could not be installed or did not finish; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says: seconds for each text, and for the import with the first call."""

    version: str
    ready: float
    seconds: list[float]
    found: list[int]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    parser.add_argument("--no-scaling", action="store_true", help="speed alone")
    parser.add_argument("--prefix", type=int, help="only so many characters of each text")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    texts = [read(path) for path in notices()]
    compare(texts, options.prefix, options.rounds, peers=not options.no_peers)
    return 0 if options.no_scaling else scaling(texts)


def compare(texts: list[str], prefix: int | None, rounds: int, *, peers: bool) -> None:
    """Print the table of all tools on the same characters."""
    pieces = [text[:prefix] for text in texts]
    size = sum(map(len, pieces))
    what = f"the first {prefix} characters of each" if prefix else "whole"
    print(f"{len(pieces)} texts, {what}, {rounds} rounds")
    tools, failures = {"ours": Path(sys.executable), "whole": Path(sys.executable)}, {}
    for name in PEERS if peers else ():
        try:
            tools[name] = environment(name)
        except Failed as failure:
            failures[name] = str(failure)
    answers: dict[str, list[Answer]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, python in tools.items():
            if name in failures:
                continue
            try:
                answers[name].append(ask(name, python, pieces, PEER_SECONDS))
            except Failed as failure:
                failures[name] = str(failure)
    table(answers, failures, size)


def least(rounds: list[Answer]) -> float:
    """Return the seconds for all texts, each in its best round: other work only ever adds."""
    return sum(min(times) for times in zip(*(each.seconds for each in rounds), strict=True))


def table(answers: dict[str, list[Answer]], failures: dict[str, str], size: int) -> None:
    head = f"{'tool':24} {'characters':>10} {'CPU s':>8} {'min-max':>13} {'chars/CPU s':>11}"
    print(f"{head} {'to ours':>8} {'found':>6} {'loading':>8}  kinds")
    pace = size / least(answers["ours"])
    for name, kinds in KINDS.items():
        title, _ = PEERS.get(name, (name, []))
        if name in failures:
            print(f"{title:24} NO FIGURE: {failures[name]}")
        elif rounds := answers.get(name):
            times = sorted(sum(answer.seconds) for answer in rounds)
            seconds = least(rounds)
            row = f"{title + ' ' + rounds[0].version:24} {size:10} {seconds:8.2f}"
            row += f" {times[0]:6.2f}-{times[-1]:<6.2f} {size / seconds:11.0f}"
            ready = median(answer.ready for answer in rounds)
            row += f" {size / seconds / pace:8.3f} {sum(rounds[0].found):6}"
            print(f"{row} {ready:8.2f}  {kinds}")


def environment(name: str) -> Path:
    """Return the python of a peer's own environment; the first time it is made and filled."""
    _, requirements = PEERS[name]
    folder, python = SCRATCH / name, SCRATCH / name / "bin" / "python"
    stamp, wanted = folder / ".installed", "\n".join(requirements)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    print(f"installing {wanted.replace(chr(10), ', ')} …", flush=True)
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    make: list[str | Path] = [sys.executable, "-m", "venv", folder]
    for command in (make, [*pip, *requirements]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise Failed(f"not installed: {(errors or ['exit ' + str(done.returncode)])[-1]}")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def ask(name: str, python: Path, texts: list[str], limit_s: int) -> Answer:
    """Run a tool over texts in a process of its own."""
    request = json.dumps({"warm": WARM, "texts": texts, "limit_s": limit_s})
    try:
        done = subprocess.run(
            [python, WORKER, name],
            input=request,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=limit_s * WALL,
            check=False,
            cwd=ROOT,
            env=os.environ | ({"PYTHONPATH": str(ROOT)} if name not in PEERS else {}),
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"stuck: not finished after {limit_s * WALL} s on the clock") from None
    if done.returncode == TOO_LONG:
        raise Failed(f"not finished after {limit_s} CPU s")
    if done.returncode:
        raise Failed(f"exit {done.returncode}: {(done.stderr.splitlines() or ['?'])[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    place = answer.pop("extract")
    if place is not None and not Path(place).is_relative_to(ROOT):
        raise Failed(f"measured another extract: {place}")
    return Answer(**answer)


def scaling(texts: list[str]) -> int:
    """Print what doubling costs, and return 1 where it costs too much."""
    print(f"\nscaling: CPU s for n, 2n, 4n characters; a doubling may cost {WORST} times")
    print(f"{'what':22} {'call':10} {'n':>6} {'t(n)':>8} {'t(2n)':>8} {'t(4n)':>8}  ratios")
    bad = 0
    middle, *_, longest = sorted(texts, key=len)[len(texts) // 2 :]
    cases = {"seed 1": texts[0], "seed 2": texts[1], "middle text": middle, "longest text": longest}
    strings = {name: repeated(text, TEXT) for name, text in cases.items()}
    for name, bait in (strings | baits()).items():
        for tool, call in (("ours", "figures"), ("whole", "extract")):
            bad += not line(name, tool, call, bait)
    print(f"{bad} too slow" if bad else "no doubling costs too much")
    return 1 if bad else 0


def line(name: str, tool: str, call: str, bait: str) -> bool:
    """Print one line of the table; return whether the time grows as it may."""
    ended = True
    while True:
        head = f"{name:22} {call:10} {len(bait) // 4:6}"
        rounds: list[list[float]] = []
        try:
            while len(rounds) < REPEATS * ATTEMPTS:
                rounds += lengths(tool, bait, REPEATS)
                if max(ratios(rounds)) <= WORST:
                    break  # otherwise a busy machine, or a slow spot: look again
        except Failed as failure:
            print(f"{head} {failure}  TOO SLOW", flush=True)
            if len(bait) <= SHORTEST_BAIT:
                return False
            ended, bait = False, bait[: len(bait) // 8]  # a shorter one still shows how it grows
            continue
        fine = max(ratios(rounds)) <= WORST
        shown = " ".join(f"{min(column):8.4f}" for column in zip(*rounds, strict=True))
        grown = " ".join(f"{ratio:.2f}" for ratio in ratios(rounds))
        print(f"{head} {shown}  {grown}{'' if fine else '  TOO SLOW'}", flush=True)
        return fine and ended


def lengths(tool: str, bait: str, repeats: int) -> list[list[float]]:
    """Return rounds of the times for a quarter, a half and the whole of a string."""
    cuts = [bait[: len(bait) // 4], bait[: len(bait) // 2], bait]
    seconds = ask(tool, Path(sys.executable), cuts * repeats, BAIT_SECONDS).seconds
    return [seconds[first : first + len(cuts)] for first in range(0, len(seconds), len(cuts))]


def ratios(rounds: list[list[float]]) -> list[float]:
    """Return what each doubling costs: the median of the rounds, whose load is the same."""
    grown = [[after / before for before, after in pairwise(times)] for times in rounds]
    return [median(column) for column in zip(*grown, strict=True)]


def repeated(piece: str, size: int) -> str:
    return (piece * (size // len(piece) + 1))[:size]


def baits() -> dict[str, str]:
    """Return strings made to be slow, each of the full length."""
    plain = (
        *("1", "、", "第", "（", "(", "[", "一", "百千万亿", "每人每月", "市财政局、"),
        *("1、", "一、", "1.1.", "1-", "1：", "1亿", "一点", "2024年", "A1", "（责任单位："),
        *("市财政局", "由市", "会同市", "联合市局、"),
    )
    pieces = {one: one for one in plain}
    pieces |= {"lines 1.": "1.\n", "lines 一、市": "一、市\n", "cells": "1\t", "spaces": "1 市 "}
    strings = {name: repeated(piece, BAIT) for name, piece in pieces.items()}
    strings["（…）"] = "（" * (BAIT // 2) + "）" * (BAIT // 2)
    strings["由 + Han"] = "由" + repeated("政策措施落实推进", BAIT - 1)
    strings["由 + Han + names"] = "由" + repeated("市人民政府教育体育", BAIT - 1)
    return strings


if __name__ == "__main__":
    sys.exit(main())
