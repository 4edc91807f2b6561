"""What an upload may do to the server: nothing; it is a refused job, and the next one is read."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePath

import pytest
import regex
from hostile._pdf import _cycles

from extract.batch import _kernel, local
from extract.batch.inputs import Input
from extract.limits import DEFAULT_LIMITS, Limits
from extract.review import work as working
from extract.review.work import Extracted, Outcome, Refused
from extract.review.workers import Task, Workers

TEXT = "关于做好2024年民生实事的通知\n新增托位452个，财政资金500万元，市教育局牵头。\n".encode()
PDF = (Path(__file__).parents[1] / "samples" / "jining-hitech-2023.pdf").read_bytes()
TIGHT = Limits(base_seconds=2, seconds_per_page=0.0001)


class Desk:
    """Workers, and the outcomes of their jobs."""

    def __init__(self, limits: Limits, timeout_s: float) -> None:
        self.outcomes: dict[str, Outcome] = {}
        told = self.outcomes.__setitem__
        self.workers = Workers(1, 9, timeout_s, begun=lambda _: None, done=told, limits=limits)

    def ask(self, name: str, content: bytes) -> Outcome:
        self.workers.submit(Task(name, lambda: content, name))
        return self.wait(name)

    def wait(self, name: str) -> Outcome:
        end = time.monotonic() + 60
        while name not in self.outcomes:
            assert time.monotonic() < end, name
            time.sleep(0.02)
        return self.outcomes.pop(name)


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    limits, timeout_s = getattr(request, "param", (DEFAULT_LIMITS, 60.0))
    made = Desk(limits, timeout_s)
    yield made
    made.workers.close()


def hostile(name: str) -> bytes:
    return next(each.make() for each in _cycles() if each.name == name)


def family(pid: int) -> set[int]:
    """Return a process and all that it started."""
    found = {pid}
    for child in _kernel.children_of(pid):
        found |= family(child)
    return found


def test_an_upload_is_read_in_the_sandbox(desk: Desk) -> None:
    outcome = desk.ask("清单.pdf", PDF)
    assert isinstance(outcome, Extracted)
    assert outcome.leaves[0].media_type == "image/webp"
    assert working.unpack(outcome.document).sha256
    [holder] = desk.workers.processes
    children = family(holder) - {holder}
    assert len(children) >= 3  # nursery, keeper, child
    assert os.getpriority(os.PRIO_PROCESS, holder) > 0


def test_an_upload_that_crashes_natively_is_refused(desk: Desk) -> None:
    crash = desk.ask("崩溃.pdf", hostile("form in itself.pdf"))
    assert isinstance(crash, Refused)
    assert crash.code in {"unreadable_document", "limit_exceeded"}
    assert regex.match(r"崩溃\.pdf：.*\p{Han}{4}", crash.message)
    assert isinstance(desk.ask("好的.txt", TEXT), Extracted)


@pytest.mark.parametrize("desk", [(TIGHT, 60.0)], indirect=True)
def test_an_upload_that_never_ends_is_refused(desk: Desk) -> None:
    bait = ("由市教育局牵头" * 200_000).encode()
    late = desk.ask("太慢.txt", bait)
    assert isinstance(late, Refused)
    assert late.code == "limit_exceeded"
    assert "请拆分文件后重试" in late.message
    assert isinstance(desk.ask("好的.txt", TEXT), Extracted)


@pytest.mark.parametrize("desk", [(DEFAULT_LIMITS, 1.0)], indirect=True)
def test_the_server_itself_waits_only_so_long(desk: Desk) -> None:
    late = desk.ask("太慢.txt", ("由市教育局牵头" * 200_000).encode())
    assert late == Refused("limit_exceeded", "太慢.txt：1 秒还没有读完，已放弃；请拆分后再上传")


def test_a_killed_holder_takes_all_with_it_and_is_replaced(desk: Desk) -> None:
    assert isinstance(desk.ask("好的.txt", TEXT), Extracted)
    [holder] = desk.workers.processes
    everyone = family(holder)
    os.kill(holder, signal.SIGKILL)
    assert isinstance(desk.ask("好的.txt", TEXT), Extracted | Refused)
    assert isinstance(desk.ask("好的.txt", TEXT), Extracted)
    end = time.monotonic() + 10
    while left := {pid for pid in everyone if _alive(pid)}:
        assert time.monotonic() < end, left
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def test_closing_ends_what_is_under_way() -> None:
    desk = Desk(DEFAULT_LIMITS, 60.0)
    desk.workers.submit(Task("长", lambda: ("由市教育局牵头" * 200_000).encode(), "长.txt"))
    end = time.monotonic() + 30
    while not desk.workers.processes or len(family(desk.workers.processes[0])) < 4:
        assert time.monotonic() < end
        time.sleep(0.05)
    everyone = family(desk.workers.processes[0])
    desk.workers.close()
    assert desk.outcomes == {}  # neither done nor failed: the next server begins it again
    end = time.monotonic() + 10
    while any(_alive(pid) for pid in everyone):
        assert time.monotonic() < end
        time.sleep(0.05)


SHA = sha256(TEXT).hexdigest()
FOUND = Input("清单.txt", PurePath(working.NOTICE), content=TEXT)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-9],
        lambda text: text.replace(b'"pages":[]', b'"pages":[{}]'),
        lambda text: text.replace(b'"notice":"', b'"notice":"AAAA'),
        lambda text: text.replace(b'"document":"', b'"document":"AAAA'),
        lambda text: text.replace(
            b'"pages":[]',
            b'"pages":[{"number":1,"width":1,"height":1,"media_type":"text/html",'
            b'"picture":"","lines":[]}]',
        ),
    ],
    ids=["cut", "no page", "no notice", "no document", "no picture"],
)
def test_what_a_child_sends_is_checked(change: object, capsys: pytest.CaptureFixture[str]) -> None:
    done = working.work(FOUND, DEFAULT_LIMITS)
    assert isinstance(done, local.Done)
    done = replace(done, sha256=SHA)
    assert isinstance(working.taken(done, DEFAULT_LIMITS), Extracted)
    assert working.taken(replace(done, sha256="0" * 64), DEFAULT_LIMITS) == working.BUG
    forged = replace(done, content=change(done.content))
    assert forged.content != done.content
    assert working.taken(forged, DEFAULT_LIMITS) == working.BUG
    assert "no result" in capsys.readouterr().err


def test_a_document_that_grows_without_end_is_not_opened() -> None:
    from zlib import compress

    with pytest.raises(ValueError, match="too long"):
        working.unpack(compress(bytes(1_000_000)), 10_000)
