"""Web pages (.html, .htm, .mht): the notice on the page, in order, its tables as grids.

Navigation, footers and share links are left out and counted; the page's own table (索引号,
发文字号, 成文日期) is read. Encoding is decided by the bytes, whatever the page claims.
"""

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

import regex

from extract.document import Document, Note
from extract.errors import UnreadableDocument
from extract.limits import Limits
from extract.readers import _html_mail, _html_main, _html_placed
from extract.readers._draft import Cell, Draft, Identity
from extract.readers._html_bytes import decode, starts_as_html
from extract.readers._html_flow import Flow
from extract.readers._html_tree import Shown, parse, shown
from extract.readers._sheets import bodies_of, compose

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SUFFIXES = (".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml")
MEDIA_TYPES = ("text/html", "application/xhtml+xml", "multipart/related")

_MANY_LEFT_OUT = 200  # characters of prose: more than this is worth a warning
_OPENED = regex.compile(r"<(?:html|body)[\s>]", regex.IGNORECASE)
_CLOSED = regex.compile(r"</(?:html|body)\s*>", regex.IGNORECASE)
_UNMAPPED = "\ufffd"
_EMPTY = "网页里没有文字，正文可能由脚本或图片显示，请用浏览器打开后另存，或复制正文为文本文件。"


def sniff(content: bytes) -> bool:
    """Return whether a web page begins here, or a mail-like archive of one (.mht)."""
    return starts_as_html(content) or _html_mail.is_archive(content)


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a page: paragraphs and tables of the notice it shows.

    ``<p>1. 实施优化教育资源供给工程。…</p>`` is a paragraph, ``<td rowspan="2">基础教育扩容提质``
    one cell with ``row_span`` 2, ``<ol><li>新增托位452个</li></ol>`` is ``1. 新增托位452个``.

    Raises:
        UnreadableDocument: no encoding gives a text, or the page shows no text at all.
        LimitExceeded: too large, too deep, too many tags, characters or cells.
    """
    media_type, page, charset = MEDIA_TYPES[0], content, ""
    if _html_mail.is_archive(content):
        media_type = MEDIA_TYPES[2]
        page, charset = _html_mail.page_of(content, limits)
    decoded = decode(page, charset)
    draft = Draft(limits)
    if decoded.replaced:
        message = f"网页中有 {decoded.replaced} 处字节损坏，已用 � 代替，请与原网页核对。"
        draft.notes.append(Note("html.damaged_characters", "warning", message))
    nulls = decoded.text.count("\0")
    if nulls:
        message = f"网页中有 {nulls} 个空字节，已去掉，请与原网页核对。"
        draft.notes.append(Note("html.null_bytes", "warning", message))
    if _OPENED.search(decoded.text) and not _CLOSED.search(decoded.text):
        message = "网页没有结束标记，可能下载不完整，请与原网页核对。"
        draft.notes.append(Note("html.cut_off", "error", message))
    seen = shown(parse(decoded.text, limits))
    pages = _placed(seen.body, draft, limits) if _html_placed.is_placed(seen.body) else None
    if pages is None:
        _flowing(seen, draft, limits)
    identity = Identity(name, media_type, "html", f"lxml {version('lxml')}", pages)
    document = draft.document(content, identity)
    if not document.text:
        raise UnreadableDocument(_EMPTY)
    return document


def _placed(body: "Element", draft: Draft, limits: Limits) -> int | None:
    """Put the pages of placed text into the draft and return their number."""
    sheets, unplaced = _html_placed.sheets_of(body, limits)
    if not any(sheet.has_text for sheet in sheets):
        return None
    compose(bodies_of(sheets), draft)
    if unplaced:
        message = f"有 {unplaced} 字没有排版位置，未读入，请与原网页核对。"
        draft.notes.append(Note("html.unplaced_text", "warning", message))
    return len(sheets)


def _flowing(seen: Shown, draft: Draft, limits: Limits) -> None:
    main = _html_main.choose(seen.body, seen.titles)
    flow = Flow(limits, main.dropped, main.metadata)
    sink = _Into(draft)
    for piece in main.pieces:
        flow.add(piece, sink)
    draft.notes += _notes(seen, main, flow, sink.unmapped)


class _Into:
    """Hands paragraphs and tables to the draft, and counts what could not be decoded in them."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.unmapped = 0

    def paragraph(self, text: str) -> None:
        self.unmapped += text.count(_UNMAPPED)
        self._draft.paragraph(text)

    def table(self, cells: list[Cell]) -> None:
        self.unmapped += sum(cell.text.count(_UNMAPPED) for cell in cells)
        self._draft.table(cells)


def _notes(seen: Shown, main: _html_main.Main, flow: Flow, unmapped: int) -> Iterator[Note]:
    """Yield what is not in the text though the page has it, most serious first."""
    left_out = main.left_out + flow.offers
    if left_out:
        prose = main.left_out_prose + main.left_out_noise
        many = main.left_out_prose >= _MANY_LEFT_OUT or prose >= _MANY_LEFT_OUT * 3
        message = f"正文以外的 {left_out} 字（导航、页脚等）未读入。"
        if many:
            message = f"正文以外的 {left_out} 字未读入，其中 {prose} 字不是链接，请核对。"
        yield Note("html.left_out", "warning" if many else "info", message)
    counts: dict[tuple[str, Literal["warning", "info"]], tuple[int, str]] = {
        ("frame", "warning"): (
            flow.frames,
            "正文里嵌有 {} 个其他页面或文件，其内容未读取，请另行下载。",
        ),
        ("pictures", "warning"): (flow.pictures, "正文里有 {} 张图片，图中的文字未读取，请核对。"),
        ("unmapped_characters", "warning"): (unmapped, "有 {} 个字符无法识别，显示为 �，请核对。"),
        ("struck", "warning"): (seen.struck, "有 {} 处划掉的文字未读入，请核对。"),
        ("direction", "warning"): (
            seen.turned,
            "有 {} 个改变书写方向的控制符，已去掉，显示的顺序可能不同，请核对。",
        ),
        ("nested_table", "warning"): (
            flow.nested_tables,
            "有 {} 个表格嵌套在单元格内，其文字已并入外层单元格，请核对。",
        ),
        ("hidden", "info"): (seen.hidden, "网页隐藏的 {} 字未读入。"),
        ("numbering", "info"): (flow.numbered, "有 {} 个编号由浏览器自动生成，已写入文字。"),
    }
    for (code, severity), (count, message) in counts.items():
        if count:
            yield Note(f"html.{code}", severity, message.format(count))
