"""A process that has uploads read by the children of a ``Sandbox``, one at a time.

It reads nothing itself. It is a fresh program with one thread, so that the forks of the sandbox
copy no lock of the server; killing it ends all that it started.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import PurePath
from typing import TYPE_CHECKING

from extract.batch import local
from extract.batch.inputs import Input
from extract.limits import Limits
from extract.review.work import Outcome, Parcel, room, taken, work

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_POLITE = 5  # added to the niceness of all that reads: whoever asks for a page comes first


class Gone(Exception):
    """The process has ended over a file."""


class Late(Exception):
    """The file took longer than it may."""


class Holder:
    """One such process, begun when it is first asked and whenever it has ended.

    One thread asks; any thread may ``kill``.
    """

    def __init__(self, limits: Limits, timeout_s: float) -> None:
        self._limits, self._timeout_s = limits, timeout_s
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    @property
    def pid(self) -> int | None:
        """The process id, for those who watch."""
        process = self._process
        return process.pid if process is not None else None

    def ask(self, kind: str, content: Callable[[], bytes], name: str) -> Outcome | Parcel:
        """Have one file read; raises ``Gone`` or ``Late`` when that cannot be."""
        pipe = self._ready()
        try:
            pipe.send((kind, content(), name))
            if pipe.poll(self._timeout_s):
                outcome: Outcome | Parcel = pipe.recv()
                return outcome
        except (EOFError, OSError):
            self.end()
            raise Gone from None
        self.end()
        raise Late

    def kill(self) -> None:
        """End the process and all it started; whoever waits for it finds it gone."""
        process = self._process
        if process is not None:
            process.kill()

    def end(self) -> None:
        """End the process and wait for its end."""
        self.kill()
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is not None and pipe is not None:
            process.join(timeout=5)
            pipe.close()

    def _ready(self) -> Connection:
        if self._process is not None and self._pipe is not None and self._process.is_alive():
            return self._pipe
        self.end()
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._limits), daemon=True)
        self._process.start()
        theirs.close()
        return self._pipe


def _serve(pipe: Connection, limits: Limits) -> None:
    """Have files read one after the other until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends us
    limits = room(limits)
    reading = partial(work, limits=limits)
    if not hasattr(os, "fork"):  # Windows: no sandbox, only this process
        _answer(pipe, reading, limits)
        return
    from extract.batch import _kernel
    from extract.batch.sandbox import Sandbox

    os.nice(_POLITE)
    if _kernel.die_with_parent(os.getppid()):
        with Sandbox(reading, limits, warm=local.warm) as sandbox:
            _answer(pipe, sandbox.one, limits)


def _answer(pipe: Connection, ask: Callable[[Input], local.Outcome], limits: Limits) -> None:
    """Answer until nobody asks; what a child says is checked here, not in the server."""
    while True:
        try:
            kind, content, name = pipe.recv()
        except EOFError:
            return
        found = Input(name, PurePath(kind), content=content)
        told = ask(found)
        plain = replace(found, content=None)
        outcome = replace(told, input=plain, sha256=sha256(content).hexdigest())
        pipe.send(taken(outcome, limits))
