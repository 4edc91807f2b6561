"""Spreadsheets: values as printed, sheets into titles and tables, one notice as in its .txt.

Expected cells of the real files are typed from their pages as LibreOffice prints them.
"""

import datetime
import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from extract import pipeline
from extract.document import Document
from extract.errors import (
    EncryptedDocument,
    ExtractError,
    LimitExceeded,
    UnreadableDocument,
    UnsupportedFormat,
)
from extract.limits import DEFAULT_LIMITS, Limits
from extract.readers import sheet, text
from extract.text import squeeze
from extract.writers import json as writer

SAMPLES = Path(__file__).parents[1] / "samples"
ZIBO, JINING = "zibo-hitech-2024", "jining-hitech-2023"
# Where a value is printed and what read it may differ between formats; nothing else may.
PLACES = {"evidence", "source", "start", "end"}
HEADER = ["序号", "项目名称", "投资（万元）"]


def workbook(fill: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def rows(*cells: list[object]) -> bytes:
    def fill(sheet: Worksheet) -> None:
        for row in cells:
            sheet.append(row)

    return workbook(fill)


def read(content: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    assert sheet.sniff(content)
    return sheet.read(content, limits, "清单.xlsx")


def printed(value: object, code: str) -> str:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = value
        sheet["A1"].number_format = code

    return read(workbook(fill)).text


def outline(document: Document) -> list[object]:
    """Return paragraphs as texts and tables as rows of texts, in order."""
    found: list[object] = []
    for block in document.blocks:
        said = document.slice(block.span)
        if block.place is None:
            found.append(said)
            continue
        if block.place.row == block.place.column == 0:
            found.append([])
        table = found[-1]
        assert isinstance(table, list)
        while len(table) <= block.place.row:
            table.append([])
        table[block.place.row].append(said)
    return found


def codes(document: Document) -> dict[str, str]:
    return {note.code: note.message for note in document.notes}


def replaced(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return the package with some bytes of one part replaced."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename == part:
                assert old in body
                body = body.replace(old, new)
            target.writestr(entry.filename, body)
    return stream.getvalue()


def bare(value: object) -> object:
    """Drop evidence, source and the reader's notes."""
    if isinstance(value, dict):
        return {name: bare(one) for name, one in value.items() if name not in PLACES}
    if isinstance(value, list):
        return [
            bare(one)
            for one in value
            if not (isinstance(one, dict) and str(one.get("code", "")).startswith("reader."))
        ]
    return value


@pytest.mark.parametrize("name", [ZIBO, JINING])
def test_the_workbook_says_the_same_as_the_text(name: str) -> None:
    found = []
    for reader, suffix in ((text, ".txt"), (sheet, ".xlsx")):
        path = SAMPLES / f"{name}{suffix}"
        document = reader.read(path.read_bytes(), DEFAULT_LIMITS, path.name)
        notice = pipeline.run(document).notice
        assert notice.projects
        found.append(bare(json.loads(writer.write(notice))))
    assert found[0] == found[1]


def test_zibo_is_prose_and_jining_one_table() -> None:
    prose = read((SAMPLES / f"{ZIBO}.xlsx").read_bytes())
    assert (len(prose.blocks), prose.tables, prose.notes) == (21, (), ())
    document = read((SAMPLES / f"{JINING}.xlsx").read_bytes())
    (table,) = document.tables
    assert (table.rows, table.columns, len(table.cells)) == (23, 8, 184 - 10)
    merged = {c.place.row: c.row_span for c in table.cells if c.place and c.row_span > 1}
    assert merged == {4: 2, 6: 2, 9: 2, 11: 4, 17: 3, 20: 3}
    amount = pipeline.run(document).notice.projects[21].amounts[0]
    assert amount.evidence.text == "110万元"
    assert amount.evidence.cell is not None
    assert (amount.evidence.cell.row, amount.evidence.cell.column) == (22, 4)


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (1736, "General", "1736"),
        (1736.0, "General", "1736"),
        (0.1 + 0.2, "General", "0.3"),
        (2889.43, "General", "2889.43"),
        (1e-7, "General", "0.0000001"),
        (0.4, "0%", "40%"),
        (0.125, "0.0%", "12.5%"),
        (0.285, "0%", "29%"),
        (1.005, "0.00", "1.01"),
        (1736.5, "#,##0.00", "1,736.50"),
        (1736.5, '#,##0.0"万元"', "1,736.5万元"),
        (12345, '0!.0,"万"', "1.2万"),
        (123456789, '0\\.00,,"亿"', "1.23亿"),
        (17360000, '#,##0,"千元"', "17,360千元"),
        (-5, "0;(0)", "(5)"),
        (-1234.5, "#,##0.00_ ;[Red]\\-#,##0.00\\ ", "-1,234.50"),
        (8253465, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "8,253,465"),
        (0, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (20000, '[>=10000]0.0,"千";0', "20.0千"),
        (500, '[>=10000]0.0,"千";0', "500"),
        (7, "000", "007"),
        (3, 'General"人"', "3人"),
        (99, "[$¥-804]#,##0", "¥99"),
        (True, "General", "TRUE"),
        ("007", "@", "007"),
        (datetime.date(2024, 12, 31), "yyyy-mm-dd", "2024-12-31"),
        (datetime.date(2024, 12, 31), "mm-dd-yy", "2024-12-31"),
        (datetime.date(2024, 12, 1), 'yyyy"年"m"月"', "2024年12月"),
        (datetime.date(2024, 12, 1), '[$-804]yyyy"年"m"月"d"日";@', "2024年12月1日"),
        (datetime.datetime(2024, 12, 31, 17, 5), "yyyy/m/d h:mm", "2024/12/31 17:05"),  # noqa: DTZ001
        (datetime.time(13, 20, 1), '上午/下午h"时"mm"分"', "下午1时20分"),
        (datetime.timedelta(hours=36), "[h]:mm", "36:00"),
        (45657, "yyyy.mm.dd", "2024.12.31"),
        (5, '0"d"', "5d"),
    ],
)
def test_a_value_is_printed_as_its_format_says(value: object, code: str, expected: str) -> None:
    assert printed(value, code) == expected


@pytest.mark.parametrize("code", ["# ?/?", "0.00E+00", "0." + "0" * 99, "0" + "%" * 99])
def test_a_format_that_is_not_understood_keeps_the_value_and_says_so(code: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = 1.5
        sheet["A1"].number_format = code

    document = read(workbook(fill))
    assert document.text == "1.5"
    assert "1 个数字" in codes(document)["sheet.format"]


def test_a_value_set_not_to_show_is_counted() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["A2"] = "合计", 500
        sheet["A2"].number_format = ";;;"

    document = read(workbook(fill))
    assert document.text == "合计"
    assert "1 个数字" in codes(document)["sheet.invisible"]


def test_dates_since_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = datetime.date(2024, 12, 31)
    book.active["A1"].number_format = 'yyyy"年"m"月"d"日"'
    assert read(saved(book)).text == "2024年12月31日"


def test_errors_and_formulas_never_calculated_are_said() -> None:
    content = rows(HEADER, [1, "道路改造", "=1+1"], [2, "管网改造", 30])
    content = replaced(
        content,
        "xl/worksheets/sheet1.xml",
        b'<c r="A3" t="n"><v>2</v></c>',
        b'<c r="A3" t="e"><f>A9</f><v>#REF!</v></c>',
    )
    document = read(content)
    assert outline(document) == [[HEADER, ["1", "道路改造", ""], ["#REF!", "管网改造", "30"]]]
    assert set(codes(document)) == {"sheet.error_value", "sheet.formula"}
    assert "1 个公式" in codes(document)["sheet.formula"]


def test_titles_notes_and_tables_of_one_sheet() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "2024年度民生实事项目清单"
        sheet.merge_cells("A1:C1")
        sheet["C2"] = "单位：万元"
        for row, cells in enumerate([HEADER, [1, "道路改造", 1736], [2, "管网改造", 20]], start=3):
            for column, value in enumerate(cells, start=1):
                sheet.cell(row, column, value)
        sheet["A6"] = "注：投资为估算数。"
        sheet["A9"] = "附表"
        sheet["A10"], sheet["B10"] = "街道", "户数"
        sheet["A11"], sheet["B11"] = "洸河街道", 60

    assert outline(read(workbook(fill))) == [
        "2024年度民生实事项目清单",
        "单位：万元",
        [HEADER, ["1", "道路改造", "1736"], ["2", "管网改造", "20"]],
        "注：投资为估算数。",
        "附表",
        [["街道", "户数"], ["洸河街道", "60"]],
    ]


def test_a_gap_in_the_rows_does_not_cut_a_numbered_table() -> None:
    document = read(rows(HEADER, [1, "甲", 10], [], [2, "乙", 20], [], ["街道", "户数"], ["丙", 3]))
    first, second = document.tables
    assert (first.rows, second.rows) == (4, 2)


def test_tables_side_by_side() -> None:
    apart = read(rows(["序号", "名称", None, "街道", "户数"], [1, "甲", None, "乙", 60]))
    assert outline(apart) == [[["序号", "名称"], ["1", "甲"]], [["街道", "户数"], ["乙", "60"]]]
    twice = read(rows([*HEADER, *HEADER], [1, "甲", 10, 3, "丙", 30], [2, "乙", 20, 4, "丁", 40]))
    assert outline(twice) == [
        [HEADER, ["1", "甲", "10"], ["2", "乙", "20"]],
        [HEADER, ["3", "丙", "30"], ["4", "丁", "40"]],
    ]
    lone = read(rows(["序号", None, "名称"], [1, None, "甲"], [2, None, "乙"]))
    assert outline(lone) == [[["序号", "", "名称"], ["1", "", "甲"], ["2", "", "乙"]]]


def test_headers_of_two_levels_keep_their_merges() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["序号", "项目名称", "资金来源（万元）", None])
        sheet.append([None, None, "中央", "区级"])
        sheet.append([1, "道路改造", 100, 20])
        for merge in ("A1:A2", "B1:B2", "C1:D1"):
            sheet.merge_cells(merge)

    (table,) = read(workbook(fill)).tables
    spans = {
        (c.place.row, c.place.column): (c.row_span, c.column_span) for c in table.cells if c.place
    }
    assert (table.rows, table.columns) == (3, 4)
    assert spans[0, 0] == spans[0, 1] == (2, 1)
    assert spans[0, 2] == (1, 2)
    assert spans[1, 2] == spans[1, 3] == (1, 1)


def test_what_a_merge_covers_is_not_printed_but_counted() -> None:
    content = rows(HEADER, [1, "甲", 10], [2, "乙", 20])
    content = replaced(
        content,
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b'</sheetData><mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="B3:C3"/></mergeCells>',
    )
    document = read(content)
    assert outline(document) == [[HEADER, ["1", "甲", "10"], ["2", "20"]]]
    assert "1 个单元格" in codes(document)["sheet.under_merge"]


def test_every_sheet_is_read_hidden_ones_with_a_note() -> None:
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.active.append(["项目", "户数"])
    book.active.append(["改造", 54])
    book.create_sheet("空")
    hidden = book.create_sheet("乙")
    hidden.append(["项目", "户数"])
    hidden.append(["新建", 12])
    hidden.sheet_state = "hidden"
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["B"].hidden = True
    document = read(saved(book))
    assert outline(document) == [
        [["项目", "户数"], ["改造", "54"]],
        [["项目", "户数"], ["新建", "12"]],
    ]
    notes = codes(document)
    assert set(notes) == {"sheet.hidden_sheet", "sheet.hidden_cells", "sheet.names"}
    assert notes["sheet.names"] == "共读入 2 个工作表：“甲”（表格1）、“乙”（表格2）。"
    assert "2 行（列）" in notes["sheet.hidden_cells"]


def test_marks_that_a_sheet_stores_in_texts_are_taken_out() -> None:
    assert read(rows(["第一行_x000D_\n第二行"])).text == "第一行\n第二行"


def test_a_workbook_without_text_is_no_complete_notice() -> None:
    with pytest.raises(UnreadableDocument, match="没有文字"):
        read(rows([None]))


def far(place: str) -> bytes:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet[place] = "甲", "乙"

    return workbook(fill)


def test_values_far_apart_are_refused_before_the_table_is_filled() -> None:
    with pytest.raises(LimitExceeded, match="已用区域"):
        read(far("XFD1048576"))
    for old, new in ((b' r="XFD1048576"', b""), (b'r="XFD1048576"', b"r='XFD1048576'")):
        content = replaced(far("XFD1048576"), "xl/worksheets/sheet1.xml", old, new)
        assert len(refused_or_text(content)) < 100
    assert read(far("A60000")).text == "甲\n乙"


def refused_or_text(content: bytes) -> str:
    try:
        return read(content).text
    except ExtractError as error:
        return error.message


def test_merges_without_end_are_cut_or_refused() -> None:
    content = replaced(
        rows(HEADER, [1, "甲", 10]),
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    )
    assert read(content).text == "序号"
    many = b'<mergeCell ref="A1:C2"/>' * 100
    content = replaced(
        rows(HEADER, [1, "甲", 10]),
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b"</sheetData><mergeCells>" + many + b"</mergeCells>",
    )
    with pytest.raises(LimitExceeded, match="合并单元格"):
        read(content, Limits(max_cells=100))


def test_limits_hold() -> None:
    content = rows(*[[1, "甲", 10]] * 50)
    for limits in (Limits(max_cells=10), Limits(max_characters=20), Limits(max_expanded_bytes=999)):
        with pytest.raises(LimitExceeded):
            read(content, limits)


def test_a_workbook_with_a_dtd_or_another_kind_is_refused() -> None:
    content = rows(HEADER, [1, "甲", 10])
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        bad = replaced(
            content,
            part,
            b"<",
            b"<!DOCTYPE x [<!ENTITY a 'b'>]><",
        )
        with pytest.raises(UnreadableDocument):
            read(bad)
    binary = BytesIO()
    with zipfile.ZipFile(binary, "w") as target:
        target.writestr("xl/workbook.bin", b"x")
    with pytest.raises(UnsupportedFormat, match="另存为"):
        read(binary.getvalue())


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(rows(HEADER, [1, "甲", 10]))
    with zipfile.ZipFile(BytesIO(bytes(content))) as container:
        entry = container.getinfo("xl/worksheets/sheet1.xml")
    directory = content.index(b"PK\1\2")
    at = content.index(b"xl/worksheets/sheet1.xml", directory) - 46 + 24
    assert int.from_bytes(content[at : at + 4], "little") == entry.file_size
    content[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableDocument):
        read(bytes(content))


@pytest.mark.parametrize("name", [f"{JINING}.xlsx", "poi_61287_balance_sheet.xls"])
def test_cut_off_files_are_refused_or_read(name: str, shared: Path) -> None:
    folder = SAMPLES if name.endswith(".xlsx") else shared / "documents"
    content = (folder / name).read_bytes()
    for cut in range(8, len(content), len(content) // 60):
        try:
            assert sheet.read(content[:cut], DEFAULT_LIMITS, name).text
        except ExtractError as error:
            assert error.message.endswith("。")  # noqa: PT017


def test_a_workbook_with_a_password_is_called_so(shared: Path) -> None:
    content = (shared / "documents" / "poi_61287_balance_sheet.xls").read_bytes()
    bof = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    after = bof + 4 + 16
    locked = content[:after] + b"\x2f\x00" + content[after + 2 :]
    with pytest.raises(EncryptedDocument, match="密码"):
        sheet.read(locked, DEFAULT_LIMITS, "表.xls")


def test_other_compound_files_are_left_to_others(shared: Path) -> None:
    found = list((shared / "documents").glob("*.doc"))
    assert len(found) == 4
    assert not any(sheet.sniff(path.read_bytes()) for path in found)
    for path in (*SAMPLES.glob("*.docx"), *SAMPLES.glob("*.txt"), *SAMPLES.glob("*.pdf")):
        assert not sheet.sniff(path.read_bytes()), path


def grid(document: Document, table: int) -> dict[tuple[int, int], str]:
    found = document.tables[table].grid()
    return {place: squeeze(document.slice(cell.span)) for place, cell in found.items()}


def test_telecom_report_is_read_as_printed(shared: Path) -> None:
    path = shared / "documents" / "poi_12843-1_cht_network.xls"
    document = sheet.read(path.read_bytes(), DEFAULT_LIMITS, path.name)
    paragraphs = [document.slice(b.span) for b in document.blocks if b.place is None]
    assert paragraphs[:2] == ["中華電信網路容量及使用現況雙週報表", "填表日期：91 年 06 月17日"]
    cells = grid(document, 0)
    first = ["1", "市話交換機門號數(POTS)", "門", "北分", "8,253,465", "1,137,000", "8.03%"]
    assert [cells[1, column] for column in range(10)] == [
        *first,
        "8,269,765",
        "6,713,076",
        "81.18%",
    ]
    assert [cells[3, column] for column in range(4)] == [*first[:3], "南分"]
    mobile = ["6,500,000", "700,000", "142.86%", "7,500,000", "6,902,561", "92.03%"]
    assert [cells[26, column] for column in range(4, 10)] == mobile
    assert "17 个图表" in codes(document)["sheet.chart"]


def test_rural_credit_report_is_two_tables(shared: Path) -> None:
    path = shared / "documents" / "poi_44235_rural_credit.xls"
    document = sheet.read(path.read_bytes(), DEFAULT_LIMITS, path.name)
    assert document.slice(document.blocks[0].span) == "还原利润表"
    left, right = grid(document, 0), grid(document, 1)
    header = ["代码", "项目名称", "科目号", "金额"]
    assert [left[0, column] for column in range(4)] == header
    assert [right[0, column] for column in range(4)] == header
    assert [left[2, column] for column in range(3)] == ["77101", "房地产贷款利息收入", "A5010004"]
    assert [right[1, column] for column in range(3)] == ["07", "七、利息支出类", "A5020002"]


def test_balance_sheet_is_read_as_printed(shared: Path) -> None:
    path = shared / "documents" / "poi_61287_balance_sheet.xls"
    document = sheet.read(path.read_bytes(), DEFAULT_LIMITS, path.name)
    paragraphs = [document.slice(b.span) for b in document.blocks if b.place is None]
    assert paragraphs[:2] == ["资产负债表", "会企01表"]
    assert "单位：元" in paragraphs
    cells = grid(document, 0)
    assert [cells[0, column] for column in (0, 1, 4)] == ["资 产", "行次", "负债和所有者权益"]
    assert [cells[2, column] for column in range(4)] == [
        "货币资金",
        "1",
        "6190718.68",
        "5241690.50",
    ]
    taxes = ["应交税费", "40", "-1185877.33", "-2980259.20"]
    assert [cells[8, column] for column in range(4, 8)] == taxes
    assert [cells[33, column] for column in range(4)] == [
        "资产总计",
        "32",
        "65429678.70",
        "79646273.40",
    ]
    assert paragraphs[-3:] == ["制表人:谷亚梅", "审核人:", "打印日期:2017-07-11"]


def test_style_workbook_is_read_as_printed(shared: Path) -> None:
    path = shared / "documents" / "poi_49273_merged_styles.xlsx"
    document = sheet.read(path.read_bytes(), DEFAULT_LIMITS, path.name)
    cells = grid(document, 0)
    printed = ["A1", "1.000", "￥100.00", "$198.0", "2010年3月21日", "13时20分01秒", "10.00%"]
    assert [cells[0, column] for column in range(7)] == printed
    assert "4 个数字" in codes(document)["sheet.format"]  # 1/2 and 1.03E+08, in both rows


CSV = '序号,项目名称,投资（万元）\n1,道路改造,1736\n2,"管网改造\n（含""雨水""）",20\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separated_values(encoding: str, delimiter: str) -> None:
    content = CSV.replace(",", delimiter).encode(encoding)
    assert sheet.sniff(content) == (delimiter != "\t")  # which plain text may have as well
    document = sheet.read(content, DEFAULT_LIMITS, "清单.csv")
    assert outline(document) == [
        [HEADER, ["1", "道路改造", "1736"], ["2", '管网改造\n（含"雨水"）', "20"]]
    ]
    assert document.media_type == "text/csv"


def test_separated_values_with_a_title_and_texts_kept_as_text() -> None:
    document = read('sep=;\n民生清单;;\n序号;名称;电话\n1;甲;="007"\n2;乙\n'.encode())
    assert outline(document) == [
        "民生清单",
        [["序号", "名称", "电话"], ["1", "甲", "007"], ["2", "乙", ""]],
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "财政资金50万元，用于道路改造。",
        "新增托位452个,其中普惠300个。\n资金50万元。\n完成时限：12月底前,由教体局牵头,各街道配合。",
        "\t1\n\t道路改造\n\t50万元\n\n\t2\n\t管网\n\t30万元\n",
        "投资1,736万元。\n",
    ],
)
def test_prose_is_no_table(prose: str) -> None:
    assert not sheet.sniff(prose.encode())


def test_separated_values_have_limits() -> None:
    content = ("甲,乙,丙\n" * 50).encode()
    for limits in (Limits(max_cells=30), Limits(max_characters=20)):
        with pytest.raises(LimitExceeded):
            read(content, limits)
