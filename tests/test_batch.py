"""Many inputs at once: order, failures that stay alone, files that are whole or not there."""

import os
import time
from pathlib import Path, PurePath

import pytest

from extract.batch.inputs import Input
from extract.batch.local import Crashed, Done, Outcome, Refused, Summary, run, save
from extract.errors import UnreadableDocument

SUMMARY = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, complete=True)


def an_input(name: str) -> Input:
    return Input(name, PurePath(f"{name}.json"), content=name.encode())


def work(found: Input) -> Outcome:
    """Stand in for the extraction; the name says what is to happen."""
    if found.name.startswith("bad"):
        return Refused(found, UnreadableDocument("文件已损坏", name=found.name))
    if found.name.startswith("bug"):
        raise ZeroDivisionError
    if found.name.startswith("die"):
        os._exit(9)
    if found.name.startswith("slow"):
        time.sleep(0.3)
    return Done(found, SUMMARY, found.content or b"")


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_outcomes_come_in_order_whatever_happens_to_one(jobs: int) -> None:
    names = ["slow", "a", "bad", "b", "bug", "c"]
    outcomes = list(run([an_input(name) for name in names], jobs=jobs, work=work))
    assert [outcome.input.name for outcome in outcomes] == names
    assert [type(outcome) for outcome in outcomes] == [Done, Done, Refused, Done, Crashed, Done]


def test_a_bug_keeps_its_trace() -> None:
    [outcome] = run([an_input("bug")], work=work)
    assert isinstance(outcome, Crashed)
    assert "ZeroDivisionError" in outcome.trace


def test_a_process_that_dies_takes_no_other_input_with_it() -> None:
    names = ["a", "b", "die", *(f"c{i}" for i in range(20)), "die again", "d"]
    outcomes = list(run([an_input(name) for name in names], jobs=2, work=work))
    assert [outcome.input.name for outcome in outcomes] == names
    dead = [outcome.input.name for outcome in outcomes if isinstance(outcome, Crashed)]
    assert dead == ["die", "die again"]


def test_errors_come_back_whole_from_another_process() -> None:
    outcomes = list(run([an_input("bad"), an_input("a")], jobs=2, work=work))
    assert isinstance(outcomes[0], Refused)
    assert str(outcomes[0].error) == "bad：文件已损坏"


def test_a_result_replaces_the_old_one_and_keeps_its_folder(tmp_path: Path) -> None:
    done = Done(Input("清单.txt", PurePath("2024/清单.txt.json")), SUMMARY, b"{}\n")
    for content in (b"{}\n", b"{1}\n"):
        target = save(Done(done.input, SUMMARY, content), tmp_path)
        assert target.read_bytes() == content
    assert [path.name for path in (tmp_path / "2024").iterdir()] == ["清单.txt.json"]


@pytest.mark.parametrize("blow", [OSError, KeyboardInterrupt])
def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blow: type[BaseException]
) -> None:
    def fail(_: int) -> None:
        raise blow

    (tmp_path / "a.json").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(blow):
        save(Done(an_input("a"), SUMMARY, b"new"), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.json": b"old"}
