"""One document of an OFD file: its pages, page templates, resources, in the order of OFD.xml."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from extract.errors import LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers._ofd_parts import (
    ROOT,
    Parts,
    child,
    children,
    descendants,
    folder_of,
    name_of,
    text_of,
)
from extract.readers._ofd_space import Box, box_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_A4: Box = (0.0, 0.0, 210.0, 297.0)
_AREAS = ("PhysicalBox", "ApplicationBox", "ContentBox", "CropBox")


class Leaf(NamedTuple):
    """A page as its document lists it: its ID and its part, ``None`` where that is missing."""

    key: str
    path: str | None


@dataclass(slots=True)
class Book:
    """One DocBody: what its pages are made from."""

    parts: Parts
    path: str
    body: "Element"
    root: "Element"
    box: Box = _A4
    leaves: list[Leaf] = field(default_factory=list)
    templates: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    drawings: "dict[str, Element]" = field(default_factory=dict)

    def find(self, location: str, base: str) -> str | None:
        """Return the entry a part names: from its own folder, the document's, or the root."""
        return self.parts.find(location, folder_of(base), folder_of(self.path))


def books_of(parts: Parts, limits: Limits) -> list[Book]:
    """Return the documents of the file in order.

    Raises:
        UnreadableDocument: no ``OFD.xml``, or a document that it names is missing.
        LimitExceeded: more pages than the limits allow.
    """
    path = parts.find(ROOT)
    if path is None:
        raise UnreadableDocument("文件缺少 OFD.xml，已损坏或不是 OFD，请重新获取原件。")
    books = [_book(parts, path, body) for body in children(parts.tree(path), "DocBody")]
    if not books:
        raise UnreadableDocument("OFD.xml 里没有文档，文件不完整，请重新获取原件。")
    if sum(len(book.leaves) for book in books) > limits.max_pages:
        raise LimitExceeded(
            f"页数超过 {limits.max_pages} 页的上限，请拆分后再处理。", page=limits.max_pages + 1
        )
    return books


def area_of(element: "Element | None", default: Box) -> Box:
    """Return the page's area in millimetres: the first box stated that is one."""
    for name in _AREAS:
        box = box_of(text_of(child(element, name)))
        if box is not None and box[0] < box[2] and box[1] < box[3]:
            return box
    return default


def _book(parts: Parts, root_path: str, body: "Element") -> Book:
    location = text_of(child(body, "DocRoot"))
    path = parts.find(location, folder_of(root_path)) if location else None
    if path is None:
        raise UnreadableDocument(f"文件缺少 {location or 'DocRoot'}，不完整，请重新获取原件。")
    book = Book(parts, path, body, parts.tree(path))
    common = child(book.root, "CommonData")
    book.box = area_of(child(common, "PageArea"), _A4)
    for each in children(common, "TemplatePage"):
        found = book.find(each.get("BaseLoc", ""), path)
        if found is not None:
            book.templates.setdefault(each.get("ID", ""), found)
    for each in children(child(book.root, "Pages"), "Page"):
        book.leaves.append(Leaf(each.get("ID", ""), book.find(each.get("BaseLoc", ""), path)))
    for each in children(common, "PublicRes", "DocumentRes"):
        add_resources(book, text_of(each), path)
    return book


def add_resources(book: Book, location: str, base: str) -> None:
    """Take in one resource part; images and drawings that are missing stay unknown."""
    path = book.find(location, base)
    if path is None:
        return
    root = book.parts.tree(path)
    folder = root.get("BaseLoc", "")
    for each in _resources(root):
        key = each.get("ID", "")
        if name_of(each) == "CompositeGraphicUnit":
            book.drawings[key] = each
            continue
        name = text_of(child(each, "MediaFile"))
        found = book.find(f"{folder}/{name}" if folder else name, path) or book.find(name, path)
        if name and found is not None:
            book.media[key] = found


def _resources(root: "Element") -> "Iterator[Element]":
    yield from descendants(root, "MultiMedia")
    yield from descendants(root, "CompositeGraphicUnit")
