"""What the page says, in Chinese or English (``words.toml``)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from extract import lexicon

Language = Literal["zh", "en"]
_PREFIXES = ("field.", "value.")
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Words(NamedTuple):
    """The words of one language; ``words["filter"]`` would be a lookup, here it is ``of``."""

    language: Language
    known: dict[str, str]

    def of(self, name: str) -> str:
        """Return the words for a name; a name without words stands for itself."""
        return self.known.get(name, name.rpartition(".")[2] if name.startswith(_PREFIXES) else name)

    def reason(self, name: str) -> str:
        """Return why a numeral is no figure."""
        return lexicon.rules().reasons.get(name, name) if self.language == "zh" else name

    def role(self, name: str) -> str:
        """Return a duty (牵头)."""
        return lexicon.rules().roles.get(name, name) if self.language == "zh" else name


@cache
def words(language: Language) -> Words:
    """Return the words of a language."""
    path = Path(__file__).with_name("words.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    position = LANGUAGES.index(language)
    return Words(language, {name: pair[position] for name, pair in table.items()})
