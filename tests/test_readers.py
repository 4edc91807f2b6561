"""The contract every format keeps, the two seed notices in three formats, and what is refused."""

import random
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from extract import readers
from extract.document import Document
from extract.errors import (
    EncryptedDocument,
    ExtractError,
    LimitExceeded,
    UnreadableDocument,
    UnsupportedFormat,
)
from extract.limits import Limits
from extract.text import compact, squeeze

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
DATA = Path(__file__).parent / "data"
DOCUMENTS = ROOT.parent / "shared" / "documents"
ZIBO, JINING = "zibo-hitech-2024", "jining-hitech-2023"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FORMATS = readers.formats()
RICH = (".docx", ".pdf", ".html", ".xlsx", ".ofd")
SLOW = {"image", "legacy"}

# Typed from the printed notices. Serial number of a merged category cell → how many rows it covers.
CATEGORY_ROWS = {4: 2, 6: 2, 9: 2, 11: 4, 17: 3, 20: 3}
CATEGORY_NAMES = {
    1: "基础教育扩容提质",
    2: "幼有所育能力提升",
    3: "建设区域健康信息平台",
    4: "提升残疾人康复救助水平",
    6: "提升适老化服务水平",
    8: "·",
    9: "提升就业保障能力",
    11: "实施基础设施提升项目",
    15: "打造优良人居环境",
    16: "实施文化惠民提升项目",
    17: "提升公共安全保障能力",
    20: "提升公共安全保障能力",
}
HEADER = ["序号", "项目名称", "项目内容及规模", "完成期限"]
HEADER += ["资金渠道及筹资落实情况", "主办单位", "协办单位", "备注"]


def sample(name: str, suffix: str) -> Document:
    return readers.read(SAMPLES / f"{name}{suffix}")


def texts(document: Document) -> list[str]:
    return [squeeze(document.slice(block.span)) for block in document.blocks]


def assert_invariants(document: Document) -> None:
    """Blocks in order, only joins between them, cells inside the grid, a glyph a character."""
    position = 0
    for block in document.blocks:
        assert block.span.start >= position, document.slice(block.span)
        assert not document.text[position : block.span.start].strip()
        assert document.slice(block.span) == document.slice(block.span).strip()
        position = block.span.end
    assert not document.text[position:].strip()
    cells = [cell for table in document.tables for cell in table.cells]
    assert cells == [block for block in document.blocks if block.place is not None]
    for table in document.tables:
        covered = sum(cell.row_span * cell.column_span for cell in table.cells)
        assert covered == len(table.grid()), f"cells overlap in table {table.index}"
        assert all(row < table.rows and column < table.columns for row, column in table.grid())
    if document.glyphs:
        assert len(document.glyphs) == len(document.text)


def read_or_none(content: bytes, name: str) -> Document | None:
    """Return the document, or nothing where it is refused; any other error is a bug."""
    try:
        return readers.read(content, name=name)
    except ExtractError:
        return None


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_every_format_keeps_the_contract(each: readers.Format) -> None:
    assert each.suffixes
    assert all(suffix.startswith(".") and suffix.islower() for suffix in each.suffixes)
    assert all("/" in media_type for media_type in each.media_types)
    assert (each.read.__doc__ or "").strip()
    found = [path for suffix in each.suffixes for path in SAMPLES.glob(f"*{suffix}")]
    assert found, f"no sample for {each.name}"
    if each.name == "legacy" and shutil.which("soffice") is None:
        pytest.skip("LIBREOFFICE IS MISSING: .doc NOT TESTED")
    for path in found[:1] if each.name in SLOW else found:
        document = readers.read(path)
        assert_invariants(document)
        assert document.media_type in each.media_types
        assert document.reader == each.name
        assert document.name == path.name
        assert document == readers.read(path.read_bytes(), name=path.name)


def test_no_two_formats_share_a_suffix() -> None:
    assert len(readers.suffixes()) == len(set(readers.suffixes()))


def test_text_is_the_decoded_file() -> None:
    for name in (ZIBO, JINING):
        document = sample(name, ".txt")
        assert document.text == (SAMPLES / f"{name}.txt").read_bytes().decode()


@pytest.mark.parametrize("suffix", RICH)
def test_zibo_reads_alike_in_every_format(suffix: str) -> None:
    plain, other = texts(sample(ZIBO, ".txt")), texts(sample(ZIBO, suffix))
    title = "".join(plain[:3])
    assert title == (
        "淄博高新技术产业开发区管理委员会办公室关于公布《2024年度高新区重大民生实事项目清单》的通知"
    )
    assert other == [title, *plain[3:]]
    assert len(other) == 21
    assert other[1] == "淄高新管办字〔2024〕2号"
    assert "定期维护145个村居、社区健身器材" in other[16]
    assert "“同城共读 书香高新”" in other[15]


@pytest.mark.parametrize("suffix", RICH)
def test_zibo_title_keeps_its_typed_line(suffix: str) -> None:
    document = sample(ZIBO, suffix)
    title = document.slice(document.blocks[0].span)
    assert title.split("\n")[0] == "淄博高新技术产业开发区管理委员会办公室"
    assert title.count("\n") == 1


def test_jining_text_pads_the_last_row() -> None:
    document = sample(JINING, ".txt")
    (table,) = document.tables
    assert (table.rows, table.columns, len(table.cells)) == (23, 8, 184)
    grid = table.grid()
    assert document.slice(grid[22, 6].span) == "城乡建设和交通局"
    assert document.slice(grid[22, 7].span) == ""
    assert document.slice(grid[0, 0].span) == "序号"


