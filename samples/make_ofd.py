"""Make the .ofd samples from the .pdf ones: the same characters and rulings at the same places.

Run from the repository's root: ``python samples/make_ofd.py``. Plain GB/T 33190: system fonts by
name, no embedding, no seal. Same inputs, same bytes: no clock reaches the files.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import count, groupby, pairwise
from pathlib import Path
from typing import Any

import pdfplumber
from lxml import etree

HERE = Path(__file__).resolve().parent
NAMES = ("zibo-hitech-2024", "jining-hitech-2023")
NAMESPACE = "http://www.ofdspec.org/2016"
ZIP_EPOCH = (2024, 1, 1, 0, 0, 0)
FONTS = {"Serif": "Noto Serif CJK SC", "Sans": "Noto Sans CJK SC"}
MM = 25.4 / 72  # millimetres in a point
RISE = 0.88  # of the size: from the top of a text object to its baseline
NEAR, MAX_GAP = 0.5, 2.0  # points; ems
MIN_GROUP = 3  # equal steps that are worth writing as ``g 3 5.644``

Char = dict[str, Any]
Parts = dict[str, bytes]


def main() -> None:
    """Write every sample beside this script."""
    for name in NAMES:
        (HERE / f"{name}.ofd").write_bytes(ofd((HERE / f"{name}.pdf").read_bytes()))


def ofd(content: bytes) -> bytes:
    """Return the pages of a PDF as an OFD container."""
    numbers = count(1)
    fonts = {name: str(next(numbers)) for name in FONTS.values()}
    parts: Parts = {}
    with pdfplumber.open(BytesIO(content)) as pdf:
        size = pdf.pages[0].width, pdf.pages[0].height
        pages = [str(next(numbers)) for _ in pdf.pages]
        for index, page in enumerate(pdf.pages):
            part = _page(page.chars, page.lines, (page.width, page.height), fonts, numbers)
            parts[f"Doc_0/Pages/Page_{index}/Content.xml"] = part
    head = {
        "OFD.xml": _root(hashlib.sha256(content).hexdigest()[:32]),
        "Doc_0/Document.xml": _document(pages, size, next(numbers)),
        "Doc_0/PublicRes.xml": _resources(fonts),
    }
    return _zipped(head | parts)


def _root(key: str) -> bytes:
    root = _new("OFD", Version="1.0", DocType="OFD")
    body = _add(root, "DocBody")
    facts = _add(body, "DocInfo")
    _add(facts, "DocID", key)
    _add(facts, "CreationDate", "2024-01-01")
    _add(facts, "Creator", "policy-notices samples")
    _add(body, "DocRoot", "Doc_0/Document.xml")
    return _bytes(root)


def _document(pages: Sequence[str], size: tuple[float, float], last: int) -> bytes:
    root = _new("Document")
    common = _add(root, "CommonData")
    _add(common, "MaxUnitID", str(last))
    _add(_add(common, "PageArea"), "PhysicalBox", _box(0, 0, *size))
    _add(common, "PublicRes", "PublicRes.xml")
    listed = _add(root, "Pages")
    for index, key in enumerate(pages):
        _add(listed, "Page", ID=key, BaseLoc=f"Pages/Page_{index}/Content.xml")
    return _bytes(root)


def _resources(fonts: dict[str, str]) -> bytes:
    root = _new("Res", BaseLoc="Res")
    listed = _add(root, "Fonts")
    for name, key in fonts.items():
        _add(listed, "Font", ID=key, FontName=name, FamilyName=name)
    return _bytes(root)


def _page(
    chars: Sequence[Char],
    lines: Sequence[Char],
    size: tuple[float, float],
    fonts: dict[str, str],
    numbers: Iterator[int],
) -> bytes:
    root = _new("Page")
    _add(_add(root, "Area"), "PhysicalBox", _box(0, 0, *size))
    layer = _add(_add(root, "Content"), "Layer", ID=str(next(numbers)))
    for line in lines:
        _draw(layer, line, str(next(numbers)))
    for run in _runs(chars):
        _write(layer, run, size[1], fonts, str(next(numbers)))
    return _bytes(root)


def _draw(layer: "etree._Element", line: Char, key: str) -> None:
    """Add a ruling: ``M 0 0.176 L 272.868 0.176``."""
    left, top, right, bottom = (line[side] for side in ("x0", "top", "x1", "bottom"))
    half = line["linewidth"] / 2
    path = _add(
        layer,
        "PathObject",
        ID=key,
        Boundary=_box(left - half, top - half, right - left + 2 * half, bottom - top + 2 * half),
        LineWidth=_mm(line["linewidth"]),
    )
    data = f"M {_mm(half)} {_mm(half)} L {_mm(right - left + half)} {_mm(bottom - top + half)}"
    _add(path, "AbbreviatedData", data)


def _write(
    layer: "etree._Element", run: Sequence[Char], height: float, fonts: dict[str, str], key: str
) -> None:
    """Add a text object: one line of characters of one font and size."""
    first, size = run[0], run[0]["size"]
    name = next(font for kind, font in FONTS.items() if kind in first["fontname"])
    top = height - first["matrix"][5] - RISE * size
    element = _add(
        layer,
        "TextObject",
        ID=key,
        Boundary=_box(first["x0"], top, run[-1]["x1"] - first["x0"], size),
        Font=fonts[name],
        Size=_mm(size),
    )
    # Steps between rounded places: rounding does not add up along the line.
    places = [round((char["x0"] - first["x0"]) * MM, 3) for char in run]
    steps = [f"{after - before:.3f}" for before, after in pairwise(places)]
    given = {"DeltaX": " ".join(_grouped(steps))} if steps else {}
    text = "".join(char["text"] for char in run)
    _add(element, "TextCode", text, X="0", Y=_mm(RISE * size), **given)


def _runs(chars: Sequence[Char]) -> Iterator[list[Char]]:
    """Yield the characters that one text object can hold."""
    run: list[Char] = []
    for char in chars:
        if run and not _goes_on(run[-1], char):
            yield run
            run = []
        run.append(char)
    if run:
        yield run


def _goes_on(before: Char, char: Char) -> bool:
    same_font = (before["fontname"], before["size"]) == (char["fontname"], char["size"])
    same_line = abs(before["matrix"][5] - char["matrix"][5]) < NEAR
    gap = char["x0"] - before["x1"]
    return same_font and same_line and -NEAR < gap < MAX_GAP * char["size"]


def _grouped(steps: Sequence[str]) -> Iterator[str]:
    for step, group in groupby(steps):
        times = len(list(group))
        if times >= MIN_GROUP:
            yield f"g {times} {step}"
        else:
            yield from [step] * times


def _mm(points: float) -> str:
    return f"{points * MM:.3f}"


def _box(*points: float) -> str:
    return " ".join(_mm(each) for each in points)


def _new(name: str, **attributes: str) -> "etree._Element":
    return etree.Element(f"{{{NAMESPACE}}}{name}", attributes, nsmap={"ofd": NAMESPACE})


def _add(
    parent: "etree._Element", name: str, text: str = "", **attributes: str
) -> "etree._Element":
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    element.text = text or None
    return element


def _bytes(root: "etree._Element") -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _zipped(parts: Parts) -> bytes:
    """Return the container, its entries dated by a constant."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for path, content in parts.items():
            entry = zipfile.ZipInfo(path, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return written.getvalue()


if __name__ == "__main__":
    main()
