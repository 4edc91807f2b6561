"""A batch that is killed and taken up again: nothing is lost, doubled, or tried for ever."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path, PurePath

import pytest

from extract.batch._log import Log
from extract.batch._outcomes import Crashed, Done, Outcome, Refused, Summary
from extract.batch.inputs import Input
from extract.batch.journal import Totals, in_words, opened, process
from extract.batch.sandbox import Sandbox
from extract.errors import ExtractError, LimitExceeded, MissingComponent, UnreadableDocument
from extract.limits import Limits

SUMMARY = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, complete=True)
WARNED = Summary(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, complete=False)
FILES, KILLS = 200, 20


def work(found: Input) -> Outcome:
    """Stand in for the extraction; the name says what is to happen."""
    content = found.content or b""
    with Path(content.decode()).open("a", encoding="utf-8") as tally:
        tally.write(found.name + "\n")
    if found.name.startswith("bad"):
        return Refused(found, UnreadableDocument("文件已损坏", name=found.name))
    if found.name.startswith("missing"):
        return Refused(found, MissingComponent("没有 OCR", name=found.name))
    if found.name.startswith("die"):
        os._exit(9)
    if found.name.startswith("kill"):
        os.abort()
    if found.name.startswith("bug"):
        raise ZeroDivisionError
    return Done(found, WARNED if found.name.startswith("warn") else SUMMARY, found.name.encode())


def inputs_of(names: list[str], folder: Path) -> list[Input]:
    """Return inputs on disk whose content says where to tally what is done."""
    folder.mkdir(exist_ok=True)
    for name in names:
        path = folder / name
        if not path.exists():
            path.write_text(str(folder / "tally"), encoding="utf-8")
    return [Input(name, PurePath(name + ".json"), path=folder / name) for name in names]


def batch(
    tmp_path: Path, names: list[str], *, resume: bool, log: Path | None = None
) -> tuple[list[str], Totals]:
    inputs = inputs_of(names, tmp_path / "in")
    with opened(tmp_path / "out", resume=resume) as journal:
        kept = Log(log) if log else None
        outcomes = list(
            process(journal.enter(inputs), tmp_path / "out", journal, work=work, log=kept)
        )
        return [outcome.input.name for outcome in outcomes], journal.totals()


def tally(tmp_path: Path) -> Counter[str]:
    return Counter((tmp_path / "in" / "tally").read_text(encoding="utf-8").split())


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    names = ["a", "warn", "bad", "b"]
    done, totals = batch(tmp_path, names, resume=False)
    assert done == names
    assert totals == Totals(4, 3, 1, 0, 1, 0, {"unreadable_document": 1})
    assert batch(tmp_path, names, resume=True) == ([], totals)
    assert (tmp_path / "out" / "a.json").read_bytes() == b"a"
    assert batch(tmp_path, names, resume=False)[0] == names


def test_what_changed_or_is_gone_is_done_again(tmp_path: Path) -> None:
    names = ["a", "b", "c", "d"]
    batch(tmp_path, names, resume=False)
    (tmp_path / "out" / "b.json").unlink()
    (tmp_path / "out" / "c.json").write_bytes(b"changed by hand")
    os.utime(tmp_path / "in" / "d", ns=(0, 0))
    done, totals = batch(tmp_path, [*names, "e"], resume=True)
    assert done == ["b", "c", "d", "e"]
    assert totals.done == 5
    assert (tmp_path / "out" / "c.json").read_bytes() == b"c"


def test_totals_are_of_the_inputs_asked_for(tmp_path: Path) -> None:
    batch(tmp_path, ["a", "b"], resume=False)
    assert batch(tmp_path, ["b", "c"], resume=True)[1].inputs == 2


def test_a_poison_file_is_tried_twice_and_never_again(tmp_path: Path) -> None:
    names = ["a", "kill", "die", "b"]
    done, totals = batch(tmp_path, names, resume=False)
    assert done == names
    assert (totals.done, totals.refused, totals.crashed) == (2, 1, 1)
    assert tally(tmp_path) == {"a": 1, "kill": 2, "die": 2, "b": 1}
    assert batch(tmp_path, ["kill", "a"], resume=True)[0] == []
    assert tally(tmp_path)["kill"] == 2


def test_a_death_before_the_parent_was_killed_counts(tmp_path: Path) -> None:
    inputs = inputs_of(["kill"], tmp_path / "in")
    with opened(tmp_path / "out", resume=False) as journal:
        journal.enter(inputs)
        assert journal.died(inputs[0], 1)
    assert batch(tmp_path, ["kill"], resume=True)[1].refused == 1
    assert tally(tmp_path) == {"kill": 1}


def test_what_lacked_a_component_is_tried_again(tmp_path: Path) -> None:
    batch(tmp_path, ["missing", "bad"], resume=False)
    assert batch(tmp_path, ["missing", "bad"], resume=True)[0] == ["missing"]


def test_the_log_says_what_happened(tmp_path: Path) -> None:
    batch(tmp_path, ["a", "bad", "die"], resume=False, log=tmp_path / "log" / "batch.jsonl")
    lines = (tmp_path / "log" / "batch.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["event"] for row in rows] == ["done", "refused", "crashed"]
    assert [row.get("deaths") for row in rows] == [None, None, 2]
    assert rows[1]["code"] == "unreadable_document"
    assert rows[0]["sha256"] == rows[1]["sha256"]
    assert len(rows[0]["sha256"]) == 64
    assert all(row["time"].endswith("Z") for row in rows)


def test_totals_are_said_in_words() -> None:
    totals = Totals(9, 5, 2, 1, 2, 1, {"limit_exceeded": 1, "unreadable_document": 1})
    assert in_words(totals) == (
        "共 9 份：完成 5（有发现 2，错误 1），未读取 2（超过上限 1，已损坏或读不出 1），"
        "程序出错 1，还没有做 1"
    )


def test_refusals_say_why(tmp_path: Path) -> None:
    batch(tmp_path, ["a", "bad", "bug"], resume=False)
    with opened(tmp_path / "out", resume=True) as journal:
        journal.enter(inputs_of(["bad", "a"], tmp_path / "in"))
        [failure] = journal.failures()
        assert failure == ("bad", "unreadable_document", None, "文件已损坏")


def test_a_folder_is_written_by_one_run_at_a_time(tmp_path: Path) -> None:
    with opened(tmp_path, resume=False), pytest.raises(ExtractError, match="另一个"):  # noqa: SIM117
        with opened(tmp_path, resume=True):
            pass
    with opened(tmp_path, resume=True):
        pass


def test_a_result_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "out" / "a.json").mkdir(parents=True)
    _, totals = batch(tmp_path, ["a"], resume=False)
    assert totals.reasons == {"extract_error": 1}


def test_names_that_are_no_text_are_entered(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xcd\xa8.txt")
    found = Input("\ufffd.txt", PurePath(name), content=b"x")
    with opened(tmp_path, resume=False) as journal:
        assert journal.enter([found]) == [found]
        journal.finish(Refused(found, LimitExceeded("太大", name=name)))
        assert journal.totals().refused == 1


def notices(folder: Path, count: int) -> Path:
    folder.mkdir()
    for n in range(count):
        text = (
            f"关于做好第{n}号工作的通知\n新增托位{n}个，财政资金{n * 7}万元，2023年12月底前完成。\n"
        )
        (folder / f"{n:04}.txt").write_text(text, encoding="utf-8")
    (folder / "0007.txt").write_bytes(bytes(range(256)) * 4)  # refused
    return folder


RUN = """
import sys
from pathlib import Path
from extract.batch._log import Log
from extract.batch.inputs import expand
from extract.batch.journal import opened, process
inputs, out = expand([sys.argv[1]], (".txt",)), Path(sys.argv[2])
with opened(out, resume=True) as journal, Log(out / ".notice" / "log") as log:
    for outcome in process(journal.enter(inputs), out, journal, jobs=2, log=log):
        print(outcome.input.name, flush=True)
