"""Web pages, written here as government sites write them: what is shown is read, once, in order."""

import json
import random
from base64 import encodebytes
from itertools import pairwise
from pathlib import Path

import pytest

from extract import extract
from extract.document import Document
from extract.errors import ExtractError, LimitExceeded, UnreadableDocument, UnsupportedFormat
from extract.limits import Limits
from extract.readers import formats, html, read
from extract.writers import json as writer

SAMPLES = Path(__file__).parents[1] / "samples"
# Where a value is printed and what read it may differ between formats; nothing else may.
PLACES = {"evidence", "source", "start", "end"}

METADATA = """<table class="xxgk"><tbody>
<tr><td>索&nbsp;引&nbsp;号：</td><td>11370300MB28516890/2024-5414803</td>
<td>主题分类：</td><td>综合政务</td></tr>
<tr><td>发文机关：</td><td>淄博市人民政府办公室</td><td>成文日期：</td><td>2024年01月15日</td></tr>
<tr><td>标　　题：</td><td colspan="3">关于印发2024年全市民生实事项目的通知</td></tr>
<tr><td>发文字号：</td><td>淄政办字〔2024〕5号</td><td>发布日期：</td><td>2024年01月18日</td></tr>
</tbody></table>"""
BODY = """<p>各区县人民政府，市政府各部门：</p>
<p>&emsp;&emsp;现将2024年全市民生实事项目印发给你们，请认真
   贯彻执行。</p>
<p>　　一、新增托位452个，<b>财政</b>资金<span>500</span>万元，2024年12月底前完成。</p>"""
TITLE = "关于印发2024年全市民生实事项目的通知"


def page(content: str, charset: str = "utf-8", title: str = TITLE) -> str:
    """Return a page of a government site around the content."""
    return f"""<!DOCTYPE html><html><head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title}_淄博市人民政府</title><script>var n = 99;</script><style>p {{}}</style></head><body>
<div id="top"><a href="/">首页</a> <a href="/zwgk/">政务公开</a></div>
<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/tz/">通知</a> &gt; 正文</div>
<div class="wrap">{content}</div>
<div class="footer">版权所有：淄博市人民政府　鲁ICP备05000000号</div>
<div style="DISPLAY: none">访问量 888 次</div></body></html>"""


def web(markup: str, **limits: int) -> Document:
    return html.read(markup.encode(), Limits(**limits), "通知.html")


def blocks(document: Document) -> list[str]:
    return [document.slice(block.span) for block in document.blocks]


def lines(markup: str) -> list[str]:
    """Return the blocks of a bare piece of a page."""
    return blocks(web(f"<body>{markup}</body>"))


def table(document: Document, index: int = 0) -> list[list[str]]:
    found = document.tables[index]
    grid = {place: document.slice(cell.span) for place, cell in found.grid().items()}
    return [[grid.get((r, c), "") for c in range(found.columns)] for r in range(found.rows)]


def codes(document: Document) -> list[str]:
    return [note.code for note in document.notes]


def bare(value: object) -> object:
    """Drop evidence, source and the reader's notes, as tests/test_samples.py does."""
    if isinstance(value, dict):
        return {name: bare(one) for name, one in value.items() if name not in PLACES}
    if isinstance(value, list):
        notes = [
            isinstance(v, dict) and str(v.get("code", "")).startswith("reader.") for v in value
        ]
        return [bare(one) for one, is_note in zip(value, notes, strict=True) if not is_note]
    return value


# ---- The samples -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["zibo-hitech-2024", "jining-hitech-2023"])
def test_a_page_says_what_the_text_says(name: str) -> None:
    text, other = (
        json.loads(writer.write(extract(SAMPLES / f"{name}{suffix}")))
        for suffix in (".txt", ".html")
    )
    assert bare(other) == bare(text)
    assert other["projects"]


