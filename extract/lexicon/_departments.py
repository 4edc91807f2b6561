"""Departments: how their names end, and the labels and verbs that give them a duty."""

from functools import lru_cache

from extract.lexicon._rows import Row, Shown, Table, alternation, load, longest_first
from extract.notice import DutyRole


class DutyRow(Shown):
    """A row of labels or verbs of ``departments.toml``: the words that give one duty."""

    role: DutyRole
    words: tuple[str, ...]


class AliasRow(Row):
    """A confirmed other name of an organisation."""

    name: str
    canonical: str


class _DepartmentTable(Table):
    suffixes: tuple[str, ...]
    group_words: tuple[str, ...]
    labels: tuple[DutyRow, ...]
    verbs: tuple[DutyRow, ...]
    aliases: tuple[AliasRow, ...]


class Departments:
    """The words around organisations: （责任部门：建设局）, 市民政局牵头, 各街道."""

    def __init__(self, table: _DepartmentTable) -> None:
        self.rows = (*table.labels, *table.verbs)
        self.suffixes = tuple(longest_first(table.suffixes))
        self.group_words = tuple(longest_first(table.group_words))
        self._labels = {word: row.role for row in table.labels for word in row.words}
        self._verbs = {word: row.role for row in table.verbs for word in row.words}
        self._aliases = {row.name: row.canonical for row in table.aliases}
        self.label_pattern = alternation(self._labels)
        self.verb_pattern = alternation(self._verbs)

    def role_of_label(self, label: str) -> DutyRole | None:
        """Return the duty a label gives (责任部门 → responsible, 主办单位 → lead)."""
        return self._labels.get(label)

    def role_of_verb(self, verb: str) -> DutyRole | None:
        """Return the duty a verb gives (负责统筹 → coordinating, 配合 → cooperating)."""
        return self._verbs.get(verb)

    def canonical(self, name: str) -> str | None:
        """Return the canonical name of a confirmed alias, or ``None``; similar is not the same."""
        return self._aliases.get(name)


@lru_cache(maxsize=1)
def departments() -> Departments:
    """Return the words of ``departments.toml``."""
    return Departments(load("departments", _DepartmentTable))