@pytest.mark.parametrize("suffix", [".txt", *RICH])
def test_jining_is_the_same_grid_in_every_format(suffix: str) -> None:
    document = sample(JINING, suffix)
    (table,) = document.tables
    grid = {place: compact(document.slice(b.span)) for place, b in table.grid().items()}
    assert (table.rows, table.columns) == (23, 8)
    assert [grid[0, column] for column in range(8)] == HEADER
    assert [grid[row, 0] for row in range(1, 23)] == [str(n) for n in range(1, 23)]
    assert {serial: grid[serial, 1] for serial in CATEGORY_NAMES} == CATEGORY_NAMES
    plain = sample(JINING, ".txt")
    for (row, column), cell in plain.tables[0].grid().items():
        if column != 1:
            assert grid[row, column] == compact(plain.slice(cell.span)), (row, column)


@pytest.mark.parametrize("suffix", RICH)
def test_jining_category_cells_are_merged(suffix: str) -> None:
    (table,) = sample(JINING, suffix).tables
    merged = {c.place.row: c.row_span for c in table.cells if c.place and c.row_span > 1}
    assert merged == CATEGORY_ROWS
    assert len(table.cells) == 184 - 10


@pytest.mark.parametrize("suffix", [".txt", *RICH])
def test_jining_departments_stay_on_lines_of_their_own(suffix: str) -> None:
    document = sample(JINING, suffix)
    grid = document.tables[0].grid()

    def lines(row: int, column: int) -> list[str]:
        return document.slice(grid[row, column].span).split("\n")

    assert lines(2, 5) == ["发展软环境保障局", "经济发展局", "高新控股集团"]
    assert lines(18, 5) == ["城乡建设和交通局", "市场监督", "管理局"]
    assert lines(1, 6)[:2] == ["党工委组织部（人力资源部）", "财政金融局"]
    assert lines(14, 6)[1] == "中国铁塔公司高新区办事处"


def test_bytes_that_are_no_document_are_refused() -> None:
    for content in (b"", b"\xef\xbb\xbf\0", bytes(range(256)) * 4):
        with pytest.raises(ExtractError):
            readers.read(content)


@pytest.mark.parametrize("suffix", ["", ".txt", ".pdf", ".docx", ".xyz"])
def test_random_bytes_are_refused(suffix: str) -> None:
    for seed in range(300):
        source = random.Random(seed)  # noqa: S311  not for secrets
        content = source.randbytes(source.randrange(64, 2000))
        with pytest.raises(ExtractError) as caught:
            readers.read(content, name=f"乱码{suffix}")
        assert caught.value.name == f"乱码{suffix}"


def test_a_name_that_contradicts_the_content_is_refused() -> None:
    pdf = (SAMPLES / f"{ZIBO}.pdf").read_bytes()
    with pytest.raises(UnsupportedFormat, match=r"清单\.docx：.*PDF.*改为 \.pdf"):
        readers.read(pdf, name="下载/清单.docx")
    with pytest.raises(UnsupportedFormat, match="TEXT"):
        readers.read("财政资金50万元。".encode(), name="清单.pdf")
    assert readers.read(pdf, name="没有扩展名").media_type == "application/pdf"
    assert readers.read("财政资金50万元。".encode()).text == "财政资金50万元。"


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", UnreadableDocument, "空的"),
        (b"Rar!\x1a\x07\x00" + bytes(64), UnsupportedFormat, "RAR 压缩包"),
        (b"PK\x03\x04" + bytes(64), UnsupportedFormat, "ZIP 压缩包"),
        (COMPOUND + bytes(600), UnsupportedFormat, "另存为 .docx"),
        (
            COMPOUND + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
            EncryptedDocument,
            "密码",
        ),
    ],
    ids=["empty", "rar", "archive", "legacy", "encrypted"],
)
def test_refusals_say_what_it_is_and_what_to_do(
    content: bytes, error: type[ExtractError], message: str
) -> None:
    for name in ("", "甲.docx"):
        with pytest.raises(error, match=message):
            readers.read(content, name=name)


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"无此文件\.txt：找不到文件"):
        readers.read(tmp_path / "无此文件.txt")
    with pytest.raises(UnreadableDocument, match="文件夹"):
        readers.read(tmp_path)


def test_size_is_checked_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    path.write_text("财政资金50万元。")
    with pytest.raises(LimitExceeded, match="超过上限 10 字节"):
        readers.read(path, limits=Limits(max_bytes=10))
    with pytest.raises(LimitExceeded):
        readers.read(SAMPLES / f"{JINING}.docx", limits=Limits(max_characters=100))
    with pytest.raises(LimitExceeded):
        readers.read(SAMPLES / f"{JINING}.txt", limits=Limits(max_cells=100))


@pytest.mark.parametrize("name", [f"{ZIBO}.docx", f"{JINING}.pdf"])
def test_truncated_files_give_a_document_or_a_typed_error(name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    cuts = [*range(1, 40), *range(40, len(content), len(content) // 40)]
    for before, cut in pairwise([0, *cuts]):
        assert before < cut
        document = read_or_none(content[:cut], name)
        assert document is None or any(n.severity == "error" for n in document.notes), cut


@pytest.mark.parametrize(
    "path",
    sorted(p for s in (".pdf", ".docx") for p in DOCUMENTS.glob(f"*{s}"))
    or [pytest.param(None, marks=pytest.mark.skip(f"{DOCUMENTS} IS MISSING: NOT TESTED"))],
    ids=lambda path: path.name if path else "documents",
)
def test_real_documents_are_read_or_refused(path: Path) -> None:
    document = read_or_none(path.read_bytes(), path.name)
    assert document is not None
    if document is not None:
        assert_invariants(document)
        assert document.text.strip()
