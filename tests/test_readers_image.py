"""Scans and pictures: what was typed here was read by eye from the picture, never by the program.

The two whole scans are read once; the other tests read a strip of one page.
"""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import regex
from PIL import Image, ImageDraw, ImageFont

import extract
from extract.document import Document, Glyph
from extract.errors import ExtractError, LimitExceeded, MissingComponent, UnreadableDocument
from extract.limits import DEFAULT_LIMITS, Limits
from extract.readers import _ocr, image
from extract.readers import text as plain

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
ZIBO, JINING = "zibo-hitech-2024", "jining-hitech-2023"
MIN_NUMERALS = 0.995
NUMERAL = regex.compile(r"\d+(?:\.\d+)?|[①-⑳]|[零〇一二三四五六七八九十百千万亿两]+")
TITLE = "淄博高新技术产业开发区管理委员会办公室"
STRIP = (0, 260, 1654, 700)  # pixels of the first page: the title and the document number

pytestmark = pytest.mark.skipif(
    not _ocr.available(), reason="没有安装 OCR 组件：扫描件的测试全部没有运行"
)


@cache
def scan(name: str) -> Document:
    """Return the whole scan of one sample, read once."""
    path = SAMPLES / f"{name}.scan.tiff"
    return image.read(path.read_bytes(), DEFAULT_LIMITS, path.name)


@cache
def page(name: str, number: int) -> Image.Image:
    """Return one page of a sample's scan as it is stored."""
    with Image.open(SAMPLES / f"{name}.scan.tiff") as picture:
        picture.seek(number)
        return picture.convert("RGB")


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return the picture's file."""
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def read(content: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    return image.read(content, limits, "扫描件.png")


def strip() -> Image.Image:
    return page(ZIBO, 0).crop(STRIP)


def source(name: str) -> Document:
    path = SAMPLES / f"{name}.txt"
    return plain.read(path.read_bytes(), DEFAULT_LIMITS, path.name)


@pytest.mark.parametrize(("name", "least"), [(ZIBO, 59), (JINING, 217)])
def test_numerals_of_a_scan_are_those_of_the_text(name: str, least: int) -> None:
    """At least 99.5 % of the numerals, in their order; what is new counts as wrong too."""
    right, seen = (NUMERAL.findall(each.text) for each in (source(name), scan(name)))
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, right, seen, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    assert len(right) >= least
    assert same / max(len(right), len(seen)) >= MIN_NUMERALS


@pytest.mark.parametrize(("name", "count"), [(ZIBO, 0), (JINING, 39)])
def test_amounts_of_a_scan_are_those_of_the_text(name: str, count: int) -> None:
    amounts = [
        [
            (each.value, each.minimum, each.maximum, each.bound, each.currency)
            for project in extract.extract(document).projects
            for each in project.amounts
        ]
        for document in (source(name), scan(name))
    ]
    assert amounts[0] == amounts[1]
    assert len(amounts[0]) == count


def test_table_of_a_scan_has_its_cells() -> None:
    """Typed from the printed pages: three pages, one table, the header not repeated."""
    document = scan(JINING)
    assert document.ocr
    assert document.pages == 3
    assert [(table.rows, table.columns) for table in document.tables] == [(23, 8)]
    grid = document.tables[0].grid()
    cells = {place: document.slice(cell.span) for place, cell in grid.items()}
    assert cells[2, 4] == "地方政府专项债4000万；财政资金500万元。"
    assert cells[3, 0] == "3"
    assert cells[11, 0] == "11"
    assert cells[13, 4] == "财政预算资金，1130万元。"
    assert cells[4, 1] == cells[5, 1] == "提升残疾人康复救助水平"
    assert cells[8, 5] == "党政办公室（宣传）"


def test_figures_under_a_seal_are_read() -> None:
    """The seal on page 2 covers ``2024`` in two lines; its own ring of text is left out."""
    document = scan(ZIBO)
    assert "广泛宣传2024年度高新区重大民生实事项目清单，不断提高" in document.text
    assert "项目群众知晓率、参与度" in document.text
    assert any(note.code == "ocr.seal" and "第2页" in note.message for note in document.notes)


def test_page_numbers_stay_out_of_the_flow() -> None:
    assert not regex.search(r"^[—一\- ]*\d[—一\- ]*$", scan(ZIBO).text, regex.MULTILINE)


def test_boxes_lie_on_the_characters_of_the_skewed_page() -> None:
    """The place of ``1000`` in the PDF, turned as the page was, is the place in the scan."""
    import math

    import pypdfium2

    document = scan(ZIBO)
    start = document.text.index("充电口1000") + 3
    boxes = document.evidence(document.block_at(start).span._replace(start=start, end=start + 4))
    assert boxes.page == 3
    with pypdfium2.PdfDocument(SAMPLES / f"{ZIBO}.pdf") as pdf:
        width, height = pdf[2].get_size()
        printed = pdf[2].get_textpage()
        index = printed.get_text_range().index("1000")
        left, bottom, _, top = printed.get_charbox(index)
        _, _, right, _ = printed.get_charbox(index + 3)
    x, y = (left + right) / 2 - width / 2, height / 2 - (bottom + top) / 2
    angle = math.radians(0.5)
    expected = (
        width / 2 + x * math.cos(angle) + y * math.sin(angle),
        height / 2 - x * math.sin(angle) + y * math.cos(angle),
    )
    _, x0, y0, x1, y1 = boxes.boxes[0]
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx(expected, abs=2.5)
    assert x1 - x0 == pytest.approx(right - left, abs=4.0)
    assert boxes.confidence is not None
    assert boxes.confidence > 0.9


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turned_pages_are_read_upright(degrees: int) -> None:
    document = read(saved(strip().rotate(degrees, expand=True, fillcolor="white"), dpi=(200, 200)))
    assert document.text.startswith(TITLE)
    assert "关于公布《2024年度高新区重大民生实事项目清单》的通知" in document.text
    glyph = next(each for each in document.glyphs if each)
    turned = {0: (100, 33), 90: (33, 495), 180: (495, 125), 270: (125, 100)}[degrees]
    assert ((glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2) == pytest.approx(turned, abs=4)


def test_position_of_the_camera_is_obeyed() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6  # held on its side: to be turned clockwise
    content = saved(strip().rotate(90, expand=True), "JPEG", quality=90, exif=tags)
    assert read(content).text.startswith(TITLE)


def test_text_over_a_watermark_is_read() -> None:
    picture = strip()
    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 150)
    tile = Image.new("L", (900, 300), 0)
    ImageDraw.Draw(tile).text((20, 20), "内部资料", 255, font)
    tile = tile.rotate(18, expand=True)
    pale = Image.new("RGB", tile.size, (222, 222, 222))
    picture.paste(pale, (350, -60), tile)
    assert read(saved(picture, dpi=(200, 200))).text.startswith(TITLE)


def test_same_bytes_same_document() -> None:
    content = saved(strip(), dpi=(200, 200))
    assert read(content) == read(content)


def test_models_come_with_the_package(tmp_path: Path) -> None:
    """Reading opens no connection: every socket is refused."""
    path = tmp_path / "页.png"
    path.write_bytes(saved(strip(), dpi=(200, 200)))
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise SystemExit('network')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from extract.limits import DEFAULT_LIMITS\n"
        "from extract.readers import image\n"
        "content = open(sys.argv[1], 'rb').read()\n"
        "print(image.read(content, DEFAULT_LIMITS, 'x.png').text.splitlines()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script, str(path)],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(TITLE)


@pytest.mark.parametrize(
    ("text", "weak", "code"),
    [
        ("财政资金170万元。", 4, "ocr.low_confidence"),
        ("完成2O24年目标", None, "ocr.confusable"),
        ("每年l万元的标准", None, "ocr.confusable"),
        ("二O二四年", None, "ocr.confusable"),
        ("合计509,510.514.92元", None, "ocr.confusable"),
        ("财政资金170万元。", None, None),
        ("2024.1.15，5,288,011,738.39元，8.5万㎡，DNA", None, None),
        ("财政资金170万元。", 0, None),
    ],
)
def test_doubtful_figures_become_notes(text: str, weak: int | None, code: str | None) -> None:
    glyphs = tuple(
        Glyph(1, 10.0 * n, 0, 10.0 * n + 9, 9, 0.5 if n == weak else 0.99) for n in range(len(text))
    )
    document = replace(plain.read(text.encode(), DEFAULT_LIMITS, "x.txt"), ocr=True, glyphs=glyphs)
    notes = list(_ocr.doubts(document))
    assert [note.code for note in notes] == ([code] if code else [])
    if code:
        quoted = document.slice(notes[0].span)
        assert f"“{quoted}”" in notes[0].message
        assert any(character.isdigit() or character in "l二" for character in quoted)


def test_confidence_of_a_figure_is_kept() -> None:
    document = scan(JINING)
    sure = [g.confidence for g, c in zip(document.glyphs, document.text, strict=True) if g and c]
    assert all(each is not None and 0.0 <= each <= 1.0 for each in sure)


def test_picture_without_text_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="没有认出文字"):
        read(saved(Image.new("RGB", (800, 600), "white")))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP"])
