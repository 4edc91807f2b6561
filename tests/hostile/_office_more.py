"""More hostile Word files, workbooks, OFD: loops of styles and templates, strings, far places."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator

from hostile._item import ANY, DONE, Item, item
from hostile._office import _HEAD, _R, _S, _W, SAMPLES, docx, packed, replaced, said, xlsx

_REFUSED = frozenset(ANY) - {DONE}
_P = "<w:p><w:r><w:t>新增5个</w:t></w:r></w:p>"


def items() -> Iterator[Item]:
    """Yield the inputs."""
    yield from _docx()
    yield from _xlsx()
    yield from _ofd()
    yield from _zip()


def _docx() -> Iterator[Item]:
    level = '<w:lvl w:ilvl="0"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'  # noqa: E501
    number = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    used = '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>5个</w:t></w:r></w:p>'  # noqa: E501
    for name, (start, form, text, at) in {
        "far": ("999999999999", "chineseCountingThousand", "%1、", "0"),
        "roman": ("2147483647", "upperRoman", "%1", "0"),
        "letters": ("2147483647", "lowerLetter", "%1", "0"),
        "long": ("1", "decimal", "%1" * 30_000, "0"),
        "deep": ("1", "decimal", "%1%9%99", "2147483647"),
        "negative": ("-5", "decimalEnclosedCircle", "%1", "-1"),
    }.items():
        one = (
            f'<w:abstractNum w:abstractNumId="0">{level.format(start, form, text)}</w:abstractNum>'
        )
        part = f'{_HEAD}<w:numbering xmlns:w="{_W}">{one}{number}</w:numbering>'
        yield item(f"numbering {name}.docx",
                   docx(used.format(at) * 300, word__numbering__xml=part))  # fmt: skip
    link = '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="a"/></w:abstractNum>'
    part = f'{_HEAD}<w:numbering xmlns:w="{_W}">{link}{number}</w:numbering>'
    style = '<w:style w:type="numbering" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'  # noqa: E501
    styles = f'{_HEAD}<w:styles xmlns:w="{_W}">{style}</w:styles>'
    ring = docx(used.format("0"), word__numbering__xml=part, word__styles__xml=styles)
    yield item("numbering of itself.docx", ring)
    chain = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>'
        for n in range(20_000)
    )
    styles = f'{_HEAD}<w:styles xmlns:w="{_W}">{chain}</w:styles>'
    styled = '<w:p><w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r><w:t>5个</w:t></w:r></w:p>'
    yield item("20000 styles.docx", docx(styled, word__styles__xml=styles))
    field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    yield item("open fields.docx", docx(f"<w:p>{field * 30_000}<w:r><w:t>5个</w:t></w:r></w:p>"))
    boxes = "<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>"
    yield item("boxes in boxes.docx", docx(boxes[0] * 60 + _P + boxes[1] * 60))
    choice = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x">{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>'  # noqa: E501
    text = "<w:t>5</w:t>"
    for _ in range(15):
        text = choice.format(text)
    yield item("choices of choices.docx", docx(f"<w:p><w:r>{text}</w:r></w:p>"))
    repeats = '<w:p><w:r><w:t xml:space="preserve">5</w:t><w:tab/><w:br/></w:r></w:p>'
    yield item(
        "100000 tabs.docx", docx("<w:p><w:r>" + "<w:tab/><w:br/>" * 100_000 + "</w:r></w:p>")
    )
    yield item("struck.docx", docx(repeats.replace("<w:t ", "<w:rPr><w:strike/></w:rPr><w:t ")))
    notes = f'{_HEAD}<w:footnotes xmlns:w="{_W}"><w:footnote w:id="1"><w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p></w:footnote></w:footnotes>'  # noqa: E501
    noted = '<w:p><w:r><w:t>5个</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    yield item("note of itself.docx", docx(noted * 500, word__footnotes__xml=notes))
    yield item("namespaces.docx", docx(
        "<w:p " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(20_000)) + "/>" + _P))  # fmt: skip
    yield item("utf-7 inside.docx", replaced("zibo-hitech-2024.docx", **{
        "word/document.xml": b'<?xml version="1.0" encoding="utf-7"?><x/>'}), _REFUSED)  # fmt: skip
    chunk = '<w:altChunk r:id="rId1"/>'
    yield item("chunk from elsewhere.docx", docx(chunk * 100 + _P))


def _book(**parts: str | bytes) -> bytes:
    return replaced("zibo-hitech-2024.xlsx", **parts)


def _xlsx() -> Iterator[Item]:
    plain = f'<row r="1">{said("新增5个")}</row>'
    strings = f'{_HEAD}<sst xmlns="{_S}" count="4294967295" uniqueCount="4294967295"><si><t>5</t></si></sst>'  # noqa: E501
    yield item("strings that are not there.xlsx", _book(xl__sharedStrings__xml=strings))
    long = f'{_HEAD}<sst xmlns="{_S}"><si><t>{"5" * 3_000_000}</t></si></sst>'
    shared = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, 3))
    with zipfile.ZipFile(io.BytesIO(xlsx(f'<row r="1">{shared}</row>'))) as book:
        parts: dict[str, str | bytes] = {name: book.read(name) for name in book.namelist()}
    yield item("one string often.xlsx", lambda: packed(parts | {"xl/sharedStrings.xml": long}))
    often = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    with zipfile.ZipFile(io.BytesIO(xlsx(often))) as book:
        rows: dict[str, str | bytes] = {name: book.read(name) for name in book.namelist()}
    medium = long.replace("5" * 3_000_000, "5" * 30_000)
    yield item("600 MB of one string.xlsx", lambda: packed(rows | {"xl/sharedStrings.xml": medium}))
    runs = f'{_HEAD}<sst xmlns="{_S}"><si>{"<r><t>5</t></r>" * 300_000}</si></sst>'
    yield item("300000 runs.xlsx", lambda: _book(xl__sharedStrings__xml=runs))
    yield item("row zero.xlsx", xlsx(f'<row r="0">{said("5", "A0")}</row>'))
    yield item("row of letters.xlsx", xlsx(f'<row r="x">{said("5", "A1")}</row>'))
    yield item("rows backwards.xlsx", xlsx("".join(
        f'<row r="{n}">{said("5", f"A{n}")}</row>' for n in range(3_000, 0, -1))))  # fmt: skip
    yield item("one cell often.xlsx", xlsx(f'<row r="1">{said("5") * 50_000}</row>'))
    yield item("column beyond.xlsx", xlsx(f'<row r="1">{said("5", "XFE1")}</row>'), _REFUSED)
    yield item("far formula.xlsx", xlsx(
        plain + '<row r="1048576"><c r="XFD1048576"><f>1</f></c></row>'))  # fmt: skip
    yield item("far string.xlsx", xlsx(
        plain + '<row r="1048576"><c r="XFD1048576" t="str"><f>1</f></c></row>'))  # fmt: skip
    yield item("far empty.xlsx", xlsx(
        plain + '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is/></c></row>'))  # fmt: skip
    yield item("far style.xlsx", xlsx(plain + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'))
    yield item("backward merge.xlsx", xlsx(
        plain, after='<mergeCells><mergeCell ref="Z9:A1"/></mergeCells>'))  # fmt: skip
    yield item("merge beyond.xlsx", xlsx(
        plain, after='<mergeCells><mergeCell ref="A1:ZZZZ99999999"/></mergeCells>'))  # fmt: skip
    yield item("merge of nothing.xlsx", xlsx(
        plain, after='<mergeCells><mergeCell ref=""/><mergeCell ref="1:A"/></mergeCells>'))  # fmt: skip  # noqa: E501
    formats = "".join(
        f'<numFmt numFmtId="{n}" formatCode="{"0" * 5_000}"/>' for n in range(200, 900)
    )
    xfs = "".join(f'<xf numFmtId="{n}"/>' for n in range(200, 900))
    styles = f'{_HEAD}<styleSheet xmlns="{_S}"><numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>'  # noqa: E501
    yield item("formats.xlsx", _book(xl__styles__xml=styles))
    bait = "[" * 200 + "yyyy" * 100 + '"' * 99 + "\\" * 99
    code = bait.replace('"', "&quot;").replace("<", "&lt;")
    styles = f'{_HEAD}<styleSheet xmlns="{_S}"><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts><cellXfs>{"<xf numFmtId=&quot;200&quot;/>".replace("&quot;", chr(34)) * 9}</cellXfs></styleSheet>'  # noqa: E501
    yield item("format bait.xlsx", _book(xl__styles__xml=styles))
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 5_000))
    book_part = f'{_HEAD}<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets>{sheets}</sheets></workbook>'
    yield item("5000 sheets of one.xlsx", _book(xl__workbook__xml=book_part))
    named = (
        book_part.partition("<sheet ")[0]
        + '<sheet name="../../x&#10;" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    yield item("sheet named as a path.xlsx", _book(xl__workbook__xml=named))
    record = struct.pack("<HHHHHHHH", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0) + bytes(4)
    yield item("bare records.xls", record + struct.pack("<HH", 0x00FC, 0xFFFF) * 5_000)
    yield item("old records.xls", struct.pack("<HHHH", 0x0009, 4, 2, 16) * 2_000)


def _ofd() -> Iterator[Item]:
    name = "zibo-hitech-2024.ofd"
    with zipfile.ZipFile(SAMPLES / name) as container:
        parts = {each: container.read(each).decode("latin-1") for each in container.namelist()}
    at = next(each for each in sorted(parts) if each.endswith("Document.xml"))
    leaf = next(each for each in sorted(parts) if each.endswith("Content.xml"))

    def made(**texts: str) -> bytes:
        return replaced(
            name, **{k.replace("__", "/"): v.encode("latin-1") for k, v in texts.items()}
        )

    template = f'<ofd:TemplatePage ID="900" BaseLoc="/{leaf}"/></ofd:CommonData>'
    self_used = parts[leaf].replace(
        "<ofd:Content>", '<ofd:Template TemplateID="900"/><ofd:Content>'
    )
    yield item("template of itself.ofd", made(**{
        at: parts[at].replace("</ofd:CommonData>", template), leaf: self_used}))  # fmt: skip
    often = '<ofd:Template TemplateID="900"/>' * 5_000 + "<ofd:Content>"
    yield item("5000 templates.ofd", made(**{
        at: parts[at].replace("</ofd:CommonData>", template),
        leaf: parts[leaf].replace("<ofd:Content>", often)}))  # fmt: skip
    resource = '<ofd:CompositeGraphicUnit ID="901" Width="9" Height="9"><ofd:Content><ofd:CompositeObject ID="1" ResourceID="901" Boundary="0 0 9 9"/></ofd:Content></ofd:CompositeGraphicUnit>'  # noqa: E501
    res = f'{_HEAD}<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:CompositeGraphicUnits>{resource}</ofd:CompositeGraphicUnits></ofd:Res>'  # noqa: E501
    drawn = '<ofd:CompositeObject ID="2" ResourceID="901" Boundary="0 0 9 9"/></ofd:Layer>'
    folder = at.rpartition("/")[0]
    yield item("unit of itself.ofd", made(**{
        at: parts[at].replace("</ofd:CommonData>", "<ofd:DocumentRes>Own.xml</ofd:DocumentRes></ofd:CommonData>"),  # noqa: E501
        leaf: parts[leaf].replace("</ofd:Layer>", drawn), f"{folder}/Own.xml": res}))  # fmt: skip
    paths = '<ofd:PathObject ID="5" Boundary="0 0 9e9 9e9" Stroke="true"><ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer>'  # noqa: E501
    for kind, path in {
        "long": "M 0 0 " + "L 9 9 " * 200_000,
        "of arcs": "M 0 0 " + "A 1e30 1e-30 720 1 1 9 9 " * 2_000,
        "of nothing": "M L C A Q S B 5 nan inf 1e999 " * 2_000,
    }.items():
        yield item(f"path {kind}.ofd", made(**{
            leaf: parts[leaf].replace("</ofd:Layer>", paths.format(path))}))  # fmt: skip
    matrix = parts[leaf].replace('Boundary="', 'CTM="1e300 0 0 1e300 nan inf" Boundary="')
    yield item("matrix beyond.ofd", made(**{leaf: matrix}))
    size = parts[leaf].replace('Size="', 'Size="1e300 ').replace('Font="', 'Font="99')
    yield item("font beyond.ofd", made(**{leaf: size}))
    box = parts[at].replace("<ofd:PhysicalBox>", "<ofd:PhysicalBox>0 0 1e9 1e9 ")
    yield item("page of a thousand kilometres.ofd", made(**{at: box}))
    bodies = parts["OFD.xml"].partition("<ofd:DocBody>")
    body = bodies[1] + bodies[2].partition("</ofd:DocBody>")[0] + "</ofd:DocBody>"
    yield item("300 bodies.ofd", made(**{
        "OFD.xml": bodies[0] + body * 300 + bodies[2].partition("</ofd:DocBody>")[2]}))  # fmt: skip


def overlapping(entries: int) -> bytes:
    """Return a ZIP whose entries are all the same bytes (one kernel, many names)."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = b"5" * 10_000_000
    data = kernel.compress(text) + kernel.flush()
    crc = zlib.crc32(text)
    local = struct.pack(
        "<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(data), len(text), 5, 0
    )
    out = bytearray(local + b"0.txt" + data)
    start = len(out)
    for n in range(entries):
        name = b"%d.txt" % (n % 10)
        out += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(data),
                           len(text), len(name), 0, 0, 0, 0, 0, 0) + name  # fmt: skip
    out += struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, entries, entries, len(out) - start, start, 0)
    return bytes(out)


