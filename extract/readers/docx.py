"""Word documents (.docx): the body's paragraphs and tables in order, merged cells as merged.

What the reader of the printed page sees is kept: insertions accepted, deletions and field codes
dropped, text boxes once. Headers, footers and notes are out of the flow.
"""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from lxml.etree import XMLSyntaxError

from extract.document import Document, Note
from extract.errors import UnreadableDocument
from extract.limits import Limits
from extract.readers._draft import Cell, Draft, Identity
from extract.readers._package import Package, entry_names

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SUFFIXES = (".docx",)
MEDIA_TYPES = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)

_DOCUMENT = "word/document.xml"
_RELATIONSHIPS = "_rels/.rels"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ALTERNATE, _CHOICE, _FALLBACK = (_MC + n for n in ("AlternateContent", "Choice", "Fallback"))
_P, _TBL, _TR, _TC, _R = (qn(n) for n in ("w:p", "w:tbl", "w:tr", "w:tc", "w:r"))
_VAL = qn("w:val")
_MAX_SPAN = 1000
# What was taken away, or says how and not what.
_DROPPED = {
    *map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:delInstrText", "w:rt")),
    *map(qn, ("w:pPr", "w:rPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sectPr")),
    *map(qn, ("w:sdtPr", "w:sdtEndPr", "w:footnoteReference", "w:endnoteReference")),
}
_LITERAL = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}


def sniff(content: bytes) -> bool:
    """Return whether the bytes are an Office package that holds a Word document."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    names = entry_names(content)
    if names is None:  # cut off: the names still stand before each entry
        return b"word/" in content or b"[Content_Types].xml" in content
    return any(name.lstrip("/").startswith("word/") for name in names)


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a .docx: a ``Document`` whose cells carry their place in the logical grid.

    ``1. 实施优化教育资源供给工程。…`` is a paragraph; ``基础教育扩容提质`` over two rows is one
    cell with ``row_span`` 2.

    Raises:
        UnreadableDocument: a broken container, no ``word/document.xml``, broken XML.
        LimitExceeded: a container that unpacks to too much; too many characters or cells.
        EncryptedDocument: entries with a password.
    """
    package = Package(content, limits)
    body = _parse(package.read(_main_part(package)))
    draft = Draft(limits)
    _Body(draft, _numbered_styles(package)).read(body)
    identity = Identity(name, MEDIA_TYPES[0], "docx", f"python-docx {version('python-docx')}")
    return draft.document(content, identity)


class _Body:
    """One walk over the body; fields and deleted paragraph marks reach over paragraphs."""

    def __init__(self, draft: Draft, numbered_styles: frozenset[str]) -> None:
        self._draft = draft
        self._numbered_styles = numbered_styles
        self._in_code: list[bool] = []  # one entry per open field: are we in its instruction?
        self._boxes: list[str] = []
        self._counts = {"numbering": 0, "nested_table": 0, "symbol": 0}

    def read(self, body: "Element") -> None:
        """Put every paragraph and table of the body into the draft."""
        kept = ""
        for element in _flow(body):
            if element.tag == _TBL:
                self._draft.paragraph(kept)
                kept = ""
                self._draft.table(list(self._cells(element)))
                continue
            kept += self._text(element)
            if _find(element, "w:pPr", "w:rPr", "w:del") is not None:
                continue  # its mark was deleted: the next paragraph goes on from here
            self._draft.paragraph(kept)
            kept = ""
            self._place_boxes()
        self._draft.paragraph(kept)
        self._place_boxes()
        self._draft.notes += self._notes()

    def _place_boxes(self) -> None:
        for text in self._boxes:
            self._draft.paragraph(text)
        self._boxes = []

    def _text(self, paragraph: "Element") -> str:
        """Return the printed text of one paragraph; its text boxes are kept for after it."""
        text = "".join(self._inline(paragraph))
        if text.strip() and self._is_numbered(paragraph):
            self._counts["numbering"] += 1
        return text

    def _inline(self, element: "Element") -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in _DROPPED or not isinstance(tag, str) or (tag == _R and _is_hidden(child)):
                continue
            if tag == qn("w:fldChar"):
                self._field(child.get(qn("w:fldCharType")))
            elif tag == qn("w:txbxContent"):
                self._boxes += [self._text(p) for p in _flow(child) if p.tag == _P]
            elif tag == _ALTERNATE:
                yield from self._inline(_alternative(child))
            elif not any(self._in_code):
                yield from self._character(child)
            elif len(child):
                yield from self._inline(child)

    def _character(self, element: "Element") -> Iterator[str]:
        tag = element.tag
        if tag in (qn("w:t"), _MATH + "t"):
            yield element.text or ""
        elif tag in _LITERAL:
            yield _LITERAL[tag]
        elif tag == qn("w:br"):
            yield "\n" if element.get(qn("w:type"), "textWrapping") == "textWrapping" else ""
        elif tag == qn("w:sym"):
            yield self._symbol(element.get(qn("w:char"), ""))
        else:
            yield from self._inline(element)

    def _symbol(self, code: str) -> str:
        """Return a symbol that has a character; one of a symbol font's own is only noted."""
        try:
            character = chr(int(code, 16))
        except (ValueError, OverflowError):
            return ""
        if "\ue000" <= character <= "\uf8ff":
            self._counts["symbol"] += 1
            return ""
        return character if character.isprintable() else ""

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._in_code.append(True)
        elif kind == "separate" and self._in_code:
            self._in_code[-1] = False
        elif kind == "end" and self._in_code:
            self._in_code.pop()

    def _cells(self, table: "Element") -> Iterator[Cell]:
        """Return each printed cell once: a continuation of a merge only lengthens the one above."""
        cells: list[Cell] = []
        above: dict[
            int, int
        ] = {}  # first column → position in ``cells`` of the cell that ends there
        rows = [row for row in _flow(table, _TR) if _find(row, "w:trPr", "w:del") is None]
        for number, row in enumerate(rows):
            column = _number(row, "w:trPr", "w:gridBefore", default=0)
            current: dict[int, int] = {}
            for element in _flow(row, _TC):
                span = max(1, _number(element, "w:tcPr", "w:gridSpan", default=1))
                if _is_continued(element) and column in above:
                    upper = cells[above[column]]
                    cells[above[column]] = upper._replace(row_span=number - upper.row + 1)
                    current[column] = above[column]
                elif cells and current and _merge(element, "w:hMerge") == "continue":
                    left = cells[-1]
                    cells[-1] = left._replace(column_span=left.column_span + span)
                else:
                    current[column] = len(cells)
                    cells.append(Cell(number, column, 1, span, self._cell_text(element)))
                column += span
            above = current
        return iter(cells)

    def _cell_text(self, cell: "Element") -> str:
        """Return the lines of a cell; a table inside it gives its cells' lines, in order."""
        lines: list[str] = []
        for element in _flow(cell):
            if element.tag == _TBL:
                self._counts["nested_table"] += 1
                lines += [inner.text for inner in self._cells(element)]
            else:
                lines.append(self._text(element))
                lines += self._boxes
                self._boxes = []
        return "\n".join(line.strip() for line in lines if line.strip())

    def _is_numbered(self, paragraph: "Element") -> bool:
        number = _find(paragraph, "w:pPr", "w:numPr", "w:numId")
        if number is not None:
            return number.get(_VAL) != "0"
        style = _find(paragraph, "w:pPr", "w:pStyle")
        return style is not None and style.get(_VAL) in self._numbered_styles

    def _notes(self) -> Iterator[Note]:
        messages = {
            "numbering": "文中有 {} 段使用 Word 自动编号，编号未写入文本，请核对项目序号。",
            "nested_table": "有 {} 个表格嵌套在单元格内，其文字已并入外层单元格，请核对。",
            "symbol": "有 {} 个符号字体的字符没有对应文字，未写入文本。",
        }
        for code, count in self._counts.items():
            if count:
                yield Note(f"docx.{code}", "warning", messages[code].format(count))


