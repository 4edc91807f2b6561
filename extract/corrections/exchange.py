"""Records out of the program and back: JSON Lines, XLSX, Label Studio."""

import json
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import NamedTuple

from extract.corrections import label_studio
from extract.corrections.model import Correction, Scalar, from_row
from extract.errors import LimitExceeded, UnreadableDocument
from extract.unseen import escaped
from extract.writers.xlsx import open_book

MAX_RECORDS = 100_000
MAX_BYTES = 100 * 1024 * 1024
_HEADINGS = {
    "id": "编号",
    "action": "做法",
    "notice_id": "通知",
    "target": "值的编号",
    "kind": "类别",
    "pointer": "JSON Pointer",
    "quote": "原文",
    "prefix": "前文",
    "suffix": "后文",
    "project": "项目",
    "old": "原值",
    "new": "新值",
    "author": "谁",
    "reason": "理由",
    "recorded_at": "时间",
}
_WIDTHS = {"quote": 24, "prefix": 40, "suffix": 40, "old": 24, "new": 24, "reason": 30}
_SHEET = "更正"


class Exchange(NamedTuple):
    """One form of exchange that holds records and nothing else."""

    suffix: str
    media_type: str
    write: Callable[[Sequence[Correction]], bytes]
    read: Callable[[bytes], list[Correction]]


def to_lines(records: Sequence[Correction]) -> bytes:
    """Return one JSON object a line."""
    lines = (escaped(json.dumps(one.row(), ensure_ascii=False)) + "\n" for one in records)
    return "".join(lines).encode()


def from_lines(content: bytes) -> list[Correction]:
    """Return the records of JSON Lines; an error names the line."""
    found: list[Correction] = []
    for number, line in enumerate(_bounded(content).decode("utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            message = f"第{number}行不是 JSON；请用 notice corrections export 写出的文件"
            raise UnreadableDocument(message) from error
        found.append(_record(row, number))
        _count(found)
    return found


def to_sheet(records: Sequence[Correction]) -> bytes:
    """Return a workbook with one record a row; a text is a text, nothing becomes a formula."""
    target = BytesIO()
    book = open_book(target)
    sheet = book.add_worksheet(_SHEET)
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    for column, (name, heading) in enumerate(_HEADINGS.items()):
        sheet.set_column(column, column, _WIDTHS.get(name, 14))
        sheet.write_string(0, column, heading, bold)
    for row, record in enumerate(records, 1):
        for column, value in enumerate(record.row().values()):
            if isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value)
            elif value is not None:
                sheet.write_string(row, column, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(records), 1), len(_HEADINGS) - 1)
    book.close()
    return target.getvalue()


def from_sheet(content: bytes) -> list[Correction]:
    """Return the records of the workbook; an empty cell is an empty value."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(_bounded(content)))
        rows = book.get_sheet_by_index(0).to_python(nrows=MAX_RECORDS + 2)
    except (CalamineError, OSError, ValueError) as error:
        message = "这个 XLSX 打不开；请用 notice corrections export 写出的文件"
        raise UnreadableDocument(message) from error
    columns = {heading: name for name, heading in _HEADINGS.items()}
    names = [columns.get(str(cell), "") for cell in rows[0]] if rows else []
    found: list[Correction] = []
    for number, cells in enumerate(rows[1:], 2):
        row = {name: _value(name, c) for name, c in zip(names, cells, strict=False) if name}
        if any(value not in (None, "") for value in row.values()):
            found.append(_record(row, number))
            _count(found)
    return found


LINES = Exchange(".jsonl", "application/jsonl", to_lines, from_lines)
SHEET = Exchange(
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    to_sheet,
    from_sheet,
)


def read(content: bytes, suffix: str) -> list[Correction]:
    """Return the records of a file by the suffix of its name: .jsonl, .xlsx, .json."""
    if suffix == label_studio.SUFFIX:
        try:
            found = label_studio.read(_bounded(content))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            message = "不是 Label Studio 的 JSON；请用它的“JSON”格式导出"
            raise UnreadableDocument(message) from error
        _count(found)
        return found
    for one in (LINES, SHEET):
        if one.suffix == suffix:
            return one.read(content)
    message = f"不认识 {suffix or '没有扩展名的文件'}；更正记录是 .jsonl、.xlsx 或 .json"
    raise UnreadableDocument(message)


def _value(name: str, cell: object) -> Scalar:
    if cell is None or cell == "":
        return None if name in ("old", "new", "project") else ""
    if isinstance(cell, bool | str):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else repr(cell)
    return str(cell)


def _record(row: object, number: int) -> Correction:
    if not isinstance(row, dict):
        message = f"第{number}行不是更正记录"
        raise UnreadableDocument(message)
    try:
        return from_row(row)
    except UnreadableDocument as error:
        error.message = f"第{number}行：{error.message}"
        raise


def _count(found: Sequence[Correction]) -> None:
    if len(found) > MAX_RECORDS:
        message = f"更正记录超过 {MAX_RECORDS} 条；请分批"
        raise LimitExceeded(message)


def _bounded(content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        message = f"文件超过 {MAX_BYTES} 字节；请分批"
        raise LimitExceeded(message)
    return content
