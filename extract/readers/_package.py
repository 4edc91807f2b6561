"""ZIP containers, opened with care: nothing is unpacked before its size is known to be sane."""

import struct
import zlib
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from extract.errors import EncryptedDocument, LimitExceeded, UnreadableDocument
from extract.limits import Limits

# What Python's zipfile raises on damaged bytes, besides its own errors.
_DAMAGE = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    UnicodeError,
    ValueError,
    OverflowError,
)
_RATIO_MATTERS_ABOVE = 1024 * 1024
_ENCRYPTED_FLAG = 0x1


class Package:
    """An open container whose entries have been checked against the limits."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        try:
            self._zip = ZipFile(BytesIO(content))
            entries = self._zip.infolist()
        except _DAMAGE:
            raise _damaged() from None
        _check(entries, limits)
        self._entries = {entry.filename.lstrip("/"): entry for entry in entries}
        self._folded: dict[str, str] = {}
        for name in self._entries:
            self._folded.setdefault(_folded(name), name)

    def __contains__(self, path: str) -> bool:
        """Return whether the container has this entry."""
        return path in self._entries

    def find(self, path: str) -> str | None:
        """Return the entry's own name for ``path`` in any case: ``DOC_0/res`` → ``Doc_0/Res``."""
        return path if path in self._entries else self._folded.get(_folded(path))

    def read(self, path: str) -> bytes:
        """Return one entry, ``word/document.xml``; raises ``UnreadableDocument`` if damaged."""
        entry = self._entries.get(path)
        if entry is None:
            raise UnreadableDocument(f"文件缺少 {path}，已损坏或不完整，请重新获取原件。")
        try:
            return self._zip.read(entry)
        except _DAMAGE:
            raise _damaged() from None


def entry_names(content: bytes) -> tuple[str, ...] | None:
    """Return the names of the entries, or ``None`` where the container is damaged."""
    try:
        with ZipFile(BytesIO(content)) as container:
            return tuple(container.namelist())
    except _DAMAGE:
        return None


def _folded(path: str) -> str:
    return path.replace("\\", "/").lstrip("/").casefold()


def _damaged() -> UnreadableDocument:
    return UnreadableDocument("文件已损坏或下载不完整，请重新获取原件。")


def _check(entries: list[ZipInfo], limits: Limits) -> None:
    """Raise where the directory promises more than the limits allow."""
    if len(entries) > limits.max_entries:
        raise LimitExceeded(f"压缩包内文件超过 {limits.max_entries} 个的上限，已拒绝展开。")
    if sum(entry.file_size for entry in entries) > limits.max_expanded_bytes:
        raise LimitExceeded(f"展开后超过 {limits.max_expanded_bytes} 字节的上限，已拒绝展开。")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise EncryptedDocument("压缩内容设有密码，请去除密码后重试。")
        packed = max(entry.compress_size, 1)
        if (
            entry.file_size > _RATIO_MATTERS_ABOVE
            and entry.file_size > packed * limits.max_expansion_ratio
        ):
            raise LimitExceeded("压缩比异常（疑似压缩炸弹），已拒绝展开，请核对文件来源。")
