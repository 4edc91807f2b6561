"""What every recognizer is offered: the view, its runs and the context; and what it answers."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from extract import lexicon
from extract.context import Context, Hint
from extract.document import Discard, Mention, Span
from extract.recognizers import numeral
from extract.text import View

_CLAUSE_MARKS = "，。；：！？,"


@dataclass(frozen=True, slots=True)
class Scene:
    """One text under recognition. ``idioms`` maps the start of a run to why it is no figure.

    ``starts`` and ``numerals`` say of each run where it starts and where it is printed.
    """

    view: View
    context: Context
    runs: tuple[numeral.Run, ...]
    idioms: dict[int, str]
    text: str = field(init=False, repr=False)
    starts: list[int] = field(init=False, repr=False, compare=False)
    numerals: tuple[Span, ...] = field(init=False, repr=False, compare=False)
    _numbers: dict[int, numeral.Number | None] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Keep at hand what every recognizer asks for: characters, and where a run is printed."""
        offsets = self.view.offsets
        object.__setattr__(self, "text", self.view.text)
        object.__setattr__(self, "starts", [run.start for run in self.runs])
        spans = [Span(offsets[start], offsets[end - 1] + 1) for start, end, _ in self.runs]
        object.__setattr__(self, "numerals", tuple(spans))

    def number(self, index: int) -> numeral.Number | None:
        """Return the number that starts with run ``index``; each run is read once."""
        try:
            return self._numbers[index]
        except KeyError:
            found = numeral.read(self.text, self.runs, index, lexicon.units().scale_led)
            self._numbers[index] = found
            return found

    def run_at(self, position: int, after: int) -> int | None:
        """Return the run that starts at ``position``, looking a few runs on from ``after``."""
        for index in range(after, min(after + 8, len(self.runs))):
            if self.runs[index].start == position:
                return index
            if self.runs[index].start > position:
                break
        return None

    def numerals_in(self, start: int, end: int) -> tuple[Span, ...]:
        """Return where the runs that start in ``start:end`` of the view are printed."""
        return self.numerals[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def left(self, position: int, reach: int = 24) -> str:
        """Return the characters before ``position``, not beyond a break or the edge of a cell."""
        piece = self.text[max(0, position - reach) : position]
        return piece[max(piece.rfind("\t"), piece.rfind("\n")) + 1 :]

    def clause(self, position: int, reach: int = 80) -> str:
        """Return the part of the sentence's clause that stands before ``position``."""
        left = self.left(position, reach)
        return left[max(map(left.rfind, _CLAUSE_MARKS)) + 1 :]

    def hint(self, position: int) -> Hint | None:
        """Return what the position of the character says, if anything."""
        return self.context.hint_at(self.view.offsets[position])


class Claim(NamedTuple):
    """What a recognizer says of a run: the mentions it consumed, or the reason it is no figure.

    ``end`` is the end of the claim in the view; all runs that start before it are settled.
    """

    end: int
    mentions: tuple[Mention, ...] = ()
    discards: tuple[Discard, ...] = ()


Recognizer = Callable[[Scene, int], Claim | None]


def no_figure(scene: Scene, start: int, end: int, reason: str) -> Claim:
    """Return the claim that the numerals in ``start:end`` are no figure."""
    spans = scene.numerals_in(start, end)
    return Claim(end, discards=tuple([Discard(span, reason) for span in spans]))
