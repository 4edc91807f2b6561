"""Hostile PDFs, written object by object."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from hostile._item import ANY, DONE, Item, item

SAMPLE = Path(__file__).parents[2] / "samples" / "zibo-hitech-2024.pdf"
_REFUSED = frozenset(ANY) - {DONE}
_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_TEXT = b"BT /F1 12 Tf 72 700 Td (2024 5) Tj ET"


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), words, content)


def flate(content: bytes, words: bytes = b"") -> bytes:
    return stream(zlib.compress(content, 9), b"/Filter/FlateDecode" + words)


def page(words: bytes = b"", box: bytes = b"[0 0 595 842]") -> bytes:
    fonts = b"/Resources<</Font<</F1 5 0 R>>%s>>" % words
    return b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R%s>>" % (box, fonts)


def pdf(*objects: bytes, root: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a file of these objects, numbered from 1, with a true cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start) + root


def plain(content: bytes = _TEXT, words: bytes = b"", box: bytes = b"[0 0 595 842]") -> bytes:
    return pdf(_CATALOG, _PAGES, page(words, box), stream(content), _FONT)


def items() -> Iterator[Item]:
    """Yield the inputs."""
    yield from _cut()
    yield from _cycles()
    yield from _boxes()
    yield from _bombs()
    yield from _claims()


def _cut() -> Iterator[Item]:
    content = SAMPLE.read_bytes()
    for share in (1, 10, 30, 50, 80, 95, 99):
        yield item(f"cut at {share}.pdf", content[: len(content) * share // 100])
    yield item("head only.pdf", b"%PDF-1.7\n", _REFUSED)
    yield item("head and noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, _REFUSED)
    yield item("no end.pdf", plain().partition(b"startxref")[0])
    yield item("wrong start.pdf", plain().rpartition(b"startxref")[0] + b"startxref\n-7\n%%EOF")
    yield item("far start.pdf", plain().rpartition(b"startxref")[0] + b"startxref\n9e99\n%%EOF")
    middle = len(content) // 2
    yield item("hole.pdf", content[:middle] + bytes(500) + content[middle + 500 :])
    yield item("twice.pdf", content + content)
    yield item("a pdf.docx", content, "unsupported_format")
    yield item("a pdf.txt", content, "unsupported_format")


def _cycles() -> Iterator[Item]:
    yield item("pages hold themselves.pdf", pdf(_CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"))
    ring = b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>"
    back = b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"
    yield item("pages in a ring.pdf", pdf(_CATALOG, ring, back))
    yield item("object is itself.pdf", pdf(_CATALOG, b"2 0 R"))
    yield item("length is itself.pdf", pdf(_CATALOG, _PAGES, page(), b"<</Length 4 0 R>>stream\n5"
                                           b"\nendstream", _FONT))  # fmt: skip
    start = plain().rindex(b"xref\n0 6")
    yield item("table before itself.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), _FONT,
                                              trailer=b"/Prev %d" % start))  # fmt: skip
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    forms = b"/XObject<</X 6 0 R>>"
    yield item("form in itself.pdf", pdf(_CATALOG, _PAGES, page(forms), stream(b"/X Do"), _FONT,
                                         stream(b"/X Do /X Do", form)))  # fmt: skip
    yield item("font of itself.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), b"<</Type/Font"
        b"/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[5 0 R]>>"))  # fmt: skip
    glyphs = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 50"
    glyphs += b"/LastChar 53/Widths[9 9 9 9]/Encoding<</Differences[50/a/a/a/a]>>/CharProcs<</a"
    glyphs += b" 6 0 R>>/Resources<</Font<</F1 5 0 R>>>>>>"
    yield item("glyph of itself.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), glyphs,
                                          stream(_TEXT)))  # fmt: skip
    extends = b"/Type/ObjStm/N 1/First 4/Extends 6 0 R"
    yield item("streams of streams.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), _FONT,
                                             stream(b"7 0 <<>>", extends)))  # fmt: skip


def _boxes() -> Iterator[Item]:
    boxes = {
        "giant": b"[0 0 1000000000 1000000000]",
        "beyond numbers": b"[0 0 1" + b"0" * 400 + b" 5]",
        "negative": b"[0 0 -595 -842]",
        "empty": b"[0 0 0 0]",
        "short": b"[0 0]",
        "no numbers": b"[/a/b/c/d]",
        "a reference to nothing": b" 99 0 R",
    }
    for name, box in boxes.items():
        yield item(f"box {name}.pdf", plain(box=box))
    yield item("box giant scan.pdf", plain(b"q 1e9 0 0 1e9 0 0 cm /X Do Q", box=boxes["giant"]))
    yield item("matrix beyond.pdf", plain(b"1e38 1e38 1e38 1e38 1e38 1e38 cm " * 50 + _TEXT))
    yield item("size beyond.pdf", plain(_TEXT.replace(b"12 Tf", b"1e38 Tf")))
    yield item("size zero.pdf", plain(_TEXT.replace(b"12 Tf", b"0 Tf")))


def _bombs() -> Iterator[Item]:
    def bomb(content: bytes) -> bytes:
        return pdf(_CATALOG, _PAGES, page(), flate(content), _FONT)

    yield item("flate bomb.pdf", lambda: bomb(b" " * 600_000_000))
    twice = b"/Filter[/FlateDecode/FlateDecode]"
    yield item("flate bomb twice.pdf", lambda: pdf(_CATALOG, _PAGES, page(), stream(
        zlib.compress(zlib.compress(b" " * 600_000_000, 9), 9), twice), _FONT))  # fmt: skip
    yield item("many strings.pdf", lambda: bomb(b"BT /F1 9 Tf 9 9 Td " + b"(5)Tj " * 500_000))
    yield item("many boxes.pdf", lambda: bomb(b"1 1 9 9 re S " * 400_000))
    yield item("saved states.pdf", lambda: bomb(b"q " * 2_000_000))
    yield item("deep array.pdf", lambda: plain(b"[" * 300_000))
    yield item("deep object.pdf", pdf(_CATALOG, b"[" * 200_000 + b"]" * 200_000))
    yield item("deep dictionary.pdf", pdf(_CATALOG, b"<</a" * 100_000 + b">>" * 100_000))
    kids = b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>"
    yield item("one page often.pdf", pdf(_CATALOG, kids, page(), stream(_TEXT), _FONT))
    levels = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(5_000)]
    yield item("deep pages.pdf", pdf(_CATALOG, *levels))
    words = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    layers = [stream(b"/X Do " * 10, words % (n + 7)) for n in range(12)]
    yield item("laughing forms.pdf", pdf(_CATALOG, _PAGES, page(b"/XObject<</X 6 0 R>>"),
                                         stream(b"/X Do"), _FONT, *layers))  # fmt: skip
    image = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8"
    image += b"/ColorSpace/DeviceRGB"
    yield item("image bomb.pdf", lambda: pdf(_CATALOG, _PAGES, page(b"/XObject<</X 6 0 R>>"),
        stream(b"595 0 0 842 0 0 cm /X Do"), _FONT, flate(bytes(50_000_000), image)))  # fmt: skip
    cmap = b"begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange "
    cmap += b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap"
    font = _FONT[:-2] + b"/ToUnicode 6 0 R>>"
    yield item("map bomb.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), font, stream(cmap)))


def _claims() -> Iterator[Item]:
    yield item("count.pdf", plain().replace(b"/Count 1", b"/Count 2147483647"))
    yield item("negative count.pdf", plain().replace(b"/Count 1", b"/Count -1"))
    yield item("size.pdf", plain().replace(b"/Size 6", b"/Size 2147483647"))
    yield item("length.pdf", plain().replace(b"/Length ", b"/Length 99999999"))
    yield item("negative length.pdf", plain().replace(b"/Length ", b"/Length -"))
    for name, action in {
        "script": b"/S/JavaScript/JS(app.alert(1))",
        "launch": b"/S/Launch/F(cmd.exe)",
        "address": b"/S/URI/URI(http://127.0.0.1:9/)",
        "form": b"/S/SubmitForm/F(http://127.0.0.1:9/)",
        "remote": b"/S/GoToR/F(../../../etc/passwd)",
    }.items():
        root = b"<</Type/Catalog/Pages 2 0 R/OpenAction<<%s>>>>" % action
        yield item(f"action {name}.pdf", pdf(root, _PAGES, page(), stream(_TEXT), _FONT))
    outside = b"<</Length 0/F(/etc/passwd)>>stream\n\nendstream"
    yield item("stream outside.pdf", pdf(_CATALOG, _PAGES, page(), outside, _FONT))
    lock = b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<%s>/U<%s>>>/ID[<00><00>]"
    locked = pdf(
        _CATALOG, _PAGES, page(), stream(_TEXT), _FONT, trailer=lock % (b"7a" * 32, b"3c" * 32)
    )
    yield item("locked.pdf", locked, "encrypted_document")
    unknown = b"/Encrypt<</Filter/Nobody/V 9>>/ID[<00><00>]"
    yield item("locked by nobody.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), _FONT,
                                           trailer=unknown))  # fmt: skip
