"""Pages without text: what is drawn on them painted as one picture and given to the recognition."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from extract.document import Glyph, Note
from extract.errors import LimitExceeded
from extract.readers._ofd_page import Colour, Leaves, Picture, Shape
from extract.readers._ofd_parts import Parts
from extract.readers._ofd_space import Point, around
from extract.readers._sheets import Sheet

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 200
_MAX_PAINTED = 2_000_000_000  # pixels over all strokes of the brush
_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "JPEG2000")


class Scanned(NamedTuple):
    """A recognised page: its sheet, where its glyphs are shown, what is to be said of it."""

    sheet: Sheet
    back: Callable[[Glyph], Glyph]
    notes: tuple[Note, ...]


def scanned(leaves: Leaves, parts: Parts, page: int) -> Scanned:
    """Return the page as the recognition reads it.

    Raises:
        LimitExceeded: an image or a drawing too large to paint.
        MissingComponent: the recognition is not installed.
    """
    import numpy

    from extract.readers import _ocr  # slow to load; only pages without text need it

    canvas, scale, unread = painted(leaves, parts)
    found = _ocr.read_scan(numpy.asarray(canvas, dtype=numpy.uint8), page, scale)
    notes = list(found.notes)
    if unread:
        message = f"第{page}页有 {unread} 幅图像缺失或无法解码，其内容未读取，请与原件核对。"
        notes.append(Note("ofd.image_unread", "error", message))
    return Scanned(found.sheet, found.back, tuple(notes))


def painted(leaves: Leaves, parts: Parts) -> "tuple[Image, float, int]":
    """Return the page as an RGB picture, its points per pixel, the number of images left out."""
    from PIL import Image

    most = parts.limits.max_render_pixels
    scale = max(72 / _DPI, (leaves.width * leaves.height / most) ** 0.5)
    size = max(1, round(leaves.width / scale)), max(1, round(leaves.height / scale))
    if size[0] * size[1] > 2 * most:
        raise LimitExceeded("页面尺寸异常，无法识别其中的文字，请核对文件。")
    brush = _Brush(Image.new("RGB", size, "white"), scale)
    unread = 0
    for each in leaves.drawn:
        if isinstance(each, Shape):
            brush.shape(each)
        elif not brush.picture(each, parts):
            unread += 1
    return brush.canvas, scale, unread


class _Brush:
    """Paints on one canvas, and counts the pixels."""

    def __init__(self, canvas: "Image", scale: float) -> None:
        self.canvas = canvas
        self._scale = scale
        self._left = _MAX_PAINTED

    def picture(self, picture: Picture, parts: Parts) -> bool:
        """Paint an image over its place; ``False`` where it is missing or damaged."""
        from PIL import Image

        opened = (
            _opened(parts.read(picture.path), parts.limits.max_image_pixels)
            if picture.path
            else None
        )
        if opened is None:
            return False
        corners = [picture.matrix.point(x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
        corner, across, down, _ = self._pixels(corners)
        area = self._area([*self._pixels(corners)])
        if area is None:
            return True
        x0, y0, x1, y1 = area
        coefficients = _inverse(corner, across, down, (x0, y0), opened.size)
        if coefficients is None:
            return True
        # Made smaller first: the transformation looks at single pixels and would lose thin lines.
        wanted = max(_length(corner, across), 1), max(_length(corner, down), 1)
        shrink = max(1, min(int(opened.width / wanted[0]), int(opened.height / wanted[1])))
        small = opened.reduce(shrink) if shrink > 1 else opened
        coefficients = _inverse(corner, across, down, (x0, y0), small.size) or coefficients
        placed = small.convert("RGBA").transform(
            (x1 - x0, y1 - y0),
            Image.Transform.AFFINE,
            coefficients,
            resample=Image.Resampling.BICUBIC,
        )
        self.canvas.paste(placed, (x0, y0), placed)
        return True

    def shape(self, shape: Shape) -> None:
        """Paint a path: filled by the even-odd rule, then its lines."""
        from PIL import ImageDraw

        figures = [self._pixels(figure.points) for figure in shape.figures]
        if shape.fill is not None:
            self._fill([points for points in figures if len(points) > 2], shape.fill)
        if shape.line is not None:
            draw = ImageDraw.Draw(self.canvas)
            width = max(1, round(shape.width / self._scale))
            for points, figure in zip(figures, shape.figures, strict=True):
                closing = points[:1] if figure.closed else []
                if len(points) > 1 and self._area(points) is not None:
                    draw.line([*points, *closing], fill=shape.line, width=min(width, 200))

    def _fill(self, figures: list[list[Point]], colour: Colour) -> None:
        from PIL import Image, ImageChops, ImageDraw

        area = self._area([point for points in figures for point in points])
        if area is None:
            return
        left, top, right, bottom = area
        mask = Image.new("1", (right - left, bottom - top))
        for points in figures:
            self._spend((right - left) * (bottom - top) // 8)
            part = Image.new("1", mask.size)
            moved = [(x - left, y - top) for x, y in points]
            ImageDraw.Draw(part).polygon(moved, fill=1)
            mask = ImageChops.logical_xor(mask, part)
        self.canvas.paste(colour, (left, top), mask)

    def _pixels(self, points: list[Point]) -> list[Point]:
        return [(x / self._scale, y / self._scale) for x, y in points]

    def _area(self, points: list[Point]) -> tuple[int, int, int, int] | None:
        """Return the canvas's pixels around the points; ``None`` if there are none."""
        if not points:
            return None
        x0, y0, x1, y1 = around(points)
        left, top = max(0, int(x0)), max(0, int(y0))
        right = min(self.canvas.width, int(x1) + 1)
        bottom = min(self.canvas.height, int(y1) + 1)
        if left >= right or top >= bottom:
            return None
        self._spend((right - left) * (bottom - top))
        return left, top, right, bottom

    def _spend(self, pixels: int) -> None:
        self._left -= pixels
        if self._left < 0:
            raise LimitExceeded("页面图形过于复杂，无法识别其中的文字，请另存为 PDF 后重试。")


def _opened(content: bytes, most: int) -> "Image | None":
    """Return a decoded image, or ``None`` for one that is damaged or in no known format."""
    from PIL import Image

    try:
        image = Image.open(BytesIO(content), formats=_FORMATS)
        if image.width * image.height > most:
            raise LimitExceeded(f"图像超过 {most} 像素的上限，请降低扫描分辨率后重试。")
        image.load()
    except LimitExceeded:
        raise
    except Exception:  # a library boundary: anything here means damaged
        return None
    return image if image.mode in ("L", "RGB", "RGBA") else image.convert("RGBA")


def _length(start: Point, end: Point) -> float:
    return float(((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5)


def _inverse(
    corner: Point, across: Point, down: Point, start: tuple[int, int], size: tuple[int, int]
) -> tuple[float, float, float, float, float, float] | None:
    """Return Pillow's coefficients: from the canvas area that begins at ``start`` to the image."""
    a, b = across[0] - corner[0], across[1] - corner[1]
    c, d = down[0] - corner[0], down[1] - corner[1]
    whole = a * d - b * c
    if abs(whole) < 1e-6:
        return None
    x, y = start[0] - corner[0], start[1] - corner[1]
    width, height = size
    return (
        d / whole * width,
        -c / whole * width,
        (d * x - c * y) / whole * width,
        -b / whole * height,
        a / whole * height,
        (a * y - b * x) / whole * height,
    )
