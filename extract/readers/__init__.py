"""Bytes → ``Document``: one file here is one format, found by listing this folder.

A format module has ``SUFFIXES``, ``MEDIA_TYPES``, ``sniff(content) -> bool`` (is this mine, by its
bytes?) and ``read(content, limits, name) -> Document``. Modules whose name starts with ``_`` are
shared parts, not formats. The bytes decide which reader is asked; a file name that says otherwise
is an error, so that nothing is read as what it is not.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple

import regex

from extract import unseen
from extract.document import Document, Note, Span
from extract.errors import (
    EncryptedDocument,
    ExtractError,
    LimitExceeded,
    UnreadableDocument,
    UnsupportedFormat,
)
from extract.limits import DEFAULT_LIMITS, Limits

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# Formats that no reader here knows, by their first bytes: only to say what a refused file is.
_FOREIGN = (
    (b"PK\x03\x04", "ZIP 压缩包"),
    (b"PK\x05\x06", "空的 ZIP 压缩包"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩文件"),
    (b"GIF8", "GIF 图片"),
)
# A drawing is text to the letter, but nothing that it says is printed where it stands.
_DRAWING = regex.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|<\?xml.{0,400}?\?>|<!--.{0,4000}?-->|<!DOCTYPE\s+svg[^>]{0,1000}+>)*+"
    rb"<svg[\s>]",
    regex.IGNORECASE | regex.DOTALL,
)


class Format(NamedTuple):
    """One input format, as its module states it."""

    name: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes, Limits, str], Document]


@cache
def formats() -> tuple[Format, ...]:
    """Return every format of this folder, in order of name."""
    names = sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))
    return tuple(_format(name) for name in names)


def suffixes() -> tuple[str, ...]:
    """Return every file name suffix that can be read: ``.docx``, ``.pdf``, ``.txt`` …"""
    return tuple(sorted(suffix for each in formats() for suffix in each.suffixes))


def read(
    source: bytes | str | os.PathLike[str], *, name: str = "", limits: Limits = DEFAULT_LIMITS
) -> Document:
    """Read one file, or its bytes, into a ``Document``.

    ``name`` is the file's name where bytes are given; its suffix is checked against the content.

    Raises:
        ExtractError: ``UnsupportedFormat``, ``UnreadableDocument``, ``EncryptedDocument`` or
            ``LimitExceeded``, each with the file's name: ``清单.docx：文件是空的……``.
    """
    name = Path(name).name if isinstance(source, bytes) else Path(name or os.fspath(source)).name
    name = unseen.mended(name)
    try:
        content = source if isinstance(source, bytes) else _load(Path(source), limits)
        _check_size(len(content), limits)
        return _looked_at(_choose(content, Path(name).suffix.lower()).read(content, limits, name))
    except ExtractError as error:
        error.name = error.name or name
        raise


def _looked_at(document: Document) -> Document:
    """Return the document with a note where its text may be shown in another order than it stands.

    ``新增\\u202e254\\u202c个`` looks like 新增452个; what is read is what stands there, 254.
    """
    if not unseen.is_text(document.text):
        raise UnreadableDocument("文字里有不成字符的内容（空字符或半个字符），请另存后重试。")
    turned = unseen.turning(document.text)
    if not turned:
        return document
    message = (
        f"有 {len(turned)} 个改变书写方向的控制符，显示的顺序可能与读到的不同，请对照原件核对数字。"
    )
    note = Note(f"{document.reader}.direction", "warning", message, Span(*turned[0]))
    return replace(document, notes=(*document.notes, note))


def _format(name: str) -> Format:
    module = import_module(f"{__name__}.{name}")
    return Format(name, module.SUFFIXES, module.MEDIA_TYPES, module.sniff, module.read)


def _load(path: Path, limits: Limits) -> bytes:
    """Return the file's bytes; its size is asked for before anything is read."""
    try:
        _check_size(path.stat().st_size, limits)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UnreadableDocument("找不到文件，请核对路径和文件名。") from None
    except IsADirectoryError:
        raise UnreadableDocument("这是文件夹，不是文件，请指定其中的文件。") from None
    except PermissionError:
        raise UnreadableDocument("没有读取权限，请检查文件权限后重试。") from None
    except OSError as error:
        raise UnreadableDocument(f"文件无法打开（{error.strerror}），请复制后重试。") from None


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise LimitExceeded(
            f"文件大小 {size} 字节，超过上限 {limits.max_bytes} 字节，请拆分后再处理。"
        )


def _choose(content: bytes, suffix: str) -> Format:
    """Return the format the bytes are in, or raise what is wrong with them."""
    if not content:
        raise UnreadableDocument("文件是空的（0 字节），请重新获取原件。")
    if _DRAWING.match(content):
        raise UnsupportedFormat(
            "这是 SVG 图片，不能直接读取，请用浏览器打开后打印为 .pdf，或截图存为 .png 后重试。"
        )
    named = next((each for each in formats() if suffix in each.suffixes), None)
    found = [each for each in formats() if each.sniff(content)]
    if named in found or (not found and named and not _foreign(content)):
        return named  # damaged bytes with a known name: its reader says what is wrong with them
    if suffix == ".csv" and named and [each.name for each in found] == ["text"]:
        return named  # one column, or parted by tabs: only the name tells it from plain text
    if not found:
        raise _refusal(content)
    if named:
        right = "、".join(found[0].suffixes)
        raise UnsupportedFormat(
            f"扩展名是 {suffix}，内容却是 {found[0].name.upper()} 格式，"
            f"请把扩展名改为 {right} 后重试。"
        )
    return found[0]


def _foreign(content: bytes) -> str:
    """Return the Chinese name of a known format without a reader, or nothing."""
    if content.startswith(_COMPOUND):
        return "旧版 Office 文件"
    return next((what for magic, what in _FOREIGN if content.startswith(magic)), "")


def _refusal(content: bytes) -> ExtractError:
    if content.startswith(_COMPOUND):
        if _ENCRYPTED_PACKAGE in content:
            return EncryptedDocument("文件设有打开密码，请去除密码后另存，再重试。")
        return UnsupportedFormat(
            "这是 Office 复合文件，但里面没有能读的文档（或已损坏），"
            "请用 Word 或 WPS 另存为 .docx 后重试。"
        )
    what = _foreign(content)
    opening = f"这是{what}，不能直接读取" if what else "认不出这种文件格式"
    return UnsupportedFormat(f"{opening}，请转换为以下格式之一：{'、'.join(suffixes())}。")
