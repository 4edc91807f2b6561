"""PDFium's raw interface, called in bulk: one pass in C for the codes, boxes and owners of a page.

A call through ctypes costs more than the work behind it; ``map`` over a prototype that keeps the
interpreter lock and takes bare addresses costs a tenth of a call through pypdfium2's bindings.
"""

import threading
from collections.abc import Callable, Sequence
from ctypes import (
    PYFUNCTYPE,
    addressof,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_size_t,
    c_uint,
    c_ulong,
    c_void_p,
    cast,
    create_string_buffer,
)
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

# PDFium keeps state of its own for the whole process: one thread at a time.
LOCK = threading.RLock()

TEXT, PATH, IMAGE, FORM = 1, 2, 3, 5

_SPACE, _WHITE = 0x20, 250
_FLOATS_OF_A_BOX, _FLOATS_OF_A_MATRIX, _SIZE_OF_FLOAT = 4, 6, 4
_BOX, _MATRIX = _FLOATS_OF_A_BOX * _SIZE_OF_FLOAT, _FLOATS_OF_A_MATRIX * _SIZE_OF_FLOAT

_SIZE_OF_INT = 4
_PARTS = c_uint * 4

Matrix = tuple[float, float, float, float, float, float]


class Calls(NamedTuple):
    """The functions of the library that readers call, each taking bare addresses."""

    load_document: Callable[..., Any]
    close_document: Callable[..., Any]
    last_error: Callable[..., Any]
    count_pages: Callable[..., Any]
    load_page: Callable[..., Any]
    close_page: Callable[..., Any]
    page_box: Callable[..., Any]
    page_rotation: Callable[..., Any]
    load_text: Callable[..., Any]
    close_text: Callable[..., Any]
    count_chars: Callable[..., Any]
    unicode: Callable[..., Any]
    map_error: Callable[..., Any]
    is_made_up: Callable[..., Any]
    size_of_text: Callable[..., Any]
    loose_box: Callable[..., Any]
    text_object: Callable[..., Any]
    font_size: Callable[..., Any]
    text_matrix: Callable[..., Any]
    count_objects: Callable[..., Any]
    object_at: Callable[..., Any]
    type_of: Callable[..., Any]
    matrix_of: Callable[..., Any]
    bounds_of: Callable[..., Any]
    count_in_form: Callable[..., Any]
    object_in_form: Callable[..., Any]
    count_segments: Callable[..., Any]
    segment_at: Callable[..., Any]
    segment_type: Callable[..., Any]
    segment_closes: Callable[..., Any]
    segment_point: Callable[..., Any]
    draw_mode: Callable[..., Any]
    fill_colour: Callable[..., Any]


_SIGNATURES: dict[str, tuple[str, Any, tuple[Any, ...]]] = {
    "load_document": ("FPDF_LoadMemDocument64", c_void_p, (c_char_p, c_size_t, c_char_p)),
    "close_document": ("FPDF_CloseDocument", None, (c_void_p,)),
    "last_error": ("FPDF_GetLastError", c_ulong, ()),
    "count_pages": ("FPDF_GetPageCount", c_int, (c_void_p,)),
    "load_page": ("FPDF_LoadPage", c_void_p, (c_void_p, c_int)),
    "close_page": ("FPDF_ClosePage", None, (c_void_p,)),
    "page_box": ("FPDF_GetPageBoundingBox", c_int, (c_void_p, c_void_p)),
    "page_rotation": ("FPDFPage_GetRotation", c_int, (c_void_p,)),
    "load_text": ("FPDFText_LoadPage", c_void_p, (c_void_p,)),
    "close_text": ("FPDFText_ClosePage", None, (c_void_p,)),
    "count_chars": ("FPDFText_CountChars", c_int, (c_void_p,)),
    "unicode": ("FPDFText_GetUnicode", c_uint, (c_void_p, c_int)),
    "map_error": ("FPDFText_HasUnicodeMapError", c_int, (c_void_p, c_int)),
    "is_made_up": ("FPDFText_IsGenerated", c_int, (c_void_p, c_int)),
    "size_of_text": ("FPDFTextObj_GetFontSize", c_int, (c_void_p, c_void_p)),
    "loose_box": ("FPDFText_GetLooseCharBox", c_int, (c_void_p, c_int, c_void_p)),
    "text_object": ("FPDFText_GetTextObject", c_void_p, (c_void_p, c_int)),
    "font_size": ("FPDFText_GetFontSize", c_double, (c_void_p, c_int)),
    "text_matrix": ("FPDFText_GetMatrix", c_int, (c_void_p, c_int, c_void_p)),
    "count_objects": ("FPDFPage_CountObjects", c_int, (c_void_p,)),
    "object_at": ("FPDFPage_GetObject", c_void_p, (c_void_p, c_int)),
    "type_of": ("FPDFPageObj_GetType", c_int, (c_void_p,)),
    "matrix_of": ("FPDFPageObj_GetMatrix", c_int, (c_void_p, c_void_p)),
    "bounds_of": ("FPDFPageObj_GetBounds", c_int, (c_void_p,) * 5),
    "count_in_form": ("FPDFFormObj_CountObjects", c_int, (c_void_p,)),
    "object_in_form": ("FPDFFormObj_GetObject", c_void_p, (c_void_p, c_ulong)),
    "count_segments": ("FPDFPath_CountSegments", c_int, (c_void_p,)),
    "segment_at": ("FPDFPath_GetPathSegment", c_void_p, (c_void_p, c_int)),
    "segment_type": ("FPDFPathSegment_GetType", c_int, (c_void_p,)),
    "segment_closes": ("FPDFPathSegment_GetClose", c_int, (c_void_p,)),
    "segment_point": ("FPDFPathSegment_GetPoint", c_int, (c_void_p,) * 3),
    "fill_colour": ("FPDFPageObj_GetFillColor", c_int, (c_void_p,) * 5),
    "draw_mode": ("FPDFPath_GetDrawMode", c_int, (c_void_p,) * 3),
}


