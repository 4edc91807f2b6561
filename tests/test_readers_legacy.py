"""Old word-processor files: what LibreOffice converts, checked against what the file stores."""

import json
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

import pytest

from extract import extract
from extract.document import Document
from extract.errors import EncryptedDocument, LimitExceeded, MissingComponent, UnreadableDocument
from extract.limits import DEFAULT_LIMITS, Limits
from extract.readers import _legacy_word as word
from extract.readers import legacy, read
from extract.readers._legacy_office import to_docx
from extract.readers._legacy_ole import Compound, stream_names
from extract.writers import json as writer

SAMPLES = Path("samples")
ZIBO, JINING = SAMPLES / "zibo-hitech-2024.doc", SAMPLES / "jining-hitech-2023.doc"
PLACES = {"evidence", "source", "start", "end"}
needs_office = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")),
    reason="没有 LibreOffice：转换旧版文件的测试没有运行（apt-get install libreoffice-writer）",
)
# Typed: 标题、表头两格、一格合并三列、数字; the second row goes on in the first column.
RTF = (
    rb"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}"
    rb"{\*\generator x;}{\header \'d2\'b3\'c3\'bc 9\par}"
    rb"\pard\uc1\u36890?\u30693?{\v secret 77}\par "
    rb"\trowd\clvmgf\cellx2000\cellx5000\cellx8000 "
    rb"\pard\intbl \'c0\'e0\'b1\'f0\cell \'c4\'da\'c8\'dd\cell 452\'b8\'f6\cell\row "
    rb"\trowd\clvmrg\cellx2000\clmgf\cellx5000\clmrg\cellx8000 "
    rb"\pard\intbl\cell 7.22\'d2\'da\cell\cell\row "
    rb"\pard\'cd\'ea\par}"
)
RTF_CELLS = [
    (0, 0, 2, 1, "类别"),
    (0, 1, 1, 1, "内容"),
    (0, 2, 1, 1, "452个"),
    (1, 1, 1, 2, "7.22亿"),
]


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


def canonical(source: Path | Document) -> object:
    return bare(json.loads(writer.write(extract(source))))


def cells(document: Document) -> list[tuple[int, int, int, int, str]]:
    return [
        (c.place.row, c.place.column, c.row_span, c.column_span, document.slice(c.span))
        for table in document.tables
        for c in table.cells
        if c.place
    ]


@pytest.fixture(scope="session")
def read_once() -> dict[Path, Document]:
    """Every conversion costs seconds; each file is converted once."""

    class Read(dict[Path, Document]):
        def __missing__(self, path: Path) -> Document:
            self[path] = read(path)
            return self[path]

    return Read()


