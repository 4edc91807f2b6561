"""Spreadsheets (.xlsx, .xls, .et, .csv): every sheet, its titles as paragraphs, its tables.

python-calamine reads the values; the number formats, which say how a value is printed, and the
errors, which calamine leaves out, are read beside it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from io import BytesIO
from typing import NoReturn, TypeVar

import regex
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from extract.document import Document, Note
from extract.errors import EncryptedDocument, LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers import _sheet_biff, _sheet_csv, _sheet_xlsx
from extract.readers._collector import at_rest
from extract.readers._draft import Draft, Identity
from extract.readers._sheet_compound import MAGIC
from extract.readers._sheet_format import Value, plain, printed
from extract.readers._sheet_layout import Merge, Plain, grid_of, pieces
from extract.readers._sheet_scan import Place, Scan, Workbook

SUFFIXES = (".xlsx", ".xls", ".et", ".csv")
MEDIA_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "text/csv",
)

_XLSX, _XLS, _CSV = MEDIA_TYPES
_Said = TypeVar("_Said")
_ESCAPE = regex.compile(r"_x(?P<code>[0-9A-Fa-f]{4})_")
_EMPTY = "表格里没有文字，请核对是否选对了文件。"
_SHOWN_NAMES = 20
_WHOLE = 1e15  # a sheet keeps 15 digits
_MESSAGES = {
    "hidden_sheet": "有 {} 个隐藏的工作表，已一并读入，请核对是否应当采用。",
    "hidden_cells": "有 {} 行（列）被隐藏，打印时看不到，已一并读入，请核对。",
    "error_value": "有 {} 个单元格是错误值（如 #REF!），已照录，请在原表中改正。",
    "formula": "有 {} 个公式没有保存计算结果，读不到数值，请用 Excel 或 WPS 打开后保存再试。",
    "format": "有 {} 个数字的显示格式不能照印，已写成原值，请核对百分比、单位等。",
    "invisible": "有 {} 个数字被设成不显示，未写入文本，请核对。",
    "under_merge": "有 {} 个单元格的内容被合并单元格盖住，看不到，未写入文本，请核对。",
    "chart": "有 {} 个图表工作表，图中的文字未读入，请核对。",
}


def sniff(content: bytes) -> bool:
    """Return whether the bytes are a workbook, or text in the shape of a table."""
    if _sheet_xlsx.is_workbook(content) or _sheet_biff.is_workbook(content):
        return True
    return _sheet_csv.is_csv(content)


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a spreadsheet: a ``Document`` whose cells are printed as a person sees them.

    ``1736`` for the number 1736, ``40%`` for 0.4 in a percent format, ``2024年12月`` for a day in
    a format of months; a category merged over three rows is one cell with ``row_span`` 3.

    Raises:
        UnreadableDocument: damaged, or without any text.
        EncryptedDocument: a workbook with a password.
        UnsupportedFormat: a binary workbook (.xlsb).
        LimitExceeded: too many cells or characters, values too far apart, a ZIP bomb.
    """
    with at_rest():
        document = _document(content, limits, name)
    if not document.text:
        raise UnreadableDocument(_EMPTY)
    return document


def _document(content: bytes, limits: Limits, name: str) -> Document:
    draft = Draft(limits)
    reading = _Reading(draft, limits)
    if content.startswith(b"PK"):
        media_type, library = _XLSX, f"python-calamine {version('python-calamine')}"
        reading.workbook(content, _sheet_xlsx.scan(content, limits))
    elif content.startswith(MAGIC):
        media_type, library = _XLS, f"python-calamine {version('python-calamine')}"
        reading.workbook(content, _sheet_biff.scan(content, limits))
    else:
        media_type, library = _CSV, "csv 1"
        reading.texts(_sheet_csv.rows_of(content, limits), ())
    draft.notes += reading.notes()
    return draft.document(content, Identity(name, media_type, "sheet", library))


