"""Processes that read files, each watched by a thread: bounded queue, time limit, no lost job.

A process that dies or takes too long is ended and replaced; its file is refused, the others are
not touched. The event loop of the server never waits for any of this.
"""

import multiprocessing
import queue
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple

from extract.review.work import Outcome, Refused, work


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
    ) -> None:
        self._queue: queue.Queue[Task | None] = queue.Queue(maxsize=waiting)
        self._timeout_s = timeout_s
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
                message = "程序出错了。这是缺陷，不是文件的问题；请报告"
                self._done(task.job, Refused("internal_error", message))

    def _ask(self, number: int, task: Task) -> Outcome | None:
        """Have the child read one file; ``None`` when the server is being stopped."""
        _, pipe = self._child(number)
        try:
            pipe.send((task.content(), task.name))
            if pipe.poll(self._timeout_s):
                outcome: Outcome = pipe.recv()
                return outcome
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
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
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


def _serve(pipe: Connection) -> None:
    """Read files one after the other until the parent is gone."""
    while True:
        try:
            content, name = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        pipe.send(work(content, name))
