"""What a comparison of two lists says: changes with both sides and where each is printed."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from extract.notice import Evidence

Kind = Literal[
    "continued",
    "expanded",
    "cut",
    "dropped",
    "new",
    "split",
    "merged",
    "target_changed",
    "money_changed",
    "lead_changed",
    "deadline_moved",
]

TITLES: dict[Kind, str] = {
    "continued": "延续",
    "expanded": "扩充",
    "cut": "缩减",
    "dropped": "取消",
    "new": "新增",
    "split": "拆分",
    "merged": "合并",
    "target_changed": "目标调整",
    "money_changed": "资金调整",
    "lead_changed": "牵头调整",
    "deadline_moved": "时限调整",
}


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(_Model):
    """One side of a change: the projects it is about, what they say, where it is printed.

    ``text`` is short and for people: ``≥ 1000 个``; empty where this side says nothing.
    """

    projects: tuple[str, ...]
    names: tuple[str, ...]
    text: str
    evidence: tuple[Evidence, ...]


class Change(_Model):
    """One change; ``subject`` says of what (充电口), in Chinese."""

    kind: Kind
    subject: str
    old: Side
    new: Side


class Diff(_Model):
    """All changes between two notices, in the order of the new list; what was dropped comes last.

    A project that says the same is ``continued``, so every project of both lists is named.
    """

    old: str
    new: str
    old_title: str
    new_title: str
    changes: tuple[Change, ...]

    def real(self) -> tuple[Change, ...]:
        """Return the changes without those that only say that nothing did."""
        return tuple(change for change in self.changes if change.kind != "continued")
