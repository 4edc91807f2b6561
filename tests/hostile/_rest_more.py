"""More hostile pictures, web pages, text, CSV, RTF; and things in a folder that are no files."""

import os
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from hostile._item import ANY, DONE, Item, item
from hostile._markup import chunk, html, png
from hostile._text import _LINE

_REFUSED = frozenset(ANY) - {DONE}
_ROW = zlib.compress(bytes(7_550))


def items() -> Iterator[Item]:
    """Yield the inputs."""
    yield from _pictures()
    yield from _pages()
    yield from _texts()
    yield from _rich()


def ifd(tags: list[tuple[int, int, int, int]], next_at: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + struct.pack("<I", next_at)


def _pictures() -> Iterator[Item]:
    profile = b"a\0\0" + zlib.compress(bytes(50_000_000), 9)
    yield item("profile bomb.png", lambda: png(50, 50, chunk(b"iCCP", profile), data=_ROW))
    texts = b"".join(chunk(b"tEXt", b"a\0" + b"5" * 100) for _ in range(50_000))
    yield item("50000 chunks.png", lambda: png(50, 50, texts, data=_ROW))
    frames = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    yield item("frames beyond.png", png(50, 50, frames, data=_ROW))
    wrong = bytearray(png(50, 50, data=_ROW))
    wrong[29] ^= 255
    yield item("wrong sum.png", bytes(wrong))
    yield item("more rows than told.png", png(50, 5, data=zlib.compress(bytes(80_000_000), 9)))
    size = [(256, 4, 1, 10), (257, 4, 1, 10)]
    yield item("tiff two directories in a ring.tiff", ifd(size, 38) + ifd(size, 8)[8:])
    yield item("strips beyond.tiff", ifd([*size, (273, 4, 2**31 - 1, 8), (279, 4, 2**31 - 1, 8)]))
    yield item("bits beyond.tiff", ifd([*size, (258, 3, 60_000, 8), (277, 3, 1, 60_000)]))
    yield item("tags beyond.tiff", ifd([(tag, 12, 2**31 - 1, 8) for tag in range(256, 900)]))
    pages = bytearray(b"II*\0" + struct.pack("<I", 8))
    for n in range(3_000):
        at = len(pages) + 2 + 24 + 4
        pages += struct.pack("<H", 2) + b"".join(struct.pack("<HHII", *tag) for tag in size)
        pages += struct.pack("<I", at if n < 2_999 else 0)
    yield item("3000 pages.tiff", bytes(pages))
    gif = b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0x80, 0, 0) + bytes(6)
    yield item("frames.gif", gif + (b"," + struct.pack("<HHHHB", 0, 0, 9, 9, 0) + b"\x02\x02\x44\x01\0")  # noqa: E501
               * 20_000 + b";", _REFUSED)  # fmt: skip
    yield item("a gif.png", gif + b";", _REFUSED)
    segments = b"\xff\xd8" + b"\xff\xe1\xff\xff" + b"5" * 65_533
    yield item("marks.jpg", segments * 20 + b"\xff\xd9", _REFUSED)
    scans = b"\xff\xd8\xff\xc2\x00\x11\x08\x27\x10\x27\x10\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    yield item(
        "scans.jpg", scans + b"\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x00\x01" * 5_000
    )
    runs = b"BM" + struct.pack(
        "<IIIIiiHHIIiiII", 99, 0, 54, 40, 9_000, 9_000, 1, 8, 1, 0, 0, 0, 0, 0
    )
    yield item("runs.bmp", runs + b"\xff\x05" * 500_000)
    still = b"VP8 " + struct.pack("<I", 10) + b"\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(3)
    yield item(
        "still.webp", b"RIFF" + struct.pack("<I", len(still) + 4) + b"WEBP" + still, _REFUSED
    )


def _pages() -> Iterator[Item]:
    bodies = {
        "spans over spans": "<table>"
        + "<tr>"
        + '<td colspan="1000" rowspan="65534">5</td>' * 50
        + "</tr></table>",
        "rows of spans": "<table>" + '<tr><td colspan="1000">5</td></tr>' * 3_000 + "</table>",
        "negative spans": '<table><tr><td colspan="-5" rowspan="1e9">5个</td></tr></table>',
        "tables in cells": "<table><tr><td>" * 90 + "5个" + "</td></tr></table>" * 90,
        "formatting left open": "".join(f"<b><i><font size={n}>" for n in range(3_000)) + "5个",
        "long entity": "&" + "a" * 500_000 + ";5个",
        "references": "&#" + "9" * 500_000 + ";5个",
        "lists from far": '<ol start="99999999999999999999"><li>5个</li></ol>',
        "lists of letters": '<ol type="i" start="2147483647"><li>5个</li></ol>',
        "cdata": "<![CDATA[" * 50_000 + "5个",
        "svg in page": "<svg>" * 200 + "<text>5个</text>" + "</svg>" * 200,
        "templates": "<template>" * 3_000 + "5个",
        "hidden figure": '<span style="display:none">9</span>新增5个<span hidden>0</span>',
        "ruby": "<ruby>新增<rt>5</rt></ruby>" * 5_000,
        "frames": '<iframe srcdoc="&lt;p&gt;5"></iframe>' * 3_000,
        "noscript": "<noscript><p>5</noscript>" * 5_000,
    }
    for name, body in bodies.items():
        yield item(f"{name}.html", html(body))
    base = (
        '<base href="file:///etc/"><meta http-equiv="refresh" content="0;url=file:///etc/passwd">'
    )
    yield item("base.html", html("5个", base))
    yield item("utf-32.html", ("<html><body>新增5个</body></html>").encode("utf-32"))
    yield item(
        "utf-7.html", b"<html><head><meta charset=utf-7></head><body>+ADw-script+AD4-</body>"
    )
    head = "From: a\nMIME-Version: 1.0\nContent-Type: text/html; charset={}\nContent-Transfer-Encoding: {}\n\n"  # noqa: E501
    for name, (charset, coding) in {
        "of no charset": ("rot13", "7bit"), "of a codec": ("zlib", "base64"),
        "of punycode": ("idna", "quoted-printable"), "of an escape": ("unicode_escape", "7bit"),
    }.items():  # fmt: skip
        yield item(f"{name}.mht", (head.format(charset, coding) + "<p>5\\u202e</p>").encode())
    long_header = "Content-Type: multipart/related; " + "a=" * 200_000 + "\n\n5个"
    yield item("long header.mht", ("From: a\nMIME-Version: 1.0\n" + long_header).encode())


