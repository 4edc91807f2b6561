"""A page image made ready to read: seals and watermarks taken off, enlarged if small, straight.

``Seen.back`` leads from the straight page to the picture as it came, so that the evidence boxes
lie on the printed characters of the original.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Image = NDArray[uint8]

_FINE_PT = 0.36  # points per pixel: 200 dpi, what the recognition needs
_COARSE_PT = 0.5  # points per pixel: below 144 dpi the picture is enlarged
_DENSE_PT = 0.2  # points per pixel: above 360 dpi it is reduced
_MAX_ENLARGED = 3.0
_MAX_PIXELS = 40_000_000  # an enlarged picture has no more
_COLOUR = 60  # difference of the channels that makes a colour
_SEAL_PT = (70.0, 200.0)  # a round seal is 38 to 58 mm wide, oval ones less
_SEAL_SHAPE = 0.6  # an oval seal is this high for its width
_SEAL_FILL = 0.6  # a seal is a ring with text: a fuller patch is a picture or a coloured cell
_THROUGH_SEAL = 150  # the lightest black ink under a seal, in its lightest channel
_PALE = (180, 240)  # grey levels of a watermark or a shaded cell
_BROAD_PT, _REACH_PT = 2.5, 3.0  # the strokes of a watermark; how far its edges reach
_PALE_PT = 24.0  # pale patches at least this large: grey text of a notice is smaller
_MAX_SKEW, _STEP, _FINE_STEP = 5.0, 0.5, 0.05  # degrees
_SKEW_POINTS = 20_000  # as sure as all of them
_MIN_SKEW = 0.08  # degrees: less moves the end of a line by under a point


class Seen(NamedTuple):
    """A page ready to read: grey, dark on white, straight; ``matrix`` maps its pixels back."""

    grey: "Image"
    scale: float
    matrix: tuple[float, float, float, float, float, float]
    seals: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.grey.shape[1] * self.scale, self.grey.shape[0] * self.scale

    @property
    def is_sideways(self) -> bool:
        """Whether the page was turned by a quarter to be read."""
        return abs(self.matrix[1]) > abs(self.matrix[0])

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Return where a pixel of the straight page lies in the picture as it came, in pixels."""
        a, b, c, d, e, f = self.matrix
        return a * x + b * y + c, d * x + e * y + f


