"""Which duties an organisation has, over many notices and years.

Only the same name is the same organisation, or one that the lexicon confirms as its other name.
What merely looks alike (市场监管局 ~ 市场监督管理局) is a candidate with a score, never merged.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import regex

from extract import lexicon
from extract.notice import Department, Notice, Project

_LEVEL = regex.compile(r"^(?:国家|省|自治区|市|区|县|旗|高新区|开发区|管委会)(?=.{3,})")
_CANDIDATE = Decimal("0.35")


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: the notice, the project (``None`` for a duty over the whole list), the place."""

    notice: Notice
    project: Project | None
    department: Department


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may be the same organisation, with how much of the longer name it keeps."""

    name: str
    score: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Duties:
    """The duties of one organisation, and the names that a person should look at."""

    name: str
    duties: tuple[Duty, ...]
    candidates: tuple[Candidate, ...]


def duties(name: str, notices: Iterable[Notice]) -> Duties:
    """Return every duty of the organisation ``name`` in the notices, in their order.

    ``教育和体育事业中心`` → its projects as lead, responsible, cooperating …
    """
    canonical = _canonical(name)
    found: list[Duty] = []
    others: dict[str, int] = {}
    for notice in notices:
        for duty in _all(notice):
            own = duty.department.name
            if _canonical(own) == canonical:
                found.append(duty)
            else:
                others[own] = others.get(own, 0) + 1
    scored = ((other, likeness(name, other), count) for other, count in others.items())
    likely = [Candidate(*one) for one in scored if one[1] >= _CANDIDATE]
    ordered = sorted(likely, key=lambda one: (-one.score, one.name))
    return Duties(name, tuple(found), tuple(ordered))


def likeness(first: str, second: str) -> Decimal:
    """Return how much of the longer name the shorter keeps, 0 where it is no shortening of it.

    市场监管局, 市场监督管理局 → 0.71; 交通局, 城乡建设和交通局 → 0: a shortened name begins as
    the whole one does.
    """
    short, long = sorted((_bare(first), _bare(second)), key=len)
    if not short or short[0] != long[0] or short[-1] != long[-1]:
        return Decimal(0)
    position = 0
    for character in short:
        position = long.find(character, position) + 1
        if not position:
            return Decimal(0)
    return (Decimal(len(short)) / len(long)).quantize(Decimal("0.01"))


def _all(notice: Notice) -> Iterator[Duty]:
    for one in notice.figures:
        if isinstance(one, Department):
            yield Duty(notice, None, one)
    for watch in notice.oversight:
        if watch.department is not None:
            yield Duty(notice, None, watch.department)
    for project in notice.projects:
        for department in project.departments:
            yield Duty(notice, project, department)


def _canonical(name: str) -> str:
    return lexicon.departments().canonical(name) or name


def _bare(name: str) -> str:
    """Return a name without the level before it (市财政局 → 财政局)."""
    return str(_LEVEL.sub("", name))
