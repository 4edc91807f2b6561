"""Pages whose text layer is missing or wrong: noticed, recognised where OCR is there, or named."""

from typing import Any

import pytest
from test_readers_pdf import LEFT, PT, TOP, blocks, drawn, rows

from extract.document import Glyph, Note
from extract.errors import MissingComponent
from extract.readers import _ocr, read
from extract.readers._lines import Char, lines_of
from extract.readers._ocr import Scan
from extract.readers._pdf_trust import is_believable
from extract.readers._sheets import Sheet

PICTURE = b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xaa EI Q"


def scanned(text: str = "") -> bytes:
    """Return a page that is one grey picture, with this text over it."""
    content = drawn(rows(text or " "))
    start = content.index(b"stream\n") + 7
    return content[:start] + PICTURE + b"\n" + content[start:].replace(b"/Length", b"/Was", 1)


def recognise(image: Any, page: int, scale: float) -> Scan:  # noqa: ANN401
    """Stand in for the engine: a line of text where the picture is, four points a character."""
    height, width, colours = image.shape
    assert colours == 3
    text = "财政资金50万元"
    chars = [
        Char(c, Glyph(page, 100 + n * 16, 200, 116 + n * 16, 216, 0.93), 16, 214)
        for n, c in enumerate(text)
    ]
    sheet = Sheet(width * scale, height * scale, lines_of(chars), [])
    return Scan(sheet, lowered, (Note("ocr.seal", "info", f"第{page}页有 1 枚印章。"),))


def lowered(glyph: Glyph) -> Glyph:
    """Lead a glyph back to a picture that was read ten points too high."""
    return glyph._replace(y0=glyph.y0 + 10, y1=glyph.y1 + 10)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "available", lambda: True)
    monkeypatch.setattr(_ocr, "read_scan", recognise)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "available", lambda: False)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("text", ["", "—1—"])
def test_a_picture_of_a_page_is_recognised(text: str) -> None:
    document = read(scanned(text), name="扫.pdf")
    assert document.text == "财政资金50万元"
    assert document.ocr
    assert document.glyphs[0] == Glyph(1, 100, 210, 116, 226, 0.93)
    assert [note.code for note in document.notes][:2] == ["pdf.recognised", "ocr.seal"]


@pytest.mark.usefixtures("no_engine")
def test_a_scan_without_the_engine_names_what_to_install() -> None:
    with pytest.raises(MissingComponent, match=r"pip install 'policy-notices\[ocr\]'"):
        read(scanned(), name="扫.pdf")


@pytest.mark.usefixtures("engine")
def test_text_beside_a_picture_is_not_recognised_again() -> None:
    text = "实施供水管网改造35公里，新增托位452个。"
    document = read(scanned(text), name="图文.pdf")
    assert blocks(document) == [text]
    assert not document.ocr


def unbelievable() -> bytes:
    """Return a page whose font says 一丁丂七丄… for whatever is drawn."""
    return drawn(rows("".join(chr(0x9DF0 + 3 * n) for n in range(24))), rows("正文第二页。"))


@pytest.mark.usefixtures("no_engine")
def test_an_unbelievable_page_is_an_error_in_the_document() -> None:
    document = read(unbelievable(), name="乱.pdf")
    (note,) = [note for note in document.notes if note.code == "pdf.untrusted_text"]
    assert note.severity == "error"
    assert note.message.startswith("第1页")


@pytest.mark.usefixtures("engine")
def test_an_unbelievable_page_is_recognised_and_the_others_are_not() -> None:
    document = read(unbelievable(), name="乱.pdf")
    assert blocks(document) == ["财政资金50万元", "正文第二页。"]
    sure = [glyph.confidence for glyph in document.glyphs if glyph is not None]
    assert sure[0] == 0.93
    assert sure[-1] is None


@pytest.mark.usefixtures("engine")
def test_letters_drawn_as_shapes_are_recognised() -> None:
    shapes = [(90 + 12 * n, 100 + 7 * (n % 3), 98 + 12 * n, 100 + 7 * (n % 3)) for n in range(45)]
    assert read(drawn(shapes), name="曲.pdf").text == "财政资金50万元"


@pytest.mark.usefixtures("engine")
def test_a_turned_scan_is_recognised_as_it_is_shown() -> None:
    document = read(scanned().replace(b"842]", b"842]/Rotate 90"), name="转.pdf")
    assert document.glyphs[0] == Glyph(1, 100, 210, 116, 226, 0.93)


@pytest.mark.usefixtures("engine")
def test_a_giant_page_is_rendered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def measure(image: Any, page: int, scale: float) -> Scan:  # noqa: ANN401
        sizes.append(image.size)
        return recognise(image, page, scale)

    monkeypatch.setattr(_ocr, "read_scan", measure)
    read(scanned().replace(b"[0 0 595 842]", b"[0 0 14400 14400]"), name="大.pdf")
    read(scanned().replace(b"cm BI", b"cm BI", 1), name="常.pdf")
    assert all(size <= 3 * 26_000_000 for size in sizes)


@pytest.mark.parametrize(
    "text",
    [
        "加强城乡供水一体化建设，新建改造供水管网35公里，完成投资1.2亿元。",
        "濟南市高新區管理委員會辦公室關於印發重點民生實事項目責任分解的通知",  # Traditional
        "鄄城县、莒县、郯城县、沂水县、嵖岈山、鲅鱼圈区、濮阳县、亳州市谯城区住建局",
        "GB/T 3620.1-2016 Ti-6Al-4V ELI 0.25 0.08 0.05 0.012",
        "",
    ],
)
def test_real_text_is_believed(text: str) -> None:
    assert is_believable(text)


@pytest.mark.parametrize(
    "text",
    [
        "�" * 30 + "12",
        "\ue021\ue4f3\ue0aa\uf012\ue333" * 6 + "2024",
        "鷰鷳鷶鷹鷼鷿鸂鸅鸈鸋鸎鸑鸔鸗鸚鸝鹠鹣鹦鹩鹬鹯",
        "\x01\x02\x03\x04\x05\x06\x07\x08 5 6",
    ],
)
def test_text_of_fonts_without_a_map_is_not_believed(text: str) -> None:
    assert not is_believable(text)


def test_a_page_number_is_where_it_is() -> None:
    document = read(drawn(rows("正文。"), rows("附件。")), name="两页.pdf")
    assert [glyph.page for glyph in document.glyphs if glyph] == [1, 1, 1, 2, 2, 2]
    assert document.glyphs[0] is not None
    assert document.glyphs[0][1:4:2] == (LEFT, LEFT + PT)
    assert document.glyphs[0].y0 == pytest.approx(TOP, abs=1)
