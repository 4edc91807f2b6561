"""Scans and photographs: PNG, JPEG, TIFF (every page), BMP and WebP, read by recognition.

The size of a picture is asked of its header before a pixel is decoded; what a camera says of its
own position is obeyed. A picture without any text is refused, never read as an empty notice.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

from extract.document import Document
from extract.errors import LimitExceeded, MissingComponent, UnreadableDocument
from extract.limits import DEFAULT_LIMITS, Limits
from extract.readers._draft import Draft, Identity
from extract.readers._ocr import MISSING, available, doubts, read_scan
from extract.readers._sheets import bodies_of, compose

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

    Pixels = NDArray[uint8]

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
MEDIA_TYPES = ("image/png", "image/jpeg", "image/tiff", "image/bmp", "image/webp")

_DECODERS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")  # nothing else is ever decoded
_FORMATS = {  # Pillow's name → media type
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG from a camera that keeps a second view
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
}
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_POINTS_PER_INCH = 72.0
_PAGE_PT = (150.0, 2400.0)  # the longer side of a page, if the stated resolution is to be believed
_A4_PT = 842.0
_SCREEN_PT = 0.75  # points per pixel of a picture of a screen (96 dpi)
_DAMAGED = "图像已损坏或不完整，请重新扫描或重新获取原件。"
_EMPTY = "图像里没有认出文字，可能是空白页、照片或太模糊，请换清晰的扫描件（建议 200 dpi 以上）。"


def sniff(content: bytes) -> bool:
    """Return whether the bytes begin like a picture of one of these formats."""
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    is_bitmap = content[:2] == b"BM" and content[6:10] == b"\0\0\0\0"
    return content.startswith(_MAGIC) or is_webp or is_bitmap


def read(content: bytes, limits: Limits, name: str) -> Document:
    """Read a picture: a ``Document`` with ``ocr`` set, each character with place and confidence.

    ``财政资金170万元。`` keeps its digits as they were recognised; a doubtful one becomes a note.

    Raises:
        MissingComponent: the extra ``ocr`` is not installed.
        UnreadableDocument: damaged, or without any text.
        LimitExceeded: more pages or pixels, or more text, than the limits allow.
    """
    if not available():
        raise MissingComponent(MISSING)
    from PIL import Image

    with _guarded():
        picture = Image.open(BytesIO(content), formats=_DECODERS)
    media_type = _FORMATS[picture.format or ""]
    pages = enumerate(_pages(picture, limits), 1)
    scans = [read_scan(pixels, number, scale) for number, (pixels, scale) in pages]
    sheets = bodies_of([scan.sheet for scan in scans])
    if not any(sheet.has_text for sheet in sheets):
        raise UnreadableDocument(_EMPTY)
    draft = Draft(limits)
    compose(sheets, draft)
    draft.notes += [note for scan in scans for note in scan.notes]
    engine = f"rapidocr {version('rapidocr')}"
    identity = Identity(name, media_type, "image", engine, len(scans), ocr=True)
    document = draft.document(content, identity)
    glyphs = tuple(glyph and scans[glyph.page - 1].back(glyph) for glyph in document.glyphs)
    document = replace(document, glyphs=glyphs)
    return replace(document, notes=(*document.notes, *doubts(document)))


@contextmanager
def _guarded() -> Iterator[None]:
    """Turn whatever damage makes of the decoder's code into one of our errors."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow mutters about damage is said by an error
            yield
    except Image.DecompressionBombError:
        raise _too_large(DEFAULT_LIMITS, None) from None
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, struct.error):
        raise UnreadableDocument(_DAMAGED) from None


def _pages(picture: "Picture", limits: Limits) -> Iterator[tuple["Pixels", float]]:
    """Yield each page's pixels (RGB) and points per pixel."""
    with _guarded():
        frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if frames > limits.max_pages:
        raise LimitExceeded(
            f"页数超过 {limits.max_pages} 页的上限，请拆分后再处理。", page=limits.max_pages + 1
        )
    for number in range(frames):
        with _guarded():
            picture.seek(number)
        if picture.width * picture.height > limits.max_image_pixels:
            raise _too_large(limits, number + 1)
        with _guarded():
            page = _pixels(picture), _scale_of(picture)
        yield page


def _pixels(picture: "Picture") -> "Pixels":
    """Return the decoded page, as it is held upright, in RGB on white paper."""
    import numpy as np
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(picture)
    if upright.mode == "F" or upright.mode.startswith("I"):  # 16 bits of grey
        deep = np.asarray(upright).astype(np.float64)
        level = (deep / (257.0 if deep.max() > 255 else 1.0)).clip(0, 255).astype(np.uint8)
        return np.repeat(level[:, :, None], 3, axis=2)
    return np.asarray(_on_white(upright))


def _on_white(picture: "Picture") -> "Picture":
    """Return the picture in RGB; what is transparent shows the paper."""
    from PIL import Image

    if "transparency" not in picture.info and "A" not in picture.mode:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered).convert("RGB")


def _scale_of(picture: "Picture") -> float:
    """Return the points per pixel: as stated if that makes a page, else that of an A4 page."""
    longest = max(picture.size)
    stated = picture.info.get("dpi")
    if stated and min(stated) > 1:
        scale = _POINTS_PER_INCH / float(max(stated))
        if _PAGE_PT[0] <= longest * scale <= _PAGE_PT[1]:
            return scale
    return min(_SCREEN_PT, _A4_PT / longest)


def _too_large(limits: Limits, page: int | None) -> LimitExceeded:
    most = f"{limits.max_image_pixels // 1_000_000} 百万像素"
    return LimitExceeded(f"图像超过 {most}的上限，请降低分辨率（200～300 dpi）后重试。", page=page)
