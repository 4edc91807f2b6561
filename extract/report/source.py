"""The source with its marks: pictures of pages with boxes over them, or text and real tables."""

from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from extract.document import Block, Document, Table
from extract.report.markup import Html, element, together
from extract.report.pages import Leaf
from extract.report.view import Mark, View

_WHOLE = frozenset({"project"})  # its evidence is all that is said of it: no mark of its own
Address = Callable[[Leaf], str]


def source(view: View, address: Address | None = None) -> Html:
    """Return the source; ``address`` says where the picture of a page is, else it is inside."""
    marks = [*view.marks, *(one for one, _ in view.discards)]
    marks += [one for _, one in view.findings if one is not None]
    shown = [one for one in marks if one.kind not in _WHOLE]
    if not view.leaves:
        return _reflowed(view.document, shown)
    by_page: dict[int, list[tuple[Mark, tuple[float, ...]]]] = {}
    for one in shown:
        for number, *box in one.evidence.boxes or ():
            by_page.setdefault(number, []).append((one, tuple(box)))
    word = view.words.of("page")
    sheets = (
        _sheet(leaf, by_page.get(leaf.number, []), address or _inside, word) for leaf in view.leaves
    )
    return element("div", sheets, class_="sheets")


def _inside(leaf: Leaf) -> str:
    return f"data:{leaf.media_type};base64,{b64encode(leaf.picture).decode()}"


def _sheet(
    leaf: Leaf, marks: Sequence[tuple[Mark, tuple[float, ...]]], address: Address, word: str
) -> Html:
    width, height = max(leaf.width, 1.0), max(leaf.height, 1.0)
    picture = element(
        "img",
        src=address(leaf),
        alt=f"{leaf.number} {word}",
        width=round(width),
        height=round(height),
        loading="lazy",
        decoding="async",
    )
    boxes = _boxes(marks, width, height)
    over = element("svg", boxes, class_="over")
    label = element("figcaption", f"{leaf.number}")
    return element(
        "figure",
        picture,
        _text(leaf, width, height),
        over,
        label,
        class_="sheet",
        id=f"page-{leaf.number}",
    )


def _text(leaf: Leaf, width: float, height: float) -> Html | None:
    """Return the characters of a page that its picture does not show, set where they are."""
    if not leaf.lines:
        return None
    lines = (
        element(
            "text",
            line.text,
            x=f"{line.x0:.2f}",
            y=f"{line.y1 - (line.y1 - line.y0) * 0.14:.2f}",
            font_size=f"{(line.y1 - line.y0) * 0.92:.2f}",
            textLength=f"{max(line.x1 - line.x0, 0.1):.2f}",
            lengthAdjust="spacingAndGlyphs",
        )
        for line in leaf.lines
    )
    return element("svg", lines, class_="text", viewBox=f"0 0 {width:.2f} {height:.2f}")


def _boxes(
    marks: Sequence[tuple[Mark, tuple[float, ...]]], width: float, height: float
) -> Iterator[Html]:
    """Yield one box for each place, with all the marks that stand there.

    Large boxes come first, so that a small one inside stays within reach of the pointer.
    """
    by_place: dict[tuple[float, ...], list[Mark]] = {}
    for mark, box in marks:
        by_place.setdefault(box, []).append(mark)
    for (x0, y0, x1, y1), own in sorted(by_place.items(), key=lambda one: -_area(one[0])):
        yield element(
            "rect",
            class_=f"m k-{_colour(own)}",
            data_n=" ".join(mark.key for mark in own),
            x=f"{100 * x0 / width:.3f}%",
            y=f"{100 * y0 / height:.3f}%",
            width=f"{100 * max(x1 - x0, 0) / width:.3f}%",
            height=f"{100 * max(y1 - y0, 0) / height:.3f}%",
        )


def _colour(marks: Sequence[Mark]) -> str:
    """Return the colour of a place: that of its value, if it has one."""
    return next((one.colour for one in marks if one.colour != "finding"), "finding")


def _area(box: tuple[float, ...]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


class _Marked:
    """The canonical text cut where a mark begins or ends; each piece knows its marks."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self._text = text
        inside = [one for one in marks if one.evidence.end <= len(text)]
        edges = {edge for one in inside for edge in (one.evidence.start, one.evidence.end)}
        self._edges = sorted(edges)
        self._marks = sorted(inside, key=lambda one: one.evidence.start)
        self._starts = [one.evidence.start for one in self._marks]
        self._longest = max((one.evidence.end - one.evidence.start for one in inside), default=0)

    def pieces(self, start: int, end: int) -> Iterator[Html]:
        """Yield ``text[start:end]`` with its marks."""
        first, last = bisect_right(self._edges, start), bisect_left(self._edges, end)
        cuts = [start, *self._edges[first:last], end]
        for here, there in pairwise(cuts):
            words = self._text[here:there]
            over = self._over(here)
            if not over or not words:
                yield together(words)
                continue
            names = " ".join(one.key for one in over)
            yield element("mark", words, class_=f"m k-{_colour(over)}", data_n=names)

    def _over(self, offset: int) -> list[Mark]:
        """Return the marks over one character, the shortest first."""
        low = bisect_left(self._starts, offset - self._longest)
        high = bisect_right(self._starts, offset)
        found = [one for one in self._marks[low:high] if one.evidence.end > offset]
        return sorted(found, key=lambda one: one.evidence.end - one.evidence.start)


def _reflowed(document: Document, marks: Sequence[Mark]) -> Html:
    """Return paragraphs and tables in reading order."""
    marked = _Marked(document.text, marks)
    tables = {table.index: table for table in document.tables}
    parts: list[Html] = []
    by_table = groupby(document.blocks, lambda one: one.place.table if one.place else None)
    for index, blocks in by_table:
        if index is not None and index in tables:
            parts.append(_table(tables.pop(index), marked))
        elif index is None:
            parts += [_paragraph(one, marked) for one in blocks]
    return element("div", parts, class_="flow")


def _paragraph(block: Block, marked: _Marked) -> Html:
    return element("p", marked.pieces(block.span.start, block.span.end))


def _table(table: Table, marked: _Marked) -> Html:
    rows: dict[int, list[Block]] = {number: [] for number in range(table.rows)}
    for cell in table.cells:
        if cell.place is not None:
            rows.setdefault(cell.place.row, []).append(cell)
    lines = (element("tr", _cells(cells, marked)) for _, cells in sorted(rows.items()))
    return element("div", element("table", element("tbody", lines)), class_="wide")


def _cells(cells: Iterable[Block], marked: _Marked) -> Iterator[Html]:
    for cell in sorted(cells, key=lambda one: one.place.column if one.place else 0):
        yield element(
            "td",
            marked.pieces(cell.span.start, cell.span.end),
            rowspan=cell.row_span if cell.row_span > 1 else None,
            colspan=cell.column_span if cell.column_span > 1 else None,
        )
