"""Where the children of the sandbox come from: a small process that forks early and does no work.

It is forked before anything is read and has one thread, so that a fork copies no lock that
another thread holds and none of the results that the parent gathers. For each child there is a
keeper, which takes the child out of the network, ends all that it leaves behind, removes its
temporary folder, and does so too when the parent is killed.
"""

import gc
import json
import os
import shutil
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from extract.batch import _homes, _kernel

Serve = Callable[[socket.socket, Path], None]
_LAST_OPEN = 65_536


def start(serve: Serve, warm: Callable[[], object]) -> tuple[socket.socket, int]:
    """Fork the nursery; return the socket that asks it for children, and its process id.

    ``warm`` is called once before the first child, for what every child would load again.
    """
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        theirs.close()
        return ours, pid
    _leave(lambda: _nurse(theirs, serve, warm))


def ask(nursery: socket.socket, channel: socket.socket, status: int) -> None:
    """Ask for a child that talks through ``channel`` and whose keeper reports on ``status``."""
    socket.send_fds(nursery, [b"+"], [channel.fileno(), status])


def _nurse(requests: socket.socket, serve: Serve, warm: Callable[[], object]) -> None:
    """Fork a keeper for every request until the parent closes."""
    os.setsid()
    _close_all_but(requests.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are not waited for
    _homes.sweep()
    warm()
    gc.freeze()
    nursery = os.getpid()
    while True:
        asked, received, _, _ = socket.recv_fds(requests, 1, 2)
        if not asked:
            return
        channel, status = received
        if os.fork() == 0:
            requests.close()
            _leave(lambda: _keep(nursery, socket.socket(fileno=channel), status, serve))  # noqa: B023
        os.close(channel)
        os.close(status)


def _keep(nursery: int, channel: socket.socket, status: int, serve: Serve) -> None:
    """Start the child, wait for its end, clean up after it, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    if not _kernel.die_with_parent(nursery, signal.SIGTERM):
        return
    _kernel.adopt_orphans()
    home, _ = _homes.made()  # locked until this process ends
    child = 0

    def end(*_: object) -> None:
        if child:
            os.kill(child, signal.SIGKILL)

    try:
        network, is_alone = _kernel.isolate()
        signal.signal(signal.SIGTERM, end)
        keeper = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        child = os.fork()
        if not child:
            _leave(lambda: _begin(0 if is_alone else keeper, channel, home, serve))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        channel.close()
        _say(status, {"pid": child, "keeper": keeper, "home": str(home), "network": network})
        _, ended = os.waitpid(child, 0)
        _end_orphans()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    _say(status, {"code": os.waitstatus_to_exitcode(ended)})


def _begin(keeper: int, channel: socket.socket, home: Path, serve: Serve) -> None:
    """Become the child: alone in its group, ended with its keeper."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    os.setsid()
    if not _kernel.die_with_parent(keeper):  # seen from a tree of its own, the keeper is process 0
        return
    _close_all_but(channel.fileno())
    serve(channel, home)


def _end_orphans() -> None:
    """End what the child left behind where the kernel does not: all of it is now ours."""
    while orphans := _kernel.children_of(os.getpid()):
        for orphan in orphans:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0)


def _say(status: int, words: dict[str, object]) -> None:
    with suppress(BrokenPipeError):
        os.write(status, json.dumps(words).encode() + b"\n")


def _close_all_but(kept: int) -> None:
    """Keep one file open; standard input, output and errors lead nowhere."""
    empty = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(empty, standard)
    os.closerange(3, kept)
    os.closerange(kept + 1, _LAST_OPEN)


def _leave(body: Callable[[], None]) -> NoReturn:
    """Run the body of a forked process, which never returns to what its parent was doing."""
    code = 70
    try:
        body()
        code = 0
    except BaseException:
        with suppress(Exception):
            sys.stderr.write(traceback.format_exc())
    finally:
        os._exit(code)
