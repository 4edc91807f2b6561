"""What the content systems call the parts of a page: ``_html.toml``, read once.

``id="TRS_Editor"``, ``class="article-content"``, ``索 引 号：``, ``href="附件1.docx"``
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import regex

from extract.text import compact

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_FILE = "_html.toml"
_SPELLING = regex.compile(r"[-_\s]+|\d+$")


@dataclass(frozen=True, slots=True)
class Words:
    """The names of content and of noise, the metadata labels, the suffixes of attachments."""

    content: frozenset[str]
    noise: frozenset[str]
    strong: frozenset[str]
    labels: frozenset[str]
    document_number: frozenset[str]
    issued_on: frozenset[str]
    title: frozenset[str]
    attachments: tuple[str, ...]

    def label(self, text: str) -> str:
        """Return the metadata label a text is (``索 引 号：`` → 索引号), or nothing."""
        if len(text) > 24:
            return ""
        name = compact(text).strip("【】[]:：")
        return name if name in self.labels else ""


@cache
def words() -> Words:
    """Return the words of ``_html.toml``."""
    tables = tomllib.loads(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    metadata = tables["metadata"]
    strong = frozenset(metadata["strong"])
    return Words(
        content=frozenset(map(_spelled, tables["content"]["names"])),
        noise=frozenset(map(_spelled, tables["noise"]["names"])),
        strong=strong,
        labels=strong | frozenset(metadata["labels"]),
        document_number=frozenset(metadata["document_number"]),
        issued_on=frozenset(metadata["issued_on"]),
        title=frozenset(map(_spelled, tables["title"]["names"])),
        attachments=tuple(tables["attachments"]["suffixes"]),
    )


def names_of(element: "Element") -> set[str]:
    """Return the id and class words of an element: ``class="TRS_Editor con-1"`` → both."""
    if "id" not in element.attrib and "class" not in element.attrib:
        return set()
    given = f"{element.get('id', '')} {element.get('class', '')}"[:500]
    return {_spelled(name) for name in given.split()}


def _spelled(name: str) -> str:
    return str(_SPELLING.sub("", name.lower()))
