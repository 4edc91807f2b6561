"""What the arguments of ``notice extract`` stand for."""

import io
import sys
from pathlib import Path, PurePath

import pytest

from extract.batch.inputs import Input, clash, expand
from extract.limits import Limits

SUFFIXES = (".txt", ".docx")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (
        "甲.txt",
        "乙.DOCX",
        "~$乙.docx",
        ".隐藏.txt",
        "说明.md",
        "2023/清单.txt",
        "2024/清单.txt",
        ".git/x.txt",
    ):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("通知", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    return tmp_path


def places(inputs: list[Input]) -> list[str]:
    return [str(found.place) for found in inputs]


def test_a_folder_is_read_to_the_bottom_in_order_without_what_is_hidden(folder: Path) -> None:
    found = places(expand(["in"], SUFFIXES))
    assert found == ["乙.DOCX.json", "甲.txt.json", "2023/清单.txt.json", "2024/清单.txt.json"]


def test_the_order_of_the_arguments_is_kept_and_a_file_comes_once(folder: Path) -> None:
    found = expand(["in/甲.txt", "in", "in/../in/乙.DOCX"], SUFFIXES)
    assert [each.name for each in found] == ["甲.txt", "乙.DOCX", "清单.txt", "清单.txt"]


def test_a_glob_keeps_the_folders_below_its_fixed_part(folder: Path) -> None:
    assert places(expand(["in/*/清单.txt"], SUFFIXES)) == [
        "2023/清单.txt.json",
        "2024/清单.txt.json",
    ]
    assert places(expand(["in/**/*.txt"], SUFFIXES)) == [
        "2023/清单.txt.json",
        "2024/清单.txt.json",
        "甲.txt.json",
    ]


def test_a_name_with_brackets_is_a_file_before_it_is_a_glob(folder: Path) -> None:
    Path("通知[2024].txt").write_text("通知", encoding="utf-8")
    assert places(expand(["通知[2024].txt"], SUFFIXES)) == ["通知[2024].txt.json"]


@pytest.mark.parametrize("argument", ["没有.txt", "没有*.txt", "empty"])
def test_what_gives_nothing_is_an_input_with_an_error(folder: Path, argument: str) -> None:
    [found] = expand([argument], SUFFIXES)
    assert found.error is not None
    assert found.error.code == "unreadable_document"
    assert argument in str(found.error)


def test_a_device_is_not_read(folder: Path) -> None:
    [found] = expand(["/dev/zero"], SUFFIXES)
    assert found.error is not None


def test_same_result_place_is_a_clash(folder: Path) -> None:
    inputs = expand(["in/2023/清单.txt", "in/2024/清单.txt"], SUFFIXES)
    assert clash(inputs) == (inputs[0], inputs[1])
    assert clash(expand(["in", "没有.txt", "没有.txt"], SUFFIXES)) is None


def test_names_that_differ_in_case_only_clash() -> None:
    inputs = [Input(name, PurePath(name + ".json")) for name in ("A.txt", "a.TXT")]
    assert clash(inputs) is not None


def test_a_file_name_that_is_no_utf8_can_be_shown(folder: Path) -> None:
    name = "公告.txt".encode("gbk")
    try:
        Path(folder, "in", name.decode(errors="surrogateescape")).write_text("x", encoding="utf-8")
    except OSError:
        pytest.skip("这个文件系统只收 UTF-8 文件名")
    shown = [found.name for found in expand(["in"], SUFFIXES)]
    assert any("\ufffd" in each for each in shown)
    assert all(each.encode() for each in shown)


def test_standard_input_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * 11)))
    [found] = expand(["-"], SUFFIXES, Limits(max_bytes=10))
    assert found.error is not None
    assert found.error.code == "limit_exceeded"
