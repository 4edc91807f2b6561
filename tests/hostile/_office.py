"""Hostile ZIP containers: .docx, .xlsx, .ofd, and bare .zip."""

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from hostile._item import ANY, DONE, Item, item

SAMPLES = Path(__file__).parents[2] / "samples"
_REFUSED = frozenset(ANY) - {DONE}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_CELL = "<w:tc><w:p><w:r><w:t>5个</w:t></w:r></w:p></w:tc>"
_LAUGHS = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "哈"}{"&l" + str(n - 1) + ";" if n else ""}">'  # noqa: E501
    for n in range(40)
)
_DTD = {
    "laughs": f"<!DOCTYPE x [{_LAUGHS}]>",
    "quadratic": f'<!DOCTYPE x [<!ENTITY l39 "{"5" * 100_000}">]>',
    "file": '<!DOCTYPE x [<!ENTITY l39 SYSTEM "file:///etc/passwd">]>',
    "address": '<!DOCTYPE x [<!ENTITY l39 SYSTEM "http://127.0.0.1:9/x">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;<!ENTITY l39 "5">]>',
    "outside": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}


def packed(parts: dict[str, str | bytes], *, deflated: bool = False) -> bytes:
    """Return a container; stored, so that a reader sees what a look at the ratio would refuse."""
    target = io.BytesIO()
    way = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", way) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return target.getvalue()


def replaced(sample: str, **parts: str | bytes) -> bytes:
    """Return a sample with some parts in place of its own; ``__`` stands for ``/``."""
    with zipfile.ZipFile(SAMPLES / sample) as container:
        kept: dict[str, str | bytes] = {name: container.read(name) for name in container.namelist()}
    return packed(kept | {name.replace("__", "/"): content for name, content in parts.items()})


def docx(body: str, dtd: str = "", **parts: str | bytes) -> bytes:
    text = f'{_HEAD}{dtd}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}</w:body></w:document>'  # noqa: E501
    return replaced("zibo-hitech-2024.docx", **{"word__document.xml": text, **parts})


def xlsx(rows: str, dtd: str = "", after: str = "", dimension: str = "A1:B2") -> bytes:
    sheet = f'{_HEAD}{dtd}<worksheet xmlns="{_S}"><dimension ref="{dimension}"/>'
    sheet += f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    with zipfile.ZipFile(SAMPLES / "zibo-hitech-2024.xlsx") as container:
        name = next(name for name in container.namelist() if name.endswith("sheet1.xml"))
    return replaced("zibo-hitech-2024.xlsx", **{name: sheet})


def said(text: str, reference: str = "A1") -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def items() -> Iterator[Item]:
    """Yield the inputs."""
    yield from _docx()
    yield from _xlsx()
    yield from _ofd()
    yield from _containers()