@pytest.fixture
def fake_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # noqa: ANN201
    """Put a shell script in LibreOffice's place; ``$OUT`` is the file it should write."""

    def install(script: str) -> Path:
        folder, temporary = tmp_path / "bin", tmp_path / "tmp"
        folder.mkdir()
        temporary.mkdir()
        program = folder / "soffice"
        find_out = 'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; OUT="$2/input.docx"'
        program.write_text(f"#!/bin/sh\n{find_out}\n{script}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        return temporary

    return install


def with_flag(content: bytes, offset: int, flag: int) -> bytes:
    """Return a .doc whose header of the main stream has one bit more."""
    start, _ = Compound(content).streams["WordDocument"]
    at = (start + 1) * 512 + offset
    return content[:at] + bytes([content[at] | flag]) + content[at + 1 :]


@needs_office
@pytest.mark.parametrize("path", [ZIBO, JINING], ids=str)
def test_a_doc_says_what_the_text_says(path: Path, read_once: dict[Path, Document]) -> None:
    document = read_once[path]
    assert canonical(document) == canonical(path.with_suffix(".txt"))
    assert document.reader == "legacy"
    assert document.reader_version.startswith("LibreOffice ")
    assert document.reader_version.count(".") == 3, "只写到 LibreOffice 的次版本号"
    assert document.media_type == "application/msword"


@needs_office
def test_a_table_that_the_conversion_loses_comes_back(read_once: dict[Path, Document]) -> None:
    """LibreOffice 7.4 makes lines of this table: its first row end lies at offset 0 of ``Data``."""
    document = read_once[JINING]
    assert cells(document) == cells(read(JINING.with_suffix(".docx")))
    assert document.text == read(JINING.with_suffix(".docx")).text


@needs_office
def test_a_pair_reads_alike(shared: Path, read_once: dict[Path, Document]) -> None:
    """Written by WPS; antiword refuses it."""
    document = read_once[shared / "documents" / "nea_explain_part12_wps.doc"]
    pair = read(shared / "documents" / "nea_explain_part12.docx")
    assert document.text == pair.text
    assert cells(document) == cells(pair)
    assert "\n三、调研和分析工作的情况\n" in document.text
    assert document.notes == ()


@needs_office
def test_numbered_headings(shared: Path, read_once: dict[Path, Document]) -> None:
    document = read_once[shared / "documents" / "poi_61490_zh.doc"]
    lines = document.text.split("\n")
    assert lines[:4] == ["居中的大标题", "1. 章节1", "章节1的内容，一段话", "1.1. 章节1.1"]
    assert lines[5:] == ["1.2. 章节1.2", "下面是表格3x3", "11\t12\t13", "21\t22\t23", "31\t32\t33"]
    assert [(t.rows, t.columns) for t in document.tables] == [(3, 3)]


@needs_office
def test_tables_in_frames(shared: Path, read_once: dict[Path, Document]) -> None:
    """Typed from the printed cover: three boxes, one empty, one with the date of the draft."""
    document = read_once[shared / "documents" / "nea_standard_part7.doc"]
    texts = ["".join(text.split()) for *_, text in cells(document)]
    assert "ICS27.120.99F69备案号：" in [text.replace("\u200b", "") for text in texts]
    assert "（本稿完成日期：2022年12月30日）" in texts
    assert len(document.tables) == 3
    lines = document.text.split("\n")
    assert "——第7部分：经验反馈；" in lines
    assert {"1　范围", "2　规范性引用文件", "3.1"} <= set(lines)


@needs_office
def test_rtf() -> None:
    document = read(RTF, name="通知.rtf")
    assert document.text == "通知\n类别\t内容\t452个\n7.22亿\n完"
    assert cells(document) == RTF_CELLS
    assert document.media_type == "application/rtf"
    assert [n.code for n in document.notes if n.code.startswith("legacy.")] == []


def test_the_bytes_decide() -> None:
    doc = JINING.read_bytes()
    assert legacy.sniff(doc)
    assert legacy.sniff(RTF)
    assert legacy.sniff(doc[:-20000]), "a cut file is still a .doc, for its reader to refuse"
    assert not legacy.sniff(JINING.with_suffix(".docx").read_bytes())
    assert not legacy.sniff(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "WordDocument" in (stream_names(doc) or ())
    sheets = sorted(Path("../shared/documents").glob("*.xls"))
    assert not any(legacy.sniff(sheet.read_bytes()) for sheet in sheets)


def test_what_a_doc_stores() -> None:
    """Typed from the printed table; the merged categories as the .doc has them."""
    stored = word.stored(Compound(JINING.read_bytes()))
    (table,) = (block for block in stored if isinstance(block, list))
    assert len(table) == 174
    assert {c.row: c.row_span for c in table if c.row_span > 1} == {
        4: 2, 6: 2, 9: 2, 11: 4, 17: 3, 20: 3,
    }  # fmt: skip
    found = {(c.row, c.column): c.text for c in table}
    assert found[22, 4] == "财政资金110万元。" or "110万元" in found[22, 4]
    assert [found[row, 0] for row in range(1, 23)] == [str(n) for n in range(1, 23)]


def test_a_password_is_asked_for_before_anything_is_converted() -> None:
    locked = with_flag(ZIBO.read_bytes(), 0x0B, 0x01)
    with pytest.raises(EncryptedDocument, match="密码"):
        read(locked, name="清单.doc")


def test_damaged_files_are_refused() -> None:
    whole = JINING.read_bytes()
    for content in (whole[:20000], whole[:700], whole[:48] + b"\xfe\xff\xff\x7f" + whole[52:]):
        with pytest.raises(UnreadableDocument, match=r"坏\.doc"):
            legacy_read(content)


def legacy_read(content: bytes) -> Document:
    try:
        return legacy.read(content, DEFAULT_LIMITS, "坏.doc")
    except UnreadableDocument as error:
        error.name = error.name or "坏.doc"
        raise


def test_a_chain_in_a_circle_ends() -> None:
    content = bytearray(JINING.read_bytes())
    (fat,) = {int.from_bytes(content[0x4C:0x50], "little")}
    start, _ = Compound(bytes(content)).streams["WordDocument"]
    at = (fat + 1) * 512 + 4 * start
    content[at : at + 4] = start.to_bytes(4, "little")
    with pytest.raises(UnreadableDocument):
        Compound(bytes(content)).read("WordDocument")


def test_without_libreoffice_the_message_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingComponent, match=r"清单\.doc：.*libreoffice-writer"):
        read(ZIBO.read_bytes(), name="清单.doc")


def test_a_conversion_that_hangs_is_ended_with_all_its_processes(fake_office) -> None:  # noqa: ANN001
    left = fake_office('sleep 60 & echo $! > "$(dirname "$0")/child"; wait')
    begun = time.monotonic()
    with pytest.raises(LimitExceeded, match="另存为"):
        to_docx(b"", ".doc", Limits(conversion_seconds=1))
    assert time.monotonic() - begun < 20
    child = int((left.parent / "bin" / "child").read_text())
    for _ in range(50):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("the process that LibreOffice started still runs")
    assert list(left.iterdir()) == []


def test_a_conversion_without_a_result_is_an_unreadable_file(fake_office) -> None:  # noqa: ANN001
    left = fake_office("exit 0")
    with pytest.raises(UnreadableDocument, match="LibreOffice"):
        to_docx(b"", ".doc", DEFAULT_LIMITS)
    assert list(left.iterdir()) == []


def test_a_result_is_no_larger_than_the_limit(fake_office) -> None:  # noqa: ANN001
    fake_office('head -c 3000000 /dev/zero > "$OUT"')
    with pytest.raises(LimitExceeded, match="上限"):
        to_docx(b"", ".doc", Limits(max_bytes=1_000_000))


def test_libreoffice_runs_alone(fake_office, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    """A profile of its own with macros off, no secrets of ours, no network where it can be cut."""
    monkeypatch.setenv("SOME_TOKEN", "secret")
    fake_office('{ env; cat profile/user/registrymodifications.xcu /proc/net/dev; } > "$OUT"')
    seen = to_docx(b"", ".doc", DEFAULT_LIMITS).decode()
    assert "SOME_TOKEN" not in seen
    assert 'DisableMacrosExecution" oor:op="fuse"><value>true' in seen
    assert "HOME=" in seen
    if shutil.which("unshare") and os.geteuid() == 0:
        assert [line.split(":")[0].strip() for line in seen.splitlines() if ": " in line] == ["lo"]