def _texts() -> Iterator[Item]:
    yield item("two marks.txt", b"\xef\xbb\xbf" * 2 + _LINE.encode())
    yield item("marks of two kinds.txt", b"\xef\xbb\xbf\xff\xfe" + _LINE.encode("utf-16-le"))
    yield item("utf-16 said utf-8.txt", b"\xef\xbb\xbf" + _LINE.encode("utf-16-le"), _REFUSED)
    yield item("half then half.txt", _LINE.encode() * 50 + _LINE.encode("gbk") * 50, _REFUSED)
    yield item("utf-32-be.txt", b"\0\0\xfe\xff" + _LINE.encode("utf-32-be"), _REFUSED)
    yield item("tags of a language.txt", (_LINE + "新增\U000e0035\U000e0030个").encode())
    yield item("joined digits.txt", (_LINE + "新增5\u034f\u200d\u20600个").encode())
    digits = "".join(chr(c) for c in (0x0665, 0x0966, 0x1D7D3, 0xFF15, 0x2460, 0x3285, 0x10E63))
    yield item("digits of all scripts.txt", (_LINE + f"新增{digits}个\n" * 500).encode())
    yield item("right to left.txt", (_LINE + "新增\u05d0 254 \u0627 个\n" * 99).encode())
    yield item("a million columns.csv", b"5," * 1_000_000 + b"5\n")
    yield item("a million lines.csv", b"5,6\n" * 1_000_000)
    yield item("quotes.csv", b'"' * 1_000_001)
    yield item("quotes in quotes.csv", b'a,b\n"' + b'""' * 1_000_000 + b'",5\n')
    yield item("one long field.csv", b"a,b\n" + b"5" * 4_000_000 + b",5\n")
    yield item("nul between.csv", "序号,数量\n1,5\0个\n".encode())
    yield item("tabs and commas.csv", ("a,b\tc;d|e\n" * 5_000).encode())
    yield item("returns.csv", b"a,b\r" * 5_000)


def _rich() -> Iterator[Item]:
    def rtf(text: str) -> bytes:
        return b"{\\rtf1\\ansi\\ansicpg936 " + text.encode("gbk", "replace") + b"}"

    yield item(
        "pictures.rtf",
        rtf("5{\\pict\\wmetafile8\\picw99999999\\pich99999999 " + "00" * 99_999 + "}"),
    )
    yield item(
        "cells.rtf", rtf("\\trowd" + "\\cellx99999999" * 5_000 + "5\\cell" * 5_000 + "\\row")
    )
    yield item("nested rows.rtf", rtf("\\itap2147483647 5\\nestcell{\\nesttableprops}" * 500))


def specials(folder: Path) -> list[Path]:
    """Make what is no plain file in a folder; return those that could be made."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, make in {
        "pipe.pdf": os.mkfifo,
        "folder.pdf": lambda path: Path(path).mkdir(),
        "itself.txt": lambda path: Path(path).symlink_to(path),
        "nowhere.txt": _link_to("/nowhere/at/all"),
        "device.txt": _link_to("/dev/zero"),
        "random.pdf": _link_to("/dev/urandom"),
        "memory.txt": _link_to("/proc/self/mem"),
        "terminal.txt": _link_to("/dev/tty"),
        "process.zip": _link_to("/proc/self/environ"),
        "socket.txt": _socket,
        "unreadable.txt": _unreadable,
        "清\u202e单.txt": _text,
        "a\nb\tc\x1b[2J.txt": _text,
        "x" * 250 + ".txt": _text,
        "-rf.txt": _text,
        "%s%n$(id).txt": _text,
        b"\xff\xfe.txt".decode(errors="surrogateescape"): _text,
    }.items():
        path = folder / name
        with suppress(OSError, NotImplementedError):
            make(str(path))
            made.append(path)
    return made


def _link_to(target: str) -> Callable[[str], None]:
    return lambda path: Path(path).symlink_to(target)


def _socket(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path)


def _text(path: str) -> None:
    Path(path).write_text(_LINE, encoding="utf-8")


def _unreadable(path: str) -> None:
    Path(path).write_text(_LINE, encoding="utf-8")
    Path(path).chmod(0)
