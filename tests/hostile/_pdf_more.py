"""More hostile PDFs: what hides in filters, object streams, cross-references, fonts, colours."""

import struct
import zlib
from collections.abc import Iterator

from hostile._item import ANY, DONE, Item, item
from hostile._pdf import _CATALOG, _FONT, _PAGES, _TEXT, flate, page, pdf, plain, stream

_REFUSED = frozenset(ANY) - {DONE}


def items() -> Iterator[Item]:
    """Yield the inputs."""
    yield from _filters()
    yield from _tables()
    yield from _fonts()
    yield from _pictures()
    yield from _trees()


def _filters() -> Iterator[Item]:
    names = {
        "run length": (b"\xff " * 500_000 + b"\x80", b"/RunLengthDecode"),
        "lzw": (b"\x80" + b"\x00" * 100_000, b"/LZWDecode"),
        "ascii85": (b"z" * 3_000_000 + b"~>", b"/ASCII85Decode"),
        "hex": (b"5" * 3_000_000 + b">", b"/ASCIIHexDecode"),
        "fax": (b"\0" * 4_000, b"/CCITTFaxDecode/DecodeParms<</Columns 2000000000/Rows 2000000>>"),
        "nobody": (b"5", b"/NobodyDecode"),
        "picture": (b"\xff\xd8\xff\xd9", b"/DCTDecode"),
        "jbig2": (b"\0" * 40, b"/JBIG2Decode"),
    }  # fmt: skip
    for name, (content, words) in names.items():
        body = stream(content, b"/Filter" + words)
        yield item(f"filter {name}.pdf", pdf(_CATALOG, _PAGES, page(), body, _FONT))
    chain = b"/Filter[" + b"/ASCIIHexDecode" * 5_000 + b"]"
    yield item("filters in a row.pdf", pdf(_CATALOG, _PAGES, page(), stream(b"5>", chain), _FONT))
    tall = b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32>>"
    yield item("predictor.pdf", pdf(_CATALOG, _PAGES, page(), stream(zlib.compress(b"5"), tall),
                                    _FONT))  # fmt: skip
    many = b"/Contents[" + b"4 0 R " * 200_000 + b"]"
    leaf = page().replace(b"/Contents 4 0 R", many)
    yield item("one stream often.pdf", pdf(_CATALOG, _PAGES, leaf, stream(_TEXT), _FONT))
    gigabyte = zlib.compress(b" " * 200_000_000, 9)
    yield item("bomb in an object stream.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), _FONT,
        stream(gigabyte, b"/Type/ObjStm/N 99999999/First 10/Filter/FlateDecode")))  # fmt: skip
    inline = b"BI/W 60000/H 60000/BPC 8/CS/RGB ID " + b"5" * 1_000 + b" EI"
    yield item("inline picture.pdf", plain(inline))


