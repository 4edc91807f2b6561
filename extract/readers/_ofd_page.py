"""One OFD page as placed marks: templates under it, layers, blocks, composite objects, clips."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from extract.errors import LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers._ofd_book import Book, add_resources, area_of
from extract.readers._ofd_parts import child, children, descendants, name_of, number, text_of
from extract.readers._ofd_paths import Figure, figures_of, is_lettering, strokes_of
from extract.readers._ofd_space import (
    Box,
    Matrix,
    around,
    box_of,
    holds,
    matrix_of,
    origin_of,
    page_matrix,
    place_of,
    shared,
)
from extract.readers._ofd_text import Mark, marks_of
from extract.readers._rulings import Stroke

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BLOCKS = ("Layer", "PageBlock", "Content")
Colour = tuple[int, int, int]


class Picture(NamedTuple):
    """An image resource and the matrix of its unit square; ``None`` for a missing resource."""

    path: str | None
    matrix: Matrix


class Shape(NamedTuple):
    """A drawn path: its figures, what fills it, the colour and width (points) of its line."""

    figures: list[Figure]
    fill: Colour | None
    line: Colour | None
    width: float


@dataclass(slots=True)
class Leaves:
    """All that is on one page, in points from its top left; ``hidden`` is text nobody sees."""

    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)
    hidden: list[Mark] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    drawn: list[Picture | Shape] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    has_lettering: bool = False

    @property
    def pictures(self) -> list[Picture]:
        """The images."""
        return [each for each in self.drawn if isinstance(each, Picture)]


class Budget:
    """Counts what is placed over all pages: templates and composites repeat without end."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._left = limits.max_characters

    def spend(self, count: int) -> None:
        """Take off what was placed; raises ``LimitExceeded`` at the end."""
        self._left -= count
        if self._left < 0:
            raise LimitExceeded(
                f"版面内容超过 {self.limits.max_characters} 个对象的上限，请拆分文件后再处理。"
            )


class _Frame(NamedTuple):
    """What holds for a block: its place, what may be seen of it, how deep it is, what led here."""

    matrix: Matrix
    clip: Box
    depth: int
    is_hidden: bool
    drawings: tuple[str, ...] = ()

    def inside(self, **changes: object) -> "_Frame":
        return self._replace(depth=self.depth + 1, **changes)  # type: ignore[arg-type]


def read_page(book: Book, path: str, budget: Budget) -> Leaves:
    """Return everything on the page at ``path``, what its templates print included.

    Raises:
        UnreadableDocument: its part is missing or broken; templates or drawings that hold
            themselves.
        LimitExceeded: too many objects, too deep a nesting.
    """
    root = book.parts.tree(path)
    box = area_of(child(root, "Area"), book.box)
    matrix = page_matrix(box)
    width, height = matrix.point(box[2], box[3])
    leaves = Leaves(width, height)
    walk = _Walk(book, budget, leaves)
    frame = _Frame(matrix, (0.0, 0.0, width, height), 0, is_hidden=False)
    walk.page(root, path, frame, ())
    return leaves


