"""Which project of the old list is which of the new: by name, content, objects and departments.

Each project is taken apart into clauses with their numbers masked (``新增充电口#个``), so that a
changed target does not hide that two clauses are the same. What is left of a project after the
best one-to-one matching may be a part of another: then that one was split, or was merged.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex
from rapidfuzz import fuzz

from extract.errors import LimitExceeded
from extract.notice import Project
from extract.text import compact, fold

_NUMBER = regex.compile(r"\d[\d.,]*+")
_CLAUSE = regex.compile(r"[；;。]")
_MARKER = regex.compile(r"^(?:[①-⑳]|（[\d一二三四五六七八九十]{1,2}）|其中[：:]?)")
_FRAME = regex.compile(r"^(?:继续|深入|大力|全面|持续)?(?:实施|开展|推进)|(?:工程|项目|行动|工作)$")

_NAME, _CONTENT, _DUTY = 0.4, 0.45, 0.15  # what each counts
_ENOUGH = 0.45  # a score from which two projects are one
_SAME_NAME = 0.8
_SAME_CONTENT = 0.6
_PART = 0.6  # the share of a project that must come from another to be a part of it
_CLAUSE_ALIKE = 0.6
_MOST_WORK = 20_000_000  # pairs of clauses, some seconds


@dataclass(frozen=True, slots=True)
class Profile:
    """What a project is recognised by."""

    project: Project
    name: str
    clauses: tuple[str, ...]
    departments: frozenset[str]


@dataclass(slots=True)
class Group:
    """Projects that belong together: one each, or one and its parts; or one alone."""

    old: list[Project] = field(default_factory=list)
    new: list[Project] = field(default_factory=list)


def match(old: Sequence[Project], new: Sequence[Project]) -> list[Group]:
    """Return every project of both lists in one group; in the order of the new list.

    Raises ``LimitExceeded`` for lists that nobody could compare in time.
    """
    befores, afters = [_profile(one) for one in old], [_profile(one) for one in new]
    work = math.prod(sum(len(one.clauses) for one in side) for side in (befores, afters))
    if work > _MOST_WORK:
        message = f"两份清单太长（{len(old)} 项和 {len(new)} 项），请分成几份再对比"
        raise LimitExceeded(message)
    shares = _Shares(befores, afters)
    links = set(_one_to_one(shares))
    _attach(shares, links)
    return _groups(old, new, links)


def masked(text: str) -> str:
    """Return a clause without its numbers: ``新增充电口1000个`` → ``新增充电口#个``."""
    found: str = _NUMBER.sub("#", fold(compact(text)))
    return found


def clauses(text: str) -> list[str]:
    """Return the clauses of a content, markers (①) and numbers taken off."""
    parts = (_MARKER.sub("", compact(part)) for part in _CLAUSE.split(text))
    return [part for part in parts if part]


def alike(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1."""
    return fuzz.ratio(one, other) / 100


class _Shares:
    """For every pair: how much of the one is found in the other, and the score of the pair."""

    def __init__(self, old: Sequence[Profile], new: Sequence[Profile]) -> None:
        self.old, self.new = old, new
        self.of_old = [[_share(i, j) for j in new] for i in old]
        self.of_new = [[_share(j, i) for j in new] for i in old]

    def content(self, i: int, j: int) -> float:
        return (self.of_old[i][j] + self.of_new[i][j]) / 2

    def score(self, i: int, j: int) -> float:
        before, after = self.old[i], self.new[j]
        name = alike(before.name, after.name)
        score = _NAME * name + _CONTENT * self.content(i, j) + _DUTY * _common(before, after)
        if name >= _SAME_NAME or self.content(i, j) >= _SAME_CONTENT:
            return max(score, _ENOUGH)
        return score


def _profile(project: Project) -> Profile:
    name = fold(compact(project.name))
    core = _FRAME.sub("", name) or name
    parts = tuple(masked(part) for part in clauses(project.content or project.name))
    names = frozenset(fold(compact(one.name)) for one in project.departments)
    return Profile(project, core, parts, names)


def _share(part: Profile, whole: Profile) -> float:
    """Return the share of one project's clauses that stand in the other, by length."""
    length = sum(map(len, part.clauses))
    found = 0.0
    for clause in part.clauses:
        best = max((alike(clause, other) for other in whole.clauses), default=0.0)
        found += len(clause) * best if best >= _CLAUSE_ALIKE else 0
    return found / length if length else 0.0


def _common(one: Profile, other: Profile) -> float:
    union = one.departments | other.departments
    return len(one.departments & other.departments) / len(union) if union else 0.0


def _one_to_one(shares: _Shares) -> Iterator[tuple[int, int]]:
    """Yield the best pairs, the surest first; equal scores in the order of the lists."""
    pairs = [(i, j) for i in range(len(shares.old)) for j in range(len(shares.new))]
    scored = sorted((-round(shares.score(i, j), 6), i, j) for i, j in pairs)
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for negative, i, j in scored:
        if -negative >= _ENOUGH and i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            yield i, j


def _attach(shares: _Shares, links: set[tuple[int, int]]) -> None:
    """Add the parts: a new project that comes from an old one, an old one that went into a new."""
    for j in sorted(set(range(len(shares.new))) - {j for _, j in links}):
        best = max(range(len(shares.old)), key=lambda i: shares.of_new[i][j], default=None)
        if best is not None and shares.of_new[best][j] >= _PART:
            links.add((best, j))
    for i in sorted(set(range(len(shares.old))) - {i for i, _ in links}):
        best = max(range(len(shares.new)), key=lambda j: shares.of_old[i][j], default=None)
        if best is not None and shares.of_old[i][best] >= _PART:
            links.add((i, best))


def _groups(
    old: Sequence[Project], new: Sequence[Project], links: set[tuple[int, int]]
) -> list[Group]:
    """Put together what is linked, one step or many; the loners follow in their order."""
    home: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while home.get(node, node) != node:
            node = home[node]
        return node

    for i, j in sorted(links):
        home[root(("new", j))] = root(("old", i))
    groups: dict[tuple[str, int], Group] = {}
    for j, project in enumerate(new):
        groups.setdefault(root(("new", j)), Group()).new.append(project)
    for i, project in enumerate(old):
        groups.setdefault(root(("old", i)), Group()).old.append(project)
    return list(groups.values())
