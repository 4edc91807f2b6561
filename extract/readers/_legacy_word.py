"""What a .doc itself stores ([MS-DOC]): the second witness beside LibreOffice's conversion.

Paragraphs and tables of the main text, the notes and the text boxes, without the numbers that Word
computes. It is read only to see that nothing was lost, and to give back a table that was.
"""

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extract.errors import EncryptedDocument, UnreadableDocument
from extract.readers._legacy_cells import Edged, grid, row_of
from extract.readers._legacy_ole import Compound
from extract.readers._legacy_sprm import (
    DELETED,
    HIDDEN,
    HUGE,
    IN_TABLE,
    ROW_END,
    Runs,
    definition,
    modifiers,
)

if TYPE_CHECKING:
    from extract.readers._draft import Cell

OPENING = b"\xec\xa5"  # of the main stream

_ENCRYPTED, _TABLE_1, _MAX_PIECES = 0x0100, 0x0200, 1_000_000
_FIRST_WORD_97 = 0x00C1
_COMPRESSED = 0x4000_0000
_CLX, _CHPX, _PAPX = 0x1A2, 0xFA, 0x102
_CELL_MARK, _PARAGRAPH_MARKS = "\x07", "\r\x0c"
_FIELD_BEGIN, _FIELD_SEPARATOR, _FIELD_END = "\x13", "\x14", "\x15"
_SIGNS = str.maketrans({"\x0b": "\n", "\x1e": "-", "\xa0": " "})
_DROPPED = frozenset("\x01\x02\x05\x08\x0e\x1f")


def is_old(compound: Compound) -> bool:
    """Return whether the file is of Word 6 or 95, whose text lies otherwise."""
    main = compound.read("WordDocument")
    return len(main) < 4 or int.from_bytes(main[2:4], "little") < _FIRST_WORD_97


def check(compound: Compound) -> None:
    """Raise ``EncryptedDocument`` for a file with a password, ``UnreadableDocument`` for none."""
    main = compound.read("WordDocument")
    if len(main) < 0x0C:
        raise UnreadableDocument("文件缺少正文（WordDocument），已损坏或不完整，请重新获取原件。")
    if int.from_bytes(main[0x0A:0x0C], "little") & _ENCRYPTED:
        raise EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。")


def stored(compound: Compound) -> "list[str | list[Cell]]":
    """Return what the file stores; ``UnreadableDocument`` where its tables of contents break."""
    try:
        return _Word(compound).stored()
    except (struct.error, IndexError, ValueError, OverflowError):
        raise UnreadableDocument("文件内部结构已损坏，请用 Word 或 WPS 打开后另存再试。") from None


class _Word:
    """One .doc, opened: its characters with the file positions that say how they are formatted."""

    def __init__(self, compound: Compound) -> None:
        self._main = compound.read("WordDocument")
        flags = int.from_bytes(self._main[0x0A:0x0C], "little")
        self._table = compound.read("1Table" if flags & _TABLE_1 else "0Table")
        self._data = compound.read("Data")
        self._paragraphs = Runs(self._main, self._plc(_PAPX), is_paragraph=True)
        self._characters = Runs(self._main, self._plc(_CHPX), is_paragraph=False)
        self._pieces = list(self._read_pieces())
        self._starts = [piece[0] for piece in self._pieces]

    def stored(self) -> "list[str | list[Cell]]":
        lengths = struct.unpack_from("<8I", self._main, 0x4C)  # main, notes, headers, …
        blocks: list[str | list[Cell]] = []
        start = 0
        for part, length in enumerate(lengths):
            if part in (0, 1, 5, 6):  # main text, footnotes, endnotes, text boxes
                blocks += self._blocks(start, start + length)
            start += length
        return blocks

    def _plc(self, at: int) -> bytes:
        offset, size = struct.unpack_from("<II", self._main, at)
        return self._table[offset : offset + size]

    def _read_pieces(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield ``(first character, last, file position, bytes a character)`` of each piece."""
        clx = self._plc(_CLX)
        at = 0
        while clx[at] == 1:  # formatting that pieces refer to
            at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
        size = int.from_bytes(clx[at + 1 : at + 5], "little")
        plc = clx[at + 5 : at + 5 + size]
        count = min((size - 4) // 12, _MAX_PIECES)
        ends = struct.unpack_from(f"<{count + 1}I", plc)
        for index in range(count):
            (position,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)
            if position & _COMPRESSED:
                yield ends[index], ends[index + 1], (position & ~_COMPRESSED) // 2, 1
            else:
                yield ends[index], ends[index + 1], position, 2

    def _stretches(self, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Yield ``(text, file position, bytes a character)`` between two character positions."""
        for first, last, position, width in self._pieces:
            begin, stop = max(first, start), min(last, end)
            if begin < stop:
                at = position + (begin - first) * width
                raw = self._main[at : at + (stop - begin) * width]
                yield raw.decode("cp1252" if width == 1 else "utf-16-le", "replace"), at, width

    def _shown(self, start: int, end: int) -> Iterator[tuple[str, int]]:
        """Yield each printed character with its file position; field codes and hidden text out."""
        in_code: list[bool] = []
        for text, position, width in self._stretches(start, end):
            at = position
            for character in text:
                if character == _FIELD_BEGIN:
                    in_code.append(True)
                elif character == _FIELD_SEPARATOR and in_code:
                    in_code[-1] = False
                elif character == _FIELD_END and in_code:
                    in_code.pop()
                elif character not in _DROPPED and not any(in_code) and self._is_shown(at):
                    yield character, at
                at += width if ord(character) < 0x10000 else 2 * width

    def _is_shown(self, position: int) -> bool:
        properties = self._characters.at(position)
        return not (properties.get(HIDDEN) or properties.get(DELETED))

    def _blocks(self, start: int, end: int) -> "Iterator[str | list[Cell]]":
        """Cut the characters into paragraphs, cells and rows."""
        line: list[str] = []
        cell: list[str] = []
        row: list[str] = []
        rows: list[list[Edged]] = []
        for character, position in self._shown(start, end):
            if character != _CELL_MARK and character not in _PARAGRAPH_MARKS:
                line.append(character)
                continue
            properties = self._properties(position)
            text = "".join(line).translate(_SIGNS).strip()
            line = []
            if character == _CELL_MARK and properties.get(ROW_END):
                rows.append(row_of(row, *definition(properties)))
                row, cell = [], []
            elif character == _CELL_MARK:
                row.append("\n".join(filter(None, [*cell, text])))
                cell = []
            elif properties.get(IN_TABLE):
                cell.append(text)
            else:
                if rows:
                    yield grid(rows)
                    rows = []
                yield text
        if rows:
            yield grid(rows)
        yield "".join([*row, *cell, *line]).translate(_SIGNS).strip()

    def _properties(self, position: int) -> "dict[int, bytes]":
        properties = self._paragraphs.at(position)
        huge = properties.get(HUGE)
        if huge is not None:
            at = int.from_bytes(huge, "little")
            size = int.from_bytes(self._data[at : at + 2], "little")
            return properties | modifiers(self._data[at + 2 : at + 2 + size])
        return properties
