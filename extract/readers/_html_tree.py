"""The text of a page → a tree of what is shown: bounded, without scripts and hidden parts.

No address is opened and no entity expands: an HTML parser knows characters' names and no others.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import regex
from lxml import etree, html

from extract.errors import LimitExceeded, UnreadableDocument
from extract.limits import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Pictures written into the page as text are no text; nothing else is taken out before parsing.
_EMBEDDED = regex.compile(r"data:[\w.+/-]{1,80};base64,[A-Za-z0-9+/=%\s]*+", regex.IGNORECASE)
_MAX_CHARACTERS_FACTOR = 4  # markup around one printed character, on average, in a large page
_MAX_TAGS_FACTOR = 5  # tags for one cell
# libxml2 compares every attribute of a tag with all before it: their number must be bounded.
_MAX_ATTRIBUTES = 8_000  # and the white space between them, each one
_TAG = regex.compile(
    r"<[a-zA-Z][^\s/>]*+(?:[\s/]++|[^\s/>=][^\s/>=]*+(?:\s*+=\s*+"
    rf"(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?+|=){{0,{_MAX_ATTRIBUTES}}}+(?P<rest>[^>])?"
)
_NEVER_SHOWN = {
    "head", "script", "style", "noscript", "template", "select", "datalist", "button", "audio",
    "video", "canvas", "map", "rt", "rp", "xml",
}  # fmt: skip
_FRAMES = {"iframe", "frame", "object", "embed", "applet"}
# What is left of an element that was taken out: the text after it keeps its place.
GONE, FRAME = "gone", "gone-frame"
_STRUCK = {"del", "s", "strike"}
_HIDDEN = regex.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt)?\s*(?:;|$)|"
    r"text-decoration(?:-line)?\s*:[^;]*line-through)",
    regex.IGNORECASE,
)
_INVISIBLE = {
    code: None
    for codes in (
        (*range(0x00, 0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0)),  # control characters
        (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF),  # without width
        (*range(0x202A, 0x202F), *range(0x2066, 0x2070)),  # direction of writing
        (*range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF, *range(0xFDD0, 0xFDF0)),  # no characters
    )
    for code in codes
}
_TURNED = regex.compile("[\u202a-\u202e\u2066-\u2069]")


class Shown(NamedTuple):
    """The shown body, and what was taken out of it (characters, occurrences)."""

    body: "Element"
    titles: tuple[str, ...]
    hidden: int
    struck: int
    turned: int


def parse(text: str, limits: Limits) -> "Element":
    """Return the root of a page.

    Raises:
        LimitExceeded: too large, too many tags or attributes, or nested too deep.
        UnreadableDocument: no element in it.
    """
    text = _EMBEDDED.sub("", text).replace("\0", "")
    _check(text, limits)
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root: Element = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        raise UnreadableDocument("网页里没有内容，请用浏览器打开后重新保存。") from None
    for entry in parser.error_log:
        if entry.level_name == "FATAL":
            raise LimitExceeded("网页的标签嵌套过深，无法读取，请用浏览器打开后重新保存。")
    return root


def shown(root: "Element") -> Shown:
    """Return the body without what no reader of the page sees; its tails stay in place."""
    titles = tuple(_titles(root))
    body = root.find("body")
    body = root if body is None else body
    turned = sum(len(_TURNED.findall(text)) for text in texts_of(body))
    hidden = struck = 0
    for element in _taken(body):
        if _is_struck(element):
            struck += 1
        elif element.tag not in _NEVER_SHOWN:
            hidden += text_size(element)
        is_frame = element.tag in _FRAMES
        element.clear(keep_tail=True)  # type: ignore[call-arg]  # missing in the stubs
        element.tag = FRAME if is_frame else GONE
    return Shown(body, titles, hidden, struck, turned)


def clean(text: str) -> str:
    """Return the text without characters that have no shape (``2\u200b000`` is printed 2000)."""
    return text.translate(_INVISIBLE)


def texts_of(element: "Element") -> Iterator[str]:
    """Yield the texts in an element, in order."""
    for text in element.itertext():
        yield str(text)


def text_size(element: "Element") -> int:
    """Return how many characters, white space apart, an element holds."""
    return sum(len("".join(text.split())) for text in texts_of(element))


def style_of(element: "Element") -> str:
    """Return the element's own style declarations."""
    return str(element.get("style", ""))[:2000]


def _check(text: str, limits: Limits) -> None:
    if len(text) > limits.max_characters * _MAX_CHARACTERS_FACTOR:
        raise LimitExceeded("网页过大，超过可读取的上限，请只保存正文部分后再处理。")
    if text.count("<") > limits.max_cells * _MAX_TAGS_FACTOR:
        raise LimitExceeded("网页的标签过多，超过可读取的上限，请只保存正文部分后再处理。")
    if any(match.group("rest") for match in _TAG.finditer(text)):
        raise LimitExceeded("网页有标签的属性过多，无法读取，请用浏览器打开后重新保存。")


def _titles(root: "Element") -> Iterator[str]:
    """Yield the titles that the page states in its head: <title>, <meta name="ArticleTitle">."""
    for element in root.iter("title", "meta"):
        given = element.text or ""
        if element.tag == "meta":
            is_title = str(element.get("name", "")).lower() in ("articletitle", "title")
            given = str(element.get("content", "")) if is_title else ""
        if given.strip():
            yield clean(given.strip())


def _taken(body: "Element") -> list["Element"]:
    """Return the outermost elements that are not shown, or not part of the text."""
    found: list[Element] = []
    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        tag = element.tag
        if tag in _NEVER_SHOWN or tag in _STRUCK or tag in _FRAMES or _is_hidden(element):
            found.append(element)
            walk.skip_subtree()
    return found


def _is_hidden(element: "Element") -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(style_of(element)))


def _is_struck(element: "Element") -> bool:
    return element.tag in _STRUCK or "line-through" in style_of(element).lower()