@cache
def calls() -> Calls:
    """Return the library's functions; the library is loaded and made ready on the first call."""
    import pypdfium2.raw as raw  # slow to load, and a .txt does not need it

    return Calls(
        **{
            name: PYFUNCTYPE(result, *arguments)(cast(getattr(raw, symbol), c_void_p).value or 0)
            for name, (symbol, result, arguments) in _SIGNATURES.items()
        }
    )


def codes(text_page: int, count: int) -> tuple[list[int], list[int | None], list[int]]:
    """Return the code point, the owning text object and the map error of every character.

    A character that PDFium made up (a space, a line feed) has no owner: ``None``.
    """
    each = calls()
    found = list(map(each.unicode, repeat(text_page), range(count)))
    owners = list(map(each.text_object, repeat(text_page), range(count)))
    position = -1
    for _ in range(found.count(_SPACE)):
        position = found.index(_SPACE, position + 1)
        if each.is_made_up(text_page, position):
            owners[position] = None
    return found, owners, list(map(each.map_error, repeat(text_page), range(count)))


def font_size(text: int) -> float:
    """Return the font size that a text object sets, before its matrix."""
    size = c_float()
    calls().size_of_text(text, addressof(size))
    return size.value


def boxes(text_page: int, count: int) -> list[float]:
    """Return ``left, top, right, bottom`` of every character, one after the other, in user space.

    The sides are those of the advance (a little wider where the drawing reaches out of it).
    """
    buffer = create_string_buffer(max(count, 1) * _BOX)
    start = addressof(buffer)
    where = range(start, start + count * _BOX, _BOX)
    list(map(calls().loose_box, repeat(text_page), range(count), where))
    return _floats(buffer, count * _FLOATS_OF_A_BOX)


def text_matrices(text_page: int, indices: Sequence[int]) -> list[float]:
    """Return the six numbers of the text matrix of each named character, one after the other."""
    buffer = create_string_buffer(max(len(indices), 1) * _MATRIX)
    start = addressof(buffer)
    where = range(start, start + len(indices) * _MATRIX, _MATRIX)
    list(map(calls().text_matrix, repeat(text_page), indices, where))
    return _floats(buffer, len(indices) * _FLOATS_OF_A_MATRIX)


def object_matrices(objects: Sequence[int]) -> list[float]:
    """Return the six numbers of the matrix of each page object, one after the other."""
    buffer = create_string_buffer(max(len(objects), 1) * _MATRIX)
    start = addressof(buffer)
    where = range(start, start + len(objects) * _MATRIX, _MATRIX)
    list(map(calls().matrix_of, objects, where))
    return _floats(buffer, len(objects) * _FLOATS_OF_A_MATRIX)


def bounds(objects: Sequence[int]) -> list[float]:
    """Return ``left, bottom, right, top`` of each page object, one after the other."""
    buffer = create_string_buffer(max(len(objects), 1) * _BOX)
    start = addressof(buffer)
    where = (
        range(start + side, start + side + len(objects) * _BOX, _BOX)
        for side in range(0, _BOX, _SIZE_OF_FLOAT)
    )
    list(map(calls().bounds_of, objects, *where))
    return _floats(buffer, len(objects) * _FLOATS_OF_A_BOX)


def points(segments: Sequence[int]) -> list[float]:
    """Return ``x, y`` of each path segment, one after the other."""
    size = 2 * _SIZE_OF_FLOAT
    buffer = create_string_buffer(max(len(segments), 1) * size)
    start = addressof(buffer)
    ends = range(start, start + len(segments) * size, size)
    list(map(calls().segment_point, segments, ends, range(start + _SIZE_OF_FLOAT, ends.stop, size)))
    return _floats(buffer, len(segments) * 2)


def page_box(page: int) -> tuple[float, float, float, float]:
    """Return ``left, bottom, right, top`` of the part of the page that is shown."""
    box = (c_float * _FLOATS_OF_A_BOX)()
    calls().page_box(page, addressof(box))
    left, top, right, bottom = box
    return left, bottom, right, top


def paintings(paths: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return of each path whether it is filled and whether it is stroked; a clip is neither."""
    buffer = create_string_buffer(max(len(paths), 1) * 2 * _SIZE_OF_INT)
    start, step = addressof(buffer), 2 * _SIZE_OF_INT
    modes = range(start, start + len(paths) * step, step)
    strokes = range(start + _SIZE_OF_INT, start + _SIZE_OF_INT + len(paths) * step, step)
    list(map(calls().draw_mode, paths, modes, strokes))
    flat: list[int] = memoryview(buffer).cast("B").cast("i").tolist()
    return flat[0 : 2 * len(paths) : 2], flat[1 : 2 * len(paths) : 2]


def is_blank(path: int) -> bool:
    """Return whether the colour that fills a path is white or wholly transparent."""
    parts = _PARTS()
    calls().fill_colour(path, *range(addressof(parts), addressof(parts) + 16, 4))
    return not parts[3] or min(parts[:3]) >= _WHITE


def _floats(buffer: Any, count: int) -> list[float]:  # noqa: ANN401 - a ctypes array
    return memoryview(buffer).cast("B")[: count * _SIZE_OF_FLOAT].cast("f").tolist()  # type: ignore[return-value]
