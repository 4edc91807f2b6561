"""The tables of a PDF page: drawn with rules, with open sides, with rules across only, or none."""

from collections.abc import Sequence

from extract.readers._aligned import between_rules, unruled
from extract.readers._grid import Box, Ruled, ruled
from extract.readers._lines import Char, Line
from extract.readers._rulings import closed, rules_of, tables_between


def tables_in(
    page: int, strokes: Sequence[Box], chars: Sequence[Char]
) -> tuple[list[Ruled], set[int]]:
    """Return the tables that rules draw and the indices of the characters they hold."""
    tables: list[Ruled] = []
    taken: set[int] = set()
    if not strokes:
        return tables, taken
    rules = closed(rules_of(strokes))
    places: list[Box] = []
    for boxes in tables_between(rules):
        if _add(page, boxes, chars, tables, taken):
            places.append(_around(boxes))
    for boxes in between_rules(rules.across, places, chars):
        _add(page, boxes, chars, tables, taken)
    return tables, taken


def tables_among(
    page: int, lines: Sequence[Line], chars: Sequence[Char]
) -> tuple[list[Ruled], set[int]]:
    """Return the clear tables among lines that no rule touches, and the characters they hold."""
    tables: list[Ruled] = []
    taken: set[int] = set()
    for boxes in unruled(lines):
        _add(page, boxes, chars, tables, taken)
    return tables, taken


def _add(
    page: int, boxes: Sequence[Box], chars: Sequence[Char], tables: list[Ruled], taken: set[int]
) -> bool:
    table, held = ruled(page, boxes, chars)
    if table is None or held <= taken:
        return False
    tables.append(table)
    taken |= held
    return True


def _around(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
