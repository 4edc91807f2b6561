"""Every outside fact a rule may use, and nothing else: no clock, no file, no page."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from extract.document import Span


@dataclass(frozen=True, slots=True)
class Hint:
    """What the position of a stretch says: the role of its column, and the column's unit.

    ``role`` is a role of ``lexicon/columns.toml`` (``serial``, ``deadline``, ``funding``,
    ``lead`` …) or ``issuer`` and ``recipient`` for the letterhead. ``unit`` is the unit printed in
    the header (``总投资（万元）`` → 万元) with its place, or ``None``; ``is_total`` says that the
    row adds up the others (合计); ``label`` is what the header prints above the cell, all its rows
    (``本次下达投资 中央``).
    """

    span: Span
    role: str
    unit: str | None = None
    unit_span: Span | None = None
    is_total: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The plan year, the day of issue and the hints, sorted by place and without overlap."""

    plan_year: int | None = None
    issued_on: date | None = None
    hints: tuple[Hint, ...] = ()

    def hint_at(self, offset: int) -> Hint | None:
        """Return the hint whose span holds the character at ``offset`` of the canonical text."""
        position = bisect_right(self.hints, offset, key=lambda hint: hint.span.start) - 1
        if position < 0 or offset >= self.hints[position].span.end:
            return None
        return self.hints[position]
