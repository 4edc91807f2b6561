"""Word documents (.docx): the body's paragraphs and tables in order, merged cells as merged.

What the reader of the printed page sees is kept: numbers that Word computes, insertions accepted,
deletions and field codes dropped, text boxes once, each after the paragraph it hangs on, footnotes
after the paragraph that cites them. Headers, footers, comments and hidden text stay out, with a
note.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from docx.oxml.ns import qn

from extract.document import Document, Note
from extract.limits import Limits
from extract.readers._docx_body import Body
from extract.readers._docx_notes import notes
from extract.readers._docx_numbering import Numbering, Styles
from extract.readers._docx_parts import Parts
from extract.readers._docx_tables import cells
from extract.readers._draft import Cell, Draft, Identity
from extract.readers._package import Package, entry_names

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SUFFIXES = (".docx",)
MEDIA_TYPES = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)

_CITED = ("footnotes", "endnotes")


class Contents(NamedTuple):
    """What a Word file says: paragraphs, tables as their cells, and what is left out."""

    blocks: list[str | list[Cell]]
    notes: list[Note]


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

    ``1. 实施优化教育资源供给工程。…`` is a paragraph, its number typed or computed;
    ``基础教育扩容提质`` over two rows is one cell with ``row_span`` 2.

    Raises:
        UnreadableDocument: a broken container, no ``word/document.xml``, broken XML.
        LimitExceeded: a container that unpacks to too much; too many characters or cells.
        EncryptedDocument: entries with a password.
    """
    found = contents(content, limits)
    draft = Draft(limits)
    for block in found.blocks:
        if isinstance(block, str):
            draft.paragraph(block)
        else:
            draft.table(block)
    draft.notes += found.notes
    return draft.document(content, Identity(name, MEDIA_TYPES[0], "docx", reader_version()))


def reader_version() -> str:
    """Return what reads the container: ``python-docx 1.2.0``."""
    return f"python-docx {version('python-docx')}"


def contents(content: bytes, limits: Limits, *, with_numbers: bool = True) -> Contents:
    """Return paragraphs and tables of a .docx in reading order; raises what ``read`` raises.

    ``with_numbers=False`` leaves out the numbers that Word computes: the bare stored text.
    """
    parts = Parts(Package(content, limits))
    styles = Styles.read(parts.one("styles"))
    numbering = Numbering(parts.one("numbering") if with_numbers else None, styles)
    body = Body(styles, numbering, {kind: _cited(parts, kind) for kind in _CITED})
    root = parts.body()
    body.check_fields(root)
    story = body.story(root)
    blocks = [each if isinstance(each, str) else cells(each, body) for each in story]
    body.counts["numbering"] += numbering.undefined + numbering.unknown
    is_empty = not any(isinstance(each, list) or each.strip() for each in blocks)
    return Contents(blocks, [*notes(body.counts, is_empty=is_empty), *parts.notes()])


def _cited(parts: Parts, kind: str) -> "dict[str, Element]":
    """Return the notes by their id; separators and such have no place in a text."""
    part = parts.one(kind)
    plain = (None, "normal")
    return {
        str(note.get(qn("w:id"))): note
        for note in (part if part is not None else ())
        if isinstance(note.tag, str) and note.get(qn("w:type")) in plain
    }
