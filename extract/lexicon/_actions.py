"""Action verbs: what is done to what is counted."""

from functools import lru_cache

import regex

from extract.lexicon._rows import Shown, Table, alternation, load, longest_first

_DATE = r"(?:(?:\d{4}年|今年|明年)?(?:\d{1,2}月份?)?(?:年?底|末|内|度)?之?前?)"
_REACH = 30


class ActionRow(Shown):
    """Verbs of one kind; ``kind`` only orders the table for its readers."""

    kind: str
    words: tuple[str, ...]


class _ActionTable(Table):
    opening: tuple[str, ...]
    beneficiary: tuple[str, ...]
    actions: tuple[ActionRow, ...]


class Actions:
    """The verbs of targets: 新增, 改造提升, 选调, 新改扩建."""

    def __init__(self, table: _ActionTable) -> None:
        self.rows = table.actions
        words = [word for row in table.actions for word in row.words]
        openings = set(table.opening) - {"实施"}
        skip = rf"(?:{alternation(openings | {'实施'})}|{_DATE})*?"
        strong = alternation(word for word in words if word not in table.opening)
        self._opens = regex.compile(rf"[，、；：\s]*{_DATE}{skip}(?P<action>{strong})")
        self._alone = regex.compile(rf"[，、；：\s]*{_DATE}(?P<action>{alternation(words)})")
        aim = alternation(table.beneficiary)
        self._aimed = regex.compile(
            rf"[，、；：\s]*{_DATE}{skip}(?:{aim})[^，。；：]{{1,{_REACH}}}?(?P<action>{strong})"
        )
        self._endings = tuple(longest_first(words))

    def leading(self, clause: str) -> str | None:
        """Return the act that opens a clause, or the first one behind its 为…, 对….

        新增托位 → 新增; 年内新开发城乡公益性岗位 → 新开发; 继续选调至少30名 → 选调;
        为全区1000家餐饮经营户免费改造燃气设施 → 改造.
        """
        for pattern in (self._opens, self._aimed, self._alone):
            found = pattern.match(clause)
            if found is not None:
                return str(found["action"])
        return None

    def ending(self, clause: str) -> str | None:
        """Return the act that ends a clause (1所幼儿园新改扩建 → 新改扩建, 设施配备 → 配备)."""
        if not clause.endswith(self._endings):
            return None
        return next((word for word in self._endings if clause.endswith(word)), None)


@lru_cache(maxsize=1)
def actions() -> Actions:
    """Return the verbs of ``actions.toml``."""
    return Actions(load("actions", _ActionTable))
