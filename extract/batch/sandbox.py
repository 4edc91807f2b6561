"""Every untrusted file is read in a child process: bytes in, an outcome out, and nothing else.

A child has no network, a temporary folder of its own, bounds on memory, time, files and processes,
and is ended with all it started when it passes one. A file that defeats it costs that one file: it
is tried twice, then refused. What the child sends back is JSON and bytes, never code.

The library call ``extract.extract`` reads in the caller's own process; a program that takes files
from strangers calls ``Sandbox`` (or ``run`` of ``batch/local.py``) instead.
"""

import json
import math
import os
import select
import shutil
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from extract import readers
from extract.batch import _nursery, _wire
from extract.batch._child import OUT_OF_WORK, serve, task_of
from extract.batch._outcomes import Crashed, Outcome, Refused, Retry, Work, twice
from extract.batch._plan import longest
from extract.batch._telemetry import Unwatched, Watch
from extract.batch.inputs import Input
from extract.errors import ExtractError, LimitExceeded, UnreadableDocument
from extract.limits import DEFAULT_LIMITS, Limits

_AHEAD = 8  # outcomes that may wait for an earlier one, per process
_START_S, _END_S, _SEND_S = 60.0, 20.0, 30.0
_GRACE_S = 1.0
# A child that was killed, by a person or for want of memory; nobody knows how it ended.
_FROM_OUTSIDE = (-signal.SIGKILL, None)
_KILLS = 6
_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE,
            signal.SIGTRAP, signal.SIGSYS)  # fmt: skip


@dataclass(eq=False, slots=True)
class _Worker:
    """One child as its parent sees it; ``turn`` is the number of the input under way."""

    channel: socket.socket
    status: int
    inbox: _wire.Inbox
    pid: int = 0
    keeper: int = 0
    home: Path | None = None
    network: str = ""
    turn: int | None = None
    started: float = 0.0
    deadline: float = 0.0
    granted: float = 0.0
    sha256: str = ""
    handle: int | None = None


@dataclass(slots=True)
class _Round:
    """The state of one ``run``: what waits, what is under way, what is done but not yet due."""

    inputs: Iterator[tuple[int, Input]]
    again: deque[tuple[int, Input]] = field(default_factory=deque)
    under_way: dict[int, Input] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    kills: dict[int, int] = field(default_factory=dict)
    done: dict[int, Outcome] = field(default_factory=dict)
    due: int = 0
    is_dry: bool = False

    def next(self, ahead: int) -> tuple[int, Input] | None:
        """Return the next input to hand out, if one may be."""
        if self.again:
            return self.again.popleft()
        if self.is_dry or len(self.under_way) + len(self.done) >= ahead:
            return None
        turn = next(self.inputs, None)
        self.is_dry = turn is None
        return turn


