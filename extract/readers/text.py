"""Plain text: the decoded file is the canonical text, so offsets are those of the file.

Tables that were dumped as text are found by their form alone: a cell a line, each opened by a tab,
the rows apart by a blank line; or a row a line, the cells apart by tabs.
"""

import codecs
import hashlib
import unicodedata
from collections import Counter

import regex

from extract.document import Block, Document, Note, Place, Span, Table
from extract.errors import LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.text import paragraphs

SUFFIXES = (".txt", ".text", ".md")
MEDIA_TYPES = ("text/plain",)
# Counts changes in how plain text is cut into paragraphs and tables; no library is involved.
_VERSION = "1"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SNIFFED_BYTES = 65_536
_MARKUP = regex.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<!--.{0,4000}?-->)*+<(?:!doctype\s+html|html|head|body|\?xml)\b",
    regex.IGNORECASE | regex.DOTALL,
)
_MAX_CONTROL_SHARE = 0.01
_MAX_IMPLAUSIBLE_SHARE = 0.05
# Random bytes that happen to decode as GB18030 are rare characters; real text is common ones.
# Traditional Chinese in GBK still has well over a third of its characters in GB 2312.
_MIN_COMMON_SHARE = 0.35
_LINE = regex.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_CELL_LINE = regex.compile(r"[ \u3000]*\t")
_MIN_TABS, _MOST_LINES = 2, 30  # columns less one; printed lines of one row
_HEADING_ROW = regex.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、]|合计|小计)[^\t\n。；]{0,30}$"
)
_Row = list[Span]


def sniff(content: bytes) -> bool:
    """Return whether the bytes are plain text (markup has its own readers)."""
    if content.startswith((b"%PDF-", b"PK\x03\x04")) or _MARKUP.match(content):
        return False
    head = content[:_SNIFFED_BYTES]
    return decode(head, final=len(head) == len(content)) is not None


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a plain text in UTF-8, UTF-16 with a byte order mark, or GB18030.

    A hard-wrapped text (``推进 3 所中小学、1 所⏎⏎幼儿园新改扩建``) gives whole paragraphs; a
    table dump (``⇥1⏎⇥基础教育扩容提质⏎…``) gives a ``Table``.

    Raises:
        UnreadableDocument: the bytes are no text in these encodings.
        LimitExceeded: more characters or cells than the limits allow.
    """
    text = decode(content)
    if text is None:
        raise UnreadableDocument(
            "内容不是可读的文本（或编码无法识别），请用记事本另存为 UTF-8 文本后重试。", name=name
        )
    if len(text) > limits.max_characters:
        raise LimitExceeded(
            f"文字超过 {limits.max_characters} 字的上限，请拆分文件后再处理。", name=name
        )
    blocks, tables, notes = _blocks(text, limits)
    return Document(
        text=text,
        blocks=tuple(blocks),
        tables=tuple(tables),
        name=name,
        media_type=MEDIA_TYPES[0],
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        reader="text",
        reader_version=_VERSION,
        notes=tuple(notes),
    )


def decode(content: bytes, *, final: bool = True) -> str | None:
    """Return the text, or ``None`` where no encoding gives a plausible one."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            text = _strictly(content[len(mark) :], encoding, final)
            return text if text is not None and _is_plausible(text) else None
    if b"\0" in content:
        return None
    text = _strictly(content, "utf-8", final)
    if text is not None:
        return text if _is_plausible(text) else None
    text = _strictly(content, "gb18030", final)
    return text if text is not None and _is_plausible(text) and _is_common(text) else None


