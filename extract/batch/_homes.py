"""The temporary folder of a child: locked while it is used, swept away once nobody holds it.

A keeper removes its child's folder; one that was killed with everything else (``kill -9``, an
empty battery) cannot. So it holds a lock on the folder itself, which the kernel lets go with the
process, and the next sandbox removes every folder of this user that is not locked. A folder that
is swept between being made and being locked is made anew.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = "notice-child-"


def made() -> tuple[Path, int]:
    """Make a folder; return it with the open file that holds its lock."""
    while True:
        home = Path(tempfile.mkdtemp(prefix=PREFIX))
        opened = _opened(home)
        if _is_locked(opened) is not False and _is_there(home, opened):
            return home, opened  # where folders cannot be locked, nobody can sweep either
        os.close(opened)  # a sweeper was faster


def sweep() -> None:
    """Remove the folders that nobody holds; those of other users are theirs."""
    with suppress(OSError):
        for home in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
            with suppress(OSError):
                _sweep_one(home)


def _sweep_one(home: Path) -> None:
    opened = _opened(home)
    try:
        if os.fstat(opened).st_uid == os.getuid() and _is_locked(opened):
            shutil.rmtree(home, ignore_errors=True)
    finally:
        os.close(opened)


def _opened(home: Path) -> int:
    return os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _is_locked(opened: int) -> bool | None:
    """Take the lock of an open folder; false if somebody has it, ``None`` if there are none."""
    import fcntl

    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_there(home: Path, opened: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(home.stat(), os.fstat(opened))
    return False