def _zip() -> Iterator[Item]:
    yield item("overlapping.zip", lambda: overlapping(9))
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as container, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two of one name: so it is meant
        for text in ("新增5个", "新增6个"):
            container.writestr(zipfile.ZipInfo("a.txt"), text)
    yield item("one name twice.zip", twice.getvalue())
    wrong = bytearray(packed({"a.txt": "新增5个托位"}))
    wrong[14:18] = b"\0\0\0\0"
    at = wrong.rindex(b"PK\1\2")
    wrong[at + 16 : at + 20] = b"\0\0\0\0"
    yield item("wrong sum.zip", bytes(wrong))
    way = bytearray(packed({"a.txt": "5个"}))
    for at, offset in ((0, 8), (way.rindex(b"PK\1\2"), 10)):
        way[at + offset : at + offset + 2] = b"\x63\0"
    yield item("method 99.zip", bytes(way))
    locked = bytearray(packed({"a.txt": "5个"}))
    locked[6] |= 1
    locked[locked.rindex(b"PK\1\2") + 8] |= 1
    yield item("locked.zip", bytes(locked))
    end = bytearray(packed({"a.txt": "5个"}))
    end[-2:] = b"\xff\xff"
    yield item("comment beyond.zip", bytes(end))
    many = bytearray(packed({"a.txt": "5个"}))
    at = many.rindex(b"PK\5\6")
    many[at + 8 : at + 12] = b"\xff\xff\xff\xff"
    yield item("entries beyond.zip", bytes(many))
    yield item(
        "turned names.zip", packed({"清单\u202etxt.exe": "5", "\u202etxt.单清.txt": "新增5个"})
    )
    yield item("a docx in a zip.zip", packed({
        "文.docx": (SAMPLES / "zibo-hitech-2024.docx").read_bytes()[:2_000]}))  # fmt: skip
