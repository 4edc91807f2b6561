"""The child that reads what strangers send: what it cannot do, and that it leaves nothing."""

import ctypes
import hashlib
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

import pytest

from extract.batch import _kernel, _wire
from extract.batch._child import _bound_work, _mib
from extract.batch._plan import allowance
from extract.batch.inputs import Input
from extract.batch.local import Crashed, Done, Outcome, Refused, Summary, extract_one
from extract.batch.sandbox import Sandbox
from extract.errors import ExtractError
from extract.limits import DEFAULT_LIMITS, Limits

SUMMARY = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, complete=True)
SAMPLES = Path(__file__).parents[1] / "samples"
SOON = Limits(base_seconds=1, seconds_per_page=0.001)  # only where a test is of the time
WAIT_S = 20


def an_input(name: str) -> Input:
    return Input(name, PurePath(name), content=name.encode())


def says(found: Input, words: object) -> Done:
    return Done(found, SUMMARY, str(words).encode())


def answer(
    work: Callable[[Input], Outcome], name: str = "x", limits: Limits = DEFAULT_LIMITS
) -> str:
    """Return what the work says in a child, or the code of what became of it."""
    with Sandbox(work, limits) as sandbox:
        outcome = sandbox.one(an_input(name))
    if isinstance(outcome, Done):
        return outcome.content.decode()
    return outcome.error.code if isinstance(outcome, Refused) else "crashed"


def connect(found: Input) -> Outcome:
    try:
        socket.create_connection(("127.0.0.1", int(found.name)), 2).close()
    except OSError as error:
        return says(found, f"kept off: {error.errno is not None}")
    return says(found, "reached")


@pytest.fixture
def port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        name = str(listening.getsockname()[1])
        assert connect(an_input(name)).content == b"reached"  # type: ignore[union-attr]
        yield name


def test_there_is_no_network(port: str) -> None:
    assert answer(connect, port) == "kept off: True"


def test_where_namespaces_are_refused_sockets_are(
    port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_kernel, "_unshare", lambda _: False)
    with Sandbox(connect) as sandbox:
        if sandbox.network == "open":
            pytest.skip("这个系统不支持 seccomp")
        assert sandbox.network == "filter"
        assert sandbox.one(an_input(port)).content == b"kept off: True"  # type: ignore[union-attr]


def leave_a_process(found: Input) -> Outcome:
    """Start a program in a session of its own, as LibreOffice is, and never come back."""
    with Path(found.name).open("w", encoding="utf-8") as note:
        subprocess.Popen(["sleep", "987.5"], start_new_session=True)
        note.write(str(Path.cwd()))
    time.sleep(60)
    return says(found, "never")


def sleeping() -> list[str]:
    commands = [
        path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if readable(path)
    ]
    return [command.decode() for command in commands if b"987.5" in command]


def readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


@pytest.mark.parametrize("namespaces", [True, False])
def test_time_is_bounded_and_nothing_outlives_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, namespaces: bool
) -> None:
    if not namespaces:
        monkeypatch.setattr(_kernel, "_unshare", lambda _: False)
    note = tmp_path / "where"
    with Sandbox(leave_a_process, SOON) as sandbox:
        outcome = sandbox.one(an_input(str(note)))
        assert isinstance(outcome, Refused)
        assert outcome.error.code == "limit_exceeded"
        assert "秒" in outcome.error.message
        home = Path(note.read_text(encoding="utf-8"))
        assert home.name.startswith("notice-child-")
        assert not home.exists()
        assert sleeping() == []


def fill_memory(found: Input) -> Outcome:
    return says(found, len(bytearray(700 * 1024 * 1024)))


def test_memory_is_bounded() -> None:
    assert answer(fill_memory) == str(700 * 1024 * 1024)
    assert answer(fill_memory, limits=Limits(memory_mib=600)) == "limit_exceeded"


def work_hard(found: Input) -> Outcome:
    _bound_work(0.1, 1024)
    while True:
        hashlib.sha256(bytes(1_000_000))


def test_processor_time_is_bounded() -> None:
    assert answer(work_hard) == "limit_exceeded"


def write_a_lot(found: Input) -> Outcome:
    with Path("large").open("wb") as stream:
        stream.write(bytes(3_000_000))
    return says(found, "written")


def test_what_is_written_is_bounded() -> None:
    assert answer(write_a_lot) == "written"
    assert answer(write_a_lot, limits=Limits(max_bytes=1000)) == "crashed"


def touch_nothing(found: Input) -> Outcome:
    return says(found, ctypes.string_at(0))


def forget_itself(found: Input) -> Outcome:
    return forget_itself(found)


