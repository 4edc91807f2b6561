"""Notices → JSON Lines: one whole notice a line, as `notice extract` writes it."""

from collections.abc import Sequence

from extract.notice import Notice
from extract.writers import json

SUFFIX = ".jsonl"
MEDIA_TYPE = "application/jsonl"


def write(notice: Notice) -> bytes:
    """Return the notice on one line."""
    return json.line(notice) + b"\n"


def write_all(notices: Sequence[Notice]) -> bytes:
    """Return each notice on a line of its own."""
    return b"".join(write(notice) for notice in notices)
