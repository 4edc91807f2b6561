"""What an .xlsx says beside its values: number formats, errors, formulas, what is hidden.

Expat streams over each sheet once and keeps only what is asked for, so a large sheet costs no
tree; calamine reads the values afterwards.
"""

from collections.abc import Iterator, Mapping
from posixpath import join, normpath
from typing import TYPE_CHECKING
from xml.parsers import expat

import regex
from lxml import etree

from extract.errors import UnreadableDocument, UnsupportedFormat
from extract.limits import Limits
from extract.readers._package import Package, entry_names
from extract.readers._sheet_format import BUILT_IN, GENERAL
from extract.readers._sheet_scan import Place, Scan, Workbook, new_scan

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WORKBOOK = "xl/workbook.xml"
_RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_DAMAGED = "文件内容已损坏，请重新获取原件。"
_DTD = "文件内含 DTD 声明（表格文件不应有），已拒绝，请核对文件来源。"
_PLACE = regex.compile(r"(?P<letters>[A-Za-z]{1,3})(?P<row>[1-9]\d{0,6})")
_DIGITS = "0123456789"
# A sheet with formulas, hidden rows, a DTD or a comment has more to tell than its values.
_TELLING = (b"<f", b"hidden", b"<!")
_CELLS = regex.compile(rb"<c([^>]*)>")  # <cols> and <col …> too
# What stands in <c r="B7" s="3" t="s">, its digits taken out; t="e" is an error
_SHAPE = regex.compile(
    rb' r="(?P<letters>[A-Z]{1,3})"(?: (?:s=""|t="(?:n|s|str|b|inlineStr)"))*+ ?/?|ol(?:s| .*)'
)
_STYLED = regex.compile(rb' s="([0-9]++)"')
_ROWS = regex.compile(rb' r="[A-Z]++([1-9][0-9]{0,6})"')
_MOST_BYTES = 1 << 25  # of a sheet that is looked at as a whole
_NUMBERS = b"0123456789"
_TRUE = ("1", "true", "on")
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384
# calamine would make room for every row up to there, and abort for want of memory
_NO_SUCH_PLACE = "表格里有单元格的位置写得不对，文件可能已损坏，请用 Excel 或 WPS 另存后重试。"


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes are an Office package that holds a workbook."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    names = entry_names(content)
    if names is None:  # cut off: the names still stand before each entry
        return b"xl/worksheets/" in content or b"xl/workbook" in content
    return any(name.lstrip("/").lower().startswith("xl/") for name in names)


def scan(content: bytes, limits: Limits) -> Workbook:
    """Return the workbook's sheets, each scanned when calamine is about to read it.

    Raises:
        UnreadableDocument: a damaged container, broken XML, a DTD.
        UnsupportedFormat: a binary workbook (.xlsb).
        LimitExceeded: too large when unpacked, or values too far apart.
        EncryptedDocument: entries with a password.
    """
    package = Package(content, limits)
    names = entry_names(content) or ()
    if len({name.lower() for name in names}) < len(names):
        raise UnreadableDocument(_DAMAGED)  # two parts of one name: which one counts?
    if _WORKBOOK not in package:
        raise UnsupportedFormat("这种工作簿不能直接读取，请用 Excel 或 WPS 另存为 .xlsx 后重试。")
    root = _parse(package.read(_WORKBOOK))
    targets = _targets(package)
    paths = [_path(each, targets) for each in root.iterfind("{*}sheets/{*}sheet")]
    for name in names:  # an entry larger than it says fails its checksum here, before calamine
        if name.lower().endswith((".xml", ".rels")) and name not in paths:
            package.read(name.lstrip("/"))
    properties = root.find("{*}workbookPr")
    since_1904 = properties is not None and properties.get("date1904") in _TRUE
    return Workbook(_scans(package, paths, _formats(package), limits), since_1904)


def _scans(
    package: Package, paths: list[str], formats: Mapping[str, str], limits: Limits
) -> Iterator[Scan]:
    for path in paths:
        found = new_scan(limits)
        if path in package:
            xml = package.read(path)
            if _is_plain(xml, formats, limits):
                _check_well_formed(xml)
            else:
                _Sheet(found, formats).read(xml)
        yield found


def _is_plain(xml: bytes, formats: Mapping[str, str], limits: Limits) -> bool:
    """Return whether it is plain from the bytes that a sheet has nothing to tell beside its values.

    Only for the usual way of writing a sheet; any doubt, and the sheet is scanned cell by cell.
    """
    if len(xml) > _MOST_BYTES or any(mark in xml for mark in _TELLING):
        return False
    tags = b"\n".join(_CELLS.findall(xml))
    shapes = [_SHAPE.fullmatch(shape) for shape in {*tags.translate(None, _NUMBERS).split(b"\n")}]
    if not all(shapes) or not formats.keys().isdisjoint(_found(_STYLED, tags)):
        return False
    columns = {_column(shape["letters"].decode()) for shape in shapes if shape and shape["letters"]}
    rows = set(map(int, _found(_ROWS, tags)))
    if not columns or not rows or max(columns) >= _MAX_COLUMNS or max(rows) > _MAX_ROWS:
        return False
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) <= limits.max_cells


def _found(pattern: "regex.Pattern[bytes]", tags: bytes) -> set[str]:
    return {each.decode() for each in set(pattern.findall(tags))}


