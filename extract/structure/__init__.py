"""Document → segments: who speaks of which project, and what each position means."""

from dataclasses import dataclass

from extract.context import Hint
from extract.document import Document, Letterhead, Segment, Year
from extract.structure import letterhead, outline, tables
from extract.text import View


@dataclass(frozen=True, slots=True)
class Structure:
    """What the layout of a document says before any value is read.

    ``hints`` are sorted and do not overlap; ``segments`` are empty where no list was found.
    """

    letterhead: Letterhead
    plan_year: Year | None
    hints: tuple[Hint, ...]
    segments: tuple[Segment, ...]


def read(document: Document, view: View) -> Structure:
    """Return the letterhead, the meaning of columns and the projects of a document."""
    head = letterhead.find(document, view)
    layouts = tables.layouts(document)
    hints = [hint for layout in layouts for hint in tables.hints(document, layout)]
    deadlines = tuple(hint.span for hint in hints if hint.role == "deadline")
    hints.extend(letterhead.hints(head))
    rows = [segment for layout in layouts for segment in tables.segments(document, view, layout)]
    return Structure(
        letterhead=head,
        plan_year=letterhead.plan_year(document, view, head, deadlines),
        hints=tuple(sorted(hints, key=lambda hint: hint.span)),
        segments=tuple(rows) or outline.segments(document, view),
    )


__all__ = ["Structure", "read"]
