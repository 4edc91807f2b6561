"""Notice → one output each; one file here is one output, found by listing this folder.

An output module has ``SUFFIX``, ``MEDIA_TYPE`` and ``write(notice) -> bytes``; the same notice
gives the same bytes. One that can put many notices together has ``write_all(notices) -> bytes``
too, and one that writes a file per table ``files(notices) -> {name: bytes}``. Modules whose name
starts with ``_``, and those without ``write`` (``schema``), are no outputs.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from extract.notice import Notice


class Format(NamedTuple):
    """One output format, as its module states it."""

    name: str
    suffix: str
    media_type: str
    write: Callable[[Notice], bytes]
    write_all: Callable[[Sequence[Notice]], bytes] | None = None
    files: Callable[[Sequence[Notice]], dict[str, bytes]] | None = None


@cache
def formats() -> tuple[Format, ...]:
    """Return every output of this folder, in order of name."""
    names = sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))
    modules = [(name, import_module(f"{__name__}.{name}")) for name in names]
    return tuple(
        Format(
            *(name, module.SUFFIX, module.MEDIA_TYPE, module.write),
            write_all=getattr(module, "write_all", None),
            files=getattr(module, "files", None),
        )
        for name, module in modules
        if hasattr(module, "SUFFIX") and hasattr(module, "write")
    )
