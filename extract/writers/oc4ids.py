"""Notices → an OC4IDS 0.9 project package: the projects that are works (新建、改造……).

Only what the notice says goes in: type and sector from its words, the budget that may be added up,
the last deadline as the end of the period, departments as parties. Amounts are JSON numbers, as
the standard asks, written digit for digit. A package must say when it was published: the notice's
day of issue, or else the first day of its plan year. A notice without either, or without any
works project, is refused, for the standard has no package for it.
"""

import json
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from extract.errors import ExtractError, LimitExceeded
from extract.notice import Amount, Notice, Project, Quantity
from extract.unseen import escaped
from extract.writers import _said, rows

SUFFIX = ".oc4ids.json"
MEDIA_TYPE = "application/json"
VERSION = "0.9"

_ROLES = {"lead": "publicAuthority", "responsible": "publicAuthority"}


class _Words(BaseModel):
    """The rows of ``oc4ids.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    types: dict[str, tuple[str, ...]]
    sectors: dict[str, tuple[str, ...]]
    assets: dict[str, tuple[str, ...]]


def write(notice: Notice) -> bytes:
    """Return the works projects of the notice as a project package."""
    return write_all([notice])


def write_all(notices: Sequence[Notice]) -> bytes:
    """Return the works projects of the notices as one package."""
    kept = rows.keyed(notices)
    projects = [made for key, one in kept for made in _projects(key, one)]
    if not projects:
        message = "没有工程类项目（新建、改造……），写不成 OC4IDS；请改用其他格式"
        raise ExtractError(message)
    package = {
        "uri": f"urn:policy-notices:oc4ids:{_identity(kept)}",
        "publishedDate": f"{max(_published(one) for _, one in kept)}T00:00:00Z",
        "version": VERSION,
        "publisher": {"name": _publisher(kept)},
        "projects": projects,
    }
    text = escaped(json.dumps(package, ensure_ascii=False, indent=2))
    return text.encode() + b"\n"


def is_works(project: Project) -> bool:
    """Tell whether a project builds or rebuilds something.

    ``改造长虹路…工程全长约978米`` is one, ``新开发城乡公益性岗位500个以上`` is none.
    """
    return _type(project) is not None


def _projects(key: str, notice: Notice) -> Iterator[dict[str, object]]:
    for project in notice.projects:
        kind = _type(project)
        if kind is None:
            continue
        made: dict[str, object] = {
            "id": f"{key}/{project.id}",
            "title": project.name,
            "description": project.content or project.name,
            "type": kind,
        }
        optional = {
            "sector": _sectors(project),
            "period": _period(project),
            "budget": _budget(project),
            "parties": _parties(project),
        }
        yield made | {name: value for name, value in optional.items() if value}


def _type(project: Project) -> str | None:
    """Return the type that most targets have; the words of the name decide when none has one."""
    words = _words()
    acts = [one for one in project.quantities if isinstance(one, Quantity) and one.action]
    found = [
        kind
        for one in acts
        if one.role == "target" and _on_an_asset(f"{one.object or ''}{one.evidence.text}")
        for kind, verbs in words.types.items()
        if one.action in verbs
    ]
    if not found and _on_an_asset(project.name):
        found = [kind for kind, verbs in words.types.items() if _has(project.name, verbs)]
    return max(found, key=found.count) if found else None


def _on_an_asset(text: str) -> bool:
    return _has(text, _words().assets["words"])


def _has(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _sectors(project: Project) -> list[str]:
    text = project.name + project.content
    found = [code for code, words in _words().sectors.items() if _has(text, words)]
    parents = [code.split(".")[0] for code in found if "." in code]
    return list(dict.fromkeys([*parents, *found]))


def _period(project: Project) -> dict[str, object]:
    ends = [one.date for one in project.deadlines if one.date is not None]
    return {"endDate": f"{max(ends).isoformat()}T23:59:59Z"} if ends else {}


def _budget(project: Project) -> dict[str, object]:
    total = _said.planned(project)
    if total is None:
        return {}
    parts = [_part(one, one.value) for one in project.amounts if one.value is not None]
    return {"amount": _money(total, "CNY"), "budgetBreakdown": [part for part in parts if part]}


def _part(amount: Amount, value: Decimal) -> dict[str, object]:
    if not _said.counted(amount):
        return {}
    made: dict[str, object] = {
        "id": amount.id,
        "description": "".join(amount.evidence.text.split()),
        "amount": _money(value, amount.currency),
    }
    if amount.source != "unspecified":
        made["sourceParty"] = {"id": amount.source, "name": _said.SOURCES[amount.source]}
    return made


def _money(value: Decimal, currency: str) -> dict[str, object]:
    """Return a value with its amount as a JSON number of the very same digits."""
    number = int(value) if value == value.to_integral_value() else float(value)
    if Decimal(repr(number)) != value:
        message = f"金额 {value:f} 的位数太多，JSON 的数写不准；请改用其他格式"
        raise LimitExceeded(message)
    return {"amount": number, "currency": currency}


def _parties(project: Project) -> list[dict[str, object]]:
    parties: dict[str, dict[str, object]] = {}
    for one in project.departments:
        role = _ROLES.get(one.role, "administrativeEntity")
        entry = parties.setdefault(one.name, {"id": one.id, "name": one.name, "roles": []})
        roles = entry["roles"]
        if isinstance(roles, list) and role not in roles:
            roles.append(role)
    return list(parties.values())


def _published(notice: Notice) -> str:
    if notice.issued_on is not None:
        return notice.issued_on.value.isoformat()
    if notice.plan_year is not None:
        return date(notice.plan_year.year, 1, 1).isoformat()
    message = "没有成文日期，也没有计划年度，OC4IDS 必须写明日期；请改用其他格式"
    raise ExtractError(message, name=notice.source.name)


def _publisher(kept: Sequence[tuple[str, Notice]]) -> str:
    names = dict.fromkeys(one.issuer.value for _, one in kept if one.issuer)
    return "、".join(names) or "（原件没有写明发文机关）"


def _identity(kept: Sequence[tuple[str, Notice]]) -> str:
    return "+".join(key for key, _ in kept) if len(kept) < 4 else f"{kept[0][0]}+{len(kept) - 1}"


@lru_cache(maxsize=1)
def _words() -> _Words:
    content = Path(__file__).with_name("oc4ids.toml").read_text(encoding="utf-8")
    return _Words.model_validate(tomllib.loads(content))
