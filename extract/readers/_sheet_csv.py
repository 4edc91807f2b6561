"""Comma separated values: told from prose by its shape, since no bytes at its head say so."""

import csv
from collections import Counter
from io import StringIO

import regex

from extract.errors import LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers.text import decode
from extract.readers.text import sniff as is_text

_DELIMITERS = ",;\t"
# Tabs do not tell a .csv from plain text with a table in it, which has its own reader.
_TELLING = ",;"
_SNIFFED_BYTES = 65_536
_SNIFFED_CHARACTERS = 16_384
_STATED = regex.compile(r"sep=(?P<delimiter>[,;\t])\r?\n", regex.IGNORECASE)
_KEPT_AS_TEXT = regex.compile(r'="(?P<text>[^"]*)"')
# So many of the rows have as many fields as most have; prose with commas does not.
_MIN_ALIKE_SHARE = 0.6


def is_csv(content: bytes) -> bool:
    """Return whether the bytes are text whose rows have the same number of fields.

    ``序号,项目名称,投资（万元）`` over ``1,道路改造,1736``. Fields set apart by tabs say nothing:
    plain text has tables of that form too.
    """
    if not is_text(content):
        return False
    head = content[:_SNIFFED_BYTES]
    text = decode(head, final=len(head) == len(content))
    return text is not None and _delimiter(text[:_SNIFFED_CHARACTERS], _TELLING) is not None


def rows_of(content: bytes, limits: Limits) -> list[list[str]]:
    """Return the fields of every row.

    Raises:
        UnreadableDocument: no text in UTF-8, UTF-16 with a byte order mark or GB18030; a quotation
            mark that is never closed over too long a text.
        LimitExceeded: more fields or characters than the limits allow.
    """
    text = decode(content)
    if text is None:
        raise UnreadableDocument("内容不是可读的文本（或编码无法识别），请另存为 UTF-8 后重试。")
    if len(text) > limits.max_characters:
        raise LimitExceeded(f"文字超过 {limits.max_characters} 字的上限，请拆分文件后再处理。")
    delimiter = _delimiter(text[:_SNIFFED_CHARACTERS], _DELIMITERS) or ","
    stated = _STATED.match(text)
    text = text[stated.end() :] if stated else text
    rows: list[list[str]] = []
    count = 0
    csv.field_size_limit(limits.max_characters)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            count += len(row)
            if count > limits.max_cells:
                raise LimitExceeded(f"表格超过 {limits.max_cells} 格的上限，请拆分文件后再处理。")
            rows.append([_KEPT_AS_TEXT.sub(r"\g<text>", field.strip()) for field in row])
    except csv.Error:
        raise UnreadableDocument("逗号分隔文件的引号不成对或内容已损坏，请另存后重试。") from None
    width = max(map(len, rows), default=0)
    if width * len(rows) > limits.max_cells:
        raise LimitExceeded(f"表格超过 {limits.max_cells} 格的上限，请拆分文件后再处理。")
    return [row + [""] * (width - len(row)) for row in rows]


def _delimiter(head: str, delimiters: str) -> str | None:
    """Return the delimiter that gives most rows the same number of fields, or nothing."""
    stated = _STATED.match(head)
    if stated is not None:
        return str(stated["delimiter"])
    scores = {delimiter: _likeness(head, delimiter) for delimiter in delimiters}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else None


def _likeness(head: str, delimiter: str) -> int:
    """Return the number of fields in rows that are alike; 0 for what is no table."""
    if delimiter not in head:
        return 0
    try:
        rows = [row for row in csv.reader(StringIO(head, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0
    counts = Counter(len(row) for row in rows)
    (fields, alike), *_ = counts.most_common(1)
    if fields < 2 or alike < 2 + (fields == 2) or alike < len(rows) * _MIN_ALIKE_SHARE:
        return 0
    return fields * alike