def see(image: "Image", scale: float, quarters: int = 0) -> Seen:
    """Return the page of ``image`` (rows, columns, RGB), turned counter-clockwise by quarters."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    grey, seals = _without_seals(image, scale)
    grey = np.ascontiguousarray(np.rot90(grey, quarters))
    grey, factor = _resized(grey, scale)
    grey = _without_shades(grey, scale / factor)
    angle = _skew(grey)
    rows, columns = grey.shape
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
    if abs(angle) >= _MIN_SKEW:
        grey = cv2.warpAffine(
            grey, turn, (columns, rows), flags=cv2.INTER_CUBIC, borderValue=(255,)
        ).astype(np.uint8)
    else:
        turn = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    inverse = np.vstack([cv2.invertAffineTransform(turn), [0.0, 0.0, 1.0]])
    whole = _unturned(width, height, quarters) @ np.diag([1 / factor, 1 / factor, 1.0]) @ inverse
    a, b, c, d, e, f = (float(value) for value in whole[:2].ravel())
    return Seen(grey, scale / factor, (a, b, c, d, e, f), seals)


def _unturned(width: int, height: int, quarters: int) -> "NDArray[float]":  # type: ignore[type-var]
    """Return the matrix from the turned picture to the one that came (width × height)."""
    import numpy as np

    ways = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
    }
    return np.array(ways[quarters % 4], dtype=float)


def _without_seals(image: "Image", scale: float) -> tuple["Image", int]:
    """Return the page in grey, inside a seal by its lightest channel: red is white, black stays.

    Text in colour outside a seal (the red head of a notice) stays dark.
    """
    import cv2
    import numpy as np

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    sample = image[::4, ::4].astype(np.int16)
    if not (sample.max(axis=2) - sample.min(axis=2) > _COLOUR).any():
        return grey, 0
    lightest = image.max(axis=2)
    coloured = (lightest - image.min(axis=2) > _COLOUR).astype(np.uint8)
    seals = _seal_boxes(coloured, scale)
    for x0, y0, x1, y1 in seals:
        part, under = lightest[y0:y1, x0:x1], coloured[y0:y1, x0:x1]
        near = cv2.dilate(under, np.ones((3, 3), np.uint8)).astype(bool)
        grey[y0:y1, x0:x1] = np.where(near & (part > _THROUGH_SEAL), 255, part)
    return grey, len(seals)


def _seal_boxes(coloured: "Image", scale: float) -> list[tuple[int, int, int, int]]:
    import cv2
    import numpy as np

    reach = max(1, round(3.0 / scale))
    joined = cv2.dilate(coloured, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for x, y, width, height, _ in stats[1:count].tolist():
        small, large = sorted((width * scale, height * scale))
        fill = coloured[y : y + height, x : x + width].mean()
        is_sized = _SEAL_PT[0] <= large <= _SEAL_PT[1] and small >= _SEAL_SHAPE * large
        if is_sized and fill <= _SEAL_FILL:
            found.append((x, y, x + width, y + height))
    return found


def _resized(grey: "Image", scale: float) -> tuple["Image", float]:
    """Return the page at about 200 dpi, where it is much coarser or finer, and the factor."""
    import cv2
    import numpy as np

    if _DENSE_PT <= scale <= _COARSE_PT:
        return grey, 1.0
    factor = min(scale / _FINE_PT, _MAX_ENLARGED, math.sqrt(_MAX_PIXELS / grey.size))
    if scale > _COARSE_PT and factor <= 1.0:
        return grey, 1.0
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    how = cv2.INTER_CUBIC if factor > 1.0 else cv2.INTER_AREA
    return cv2.resize(grey, size, interpolation=how).astype(np.uint8), factor


def _without_shades(grey: "Image", scale: float) -> "Image":
    """Whiten watermarks and shaded grounds: pale patches larger than the text of a notice.

    The strokes of a watermark are broad; the pale edges of printed characters are not.
    """
    import cv2
    import numpy as np

    pale = cv2.inRange(cv2.GaussianBlur(grey, (5, 5), 0), np.array(_PALE[0]), np.array(_PALE[1]))
    broad = max(4, round(_BROAD_PT / scale))
    patch = cv2.morphologyEx(pale, cv2.MORPH_OPEN, np.ones((broad, broad), np.uint8))
    if not patch.any():
        return grey
    reach = max(3, round(_REACH_PT / scale))
    patch = cv2.dilate(patch, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(patch)
    is_large = (stats[:, 2:4].max(axis=1) >= _PALE_PT / scale) & (np.arange(count) > 0)
    stretched = cv2.convertScaleAbs(grey, alpha=255 / _PALE[0])
    return np.where(is_large[labels], stretched, grey).astype(np.uint8)


def _skew(grey: "Image") -> float:
    """Return by how many degrees (counter-clockwise) the page is to be turned to stand straight.

    Straight lines fill few rows and leave others empty: the angle at which the rows differ most.
    """
    import cv2
    import numpy as np

    step = max(1, max(grey.shape) // 1200)
    small = cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    level = min(150.0, float(small.mean()) * 0.7)
    y, x = np.nonzero(small < level)
    if len(x) < 200:
        return 0.0
    every = len(x) // _SKEW_POINTS + 1
    x, y = x[::every], y[::every]

    def contrast(angle: float) -> float:
        rows = np.round(y + x * math.tan(math.radians(angle))).astype(np.int64)
        counts = np.bincount(rows - rows.min()).astype(float)
        return float((counts * counts).sum())

    coarse = [_STEP * n for n in range(-round(_MAX_SKEW / _STEP), round(_MAX_SKEW / _STEP) + 1)]
    best = max(coarse, key=contrast)
    fine = [best + _FINE_STEP * n for n in range(-10, 11)]
    return -max(fine, key=contrast)
