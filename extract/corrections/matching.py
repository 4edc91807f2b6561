"""Which value of a notice a record is for: by the value's id first, else by the quote in context.

Ids come from what identifies a value, so they stand when the text shifts. When a list is numbered
anew, or a project renamed, they change; then the quote with what stands before and behind decides,
and where it does not decide for certain, that is a conflict and never a guess.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import regex

from extract.corrections.model import Correction, anchor_of, plain
from extract.corrections.places import Place

_PROJECT = "project"  # known by its name: its evidence is all that is said of it
_TWIN = regex.compile(r"-\d+$")
_SAME_ID = 0.25  # share of the context that must stand when the id is the same
_SAME_PROJECT = 0.35  # share of the context that must stand when the project is the same by name
_ELSEWHERE = 0.85
_CLEAR = 0.06  # how much better than the second the best must be


class Found(NamedTuple):
    """The value a record is for; ``place`` is ``None`` where it is not certain, and ``why``."""

    place: Place | None
    why: str = ""


class Finder:
    """All values of one notice, ready to be asked many times."""

    def __init__(self, places: Iterable[Place], notice_id: str, text: str) -> None:
        self._text = text
        self._notice_id = notice_id
        self._by_family: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self._by_quote: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in places:
            self._by_family[place.kind, _family(place.target)].append(place)
            words = place.project if place.kind == _PROJECT else place.evidence.text
            self._by_quote[place.kind, plain(words or "")].append(place)

    def find(self, record: Correction) -> Found:
        """Return the value that a record is for."""
        family = self._by_family.get((record.kind, _family(record.target)), [])
        exact = [place for place in family if place.target == record.target]
        if len(exact) == 1 and self._is_the_closest(exact[0], family, record):
            return Found(exact[0])
        if family:
            return self._best(family, record, _SAME_PROJECT)
        words = record.project if record.kind == _PROJECT else record.quote
        alike = self._by_quote.get((record.kind, plain(words or "")), [])
        own = [one for one in alike if one.project == record.project]
        return self._best(own, record, _SAME_PROJECT) if own else self._other(alike, record)

    def _other(self, alike: Sequence[Place], record: Correction) -> Found:
        if not alike:
            return Found(None, f"新的文本里没有“{_short(record.quote)}”这个值")
        return self._best(alike, record, _ELSEWHERE)

    def _is_the_closest(self, place: Place, family: Sequence[Place], record: Correction) -> bool:
        """Tell whether an id still means what it meant.

        When the first of two values that say the same is gone, the second takes over its id.
        """
        own = self._likeness(place, record)
        return own >= _SAME_ID and all(own >= self._likeness(one, record) for one in family)

    def _best(self, candidates: Sequence[Place], record: Correction, least: float) -> Found:
        scored = sorted(
            ((self._likeness(one, record), -position) for position, one in enumerate(candidates)),
            reverse=True,
        )
        best, index = scored[0]
        if best < least:
            return Found(None, f"“{_short(record.quote)}”前后的文字已经不同，不能确定是同一个值")
        if len(scored) > 1 and best - scored[1][0] < _CLEAR:
            return Found(None, f"有 {len(scored)} 处“{_short(record.quote)}”，分不清是哪一处")
        return Found(candidates[-index])

    def _likeness(self, place: Place, record: Correction) -> float:
        """Return the share of the recorded context that stands around a value, 0 to 1."""
        here = anchor_of(place, self._notice_id, self._text)
        kept = len(record.prefix) + len(record.suffix)
        before = _common(here.prefix[::-1], record.prefix[::-1])
        share = (before + _common(here.suffix, record.suffix)) / kept if kept else 1.0
        return share


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    for position, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return position
    return min(len(one), len(other))


def _family(target: str) -> str:
    """Return an id without the ordinal that tells twins apart (``am-6fc1…-2``)."""
    head, dash, last = target.rpartition("-")
    is_twin = dash and "-" in head and _TWIN.fullmatch(dash + last) and len(last) < 4
    return head if is_twin else target


def _short(text: str) -> str:
    line = "".join(text.split())
    return line if len(line) <= 20 else f"{line[:20]}…"