def test_the_sample_pages_are_read_without_what_stands_around_the_notice() -> None:
    zibo = read(SAMPLES / "zibo-hitech-2024.html")
    assert len(zibo.blocks) == 21
    assert blocks(zibo)[1] == "淄高新管办字〔2024〕2号"
    assert [n.message for n in zibo.notes if n.code == "html.left_out"] == [
        "正文以外的 127 字（导航、页脚等）未读入。"
    ]
    jining = read(SAMPLES / "jining-hitech-2023.html")
    (grid,) = jining.tables
    assert (grid.rows, grid.columns, len(grid.cells)) == (23, 8, 174)
    merged = {c.place.row: c.row_span for c in grid.cells if c.place and c.row_span > 1}
    assert merged == {4: 2, 6: 2, 9: 2, 11: 4, 17: 3, 20: 3}
    assert jining.slice(grid.grid()[18, 5].span) == "城乡建设和交通局\n市场监督\n管理局"


def test_text_placed_by_coordinates_is_read_in_the_order_of_the_page(shared: Path) -> None:
    document = read(shared / "documents" / "n_luqiao_health_bureau_reply.html")
    found = blocks(document)
    assert document.pages == 2
    assert found[:4] == [
        "测试符路桥区卫生局文件",
        "路卫发〔2011〕76号",
        "关于同意张阿三同志辞职的批复",
        "区中医院：",
    ]
    assert found[4] == "你院《关于给张阿三同志辞职的请示》（路中医发〔2011〕10号）收悉。"
    assert found[5].endswith("2001年9月参加工作，本科学历，主治医师，系区中医院职工。")
    assert "（浙人才〔1993〕73号）文件精神" in found[6]
    assert "2011年3月10日印发" in found[-1]
    assert "— 1 —" not in document.text
    number = document.text.index("76号")
    page_number, left, top, right, bottom = document.evidence(document.blocks[1].span).boxes[0]
    assert page_number == 1
    assert 285 < left < right < 465  # left:380.6px width:235.2px, in points
    assert 259 < top < bottom < 284  # top:346px height:27.6px
    assert document.glyphs[number] is not None


# ---- Encoding ----------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("claimed", ["utf-8", "gb2312", "gbk", "iso-8859-1", "big5", "no-such"])
def test_the_bytes_decide_the_encoding(written: str, claimed: str) -> None:
    content = page(f'<div class="TRS_Editor">{BODY}</div>', claimed).encode(written)
    document = read(content, name="通知.html")
    assert blocks(document)[1] == "现将2024年全市民生实事项目印发给你们，请认真贯彻执行。"
    assert "html.damaged_characters" not in codes(document)


def test_a_rare_character_of_gb18030_under_a_gb2312_label() -> None:
    content = page("<p>㮾梨街道、埇桥区新增托位452个。</p>", "gb2312").encode("gb18030")
    assert "㮾梨街道、埇桥区新增托位452个。" in read(content).text


def test_big5_is_read_where_it_is_claimed() -> None:
    text = "新增托位452個，財政資金500萬元，請認真貫徹執行。"
    assert text in read(f"<html><meta charset=big5><body><p>{text}".encode("big5")).text


def test_a_damaged_byte_is_noted_and_the_rest_is_read() -> None:
    content = page(f'<div id="zoom">{BODY}</div>').encode()
    damaged = content.replace("贯彻".encode(), "贯".encode() + b"\xff" + "彻".encode())
    document = read(damaged)
    assert "贯\ufffd彻执行" in document.text
    assert "452个" in document.text
    assert codes(document)[0] == "html.damaged_characters"


def test_bytes_in_no_encoding_are_refused() -> None:
    with pytest.raises(UnreadableDocument, match="编码"):
        read(b"<html><body><p>" + bytes(range(128, 256)) * 20, name="通知.html")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<!DOCTYPE html><p>通知", True),
        ("\ufeff\n <!-- 2024 --> <HTML><body>通知", True),
        ('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', True),
        ("<table border=1><tr><td>序号", True),
        ("网页以 <html> 开头。", False),
        ("各部门：\n<p>通知</p>", False),
        ('<?xml version="1.0"?><w:document>', False),
        ("<通知>", False),
        ("<p2>甲", False),
    ],
)
def test_what_is_html_is_seen_by_its_bytes(content: str, expected: bool) -> None:
    assert html.sniff(content.encode()) is expected
    if not expected:
        assert html.sniff(content.encode("gb18030")) is False


