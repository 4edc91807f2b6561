"""Files, folders, globs, ZIP files and ``-`` → inputs, each with the place of its result.

A named file's result is ``<file name>.json``. Below a folder or a glob the results keep the
sub-folders, so that ``2023/清单.txt`` and ``2024/清单.txt`` stay apart whatever else is given.
A ZIP is a folder of its own name: ``附件.zip/清单.xlsx.json``.
"""

import glob
import os
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from extract.batch import archive
from extract.errors import ExtractError, LimitExceeded, UnreadableDocument
from extract.limits import DEFAULT_LIMITS, Limits

STDIN = "-"
_STDIN_NAME = "stdin"
_HIDDEN = (".", "~$")
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Input:
    """One input: bytes to be read from ``path``, or ``content`` from standard input.

    ``name`` is what a person and the JSON see; ``place`` is the result below the output folder;
    ``member`` is the number of a file in the directory of the ZIP at ``path``, read only when its
    turn comes; ``error`` is set when there is nothing to read.
    """

    name: str
    place: PurePath
    path: Path | None = None
    content: bytes | None = None
    error: ExtractError | None = None
    member: int | None = None


def expand(
    arguments: Iterable[str], suffixes: Collection[str], limits: Limits = DEFAULT_LIMITS
) -> list[Input]:
    """Return the inputs that the arguments name, in their order, each file once.

    Folders are read to the bottom and sorted; hidden files, Office lock files (``~$…``) and other
    formats are passed over there. Every file in a ZIP is an input; one that cannot be read, as
    what does not exist, is an input with an error.
    """
    seen: set[tuple[Path | None, int | None]] = set()
    inputs = []
    for argument in arguments:
        for found in _expand_one(argument, suffixes, limits):
            identity = (_real(found.path) if found.path else None, found.member)
            if found.error is not None or identity not in seen:
                inputs.append(found)
                seen.add(identity)
    return inputs


def _real(path: Path) -> Path:
    """Return where a path leads; a link that leads to itself is its own place."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def clash(inputs: Iterable[Input]) -> tuple[Input, Input] | None:
    """Return two inputs whose results would be one file, if there are any.

    Names that differ only in case or in Unicode composition are one file on some systems.
    """
    taken: dict[str, Input] = {}
    for found in inputs:
        if found.error is not None:
            continue
        key = unicodedata.normalize("NFC", str(found.place)).casefold()
        if key in taken:
            return taken[key], found
        taken[key] = found
    return None


def shown(name: str) -> str:
    """Return a file name fit for print and JSON: bytes that are no UTF-8 become ``�``."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _expand_one(argument: str, suffixes: Collection[str], limits: Limits) -> Iterator[Input]:
    path = Path(argument)
    if argument == STDIN:
        yield _standard_input(limits)
    elif path.is_dir():
        yield from _folder(path, suffixes, limits)
    elif path.exists():
        yield from _file_or_set(path, path.parent, suffixes, limits)
    elif _WILD & set(argument):
        yield from _glob(argument, suffixes, limits)
    else:
        yield _refused(argument, "没有这个文件；请检查路径")


def _standard_input(limits: Limits) -> Input:
    content = sys.stdin.buffer.read(limits.max_bytes + 1)
    error = None
    if len(content) > limits.max_bytes:
        message = f"标准输入超过 {limits.max_bytes} 字节的上限；请拆分后再处理"
        error = LimitExceeded(message, name=_STDIN_NAME)
    return Input(_STDIN_NAME, PurePath(f"{_STDIN_NAME}.json"), content=content, error=error)


def _folder(folder: Path, suffixes: Collection[str], limits: Limits) -> Iterator[Input]:
    closed: list[OSError] = []
    found = False
    known = {*suffixes, archive.SUFFIX}
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith(_HIDDEN))
        for name in sorted(files):
            path = Path(parent, name)
            if not name.startswith(_HIDDEN) and path.suffix.lower() in known:
                found = True
                yield from _file_or_set(path, folder, suffixes, limits)
    for error in closed:
        yield _refused(str(error.filename), f"无法打开文件夹（{error.strerror}）；请检查权限")
    if not found and not closed:
        formats = " ".join(sorted(known))
        yield _refused(str(folder), f"文件夹里没有可读的文件；认识的格式：{formats}")


def _glob(pattern: str, suffixes: Collection[str], limits: Limits) -> Iterator[Input]:
    parts = Path(pattern).parts
    fixed = next(i for i, part in enumerate(parts) if _WILD & set(part))
    matches = sorted(Path(match) for match in _match(pattern))
    files = [path for path in matches if path.is_file()]
    for path in files:
        yield from _file_or_set(path, Path(*parts[:fixed]), suffixes, limits)
    if not files:
        yield _refused(pattern, "没有文件符合这个通配式；请检查路径")


def _match(pattern: str) -> Iterator[str]:
    return glob.iglob(pattern, recursive=True)  # noqa: PTH207 (Path.glob does not pass over hidden)


def _file_or_set(
    path: Path, root: Path, suffixes: Collection[str], limits: Limits
) -> Iterator[Input]:
    """Yield a file as one input, a ZIP as one for each file in it."""
    if not archive.is_archive(path):
        yield _file(path, root)
        return
    place = path.relative_to(root)
    try:
        for member in archive.members(path, suffixes, limits):
            target = place / member.place.with_name(member.place.name + ".json")
            name = f"{shown(path.name)}/{member.place}"
            if member.error is not None:
                member.error.name = name
            yield Input(name, target, path=path, error=member.error, member=member.number)
    except ExtractError as error:
        error.name = shown(path.name)
        yield Input(shown(path.name), place.with_name(place.name + ".json"), path, error=error)


def _file(path: Path, root: Path) -> Input:
    place = path.relative_to(root)
    place = place.with_name(place.name + ".json")
    error = None
    if not path.is_file():
        error = UnreadableDocument("不是普通文件；请先存成文件", name=shown(path.name))
    return Input(shown(path.name), place, path=path, error=error)


def _refused(argument: str, message: str) -> Input:
    name = shown(argument)
    return Input(name, PurePath(name), error=UnreadableDocument(message, name=name))
