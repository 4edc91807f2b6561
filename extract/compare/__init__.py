"""Two lists, year over year: which project became which, and what changed, with both places."""

from collections.abc import Iterator

from extract.compare.matching import Group, match
from extract.compare.model import TITLES, Change, Diff, Kind, Side
from extract.compare.values import Pair, differences, shifted
from extract.notice import Notice
from extract.writers import _said

__all__ = ["TITLES", "Change", "Diff", "Kind", "Side", "diff"]


def diff(old: Notice, new: Notice) -> Diff:
    """Return every change from the old list to the new one.

    ``新增充电口1000个`` (2024) and ``新增充电口1200个`` (2025) → one ``target_changed``.
    """
    years = _years(old, new)
    changes: list[Change] = []
    for group in match(old.projects, new.projects):
        changes.extend(_of_group(group, years))
    changes.extend(_of_default(old, new, years))
    return Diff(
        old=old.id,
        new=new.id,
        old_title=_title(old),
        new_title=_title(new),
        changes=tuple(changes),
    )


def _of_group(group: Group, years: int) -> Iterator[Change]:
    pair = Pair(group.old, group.new, years)
    names_old = "、".join(one.name for one in group.old)
    names_new = "、".join(one.name for one in group.new)
    whole = ((names_old, ()), (names_new, ()))
    if not group.old:
        yield pair.change("new", names_new, *whole)
    elif not group.new:
        yield pair.change("dropped", names_old, *whole)
    else:
        own = list(differences(pair))
        if len(group.new) > 1:
            yield pair.change("split", names_old, *whole)
        if len(group.old) > 1:
            yield pair.change("merged", names_new, *whole)
        yield from own
        if not own and len(group.old) == len(group.new) == 1:
            yield pair.change("continued", names_new, *whole)


def _of_default(old: Notice, new: Notice, years: int) -> Iterator[Change]:
    """Yield the change of the deadline that holds for all projects which state none."""
    before, after = old.default_deadline, new.default_deadline
    if before is None or after is None or shifted(before.date, years) == after.date:
        return
    sides = [
        Side(projects=(), names=(), text=_said.when(one), evidence=(one.evidence,))
        for one in (before, after)
    ]
    yield Change(kind="deadline_moved", subject="通知的总时限", old=sides[0], new=sides[1])


def _years(old: Notice, new: Notice) -> int:
    if old.plan_year is None or new.plan_year is None:
        return 0
    return new.plan_year.year - old.plan_year.year


def _title(notice: Notice) -> str:
    return notice.title.value if notice.title else notice.source.name