def test_damaged_picture_is_refused(kind: str) -> None:
    whole = saved(strip(), kind)
    with pytest.raises(ExtractError):
        read(whole[: len(whole) // 3])


def test_size_is_checked_before_decoding() -> None:
    """A PNG of a few bytes that says it has ten thousand million pixels."""
    bomb = bytearray(saved(Image.new("1", (8, 8))))
    bomb[16:24] = (100_000).to_bytes(4, "big") * 2
    import zlib

    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    with pytest.raises(LimitExceeded, match="像素"):
        read(bytes(bomb))


def test_pixels_are_limited() -> None:
    with pytest.raises(LimitExceeded, match="2 百万像素"):
        read(saved(Image.new("1", (2000, 1500), 1), "TIFF"), Limits(max_image_pixels=2_000_000))


def test_pages_are_limited() -> None:
    leaf = Image.new("1", (64, 64), 1)
    content = saved(leaf, "TIFF", save_all=True, append_images=[leaf, leaf])
    with pytest.raises(LimitExceeded, match="页数"):
        read(content, Limits(max_pages=2))


def test_missing_component_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "available", lambda: False)
    with pytest.raises(MissingComponent, match=r"pip install 'policy-notices\[ocr\]'"):
        read(saved(strip()))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    picture = strip().crop((200, 0, 1500, 120))
    if mode == "I;16":
        grey = picture.convert("L")
        picture = Image.frombytes(
            "I;16", grey.size, b"".join(bytes((level, level)) for level in grey.tobytes())
        )
    content = saved(picture.convert(mode), "TIFF", compression="raw", dpi=(200, 200))
    assert read(content).text.startswith(TITLE)
