"""Real PDF files beside the repository: what a person sees on the page, and pdfplumber's word.

The expected cells and lines were typed from the rendered pages.
"""

from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest
from test_readers_pdf import SAMPLES, blocks

from extract.document import Document
from extract.limits import DEFAULT_LIMITS
from extract.readers import pdf, read
from extract.readers._pages import read_pages
from extract.text import compact

# A text layer throughout, so that pdfplumber's cells can be held against ours.
WITH_TEXT = (
    "dongbei_q1_2018_multipage.pdf",
    "ccs_ship_rule_list_table.pdf",
    "tender_font_test.pdf",
)


@pytest.fixture(scope="session")
def documents(shared: Path) -> Path:
    folder = shared / "documents"
    if not folder.is_dir():
        pytest.skip(f"没有 {folder} 文件夹：真实 PDF 的测试全部没有运行")
    return folder


@pytest.fixture(scope="session")
def dongbei(documents: Path) -> Document:
    return read(documents / "dongbei_q1_2018_multipage.pdf")


def rows_of(document: Document, table: int) -> list[list[str]]:
    found = document.tables[table]
    rows: list[list[str]] = [[] for _ in range(found.rows)]
    for cell in found.cells:
        assert cell.place is not None
        rows[cell.place.row].append(document.slice(cell.span).replace("\n", ""))
    return rows


def same_cells(path: Path) -> int:
    """Hold every ruled cell of a file against pdfplumber; return how many were compared."""
    pages, _ = read_pages(path.read_bytes(), DEFAULT_LIMITS, pdf._page)
    compared = 0
    with pdfplumber.open(path) as oracle:
        for page, theirs in zip(pages, oracle.pages, strict=True):
            expected = [
                [[compact(cell or "") for cell in row if cell is not None] for row in rows]
                for table in theirs.find_tables()
                if len({x for cell in table.cells for x in (cell[0], cell[2])}) > 2
                for rows in [table.extract()]
            ]
            found = [
                [[s.text for s in table.slots if s.row == row] for row in range(table.rows)]
                for table in page.sheet.tables
            ]
            assert found == expected
            compared += sum(len(row) for rows in expected for row in rows)
    return compared


def test_the_sample_s_cells_are_pdfplumber_s() -> None:
    assert same_cells(SAMPLES / "jining-hitech-2023.pdf") > 150


@pytest.mark.parametrize("name", WITH_TEXT)
def test_cells_are_pdfplumber_s(documents: Path, name: str) -> None:
    assert same_cells(documents / name) > 6


def test_the_report_s_first_table(dongbei: Document) -> None:
    table = rows_of(dongbei, 0)
    assert table[0] == ["", "本报告期", "上年同期", "本报告期比上年同期增减"]
    assert table[1] == ["营业收入（元）", "4,755,785.11", "5,699,227.63", "-16.55%"]
    assert table[3][0] == "归属于上市公司股东的扣除非经常性损益的净利润（元）"
    assert table[7] == ["加权平均净资产收益率", "-2.34%", "-8.06%", "上升5.72个百分点"]
    assert table[8] == ["", "本报告期末", "上年度末", "本报告期末比上年度末增减"]
    assert table[10] == [
        "归属于上市公司股东的净资产（元）",
        "-200,136,703.31",
        "-198,631,842.02",
        "-0.76%",
    ]


def test_a_header_of_two_levels_and_a_table_over_two_pages(dongbei: Document) -> None:
    (table,) = [
        t for t in range(len(dongbei.tables)) if "前10名股东持股情况" in str(rows_of(dongbei, t))
    ]
    rows = rows_of(dongbei, table)
    assert rows[0] == [
        "报告期末普通股股东总数",
        "79,053",
        "报告期末表决权恢复的优先股股东总数（如有）",
        "0",
    ]
    assert rows[1] == ["前10名股东持股情况"]
    assert rows[2][-1] == "质押或冻结情况"
    assert rows[3] == ["股份状态", "数量"]
    assert rows[5] == [
        "北京海鸿源投资管理有限公司",
        "境内非国有法人",
        "9.33%",
        "81,494,850",
        "",
        "质押",
        "81,494,850",
    ]
    # 南京方凯 is the last row of page 4, 史宇波 the first of page 5.
    names = [row[0] for row in rows if row]
    assert ("南京方凯企业管理有限公司", "史宇波") in pairwise(names)
    assert rows[-1][1].endswith(
        "股东“徐开东”通过国金证券股份有限公司客户信用交易担保证券账户持有2,431,359股。".replace(
            "“", '"'
        ).replace("”", '"')
    )