def _docx() -> Iterator[Item]:
    paragraph = "<w:p><w:r><w:t>新增5个&l39;</w:t></w:r></w:p>"
    for name, dtd in _DTD.items():
        yield item(f"dtd {name}.docx", docx(paragraph, dtd), _REFUSED)
    link = f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    for name, target in {"address": "http://127.0.0.1:9/t.dotm", "file": "file:///etc/passwd",
                         "share": r"\\127.0.0.1\share\x"}.items():  # fmt: skip
        words = (
            f'<Relationship Id="rId1" Type="{_R}/attachedTemplate" Target="{target}" TargetMode='
        )
        rels = f'{link}{words}"External"/></Relationships>'
        yield item(f"outside {name}.docx", docx(paragraph.replace("&l39;", ""), "",
                                                word___rels__document__xml__rels=rels))  # fmt: skip
    merges = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>" * 42_000
    yield item("42000 merges.docx", lambda: docx(f"<w:tbl>{merges}</w:tbl>"))
    for span in ("2147483647", "-1", "99999999999999999999", "x"):
        cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p/></w:tc>'
        yield item(f"span {span}.docx", docx(f"<w:tbl><w:tr>{cell}{_CELL}</w:tr></w:tbl>"))
    table = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    yield item("tables in tables.docx", docx(table[0] * 80 + "<w:p/>" + table[1] * 80))
    yield item("deep tables.docx", docx(table[0] * 3_000 + "<w:p/>" + table[1] * 3_000))
    yield item("deep runs.docx", docx("<w:ins>" * 20_000 + "</w:ins>" * 20_000))
    yield item("wide.docx", lambda: docx(f"<w:tbl><w:tr>{_CELL * 250_000}</w:tr></w:tbl>"))
    yield item("paragraphs.docx", lambda: docx("<w:p/>" * 1_500_000))
    yield item("long run.docx", lambda: docx(f"<w:p><w:r><w:t>{'5' * 6_000_000}</w:t></w:r></w:p>"))
    style = '<w:style w:type="paragraph" w:styleId="{}"><w:basedOn w:val="{}"/></w:style>'
    styles = f'{_HEAD}<w:styles xmlns:w="{_W}">{style.format("a", "b")}{style.format("b", "a")}</w:styles>'  # noqa: E501
    used = '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>5个</w:t></w:r></w:p>'
    yield item("styles in a ring.docx", docx(used, word__styles__xml=styles))
    yield item(
        "no xml.docx", replaced("zibo-hitech-2024.docx", **{"word/document.xml": b"\0" * 99})
    )
    yield item(
        "utf-16.docx", replaced("zibo-hitech-2024.docx", **{"word/document.xml": docx_text()})
    )
    yield item("nul.docx", docx("<w:p><w:r><w:t>5\0个</w:t></w:r></w:p>"), _REFUSED)
    yield item("controls.docx", docx("<w:p><w:r><w:t>&#1;5&#xD800;个</w:t></w:r></w:p>"), _REFUSED)
    yield item("bidi.docx", docx("<w:p><w:r><w:t>新增&#x202E;254&#x202C;个</w:t></w:r></w:p>"))
    yield item("script.docx", docx("<w:p><w:r><w:t>&lt;script&gt;5个</w:t></w:r></w:p>"))
    sample = (SAMPLES / "zibo-hitech-2024.docx").read_bytes()
    for share in (5, 50, 95):
        yield item(f"cut at {share}.docx", sample[: len(sample) * share // 100])
    yield item("a docx.pdf", sample, "unsupported_format")
    yield item("a docx.xlsx", sample, "unsupported_format")


def docx_text() -> bytes:
    text = f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>5个</w:t></w:r></w:p></w:body></w:document>'  # noqa: E501
    return ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")


def _xlsx() -> Iterator[Item]:
    row = f'<row r="1">{said("新增5个&l39;")}</row>'
    for name, dtd in _DTD.items():
        yield item(f"dtd {name}.xlsx", xlsx(row, dtd), ANY)
    plain = row.replace("&l39;", "")
    yield item("dimension.xlsx", xlsx(plain, dimension="A1:XFD1048576"))
    yield item("far corner.xlsx", xlsx(plain + f'<row r="1048576">{said("5", "XFD1048576")}</row>'))
    yield item(
        "no such row.xlsx", xlsx(plain + f'<row r="999999999">{said("5", "A999999999")}</row>')
    )
    yield item("no such cell.xlsx", xlsx(f'<row r="1">{said("5", "ZZZZZZ1")}{said("5", "")}</row>'))
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 42_001))
    yield item("42000 merges.xlsx", lambda: xlsx(plain, after=f"<mergeCells>{merges}</mergeCells>"))
    whole = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield item("one merge.xlsx", xlsx(plain, after=whole))
    yield item("merges over merges.xlsx", xlsx(plain, after="<mergeCells>" + '<mergeCell ref="A1:Z999"/>'  # noqa: E501
                                               * 2_000 + "</mergeCells>"))  # fmt: skip
    lost = '<row r="1"><c r="A1" t="s"><v>4294967295</v></c></row>'
    yield item("no such string.xlsx", xlsx(lost))
    numbers = "".join(f'<c r="A{n}"><v>{v}</v></c>' for n, v in enumerate(
        ("1e308", "-1e308", "nan", "inf", "1e999", "", "0x10", "99999999999999999999"), 1))  # fmt: skip  # noqa: E501
    yield item("numbers.xlsx", xlsx(f'<row r="1">{numbers}</row>'))
    formulas = said("=cmd|&apos; /C calc&apos;!A0") + said("+1+cmd", "B1") + said("@SUM(1)", "C1")
    yield item("formulas.xlsx", xlsx(f'<row r="1">{formulas}</row>'))
    yield item("wide.xlsx", lambda: xlsx('<row r="1">' + "<c><v>5</v></c>" * 300_000 + "</row>"))
    yield item("long cell.xlsx", lambda: xlsx(f'<row r="1">{said("5" * 6_000_000)}</row>'))
    sample = (SAMPLES / "zibo-hitech-2024.xlsx").read_bytes()
    for share in (5, 50, 95):
        yield item(f"cut at {share}.xlsx", sample[: len(sample) * share // 100])
    yield item("formulas.csv", "序号,内容\n1,=cmd|' /C calc'!A0\n2,+1\n3,@a\n4,-5个\n".encode())
    yield item("open quote.csv", b'a,"' + b"5," * 500_000)
    yield item("commas.csv", b"5," * 500_000)
    yield item("nul.csv", b"5,\0,5\n" * 100)
    yield item("ragged.csv", "".join("5," * n + "\n" for n in range(900)).encode())


def _ofd() -> Iterator[Item]:
    name = "zibo-hitech-2024.ofd"
    with zipfile.ZipFile(SAMPLES / name) as container:
        parts = {each: container.read(each) for each in container.namelist()}
    root = parts["OFD.xml"].decode()
    place = root.partition("DocRoot>")[2].partition("<")[0]
    for index, target in enumerate(("../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd",
                                    "http://127.0.0.1:9/", "OFD.xml", "\\\\share\\x", "")):  # fmt: skip  # noqa: E501
        yield item(
            f"root elsewhere {index}.ofd",
            replaced(name, **{"OFD.xml": root.replace(place, target)}),
        )
    at = place.lstrip("/")
    book = parts[at].decode()
    for kind, dtd in _DTD.items():
        text = book.partition("?>")[0] + "?>" + dtd + book.partition("?>")[2]
        yield item(f"dtd {kind}.ofd", replaced(name, **{at: text}), _REFUSED)
    pages = next(each for each in sorted(parts) if each.endswith("Content.xml"))
    leaf = parts[pages].decode()
    opened = leaf.partition("<ofd:Layer")[0]
    block, end = "<ofd:PageBlock>", "</ofd:PageBlock>"
    yield item("deep blocks.ofd", replaced(name, **{pages: leaf.replace(
        "</ofd:Layer>", block * 20_000 + end * 20_000 + "</ofd:Layer>")}))  # fmt: skip
    yield item("cut page.ofd", replaced(name, **{pages: opened}))
    yield item("no page.ofd", replaced(name, **{pages: b""}))
    many = book.replace(
        "</ofd:Pages>", '<ofd:Page ID="9" BaseLoc="x.xml"/>' * 50_000 + "</ofd:Pages>"
    )
    yield item("many pages.ofd", replaced(name, **{at: many}))
    box = leaf.replace('Boundary="', 'Boundary="1e308 -1e308 1e308 nan ')
    yield item("boundaries.ofd", replaced(name, **{pages: box}))
    repeat = leaf.replace('DeltaX="', 'DeltaX="g 999999999 1 ')
    yield item("repeats.ofd", replaced(name, **{pages: repeat}))
    yield item("cut.ofd", (SAMPLES / name).read_bytes()[:2_000])


def _entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _containers() -> Iterator[Item]:
    """Yield ZIP files; each of their members is an input of its own."""
    link = _entry("link.txt", stat.S_IFLNK | 0o777)
    names = [_entry(name) for name in ("../../out.txt", "/etc/out.txt", "C:\\out.txt", "a/../../b.txt",  # noqa: E501
                                       "a\0b.txt", "\n\r.txt", "con.txt", "…/" * 60 + "x.txt", "x" * 250  # noqa: E501
                                       + ".txt", "<script>.txt", "=cmd.txt", "-rf.txt")]  # fmt: skip  # noqa: E501
    yield item("paths.zip", lambda: _zip([(name, b"5") for name in names]))
    yield item("links.zip", lambda: _zip([(link, b"/etc/passwd"), (_entry("device.txt", stat.S_IFCHR), b""),  # noqa: E501
                                          (_entry("pipe.txt", stat.S_IFIFO), b"")]))  # fmt: skip
    yield item("bomb.zip", lambda: _zip([(_entry("a.txt"), b"5" * 90_000_000)]), "limit_exceeded")
    yield item("many.zip", lambda: _zip([(_entry(f"{n}.txt"), b"") for n in range(6_000)]),
               "limit_exceeded")  # fmt: skip
    inner = packed({"a.txt": "5"})
    for _ in range(20):
        inner = packed({"a.zip": inner})
    yield item("nested.zip", inner, "unsupported_format")
    yield item("no zip.zip", b"PK\3\4" + bytes(200), "unreadable_document")
    yield item("empty.zip", b"", "unreadable_document")
    bomb: dict[str, str | bytes] = {
        "[Content_Types].xml": "x",
        "word/document.xml": b"<w:p/>" * 40_000_000,
    }
    yield item("bomb.docx", lambda: packed(bomb, deflated=True), "limit_exceeded")
    lying = bytearray(packed({"[Content_Types].xml": "x", "word/document.xml": "5" * 2_000_000}))
    at = lying.rindex(b"PK\1\2")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")
    yield item("lying size.docx", bytes(lying), _REFUSED)
    locked = bytearray((SAMPLES / "zibo-hitech-2024.docx").read_bytes())
    for place in [n for n in range(len(locked) - 4) if locked[n : n + 4] == b"PK\1\2"]:
        locked[place + 8] |= 1
    yield item("locked.docx", bytes(locked), "encrypted_document")


def _zip(members: list[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as container:
        for entry, content in members:
            container.writestr(entry, content)
    return target.getvalue()
