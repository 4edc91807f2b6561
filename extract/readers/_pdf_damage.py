"""What the bytes of a PDF say of its health: streams that do not unpack, a missing end, bombs.

PDFium mends and goes on without a word; a content stream cut short loses its text silently.
"""

import zlib

import regex

from extract.errors import LimitExceeded
from extract.limits import Limits

_STREAM = regex.compile(rb"stream\r?\n")
_END = b"endstream"
_DICTIONARY_WITHIN = 2048
# What is no text: pictures, embedded fonts, colour profiles, attached files, metadata.
_NOT_TEXT = regex.compile(
    rb"/Image\b|/Length1\b|/FontFile|/Subtype\s*/(?:Type1C|CIDFontType0C|OpenType)\b"
    rb"|/Alternate\b|/EmbeddedFile\b|/FunctionType\b|/Metadata\b"
)
_PLAIN_FLATE = regex.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\s*(?:\]|/(?!Fl)|>>|\s)")
_ENCRYPTED = regex.compile(rb"/Encrypt\s+\d+\s+\d+\s+R|/Encrypt\s*<<")
_START = regex.compile(rb"startxref\s+(\d+)")
_TABLE = regex.compile(rb"\s*(?:xref|\d+\s+\d+\s+obj)")
_HEADER_WITHIN = 1024
_END_WITHIN = 4096
_STEP = 1 << 20


def is_damaged(content: bytes, limits: Limits) -> bool:
    """Return whether content may be lost: no end, no cross-reference table, a broken stream.

    Raises:
        LimitExceeded: its streams unpack to more than the limits allow.
    """
    if b"%%EOF" not in content[-_END_WITHIN:]:
        return True
    return not _has_table(content) or _has_broken_stream(content, limits)


def _has_table(content: bytes) -> bool:
    """Return whether the last ``startxref`` points at a table (counted from ``%PDF-`` or 0)."""
    found = _START.findall(content[-_END_WITHIN:])
    if not found:
        return False
    offset = int(found[-1])
    shift = max(content.find(b"%PDF-", 0, _HEADER_WITHIN), 0)
    return any(_TABLE.match(content, start) for start in (offset, offset + shift))


def _has_broken_stream(content: bytes, limits: Limits) -> bool:
    if _ENCRYPTED.search(content):
        return False  # unreadable without the key; PDFium has it
    room, position = limits.max_expanded_bytes, 0
    while (found := _STREAM.search(content, position)) is not None:
        if content[found.start() - 3 : found.start()] == b"end":
            position = found.end()
            continue
        end = content.find(_END, found.end())
        if end < 0:
            return True
        position = end + len(_END)
        opening = content.rfind(b" obj", max(0, found.start() - _DICTIONARY_WITHIN), found.start())
        dictionary = content[max(opening, 0) : found.start()]
        if _NOT_TEXT.search(dictionary) or not _PLAIN_FLATE.search(dictionary):
            continue
        unpacked = _unpacked_size(content[found.end() : end], room)
        if unpacked < 0:
            return True
        room -= unpacked
    return False


def _unpacked_size(packed: bytes, room: int) -> int:
    """Return how many bytes a stream unpacks to, -1 if it is broken."""
    machine, size, rest = zlib.decompressobj(), 0, packed
    try:
        while rest and not machine.eof:
            size += len(machine.decompress(rest, _STEP))
            rest = machine.unconsumed_tail
            if size > room:
                raise LimitExceeded("文件解压后过大，可能有问题，请用原程序重新导出后再试。")
    except zlib.error:
        return -1
    return size if machine.eof else -1