def test_a_parser_that_crashes_is_a_refusal() -> None:
    assert answer(touch_nothing) == "unreadable_document"
    assert answer(forget_itself) == "limit_exceeded"


def litter(found: Input) -> Outcome:
    seen = sorted(path.name for path in Path.cwd().iterdir())
    (Path.cwd() / "folder").mkdir()
    (Path.cwd() / "folder" / "file").write_bytes(b"x")
    handle, name = tempfile.mkstemp()
    os.close(handle)
    return says(found, (seen, Path(name).parent == Path.cwd(), Path.cwd()))


def test_nothing_of_one_input_is_left_to_the_next() -> None:
    with Sandbox(litter) as sandbox:
        said = [outcome.content.decode() for outcome in sandbox.run([an_input("a"), an_input("b")])]  # type: ignore[union-attr]
        assert said[0] == said[1]
        assert said[0].startswith("([], True,")
        home = Path(said[0].split("'")[1])
        assert list(home.iterdir()) == []
    assert not home.exists()


def where(found: Input) -> Outcome:
    return says(found, Path.cwd())


def test_a_child_is_replaced_after_its_share() -> None:
    with Sandbox(where, Limits(inputs_per_worker=2)) as sandbox:
        homes = [each.content for each in sandbox.run([an_input(str(n)) for n in range(6)])]  # type: ignore[union-attr]
    assert [homes.count(home) for home in homes] == [2] * 6