class Sandbox:
    """Children that do ``work`` for inputs; to be closed, or used in a ``with`` block.

    ``with Sandbox(extract_one, limits) as sandbox: outcome = sandbox.one(found)``. One sandbox
    serves one thread at a time.
    """

    def __init__(
        self,
        work: Work,
        limits: Limits = DEFAULT_LIMITS,
        *,
        jobs: int = 1,
        retry: Retry = twice,
        warm: Callable[[], object] = lambda: None,
        watch: Watch | None = None,
    ) -> None:
        """Start no process yet; ``warm`` loads what every child would load again.

        ``watch`` is told when an input begins and ends.
        """
        self._serve = partial(_serve, work=work, limits=limits)
        self._limits, self._jobs, self._retry, self._warm = limits, jobs, retry, warm
        self._watch = watch or Unwatched()
        self._longest = longest(limits)
        self._workers: list[_Worker] = []
        self._nursery: socket.socket | None = None
        self._nursery_pid = 0

    def __enter__(self) -> Self:
        """Return the sandbox itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End every child, whatever it is doing."""
        self.close()

    @property
    def processes(self) -> list[int]:
        """The process ids of the nursery, the keepers and the children, for those who watch."""
        return [
            self._nursery_pid,
            *(pid for each in self._workers for pid in (each.keeper, each.pid)),
        ]

    @property
    def network(self) -> str:
        """How the children are kept off the network: ``namespace``, ``filter`` or ``open``."""
        worker = self._free() or self._hire()
        return worker.network

    def one(self, found: Input) -> Outcome:
        """Return the outcome of one input."""
        return next(self.run([found]))

    def run(self, inputs: Iterable[Input]) -> Generator[Outcome, None, None]:
        """Yield the outcome of each input, in their order, keeping only a few at a time."""
        state = _Round(enumerate(inputs))
        try:
            while True:
                self._hand_out(state)
                while state.due in state.done:
                    outcome = state.done.pop(state.due)
                    state.due += 1
                    yield outcome
                    self._hand_out(state)
                if not state.under_way and not state.again and state.is_dry:
                    return
                self._listen(state)
        finally:
            for worker in [each for each in self._workers if each.turn is not None]:
                self._dismiss(worker)

    def close(self) -> None:
        """End every child and the nursery."""
        for worker in list(self._workers):
            self._dismiss(worker)
        self._end_nursery()

    def _hand_out(self, state: _Round) -> None:
        """Give every free child an input, as long as there are any."""
        while (worker := self._free()) or len(self._workers) < self._jobs:
            turn = state.next(self._jobs * _AHEAD)
            if turn is None:
                return
            number, found = turn
            state.under_way[number] = found
            self._begin(worker or self._hire(), number, found)

    def _begin(self, worker: _Worker, number: int, found: Input) -> None:
        """Send an input; a child that ended meanwhile, having done its share, is replaced."""
        task = task_of(found)
        while True:
            try:
                worker.channel.settimeout(_SEND_S)
                worker.channel.sendall(task)
                break
            except OSError:
                self._dismiss(worker)
                worker = self._hire()
        worker.channel.setblocking(False)
        self._watch.begun(found)
        now = time.monotonic()
        worker.turn, worker.started, worker.sha256 = number, now, ""
        worker.granted = self._limits.base_seconds + _GRACE_S
        worker.deadline = now + worker.granted

    def _listen(self, state: _Round) -> None:
        """Wait until a child says something, ends, or has taken too long."""
        busy = [each for each in self._workers if each.turn is not None]
        wait = max(0.0, min((each.deadline for each in busy), default=0.0) - time.monotonic())
        poll = select.poll()  # unlike select(), it takes any number of open files
        by_number = {each.channel.fileno(): each for each in busy}
        for number in by_number:
            poll.register(number, select.POLLIN)
        for number, _ in poll.poll(wait * 1000 + 1):
            self._hear(by_number[number], state)
        now = time.monotonic()
        for worker in busy:
            if worker.turn is not None and worker.deadline <= now:
                self._end_late(worker, state)

    def _hear(self, worker: _Worker, state: _Round) -> None:
        """Take in what a child says."""
        is_open = worker.inbox.receive(worker.channel)
        try:
            while worker.turn is not None and (frame := worker.inbox.take()):
                if frame.header.get("kind") == "read":
                    worker.sha256 = str(frame.header["sha256"])
                elif frame.header.get("kind") == "plan":
                    self._grant(worker, float(frame.header["wall_s"]))
                elif outcome := _wire.outcome_of(frame, state.under_way[worker.turn]):
                    self._finish(worker, state, outcome)
                    if frame.header.get("is_leaving"):
                        self._dismiss(worker)
                        return
        except (ValueError, TypeError, KeyError, RecursionError):
            is_open = False  # taken over, or out of its mind
        if not is_open:
            self._bury(worker, state)

    def _grant(self, worker: _Worker, wall_s: float) -> None:
        if not math.isfinite(wall_s):
            raise ValueError("no number of seconds")
        worker.granted = min(max(wall_s, 0.0), self._longest)
        worker.deadline = worker.started + worker.granted + _GRACE_S

    def _finish(self, worker: _Worker, state: _Round, outcome: Outcome) -> None:
        if worker.turn is not None:
            del state.under_way[worker.turn]
            state.deaths.pop(worker.turn, None)
            state.kills.pop(worker.turn, None)
            state.done[worker.turn] = outcome = replace(outcome, sha256=worker.sha256)
            self._watch.ended(outcome)
            worker.turn = None

    def _end_late(self, worker: _Worker, state: _Round) -> None:
        found = state.under_way[worker.turn or 0]
        error = LimitExceeded(
            f"处理超过 {worker.granted:.0f} 秒仍未完成，已停止，请拆分文件后重试。", name=found.name
        )
        self._finish(worker, state, Refused(found, error))
        self._dismiss(worker)

    def _bury(self, worker: _Worker, state: _Round) -> None:
        """A child has died: try its input again or say what became of it."""
        number, worker.turn = worker.turn, None
        code = self._dismiss(worker)
        if number is None:
            return
        found = state.under_way[number]
        if self._is_again(state, number, found, code):
            del state.under_way[number]
            state.again.append((number, found))
            return
        worker.turn = number
        self._finish(worker, state, _post_mortem(found, code))

    def _is_again(self, state: _Round, number: int, found: Input, code: int | None) -> bool:
        """Return whether an input is to be tried again: a death from outside is not its fault."""
        if code == OUT_OF_WORK:
            return False
        if code in _FROM_OUTSIDE:
            state.kills[number] = state.kills.get(number, 0) + 1
            return state.kills[number] < _KILLS
        state.deaths[number] = deaths = state.deaths.get(number, 0) + 1
        return self._retry(found, deaths)

    def _free(self) -> _Worker | None:
        return next((each for each in self._workers if each.turn is None), None)

    def _hire(self) -> _Worker:
        """Have a child forked; a nursery that was killed is replaced."""
        worker = self._born() or self._born()
        if worker is None:
            raise OSError("no child process could be started")
        self._workers.append(worker)
        return worker

    def _born(self) -> _Worker | None:
        """Ask for a child, and wait until its keeper says that it is there."""
        ours, theirs = socket.socketpair()
        status, report = os.pipe()
        with suppress(OSError):
            _nursery.ask(self._home_of_children(), theirs, report)
        theirs.close()
        os.close(report)
        worker = _Worker(ours, status, _wire.Inbox(self._limits.max_result_bytes))
        said = _heard(status, _START_S)
        if "pid" not in said:
            _close(worker)
            self._end_nursery()
            return None
        worker.pid, worker.keeper = said["pid"], said["keeper"]
        worker.home, worker.network = Path(said["home"]), said["network"]
        with suppress(AttributeError, OSError):  # before Linux 5.3; gone already
            worker.handle = os.pidfd_open(worker.pid)
        return worker

    def _home_of_children(self) -> socket.socket:
        if self._nursery is None:
            readers.formats()  # every child would import them again
            self._nursery, self._nursery_pid = _nursery.start(self._serve, self._warm)
        return self._nursery

    def _end_nursery(self) -> None:
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None
            with suppress(ChildProcessError):
                os.waitpid(self._nursery_pid, 0)

    def _dismiss(self, worker: _Worker) -> int | None:
        """End a child and all it started; return how it ended, ``None`` if nobody knows."""
        if worker in self._workers:
            self._workers.remove(worker)
        _kill(worker)
        said = _heard(worker.status, _END_S)
        _close(worker)
        if worker.home is not None and worker.home.exists():  # its keeper was killed
            shutil.rmtree(worker.home, ignore_errors=True)
        code: int | None = said.get("code")
        return code


