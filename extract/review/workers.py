"""Uploads wait in a bounded queue; threads of the server have them read, each by its ``Holder``.

No job is lost, and a file that defeats what reads it is refused while the others are not touched.
The event loop of the server never waits for any of this.
"""

import queue
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from extract.limits import DEFAULT_LIMITS, Limits
from extract.review.holder import Gone, Holder, Late
from extract.review.work import BUG, NOTICE, Extracted, Outcome, Refused


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
        self._timeout_s = timeout_s
        self._begun, self._done = begun, done
        self._holders = [Holder(limits, timeout_s) for _ in range(size)]
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
        return [each.pid for each in self._holders if each.pid is not None]

    def submit(self, task: Task) -> None:
        """Take a job; raises ``Busy`` when too many wait."""
        try:
            self._queue.put_nowait(task)
        except queue.Full:
            raise Busy from None

    def close(self) -> None:
        """Stop; jobs that wait or run are begun again by the next server."""
        self._closing.set()
        for holder in self._holders:
            holder.kill()
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
        self._holders[number].end()

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
        try:
            outcome = self._holders[number].ask(NOTICE, task.content, task.name)
        except Late:
            message = f"{task.name}：{self._timeout_s:.0f} 秒还没有读完，已放弃；请拆分后再上传"
            return Refused("limit_exceeded", message)
        except Gone:
            message = f"{task.name}：读取时工作进程意外退出；请把文件报告给开发者"
            return None if self._closing.is_set() else Refused("internal_error", message)
        return outcome if isinstance(outcome, Extracted | Refused) else BUG
