"""A government page → the addresses of its attachments, in their order, each once.

``<a href="./P020240201.xlsx">附件1：民生实事项目清单</a>`` is one; so is a file behind a script
address (``down.jsp?filename=…``), a PDF in a frame, and what is labelled 附件 whatever its address.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import regex

from extract.limits import DEFAULT_LIMITS, Limits
from extract.readers._html_bytes import decode
from extract.readers._html_tree import parse, texts_of
from extract.trackers._addresses import is_web, joined, names_in, plain, suffix_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_READ = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ofd", ".zip", ".wps", ".et", ".rtf")
_NOT_READ = (".rar", ".7z")  # found, fetched by no one, and said
_FILES = frozenset((*_READ, *_NOT_READ))
_VIEWERS = frozenset({".html", ".htm"})  # pdfjs/viewer.html?file=/upload/1.pdf
_ADDRESS_IN = {"a": "href", "area": "href", "iframe": "src", "embed": "src", "object": "data"}
_ASIDE = frozenset({"nav", "header", "footer", "aside"})
_NAMED = regex.compile(
    r"\.(?:" + "|".join(sorted(one[1:] for one in _FILES)) + r")(?![A-Za-z0-9.])", regex.IGNORECASE
)
_ATTACHMENT = regex.compile(r"附\s*件")
_LABEL = 200  # characters
_BY_SCRIPT = "这个附件由网页上的脚本打开，程序取不到；请用浏览器下载后单独入库"
_PACKED = "程序不能解开 RAR、7z；请用浏览器下载，解压后单独入库"


class Link(NamedTuple):
    """One attachment: its address and label, and why it cannot be got, if so."""

    url: str
    label: str
    fault: str = ""


def links(content: bytes, address: str, limits: Limits = DEFAULT_LIMITS) -> list[Link]:
    """Return the attachments that a page at an address links to.

    Raises:
        UnreadableDocument: the encoding cannot be told.
        LimitExceeded: the page has too many tags, or nests too deep.
    """
    page = decode(content)
    root = parse(page.text, limits)
    base = next((one.get("href") for one in root.iter("base") if one.get("href")), "")
    start = joined(address, str(base))
    found: dict[str, Link] = {}
    for element in root.iter(*_ADDRESS_IN):
        link = None if _is_aside(element) else _link(element, start, page.encoding)
        if link is not None and link.url != plain(address):
            found.setdefault(link.url, link)
    return list(found.values())


def _link(element: "Element", base: str, encoding: str) -> Link | None:
    written = str(element.get(_ADDRESS_IN[str(element.tag)]) or "").strip()
    label = " ".join(_label(element)).strip()[:_LABEL]
    is_said = bool(_NAMED.search(label)) or bool(_ATTACHMENT.match(label))
    if not written or written.startswith("#"):
        opens = is_said and element.get("onclick")
        return Link(f"{base}#{label}", label, _BY_SCRIPT) if opens else None
    url = joined(base, written, encoding)
    if not is_web(url):
        return Link(url, label, _BY_SCRIPT) if is_said else None
    named = next((suffix_of(one) for one in names_in(url) if suffix_of(one) in _FILES), "")
    if not named and not is_said:
        return None
    if named in _NOT_READ:
        return Link(url, label, _PACKED)
    return Link(_behind_viewer(url, encoding), label)


def _behind_viewer(url: str, encoding: str) -> str:
    """Return the address of the file that a viewer on the page shows, or the address itself."""
    parts = urlsplit(url)
    if suffix_of(parts.path) not in _VIEWERS:
        return url
    values = (value for _, value in parse_qsl(parts.query))
    shown = next((value for value in values if suffix_of(value) in _FILES), None)
    return url if shown is None else joined(url, shown, encoding)


def _label(element: "Element") -> Iterator[str]:
    yield "".join("".join(texts_of(element)).split())
    for name in ("title", "download"):
        yield str(element.get(name) or "").strip()


def _is_aside(element: "Element") -> bool:
    return any(str(one.tag) in _ASIDE for one in element.iterancestors())
