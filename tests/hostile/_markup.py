"""Hostile web pages, mail, RTF, old Word files and pictures."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from hostile._item import ANY, DONE, Item, item

SAMPLES = Path(__file__).parents[2] / "samples"
_REFUSED = frozenset(ANY) - {DONE}
_TEXT = "<p>关于做好工作的通知</p><p>新增托位452个，财政资金500万元。</p>"


def items() -> Iterator[Item]:
    """Yield the inputs."""
    yield from _pages()
    yield from _mail()
    yield from _rich()
    yield from _old()
    yield from _pictures()


def html(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{_TEXT}{body}</body></html>".encode()


def _pages() -> Iterator[Item]:
    bodies = {
        "deep": "<div>" * 100_000,
        "deep inline": "<b><i>" * 30_000,
        "deep tables": "<table><tr><td>" * 300 + "5个",
        "deep lists": "<ul><li>" * 5_000,
        "spans": '<table><tr><td colspan="999999999" rowspan="999999999">5个</td></tr></table>',
        "rowspans": "<table>" + '<tr><td rowspan="65534">5</td></tr>' * 2_000 + "</table>",
        "cells": "<table><tr>" + "<td>5" * 250_000 + "</table>",
        "script": "<script>alert(1)</script><svg onload=alert(1)>5个</svg>",
        "addresses": '<img src="http://127.0.0.1:9/"><iframe src="file:///etc/passwd"></iframe>',
        "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">5个</p>",
        "long attribute": f'<p title="{"5" * 3_000_000}">5个</p>',
        "brackets": "<" * 300_000,
        "open comment": "<!--" * 50_000,
        "open tag": "<p " + "a" * 500_000,
        "entities": "&#x202E;&#0;&#xD800;&#x110000;&amp" * 5_000,
        "nul": "新增\0五\0个",
        "bidi": "新增\u202e254\u202c个",
        "data": f'<img src="data:image/png;base64,{"A" * 2_000_000}">',
        "closing": "</div>" * 100_000,
        "style": "<style>" + "a{" * 100_000 + "</style>5个",
    }
    for name, body in bodies.items():
        yield item(f"{name}.html", html(body))
    yield item("charset.html", html("", '<meta charset="utf-7">'))
    yield item("two charsets.html", html("", '<meta charset="gbk"><meta charset="utf-16">'))
    entity = (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;5个</body></html>'
    )
    yield item("entity.html", entity.encode())
    yield item("xml.html", b'<?xml version="1.0"?>' + entity.encode())
    yield item("only a tag.html", b"<html>", _REFUSED)


def _mail() -> Iterator[Item]:
    head = "From: a\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="
    nested = "".join(f'{"" if n else head}"b{n}"\n\n--b{n}\nContent-Type: multipart/mixed; boundary='  # noqa: E501
                     for n in range(500))  # fmt: skip
    yield item("nested.mht", nested.encode())
    yield item("many parts.mht", (head + '"b"\n\n' + "--b\n\n5\n" * 20_000).encode())
    yield item("no boundary.mht", (head + "\n\n5个").encode())
    coded = head + '"b"\n\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n!!!!'
    yield item("bad base64.mht", coded.encode())


def _rich() -> Iterator[Item]:
    yield item("deep.rtf", b"{\\rtf1" + b"{" * 100_000, _REFUSED)
    yield item("binary.rtf", b"{\\rtf1 5 \\bin2147483647 xx}")
    yield item("negative binary.rtf", b"{\\rtf1 5 \\bin-1 xx}")
    yield item("object.rtf", b"{\\rtf1 5{\\object\\objupdate{\\*\\objdata 0105000002}}}")
    yield item("field.rtf", b'{\\rtf1 5{\\field{\\*\\fldinst INCLUDETEXT "/etc/passwd"}}}')
    yield item("numbers.rtf", b"{\\rtf1\\u99999999999999999999?\\u-70000?\\'zz\\'}")
    yield item("open.rtf", b"{\\rtf1 " + b"\\par " * 1_000)


def _old() -> Iterator[Item]:
    sample = (SAMPLES / "zibo-hitech-2024.doc").read_bytes()
    yield item("cut.doc", sample[:3_000])
    ring = bytearray(sample)
    ring[0x4C : 0x4C + 436] = struct.pack("<I", 0) * 109
    yield item("ring.doc", bytes(ring))
    sectors = bytearray(sample)
    sectors[0x1E:0x20] = b"\xff\xff"
    yield item("sectors.doc", bytes(sectors))
    for name in ("holes.doc", "holes.xls"):
        holes = bytearray(sample[:512] + bytes(200_000))
        yield item(name, bytes(holes))
    everywhere = sample[:512] + b"\xfe\xff\xff\xff" * 20_000
    yield item("ends.doc", everywhere)
    yield item("a doc.docx", sample, "unsupported_format")


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(width: int, height: int, *more: bytes, data: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def tiff(next_at: int, width: int = 10, height: int = 10) -> bytes:
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8),
            (277, 3, 1), (278, 4, height), (279, 4, 100)]  # fmt: skip
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return (
        b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + struct.pack("<I", next_at) + bytes(100)
    )


def _pictures() -> Iterator[Item]:
    refused = _REFUSED
    yield item("bomb.png", png(60_000, 60_000, data=zlib.compress(bytes(1_000_000))), refused)
    yield item("beyond.png", png(2**31 - 1, 2**31 - 1), refused)
    yield item("nothing.png", png(0, 0), refused)
    # Found by fuzz/read.py image: the recognition engine raised an error of its own.
    yield item("a thread.png", lambda: png(10, 20_000, data=zlib.compress(bytes(620_000))), refused)
    yield item("cut.png", png(500, 500)[:60], refused)
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000), 9))
    yield item(
        "text bomb.png", lambda: png(50, 50, text, data=zlib.compress(bytes(7_550))), refused
    )
    yield item("ring.tiff", tiff(8), refused)
    yield item("beyond.tiff", tiff(0, 2**31, 2**31), refused)
    yield item("lost.tiff", tiff(2**31), refused)
    jpeg = b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xdc\xff\xdc\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    yield item("bomb.jpg", jpeg + b"\xff\xd9", refused)
    yield item("cut.jpg", jpeg[:5], refused)
    bitmap = b"BM" + struct.pack(
        "<IIIIiiHHIIiiII", 99, 0, 54, 40, -5, -(2**31), 1, 24, 0, 0, 0, 0, 0, 0
    )
    yield item("beyond.bmp", bitmap, refused)
    yield item("beyond.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 30, refused)
    yield item("a png.pdf", png(10, 10), refused)
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
    yield item("drawing.svg", drawing, "unsupported_format")
    yield item("declared.svg", b'<?xml version="1.0"?><!--5-->\n' + drawing, "unsupported_format")
    yield item("a drawing.txt", drawing, "unsupported_format")