def test_a_page_is_claimed_by_no_other_reader_and_a_piece_goes_by_its_name() -> None:
    content = page(BODY).encode()
    assert [each.name for each in formats() if each.sniff(content)] == ["html"]
    assert [each.name for each in formats() if each.sniff("以 <html> 开头".encode())] == ["text"]
    piece = b"<div>452</div>\n"
    assert [read(piece, name=name).reader for name in ("a.md", "a.htm", "")] == [
        "text",
        "html",
        "html",
    ]
    with pytest.raises(UnsupportedFormat, match=r"HTML 格式.*改为 \.html"):
        read(content, name="清单.xls.pdf")


# ---- Which part of the page --------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["<h1>{}</h1>", '<div class="tit">{}</div>', "<h2>{}</h2>"])
def test_title_and_metadata_come_with_the_content_and_the_rest_is_counted(heading: str) -> None:
    title = heading.format(TITLE)
    tail = '<ul><li><a href="P1.docx">附件：民生实事项目清单.docx</a></li></ul>'
    info = '<div class="info">发布时间：2024-01-18 来源：办公室 浏览次数：1234次</div>'
    markup = f'{METADATA}{title}{info}<div class="TRS_Editor">{BODY}</div>{tail}'
    document = read(page(markup, "gb2312").encode("gb18030"))
    assert blocks(document) == [
        "索\xa0引\xa0号：\t11370300MB28516890/2024-5414803",
        "主题分类：\t综合政务",
        "发文机关：\t淄博市人民政府办公室",
        "成文日期：",
        "2024年01月15日",
        "标　　题：\t关于印发2024年全市民生实事项目的通知",
        "发文字号：",
        "淄政办字〔2024〕5号",
        "发布日期：\t2024年01月18日",
        TITLE,
        "各区县人民政府，市政府各部门：",
        "现将2024年全市民生实事项目印发给你们，请认真贯彻执行。",
        "一、新增托位452个，财政资金500万元，2024年12月底前完成。",
        "附件：民生实事项目清单.docx",
    ]
    assert codes(document) == ["html.left_out", "html.hidden"]
    assert {note.severity for note in document.notes} == {"info"}


@pytest.mark.parametrize("colon", ["：", ""])
def test_the_metadata_table_gives_number_date_and_issuer(colon: str) -> None:
    metadata = METADATA.replace("：</td>", f"{colon}</td>")
    notice = extract(page(f'{metadata}<h1>{TITLE}</h1><div id="zoom">{BODY}</div>').encode())
    assert notice.title.value == TITLE
    assert notice.document_number.text == "淄政办字〔2024〕5号"
    assert notice.issued_on.value.isoformat() == "2024-01-15"
    assert not colon or notice.issuer.value == "淄博市人民政府办公室"
    assert [one.name for one in notice.recipients] == ["各区县人民政府", "市政府各部门"]
    assert [str(one.value) for one in notice.figures if one.kind != "deadline"] == [
        "452",
        "5000000",
    ]


def test_metadata_as_a_list() -> None:
    items = (
        "<div class=headinfo><ul><li><b>索 引 号：</b>123/2024-1</li>"
        "<li>发布机构：卫健委</li>"
        "<li><b>文号：</b>淄卫发〔2024〕7号</li><li><b>成文日期：</b>2024-01-15</li></ul></div>"
    )
    document = read(page(f'{items}<div class="article-content">{BODY}</div>').encode())
    assert blocks(document)[:5] == [
        "索 引 号：\t123/2024-1",
        "发布机构：卫健委",
        "文号：",
        "淄卫发〔2024〕7号",
        "成文日期：\t2024-01-15",
    ]


@pytest.mark.parametrize(
    "form",
    [
        "<dl>{}</dl>|<dt>{}</dt><dd>{}</dd>",
        "<div>{}</div>|<p><label>{}</label><span>{}</span></p>",
        "<ul>{}</ul>|<li><b>{}</b> {}</li>",
    ],
)
def test_metadata_without_colons_stays_out_of_the_title(form: str) -> None:
    whole, one = form.split("|")
    pairs = [("索引号", "123/2024-1"), ("发文字号", "淄卫发〔2024〕7号"), ("公开方式", "主动公开")]
    region = whole.format("\n".join(one.format(*pair) for pair in pairs))
    content = page(f'<div class="box">{region}</div><h1>{TITLE}</h1><div id="zoom">{BODY}</div>')
    notice = extract(content.encode())
    assert notice.title.value == TITLE
    assert notice.document_number.text == "淄卫发〔2024〕7号"
    document = web(content)
    assert table(document) == [["索引号", "123/2024-1"], ["发文字号", ""]]
    assert table(document, 1) == [["公开方式", "主动公开"]]


