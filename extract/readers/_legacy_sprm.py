"""Formatting in a .doc ([MS-DOC] 2.6): runs of characters or paragraphs and their modifiers."""

import struct
from bisect import bisect_right

HIDDEN, DELETED = 0x083C, 0x0800  # of characters
IN_TABLE, ROW_END, HUGE, _TABLE = 0x2416, 0x2417, 0x6646, 0xD608  # of paragraphs
_TABS = 0xC615
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_PAGE = 512
_ENTRY_BYTES = {True: 13, False: 1}
_CELL_BYTES = 20
_MAX_CELLS = 64
_WANTED = frozenset((HIDDEN, DELETED, IN_TABLE, ROW_END, HUGE, _TABLE))

Properties = dict[int, bytes]


class Runs:
    """The formatting by file position, as pages of 512 bytes hold it; pages are read when asked."""

    def __init__(self, main: bytes, plc: bytes, *, is_paragraph: bool) -> None:
        self._main = main
        self._is_paragraph = is_paragraph
        count = max(0, (len(plc) - 4) // 8)
        self._firsts = struct.unpack_from(f"<{count + 1}I", plc) if count else (0,)
        self._pages = struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ()
        self._page = -1
        self._edges: tuple[int, ...] = ()
        self._properties: list[Properties] = []
        self._from = self._until = 0  # the run asked for last, which is asked for again
        self._last: Properties = {}

    def at(self, position: int) -> Properties:
        """Return the modifiers in force at a file position; what is off has an empty operand."""
        if self._from <= position < self._until:
            return self._last
        index = bisect_right(self._firsts, position) - 1
        if not 0 <= index < len(self._pages):
            return {}
        if index != self._page:
            self._load(self._pages[index] & 0x3FFFFF)
            self._page = index
        run = bisect_right(self._edges, position) - 1
        if not 0 <= run < len(self._properties):
            return {}
        self._from, self._until = self._edges[run : run + 2]
        self._last = self._properties[run]
        return self._last

    def _load(self, number: int) -> None:
        page = self._main[number * _PAGE : (number + 1) * _PAGE]
        count = page[_PAGE - 1]
        self._edges = struct.unpack_from(f"<{count + 1}I", page)
        step = _ENTRY_BYTES[self._is_paragraph]
        first = 4 * (count + 1)
        self._properties = [
            self._modifiers(page, 2 * page[first + step * each]) for each in range(count)
        ]

    def _modifiers(self, page: bytes, at: int) -> Properties:
        if at == 0:
            return {}
        if not self._is_paragraph:
            return modifiers(page[at + 1 : at + 1 + page[at]])
        size = 2 * page[at] - 1
        if page[at] == 0:
            at += 1
            size = 2 * page[at]
        return modifiers(page[at + 3 : at + 1 + size])  # two bytes name the style


def modifiers(raw: bytes) -> Properties:
    """Return the modifiers we ask for: those switched on, or with an operand of their own."""
    found: Properties = {}
    at = 0
    while at + 2 <= len(raw):
        code = int.from_bytes(raw[at : at + 2], "little")
        start, size = _operand(raw, at + 2, code)
        operand = raw[start : start + size]
        if code in _WANTED:
            # A switch that is off is empty; offset 0 of the Data stream is a place like any other.
            found[code] = operand if code == HUGE or any(operand) else b""
        at = start + size
    return found


def definition(properties: Properties) -> tuple[list[int], list[tuple[bool, bool]]]:
    """Return a row's cell edges in twips, and for each cell: merged to the left, to above?"""
    raw = properties.get(_TABLE, b"")
    count = min(raw[0], _MAX_CELLS) if raw else 0
    if len(raw) < 1 + 2 * (count + 1):
        return [], []
    edges = list(struct.unpack_from(f"<{count + 1}h", raw, 1))
    merges = []
    for index in range(count):
        at = 1 + 2 * (count + 1) + _CELL_BYTES * index
        flags = int.from_bytes(raw[at : at + 2], "little")
        merges.append((flags & 3 == 2, flags >> 5 & 3 == 1))
    return edges, merges


def _operand(raw: bytes, at: int, code: int) -> tuple[int, int]:
    """Return where the operand starts and how long it is."""
    kind = code >> 13
    if kind in _SIZES:
        return at, _SIZES[kind]
    if code == _TABLE:
        return at + 2, max(0, int.from_bytes(raw[at : at + 2], "little") - 1)
    size = raw[at] if at < len(raw) else 0
    if code == _TABS and size == 255:
        removed = raw[at + 1] if at + 1 < len(raw) else 0
        added_at = at + 2 + 4 * removed
        added = raw[added_at] if added_at < len(raw) else 0
        size = 2 + 4 * removed + 3 * added
    return at + 1, size
