"""What two sides of one project say: targets, money, leads, deadlines, and what else changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from extract.compare.matching import alike, clauses, masked
from extract.compare.model import Change, Kind, Side
from extract.notice import Amount, Evidence, Measure, Percentage, Project, Quantity
from extract.text import compact, fold
from extract.writers import _said

Target = Quantity | Percentage
T = TypeVar("T")
_ROLES = ("target", "baseline", "standard", "eligibility")
_ALIKE = 0.5  # from which two targets with one unit are the same
_ALIKE_OTHER_UNIT = 0.85
_UNHEARD = 0.5  # a clause below this, beside every clause of the other side, is another one


@dataclass(frozen=True, slots=True)
class Pair:
    """The projects of both sides that belong together, and the years between the two lists."""

    old: Sequence[Project]
    new: Sequence[Project]
    years: int

    def side(self, of_new: bool, text: str, evidence: Sequence[Evidence] = ()) -> Side:
        """Return one side of a change."""
        projects = self.new if of_new else self.old
        return Side(
            projects=tuple(one.id for one in projects),
            names=tuple(one.name for one in projects),
            text=text,
            evidence=tuple(evidence) or tuple(one.evidence for one in projects),
        )

    def change(
        self,
        kind: Kind,
        subject: str,
        old: tuple[str, Sequence[Evidence]],
        new: tuple[str, Sequence[Evidence]],
    ) -> Change:
        """Return a change with both sides."""
        sides = {"old": self.side(False, *old), "new": self.side(True, *new)}
        return Change(kind=kind, subject=subject, **sides)


def differences(pair: Pair) -> Iterator[Change]:
    """Yield every change of what a project says; none when it is only continued."""
    yield from _targets(pair)
    yield from _clauses(pair)
    yield from _money(pair)
    yield from _leads(pair)
    yield from _deadlines(pair)


def _targets(pair: Pair) -> Iterator[Change]:
    old, new = _aims(pair.old), _aims(pair.new)
    matched = _matched(old, new, _likeness)
    for i, j in matched:
        before, after = old[i][0], new[j][0]
        if _stated(before) != _stated(after):
            yield pair.change("target_changed", _subject(after), _shown(before), _shown(after))
    kept_old, kept_new = {i for i, _ in matched}, {j for _, j in matched}
    for j, (after, _) in enumerate(new):
        if j not in kept_new:
            yield pair.change("expanded", _subject(after), ("", ()), _shown(after))
    for i, (before, _) in enumerate(old):
        if i not in kept_old:
            yield pair.change("cut", _subject(before), _shown(before), ("", ()))


def _aims(projects: Sequence[Project]) -> list[tuple[Target, str]]:
    """Return the targets with the clause each stands in."""
    return [
        (target, _clause_of(project, target))
        for project in projects
        for target in project.quantities
        if target.role in _ROLES
    ]


def _clause_of(project: Project, target: Target) -> str:
    if target.task is not None and target.task < len(project.tasks):
        return masked(project.tasks[target.task].text)
    words = compact(target.evidence.text)
    return next((masked(part) for part in clauses(project.content) if words in part), "")


def _likeness(one: tuple[Target, str], other: tuple[Target, str]) -> float:
    before, after = one[0], other[0]
    if before.kind != after.kind:
        return 0.0
    context = alike(one[1], other[1])
    objects = (_object(before), _object(after))
    words = alike(*objects) if all(objects) else context
    likeness = 0.65 * words + 0.35 * context
    least = _ALIKE if fold(before.unit) == fold(after.unit) else _ALIKE_OTHER_UNIT
    same_role = 0.01 if before.role == after.role else 0.0  # breaks a tie
    same_value = 0.005 if _stated(before) == _stated(after) else 0.0
    return likeness + same_role + same_value if likeness >= least else 0.0


def _object(target: Target) -> str:
    return masked(target.object or "")


def _subject(target: Target) -> str:
    action = target.action if isinstance(target, Quantity) else None
    return "".join(part for part in (action, target.object) if part) or target.unit


def _stated(target: Target) -> tuple[object, ...]:
    per = target.per if isinstance(target, Quantity) else None
    return (*_number(target), fold(target.unit), fold(per or ""))


def _number(measure: Measure) -> tuple[Decimal | str | None, ...]:
    return measure.value, measure.minimum, measure.maximum, measure.bound


def _shown(target: Target) -> tuple[str, Sequence[Evidence]]:
    text = f"{_said.BOUNDS[target.bound]}{_said.number(target)}{target.unit}"
    return text, (target.evidence,)


def _clauses(pair: Pair) -> Iterator[Change]:
    """Yield the clauses without a target that only one side has (试点…, 推广…)."""
    old, new = _plain(pair.old), _plain(pair.new)
    everything_old = [masked(part) for one in pair.old for part in clauses(one.content)]
    everything_new = [masked(part) for one in pair.new for part in clauses(one.content)]
    for text, evidence in new:
        if _best(text, everything_old) < _UNHEARD:
            yield pair.change("expanded", text, ("", ()), (text, evidence))
    for text, evidence in old:
        if _best(text, everything_new) < _UNHEARD:
            yield pair.change("cut", text, (text, evidence), ("", ()))


def _best(text: str, others: Sequence[str]) -> float:
    return max((alike(masked(text), other) for other in others), default=0.0)


def _plain(projects: Sequence[Project]) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    for project in projects:
        figures = [compact(one.evidence.text) for one in (*project.quantities, *project.amounts)]
        for part in clauses(project.content):
            if not any(words in part for words in figures):
                own = [one.evidence for one in project.tasks if part in compact(one.text)]
                yield part, tuple(own[:1]) or (project.evidence,)


def _money(pair: Pair) -> Iterator[Change]:
    old = [one for project in pair.old for one in project.amounts]
    new = [one for project in pair.new for one in project.amounts]
    matched = _matched(old, new, _same_purse)
    for i, j in matched:
        if _sum(old[i]) != _sum(new[j]):
            yield _money_change(pair, old[i], new[j])
    kept_old, kept_new = {i for i, _ in matched}, {j for _, j in matched}
    for i, amount in enumerate(old):
        if i not in kept_old:
            yield _money_change(pair, amount, None)
    for j, amount in enumerate(new):
        if j not in kept_new:
            yield _money_change(pair, None, amount)


def _same_purse(one: Amount, other: Amount) -> float:
    """Return how surely two sums are the same one; the same purpose and rate is the least."""
    if (one.purpose, one.per) != (other.purpose, other.per):
        return 0.0
    source = 2 if one.source == other.source else 0
    part = 1 if (one.part_of is None) == (other.part_of is None) else 0
    value = 3 if _number(one) == _number(other) else 0
    return 1.0 + source + part + value


def _sum(amount: Amount) -> tuple[object, ...]:
    return (*_number(amount), amount.currency, amount.source)


def _money_change(pair: Pair, old: Amount | None, new: Amount | None) -> Change:
    either = new or old
    source = _said.SOURCES[either.source] if either else ""
    return pair.change("money_changed", f"{source}资金", _purse(old), _purse(new))


def _purse(amount: Amount | None) -> tuple[str, Sequence[Evidence]]:
    if amount is None:
        return "", ()
    unit = "元" if amount.currency == "CNY" else amount.currency
    source = "" if amount.source == "unspecified" else f"（{_said.SOURCES[amount.source]}）"
    text = f"{_said.BOUNDS[amount.bound]}{_said.number(amount)}{unit}{source}"
    return text, (amount.evidence,)


def _leads(pair: Pair) -> Iterator[Change]:
    old, new = _answering(pair.old), _answering(pair.new)
    if old and new and set(old) != set(new):
        yield pair.change("lead_changed", "牵头（责任）单位", _named(old), _named(new))


def _answering(projects: Sequence[Project]) -> dict[str, Evidence]:
    """Return who leads; where nobody does, who is responsible."""
    for role in ("lead", "responsible"):
        found = {
            fold(compact(one.name)): one.evidence
            for project in projects
            for one in project.departments
            if one.role == role
        }
        if found:
            return found
    return {}


def _named(names: dict[str, Evidence]) -> tuple[str, Sequence[Evidence]]:
    return "、".join(names), tuple(names.values())


def _deadlines(pair: Pair) -> Iterator[Change]:
    """Yield each deadline that moved within its year; the same day a year later did not move."""
    old, new = list(_due(pair.old, pair.years)), list(_due(pair.new, 0))
    days_old, days_new = {one.day for one in old}, {one.day for one in new}
    matched = _matched(old, new, _same_term)
    for i, j in matched:
        if old[i].day != new[j].day and "default" not in (old[i].origin, new[j].origin):
            yield pair.change("deadline_moved", "完成时限", old[i].shown, new[j].shown)
    kept_old, kept_new = {i for i, _ in matched}, {j for _, j in matched}
    for i, one in enumerate(old):
        if i not in kept_old and one.day not in days_new and one.origin != "default":
            yield pair.change("deadline_moved", "完成时限", one.shown, ("", ()))
    for j, one in enumerate(new):
        if j not in kept_new and one.day not in days_old and one.origin != "default":
            yield pair.change("deadline_moved", "完成时限", ("", ()), one.shown)


@dataclass(frozen=True, slots=True)
class _Term:
    """A deadline as it is compared: its day in the new list's year, and the words around it."""

    day: tuple[object, ...]
    origin: str
    around: str
    shown: tuple[str, Sequence[Evidence]]


