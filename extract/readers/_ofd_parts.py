"""The parts of an OFD container (GB/T 33190): found wherever producers put them, parsed with care.

Locations are absolute (``/Doc_0/Document.xml``), relative to the part that names them, or, outside
the standard, relative to the document's folder and in another case (``DOC_0`` for ``Doc_0``).
"""

import posixpath
from typing import TYPE_CHECKING

from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from extract.errors import EncryptedDocument, UnreadableDocument
from extract.limits import Limits
from extract.readers._package import Package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

ROOT = "OFD.xml"
_LOCK = "Encryptions.xml"  # GM/T 0099: the directory of encrypted parts
_FARTHEST = 1e6  # no position on a page is this far out, whatever the unit


class Parts:
    """The container's parts by location; remembers which of them were damaged."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._package = Package(content, limits)
        self.limits = limits
        self.mended: set[str] = set()
        if self._package.find(_LOCK):
            raise EncryptedDocument("OFD 文件已加密，请用阅读软件解密后另存，再重试。")

    def find(self, location: str, *folders: str) -> str | None:
        """Return the entry that ``location`` names, looked for from each folder, then the root."""
        asked = location.strip().replace("\\", "/")
        starts = ("",) if asked.startswith("/") else (*folders, "")
        for start in starts:
            path = posixpath.normpath(posixpath.join(start, asked.lstrip("/")))
            found = None if path.startswith("..") else self._package.find(path)
            if found is not None:
                return found
        return None

    def read(self, path: str) -> bytes:
        """Return the bytes of one part."""
        return self._package.read(path)

    def tree(self, path: str) -> "Element":
        """Return the root element of one XML part.

        Raises:
            UnreadableDocument: missing, not XML, or with a document type declaration (OFD has
                none; entities in it are how small files grow without bound).
        """
        content = self.read(path)
        try:
            root = fromstring(content, _parser(recover=False))
        except (XMLSyntaxError, ValueError):
            root = self._mended(content, path)
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableDocument(f"{path} 含有不允许的 DTD 声明，已拒绝读取，请核对文件来源。")
        return root

    def _mended(self, content: bytes, path: str) -> "Element":
        """Return what can be saved of a broken part; the reader says that it was broken."""
        root: Element | None = None
        try:
            root = fromstring(content, _parser(recover=True))
        except (XMLSyntaxError, ValueError):
            root = None
        if root is None:
            raise UnreadableDocument(f"文件中的 {path} 已损坏，请重新获取原件。")
        self.mended.add(path)
        return root


def folder_of(path: str) -> str:
    """Return the folder of a part: ``Doc_0/Document.xml`` → ``Doc_0``."""
    return posixpath.dirname(path)


def name_of(element: "Element") -> str:
    """Return the element's name without its namespace: producers use three, or do not bind it."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def children(element: "Element | None", *names: str) -> "Iterator[Element]":
    """Yield the children with one of these names."""
    if element is not None:
        yield from (each for each in element if name_of(each) in names)


def child(element: "Element | None", *path: str) -> "Element | None":
    """Return the first child, grandchild … along the path of names, or ``None``."""
    for name in path:
        element = next(children(element, name), None)
    return element


def descendants(element: "Element", name: str) -> "Iterator[Element]":
    """Yield every element of this name below."""
    return (each for each in element.iter() if name_of(each) == name)


def text_of(element: "Element | None") -> str:
    """Return the element's own text, without white space around it."""
    return (element.text or "").strip() if element is not None else ""


def numbers(text: str | None) -> list[float]:
    """Return the numbers of ``0 0 210 297``; none at all where one of them is none."""
    try:
        found = [float(each) for each in (text or "").replace(",", " ").split()]
    except ValueError:
        return []
    return found if all(abs(each) < _FARTHEST for each in found) else []


def number(text: str | None, default: float) -> float:
    """Return one number, or ``default`` where there is none."""
    found = numbers(text)
    return found[0] if len(found) == 1 else default


def _parser(*, recover: bool) -> XMLParser:
    return XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )
