"""What the Linux kernel is asked for: no network, no way out, an end with the parent.

Each function says by its result whether the kernel agreed; none raises. On other systems nothing
is agreed to, and the sandbox rests on time, memory and process groups alone.
"""

import ctypes
import os
import platform
import signal
import struct
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal

Network = Literal["namespace", "filter", "open"]

_NEW_USER, _NEW_PID, _NEW_NET = 0x10000000, 0x20000000, 0x40000000
_SET_DEATH_SIGNAL, _SET_SECCOMP, _SET_SUBREAPER, _SET_NO_NEW_PRIVILEGES = 1, 22, 36, 38
_M_ARENA_MAX = -8
_FILTER_MODE = 2
# Classic BPF: load a word, jump if equal, return.
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # EACCES
_AT_CALL, _AT_ARCHITECTURE, _AT_FIRST_ARGUMENT = 0, 4, 16
# Machine → its audit number, the number of the system call socket().
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOCAL = (0, 1)  # AF_UNSPEC, AF_UNIX: what LibreOffice talks to itself with


def isolate() -> tuple[Network, bool]:
    """Leave the network; say how, and whether children live in a process tree of their own.

    To be called by a process with one thread. The next child is the first process of its tree:
    when it ends, the kernel ends every other one in it.
    """
    user, group = os.getuid(), os.getgid()
    if _unshare(_NEW_NET | _NEW_PID):
        return "namespace", True
    if _unshare(_NEW_USER | _NEW_NET | _NEW_PID):
        with suppress(OSError):  # the ids stay what they were
            Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
        return "namespace", True
    return ("filter" if _deny_sockets() else "open"), False


def die_with_parent(parent: int, number: int = signal.SIGKILL) -> bool:
    """Ask for a signal when the parent ends; false if it has ended already."""
    _prctl(_SET_DEATH_SIGNAL, number)
    return os.getppid() == parent


def adopt_orphans() -> None:
    """Become the parent of what one's children leave behind."""
    _prctl(_SET_SUBREAPER, 1)


def refuse_privileges() -> None:
    """Gain nothing from a set-user-id program, now and in all children."""
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)


def keep_few_arenas() -> None:
    """Let threads share two malloc arenas: each reserves 64 MiB of the addresses allowed."""
    with suppress(AttributeError):
        _libc().mallopt(_M_ARENA_MAX, 2)


def children_of(parent: int) -> list[int]:
    """Return the processes whose parent this is."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            fields = entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found.append(int(entry.parent.name))
    return found


def _unshare(flags: int) -> bool:
    with suppress(AttributeError):
        return bool(_libc().unshare(flags) == 0)
    return False


def _deny_sockets() -> bool:
    """Let socket() fail for every family but the local one, now and in all children."""
    if platform.machine() not in _MACHINES or not hasattr(_libc(), "prctl"):
        return False
    architecture, call = _MACHINES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _AT_ARCHITECTURE),
        (_EQUAL, 0, 5, architecture),  # another way of calling: refused as a whole
        (_LOAD, 0, 0, _AT_CALL),
        (_EQUAL, 0, 4, call),
        (_LOAD, 0, 0, _AT_FIRST_ARGUMENT),
        (_EQUAL, 2, 0, _LOCAL[0]),
        (_EQUAL, 1, 0, _LOCAL[1]),
        (_RETURN, 0, 0, _DENY),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    refuse_privileges()
    return _prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.create_string_buffer(program))


def _prctl(option: int, value: int, pointer: Any = None) -> bool:  # noqa: ANN401
    with suppress(AttributeError):
        return bool(_libc().prctl(option, ctypes.c_ulong(value), pointer, None, None) == 0)
    return False


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