def _check_well_formed(xml: bytes) -> None:
    try:
        expat.ParserCreate().Parse(xml, True)
    except (expat.ExpatError, ValueError):
        raise UnreadableDocument(_DAMAGED) from None


class _Sheet:
    """One pass of expat over a sheet: ``<c r="E2" s="3"><v>0.4</v></c>``."""

    def __init__(self, found: Scan, formats: Mapping[str, str]) -> None:
        self._found = found
        self._formats = formats
        self._columns: dict[str, int] = {}
        self._row = self._column = -1
        self._row_text = ""
        self._measured = -1
        self._cell: Mapping[str, str] = {}
        self._prefix: str | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = _refuse_dtd

    def read(self, xml: bytes) -> None:
        """Fill the scan; a broken sheet raises ``UnreadableDocument``."""
        try:
            self._parser.Parse(xml, True)
        except (expat.ExpatError, ValueError):
            raise UnreadableDocument(_DAMAGED) from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._prefix:
            tag = tag.removeprefix(self._prefix)
        elif self._prefix is None:
            self._prefix = tag.rpartition(":")[0] + ":" if ":" in tag else ""
            tag = tag.removeprefix(self._prefix)
        if tag == "c":
            self._cell = attributes
            self._column += 1
        elif tag in ("v", "is"):
            self._value()
        elif tag == "f":
            if self._cell.get("t", "n") == "n":
                self._found.formulas.append(self._place())
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            self._found.hidden_columns += _width(attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        if number and not (number.isdecimal() and len(number) < 8 and int(number) <= _MAX_ROWS):
            raise UnreadableDocument(_NO_SUCH_PLACE)
        self._row = int(number) - 1 if number else self._row + 1
        self._row_text = number
        self._column = -1
        self._found.hidden_rows += attributes.get("hidden") in _TRUE

    def _place(self) -> Place:
        """Return where the cell stands: where it says, else after the one before it."""
        name = self._cell.get("r", "")
        letters = name.rstrip(_DIGITS)
        column = self._columns.get(letters)
        if column is None or name[len(letters) :] != self._row_text:
            place = _PLACE.fullmatch(name)
            if place is None and name:
                raise UnreadableDocument(_NO_SUCH_PLACE)
            if place is None:
                return self._row, self._column
            column = self._columns[letters] = _column(letters)
            if column >= _MAX_COLUMNS or int(place["row"]) > _MAX_ROWS:
                raise UnreadableDocument(_NO_SUCH_PLACE)
            self._row, self._row_text = int(place["row"]) - 1, place["row"]
            self._measured = -1
        self._column = column
        return self._row, column

    def _value(self) -> None:
        place = self._place()
        if self._measured != self._row or "r" not in self._cell:
            self._measured = self._row
            self._found.add(*place)
        kind = self._cell.get("t", "n")
        if kind == "e":
            self._found.errors[place] = ""
            self._parser.CharacterDataHandler = self._error
            self._parser.EndElementHandler = self._end
        elif kind in ("n", "d"):
            code = self._formats.get(self._cell.get("s", "0"))
            if code is not None:
                self._found.formats[place] = code

    def _error(self, text: str) -> None:
        self._found.errors[self._row, self._column] += text

    def _end(self, _: str) -> None:
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None


def _refuse_dtd(*_: object) -> None:
    raise UnreadableDocument(_DTD)


def _parse(content: bytes) -> "Element":
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnreadableDocument(_DAMAGED) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument(_DTD)
    return root


def _targets(package: Package) -> dict[str, str]:
    if _RELATIONSHIPS not in package:
        return {}
    relations = _parse(package.read(_RELATIONSHIPS))
    return {str(r.get("Id")): str(r.get("Target")) for r in relations.iterfind("{*}Relationship")}


def _path(sheet: "Element", targets: Mapping[str, str]) -> str:
    """Return the path of the sheet's part: ``worksheets/sheet1.xml`` stands below ``xl/``."""
    relation = next((str(v) for k, v in sheet.items() if str(k).endswith("}id")), "")
    return normpath(join("/xl", targets.get(relation, ""))).lstrip("/")


def _formats(package: Package) -> dict[str, str]:
    """Return the format codes by style, without the styles that print a value as it is."""
    if _STYLES not in package:
        return {}
    root = _parse(package.read(_STYLES))
    codes = {str(identifier): code for identifier, code in BUILT_IN.items()}
    for each in root.iterfind("{*}numFmts/{*}numFmt"):
        codes[each.get("numFmtId", "")] = each.get("formatCode", GENERAL)
    styles = root.iterfind("{*}cellXfs/{*}xf")
    found = ((str(i), codes.get(xf.get("numFmtId", "0"), GENERAL)) for i, xf in enumerate(styles))
    return {style: code for style, code in found if code not in (GENERAL, "@")}


def _column(letters: str) -> int:
    """Return the column of its letters: ``A`` → 0, ``XFD`` → 16383."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def _width(attributes: Mapping[str, str]) -> int:
    ends = [attributes.get(name, "1") for name in ("min", "max")]
    first, last = (int(end) if end.isdecimal() and len(end) < 6 else 1 for end in ends)
    return max(0, min(last, _MAX_COLUMNS) - first + 1)
