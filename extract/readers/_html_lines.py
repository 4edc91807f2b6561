"""The white space and the lines of a page, as a browser shows them.

A run of white space is one space, and none where a line of the source ends between two Chinese
characters; <br> is a line, and a paragraph where the next line looks like one.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import regex
from lxml import etree

from extract.readers import _html_meta
from extract.readers._html_tree import clean
from extract.text import MARKER

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main",
    "marquee", "menu", "nav", "ol", "p", "pre", "section", "summary", "svg", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
SHIFTED = {"sup": _RAISED, "sub": _LOWERED}
SHIFTABLE = regex.compile(r"\s*[-+]?[0-9]{1,3}\s*")
_WHITE = regex.compile(r"[ \t\n\r\f]+")
_BREAK = "\x1f"  # a line of the source ended here; no text holds this character
_SOFT = regex.compile(rf"[ {_BREAK}]+")
_AROUND_LINE = regex.compile(rf"[ {_BREAK}]*\n[ {_BREAK}]*")
_INDENTED = regex.compile(r"[\u3000\u2003]|[\u00a0\u2002]{2}")
_WIDE = "\u2e80"
# 【字体：大 中 小】【打印】【关闭】 : what a page offers, not what it says
_OFFER = regex.compile(
    r"(?=.*(?:字体|字号|打印|关闭|返回顶部))(?:字体|字号|打印|关闭|返回顶部|收藏|分享到?|纠错|我要|本页|本文|"
    r"窗口|大|中|小|[|\s:：【】\[\]()（）])+"
)
# 发布时间：2024-01-18 来源：市政府办公室 浏览次数：1234次
_VISITS = regex.compile(
    r"(?:(?=.*(?:发布|更新|来源|作者|编辑|字号|字体|时间|日期))[^。；]{0,100})?"
    r"(?:浏览|阅读|点击|访问)(?:次数|量|数)[:：]\s*[\d,\s]*次?[^。；]{0,60}"
)


def is_offer(paragraph: str) -> bool:
    """Return whether a line is the page's own: what it offers, how often it was read."""
    return bool(_OFFER.fullmatch(paragraph) or _VISITS.fullmatch(paragraph))


def source_text(text: str) -> str:
    """Return a text of the source: line ends marked, other white space as spaces."""
    return str(_WHITE.sub(lambda run: _BREAK if "\n" in run.group() else " ", text))


def shown_text(text: str) -> str:
    """Return the text as it is shown: ``中小学⏎  、1 所`` → ``中小学、1 所``."""
    text = _AROUND_LINE.sub("\n", text)

    def join(run: "regex.Match[str]") -> str:
        start, end = run.span()
        if _BREAK not in run.group() or not 0 < start <= end < len(text):
            return " "
        return "" if text[start - 1] >= _WIDE and text[end] >= _WIDE else " "

    return str(_SOFT.sub(join, text))


def paragraphs_of(text: str) -> Iterator[str]:
    """Yield the paragraphs of lines parted by <br>: a blank line, an indent or a marker opens one.

    ``…的工作。<br>　　二、加强领导`` is two, ``淄博市人民政府办公室<br>关于公布…的通知`` one.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        inner = line.strip()
        opens = not inner or _INDENTED.match(line) or MARKER.match(inner)
        if opens and lines:
            yield from _parted("\n".join(lines))
            lines = []
        if inner:
            lines.append(inner)
    if lines:
        yield from _parted("\n".join(lines))


def _parted(paragraph: str) -> Iterator[str]:
    """Yield a line such as ``发文字号：淄政办字〔2024〕5号`` as its label and its value."""
    pair = _html_meta.part(paragraph)
    if pair is not None and _html_meta.is_of_letterhead(pair):
        yield from lines_of_pair(pair)
    else:
        yield paragraph


def lines_of_pair(pair: _html_meta.Pair) -> tuple[str, ...]:
    if _html_meta.is_of_letterhead(pair):
        return pair.label, pair.value
    return (pair.line,)


def texts_by_label(region: "Element") -> list[str]:
    """Return labels and values of a list: ``<li><span>索引号</span><em>123</em></li>`` is two."""
    found: list[str] = []
    is_label = starts_block = True
    for event, element in etree.iterwalk(region, events=("start", "end")):
        starts_block = starts_block or element.tag in BLOCKS
        text = element.text if event == "start" else element.tail if element is not region else ""
        inner = shown_text(source_text(clean(text or ""))).strip()
        if not inner:
            continue
        pair = _html_meta.part(inner)
        if starts_block or is_label or pair is not None:
            found.append(inner)
        else:
            found[-1] += inner
        is_label = pair is not None and not pair.value
        starts_block = False
    return found
