"""WordprocessingML as lxml gives it: safe parsing, one namespace, the walk through wrappers."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from lxml.etree import XMLSyntaxError

from extract.errors import UnreadableDocument

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
P, TBL, TR, TC, R, VAL = (qn(n) for n in ("w:p", "w:tbl", "w:tr", "w:tc", "w:r", "w:val"))
ALTERNATE = MC + "AlternateContent"
_CHOICE, FALLBACK = MC + "Choice", MC + "Fallback"
# ISO 29500 strict writes the same names under other addresses.
_STRICT = {
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}": qn("w:p")[:-1],
    "{http://purl.oclc.org/ooxml/officeDocument/math}": MATH,
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}": qn("r:id")[:-2],
    "{http://purl.oclc.org/ooxml/drawingml/main}": qn("a:t")[:-1],
    "{http://purl.oclc.org/ooxml/drawingml/picture}": qn("pic:pic")[:-3],
    "{http://purl.oclc.org/ooxml/drawingml/chart}": qn("c:chart")[:-5],
}
_STRICT_MARK = "http://purl.oclc.org/ooxml/"
# What was taken away, or says how and not what.
DROPPED = {
    *map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:delInstrText", "w:rt")),
    *map(qn, ("w:pPr", "w:rPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sectPr")),
    *map(qn, ("w:sdtPr", "w:sdtEndPr")),
}
_MAX_NUMBER = 1000
_OFF = ("0", "false", "off")


def parse(content: bytes) -> "Element":
    """Parse one part; python-docx's parser resolves no entities and opens no address.

    Raises:
        UnreadableDocument: broken XML, or a DTD, which no Word file has.
    """
    try:
        root: Element = parse_xml(content)
    except (XMLSyntaxError, ValueError):
        raise UnreadableDocument("文件内容已损坏，请重新获取原件。") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument("文件内含 DTD 声明（Word 文件不应有），已拒绝，请核对文件来源。")
    if any(_STRICT_MARK in address for address in root.nsmap.values()):
        _loosen(root)
    return root


def flow(element: "Element", *wanted: str) -> Iterator["Element"]:
    """Yield the paragraphs and tables (or ``wanted``) inside, through wrappers such as w:sdt."""
    tags = wanted or (P, TBL)
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag == ALTERNATE:
            yield from flow(alternative(child), *tags)
        elif child.tag not in DROPPED and isinstance(child.tag, str):
            yield from flow(child, *tags)


def alternative(element: "Element") -> "Element":
    """Return the one branch that is shown of several: the first choice, else the fallback."""
    for tag in (_CHOICE, FALLBACK):
        branch = element.find(tag)
        if branch is not None:
            return branch
    return element


def find(element: "Element", *path: str) -> "Element | None":
    """Return the first element at the path of names: ``find(p, "w:pPr", "w:numPr")``."""
    found = element.find(_joined(path))
    return found


def value(element: "Element", *path: str) -> str | None:
    """Return the ``w:val`` at the path, ``None`` where there is none."""
    found = find(element, *path)
    return None if found is None else found.get(VAL)


def number(element: "Element", *path: str) -> int | None:
    """Return the whole number at the path, bounded; ``None`` where there is none."""
    digits = value(element, *path) or ""
    if not digits.isdecimal() or len(digits) > 9:
        return None
    return min(int(digits), _MAX_NUMBER)


def is_on(element: "Element", *path: str) -> bool | None:
    """Return the switch at the path (written without a value, it is on), ``None`` if absent."""
    found = find(element, *path)
    return None if found is None else found.get(VAL, "1") not in _OFF


@cache
def _joined(path: tuple[str, ...]) -> str:
    return "/".join(qn(name) for name in path)


def _loosen(root: "Element") -> None:
    """Rename the strict names to the usual ones, so that nothing else need know of them."""
    for element in root.iter("*"):
        element.tag = _loose(str(element.tag))
        for name in element.attrib:
            loose = _loose(str(name))
            if loose != name:
                element.set(loose, element.attrib.pop(name))


def _loose(name: str) -> str:
    address, mark, local = name.rpartition("}")
    return _STRICT.get(address + mark, address + mark) + local