def test_the_memory_of_a_large_caller_counts_against_nobody() -> None:
    with mmap.mmap(-1, 3 * 1024**3, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        with Sandbox(where) as sandbox:
            homes = {each.content for each in sandbox.run([an_input("a"), an_input("b")])}  # type: ignore[union-attr]
            assert isinstance(sandbox.one(an_input("x")), Done)
        assert len(homes) == 1
        assert answer(fill_memory) == str(700 * 1024 * 1024)
        assert answer(fill_memory, limits=Limits(memory_mib=600)) == "limit_exceeded"


def open_files(found: Input) -> Outcome:
    return says(found, sorted(held().values()))


def held() -> dict[int, str]:
    """Return the open files of this process by number, but for the folder that lists them."""
    links = {}
    for path in list(Path("/proc/self/fd").iterdir()):
        with suppress(FileNotFoundError):
            links[int(path.name)] = str(path.readlink())
    return links


def test_the_child_holds_no_file_of_its_parent(tmp_path: Path) -> None:
    with (tmp_path / "secret").open("wb"):
        kept = answer(open_files)
    assert "secret" not in kept
    assert kept.count("socket:") == 1
    assert "pipe:" not in kept


def limits_of(found: Input) -> Outcome:
    kinds = (
        resource.RLIMIT_AS,
        resource.RLIMIT_CORE,
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_NOFILE,
    )
    return says(found, [resource.getrlimit(kind)[0] for kind in kinds])


def test_the_limits_are_those_of_the_settings() -> None:
    limits = Limits(memory_mib=700, max_bytes=5_000_000, max_open_files=50)
    memory, *others = json.loads(answer(limits_of, limits=limits))
    assert 700 << 20 <= memory <= (700 + _mib("VmSize")) << 20  # what we hand down is not counted
    assert others == [0, 5_000_000 + (1 << 20), 50]


def lie(found: Input) -> Outcome:
    """Write to the parent what no child of ours would."""
    number = next(number for number, link in held().items() if link.startswith("socket:"))
    channel = socket.socket(fileno=number)
    match found.name:
        case "noise":
            channel.sendall(os.urandom(4096))
        case "length":
            channel.sendall(_wire._LENGTHS.pack(10, 1 << 60))
        case "half":
            channel.sendall(_wire._LENGTHS.pack(100, 5) + b"{")
        case "list":
            channel.sendall(_wire._LENGTHS.pack(2, 0) + b"[]")
        case "fields":
            _wire.send(channel, {"kind": "done", "summary": {"complete": True, "mine": 1}})
        case "error":
            _wire.send(channel, {"kind": "refused", "code": "SystemExit", "name": "", "page": 1})
        case "time":
            _wire.send(channel, {"kind": "plan", "wall_s": "nan"})
    time.sleep(60)
    return says(found, "never")


@pytest.mark.parametrize("name", ["noise", "length", "half", "list", "fields", "error", "time"])
def test_a_child_that_was_taken_over_cannot_harm_its_parent(name: str) -> None:
    started = time.monotonic()
    assert answer(lie, name, SOON) == "limit_exceeded"
    assert time.monotonic() - started < WAIT_S


def test_the_same_bytes_come_out_inside_and_outside() -> None:
    names = ["zibo-hitech-2024.txt", "zibo-hitech-2024.docx", "jining-hitech-2023.pdf"]
    inputs = [Input(name, PurePath(name), path=SAMPLES / name) for name in names]
    with Sandbox(extract_one, jobs=2) as sandbox:
        inside = list(sandbox.run(inputs))
    for outcome, found in zip(inside, inputs, strict=True):
        outside = extract_one(found)
        assert isinstance(outcome, Done)
        assert isinstance(outside, Done)
        assert (outcome.content, outcome.summary) == (outside.content, outside.summary)
        assert outcome.input is found


def test_a_killed_nursery_or_keeper_is_replaced() -> None:
    with Sandbox(where) as sandbox:
        assert isinstance(sandbox.one(an_input("a")), Done)
        for index in (0, 1, 2):
            os.kill(sandbox.processes[index], signal.SIGKILL)
            assert isinstance(sandbox.one(an_input("b")), Done), index


PARENT = """
import sys, time
from pathlib import Path, PurePath
from extract.batch.inputs import Input
from extract.batch.local import run
def work(found):
    import os, subprocess
    subprocess.Popen(["sleep", "987.5"], start_new_session=True)
    Path(found.name).write_text(os.getcwd())
    time.sleep(60)
inputs = [Input(name, PurePath(name), content=b"") for name in sys.argv[1:]]
list(run(inputs, jobs=2, work=work))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_killed_parent(tmp_path: Path, number: int) -> None:
    notes = [tmp_path / "a", tmp_path / "b"]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *map(str, notes)])
    until(lambda: all(note.exists() and note.read_text(encoding="utf-8") for note in notes))
    parent.send_signal(number)
    parent.wait(WAIT_S)
    homes = [Path(note.read_text(encoding="utf-8")) for note in notes]
    until(lambda: not sleeping() and not any(home.exists() for home in homes))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end, "等不到"
        time.sleep(0.02)


def test_a_page_gives_a_second_and_there_is_a_ceiling() -> None:
    assert allowance(b"", DEFAULT_LIMITS).wall_s == 10
    assert allowance("字".encode() * 5_000, DEFAULT_LIMITS).wall_s == 15
    assert allowance("字".encode() * 500_000, DEFAULT_LIMITS).wall_s == 60


def test_scans_and_conversions_get_more() -> None:
    scan = allowance((SAMPLES / "zibo-hitech-2024.scan.tiff").read_bytes(), DEFAULT_LIMITS)
    assert (scan.wall_s, scan.memory_mib) == (10 + 5 * 31, 2048)
    text = allowance((SAMPLES / "zibo-hitech-2024.pdf").read_bytes(), DEFAULT_LIMITS)
    assert text.memory_mib == 1024
    assert text.wall_s < 30
    old = allowance((SAMPLES / "zibo-hitech-2024.doc").read_bytes(), DEFAULT_LIMITS)
    assert old.wall_s > 120


def test_every_error_comes_through_whole() -> None:
    kinds = list(_wire._ERRORS.values())
    assert len(kinds) >= 6
    for kind in kinds:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            _wire.send_outcome(theirs, Refused(an_input("a"), kind("已损坏", name="表", page=3)))
            inbox = _wire.Inbox(100)
            inbox.receive(ours)
            frame = inbox.take()
        assert frame is not None
        outcome = _wire.outcome_of(frame, an_input("a"))
        assert isinstance(outcome, Refused)
        assert type(outcome.error) is kind
        assert str(outcome.error) == "表：第3页：已损坏"


def test_the_environment_sets_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Limits.from_environment() is DEFAULT_LIMITS
    monkeypatch.setenv("NOTICE_MAX_PAGES", "7")
    monkeypatch.setenv("NOTICE_BASE_SECONDS", "2.5")
    assert Limits.from_environment() == Limits(max_pages=7, base_seconds=2.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [("NOTICE_MAX_PAGES", "七"), ("NOTICE_MAX_PAGES", "1.5"), ("NOTICE_MAX_BYTES", "-1"),
     ("NOTICE_MAX_SECONDS", "inf"), ("NOTICE_MAX_SECONDS", "0")],
)  # fmt: skip
def test_a_limit_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=f"{name} 的值“{value}”不对"):
        Limits.from_environment()


def test_a_bug_is_no_refusal() -> None:
    def stumble(found: Input) -> Outcome:
        raise ZeroDivisionError(found.name)

    with Sandbox(stumble) as sandbox:
        outcome = sandbox.one(an_input("x"))
    assert isinstance(outcome, Crashed)
    assert "ZeroDivisionError" in outcome.trace


def test_a_refusal_keeps_its_kind() -> None:
    def refuse(found: Input) -> Outcome:
        return Refused(found, ExtractError("不读", name=found.name))

    assert answer(refuse) == "extract_error"
