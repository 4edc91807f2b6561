"""Two lists of one place, a year apart, made by a script from an extracted one.

Every act is written down as it is done, so what a comparison must find is known. The words that
are exchanged are those offices exchange from year to year.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import regex

from extract.notice import Department, Notice, Project, Quantity
from extract.text import compact

SYNONYMS = [
    ("优化", "完善"),
    ("提升", "改善"),
    ("推进", "推动"),
    ("开展", "组织"),
    ("加强", "强化"),
    ("全面", "全域"),
    ("建设", "打造"),
    ("实现", "达到"),
]
NEW_NAMES = ["惠民利民便民行动", "幸福城区品质计划", "暖心护航工程", "宜居安居保障项目"]
Truth = tuple[str, frozenset[str], frozenset[str]]


@dataclass
class Made:
    """The pair and the acts between: kind, old ids, new ids."""

    old: Notice
    new: Notice
    truth: set[Truth] = field(default_factory=set)


def make(base: Notice, strangers: list[Project], seed: int) -> Made:
    """Return a pair: the base, and the base after some acts chosen by the seed."""
    random = Random(seed)  # noqa: S311 (a fixed choice is wanted)
    untouched = list(base.projects)
    random.shuffle(untouched)
    made = Made(base, base)
    result: list[Project] = []
    count = max(1, len(untouched) // 8)
    for act in (_split, _merge, _drop, _target, _lead):
        for _ in range(count):
            result += act(untouched, made, random)
    for stranger in random.sample(strangers, count):
        fresh = stranger.model_copy(update={"id": f"{stranger.id}-new"})
        made.truth.add(("new", frozenset(), frozenset({fresh.id})))
        result.append(fresh)
    for number, project in enumerate(untouched):
        made.truth.add(("continued", frozenset({project.id}), frozenset({project.id})))
        result.append(_renamed(project, random) if number % 2 else project)
    random.shuffle(result)
    made.new = base.model_copy(update={"projects": tuple(result)})
    return made


def _take(projects: list[Project], fits: object = None) -> Project | None:
    for project in projects:
        if not callable(fits) or fits(project):
            projects.remove(project)
            return project
    return None


def _pieces(project: Project) -> list[str]:
    return regex.findall(r"[^；;。]+[；;。]?", project.content)


def _split(projects: list[Project], made: Made, random: Random) -> list[Project]:
    chosen = _take(projects, lambda one: len(_pieces(one)) >= 2)
    if chosen is None:
        return []
    pieces = _pieces(chosen)
    middle = random.randint(1, len(pieces) - 1)
    halves = ["".join(pieces[:middle]), "".join(pieces[middle:])]
    names = [f"{chosen.name}（一期）", random.choice(NEW_NAMES)]
    left = list(chosen.quantities)
    parts = []
    for number, (name, content) in enumerate(zip(names, halves, strict=True)):
        own = [one for one in left if number or compact(one.evidence.text) in content]
        left = [one for one in left if one not in own]
        parts.append(
            chosen.model_copy(
                update={
                    "id": f"{chosen.id}-{number}",
                    "name": name,
                    "content": content,
                    "tasks": (),
                    "quantities": tuple(one.model_copy(update={"task": None}) for one in own),
                    "amounts": () if number else chosen.amounts,
                }
            )
        )
    made.truth.add(("split", frozenset({chosen.id}), frozenset(one.id for one in parts)))
    return parts


def _merge(projects: list[Project], made: Made, random: Random) -> list[Project]:
    first, second = (_take(projects, _long), _take(projects, _long))
    if first is None or second is None:
        projects += [one for one in (first, second) if one]
        return []
    merged = first.model_copy(
        update={
            "id": f"{first.id}-merged",
            "name": f"{first.name}和{second.name}",
            "content": f"{first.content}；{second.content}",
            "tasks": (),
            "quantities": tuple(
                one.model_copy(update={"task": None})
                for one in (*first.quantities, *second.quantities)
            ),
            "amounts": (*first.amounts, *second.amounts),
            "deadlines": (*first.deadlines, *second.deadlines),
            "departments": (*first.departments, *second.departments),
        }
    )
    made.truth.add(("merged", frozenset({first.id, second.id}), frozenset({merged.id})))
    return [merged]


def _long(project: Project) -> bool:
    return len(project.content) >= 20


def _drop(projects: list[Project], made: Made, random: Random) -> list[Project]:
    chosen = _take(projects)
    if chosen is not None:
        made.truth.add(("dropped", frozenset({chosen.id}), frozenset()))
    return []


def _target(projects: list[Project], made: Made, random: Random) -> list[Project]:
    chosen = _take(projects, lambda one: _countable(one) is not None)
    target = _countable(chosen) if chosen else None
    if chosen is None or target is None or target.value is None:
        return []
    value = target.value + random.randint(1, 30) * 5
    raised = target.model_copy(update={"value": value})
    others = tuple(raised if one is target else one for one in chosen.quantities)
    content = chosen.content.replace(f"{target.value:f}", f"{value:f}", 1)
    made.truth.add(("target_changed", frozenset({chosen.id}), frozenset({chosen.id})))
    return [chosen.model_copy(update={"quantities": others, "content": content})]


def _countable(project: Project) -> Quantity | None:
    for one in project.quantities:
        if isinstance(one, Quantity) and one.role == "target" and one.value and one.object:
            return one if one.value == Decimal(int(one.value)) else None
    return None


def _lead(projects: list[Project], made: Made, random: Random) -> list[Project]:
    chosen = _take(projects, lambda one: bool(_leading(one)))
    if chosen is None:
        return []
    leads = _leading(chosen)
    other = tuple(
        one.model_copy(update={"name": "城市运行管理中心"}) if one is leads[0] else one
        for one in chosen.departments
    )
    made.truth.add(("lead_changed", frozenset({chosen.id}), frozenset({chosen.id})))
    return [chosen.model_copy(update={"departments": other})]


def _leading(project: Project) -> list[Department]:
    leads = [one for one in project.departments if one.role == "lead"]
    return leads or [one for one in project.departments if one.role == "responsible"]


def _renamed(project: Project, random: Random) -> Project:
    """Give a project another name, and words that mean the same."""
    content = project.content
    for old, new in random.sample(SYNONYMS, 4):
        content = content.replace(old, new)
    name = random.choice(
        [f"实施{project.name}", f"{project.name}（续建）", random.choice(NEW_NAMES)]
    )
    return project.model_copy(update={"name": name, "content": content, "tasks": ()})
