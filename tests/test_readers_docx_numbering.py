"""Numbers that Word computes: written before the paragraph as they are printed."""

from pathlib import Path

import pytest
from test_readers_docx import codes, docx, p, part, places, tbl, tc, tr

from extract.document import Document
from extract.readers import read
from extract.readers._docx_numerals import spelled


def level(ilvl: int, text: str, fmt: str = "decimal", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def definition(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def num(number: int, definition: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{overrides}</w:num>'


def numbering(*parts: str) -> str:
    return part("numbering", "".join(parts))


def item(text: str, ilvl: int | None = 0, number: int = 1) -> str:
    place = "" if ilvl is None else f'<w:ilvl w:val="{ilvl}"/>'
    return p(text, properties=f'<w:numPr>{place}<w:numId w:val="{number}"/></w:numPr>')


def styled(text: str, style: str) -> str:
    return p(text, properties=f'<w:pStyle w:val="{style}"/>')


def lines(document: Document) -> list[str]:
    return document.text.split("\n")


@pytest.mark.parametrize(
    ("fmt", "number", "printed"),
    [
        ("decimal", 12, "12"), ("decimalZero", 3, "03"), ("decimalFullWidth", 12, "１２"),
        ("chineseCounting", 10, "十"), ("chineseCounting", 21, "二十一"),
        ("chineseCountingThousand", 11, "十一"), ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 1010, "一千零一十"),
        ("japaneseCounting", 3, "三"), ("japaneseCounting", 20, "二十"),
        ("japaneseCounting", 115, "百十五"), ("japaneseCounting", 105, "百五"),
        ("chineseLegalSimplified", 12, "壹拾贰"), ("ideographTraditional", 4, "丁"),
        ("ideographZodiac", 12, "亥"), ("decimalEnclosedCircleChinese", 3, "③"),
        ("decimalEnclosedCircle", 21, "21"), ("decimalEnclosedParen", 2, "⑵"),
        ("lowerLetter", 27, "aa"), ("upperLetter", 3, "C"), ("lowerRoman", 49, "xlix"),
        ("upperRoman", 4, "IV"), ("ideographDigital", 20, "二〇"), ("lowerLetter", 0, "0"),
    ],
)  # fmt: skip
def test_spelled(fmt: str, number: int, printed: str) -> None:
    assert spelled(number, fmt) == printed


def test_levels_of_a_notice() -> None:
    part = numbering(
        definition(0, level(0, "%1、", "chineseCountingThousand"),
                   level(1, "（%2）", "japaneseCounting"), level(2, "%3.")),
        num(1, 0),
    )  # fmt: skip
    body = item("提高认识") + item("加强领导", 1) + item("5个街道", 2) + item("投入50万元", 2)
    body += item("严格督查", 1) + item("新增20个", 2) + item("其他事项") + item("附则", 1)
    assert lines(docx(body, numbering=part)) == [
        "一、提高认识", "（一）加强领导", "1. 5个街道", "2. 投入50万元",
        "（二）严格督查", "1. 新增20个", "二、其他事项", "（一）附则",
    ]  # fmt: skip


def test_typed_numbers_are_not_doubled() -> None:
    part = numbering(definition(0, level(0, "%1.")), num(1, 0))
    none = p("3. 手打的编号", properties='<w:numPr><w:numId w:val="0"/></w:numPr>')
    assert lines(docx(item("甲") + p("2. 乙") + none, numbering=part)) == [
        "1. 甲", "2. 乙", "3. 手打的编号",
    ]  # fmt: skip


def test_what_follows_the_number() -> None:
    suffix = '<w:suff w:val="{}"/>'
    part = numbering(
        definition(0, level(0, "第%1条", "chineseCountingThousand", suffix.format("space"))),
        definition(1, level(0, "%1.", more=suffix.format("nothing"))),
        definition(2, level(0, "（%1）", more=suffix.format("tab"))),
        num(1, 0), num(2, 1), num(3, 2),
    )  # fmt: skip
    body = item("本办法") + item("甲", 0, 2) + item("5个充电口", 0, 2) + item("丙", 0, 3)
    printed = ["第一条 本办法", "1.甲", "2. 5个充电口", "（1）丙"]
    assert lines(docx(body, numbering=part)) == printed


def test_two_lists_of_one_definition_go_on_unless_restarted() -> None:
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'
    part = numbering(
        definition(0, level(0, "%1.")), num(1, 0), num(2, 0), num(3, 0, restart.format(1)),
        num(4, 0, f'<w:lvlOverride w:ilvl="0">{level(0, "%1)", "lowerLetter")}</w:lvlOverride>'),
    )  # fmt: skip
    body = "".join(item("项", 0, number) for number in (1, 1, 2, 3, 3, 1, 4))
    assert lines(docx(body, numbering=part)) == [
        "1. 项", "2. 项", "3. 项", "1. 项", "2. 项", "3. 项", "d) 项",
    ]  # fmt: skip


def test_restart_legal_and_skipped_levels() -> None:
    never, legal = '<w:lvlRestart w:val="0"/>', "<w:isLgl/>"
    part = numbering(
        definition(0, level(0, "第%1章", "chineseCounting"), level(1, "第%2条", "decimal", never),
                   level(2, "%1.%2.%3", "decimal", legal)),
        num(1, 0),
    )  # fmt: skip
    body = item("总则") + item("甲", 1) + item("乙", 1) + item("分则") + item("丙", 1)
    body += item("丁", 2)
    assert lines(docx(body, numbering=part)) == [
        "第一章 总则", "第1条 甲", "第2条 乙", "第二章 分则", "第3条 丙", "2.3.1 丁",
    ]  # fmt: skip
    assert docx(item("先", 2), numbering=part).text == "1.1.1 先"


def test_numbers_of_styles() -> None:
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="H2"/></w:style>'
        '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>",
    )
    linked = numbering(
        definition(0, level(0, "%1", more='<w:pStyle w:val="H1"/>'),
                   level(1, "%1.%2", more='<w:pStyle w:val="H2"/>')),
        definition(5, '<w:numStyleLink w:val="L"/>'), num(1, 0), num(9, 5),
    )  # fmt: skip
    body = styled("章", "H1") + styled("节", "H2") + styled("节", "Own") + styled("章", "H1")
    body += p("无", properties='<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    body += item("链", 0, 9)
    assert lines(docx(body, styles=styles, numbering=linked)) == [
        "1 章", "1.1 节", "1.2 节", "2 章", "无", "1 链",
    ]  # fmt: skip


def test_a_serial_column_numbered_by_word() -> None:
    """Typed nowhere, printed in every row: the paragraphs of the column are empty."""
    part = numbering(definition(0, level(0, "%1")), num(1, 0))
    rows = [tr(tc(item("", None)), tc(name)) for name in ("托位", "健身器材", "充电口")]
    document = docx(tbl(tr(tc("序号"), tc("项目名称")), *rows), numbering=part)
    column = [text for row, column, _, _, text in places(document) if column == 0]
    assert column == ["序号", "1", "2", "3"]
    assert document.notes == ()


def test_bullets_are_signs_and_no_private_characters() -> None:
    font = '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>'
    part = numbering(
        definition(0, level(0, "\uf06c", "bullet", font), level(1, "——", "bullet", start=0),
                   level(2, "\ue123", "bullet")),
        num(1, 0),
    )  # fmt: skip
    body = item("甲") + item("乙", 1) + item("丙", 2)
    assert lines(docx(body, numbering=part)) == ["● 甲", "——乙", "• 丙"]


def test_a_deleted_paragraph_is_not_counted() -> None:
    part = numbering(definition(0, level(0, "%1.")), num(1, 0))
    deleted = (
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    )
    assert lines(docx(item("甲") + deleted + item("乙"), numbering=part)) == ["1. 甲", "2. 乙"]


def test_what_cannot_be_computed_is_noted() -> None:
    unknown = numbering(definition(0, level(0, "%1.", "thaiCounting")), num(1, 0))
    document = docx(item("甲"), numbering=unknown)
    assert (document.text, codes(document)) == ("1. 甲", ["docx.numbering"])
    assert codes(docx(item("甲", 0, 7), numbering=unknown)) == ["docx.numbering"]
    field = p("<w:r><w:instrText> AUTONUM </w:instrText></w:r>", "甲")
    assert codes(docx(field)) == ["docx.autonum"]


def test_real_headings(shared: Path) -> None:
    """Typed from the printed pages."""
    folder = shared / "documents"
    found = lines(read(folder / "nea_explain_part1.docx"))
    for printed in (
        "一、任务来源及计划要求", "二、 编制过程", "1、征求意见稿", "2、送审稿", "3、报批稿",
        "三、调研和分析工作的情况", "1）引入差异项定义", "15）增加一章内容“定期安全评价后工作”",
        "八、其他需要说明的问题",
    ):  # fmt: skip
        assert found.count(printed) == 1, printed
    found = lines(read(folder / "nea_standard_part6.docx"))
    for printed in (
        "1　范围", "3　术语和定义", "3.3", "5.2.1　安全重要构筑物和系统", "j) 电力系统；",
        "c) 专设安全设施；", "5.2.3　评价要点", "g) 实际状态相关的经验反馈评价。", "6.1　评价依据",
    ):  # fmt: skip
        assert found.count(printed) == 1, printed