def test_a_title_that_the_content_repeats_is_read_once() -> None:
    document = read(page(f'<h1>{TITLE}</h1><div id="zoom"><p>{TITLE}</p>{BODY}</div>').encode())
    assert document.text.count(TITLE) == 1


def test_several_content_blocks_are_all_read() -> None:
    second = '<div class="TRS_Editor"><p>附件</p><p>2024年清单：改造老旧小区35个。</p></div>'
    document = read(page(f'<div class="TRS_Editor">{BODY}</div><hr>{second}').encode())
    assert document.text.endswith("附件\n2024年清单：改造老旧小区35个。")


def test_where_no_name_is_known_nothing_but_navigation_goes() -> None:
    document = web(page(f"<h2>{TITLE}</h2><div class=q1>{BODY}</div><p>联系电话：0533-2300000</p>"))
    assert blocks(document)[0] == TITLE
    assert blocks(document)[-1] == "联系电话：0533-2300000"


def test_a_small_named_block_does_not_hide_the_rest() -> None:
    document = web(page(f'<div class="content">摘要</div><div>{BODY * 3}</div>'))
    assert document.text.count("452个") == 3


def test_a_list_beside_the_named_block_is_kept() -> None:
    listed = (
        "<table><tr><td>序号<td>项目名称<td>资金<tr><td>1<td>老旧小区改造提升工程<td>50万元</table>"
    )
    other = "<div>" + "<p>另有一项工作要在年底前完成，请各单位抓紧落实。</p>" * 12 + "</div>"
    document = web(page(f'<div class="TRS_Editor">{BODY * 9}</div><div>{listed}</div>{other}'))
    assert table(document)[1] == ["1", "老旧小区改造提升工程", "50万元"]
    assert document.text.count("抓紧落实") == 12


def test_much_prose_left_out_is_a_warning() -> None:
    other = "<p>本栏目由县区信息中心提供技术支持。</p>" * 20
    document = web(page(f'<div class="TRS_Editor">{BODY * 9}</div>{other}'))
    note = next(note for note in document.notes if note.code == "html.left_out")
    assert note.severity == "warning"
    assert "不是链接" in note.message


def test_a_named_header_with_the_notice_in_it_is_kept() -> None:
    assert "452个" in web(f'<body><div class="header">{BODY}</div><p>甲</p></body>').text


def test_names_of_noise_inside_the_content_take_no_text_away() -> None:
    markup = (
        '<div id="zoom"><div class="top">淄卫发〔2024〕7号</div><table class="print">'
        '<tr class="head"><td>序号<td>资金</tr><tr><td>1<td>50</table>'
        "<div class=share>分享：<a>微信朋友圈</a></div>"
        f"{BODY}</div>"
    )
    document = web(page(markup))
    assert table(document) == [["序号", "资金"], ["1", "50"]]
    assert blocks(document)[0] == "淄卫发〔2024〕7号"
    assert "微信" not in document.text


def test_how_often_a_page_was_read_is_no_figure_but_a_figure_is() -> None:
    shown = ["1. 全年图书阅读量：10000次", "来源：办公室"]
    hidden = ["来源：办公室　阅读量：35次", "浏览次数：1234", "【字体：大 中 小】 打印"]
    document = web("<body>" + "".join(f"<p>{line}</p>" for line in shown + hidden) + "</body>")
    assert blocks(document) == shown
    assert "32 字" in document.notes[0].message


# ---- Blocks and lines --------------------------------------------------------------------------


def test_white_space_is_the_browsers() -> None:
    markup = "<p>推进 3 所中\n    小学、1\n 所&nbsp;<b>幼儿</b>园\u200b，“同城共读 书香高新”</p>"
    assert lines(markup) == ["推进 3 所中小学、1 所\xa0幼儿园，“同城共读 书香高新”"]