def _due(projects: Sequence[Project], years: int) -> Iterator[_Term]:
    for project in projects:
        for one in project.deadlines:
            kind = "from" if one.bound == "from" else "by"
            day = (shifted(one.date, years), one.recurrence, kind)
            task = one.task if one.task is not None and one.task < len(project.tasks) else None
            around = masked(project.tasks[task].text) if task is not None else ""
            yield _Term(day, one.origin, around, (_said.when(one), (one.evidence,)))


def _same_term(one: _Term, other: _Term) -> float:
    """Return how surely two deadlines are for the same thing; a default is for one of its kind."""
    if (one.origin == "default") != (other.origin == "default"):
        return 0.0
    if one.day[2] != other.day[2] or (one.day[1] is None) != (other.day[1] is None):
        return 0.0
    around = alike(one.around, other.around) if one.around and other.around else _UNHEARD
    return 0.1 + around + (0.3 if one.day == other.day else 0.0)


def shifted(day: date | None, years: int) -> date | None:
    """Return the same day some years later; the 29th of February becomes the 28th."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _matched(
    old: Sequence[T], new: Sequence[T], likeness: Callable[[T, T], float]
) -> list[tuple[int, int]]:
    """Return the pairs that are alike, the most alike first, each once."""
    pairs = (
        (likeness(one, other), i, j) for i, one in enumerate(old) for j, other in enumerate(new)
    )
    scored = sorted((-round(score, 6), i, j) for score, i, j in pairs if score > 0)
    matched: list[tuple[int, int]] = []
    for _, i, j in scored:
        if all(i != a and j != b for a, b in matched):
            matched.append((i, j))
    return sorted(matched)
