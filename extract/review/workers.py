"""Processes that see to the reading of files, each watched by a thread of the server.

Such a process reads nothing itself: it holds a ``Sandbox``, whose children have no network, bounds
on memory and time, and a temporary folder of their own. It is a fresh program with one thread, so
that the forks of the sandbox copy no lock of the server; killing it ends all that it started.

The queue is bounded, no job is lost, and a file that defeats its child is refused while the others
are not touched. The event loop of the server never waits for any of this.
"""

import multiprocessing
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import PurePath
from typing import NamedTuple

from extract.batch import local
from extract.batch.inputs import Input
from extract.limits import DEFAULT_LIMITS, Limits
from extract.review.work import BUG, Outcome, Refused, room, taken, work

_POLITE = 5  # added to the niceness of all that reads: whoever asks for a page comes first


class Task(NamedTuple):
    """One file to be read: the job's id, its bytes, its name."""

    job: str
    content: Callable[[], bytes]
    name: str


class Busy(Exception):
    """The queue is full."""


Done = Callable[[str, Outcome], None]


class Workers:
    """``size`` processes; ``done`` is told the outcome of each job, from a thread."""

    def __init__(
        self,
        size: int,
        waiting: int,
        timeout_s: float,
        begun: Callable[[str], None],
        done: Done,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._queue: queue.Queue[Task | None] = queue.Queue(maxsize=waiting)
        self._timeout_s, self._limits = timeout_s, limits
        self._begun, self._done = begun, done
        self._children: dict[int, tuple[BaseProcess, Connection]] = {}
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(
                target=self._watch, args=(number,), daemon=True, name=f"worker-{number}"
            )
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return self._queue.qsize()

    @property
    def processes(self) -> list[int]:
        """The process ids of those who hold the sandboxes, for those who watch."""
        return [process.pid for process, _ in list(self._children.values()) if process.pid]

    def submit(self, task: Task) -> None:
        """Take a job; raises ``Busy`` when too many wait."""
        try:
            self._queue.put_nowait(task)
        except queue.Full:
            raise Busy from None

    def close(self) -> None:
        """Stop; jobs that wait or run are begun again by the next server."""
        self._closing.set()
        for process, _ in list(self._children.values()):
            process.kill()
        for _ in self._threads:
            try:
                self._queue.put_nowait(None)
            except queue.Full:
                break
        for thread in self._threads:
            thread.join(timeout=5)

    def _watch(self, number: int) -> None:
        while not self._closing.is_set():
            try:
                task = self._queue.get(timeout=0.5)
            except queue.Empty:
                continue
            if task is None:
                break
            self._take(number, task)
        self._end(number)

    def _take(self, number: int, task: Task) -> None:
        """Do one job; whatever goes wrong with it is said and the thread goes on."""
        try:
            self._begun(task.job)
            outcome = self._ask(number, task)
            if outcome is not None:
                self._done(task.job, outcome)
        except Exception:
            traceback.print_exc()
            if not self._closing.is_set():
                with suppress(Exception):  # the store is away: the next server begins it again
                    self._done(task.job, BUG)

    def _ask(self, number: int, task: Task) -> Outcome | None:
        """Have a file read; ``None`` when the server is being stopped."""
        _, pipe = self._child(number)
        try:
            pipe.send((task.content(), task.name))
            if pipe.poll(self._timeout_s):
                return taken(pipe.recv(), self._limits)
            message = f"{task.name}：{self._timeout_s:.0f} 秒还没有读完，已放弃；请拆分后再上传"
            refused = Refused("limit_exceeded", message)
        except (EOFError, OSError):
            message = f"{task.name}：读取时工作进程意外退出；请把文件报告给开发者"
            refused = Refused("internal_error", message)
        self._end(number)
        return None if self._closing.is_set() else refused

    def _child(self, number: int) -> tuple[BaseProcess, Connection]:
        known = self._children.get(number)
        if known is not None and known[0].is_alive():
            return known
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._limits), daemon=True)
        process.start()
        theirs.close()
        self._children[number] = (process, ours)
        return process, ours

    def _end(self, number: int) -> None:
        known = self._children.pop(number, None)
        if known is not None:
            known[0].kill()
            known[0].join(timeout=5)
            known[1].close()


def _serve(pipe: Connection, limits: Limits) -> None:
    """Have files read one after the other until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends us
    limits = room(limits)
    reading = partial(work, limits=limits)
    if not hasattr(os, "fork"):  # Windows: no sandbox, only this process
        _answer(pipe, reading)
        return
    from extract.batch import _kernel
    from extract.batch.sandbox import Sandbox

    os.nice(_POLITE)
    if _kernel.die_with_parent(os.getppid()):
        with Sandbox(reading, limits, warm=local._warm) as sandbox:
            _answer(pipe, sandbox.one)


def _answer(pipe: Connection, ask: Callable[[Input], local.Outcome]) -> None:
    while True:
        try:
            content, name = pipe.recv()
        except EOFError:
            return
        outcome = ask(Input(name, PurePath(name), content=content))
        pipe.send(replace(outcome, input=Input(name, PurePath(name))))  # not the file once more