def test_a_line_feed_is_a_line_and_an_indent_or_marker_a_paragraph() -> None:
    markup = (
        "淄博市人民政府办公室<br>关于托育的通知<br><br>各区县：<br>　　请执行。<br>一、总体要求"
    )
    assert lines(f"<div>{markup}</div>") == [
        "淄博市人民政府办公室\n关于托育的通知",
        "各区县：",
        "请执行。",
        "一、总体要求",
    ]


def test_blocks_part_and_inline_elements_join() -> None:
    assert lines("甲<div>乙<span>丙</span><p>丁</p>戊</div>己<hr>庚") == [
        "甲",
        "乙丙",
        "丁",
        "戊",
        "己",
        "庚",
    ]


def test_raised_and_lowered_digits_are_no_digits_of_the_number() -> None:
    assert lines("<p>10<sup>3</sup>m<sup>2</sup>，CO<sub>2</sub>，注<sup>[1]</sup></p>") == [
        "10³m²，CO₂，注[1]"
    ]


def test_hidden_and_struck_text_is_left_out_with_a_note() -> None:
    markup = (
        "<p>新增<s>300</s>452个<span style='display:none'>999</span><b hidden>888</b>托位"
        "<span style='text-decoration: line-through'>7</span><script>1</script>。</p>"
    )
    document = web(f"<body>{markup}</body>")
    assert document.text == "新增452个托位。"
    assert codes(document) == ["html.struck", "html.hidden"]
    assert "2 处" in document.notes[0].message
    assert "6 字" in document.notes[1].message


def test_pictures_and_frames_in_the_content_are_noted() -> None:
    document = web('<body><p>附表：</p><img src="a.png"><iframe src="a.pdf"></iframe>见图。</body>')
    assert blocks(document) == ["附表：", "见图。"]
    assert codes(document) == ["html.frame", "html.pictures"]


def test_the_numbers_of_an_ordered_list_are_written() -> None:
    markup = "<ol><li>新增托位452个</li><li><p>改造<br>小区35个</p><p>另行通知</p></li></ol>"
    document = web(f"<body>{markup}</body>")
    assert blocks(document) == ["1. 新增托位452个", "2. 改造\n小区35个", "另行通知"]
    assert codes(document) == ["html.numbering"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<ol start=3><li>甲<li>乙<li value=9>丙<li>丁</ol>",
            ["3. 甲", "4. 乙", "9. 丙", "10. 丁"],
        ),
        ("<ol reversed><li>甲<li>乙</ol>", ["2. 甲", "1. 乙"]),
        ("<ol type=a start=26><li>甲<li>乙</ol>", ["z. 甲", "aa. 乙"]),
        ("<ol type=I start=4><li>甲<li>乙</ol>", ["IV. 甲", "V. 乙"]),
        (
            "<ol style='list-style-type: cjk-ideographic' start=10><li>甲<li>乙</ol>",
            ["十、甲", "十一、乙"],
        ),
        ("<ol style='list-style:none'><li>甲</ol><ul><li>乙</ul>", ["甲", "乙"]),
        ("<ol><li>1. 甲<li>（二）乙</ol>", ["1. 甲", "（二）乙"]),
        ("<ol><li>甲<ol><li>乙<li>丙</ol><li>丁</ol>", ["1. 甲", "1. 乙", "2. 丙", "2. 丁"]),
    ],
)
def test_list_numbers_are_those_of_the_browser(markup: str, expected: list[str]) -> None:
    assert lines(markup) == expected


# ---- Tables ------------------------------------------------------------------------------------


def test_spans_place_cells_in_the_logical_grid() -> None:
    document = web(
        "<table><caption>清单</caption><tfoot><tr><td colspan=3>合计</tfoot>"
        "<thead><tr><th>序号<th>类别<th>内容</thead>"
        "<tr><td>1<td rowspan=2>托育<td>托位<br>452个<tr><td>2<td><p>床位</p><p>30张</p></table>"
    )
    assert blocks(document)[0] == "清单"
    assert table(document) == [
        ["序号", "类别", "内容"],
        ["1", "托育", "托位\n452个"],
        ["2", "托育", "床位\n30张"],
        ["合计", "合计", "合计"],
    ]
    assert document.text.splitlines()[1] == "序号\t类别\t内容"


