"""What one input may cost. Everything that can grow has its number here and nowhere else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds a reader keeps to; passing one raises ``LimitExceeded``.

    The defaults are far above any real notice (the longest known has some 300 pages).
    """

    max_bytes: int = 100 * 1024 * 1024
    max_pages: int = 2_000
    max_characters: int = 5_000_000
    max_cells: int = 200_000
    max_expanded_bytes: int = 500 * 1024 * 1024
    max_expansion_ratio: int = 200
    max_entries: int = 5_000
    max_nesting: int = 100


DEFAULT_LIMITS = Limits()
