"""One hostile input and what may become of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

DONE = "done"
EMPTY_LIMITED = ("unreadable_document", "limit_exceeded")
ANY = (
    DONE,
    "unsupported_format",
    "unreadable_document",
    "encrypted_document",
    "limit_exceeded",
    "missing_component",
)


@dataclass(frozen=True)
class Item:
    """A file name, what makes its bytes, and the outcomes that are right."""

    name: str
    make: Callable[[], bytes]
    allowed: frozenset[str]


def item(name: str, make: Callable[[], bytes] | bytes, allowed: Iterable[str] | str = ANY) -> Item:
    """Return an item; bytes are their own maker."""
    if isinstance(make, bytes):
        content = make
        return item(name, lambda: content, allowed)
    return Item(name, make, frozenset([allowed] if isinstance(allowed, str) else allowed))
