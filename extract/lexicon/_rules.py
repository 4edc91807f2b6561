"""What a clerk reads for the names that code and JSON keep in English."""

from functools import lru_cache

from extract.lexicon._rows import Table, load


class Rules(Table):
    """Kinds (数量), roles (牵头), rules and reasons (序号), each by its English name."""

    kinds: dict[str, str]
    roles: dict[str, str]
    rules: dict[str, str]
    reasons: dict[str, str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the names of ``rules.toml``."""
    return load("rules", Rules)
