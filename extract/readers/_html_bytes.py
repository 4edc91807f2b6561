"""Bytes → the text of a page: the encoding that the bytes are in, whatever the page claims.

``<meta charset="utf-8">`` over GB18030 bytes is common on old government sites, and the reverse is
too; a strict decoder and the share of everyday characters tell them apart.
"""

import codecs
from typing import NamedTuple

import regex

from extract.errors import UnreadableDocument

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CLAIM_WITHIN = 8192
_CLAIM = regex.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})",
    regex.IGNORECASE,
)
_SNIFFED = 65_536
# Comments and a declaration may stand before the first tag; so may nothing else.
_LEADING = r"(?:\s|\x00|<!--.{0,4000}?-->|<\?xml[^>]{0,200}\?>)*+"
_START = regex.compile(
    rf"{_LEADING}<(?:!doctype\s+html|(?:html|head|body|meta|title|link|script|style|base|div|p|table|"
    r"tbody|tr|td|span|font|center|section|article|main|form|ul|ol|h[1-6]|br|a|img|b|strong|"
    r"iframe)(?=[\s/>]))",
    regex.IGNORECASE | regex.DOTALL,
)
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030"}
_ALIASES |= {"big5": "big5hkscs", "big5-hkscs": "big5hkscs", "utf8": "utf-8", "utf-8": "utf-8"}
_MAX_REPLACED_SHARE = 0.02
_MIN_COMMON_SHARE, _EVERYDAY_SHARE = 0.35, 0.8
_REPLACEMENT = "\ufffd"


class Page(NamedTuple):
    """The text of a page, its encoding, and how many bytes had no character in it."""

    text: str
    encoding: str
    replaced: int


def starts_as_html(content: bytes) -> bool:
    """Return whether a page or a piece of one begins here: the first thing printed is a tag.

    ``<!DOCTYPE html>…``, ``<table border=1>…`` are; ``网页里的 <html> 标签`` is not.
    """
    head = content[:_SNIFFED]
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return bool(_START.match(head[len(mark) :].decode(encoding, "replace")))
    wide = _wide(head)
    return bool(_START.match(head.decode(wide or "latin-1", "replace")))


def decode(content: bytes, charset: str = "") -> Page:
    """Return the text of a page; ``charset`` is what the file around it says, if any.

    A page with single damaged bytes is still read, with ``replaced`` of them.

    Raises:
        UnreadableDocument: no encoding gives a readable text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _read(content[len(mark) :], (encoding,))
    wide = _wide(content)
    if wide:
        return _read(content, (wide,))
    claim = _ALIASES.get((charset or _claimed(content)).lower(), "")
    ordered = sorted(_CANDIDATES, key=lambda each: each != claim)
    strict = {each: text for each in ordered if (text := _strictly(content, each)) is not None}
    if not strict:
        return _read(content, ordered)
    ranks = {each: _rank(text, each) for each, text in strict.items()}
    best = max(ranks, key=lambda each: (ranks[each], -ordered.index(each)))
    if ranks[best] < 0:
        raise _unreadable()
    return Page(strict[best], best, 0)


def _read(content: bytes, encodings: "tuple[str, ...] | list[str]") -> Page:
    """Return the text of the encoding that loses least."""
    pages = []
    for encoding in encodings:
        text = content.decode(encoding, "replace")
        pages.append(Page(text, encoding, text.count(_REPLACEMENT)))
    best = min(pages, key=lambda page: page.replaced)
    printed = sum(1 for character in best.text if not character.isascii())
    if best.replaced > max(3, printed * _MAX_REPLACED_SHARE):
        raise _unreadable()
    return best


def _unreadable() -> UnreadableDocument:
    return UnreadableDocument(
        "网页的编码无法识别或内容已损坏，请用浏览器打开后另存为 UTF-8 网页再试。"
    )


def _claimed(content: bytes) -> str:
    match = _CLAIM.search(content[:_CLAIM_WITHIN])
    return match.group(1).decode("ascii", "ignore") if match else ""


def _wide(content: bytes) -> str:
    """Return UTF-16 where a page without a mark is in it."""
    head = content[:64].lstrip(b" \r\n\t")
    if head.startswith(b"<\0"):
        return "utf-16-le"
    return "utf-16-be" if head.startswith(b"\0<") else ""


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _rank(text: str, encoding: str) -> int:
    """Return 2 for a text of everyday characters, 1 for UTF-8, which few other bytes are.

    0 is a text that may be one (traditional characters in GB18030), -1 one that is not.
    """
    wide = "".join(character for character in text[:500_000] if not character.isascii())
    if not wide:
        return 2
    if encoding == "big5hkscs":
        known = sum(1 for each in wide if _is_everyday_big5(each))
    else:
        known = len(wide.encode("gb2312", "ignore")) // 2
    is_common = known >= len(wide) * _MIN_COMMON_SHARE
    if encoding == "utf-8":
        return 2 if is_common else 1
    if known >= len(wide) * _EVERYDAY_SHARE:
        return 2
    return 0 if is_common else -1


def _is_everyday_big5(character: str) -> bool:
    code = character.encode("big5", "ignore")
    return b"\xa1\x40" <= code <= b"\xc6\x7e"
