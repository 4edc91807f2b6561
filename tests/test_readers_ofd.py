"""OFD: pages drawn here part by part, the real files, the samples, and what is hostile."""

import json
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
import regex
from test_samples import bare

from extract import extract
from extract.document import Document
from extract.errors import (
    EncryptedDocument,
    ExtractError,
    LimitExceeded,
    MissingComponent,
    UnreadableDocument,
    UnsupportedFormat,
)
from extract.limits import Limits
from extract.readers import _ocr, ofd, read
from extract.readers._ofd_book import books_of
from extract.readers._ofd_page import Budget, read_page
from extract.readers._ofd_parts import Parts
from extract.readers._ofd_scan import painted
from extract.text import compact
from extract.writers import json as writer

SAMPLES = Path("samples")
SIZE = 5.0  # millimetres
PT = 72 / 25.4
NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
ROOT = (
    f'<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID>'
    "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
)


def packed(parts: dict[str, str | bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for path, content in parts.items():
            target.writestr(path, content)
    return written.getvalue()


def parts_of(*pages: str, common: str = "", body: str = "") -> dict[str, str | bytes]:
    """Return the parts of a document of A4 pages with these objects."""
    listed = "".join(
        f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    document = (
        f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{body}</ofd:Document>"
    )
    drawn = {f"Doc_0/Pages/Page_{n}/Content.xml": page(each) for n, each in enumerate(pages)}
    return {"OFD.xml": ROOT, "Doc_0/Document.xml": document, **drawn}


def page(objects: str, before: str = "") -> str:
    layer = f'<ofd:Layer ID="100">{objects}</ofd:Layer>'
    return f"<ofd:Page {NS}>{before}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def text(
    content: str,
    x: float = 30,
    y: float = 30,
    *,
    code: str = "",
    inner: str = "",
    **attributes: str,
) -> str:
    """Return a text object whose baseline begins at (x, y + 5) millimetres."""
    stated = {"Font": "1", "Size": str(SIZE), "Boundary": f"{x} {y} 150 7", **attributes}
    given = " ".join(f'{name}="{value}"' for name, value in stated.items())
    code = code or f'DeltaX="g {len(content) - 1} {SIZE}"'
    return (
        f'<ofd:TextObject ID="9" {given}>{inner}<ofd:TextCode X="0" Y="5" {code}>{content}'
        "</ofd:TextCode></ofd:TextObject>"
    )


def path(data: str, boundary: str = "0 0 210 297", inner: str = "", **attributes: str) -> str:
    given = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return (
        f'<ofd:PathObject ID="8" Boundary="{boundary}" {given}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def document(*pages: str, **more: str) -> Document:
    return read(packed(parts_of(*pages, **more)), name="画.ofd")


def blocks(found: Document) -> list[str]:
    return [found.slice(block.span) for block in found.blocks]


def codes(found: Document) -> list[str]:
    return [note.code for note in found.notes]


def cells(found: Document) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in found.tables[0].cells:
        rows.setdefault(cell.place.row, []).append(found.slice(cell.span))
    return list(rows.values())


# ---- places -------------------------------------------------------------------------------------


def test_a_character_has_its_box_in_points_from_the_top_left() -> None:
    found = document(text("实施", 30, 40))
    glyph = found.glyphs[1]
    assert found.text == "实施"
    assert (glyph.page, glyph.x0, glyph.x1) == pytest.approx((1, 35 * PT, 40 * PT))
    assert glyph.y0 < (45 - 4) * PT < 45 * PT < glyph.y1


def test_the_page_area_begins_where_its_box_says() -> None:
    area = "<ofd:Area><ofd:PhysicalBox>10 20 210 297</ofd:PhysicalBox></ofd:Area>"
    parts = parts_of("")
    parts["Doc_0/Pages/Page_0/Content.xml"] = page(text("项目", 30, 40), area)
    glyph = read(packed(parts), name="a.ofd").glyphs[0]
    assert glyph.x0 == pytest.approx(20 * PT)


def test_a_matrix_scales_what_is_in_the_boundary() -> None:
    code = 'DeltaX="1 1"'
    scaled = text("新建校", 30, 40, code=code, Size="1", CTM="5 0 0 5 0 -20")
    found = document(scaled)
    assert found.text == "新建校"
    assert found.glyphs[2].x0 == pytest.approx(40 * PT)
    assert found.glyphs[0].y1 - found.glyphs[0].y0 == pytest.approx(1.08 * SIZE * PT)


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ("g 3 4.5861 g 2 9.1722 4.5861", [4.5861, 4.5861, 4.5861, 9.1722, 9.1722, 4.5861]),
        ("5.5 2.7 -17.01", [5.5, 2.7, -17.01]),
        ("5,5", [5, 5]),
        ("5 五 5", [5]),
        ("g 2", []),
        ("g -3 5 6", [6]),
        (None, []),
    ],
)
def test_steps_are_written_singly_or_in_groups(given: str | None, steps: list[float]) -> None:
    from extract.readers._ofd_text import queue

    assert queue(given) == steps


def test_a_group_without_end_is_cut_off() -> None:
    found = document(text("改造", code='DeltaX="g 999999999999 5"'))
    assert found.text == "改造"


def test_characters_without_steps_follow_each_other() -> None:
    found = document(text("共7个项目", code="ID='7'"))
    assert found.text == "共7个项目"
    assert found.glyphs[-1].x0 == pytest.approx((30 + 3.5 * SIZE) * PT)


def test_letter_spaced_digits_stay_one_number_and_columns_stay_apart() -> None:
    assert document(text("2024", code='DeltaX="5 5 5"')).text == "2024"
    assert document(text("1236", code='DeltaX="2.5 30 2.5"')).text == "12 36"


def test_glyph_numbers_say_how_many_places_a_group_takes() -> None:
    one = (
        '<ofd:CGTransform CodePosition="1" CodeCount="2" GlyphCount="1"><ofd:Glyphs>191'
        "</ofd:Glyphs></ofd:CGTransform>"
    )
    found = document(text("\nWi-Fi网", code='DeltaX="3 2.5 2.5 2.5"', inner=one))
    assert found.text == "Wi-Fi网"
    assert found.glyphs[5].x0 == pytest.approx((30 + 10.5) * PT)


def test_a_rare_character_may_count_twice() -> None:
    found = document(text("𠮷山村", code='DeltaX="5 0 5"'))
    assert found.text == "𠮷山村"
    assert found.glyphs[2].x0 == pytest.approx(40 * PT)


def test_a_code_without_a_character_is_named() -> None:
    found = document(text("共\ue0015个"))
    assert (found.text, codes(found)) == ("共�5个", ["ofd.unmapped_characters"])


def test_text_codes_take_the_place_of_the_one_before() -> None:
    second = '</ofd:TextCode><ofd:TextCode X="0" Y="12" DeltaX="5">完成'
    found = document(text(f"按期{second}", code='DeltaX="5"'))
    assert found.text == "按期\n完成"


def test_reading_order_is_that_of_the_page_not_of_the_file() -> None:
    found = document(text("三、保障", 30, 80) + text("一、教育", 30, 40) + text("二、医疗", 30, 60))
    assert blocks(found) == ["一、教育", "二、医疗", "三、保障"]


def test_two_dates_that_wrap_side_by_side_stay_whole() -> None:
    code = 'DeltaX="g 4 2.5 5 2.5 2.5 5 2.5 -20" DeltaY="g 9 0 6"'
    dates = text("2022年11月01日", 40, 30, code=code) + text("2023年11月01日", 85, 30, code=code)
    found = document(text("自", 30, 33) + text("至", 75, 33) + dates)
    assert found.text == "自2022年11月01日至2023年11月01日"
    last = found.glyphs[-1]
    assert last.y0 == pytest.approx((41 - 0.88 * SIZE) * PT)


def test_text_over_text_is_not_mixed_and_is_named() -> None:
    found = document(text("计划投资1736") + text("实际完成2889", 31))
    assert found.text == "计划投资1736实际完成2889"
    assert codes(found) == ["ofd.overlapping_text"]


def test_a_page_on_its_side_is_read_and_its_boxes_stand_where_it_is_printed() -> None:
    line = "推进三所中小学校新改扩建"
    found = document(text(line, 100, 50, CTM="0 1 -1 0 0 0") + text("侧", 20, 20))
    assert found.text == line
    assert codes(found) == ["ofd.rotated_text"]
    first, last = found.glyphs[0], found.glyphs[len(line) - 1]
    assert (first.y0, last.y0) == pytest.approx((50 * PT, (50 + 11 * SIZE) * PT))
    assert first.x0 < (100 - 5) * PT < first.x1
    assert found.glyphs[0].x0 == pytest.approx(found.glyphs[5].x0)


# ---- tables -------------------------------------------------------------------------------------

ENTRIES = text("序号", 22, 31) + text("项目", 52, 31) + text("1", 22, 41) + text("公园", 52, 41)


@pytest.mark.parametrize(
    "rules",
    [
        # one path of lines | a rectangle closed by C, opened by S | thin filled bars
        "M 20 30 L 80 30 M 20 40 L 80 40 M 20 50 L 80 50 M 20 30 L 20 50 M 50 30 L 50 50 "
        "M 80 30 L 80 50",
        "S 20 30 L 80 30 L 80 50 L 20 50 C M 20 40 L 80 40 M 50 30 L 50 50",
    ],
)
def test_lines_make_a_table(rules: str) -> None:
    found = document(path(rules) + ENTRIES)
    assert cells(found) == [["序号", "项目"], ["1", "公园"]]


def test_thin_filled_bars_make_a_table_and_filled_areas_do_not() -> None:
    bars = [(20, y, 60, 0.3) for y in (30, 40, 50)] + [(x, 30, 0.3, 20) for x in (20, 50, 80)]
    drawn = "".join(
        path(f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C", f"{x} {y} {w} {h}", Stroke="false", Fill="true")
        for x, y, w, h in bars
    )
    shade = path("M 0 0 L 30 0 L 30 9 L 0 9 C", "20 30 30 9", Stroke="false", Fill="true")
    assert cells(document(drawn + shade + ENTRIES)) == [["序号", "项目"], ["1", "公园"]]
    assert not document(shade + ENTRIES).tables


def test_a_clip_cuts_lines_and_hides_text() -> None:
    clip = (
        '<ofd:Clips TransFlag="false"><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 210 297">'
        "<ofd:AbbreviatedData>M 20 30 L 80 30 L 80 50 L 20 50 C</ofd:AbbreviatedData></ofd:Path>"
        "</ofd:Area></ofd:Clip></ofd:Clips>"
    )
    rules = "M 20 30 L 80 30 M 20 40 L 80 40 M 20 50 L 80 50 M 20 9 L 20 99 M 50 9 L 50 99 "
    rules += "M 80 9 L 80 99 M 0 60 L 200 60"
    found = document(path(rules, inner=clip) + ENTRIES)
    assert cells(found) == [["序号", "项目"], ["1", "公园"]]
    gone = clip.replace("M 20 30", "M 20 130").replace("L 80 30", "L 80 130")
    gone = gone.replace("80 50", "80 150").replace("20 50", "20 150")
    found = document(text("看得见") + text("看不见", 30, 60, inner=gone))
    assert (found.text, codes(found)) == ("看得见", ["ofd.hidden_text"])


# ---- parts --------------------------------------------------------------------------------------


def test_templates_lie_under_the_page_and_blocks_and_drawings_are_entered() -> None:
    common = (
        '<ofd:TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    )
    parts = parts_of("", common=common)
    parts["Doc_0/Tpls/Tpl_0/Content.xml"] = page(text("完成时限：", 30, 40))
    objects = (
        f'<ofd:PageBlock ID="6"><ofd:PageBlock ID="7">{text("2024年底前", 55, 40)}</ofd:PageBlock>'
        '</ofd:PageBlock><ofd:CompositeObject ID="8" ResourceID="70" Boundary="30 60 90 9" '
        'CTM="1 0 0 1 0 0"/>'
    )
    parts["Doc_0/Pages/Page_0/Content.xml"] = page(
        objects, '<ofd:Template TemplateID="5" ZOrder="Background"/>'
    )
    parts["Doc_0/DocumentRes.xml"] = (
        f'<ofd:Res {NS}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="70"><ofd:Content>'
        f"{text('教育局', 0, 0)}</ofd:Content></ofd:CompositeGraphicUnit>"
        "</ofd:CompositeGraphicUnits></ofd:Res>"
    )
    found = read(packed(parts), name="a.ofd")
    assert blocks(found) == ["完成时限：2024年底前", "教育局"]
    assert found.glyphs[-1].x0 == pytest.approx(40 * PT)


@pytest.mark.parametrize(
    "location", ["/Doc_0/Document.xml", "DOC_0\\document.XML", "./doc_0/x/../Document.xml"]
)
def test_parts_are_found_by_any_spelling(location: str) -> None:
    parts = parts_of(text("财政局"))
    parts["OFD.xml"] = ROOT.replace("Doc_0/Document.xml", location)
    upper = {name.upper(): content for name, content in parts.items()}
    assert read(packed(upper), name="a.ofd").text == "财政局"


def test_several_documents_follow_each_other() -> None:
    parts = parts_of(text("关于公布清单的通知"), text("第一批"))
    other = {
        name.replace("Doc_0", "Doc_1"): content
        for name, content in parts_of(text("第二批清单")).items()
        if name != "OFD.xml"
    }
    body = ROOT[ROOT.index("<ofd:DocBody>") : ROOT.index("</ofd:OFD>")]
    both = ROOT.replace(body, body + body.replace("Doc_0", "Doc_1"))
    found = read(packed({**parts, **other, "OFD.xml": both}), name="a.ofd")
    assert blocks(found) == ["关于公布清单的通知", "第一批", "第二批清单"]
    assert [found.pages, found.glyphs[-1].page, codes(found)] == [3, 3, ["ofd.documents"]]


def test_what_is_beside_the_pages_is_named() -> None:
    body = (
        "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
    )
    parts = parts_of(text("正文"), body=body)
    parts["Doc_0/Annots/Annotations.xml"] = (
        f'<ofd:Annotations {NS}><ofd:Page PageID="1"><ofd:FileLoc>Page_0/Annotation.xml'
        "</ofd:FileLoc></ofd:Page></ofd:Annotations>"
    )
    parts["Doc_0/Annots/Page_0/Annotation.xml"] = (
        f'<ofd:PageAnnot {NS}><ofd:Annot ID="4" Type="Stamp"><ofd:Appearance>{text("同意办理")}'
        "</ofd:Appearance></ofd:Annot></ofd:PageAnnot>"
    )
    parts["Doc_0/Attachs/Attachments.xml"] = (
        f'<ofd:Attachments {NS}><ofd:Attachment ID="1" Name="清单.xlsx"/></ofd:Attachments>'
    )
    found = read(packed(parts), name="a.ofd")
    assert found.text == "正文"
    assert codes(found) == ["ofd.annotation", "ofd.attachment"]
    assert "第1页有批注，未读入正文：“同意办理”" in found.notes[0].message


# ---- pages without text -------------------------------------------------------------------------

IMAGE = '<ofd:ImageObject ID="3" Boundary="10 20 50 40" CTM="50 0 0 40 0 0" ResourceID="4"/>'
RESOURCES = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"


def scan(*pages: str) -> dict[str, str | bytes]:
    """Return parts with an image: left half black, right half red; its case differs."""
    from PIL import Image

    image = Image.new("RGB", (100, 80), "black")
    image.paste("red", (50, 0, 100, 80))
    written = BytesIO()
    image.save(written, "PNG")
    parts = parts_of(*pages, common=RESOURCES)
    parts["Doc_0/DocumentRes.xml"] = (
        f'<ofd:Res {NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="4" Type="Image">'
        "<ofd:MediaFile>Image_4.PNG</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    parts["DOC_0/res/image_4.png"] = written.getvalue()
    return parts


def paint(parts: dict[str, str | bytes]) -> tuple[Sequence[tuple[int, int, int]], int]:
    """Return the colours at 20, 50, 100 mm from the left and 40 mm from the top, and the misses."""
    opened = Parts(packed(parts), Limits())
    book = books_of(opened, Limits())[0]
    leaves = read_page(book, book.leaves[0].path or "", Budget(Limits()))
    canvas, scale, unread = painted(leaves, opened)
    assert scale == pytest.approx(72 / 200)
    spots = [(round(x * PT / scale), round(40 * PT / scale)) for x in (20, 50, 100)]
    return [canvas.getpixel(spot) for spot in spots], unread


def test_a_scan_is_painted_where_its_image_stands() -> None:
    assert paint(scan(IMAGE)) == ([(0, 0, 0), (255, 0, 0), (255, 255, 255)], 0)
    turned = IMAGE.replace("50 0 0 40 0 0", "-50 0 0 40 50 0")
    assert paint(scan(turned))[0][:2] == [(255, 0, 0), (0, 0, 0)]
    missing = scan(IMAGE)
    missing["DOC_0/res/image_4.png"] = b"no image"
    assert paint(missing) == ([(255, 255, 255)] * 3, 1)


def test_an_outline_is_painted_with_its_hole() -> None:
    ring = "M 10 30 L 90 30 L 90 50 L 10 50 C M 40 35 L 60 35 L 60 45 L 40 45 C"
    parts = parts_of(path(ring, Stroke="false", Fill="true"))
    assert paint(parts)[0] == [(0, 0, 0), (255, 255, 255), (255, 255, 255)]


def test_a_scan_without_recognition_is_refused_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "available", lambda: False)
    with pytest.raises(MissingComponent, match=r"policy-notices\[ocr\]"):
        read(packed(scan(IMAGE)), name="扫描.ofd")
    found = read(packed(scan(text("关于公布清单的通知"), IMAGE)), name="a.ofd")
    assert found.text == "关于公布清单的通知"
    assert [(note.code, note.severity) for note in found.notes] == [
        ("ofd.page_without_text", "warning")
    ]
    assert "第2页" in found.notes[0].message


def test_a_page_number_is_no_text_of_a_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "available", lambda: False)
    with pytest.raises(MissingComponent):
        read(packed(scan(IMAGE + text("— 1 —", 100, 280))), name="扫描.ofd")


def test_text_that_nobody_sees_counts_only_under_a_scan() -> None:
    unseen = text("总投资1736万元", Alpha="0")
    found = read(packed(scan(IMAGE + unseen)), name="a.ofd")
    assert (found.text, codes(found)[0]) == ("总投资1736万元", "ofd.hidden_layer")
    found = document(text("公告", 30, 60) + unseen + text("密", 30, 90, Visible="false"))
    assert (found.text, codes(found)) == ("公告", ["ofd.hidden_text"])
    assert "10 个看不见的文字" in found.notes[0].message


@pytest.mark.parametrize("content", ["", path("M 0 0 L 70 0 L 70 30 L 0 30 C", Fill="true")])
def test_an_empty_page_is_refused(content: str) -> None:
    with pytest.raises(UnreadableDocument, match="没有文字"):
        document(content)


# ---- damage and hostility -----------------------------------------------------------------------


def refused(
    parts: dict[str, str | bytes], kind: type[ExtractError], limits: Limits | None = None
) -> str:
    with pytest.raises(ExtractError) as caught:
        read(packed(parts), name="坏.ofd", limits=limits or Limits())
    assert type(caught.value) is kind
    assert str(caught.value).startswith("坏.ofd：")
    return caught.value.message


def test_missing_parts_are_errors_or_named() -> None:
    whole = parts_of(text("教育"), text("医疗"))
    for lost in ("OFD.xml", "Doc_0/Document.xml"):
        kind = UnsupportedFormat if lost == "OFD.xml" else UnreadableDocument
        refused({name: each for name, each in whole.items() if name != lost}, kind)
    lost = "Doc_0/Pages/Page_0/Content.xml"
    found = read(packed({name: e for name, e in whole.items() if name != lost}), name="a.ofd")
    assert (found.text, found.pages) == ("医疗", 2)
    assert [(n.code, n.severity) for n in found.notes] == [("ofd.missing_page", "error")]
    untold = page(text("教育"), '<ofd:Template TemplateID="5"/>')
    found = read(packed({**whole, lost: untold}), name="a.ofd")
    assert (blocks(found), codes(found)) == (["教育", "医疗"], ["ofd.missing_part"])
    odd = text("住房").replace("ofd:TextObject", "ofd:NewObject")
    found = document(text("教育") + odd)
    assert (found.text, codes(found)) == ("教育", ["ofd.missing_part"])


@pytest.mark.parametrize("location", ["../../../etc/passwd", "/../etc/passwd", "/etc/passwd", ""])
def test_a_location_outside_the_container_is_missing(location: str) -> None:
    parts = parts_of(text("教育"))
    parts["OFD.xml"] = ROOT.replace("Doc_0/Document.xml", location)
    parts["../../../etc/passwd"] = "<a/>"
    refused(parts, UnreadableDocument)


def test_templates_and_drawings_that_hold_themselves_are_refused() -> None:
    common = (
        "".join(f'<ofd:TemplatePage ID="{n}" BaseLoc="T{n}.xml"/>' for n in (5, 6))
        + "<ofd:PublicRes>Res.xml</ofd:PublicRes>"
    )
    parts = parts_of("", common=common)
    composite = '<ofd:CompositeObject ID="8" ResourceID="70" Boundary="0 0 9 9"/>'
    parts["Doc_0/T5.xml"] = page("", '<ofd:Template TemplateID="6"/>')
    parts["Doc_0/T6.xml"] = page("", '<ofd:Template TemplateID="5"/>')
    parts["Doc_0/Res.xml"] = (
        f'<ofd:Res {NS}><ofd:CompositeGraphicUnit ID="70"><ofd:Content>{composite}</ofd:Content>'
        "</ofd:CompositeGraphicUnit></ofd:Res>"
    )
    first = "Doc_0/Pages/Page_0/Content.xml"
    parts[first] = page(text("教育"), '<ofd:Template TemplateID="5"/>')
    assert "模板互相引用" in refused(parts, UnreadableDocument)
    assert "图形资源互相引用" in refused({**parts, first: page(composite)}, UnreadableDocument)


def test_drawings_that_multiply_meet_the_limit() -> None:
    def unit(key: int) -> str:
        inner = "".join(
            f'<ofd:CompositeObject ID="8" ResourceID="{key + 1}" Boundary="0 0 9 9"/>' * 10
        )
        content = f"<ofd:Content>{inner}</ofd:Content>"
        return f'<ofd:CompositeGraphicUnit ID="{key}">{content}</ofd:CompositeGraphicUnit>'

    start = '<ofd:CompositeObject ID="8" ResourceID="1" Boundary="0 0 9 9"/>'
    parts = parts_of(start, common="<ofd:PublicRes>Res.xml</ofd:PublicRes>")
    parts["Doc_0/Res.xml"] = f"<ofd:Res {NS}>{''.join(unit(key) for key in range(1, 30))}</ofd:Res>"
    refused(parts, LimitExceeded, Limits(max_characters=20_000))


def test_limits_hold_for_pages_characters_and_nesting() -> None:
    many = parts_of(text("教育"))
    pages = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_0/Content.xml"/>' for n in range(9))
    whole = str(many["Doc_0/Document.xml"])
    many["Doc_0/Document.xml"] = regex.sub(r"<ofd:Page ID[^>]*>", pages, whole)
    assert "8 页" in refused(many, LimitExceeded, Limits(max_pages=8))
    refused(parts_of(text("教" * 99)), LimitExceeded, Limits(max_characters=60))
    deep = '<ofd:PageBlock ID="1">' * 120 + "</ofd:PageBlock>" * 120
    refused(parts_of(deep), LimitExceeded)


@pytest.mark.parametrize(
    "part", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"]
)
def test_entities_are_refused(part: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    parts = parts_of(text("&amp;b;&amp;c;"))
    parts[part] = bomb + str(parts[part]).replace("&amp;", "&")
    assert "DTD" in refused(parts, UnreadableDocument)


def test_broken_xml_is_read_as_far_as_it_goes_and_named() -> None:
    parts = parts_of(text("教育"), text("医疗"))
    parts["Doc_0/Pages/Page_1/Content.xml"] = str(parts["Doc_0/Pages/Page_1/Content.xml"])[:-40]
    found = read(packed(parts), name="a.ofd")
    assert blocks(found) == ["教育", "医疗"]
    assert [(note.code, note.severity) for note in found.notes] == [("ofd.damaged", "error")]
    refused({**parts, "Doc_0/Document.xml": "不是 XML"}, UnreadableDocument)
    unbound = {name: str(each).replace(f" {NS}", "") for name, each in parts.items()}
    assert blocks(read(packed(unbound), name="a.ofd")) == ["教育", "医疗"]


def test_encrypted_parts_are_refused() -> None:
    refused({**parts_of(text("教育")), "Encryptions.xml": "<a/>"}, EncryptedDocument)


@pytest.mark.parametrize(
    "odd",
    [
        text("教育", Size="nan") + text("医疗"),
        text("教育", Boundary="1e300 0 inf 0") + text("医疗", 30, 60),
        text("医疗", CTM="0 0 0 0 0 0") + text("医疗", 30, 60),
        path("M 1 L 2 2 Q 1 C A 1 1 C", Fill="true") + text("医疗"),
        path("L 1 1 C B 1 1 2 2 3 3") + path("M 0 0 C L 5 5 C") + text("医疗"),
        "<ofd:TextObject/><ofd:PathObject/><ofd:ImageObject/><ofd:CompositeObject/>" + text("医疗"),
    ],
)
def test_nonsense_is_survived(odd: str) -> None:
    assert "医疗" in document(odd).text


def test_cut_off_files_are_refused() -> None:
    content = (SAMPLES / "zibo-hitech-2024.ofd").read_bytes()
    assert ofd.sniff(content[:3000])
    assert not ofd.sniff((SAMPLES / "zibo-hitech-2024.docx").read_bytes())
    for end in (40, 3000, len(content) - 10):
        with pytest.raises(UnreadableDocument):
            read(content[:end], name="断.ofd")


# ---- the samples, and real files (expected: typed from their pages as drawn) ---------------------


@pytest.mark.parametrize("name", ["zibo-hitech-2024", "jining-hitech-2023"])
def test_the_sample_says_what_its_text_says(name: str) -> None:
    plain, drawn = (
        json.loads(writer.write(extract(SAMPLES / f"{name}{kind}"))) for kind in (".txt", ".ofd")
    )
    assert bare(drawn) == bare(plain)
    assert not [each for each in drawn["findings"] if each["code"].startswith("reader.ofd")]


def test_the_samples_are_what_their_script_makes() -> None:
    import sys

    sys.path.insert(0, str(SAMPLES.resolve()))
    try:
        import make_ofd
    finally:
        sys.path.pop(0)
    for name in make_ofd.NAMES:
        made = make_ofd.ofd((SAMPLES / f"{name}.pdf").read_bytes())
        assert made == (SAMPLES / f"{name}.ofd").read_bytes(), "python samples/make_ofd.py"


def real(shared: Path, name: str) -> Document:
    return read(shared / "documents" / name)


def test_the_bureau_s_reply(shared: Path) -> None:
    found = real(shared, "n_luqiao_health_bureau_reply.ofd")
    assert found.pages == 2
    assert blocks(found)[:5] == [
        "测试符路桥区卫生局文件",
        "路卫发〔2011〕76号",
        "关于同意张阿三同志辞职的批复",
        "区中医院：",
        "你院《关于给张阿三同志辞职的请示》（路中医发〔2011〕10号）收悉。",
    ]
    assert "2011年3月10日" in found.text
    assert blocks(found)[-1] == "测试符路桥区卫生局办公室 2011年3月10日印发"
    assert codes(found) == ["ofd.seal"]
    html = (shared / "documents" / "n_luqiao_health_bureau_reply.html").read_text("utf-8")
    html = regex.sub(r"(?s)<(style|script).*?</\1>", "", html)
    printed = compact("".join(regex.findall(r">([^<>]+)<", html))).removeprefix("文件预览")
    assert compact(found.text) == regex.sub(r"—[12]—", "", printed)


def test_the_standard_s_table(shared: Path) -> None:
    found = real(shared, "z_gbt_annex_table.ofd")
    one = "该数值应大于或等于1，否则属于错误描述，默认为1"
    assert cells(found) == [
        ["名称", "类型", "说明", "可选/必选"],
        ["CodePosition", "xs:int", "TextCode中字符编码的起始位置，从0开始", "必选"],
        ["CodeCount", "xs:int", f"变换关系中字符的数量，{one}", "可选"],
        ["GlyphCount", "xs:int", f"变换关系中字型索引的个数，{one}", "可选"],
        ["Glyphs", "ST_Array", "变换关系中字型索引列表", "可选"],
    ]
    assert blocks(found)[0] == "11.4字型变换"
    assert found.text.count("Heaffixedhisfinesign.") == 2
    assert found.text.endswith("போ")


def test_the_permit_s_labels_stand_before_their_values(shared: Path) -> None:
    found = real(shared, "testPathClip_mining_permit.ofd")
    for pair in (
        "证号：C1234567890123123123123",
        "采矿权人：采矿权延续",
        "址：云南省昆明市南亚第壹城星河苑5幢2单元2802室",
        "经济类型：有限责任公司",
        "有效期限：壹年自2022年11月01日至2023年11月01日",
        "开采矿种：煤",
        "开采方式：地下开采",
        "生产规模：3.0万吨/年",
        "矿区面积：0.2363平方公里",
        "矿区范围：(见副本)",
        "2022年11月10日",
    ):
        assert pair in found.text
    assert found.text.startswith("中华人民共和国\n采矿许可证\n(正本)")
    assert not found.tables


def test_the_forms_with_odd_locations(shared: Path) -> None:
    found = real(shared, "path_unstd_case_forms.ofd")
    lines = found.text.splitlines()
    assert "案件名称测试数据AJMC" in lines
    assert "犯罪嫌疑人测试数据FZXYR 测试数据XB" in lines
    assert lines.index("案件名称测试数据AJMC") < lines.index("填发时间测试数据TFSJ")
    assert "根据《中华人民共和国刑事诉讼法》第 测试数据FLTK" in found.text
    assert codes(found) == ["ofd.overlapping_text"]


def test_eleven_pages(shared: Path) -> None:
    found = real(shared, "doc1File_11pages.ofd")
    assert found.pages == 11
    assert blocks(found)[0] == "1、一日不见兮，思之如狂。――《凤求凰·琴歌》"
    assert "\n33、问渠哪得清如许？为有源头活水来。――《观书有感》\n" in found.text
    assert found.text.endswith("\n36、故园眇何处？归思方悠哉。淮南秋雨夜，高斋闻雁来。")
    with zipfile.ZipFile(shared / "documents" / "doc1File_11pages.ofd") as container:
        pages = [container.read(n).decode() for n in container.namelist() if "Pages/" in n]
    stated = "".join(regex.findall(r"<ofd:TextCode[^>]*>([^<]*)<", "".join(pages)))
    assert sorted(compact(found.text)) == sorted(compact(stated))


def test_boxes_without_text_are_no_success(shared: Path) -> None:
    with pytest.raises(UnreadableDocument, match="没有文字"):
        real(shared, "V4RideRight_outlined.ofd")


def test_a_scan_is_recognised_where_it_is_printed() -> None:
    if not _ocr.available():
        pytest.skip("没有安装 policy-notices[ocr]：扫描件的识别没有测试")
    import pypdfium2

    with pypdfium2.PdfDocument(SAMPLES / "zibo-hitech-2024.pdf") as pdf:
        shown = pdf[0].render(scale=200 / 72).to_pil().convert("RGB")
    cut = shown.crop((0, round(75 / 25.4 * 200), shown.width, round(95 / 25.4 * 200)))
    written = BytesIO()
    cut.save(written, "PNG")
    image = IMAGE.replace("10 20 50 40", "0 75 210 20").replace("50 0 0 40 0 0", "210 0 0 20 0 0")
    parts = scan(text("关于公布清单的通知"), image)
    parts["DOC_0/res/image_4.png"] = written.getvalue()
    found = read(packed(parts), name="扫描.ofd")
    assert found.ocr
    assert found.text.startswith("关于公布清单的通知\n淄高新管办字〔2024〕2号\n各委部、局、中心，")
    assert codes(found)[0] == "ofd.recognised"
    digit = found.glyphs[found.text.index("2024")]
    # The line begins at 72.2 mm; six characters and a bracket of 5.644 mm stand before.
    assert (digit.page, digit.x0, digit.y0) == pytest.approx((2, 111.7 * PT, 78.0 * PT), abs=2)
    assert digit.confidence > 0.5


def test_a_photograph(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(shared / "documents" / "containsJPEG_scan.ofd") as container:
        parts: dict[str, str | bytes] = {n: container.read(n) for n in container.namelist()}
    if _ocr.available():  # its two pages show the same photograph: one is enough here
        second = rb'<ofd:Page BaseLoc="Pages/Page_1[^>]*>'
        one = {"Doc_0/Document.xml": regex.sub(second, b"", parts["Doc_0/Document.xml"])}
        found = read(packed({**parts, **one}), name="照片.ofd")
        assert (found.ocr, found.pages, codes(found)[0]) == (True, 1, "ofd.recognised")
        assert "祖国" in found.text
    monkeypatch.setattr(_ocr, "available", lambda: False)
    with pytest.raises(MissingComponent):
        read(packed(parts), name="照片.ofd")