def _main_part(package: Package) -> str:
    """Return the path of the document part; some programs name it ``word/document2.xml``."""
    if _DOCUMENT in package or _RELATIONSHIPS not in package:
        return _DOCUMENT
    for relation in _parse(package.read(_RELATIONSHIPS)):
        if str(relation.get("Type")).endswith("/officeDocument"):
            return str(relation.get("Target")).lstrip("/")
    return _DOCUMENT


def _parse(content: bytes) -> "Element":
    """Parse one part; python-docx's parser resolves no entities and opens no address."""
    try:
        root: Element = parse_xml(content)
    except (XMLSyntaxError, ValueError):
        raise UnreadableDocument("文件内容已损坏，请重新获取原件。") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument("文件内含 DTD 声明（Word 文件不应有），已拒绝，请核对文件来源。")
    body = root.find(qn("w:body"))
    return root if body is None else body


def _numbered_styles(package: Package) -> frozenset[str]:
    """Return the paragraph styles that number by themselves."""
    if "word/styles.xml" not in package:
        return frozenset()
    styles = _parse(package.read("word/styles.xml")).iterfind(qn("w:style"))
    return frozenset(
        str(style.get(qn("w:styleId")))
        for style in styles
        if _find(style, "w:pPr", "w:numPr", "w:numId") is not None
    )


def _flow(element: "Element", *wanted: str) -> Iterator["Element"]:
    """Yield the paragraphs and tables (or ``wanted``) inside, through wrappers such as w:sdt."""
    tags = wanted or (_P, _TBL)
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag == _ALTERNATE:
            yield from _flow(_alternative(child), *tags)
        elif child.tag not in _DROPPED and isinstance(child.tag, str):
            yield from _flow(child, *tags)


def _alternative(element: "Element") -> "Element":
    """Return the one branch that is shown of several: the first choice, else the fallback."""
    for tag in (_CHOICE, _FALLBACK):
        branch = element.find(tag)
        if branch is not None:
            return branch
    return element


def _find(element: "Element", *path: str) -> "Element | None":
    found = element.find("/".join(_names(path)))
    return found


@cache
def _names(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(qn(name) for name in path)


def _number(element: "Element", *path: str, default: int) -> int:
    found = _find(element, *path)
    digits = found.get(_VAL, "") if found is not None else ""
    return min(int(digits), _MAX_SPAN) if digits.isdecimal() and len(digits) < 10 else default


def _merge(cell: "Element", kind: str) -> str | None:
    """Return ``restart`` or ``continue`` (which is what an empty mark means), or ``None``."""
    mark = _find(cell, "w:tcPr", kind)
    return None if mark is None else str(mark.get(_VAL, "continue"))


def _is_continued(cell: "Element") -> bool:
    return _merge(cell, "w:vMerge") == "continue"


def _is_hidden(run: "Element") -> bool:
    mark = _find(run, "w:rPr", "w:vanish")
    return mark is not None and mark.get(_VAL, "1") not in ("0", "false", "off")