class _Walk:
    """One walk over a page; text objects are numbered as they come."""

    def __init__(self, book: Book, budget: Budget, leaves: Leaves) -> None:
        self._book = book
        self._budget = budget
        self._leaves = leaves
        self._runs = 0

    def page(self, root: "Element", path: str, frame: _Frame, above: tuple[str, ...]) -> None:
        """Walk over a page or template; ``above`` are the templates that led here."""
        for each in children(root, "PageRes"):
            add_resources(self._book, text_of(each), path)
        for each in children(root, "Template"):
            self._template(each.get("TemplateID", ""), frame, above)
        for content in children(root, "Content"):
            self._block(content, frame)

    def _template(self, key: str, frame: _Frame, above: tuple[str, ...]) -> None:
        if key in above:
            raise UnreadableDocument("页面模板互相引用，文件结构有误，请用原软件重新导出。")
        path = self._book.templates.get(key)
        if path is None:
            self._leaves.missing.append(f"页面模板 {key}")
            return
        self._budget.spend(1)
        self.page(self._book.parts.tree(path), path, frame, (*above, key))

    def _block(self, block: "Element", frame: _Frame) -> None:
        if frame.depth > self._budget.limits.max_nesting:
            raise LimitExceeded(
                f"对象嵌套超过 {self._budget.limits.max_nesting} 层的上限，已拒绝读取。"
            )
        for each in block:
            self._budget.spend(1)
            name = name_of(each)
            own = frame._replace(is_hidden=frame.is_hidden or _is_hidden(each))
            if name in _BLOCKS:
                self._block(each, own.inside())
            elif name == "TextObject":
                self._text(each, own)
            elif name == "PathObject":
                self._path(each, own)
            elif name == "ImageObject":
                self._image(each, own)
            elif name == "CompositeObject":
                self._composite(each, own)
            elif next(descendants(each, "TextCode"), None) is not None:
                self._leaves.missing.append(f"能识别的对象（{name}）")

    def _text(self, element: "Element", frame: _Frame) -> None:
        self._runs += 1
        marks = marks_of(element, frame.matrix, self._runs)
        self._budget.spend(len(marks))
        is_hidden = frame.is_hidden or _is_unpainted(element)
        clip = _clip(element, frame)
        for mark in marks:
            x, y = mark.x + mark.width / 2, mark.y - mark.size / 3
            is_seen = not is_hidden and (mark.way != 0 or holds(clip, x, y))
            (self._leaves.marks if is_seen else self._leaves.hidden).append(mark)

    def _path(self, element: "Element", frame: _Frame) -> None:
        if frame.is_hidden:
            return
        matrix = place_of(element, frame.matrix)
        figures = figures_of(text_of(child(element, "AbbreviatedData")), matrix)
        self._budget.spend(sum(len(figure.points) for figure in figures))
        is_drawn = _flag(element, "Stroke", default=True)
        is_filled = _flag(element, "Fill", default=False)
        clip = _clip(element, frame)
        self._leaves.strokes += strokes_of(figures, clip, is_drawn=is_drawn)
        self._leaves.has_lettering |= is_filled and is_lettering(figures)
        fill = _colour(child(element, "FillColor")) if is_filled else None
        line = _colour(child(element, "StrokeColor")) if is_drawn else None
        width = number(element.get("LineWidth"), 0.353) * matrix.across
        self._leaves.drawn.append(Shape(figures, fill, line, width))

    def _image(self, element: "Element", frame: _Frame) -> None:
        if frame.is_hidden or not element.get("ResourceID"):
            return
        path = self._book.media.get(element.get("ResourceID", ""))
        matrix = place_of(element, frame.matrix)
        box = box_of(element.get("Boundary"))
        if not element.get("CTM") and box is not None:  # stretched over its boundary
            matrix = Matrix(a=box[2] - box[0], d=box[3] - box[1]).then(matrix)
        self._leaves.drawn.append(Picture(path, matrix))

    def _composite(self, element: "Element", frame: _Frame) -> None:
        key = element.get("ResourceID", "")
        if key in frame.drawings:
            raise UnreadableDocument("图形资源互相引用，文件结构有误，请用原软件重新导出。")
        unit = self._book.drawings.get(key)
        if unit is None:
            self._leaves.missing.append(f"图形 {key}")
            return
        inner = frame.inside(
            matrix=place_of(element, frame.matrix),
            clip=_clip(element, frame),
            drawings=(*frame.drawings, key),
        )
        for content in children(unit, "Content"):
            self._block(content, inner)


def _is_hidden(element: "Element") -> bool:
    return not _flag(element, "Visible", default=True) or number(element.get("Alpha"), 255.0) == 0


def _is_unpainted(element: "Element") -> bool:
    filled = _flag(element, "Fill", default=True)
    return not filled and not _flag(element, "Stroke", default=False)


def _flag(element: "Element", name: str, *, default: bool) -> bool:
    value = (element.get(name) or "").strip().lower()
    return value in ("true", "1") if value else default


def _clip(element: "Element", frame: _Frame) -> Box:
    """Return the box around what the object's clips leave of it; a clip that is no box is wider."""
    clip = frame.clip
    clips = child(element, "Clips")
    if clips is None:
        return clip
    # TransFlag: whether the object's own matrix moves its clips as well.
    moves = _flag(clips, "TransFlag", default=True)
    base = place_of(element, frame.matrix) if moves else origin_of(element, frame.matrix)
    for each in children(clips, "Clip"):
        boxes = list(_areas(each, base))
        if boxes:
            corners = [(box[0], box[1]) for box in boxes] + [(box[2], box[3]) for box in boxes]
            clip = shared(clip, around(corners))
    return clip


def _areas(clip: "Element", base: Matrix) -> Iterator[Box]:
    for area in children(clip, "Area"):
        outer = matrix_of(area.get("CTM")).then(base)
        for path in children(area, "Path"):
            data = text_of(child(path, "AbbreviatedData"))
            points = [p for f in figures_of(data, place_of(path, outer)) for p in f.points]
            if points:
                yield around(points)


def _colour(element: "Element | None") -> Colour:
    """Return the colour as RGB; black where it is not stated in numbers."""
    values = (
        [_level(each) for each in (element.get("Value") or "").split()]
        if (element is not None)
        else []
    )
    if len(values) == 3:
        return values[0], values[1], values[2]
    if len(values) == 1:
        return values[0], values[0], values[0]
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        red, green, blue = (255 - min(255, ink + black) for ink in (cyan, magenta, yellow))
        return red, green, blue
    return 0, 0, 0


def _level(text: str) -> int:
    """Return one channel, ``255`` or ``#ff``, within its bounds."""
    try:
        value = int(text[1:], 16) if text.startswith("#") else int(float(text))
    except (ValueError, OverflowError):
        return 0
    return min(max(value, 0), 255)
