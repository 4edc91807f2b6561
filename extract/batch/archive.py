"""ZIP files as sets of inputs: a notice with its attachments, each member read on its own.

Only names are looked at here; a member's bytes are read when its turn comes. What cannot be read
safely (a path that leads out, a link, a bomb, a password, an archive within) is a member with an
error, never left out in silence.
"""

import stat
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from zipfile import ZipFile, ZipInfo

import regex

from extract.errors import (
    EncryptedDocument,
    ExtractError,
    LimitExceeded,
    UnreadableDocument,
    UnsupportedFormat,
)
from extract.limits import Limits
from extract.readers._package import _DAMAGE as DAMAGE

SUFFIX = ".zip"

_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz")
_HIDDEN = (".", "~$")
_PASSED_OVER = {"__macosx", "thumbs.db", "desktop.ini"}
# These stand in a ZIP that is itself one document: .docx, .xlsx, .ofd under a wrong name.
_OFFICE = {"[content_types].xml", "ofd.xml"}
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_RATIO_MATTERS_ABOVE = 1024 * 1024
_DRIVE = regex.compile(r"[A-Za-z]:")
_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}]")
_MAX_NAME_BYTES = 200


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a ZIP: its number in the directory, where its result goes, what is wrong."""

    number: int
    place: PurePath
    error: ExtractError | None = None


def is_archive(path: Path) -> bool:
    """Return whether the file is named as a ZIP and is not an Office file under that name."""
    if path.suffix.lower() != SUFFIX or not path.is_file():
        return False
    try:
        with ZipFile(path) as container:
            names = {name.lower() for name in container.namelist()}
    except DAMAGE:
        return True
    return names.isdisjoint(_OFFICE)


def members(path: Path, suffixes: Collection[str], limits: Limits) -> Iterator[Member]:
    """Yield the files in a ZIP in the order of their names, hidden ones left out.

    Raises:
        UnreadableDocument: no ZIP, damaged, or without any file.
        LimitExceeded: too many files, or too large when unpacked.
    """
    entries = _entries(path, limits)
    found = [(_name(entry), number, entry) for number, entry in enumerate(entries)]
    seen: set[str] = set()
    count = 0
    for name, number, entry in sorted(found, key=lambda each: (each[0], each[1])):
        if name.endswith("/") or _is_passed_over(name):
            continue
        count += 1
        place = _place(name)
        key = unicodedata.normalize("NFC", str(place)).casefold()
        error = _fault(name, entry, suffixes, limits)
        if error is None and key in seen:
            error = UnreadableDocument("压缩包里有两个文件同名，请改名后重新打包。")
        if error is None:
            seen.add(key)
        yield Member(number, place, error)
    if not count:
        raise UnreadableDocument("压缩包里没有文件，请核对后重新打包。")


def load(path: Path, number: int, limits: Limits) -> bytes:
    """Return the bytes of one member, never more than the limits allow.

    Raises:
        UnreadableDocument: damaged, changed since it was listed, or packed in a way not known.
        LimitExceeded: larger than one input may be.
    """
    try:
        with ZipFile(path) as container:
            entry = container.infolist()[number]
            if entry.file_size > limits.max_bytes:
                raise _too_large(limits)
            with container.open(entry) as stream:
                return stream.read(limits.max_bytes + 1)
    except LimitExceeded:
        raise
    except (*DAMAGE, IndexError, RuntimeError, MemoryError):
        message = "压缩包里的这个文件已损坏或压缩方式不认识，请解压后单独提交。"
        raise UnreadableDocument(message) from None


def _entries(path: Path, limits: Limits) -> list[ZipInfo]:
    try:
        packed = path.stat().st_size
        with ZipFile(path) as container:
            entries = container.infolist()
    except PermissionError:
        raise UnreadableDocument("没有读取权限，请检查文件权限后重试。") from None
    except DAMAGE:
        raise UnreadableDocument("压缩包已损坏或下载不完整，请重新获取。") from None
    if len(entries) > limits.max_entries:
        raise LimitExceeded(f"压缩包里的文件超过 {limits.max_entries} 个的上限，请分开打包。")
    size = sum(entry.file_size for entry in entries)
    if size > limits.max_expanded_bytes:
        raise LimitExceeded(f"展开后超过 {limits.max_expanded_bytes} 字节的上限，请分开打包。")
    if size > _RATIO_MATTERS_ABOVE and size > packed * limits.max_expansion_ratio:
        raise LimitExceeded("压缩比异常（疑似压缩炸弹），已拒绝展开，请核对文件来源。")
    return entries


def _name(entry: ZipInfo) -> str:
    """Return the member's path with ``/``: Chinese Windows packs names in GBK and says nothing."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8_FLAG:
        try:
            stored = name.encode("cp437")
        except UnicodeEncodeError:
            stored = b""
        for encoding in ("utf-8", "gb18030") if stored else ():
            try:
                name = stored.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _is_passed_over(name: str) -> bool:
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return any(part.startswith(_HIDDEN) or part.lower() in _PASSED_OVER for part in parts)


def _place(name: str) -> PurePath:
    """Return a path that stays below the output folder, whatever the name says."""
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    safe = [_CONTROL.sub("_", part).replace(":", "_") for part in parts]
    return PurePath(*(_shortened(part) for part in safe)) if safe else PurePath("_")


def _shortened(part: str) -> str:
    """Keep a name within what file systems take; the suffix stays."""
    if len(part.encode()) <= _MAX_NAME_BYTES:
        return part
    suffix = PurePath(part).suffix[:10]
    room = _MAX_NAME_BYTES - len(suffix.encode())
    return part.encode()[:room].decode(errors="ignore") + suffix


def _fault(
    name: str, entry: ZipInfo, suffixes: Collection[str], limits: Limits
) -> ExtractError | None:
    """Return why a member cannot be read, or nothing."""
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return UnreadableDocument("压缩包里的路径指向包外，已拒绝，请核对文件来源。")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return UnreadableDocument("压缩包里的这一项是链接或特殊文件，已拒绝，请换成普通文件。")
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return EncryptedDocument("压缩包设有密码，请解压后再提交。")
    if entry.file_size > limits.max_bytes:
        return _too_large(limits)
    packed = max(entry.compress_size, 1)
    if (
        entry.file_size > _RATIO_MATTERS_ABOVE
        and entry.file_size > packed * limits.max_expansion_ratio
    ):
        return LimitExceeded("压缩比异常（疑似压缩炸弹），已拒绝展开，请核对文件来源。")
    return _wrong_format(PurePath(name).suffix.lower(), suffixes)


def _wrong_format(suffix: str, suffixes: Collection[str]) -> ExtractError | None:
    if suffix in _ARCHIVES:
        return UnsupportedFormat("压缩包里还有压缩包，请先解开里面的一层再提交。")
    if suffix not in suffixes:
        known = "、".join(sorted(suffixes))
        return UnsupportedFormat(f"不能读取这种格式，请转换为以下格式之一：{known}。")
    return None


def _too_large(limits: Limits) -> LimitExceeded:
    return LimitExceeded(f"文件超过 {limits.max_bytes} 字节的上限，请拆分后再处理。")
