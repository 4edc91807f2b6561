"""Inside the sandbox: one process that reads inputs one after another, under limits.

It has no network, a temporary folder of its own, and nothing open but the socket to its parent.
"""

import hashlib
import os
import pickle
import resource
import shutil
import signal
import socket
import struct
import tempfile
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from extract.batch import _kernel, _wire, archive
from extract.batch._outcomes import Crashed, Outcome, Refused, Work
from extract.batch._plan import allowance
from extract.batch.inputs import Input
from extract.errors import ExtractError, LimitExceeded
from extract.limits import Limits

OUT_OF_WORK = 99  # exit status: the seconds of processor time were used up

LENGTH = struct.Struct(">Q")
_MIB = 1024 * 1024
_OWN_MIB = 128  # a fresh child; what a large caller hands down by the fork counts against nobody
_SMALL = 0.4  # of the addresses allowed: the next input finds most of its memory free
_SCARCE_MIB = 100  # with fewer left, what fails in C has failed for want of memory
_OUTPUT_ROOM = _MIB  # beside the largest file: LibreOffice's own bound lies within ours


def serve(channel: socket.socket, home: Path, work: Work, limits: Limits) -> None:
    """Do ``work`` for each input that comes, until none comes or it is time for a fresh process."""
    inherited = max(0, _mib("VmSize") - _OWN_MIB)
    room = replace(
        limits,
        memory_mib=limits.memory_mib + inherited,
        ocr_memory_mib=limits.ocr_memory_mib + inherited,
    )
    _enter(home, room)
    for left in reversed(range(limits.inputs_per_worker)):
        task = _receive(channel)
        if task is None:
            return
        found: Input = pickle.loads(task)  # noqa: S301  from our parent
        outcome, is_fit = _outcome(channel, found, work, room)
        is_fit = is_fit and _mib("VmSize") - inherited < _SMALL * limits.memory_mib
        _tidy(home)
        is_leaving = not is_fit or not left
        _wire.send_outcome(channel, outcome, is_leaving=is_leaving)
        if is_leaving:
            return


def task_of(found: Input) -> bytes:
    """Return an input as it is sent to the child, whose folder is another one."""
    path = found.path and found.path.absolute()
    content = pickle.dumps(replace(found, path=path))
    return LENGTH.pack(len(content)) + content


def loaded(found: Input, limits: Limits) -> Input:
    """Return the input with its bytes; one that cannot be read is left for ``work`` to refuse."""
    if found.error is not None or found.content is not None or found.path is None:
        return found
    with suppress(ExtractError, OSError):
        if found.member is not None:
            return replace(found, content=archive.load(found.path, found.member, limits), path=None)
        if found.path.is_file() and found.path.stat().st_size <= limits.max_bytes:
            return replace(found, content=found.path.read_bytes(), path=None)
    return found


def _outcome(
    channel: socket.socket, found: Input, work: Work, limits: Limits
) -> tuple[Outcome, bool]:
    """Return what became of the input, and whether this process came through it unharmed."""
    try:
        found = loaded(found, limits)
        content = found.content or b""
        sha256 = hashlib.sha256(content).hexdigest() if content else ""
        _wire.send(channel, {"kind": "read", "sha256": sha256})
        granted = allowance(content, limits)
        _wire.send(channel, {"kind": "plan", "wall_s": granted.wall_s})
        _bound_work(granted.cpu_s, granted.memory_mib)
        return work(found), True
    except MemoryError:
        return _out_of_memory(found), False
    except RecursionError:
        message = "内容嵌套太深，已停止读取，请核对文件来源。"
        return Refused(found, LimitExceeded(message, name=found.name)), False
    except Exception:
        if _allowed_mib() - _mib("VmPeak") < _SCARCE_MIB:
            return _out_of_memory(found), False
        return Crashed(found, traceback.format_exc()), True


def _out_of_memory(found: Input) -> Refused:
    message = f"处理需要的内存超过 {_allowed_mib()} MiB 的上限，已停止，请拆分后再处理。"
    return Refused(found, LimitExceeded(message, name=found.name))


def _mib(field: str) -> int:
    """Return a figure of this process (``VmSize``: its addresses) in MiB, 0 where none is told."""
    with suppress(OSError):
        said = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace")
        for line in said.splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) // 1024
    return 0


def _allowed_mib() -> int:
    return resource.getrlimit(resource.RLIMIT_AS)[0] // _MIB


def _enter(home: Path, limits: Limits) -> None:
    """Take on the limits that hold for every input."""
    _kernel.refuse_privileges()
    _kernel.keep_few_arenas()
    os.chdir(home)
    os.environ["TMPDIR"] = tempfile.tempdir = str(home)
    # What is written is a conversion's profile, input and result, none larger than an input.
    size = limits.max_bytes + _OUTPUT_ROOM
    most = max(limits.memory_mib, limits.ocr_memory_mib, limits.conversion_memory_mib) * _MIB
    _lower(resource.RLIMIT_CORE, 0, 0)
    _lower(resource.RLIMIT_FSIZE, size, size)
    _lower(resource.RLIMIT_NOFILE, limits.max_open_files, limits.max_open_files)
    _lower(resource.RLIMIT_AS, limits.memory_mib * _MIB, most)
    if os.getuid() != 0:  # counted for each user of a namespace; root is never counted
        _lower(resource.RLIMIT_NPROC, limits.max_processes, limits.max_processes)
    signal.signal(signal.SIGXCPU, lambda *_: os._exit(OUT_OF_WORK))


def _bound_work(seconds: float, memory_mib: int) -> None:
    """Allow so much more processor time from now on, and so many addresses in all."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1, None)
    _lower(resource.RLIMIT_AS, memory_mib * _MIB, None)


def _lower(kind: int, soft: int, hard: int | None) -> None:
    """Set a limit as far as the one that is already there allows."""
    ceiling = resource.getrlimit(kind)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(ceiling if hard is None else hard, ceiling)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (soft, ceiling if hard is None else hard))


def _tidy(home: Path) -> None:
    """Leave nothing of one input to the next."""
    os.chdir(home)
    for entry in home.iterdir():
        with suppress(OSError):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink()


def _receive(channel: socket.socket) -> bytes | None:
    """Return the next task; ``None`` when the parent has closed."""
    head = _exactly(channel, LENGTH.size)
    return head and _exactly(channel, LENGTH.unpack(head)[0])


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    content = bytearray()
    while len(content) < size:
        chunk = channel.recv(min(size - len(content), _MIB))
        if not chunk:
            return None
        content += chunk
    return bytes(content)