def _strictly(content: bytes, encoding: str, final: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(content, final)
    except UnicodeDecodeError:
        return None


def _is_plausible(text: str) -> bool:
    """Return whether nearly all characters are ones that a text is made of."""
    controls = implausible = 0
    for character, count in Counter(text).items():
        category = unicodedata.category(character)
        if character == "\0":
            return False
        if category == "Cc" and character not in "\t\n\r\f\v":
            controls += count
        elif category in ("Co", "Cn", "Cs") or character == "\ufffd":
            implausible += count
    return (
        controls <= len(text) * _MAX_CONTROL_SHARE
        and implausible <= len(text) * _MAX_IMPLAUSIBLE_SHARE
    )


def _is_common(text: str) -> bool:
    wide = "".join(character for character in text if not character.isascii())
    known = len(wide.encode("gb2312", "ignore")) // 2
    return known >= len(wide) * _MIN_COMMON_SHARE


def _blocks(text: str, limits: Limits) -> tuple[list[Block], list[Table], list[Note]]:
    """Return paragraphs and cells in order; text between two tables is ordinary text."""
    blocks: list[Block] = []
    tables: list[Table] = []
    notes: list[Note] = []
    position = 0
    for span, rows in _tables(text):
        blocks += _paragraphs(text, position, span.start)
        table = _table(len(tables), rows)
        if table.rows * table.columns > limits.max_cells:
            raise LimitExceeded(f"表格超过 {limits.max_cells} 格的上限，请拆分文件后再处理。")
        if any(len(row) < table.columns for row in rows[:-1]):
            message = f"第{table.index + 1}个表格有的行缺格，已在行末补空格，请核对。"
            notes.append(Note("text.ragged_table", "warning", message, span))
        tables.append(table)
        blocks += table.cells
        position = span.end
    return blocks + _paragraphs(text, position, len(text)), tables, notes


def _paragraphs(text: str, start: int, end: int) -> list[Block]:
    spans = paragraphs(text[start:end])
    return [Block(Span(span.start + start, span.end + start)) for span in spans]


def _table(index: int, rows: list[_Row]) -> Table:
    """Return the grid; a short row is filled up at its end, never shifted."""
    columns = max(len(row) for row in rows)
    cells: list[Block] = []
    for number, row in enumerate(rows):
        end = row[-1].end
        padded = row + [Span(end, end)] * (columns - len(row))
        for column, span in enumerate(padded):
            cells.append(Block(span, Place(table=index, row=number, column=column)))
    return Table(index, len(rows), columns, tuple(cells))


def _tables(text: str) -> list[tuple[Span, list[_Row]]]:
    """Return every table dump with the stretch of text it takes."""
    found: list[tuple[Span, list[_Row]]] = []
    run: list[tuple[Span, _Row]] = []
    for lines in [*_chunks(text), []]:
        row = _cells_by_line(text, lines)
        if row:
            run.append((Span(lines[0].start, lines[-1].end), row))
            continue
        found += _dump(run)
        run = []
        found += _rows_by_line(text, lines)
    return found


def _chunks(text: str) -> list[list[Span]]:
    """Return the lines between blank lines; one that holds a tab is an empty cell, not blank."""
    chunks: list[list[Span]] = [[]]
    for match in _LINE.finditer(text):
        if match.group().strip(" \u3000\r\n\f\v\x1a"):
            chunks[-1].append(Span(*match.span()))
        elif chunks[-1]:
            chunks.append([])
    return [lines for lines in chunks if lines]


def _cells_by_line(text: str, lines: list[Span]) -> _Row:
    """Return the cells of a row printed a cell a line, or nothing if this is no such row."""
    if not lines or not _CELL_LINE.match(text, *lines[0]):
        return []
    cells: list[Span] = []
    for line in lines:
        opening = _CELL_LINE.match(text, *line)
        if text.count("\t", *line) > (1 if opening else 0):
            return []
        if opening:
            cells.append(Span(opening.end() - 1, line.end))
        else:
            cells[-1] = Span(cells[-1].start, line.end)
    return [_stripped(text, cell) for cell in cells] if len(cells) > 1 else []


def _dump(run: list[tuple[Span, _Row]]) -> list[tuple[Span, list[_Row]]]:
    """Return the run of rows as one table if nearly all have the same number of cells."""
    if len(run) < 2:
        return []
    rows = [row for _, row in run]
    (_, usual), *_ = Counter(len(row) for row in rows).most_common(1)
    if usual < (len(rows) - 1) * 0.8:
        return []
    return [(Span(run[0][0].start, run[-1][0].end), rows)]


def _rows_by_line(text: str, lines: list[Span]) -> list[tuple[Span, list[_Row]]]:
    """Return the tables printed a row a line: two lines or more, two tabs in each at least."""
    found: list[tuple[Span, list[_Row]]] = []
    lines = _whole_rows(text, lines)
    tabs = [text.count("\t", *line) for line in lines]
    start = 0
    while start < len(lines):
        end = _table_end(text, lines, tabs, start)
        if end - start >= 2:
            rows = [_cells_by_tab(text, line) for line in lines[start:end]]
            found.append((Span(lines[start].start, lines[end - 1].end), rows))
        start = max(end, start + 1)
    return found


def _table_end(text: str, lines: list[Span], tabs: list[int], start: int) -> int:
    """Return where the table that opens with a line ends.

    Rows have as many tabs as the first; inside the table one may lack its empty last cells, or be
    a heading over the whole width (``（一）经济发展``).
    """
    usual = tabs[start]
    if usual < _MIN_TABS:
        return start
    end = whole = start + 1
    while end < len(lines):
        is_short = 0 < tabs[end] < usual
        is_heading = tabs[end] == 0 and _HEADING_ROW.match(text, *lines[end])
        if tabs[end] == usual:
            whole = end + 1
        elif not (is_short or is_heading):
            break
        end += 1
    return whole


def _whole_rows(text: str, lines: list[Span]) -> list[Span]:
    """Return the lines, those of one row joined where a line break stands inside a cell.

    ``3⇥改善居住条件⇥市住建局⇥市财政局`` / ``市发改委⇥11月底前`` under a header of five columns.
    """
    tabs = [text.count("\t", *line) for line in lines]
    rows: list[Span] = []
    usual = at = 0
    while at < len(lines):
        last = _row_end(tabs, at, usual) if usual >= _MIN_TABS else at
        if last is None:  # between two whole rows: the last cell goes on
            rows[-1] = Span(rows[-1].start, lines[at].end)
            last = at
        else:
            rows.append(Span(lines[at].start, lines[last].end))
            usual = max(tabs[at], sum(tabs[at : last + 1])) or usual
        at = last + 1
    return rows


def _row_end(tabs: list[int], at: int, usual: int) -> int | None:
    """Return the line that completes the row begun at ``at``, ``None`` if it goes on with the last.

    A line that nothing completes stands for itself.
    """
    if tabs[at] == 0 and at + 1 < len(tabs) and tabs[at + 1] == usual:
        return None
    total = 0
    for last in range(at, min(at + _MOST_LINES, len(tabs))):
        total += tabs[last]
        if total == usual:
            return last
        if total > usual:
            break
    return at


def _cells_by_tab(text: str, line: Span) -> _Row:
    cells: list[Span] = []
    start = line.start
    while True:
        tab = text.find("\t", start, line.end)
        cells.append(_stripped(text, Span(start, tab if tab >= 0 else line.end)))
        if tab < 0:
            return cells
        start = tab + 1


def _stripped(text: str, span: Span) -> Span:
    """Return the span without white space at its ends; an empty cell stays at its tab."""
    inner = text[span.start : span.end]
    left = len(inner) - len(inner.lstrip())
    size = len(inner.strip())
    return (
        Span(span.start + left, span.start + left + size) if size else Span(span.start, span.start)
    )