"""


def start(source: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(source), str(out)], stdout=subprocess.PIPE
    )


def below(pid: int) -> list[int]:
    """Return the processes below one, the nearest first."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(
                path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            )
        except OSError:
            continue
        if parent == pid:
            found.append(int(path.parent.name))
    return found + [each for child in found for each in below(child)]


def everything(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".notice" not in path.relative_to(out).parts
    }


def kill_at_random(source: Path, out: Path, kills: int, count: int, seed: int) -> Counter[str]:
    """Run until done, killing the parent or one of its children on the way; return what was hit."""
    chance, hit = random.Random(seed), Counter[str]()  # noqa: S311  not for secrets
    while True:
        parent = start(source, out)
        assert parent.stdout is not None
        while sum(hit.values()) < kills and parent.poll() is None:
            for _ in range(chance.randrange(max(1, 2 * count // kills))):
                parent.stdout.readline()
            time.sleep(chance.random() * 0.01)
            victim = chance.choice([parent.pid, parent.pid, parent.pid, *below(parent.pid)])
            hit["parent" if victim == parent.pid else "child"] += 1
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            if victim == parent.pid:
                break
        parent.stdout.read()
        parent.stdout.close()
        if parent.wait() == 0:
            return hit


def test_killed_at_random_points_the_results_are_the_same(tmp_path: Path) -> None:
    source = notices(tmp_path / "in", FILES)
    assert start(source, tmp_path / "calm").communicate(timeout=100)
    calm = everything(tmp_path / "calm")
    assert len(calm) == FILES - 1
    hit = kill_at_random(source, tmp_path / "out", KILLS, FILES, seed=8)
    assert hit["parent"] >= KILLS // 5
    assert hit["child"] >= KILLS // 5
    assert everything(tmp_path / "out") == calm
    with sqlite3.connect(tmp_path / "out" / ".notice" / "journal.sqlite") as journal:
        states = dict(journal.execute("SELECT state, count(*) FROM inputs GROUP BY state"))
    assert states == {"done": FILES - 1, "refused": 1}


def test_a_long_batch_keeps_neither_memory_nor_files(tmp_path: Path) -> None:
    """The parent's files are counted while 400 inputs go through; see docs/scale.md for 10,000."""
    with Sandbox(lambda found: Done(found, SUMMARY, b"x" * 10_000), Limits(), jobs=2) as sandbox:
        counts = []
        for n, outcome in enumerate(
            sandbox.run(Input(str(n), PurePath(str(n)), content=b"x") for n in range(400))
        ):
            assert not isinstance(outcome, Crashed)
            if n % 100 == 99:
                counts.append(len(list(Path("/proc/self/fd").iterdir())))
    assert len(counts) == 4
    assert max(counts) <= max(counts[:2]), counts  # a child being replaced counts for a moment
