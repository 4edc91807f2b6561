"""Compound files (MS-CFB): the streams that stand at the top of an old Office file.

Only what a workbook needs: ``Workbook`` or ``Book`` at the top says that this is one; a sheet
embedded in a Word file has its streams further down and is none.
"""

import struct
from struct import unpack_from
from typing import NamedTuple

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA  # this and above: no sector, but a mark
_ENTRY = 128
_STREAM, _ROOT = 2, 5
_HEADER_FAT_SECTORS = 109
_MAX_ENTRIES = 20_000


class _Entry(NamedTuple):
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """An open compound file; raises ``ValueError`` where it is damaged."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(MAGIC):
            raise ValueError("no compound file")
        self._content = content
        try:
            self._open()
        except struct.error as error:
            raise ValueError("cut off") from error

    def _open(self) -> None:
        shift, mini_shift = unpack_from("<HH", self._content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("unknown sector size")
        self._sector = 1 << shift
        directory, self._cutoff, mini_fat = unpack_from("<I4xII", self._content, 48)
        self._fat = self._allocation()
        self._entries = self._directory(self._chain(directory))
        root = self._entries[0]
        self._mini_fat = _numbers(self._chain(mini_fat))
        self._mini = self._chain(root.start) if root.kind == _ROOT else b""
        self._top = self._children(root.child)

    @property
    def names(self) -> frozenset[str]:
        """The names of what stands at the top."""
        return frozenset(self._top)

    def stream(self, name: str) -> bytes:
        """Return a stream at the top; raises ``ValueError`` where it is missing or cut off."""
        entry = self._top.get(name)
        if entry is None or entry.kind != _STREAM:
            raise ValueError("no such stream")
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        pieces = []
        sector = entry.start
        for _ in range(len(self._mini_fat)):
            if sector >= _END:
                break
            pieces.append(self._mini[sector * 64 : sector * 64 + 64])
            sector = self._mini_fat[sector] if sector < len(self._mini_fat) else _END
        return b"".join(pieces)[: entry.size]

    def _allocation(self) -> tuple[int, ...]:
        sectors = list(unpack_from(f"<{_HEADER_FAT_SECTORS}I", self._content, 76))
        (more,) = unpack_from("<I", self._content, 68)
        for _ in range(len(self._content) // self._sector):
            if more >= _END:
                break
            numbers = _numbers(self._at(more))
            sectors += numbers[:-1]
            more = numbers[-1] if numbers else _END
        used = dict.fromkeys(sector for sector in sectors if sector < _END)
        return _numbers(b"".join(self._at(sector) for sector in used))

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        return self._content[start : start + self._sector]

    def _chain(self, sector: int) -> bytes:
        """Return the sectors that follow on one another, each at most once."""
        pieces = []
        for _ in range(len(self._fat)):
            if sector >= len(self._fat):
                break
            pieces.append(self._at(sector))
            sector = self._fat[sector]
        return b"".join(pieces)

    def _directory(self, content: bytes) -> list[_Entry]:
        count = min(len(content) // _ENTRY, _MAX_ENTRIES)
        if not count:
            raise ValueError("no directory")
        return [_entry(content, index * _ENTRY) for index in range(count)]

    def _children(self, first: int) -> dict[str, _Entry]:
        """Return the entries of one storage: a tree of brothers, each visited once."""
        found: dict[str, _Entry] = {}
        waiting, seen = [first], set[int]()
        while waiting:
            index = waiting.pop()
            if index in seen or index >= len(self._entries):
                continue
            seen.add(index)
            entry = self._entries[index]
            found[entry.name] = entry
            waiting += [entry.left, entry.right]
        return found


def _entry(content: bytes, at: int) -> _Entry:
    length, kind = unpack_from("<HB", content, at + 64)
    left, right, child = unpack_from("<III", content, at + 68)
    start, size = unpack_from("<II", content, at + 116)
    name = content[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(name, kind, left, right, child, start, size)


def _numbers(content: bytes) -> tuple[int, ...]:
    count = len(content) // 4
    return unpack_from(f"<{count}I", content) if count else ()
