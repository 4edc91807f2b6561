"""The parts of a Word package by what they are for, and notes on those left out of the text."""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

import regex
from docx.oxml.ns import qn

from extract.document import Note
from extract.errors import UnreadableDocument
from extract.readers._docx_xml import ALTERNATE, DROPPED, alternative, parse
from extract.readers._package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DOCUMENT = "word/document.xml"
_RELATIONSHIPS = "_rels/.rels"
_SHOWN = 40
# 第 1 页 共 3 页, — 2 — : a page number without its fields
_PAGE_NUMBER = regex.compile(r"[第页共总计\s\p{P}\p{S}]*(?:\d{1,4}[第页共总计\s\p{P}\p{S}]*){0,2}")
_DIGIT = regex.compile(r"[\d一二三四五六七八九十百千万亿]")


class Parts:
    """A package whose parts are asked for by kind: ``styles``, ``numbering``, ``footnotes``."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = _main_part(package)
        self._paths: dict[str, list[str]] = {}
        folder, file = posixpath.split(self._main)
        listed = f"{folder}/_rels/{file}.rels".lstrip("/")
        for relation in parse(package.read(listed)) if listed in package else ():
            if relation.get("TargetMode") != "External":
                target = posixpath.join("/", folder, str(relation.get("Target")))
                kind = str(relation.get("Type")).rpartition("/")[2]
                path = posixpath.normpath(target).lstrip("/")
                self._paths.setdefault(kind, []).append(path)

    def body(self) -> "Element":
        """Return the document's body; raises ``UnreadableDocument`` where there is none."""
        root = parse(self._package.read(self._main))
        if not str(root.tag).endswith("}document"):
            raise UnreadableDocument(
                "文件里没有 Word 正文，可能已损坏，请用 Word 或 WPS 另存后重试。"
            )
        body = root.find(qn("w:body"))
        return root if body is None else body

    def every(self, kind: str) -> Iterator["Element"]:
        """Yield the parts of this kind; one that the relations do not name has its usual path."""
        for path in self._paths.get(kind, [f"word/{kind}.xml"]):
            if path in self._package:
                yield parse(self._package.read(path))

    def one(self, kind: str) -> "Element | None":
        """Return the first part of this kind."""
        return next(self.every(kind), None)

    def notes(self) -> Iterator[Note]:
        """Say what stands in headers, footers and comments, which are no part of the text."""
        for kind, name in (("header", "页眉"), ("footer", "页脚")):
            texts = {printed(part) for part in self.every(kind)}
            for text in sorted(t for t in texts if not _PAGE_NUMBER.fullmatch(t)):
                shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "……"
                message = f"{name}文字“{shown}”未计入正文，请核对。"
                yield Note(f"docx.{kind}", "warning" if _DIGIT.search(text) else "info", message)
        comments = sum(len(part.findall(qn("w:comment"))) for part in self.every("comments"))
        if comments:
            yield Note("docx.comments", "info", f"有 {comments} 条批注未计入正文。")


def printed(part: "Element") -> str:
    """Return the text of a header or footer without its fields (the page number)."""
    pieces: list[str] = []
    _collect(part, pieces, [0])
    return " ".join("".join(pieces).split())


def _collect(element: "Element", pieces: list[str], depth: list[int]) -> None:
    for child in element:
        tag = child.tag
        if tag == ALTERNATE:
            _collect(alternative(child), pieces, depth)
        elif tag == qn("w:fldChar"):
            kind = child.get(qn("w:fldCharType"))
            depth[0] += {"begin": 1, "end": -1}.get(str(kind), 0)
        elif tag == qn("w:t") and depth[0] <= 0:
            pieces.append(child.text or "")
        elif tag not in DROPPED and tag != qn("w:fldSimple") and isinstance(tag, str):
            _collect(child, pieces, depth)
            pieces.append(" " if tag == qn("w:p") else "")


def _main_part(package: Package) -> str:
    """Return the path of the document part; some programs name it ``word/document2.xml``."""
    if _DOCUMENT in package or _RELATIONSHIPS not in package:
        return _DOCUMENT
    for relation in parse(package.read(_RELATIONSHIPS)):
        if str(relation.get("Type")).endswith("/officeDocument"):
            return str(relation.get("Target")).lstrip("/")
    return _DOCUMENT