def test_spans_beyond_the_table_and_overlaps_are_cut() -> None:
    document = web(
        "<table><tr><td rowspan=99999999>甲<td colspan=500>乙<td rowspan=0>丙"
        "<tr><td>丁<tr></tr><tr><td colspan=9>戊</table>"
    )
    assert table(document) == [["甲", "乙", "丙"], ["甲", "丁", "丙"], ["甲", "戊", "丙"]]
    (grid,) = document.tables
    assert sum(c.row_span * c.column_span for c in grid.cells) == len(grid.grid()) == 9


def test_a_layout_table_is_paragraphs_and_the_table_in_it_a_table() -> None:
    inner = "<table border=1><tr><td>序号<td>项目<tr><td>1<td>床位30张</table>"
    document = web(
        f"<table><tr><td>{TITLE}</td></tr><tr><td>{BODY}{inner}<p>特此通知。</p></td></tr></table>"
    )
    assert blocks(document)[0] == TITLE
    assert blocks(document)[-1] == "特此通知。"
    assert table(document) == [["序号", "项目"], ["1", "床位30张"]]
    assert document.text.count("床位30张") == 1


def test_a_table_in_a_data_cell_is_neither_lost_nor_doubled() -> None:
    inner = "<table><tr><td>甲<td>20万元<tr><td>乙<td>30万元</table>"
    document = web(
        f"<table><tr><td>序号<td>项目<td>资金<tr><td>1<td>托位建设及改造提升<td>合计{inner}"
        "<tr><td>2<td>老旧小区改造提升工程<td>100万元</table>"
    )
    assert table(document)[1] == ["1", "托位建设及改造提升", "合计\n甲\n20万元\n乙\n30万元"]
    assert codes(document) == ["html.nested_table"]


def test_text_between_the_cells_of_a_broken_table_is_kept() -> None:
    document = web("<table>单位：万元<tr>表一<td>序号<td>资金</tr><tr><td>1<td>50</tr>完</table>")
    assert table(document) == [["序号", "资金"], ["1", "50"]]
    for word in ("单位：万元", "表一", "完"):
        assert document.text.count(word) == 1


# ---- Archives ----------------------------------------------------------------------------------


def test_a_page_saved_in_one_file() -> None:
    inner = page(f'<div id="zoom">{BODY}</div>', "gb2312").encode("gb18030")
    content = (
        b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\tboundary="--b"\r\n\r\n'
        b"----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + encodebytes(inner)
        + b"\r\n----b\r\nContent-Type: image/png\r\n\r\nx\r\n----b--\r\n"
    )
    document = read(content, name="通知.mht")
    assert document.media_type == "multipart/related"
    assert blocks(document) == blocks(read(inner))
    with pytest.raises(UnreadableDocument, match="存档"):
        read(content.replace(b"text/html", b"text/css"), name="通知.mht")


# ---- Hostile pages -----------------------------------------------------------------------------


def test_pages_without_text_are_refused() -> None:
    for markup in (
        "<html><body><div id=app></div><script>go()</script></body></html>",
        "<p>",
        "<br/>",
    ):
        with pytest.raises(UnreadableDocument, match="没有"):
            web(markup)


def test_a_hundred_megabytes_on_one_line_are_refused_at_once() -> None:
    with pytest.raises(LimitExceeded, match="过大"):
        html.read(b"<html><p>" + b"x" * (100 * 1024 * 1024 - 9), Limits(), "长.html")
    with pytest.raises(LimitExceeded, match="字的上限"):
        web("<p>" + "x" * 2000, max_characters=1000)


@pytest.mark.parametrize("count", [300, 1500])
def test_nesting_that_the_parser_bears_is_read(count: int) -> None:
    for tag in ("div", "span", "b", "ol"):
        assert web(f"<body>{f'<{tag}>' * count}托位452个{f'</{tag}>' * count}完").text.endswith(
            "完"
        )


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ol><li"])
def test_nesting_without_end_is_refused(tag: str) -> None:
    with pytest.raises(LimitExceeded, match="嵌套"):
        web("<body>" + f"<{tag}>" * 10_000 + "托位452个")


