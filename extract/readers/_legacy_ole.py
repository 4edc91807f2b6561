"""Compound files ([MS-CFB]), the container of .doc and old .wps: named streams, read with care."""

import struct

from extract.errors import UnreadableDocument

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_LAST = 0xFFFFFFFA  # this and above are marks, not sectors
_MINI_BYTES = 64
_STREAM = 2


class Compound:
    """An open compound file: ``streams`` names what lies at its root, not in embedded objects.

    Raises:
        UnreadableDocument: the header, the directory or a chain of sectors is broken.
    """

    def __init__(self, content: bytes) -> None:
        if not content.startswith(MAGIC) or len(content) < _HEADER_BYTES:
            raise _damaged()
        self._content = content
        try:
            self._open()
        except (struct.error, IndexError, ValueError):
            raise _damaged() from None

    def read(self, name: str) -> bytes:
        """Return a stream, ``WordDocument``; empty bytes where there is none of that name."""
        place = self.streams.get(name)
        if place is None:
            return b""
        start, size = place
        if size >= self._cutoff:
            return self._chain(start)[:size]
        return self._mini_chain(start)[:size]

    def _open(self) -> None:
        header = self._content
        (shift,) = struct.unpack_from("<H", header, 0x1E)
        if shift not in (9, 12):
            raise ValueError(shift)
        self._size = 1 << shift
        fat_count, directory = struct.unpack_from("<2I", header, 0x2C)
        self._cutoff, mini_fat, _, difat, difat_count = struct.unpack_from("<5I", header, 0x38)
        self._fat = self._table(self._fat_sectors(difat, difat_count)[:fat_count])
        self._mini_fat = self._longs(self._chain(mini_fat)) if mini_fat < _LAST else ()
        self.streams: dict[str, tuple[int, int]] = {}
        entries = self._chain(directory)
        root = entries[:_ENTRY_BYTES]
        start, size = struct.unpack_from("<II", root, 116)
        self._mini = self._chain(start)[:size] if start < _LAST else b""
        self._enter(entries, *struct.unpack_from("<I", root, 76))

    def _enter(self, entries: bytes, first: int) -> None:
        """Note the streams of the tree of names that hangs on the root; each entry once."""
        waiting, met = [first], set[int]()
        while waiting:
            number = waiting.pop()
            entry = entries[number * _ENTRY_BYTES : (number + 1) * _ENTRY_BYTES]
            if number in met or len(entry) < _ENTRY_BYTES:
                continue
            met.add(number)
            length, kind = struct.unpack_from("<HB", entry, 64)
            waiting += struct.unpack_from("<II", entry, 68)
            if kind == _STREAM:
                name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", entry, 116)
                self.streams[name] = (start, size)

    def _fat_sectors(self, difat: int, count: int) -> list[int]:
        """Return the sectors of the allocation table; the header names the first 109."""
        found = list(struct.unpack_from("<109I", self._content, 0x4C))
        for _ in range(min(count, len(self._content) // self._size + 1)):
            if difat >= _LAST:
                break
            *more, difat = self._longs(self._sector(difat))
            found += more
        return [sector for sector in found if sector < _LAST]

    def _table(self, sectors: list[int]) -> tuple[int, ...]:
        return self._longs(b"".join(map(self._sector, sectors)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        piece = self._content[start : start + self._size]
        if not piece:
            raise _damaged()
        return piece.ljust(self._size, b"\0")  # the last sector of a file may be cut

    def _longs(self, piece: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(piece) // 4}I", piece)

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _follow(start, self._fat)))

    def _mini_chain(self, start: int) -> bytes:
        pieces = (
            self._mini[number * _MINI_BYTES : (number + 1) * _MINI_BYTES]
            for number in _follow(start, self._mini_fat)
        )
        return b"".join(pieces)


def stream_names(content: bytes) -> frozenset[str] | None:
    """Return the names of the streams, or ``None`` where the container is damaged."""
    try:
        return frozenset(Compound(content).streams)
    except UnreadableDocument:
        return None


def _follow(start: int, table: tuple[int, ...]) -> list[int]:
    """Return the sectors of a chain; one that runs in a circle is as long as the table at most."""
    found: list[int] = []
    while start < _LAST:
        if start >= len(table) or len(found) > len(table):
            raise _damaged()
        found.append(start)
        start = table[start]
    return found


def _damaged() -> UnreadableDocument:
    return UnreadableDocument("文件已损坏或下载不完整，请重新获取原件。")
