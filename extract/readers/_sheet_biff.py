"""What an .xls or .et says beside its values: number formats, errors, formulas, what is hidden.

The records of BIFF8 and BIFF5 (MS-XLS 2.4): type and length, two bytes each, then the content.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import unpack_from

from extract.errors import EncryptedDocument, UnreadableDocument
from extract.limits import Limits
from extract.readers._sheet_compound import MAGIC, Compound
from extract.readers._sheet_format import BUILT_IN, GENERAL
from extract.readers._sheet_scan import Scan, Workbook, check_areas, new_scan

_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_FILEPASS, _DATE_1904, _FORMAT, _XF, _BOUNDSHEET = 0x2F, 0x22, 0x41E, 0xE0, 0x85
_BOF, _EOF = 0x809, 0x0A
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x203, 0x27E, 0xBD, 0x06, 0x205
_LABELS = (0xFD, 0x204, 0xD6)
_ROW, _COLINFO = 0x208, 0x7D
_BIFF8 = 0x600
_ERRORS = {
    **{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!"},
    **{0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"},
}
_DAMAGED = "文件已损坏或下载不完整，请重新获取原件。"


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes are a compound file with a workbook at its top."""
    if not content.startswith(MAGIC):
        return False
    try:
        names = Compound(content).names
    except ValueError:
        return False
    return not names.isdisjoint(_STREAMS) and "WordDocument" not in names


def scan(content: bytes, limits: Limits) -> Workbook:
    """Return the workbook's sheets, each scanned when calamine is about to read it.

    Raises:
        UnreadableDocument: a damaged file.
        EncryptedDocument: a workbook with a password.
        LimitExceeded: values too far apart.
    """
    try:
        compound = Compound(content)
        if "EncryptedPackage" in compound.names:
            raise EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。")
        name = next((name for name in _STREAMS if name in compound.names), "")
        stream = compound.stream(name)
        book = _Globals()
        for kind, body, _ in _records(stream, 0):
            book.take(kind, body)
        # All of them first: calamine fills the tables of all sheets when it opens the file.
        scans = [_scan(stream, offset, book, limits) for offset in book.sheets]
    except (ValueError, struct.error, IndexError):
        raise UnreadableDocument(_DAMAGED) from None
    check_areas(scans, limits)
    return Workbook(iter(scans), book.since_1904)


@dataclass(slots=True)
class _Globals:
    """The workbook's own records: formats, styles, where the sheets begin."""

    since_1904: bool = False
    is_biff8: bool = True
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    styles: list[int] = field(default_factory=list)
    sheets: list[int] = field(default_factory=list)

    def take(self, kind: int, body: bytes) -> None:
        if kind == _BOF:
            self.is_biff8 = unpack_from("<H", body)[0] >= _BIFF8
        elif kind == _FILEPASS:
            raise EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。")
        elif kind == _DATE_1904:
            self.since_1904 = unpack_from("<H", body)[0] == 1
        elif kind == _FORMAT:
            self.codes[unpack_from("<H", body)[0]] = self._code(body)
        elif kind == _XF:
            self.styles.append(unpack_from("<H", body, 2)[0])
        elif kind == _BOUNDSHEET:
            self.sheets.append(unpack_from("<I", body)[0])

    def code(self, style: int) -> str | None:
        """Return the format code of a style, ``None`` where it prints the value as it is."""
        number = self.styles[style] if style < len(self.styles) else 0
        code = self.codes.get(number, GENERAL)
        return None if code in (GENERAL, "@") else code

    def _code(self, body: bytes) -> str:
        if not self.is_biff8:
            return body[3 : 3 + body[2]].decode("gb18030", "replace")
        length, flags = unpack_from("<HB", body, 2)
        if flags & 1:
            return body[5 : 5 + 2 * length].decode("utf-16-le", "replace")
        return body[5 : 5 + length].decode("latin-1")


def _scan(stream: bytes, offset: int, book: _Globals, limits: Limits) -> Scan:
    found = new_scan(limits)
    inside = new_scan(limits)  # a chart in the sheet: its values only count for the size
    for kind, body, is_inside in _records(stream, offset):
        _take(inside if is_inside else found, book, kind, body)
    if inside.last >= (0, 0):
        found.add(*inside.first)
        found.add(*inside.last)
    return found


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield type and content of the records of one substream, and whether a chart holds them."""
    depth = 0 if stream[offset : offset + 2] == b"\x09\x08" else 1
    while offset + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + size]
        offset += 4 + size
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        yield kind, body, depth > 1


def _take(found: Scan, book: _Globals, kind: int, body: bytes) -> None:
    if kind in (_NUMBER, _RK, _FORMULA, _BOOLERR) or kind in _LABELS:
        row, column, style = unpack_from("<HHH", body)
        found.add(row, column)
        if kind in (_NUMBER, _RK, _FORMULA):
            _set_format(found, row, column, book.code(style))
        _take_result(found, (row, column), kind, body)
    elif kind == _MULRK:
        row, column = unpack_from("<HH", body)
        for index in range((len(body) - 6) // 6):
            found.add(row, column + index)
            (style,) = unpack_from("<H", body, 4 + 6 * index)
            _set_format(found, row, column + index, book.code(style))
    elif kind == _ROW:
        found.hidden_rows += bool(unpack_from("<H", body, 12)[0] & 0x20)
    elif kind == _COLINFO:
        first, last, _, _, flags = unpack_from("<HHHHH", body)
        found.hidden_columns += max(0, min(last, 255) - first + 1) if flags & 1 else 0


def _take_result(found: Scan, place: tuple[int, int], kind: int, body: bytes) -> None:
    """Keep an error, which calamine leaves out: a cell's own or a formula's result."""
    if kind == _BOOLERR and body[7:8] == b"\1":
        found.errors[place] = _ERRORS.get(body[6], "#N/A")
    elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        found.errors[place] = _ERRORS.get(body[8], "#N/A")


def _set_format(found: Scan, row: int, column: int, code: str | None) -> None:
    if code is not None:
        found.formats[row, column] = code
