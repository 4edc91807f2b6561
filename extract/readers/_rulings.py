"""Straight strokes → the rectangles of ruled tables; the same for drawn, parsed and seen lines."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from extract.readers._grid import Box

_SNAP, _JOIN, _CROSS = 3.0, 3.0, 3.0  # points: how far strokes may miss each other


class Stroke(NamedTuple):
    """A horizontal or vertical stroke, in points from the top left of the page as it is read."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_vertical(self) -> bool:
        """Whether it runs down rather than across."""
        return abs(self.x1 - self.x0) <= abs(self.y1 - self.y0)


def tables_of(strokes: Iterable[Stroke]) -> list[list[Box]]:
    """Return the cells of each table that the strokes draw, as boxes for ``_grid.ruled``."""
    from pdfplumber import table  # slow to load, and most formats do not need it

    edges = [_edge(stroke) for stroke in strokes]
    merged = table.merge_edges(edges, _SNAP, _SNAP, _JOIN, _JOIN)
    crossings = table.edges_to_intersections(merged, _CROSS, _CROSS)
    cells = table.intersections_to_cells(crossings)
    return [list(cells) for cells in table.cells_to_tables(cells)]


def _edge(stroke: Stroke) -> dict[str, Any]:
    """Return the stroke as pdfplumber's table functions take it."""
    x0, x1 = sorted((stroke.x0, stroke.x1))
    top, bottom = sorted((stroke.y0, stroke.y1))
    if stroke.is_vertical:
        x0 = x1 = (x0 + x1) / 2
    else:
        top = bottom = (top + bottom) / 2
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "v" if stroke.is_vertical else "h",
        "object_type": "line",
    }