def test_too_many_tags_cells_or_attributes_are_refused() -> None:
    with pytest.raises(LimitExceeded, match="标签过多"):
        web("<p>x" * 1001, max_cells=200)
    with pytest.raises(LimitExceeded, match="属性过多"):
        web("<p " + " ".join(f"x{n}" for n in range(9000)) + ">甲")
    with pytest.raises(LimitExceeded, match="格的上限"):
        web("<table>" + "<tr><td>1<td>2" * 60, max_cells=100)
    with pytest.raises(LimitExceeded, match="格的上限"):
        web("<table>" + ("<tr>" + "<td rowspan=999 colspan=999>x" * 20) * 40)


def test_many_merged_cells_are_read() -> None:
    rows = "<tr><td rowspan=2>1<td colspan=2>2<td>3<tr><td>4<td>5<td>6" * 7000
    document = web(f"<table>{rows}</table>")
    (grid,) = document.tables
    assert (grid.rows, grid.columns, len(grid.cells)) == (14_000, 4, 42_000)


def test_characters_without_a_shape_are_taken_out() -> None:
    document = web("<p>财政\0资金2\u200b000\u202e万\u202c元&#xD800;&#8238;\u00ad\ufeff\x07</p>")
    assert document.text == "财政资金2000万元\ufffd"
    assert codes(document) == ["html.null_bytes", "html.unmapped_characters", "html.direction"]


def test_no_entity_expands_and_no_address_is_opened() -> None:
    markup = (
        '<!DOCTYPE html [<!ENTITY a "甲甲甲"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
        '<html><body><p>乙&a;&b;</p><link href="http://127.0.0.1:1/x"></body></html>'
    )
    document = web(markup)
    assert "甲" not in document.text
    assert "root" not in document.text


@pytest.mark.parametrize("cut", range(1, 60, 3))
def test_a_page_cut_off_anywhere_says_so_or_is_refused(cut: int) -> None:
    content = page(f'{METADATA}<div id="zoom">{BODY}</div>').encode("gb18030")
    try:
        document = read(content[: len(content) * cut // 60], name="通知.html")
    except ExtractError:
        return
    assert "html.cut_off" in codes(document)
    assert extract(document).status == "partial"


def test_random_bytes_are_refused() -> None:
    for seed in range(300):
        source = random.Random(seed)  # noqa: S311  not for secrets
        content = source.randbytes(source.randrange(64, 2000))
        for opening in (b"", b"<html><body>"):
            with pytest.raises(ExtractError):
                html.read(opening + content, Limits(), "乱码.html")


TAGS = (
    *("div", "p", "span", "b", "table", "tr", "td", "th", "ul", "ol", "li", "h2", "dl", "dt", "dd"),
    *("form", "center", "a", "section", "pre", "tbody", "thead", "caption", "sup", "q", "math"),
    *("td rowspan=3", "td colspan=2", "td rowspan=2 colspan=3", "table role=presentation"),
    *("div class=content", "ul class=menu", "details", "br"),
)


def soup(source: random.Random) -> tuple[str, list[str]]:
    """Return tags opened and closed as they come, and the words between them, each word once."""
    markup: list[str] = []
    words: list[str] = []
    opened: list[str] = []
    for number in range(source.randrange(5, 120)):
        choice = source.random()
        if choice < 0.4:
            words.append(f"词{1000 + number}词")
            markup.append(words[-1])
        elif choice < 0.75 or not opened:
            tag = source.choice(TAGS)
            opened.append(tag.split()[0])
            markup.append(f"<{tag}>")
        else:
            tag = opened.pop() if source.random() < 0.8 else source.choice(opened)
            markup.append(f"</{tag}>")
    return "".join(markup), words


def test_of_a_broken_page_every_word_is_read_once_or_counted_as_left_out() -> None:
    for seed in range(250):
        markup, words = soup(random.Random(seed))  # noqa: S311  not for secrets
        if not words:
            continue
        document = web(f"<body>{markup}</body>")
        missing = [word for word in words if word not in document.text]
        assert all(document.text.count(word) == 1 for word in words if word not in missing), seed
        (left_out,) = [n.message for n in document.notes if n.code == "html.left_out"] or ["0 字"]
        assert f" {6 * len(missing)} 字" in f" {left_out}", (seed, missing)
        for block, after in pairwise(document.blocks):
            assert block.span.end < after.span.start or block.place is not None
        for grid in document.tables:
            covered = sum(cell.row_span * cell.column_span for cell in grid.cells)
            assert covered == len(grid.grid()), seed