def test_running_headers_and_page_numbers_are_no_text(dongbei: Document) -> None:
    assert "2018年第一季度报告全文" not in "".join(
        block for block in blocks(dongbei)[5:] if len(block) < 40
    )
    assert not [block for block in blocks(dongbei) if block in {"3", "4", "5", "21"}]


def test_text_drawn_four_times_is_read_once(documents: Path) -> None:
    document = read(documents / "anli_bold_duplicate_chars.pdf")
    assert [compact(line) for line in document.text.split("\n")] == [
        "安徽安利合成革股份有限公司ANHUIANLIARTIFICIALLEATHERCO.,LTD.2011年年度报告",
        "股票代码：300218",
        "股票简称：安利股份",
        "披露日期：2012年3月27日",
    ]


def test_a_rule_page_keeps_lists_and_a_merged_header(documents: Path) -> None:
    document = read(documents / "ccs_ship_rule_list_table.pdf")
    lines = [compact(block) for block in blocks(document)]
    assert "Ai--自主操作功能标志，应满足本规范第9章的要求；" in lines
    assert "（5）Ai可以和Hx、Mm,a,p、Ex、Cx同时授予。" in lines
    (table,) = document.tables
    spans = [cell.column_span for cell in table.cells[:3]]
    assert spans == [1, 2, 1]
    assert [compact(text) for text in rows_of(document, 0)[0]] == [
        "智能作业功能标志",
        "功能标志含义说明",
        "技术要求",
    ]


def test_two_columns_and_tables_with_rules_across_only(documents: Path) -> None:
    document = read(documents / "research_report_tables.pdf")
    text = document.text
    assert text.index("证券分析师") < text.index("相关研究") < text.index("投资要点")
    assert "《壶关年产12000万千米金刚线项目投资协议书》，项目一期计划建设年产4,000万千米" in text
    assert rows_of(document, 0) == [
        ["沪深300对比", "1M", "2M", "3M"],
        ["绝对涨幅(%)", "7.18", "32.88", "80.86"],
        ["相对涨幅(%)", "8.10", "25.93", "78.39"],
    ]
    stock = [row for row in rows_of(document, 1) if row[-1]]
    assert stock[0] == ["总股本(百万股)：", "227.92"]
    assert stock[-1] == ["每股净资产(元)：", "5.50"]
    forecast = rows_of(document, 2)
    assert ["净利润(百万元)", "59", "173", "471", "717", "933"] in forecast
    balance = rows_of(document, 3)
    assert balance[0] == ["主要财务指标", "2021", "2022E", "2023E", "2024E"]
    assert ["EV/EBITDA", "49.85", "24.12", "15.68", "11.46"] in balance


def test_a_file_with_a_broken_table_of_contents_is_read(documents: Path) -> None:
    document = read(documents / "remote_sensing_broken_xref.pdf")
    assert [note.code for note in document.notes] == ["pdf.damaged"]
    text = compact(document.text)
    assert "Landsat系列卫星是由美国航空航天局和美国地质调查局共同管理的资源遥感系列卫星" in text
    assert "福尼亚成功发射了Landsat家族的第8颗陆地卫星———Landsat8。" in text
    left = text.index("本文将针对Landsat8卫星的原始数据，".replace("，", ","))
    assert left < text.index("论;在提取出任务数据(missiondata)之后,特别针对OLI数据进行无损数据")


def test_pages_without_a_map_of_characters_are_not_believed(documents: Path) -> None:
    content = (documents / "gbt3620_standard_merged.pdf").read_bytes()
    pages, _ = read_pages(content, DEFAULT_LIMITS, pdf._page)
    assert [number for number, page in enumerate(pages, 1) if page.is_scan] == [5, 6, 7, 8, 9]


def test_a_book_without_text_asks_for_recognition(documents: Path) -> None:
    pages, _ = read_pages((documents / "book_scan_2p.pdf").read_bytes(), DEFAULT_LIMITS, pdf._page)
    assert [page.is_scan for page in pages] == [True, True]
