"""Elements in order → paragraphs and tables: blocks part, inline elements join.

What a cell holds is lines; a table in a cell gives its cells' lines, in order.
"""

from typing import TYPE_CHECKING, Protocol

import regex
from lxml import etree

from extract.errors import LimitExceeded
from extract.limits import Limits
from extract.readers import _html_grid, _html_meta
from extract.readers._draft import Cell
from extract.readers._html_lines import (
    BLOCKS,
    SHIFTABLE,
    SHIFTED,
    is_offer,
    lines_of_pair,
    paragraphs_of,
    shown_text,
    source_text,
    texts_by_label,
)
from extract.readers._html_lists import Numbering
from extract.readers._html_tree import FRAME, clean, style_of, texts_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PRE = regex.compile(r"white-space\s*:\s*(?:pre|break-spaces)", regex.IGNORECASE)


class Sink(Protocol):
    """Where paragraphs and tables go: a draft, or the lines of a cell."""

    def paragraph(self, text: str) -> None:
        """Take a paragraph."""

    def table(self, cells: list[Cell]) -> None:
        """Take a table."""


class Lines:
    """The lines of one cell; a table inside it is its cells' lines, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.tables = 0

    def paragraph(self, text: str) -> None:
        """Keep the lines of a paragraph."""
        self.lines += [line.strip() for line in text.split("\n") if line.strip()]

    def table(self, cells: list[Cell]) -> None:
        """Keep the lines of an inner table."""
        self.tables += 1
        for cell in cells:
            self.paragraph(cell.text)


class Flow:
    """One walk over chosen elements.

    ``dropped`` are those inside them to pass over, ``metadata`` the page's own table of a document.
    """

    def __init__(
        self, limits: Limits, dropped: frozenset["Element"], metadata: frozenset["Element"]
    ) -> None:
        self._limits = limits
        self._dropped = dropped
        self._tables = metadata
        self._numbering = Numbering()
        self._depth = 0
        self.nested_tables = self.pictures = self.frames = self.offers = 0

    @property
    def numbered(self) -> int:
        """How many items got the number that the browser prints."""
        return self._numbering.written

    def add(self, element: "Element", sink: Sink) -> None:
        """Put what an element holds into the sink."""
        if self.is_dropped(element):
            return
        self._depth += 1
        if self._depth > self._limits.max_nesting:
            raise LimitExceeded(
                f"网页的表格嵌套超过 {self._limits.max_nesting} 层，请用浏览器打开后重新保存。"
            )
        if element.tag == "table":
            self._table(element, sink)
        elif element in self._tables:
            self._metadata(texts_by_label(element), sink)
        else:
            _Walk(self, sink).read(element)
        self._depth -= 1

    def cell_text(self, element: "Element") -> str:
        """Return the lines of one cell."""
        lines = Lines()
        if len(element):
            self.add(element, lines)
        else:  # most cells hold a text and nothing else
            lines.paragraph(shown_text(source_text(clean(element.text or ""))))
        self.nested_tables += lines.tables
        return "\n".join(lines.lines)

    def is_apart(self, element: "Element") -> bool:
        """Return whether an element is no run of paragraphs but a table."""
        return element.tag == "table" or element in self._tables

    def is_dropped(self, element: "Element") -> bool:
        """Return whether an element is passed over."""
        return element in self._dropped

    def marker(self, item: "Element") -> str:
        """Return what the browser prints before a list item."""
        return self._numbering.marker(item)

    def number(self, marker: str, text: str) -> str:
        """Return a paragraph with the number of its list item."""
        return self._numbering.numbered(marker, text)

    def _table(self, table: "Element", sink: Sink) -> None:
        rows, strays = _html_grid.rows_of(table)
        for part in strays:
            if isinstance(part, str):
                sink.paragraph(shown_text(source_text(part)))
            else:
                self.add(part, sink)
        slots = _html_grid.slots_of(rows, self._limits)
        if not slots or not any(text.strip() for text in texts_of(table)):
            self.pictures += sum(1 for _ in table.iter("img"))
        elif _html_grid.is_layout(slots, table):
            self._laid_out(slots, sink)
        else:
            self._data(slots, sink)

    def _laid_out(self, slots: list[_html_grid.Slot], sink: Sink) -> None:
        """Put the cells of a table that only places text one after the other, as paragraphs."""
        texts = [_gist(slot.element) for slot in slots]
        if _html_meta.is_metadata(texts):
            self._metadata([self.cell_text(slot.element) for slot in slots], sink)
            return
        for slot in slots:
            self.add(slot.element, sink)

    def _data(self, slots: list[_html_grid.Slot], sink: Sink) -> None:
        cells = [Cell(*slot[1:], self.cell_text(slot.element)) for slot in slots]
        if _html_meta.is_metadata([cell.text for cell in cells]):
            self._metadata([cell.text for cell in cells], sink)
        else:
            sink.table(cells)

    def _metadata(self, texts: list[str], sink: Sink) -> None:
        """Put the page's own table: lines where a colon makes them lines, else a table again.

        Number and date stand on lines of their own, as in a letterhead.
        """
        rows: list[Cell] = []
        for pair in _html_meta.pairs(texts):
            row = rows[-1].row + 1 if rows else 0
            is_line = pair.has_colon or _html_meta.is_of_letterhead(pair)
            if not pair.has_colon:
                rows.append(Cell(row, 0, 1, 1, pair.label))
            if not is_line:
                rows.append(Cell(row, 1, 1, 1, pair.value))
                continue
            sink.table(rows)
            rows = []
            for line in lines_of_pair(pair) if pair.has_colon else (pair.value,):
                sink.paragraph(line)
        sink.table(rows)


class _Walk:
    """The paragraphs of one element: text is gathered until a block begins or ends."""

    def __init__(self, flow: Flow, sink: Sink) -> None:
        self._flow = flow
        self._sink = sink
        self._pieces: list[str] = []
        self._marker = ""
        self._pre = 0

    def read(self, root: "Element") -> None:
        """Walk the element; its tail is not its own."""
        walk = etree.iterwalk(root, events=("start", "end"))
        passed: Element | None = None
        for event, element in walk:
            if event == "end":
                if element is passed:
                    passed = None
                else:
                    self._leave(element)
                if element is not root:
                    self._text(element.tail, element.getparent())
            elif element is not root and self._passes(element):
                passed = element
                walk.skip_subtree()
            else:
                self._enter(element)
        self._flush()

    def _passes(self, element: "Element") -> bool:
        """Return whether the element is dealt with here, or passed over, with all it holds."""
        if self._flow.is_dropped(element):
            return True
        if not self._flow.is_apart(element):
            return False
        self._flush()
        self._flow.add(element, self._sink)
        return True

    def _enter(self, element: "Element") -> None:
        tag = element.tag
        if tag in BLOCKS:
            self._flush()
            if tag == "li":
                self._marker += self._flow.marker(element)
        elif tag == "br":
            self._pieces.append("\n")
        elif tag == "img":
            self._flow.pictures += 1
        elif tag == FRAME:
            self._flow.frames += 1
        elif tag == "q":
            self._pieces.append("“")
        self._pre += _keeps_lines(element)
        self._text(element.text, element)

    def _leave(self, element: "Element") -> None:
        if element.tag in BLOCKS:
            self._flush()
            if element.tag == "li":
                self._marker = ""
        elif element.tag == "q":
            self._pieces.append("”")
        self._pre -= _keeps_lines(element)

    def _text(self, text: str | None, parent: "Element | None") -> None:
        if not text:
            return
        text = clean(text)
        if parent is not None and parent.tag in SHIFTED and SHIFTABLE.fullmatch(text):
            text = text.translate(SHIFTED[str(parent.tag)])  # 10<sup>3</sup> is not 103
        self._pieces.append(text.replace("\r", "") if self._pre else source_text(text))

    def _flush(self) -> None:
        """Give the gathered text as one paragraph, or several where lines look like it."""
        if not self._pieces:
            return
        text = shown_text("".join(self._pieces))
        self._pieces = []
        for paragraph in paragraphs_of(text):
            if is_offer(paragraph) and not isinstance(self._sink, Lines):
                self._flow.offers += len("".join(paragraph.split()))
                continue
            self._sink.paragraph(self._flow.number(self._marker, paragraph))
            self._marker = ""


def _keeps_lines(element: "Element") -> bool:
    return element.tag == "pre" or bool(_PRE.search(style_of(element)))


def _gist(cell: "Element") -> str:
    """Return the first characters of a cell, enough to see whether it is a label or a value."""
    found = ""
    for text in texts_of(cell):
        found += text.strip()
        if len(found) > 500:
            break
    return found