def crossed(entries: bytes, words: bytes, *objects: bytes) -> bytes:
    """Return a file whose cross-reference table is a stream (7 0 obj) of these entries."""
    out = bytearray(b"%PDF-1.7\n")
    for number, body in enumerate((_CATALOG, _PAGES, page(), stream(_TEXT), _FONT, *objects), 1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"/Type/XRef/Root 1 0 R" + words
    out += b"7 0 obj\n" + flate(entries, table) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _tables() -> Iterator[Item]:
    wide = b"/Size 8/W[2147483647 2147483647 2147483647]"
    yield item("table of wide fields.pdf", crossed(b"5" * 100, wide))
    yield item("table of a negative size.pdf", crossed(b"5" * 100, b"/Size -8/W[1 2 1]"))
    far = b"/Size 2147483647/W[1 2 1]/Index[0 2147483647]"
    yield item("table of a far index.pdf", crossed(b"\1\0\0\0" * 8, far))
    inside = struct.pack(">BHB", 2, 6, 0) * 8
    body = stream(b"6 0 <</Type/ObjStm>>", b"/Type/ObjStm/N 1/First 4")
    yield item("stream inside itself.pdf", crossed(inside, b"/Size 8/W[1 2 1]", body))
    out = plain()
    at = out.rindex(b"xref\n0 6")
    back = out.rpartition(b"startxref")[0].replace(b"/Root 1 0 R", b"/Root 1 0 R/XRefStm %d" % at)
    yield item("hybrid of itself.pdf", back + b"startxref\n%d\n%%%%EOF\n" % at)
    tables = bytearray(plain())
    previous = tables.rindex(b"xref\n0 6")
    for _ in range(3_000):
        here = len(tables)
        tables += b"xref\n0 0\ntrailer\n<</Size 6/Root 1 0 R/Prev %d>>\n" % previous
        tables += b"startxref\n%d\n%%%%EOF\n" % here
        previous = here
    yield item("3000 versions.pdf", bytes(tables))
    yield item("trailers.pdf", plain() + b"trailer<</Root 1 0 R>>\n" * 100_000)
    yield item("objects without end.pdf", b"%PDF-1.7\n" + b"1 0 obj " * 300_000)


def _fonts() -> Iterator[Item]:
    for name, word in {
        "cff": b"/FontFile3", "truetype": b"/FontFile2", "type1": b"/FontFile"
    }.items():  # fmt: skip
        described = b"<</Type/FontDescriptor/FontName/A/Flags 4%s 7 0 R>>" % word
        font = b"<</Type/Font/Subtype/TrueType/BaseFont/A/FontDescriptor 6 0 R>>"
        noise = bytes((n * 7919) % 256 for n in range(5_000))
        yield item(f"font noise {name}.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), font,
                                                 described, stream(noise, b"/Length1 5000")))  # fmt: skip  # noqa: E501
    widths = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/W[0 2147483647 500 -5 9 1e99]/DW 1e99>>"
    yield item(
        "font of all widths.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), widths, below)
    )
    turns = b"/Differences[" + b"0/a " * 200_000 + b"]"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<<%s>>>>" % turns
    yield item("font of differences.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), font))
    used = b"begincmap /A usecmap 1 beginbfchar <32> <%s> endbfchar endcmap" % (b"0035" * 50_000)
    named = _FONT[:-2] + b"/ToUnicode 6 0 R>>"
    yield item("one character is 50000.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), named,
                                                 stream(used)))  # fmt: skip
    turned = b"begincmap 1 beginbfchar <35> <202E0030> endbfchar endcmap"
    yield item("digits turned round.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), named,
                                              stream(turned)))  # fmt: skip
    halves = b"begincmap 1 beginbfchar <35> <D800> endbfchar endcmap"
    yield item("half characters.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), named,
                                          stream(halves)))  # fmt: skip
    nulls = b"begincmap 1 beginbfchar <35> <0000> endbfchar endcmap"
    yield item("nul characters.pdf", pdf(_CATALOG, _PAGES, page(), stream(_TEXT), named,
                                         stream(nulls)))  # fmt: skip