class _Reading:
    """One workbook on its way into the draft; counts what a person should know."""

    def __init__(self, draft: Draft, limits: Limits) -> None:
        self._draft = draft
        self._limits = limits
        self._tables = 0
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()

    def workbook(self, content: bytes, workbook: Workbook) -> None:
        """Put every sheet with text into the draft, in the order of their tabs."""
        opened = _open(content)
        for metadata, scan in zip(opened.sheets_metadata, workbook.scans, strict=False):
            if metadata.typ != SheetTypeEnum.WorkSheet:
                self._counts["chart"] += 1
                continue
            sheet = _sheet(opened, metadata)
            texts = self._printed(sheet, scan, since_1904=workbook.since_1904)
            if any(map(any, texts)):
                self._sheet(metadata, scan, texts, sheet)

    def texts(self, texts: list[list[str]], merges: Sequence[Merge]) -> None:
        """Put one sheet's paragraphs and tables into the draft."""
        grid = grid_of(texts, merges, self._limits)
        self._counts["under_merge"] += grid.unseen
        for piece in pieces(grid):
            if isinstance(piece, str):
                self._draft.paragraph(piece)
                continue
            if isinstance(piece, Plain):
                self._draft.plain_table(piece.rows)
            else:
                self._draft.table(piece)
            self._tables += 1

    def notes(self) -> Iterator[Note]:
        """Yield what was counted, and which table stands in which sheet."""
        for kind, message in _MESSAGES.items():
            if self._counts[kind]:
                yield Note(f"sheet.{kind}", "warning", message.format(self._counts[kind]))
        if len(self._names) > 1:
            more = "等" if len(self._names) > _SHOWN_NAMES else ""
            names = "、".join(self._names[:_SHOWN_NAMES]) + more
            message = f"共读入 {len(self._names)} 个工作表：{names}。"
            yield Note("sheet.names", "info", message)

    def _sheet(
        self, metadata: SheetMetadata, scan: Scan, texts: list[list[str]], sheet: CalamineSheet
    ) -> None:
        top, left = sheet.start or (0, 0)
        merges = [
            ((first[0] - top, first[1] - left), (last[0] - top, last[1] - left))
            for first, last in sheet.merged_cell_ranges or ()
        ]
        before = self._tables
        self.texts(texts, merges)
        self._names.append(_named(metadata.name, before + 1, self._tables))
        self._counts["hidden_sheet"] += metadata.visible != SheetVisibleEnum.Visible
        self._counts["hidden_cells"] += scan.hidden_rows + scan.hidden_columns

    def _printed(self, sheet: CalamineSheet, scan: Scan, *, since_1904: bool) -> list[list[str]]:
        """Return the sheet's cells as they are printed, from its first value on."""
        values = _values(sheet)
        start = sheet.start or (0, 0)
        size = (len(values), len(values[0]) if values else 0)
        for (row, column), code in _inside(scan.formats, start, size):
            value = values[row][column]
            if isinstance(value, str | bool):
                continue
            shown = printed(value, code, since_1904=since_1904)
            if shown is None:
                self._counts["format"] += 1
                continue
            values[row][column] = shown.strip()
            if not shown and value:
                self._counts["invisible"] += 1
        for (row, column), error in _inside(scan.errors, start, size):
            values[row][column] = error.strip() or "#N/A"
            self._counts["error_value"] += 1
        formulas = dict.fromkeys(scan.formulas, True)
        solved = sum(values[r][c] != "" for (r, c), _ in _inside(formulas, start, size))
        self._counts["formula"] += len(formulas) - solved
        return _texts(values)


def _inside(
    found: Mapping[Place, _Said], start: Place, size: Place
) -> Iterator[tuple[Place, _Said]]:
    """Yield what the scan found, placed as calamine's rows are, which begin at ``start``."""
    for (row, column), said in found.items():
        place = row - start[0], column - start[1]
        if 0 <= place[0] < size[0] and 0 <= place[1] < size[1]:
            yield place, said


def _open(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_object(BytesIO(content))
    except BaseException as error:
        _refuse(error)


def _sheet(workbook: CalamineWorkbook, metadata: SheetMetadata) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(metadata.name)
    except BaseException as error:
        _refuse(error)


def _values(sheet: CalamineSheet) -> list[list[Value]]:
    try:
        return sheet.to_python()
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # no room for one more of its strings
            raise LimitExceeded("表格里的文字太多，内存不够，请拆分文件后再处理。") from None
        _refuse(error)


def _refuse(error: BaseException) -> NoReturn:
    """Raise what a clerk can act on; on some damaged bytes calamine panics."""
    if isinstance(error, PasswordError):
        raise EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。") from None
    if isinstance(error, CalamineError | OSError | ValueError) or (
        type(error).__name__ == "PanicException"
    ):
        raise UnreadableDocument("文件已损坏或下载不完整，请重新获取原件。") from None
    raise error


def _texts(values: list[list[Value]]) -> list[list[str]]:
    """Return the texts of all cells; the marks that a sheet stores in a text are rare."""
    texts = "\n".join([value for row in values for value in row if type(value) is str])
    own = _text if "_x" in texts or "\r" in texts else str.strip
    return [
        [
            own(value)
            if type(value) is str
            else str(int(value))
            if type(value) is float and -_WHOLE < value < _WHOLE and value.is_integer()
            else plain(value)
            for value in row
        ]
        for row in values
    ]


def _text(value: Value) -> str:
    """Return a value without its format; a text without the marks that a sheet stores in it."""
    if not isinstance(value, str):
        return plain(value)
    if "_x" in value or "\r" in value:
        value = str(_ESCAPE.sub(_unescaped, value)).replace("\r\n", "\n").replace("\r", "\n")
    return value.strip()


def _unescaped(match: "regex.Match[str]") -> str:
    character = chr(int(match["code"], 16))
    return character if character.isprintable() or character in "\n\t" else ""


def _named(name: str, first: int, last: int) -> str:
    if last < first:
        return f"“{name}”"
    numbers = f"表格{first}" if first == last else f"表格{first}至{last}"
    return f"“{name}”（{numbers}）"