def _serve(channel: socket.socket, home: Path, *, work: Work, limits: Limits) -> None:
    serve(channel, home, work, limits)


def _heard(status: int, seconds: float) -> dict[str, Any]:
    """Return the next line of a keeper's report, nothing if it ends or takes too long."""
    line, end = bytearray(), time.monotonic() + seconds
    while not line.endswith(b"\n"):
        poll = select.poll()
        poll.register(status, select.POLLIN)
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            return {}
        byte = os.read(status, 1)
        if not byte:
            return {}
        line += byte
    found: dict[str, Any] = json.loads(line)
    return found


def _kill(worker: _Worker) -> None:
    """End a child; by its handle, for its number may be another process's by now."""
    with suppress(ProcessLookupError, PermissionError):
        if worker.handle is not None:
            signal.pidfd_send_signal(worker.handle, signal.SIGKILL)
        elif not hasattr(os, "pidfd_open"):
            os.kill(worker.pid, signal.SIGKILL)


def _close(worker: _Worker) -> None:
    worker.channel.close()
    if worker.handle is not None:
        os.close(worker.handle)
    os.close(worker.status)


def _post_mortem(found: Input, code: int | None) -> Outcome:
    """Say what a child died of: the file's fault, as far as a clerk can do anything about it."""
    error: ExtractError
    if code == OUT_OF_WORK:
        error = LimitExceeded("处理用去的计算时间超过上限，已停止，请拆分文件后重试。")
    elif code is not None and -code in _CRASHES:
        name = signal.Signals(-code).name
        error = UnreadableDocument(
            f"读取时解析程序崩溃（{name}），文件可能已损坏，请另存或重新获取原件后重试。"
        )
    elif code in _FROM_OUTSIDE:
        error = LimitExceeded("处理时进程被系统终止，可能内存不足，请拆分文件或释放内存后重试。")
    else:
        return Crashed(found, f"工作进程意外退出（退出码 {code}），没有留下记录\n")
    error.name = found.name
    return Refused(found, error)