def _pictures() -> Iterator[Item]:
    def drawn(words: bytes, content: bytes, *more: bytes) -> bytes:
        image = stream(content, b"/Type/XObject/Subtype/Image" + words)
        return pdf(_CATALOG, _PAGES, page(b"/XObject<</X 6 0 R>>"),
                   stream(b"595 0 0 842 0 0 cm /X Do"), _FONT, image, *more)  # fmt: skip

    small = b"/Width 9/Height 9/BitsPerComponent 8"
    yield item("profile.pdf", drawn(small + b"/ColorSpace[/ICCBased 7 0 R]", bytes(243),
        stream(b"\xff" * 200_000, b"/N 2147483647")))  # fmt: skip
    yield item(
        "mask of itself.pdf", drawn(small + b"/ColorSpace/DeviceRGB/SMask 6 0 R", bytes(243))
    )
    yield item("colours of colours.pdf", drawn(small + b"/ColorSpace[/Indexed 7 0 R 255 7 0 R]",
        bytes(81), b"[/Indexed 7 0 R 255 7 0 R]"))  # fmt: skip
    yield item("negative picture.pdf", drawn(b"/Width -9/Height -9/BitsPerComponent 255", b""))
    tile = (
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1e-9/YStep 1e-9"
    )
    filled = b"/Pattern cs /P scn 0 0 595 842 re f " + _TEXT
    yield item("endless tiles.pdf", pdf(_CATALOG, _PAGES, page(b"/Pattern<</P 6 0 R>>"),
        stream(filled), _FONT, stream(b"0 0 1 1 re f", tile + b"/Resources<<>>")))  # fmt: skip
    within = b"/Pattern cs /P scn 0 0 9 9 re f"
    again = tile.replace(b"1e-9", b"5") + b"/Resources<</Pattern<</P 6 0 R>>>>"
    yield item("tiles of tiles.pdf", pdf(_CATALOG, _PAGES, page(b"/Pattern<</P 6 0 R>>"),
        stream(filled), _FONT, stream(within, again)))  # fmt: skip
    function = b"<</FunctionType 3/Domain[0 1]/Functions[7 0 R 7 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>"
    shading = b"<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function 7 0 R>>"
    yield item("function of itself.pdf", pdf(_CATALOG, _PAGES, page(b"/Shading<</S 6 0 R>>"),
        stream(b"/S sh " + _TEXT), _FONT, shading, function))  # fmt: skip
    sampled = b"/FunctionType 0/Domain[0 1 0 1 0 1 0 1]/Range[0 1]/Size[9999 9999 9999 9999]"
    mesh = b"<</ShadingType 1/ColorSpace/DeviceGray/Function 7 0 R>>"
    yield item("function of all samples.pdf", pdf(_CATALOG, _PAGES, page(b"/Shading<</S 6 0 R>>"),
        stream(b"/S sh " + _TEXT), _FONT, mesh, stream(b"5", sampled + b"/BitsPerSample 32")))  # fmt: skip  # noqa: E501
    hidden = b"/OC/H BDC " + _TEXT + b" EMC"
    root = b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>>>"
    yield item("hidden layer.pdf", pdf(root, _PAGES, page(b"/Properties<</H 6 0 R>>"),
        stream(hidden), _FONT, b"<</Type/OCG/Name(h)>>"))  # fmt: skip


def _trees() -> Iterator[Item]:
    lost = b"<</Type/Pages/Kids[99 0 R null 3 0 R 5 true (a) 3 0 R]/Count 6>>"
    yield item("pages that are none.pdf", pdf(_CATALOG, lost, page(), stream(_TEXT), _FONT))
    parents = page().replace(b"/Parent 2 0 R", b"/Parent 3 0 R").replace(
        b"/MediaBox[0 0 595 842]", b"")  # fmt: skip
    yield item("page is its parent.pdf", pdf(_CATALOG, _PAGES, parents, stream(_TEXT), _FONT))
    outline = b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R/Names<</EmbeddedFiles 6 0 R>>>>"
    ring = b"<</First 6 0 R/Next 6 0 R/Last 6 0 R/Kids[6 0 R]/Title(5)>>"
    yield item("outline in a ring.pdf", pdf(outline, _PAGES, page(), stream(_TEXT), _FONT, ring))
    notes = page().replace(b"/Contents", b"/Annots[" + b"6 0 R " * 50_000 + b"]/Contents")
    note = b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/AP<</N 6 0 R>>/Parent 6 0 R/Kids[6 0 R]>>"
    yield item("50000 notes.pdf", pdf(_CATALOG, _PAGES, notes, stream(_TEXT), _FONT, note))
    turned = page().replace(b"/Contents", b"/Rotate 2147483647/UserUnit 1e30/Contents")
    yield item("turned beyond.pdf", pdf(_CATALOG, _PAGES, turned, stream(_TEXT), _FONT))
    dynamic = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 6 0 R/Fields[6 0 R]>>>>"
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    yield item("dynamic form.pdf", pdf(dynamic, _PAGES, page(), stream(_TEXT), _FONT,
                                       stream(laughs)))  # fmt: skip
    yield item("behind mail.pdf", b"X" * 1_000 + plain())
    yield item("behind a megabyte.pdf", b"X" * 1_000_000 + plain(), _REFUSED)
    yield item("a pdf and a zip.pdf", plain() + b"PK\3\4" + bytes(100) + b"PK\5\6" + bytes(18))
