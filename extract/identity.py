"""Ids that come from what identifies a thing, never from a place in a list or a clock."""

from collections import Counter
from hashlib import sha256

from extract.text import compact, fold


def stable_id(prefix: str, *parts: object) -> str:
    """Return ``prefix-`` and 12 hex digits of the parts' normal form.

    White space and look-alike characters do not matter, so the same notice has the same ids in
    every format.
    """
    joined = "\x1f".join("" if part is None else fold(compact(str(part))) for part in parts)
    return f"{prefix}-{sha256(joined.encode()).hexdigest()[:12]}"


class Twins:
    """Tells apart values that say the very same in the very same words.

    The first keeps the plain id; a repetition gets its ordinal among its twins, which is the only
    thing left that distinguishes them.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def distinct(self, identifier: str) -> str:
        """Return the id, with ``-2``, ``-3`` … for the second and third twin."""
        self._seen[identifier] += 1
        count = self._seen[identifier]
        return identifier if count == 1 else f"{identifier}-{count}"
