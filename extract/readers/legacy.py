"""Old word-processor files (.doc, .wps, .rtf): converted by LibreOffice, checked against the file.

LibreOffice opens what Word 97 to 2003, WPS and RTF write and gives a .docx, which the reader of
.docx reads; so the numbers that Word computes are there. What the .doc itself stores is then
compared with it, because Debian's LibreOffice 7.4 loses some tables.
"""

from extract.document import Document, Note
from extract.errors import UnreadableDocument
from extract.limits import Limits
from extract.readers import _legacy_word as word
from extract.readers import docx
from extract.readers._draft import Draft, Identity
from extract.readers._legacy_compare import Blocks, compare
from extract.readers._legacy_office import to_docx, version_of
from extract.readers._legacy_ole import MAGIC, Compound, stream_names
from extract.readers._legacy_rtf import is_cut_off
from extract.readers._legacy_rtf import stored as stored_in_rtf

SUFFIXES = (".doc", ".rtf", ".wps")
MEDIA_TYPES = ("application/msword", "application/rtf", "application/vnd.ms-works")

_RTF = b"{\\rtf"
_MAIN = "WordDocument"


def sniff(content: bytes) -> bool:
    """Return whether the bytes are RTF, or a compound file that holds a Word document."""
    if content.startswith(_RTF):
        return True
    if not content.startswith(MAGIC):
        return False
    names = stream_names(content)
    if names is None:  # cut off: the name in the directory, or the stream itself, may be there
        return _MAIN.encode("utf-16-le") in content or _has_main_stream(content)
    return _MAIN in names


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a .doc, .wps or .rtf: the same ``Document`` that the notice saved as .docx gives.

    ``一、任务来源及计划要求`` is a paragraph whose number Word computes; the cells of a table carry
    their place in the logical grid.

    Raises:
        MissingComponent: LibreOffice is not installed; the message names the package.
        EncryptedDocument: the file asks for a password.
        UnreadableDocument: the file is damaged.
        LimitExceeded: conversion took too long, or the result is larger than the limits.
    """
    is_rtf = content.startswith(_RTF)
    stored, notes = _stored_rtf(content, limits) if is_rtf else _stored_doc(content)
    converted = to_docx(content, ".rtf" if is_rtf else ".doc", limits)
    found = docx.contents(converted, limits)
    blocks: Blocks = found.blocks
    if stored is not None:
        bare = docx.contents(converted, limits, with_numbers=False).blocks
        outcome = compare(blocks, bare, stored)
        blocks = outcome.blocks
        notes += outcome.notes
    draft = Draft(limits)
    for block in blocks:
        if isinstance(block, str):
            draft.paragraph(block)
        else:
            draft.table(block)
    draft.notes += [*notes, *found.notes]
    reader = f"{version_of(converted)}, {docx.reader_version()}"
    return draft.document(content, Identity(name, _media_type(is_rtf, name), "legacy", reader))


def _stored_doc(content: bytes) -> tuple[Blocks | None, list[Note]]:
    """Return what a .doc stores itself; where that cannot be read, a note that it was not compared.

    Raises ``EncryptedDocument`` before anything is converted.
    """
    compound = Compound(content)
    word.check(compound)
    if word.is_old(compound):
        return None, [_unchecked("Word 95 或更早的格式")]
    try:
        return word.stored(compound), []
    except UnreadableDocument:
        return None, [_unchecked("文件内部结构有误")]


def _stored_rtf(content: bytes, limits: Limits) -> tuple[Blocks | None, list[Note]]:
    if is_cut_off(content):
        raise UnreadableDocument("RTF 文件不完整，里面的图片或对象缺了一部分，请重新获取原件。")
    try:
        return stored_in_rtf(content, limits), []
    except UnreadableDocument:
        return None, [_unchecked("RTF 结构有误")]


def _unchecked(reason: str) -> Note:
    message = f"{reason}，无法核对转换是否丢失文字或表格，请对照原件核对。"
    return Note("legacy.unchecked", "warning", message)


def _has_main_stream(content: bytes) -> bool:
    """Return whether a sector opens as the main stream of a .doc does."""
    return any(content.startswith(word.OPENING, at) for at in range(512, len(content), 512))


def _media_type(is_rtf: bool, name: str) -> str:
    if is_rtf:
        return MEDIA_TYPES[1]
    return MEDIA_TYPES[2] if name.lower().endswith(".wps") else MEDIA_TYPES[0]
