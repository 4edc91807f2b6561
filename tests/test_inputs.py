"""What the arguments of ``notice extract`` stand for."""

import io
import random
import stat
import sys
import zipfile
from pathlib import Path, PurePath

import pytest

from extract.batch.inputs import Input, clash, expand
from extract.batch.local import Done, Refused, content_of, extract_one, run, save
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


NOTICE = "新增托位452个，财政资金500万元，2023年12月底前完成。".encode()


def packed(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members:
            target.writestr(name, content)
    return path


def named_in_gbk(path: Path, name: str, content: bytes) -> Path:
    """Write a ZIP as Chinese Windows does: the name in GBK, no flag that says so."""
    stored = name.encode("gbk")
    plain = "x" * len(stored)
    packed(path, (plain, content))
    path.write_bytes(path.read_bytes().replace(plain.encode(), stored))
    return path


def errors(inputs: list[Input]) -> dict[str, str]:
    return {found.name: found.error.code if found.error else "" for found in inputs}


def test_a_zip_is_a_set_of_inputs_in_a_folder_of_its_name(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "附件.zip",
        ("通知.txt", NOTICE),
        ("附件/2.清单.txt", NOTICE),
        ("附件/", b""),
        ("__MACOSX/._通知.txt", b"x"),
        ("附件/Thumbs.db", b"x"),
        (".DS_Store", b"x"),
        ("~$通知.docx", b"x"),
    )
    inputs = expand([str(path)], SUFFIXES)
    assert places(inputs) == ["附件.zip/通知.txt.json", "附件.zip/附件/2.清单.txt.json"]
    assert [found.name for found in inputs] == ["附件.zip/通知.txt", "附件.zip/附件/2.清单.txt"]
    assert all(found.content is None for found in inputs)  # read when its turn comes
    assert content_of(inputs[0]) == NOTICE
    assert clash(inputs) is None


@pytest.mark.parametrize("jobs", [1, 2])
def test_members_are_extracted_each_on_its_own(tmp_path: Path, jobs: int) -> None:
    path = packed(tmp_path / "附件.zip", ("甲/清单.txt", NOTICE), ("乙/清单.txt", b"\0\1\2\3" * 9))
    good, bad = sorted(run(expand([str(path)], SUFFIXES), jobs=jobs), key=lambda o: str(type(o)))
    assert isinstance(good, Done)
    assert isinstance(bad, Refused)
    assert bad.error.name == "附件.zip/乙/清单.txt"
    assert good.summary.quantities == 1
    assert save(good, tmp_path / "out") == tmp_path / "out/附件.zip/甲/清单.txt.json"


def test_a_zip_below_a_folder_is_opened_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    packed(tmp_path / "in" / "附件.ZIP", ("通知.txt", NOTICE))
    assert places(expand([str(tmp_path / "in")], SUFFIXES)) == ["附件.ZIP/通知.txt.json"]
    assert places(expand([str(tmp_path / "in" / "*")], SUFFIXES)) == ["附件.ZIP/通知.txt.json"]


def test_names_in_gbk_are_mended(tmp_path: Path) -> None:
    for name in ("民生实事清单.txt", "附件\\乗車.txt"):  # 乗 ends in the byte of a backslash
        path = named_in_gbk(tmp_path / "附件.zip", name, NOTICE)
        [found] = expand([str(path)], SUFFIXES)
        assert str(found.place) == f"附件.zip/{name.replace(chr(92), '/')}.json"
        assert isinstance(extract_one(found), Done)


def linked(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_paths_that_lead_out_and_links_are_refused_in_their_place(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        ("../../外.txt", NOTICE),
        ("/etc/根.txt", NOTICE),
        ("C:\\盘.txt", NOTICE),
        ("甲/../../乙.txt", NOTICE),
        (linked("链接.txt"), b"/etc/passwd"),
        ("./好.txt", NOTICE),
        ("外.txt", NOTICE),
    )
    inputs = expand([str(path)], SUFFIXES)
    assert errors(inputs) == {
        "a.zip/外.txt": "",
        "a.zip/etc/根.txt": "unreadable_document",
        "a.zip/C_/盘.txt": "unreadable_document",
        "a.zip/甲/乙.txt": "unreadable_document",
        "a.zip/链接.txt": "unreadable_document",
        "a.zip/好.txt": "",
    }
    refused = [found for found in inputs if found.error]
    assert len(refused) == 5
    assert all(isinstance(extract_one(found), Refused) for found in refused)
    for found in inputs:
        assert ".." not in found.place.parts
        assert not found.place.is_absolute()


def test_what_cannot_be_read_in_a_zip_is_not_passed_over(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        ("程序.exe", random.Random(1).randbytes(30_000)),  # noqa: S311  not for secrets
        ("里面.zip", b"PK\5\6" + bytes(18)),
        ("大.txt", b"a" * 3_000_000),
        ("重名.txt", NOTICE),
        ("重名.TXT", NOTICE),
    )
    limits = Limits(max_expansion_ratio=300)
    inputs = expand([str(path)], SUFFIXES, limits)
    assert errors(inputs) == {
        "a.zip/程序.exe": "unsupported_format",
        "a.zip/里面.zip": "unsupported_format",
        "a.zip/大.txt": "limit_exceeded",
        "a.zip/重名.TXT": "",
        "a.zip/重名.txt": "unreadable_document",
    }


@pytest.mark.parametrize(
    "limits",
    [Limits(max_entries=1), Limits(max_expanded_bytes=100), Limits(max_expansion_ratio=50)],
)
def test_a_zip_past_the_limits_is_one_refusal(tmp_path: Path, limits: Limits) -> None:
    path = packed(tmp_path / "a.zip", ("甲.txt", b"a" * 2_000_000), ("乙.txt", NOTICE))
    [found] = expand([str(path)], SUFFIXES, limits)
    assert errors([found]) == {"a.zip": "limit_exceeded"}


def test_a_member_larger_than_an_input_may_be_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("甲.txt", NOTICE), ("乙.txt", NOTICE * 9))
    found = expand([str(path)], SUFFIXES, Limits(max_bytes=len(NOTICE)))
    assert errors(found) == {"a.zip/甲.txt": "", "a.zip/乙.txt": "limit_exceeded"}


def test_a_password_is_said_for_each_member(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("甲.txt", NOTICE), ("乙.txt", NOTICE))
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2")
    content[at + 8] |= 1
    path.write_bytes(content)
    found = expand([str(path)], SUFFIXES)
    assert sorted(errors(found).values()) == ["", "encrypted_document"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\3\4" + bytes(99), b"PK\5\6" + bytes(18)],
    ids=["no bytes", "damaged", "no members"],
)
def test_a_zip_that_is_none_or_empty_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏.zip"
    path.write_bytes(content)
    [found] = expand([str(path)], SUFFIXES)
    assert errors([found]) == {"坏.zip": "unreadable_document"}


def test_a_damaged_member_is_refused_alone(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("甲.txt", NOTICE), ("乙.txt", NOTICE * 2))
    content = bytearray(path.read_bytes())
    content[35 + len("甲.txt".encode())] ^= 0xFF
    path.write_bytes(content)
    outcomes = {found.name: extract_one(found) for found in expand([str(path)], SUFFIXES)}
    assert isinstance(outcomes["a.zip/甲.txt"], Refused)
    assert isinstance(outcomes["a.zip/乙.txt"], Done)


def test_office_files_are_single_inputs(tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "samples" / "zibo-hitech-2024.docx"
    path = tmp_path / "通知.zip"
    path.write_bytes(sample.read_bytes())
    for each in (sample, path):
        [found] = expand([str(each)], SUFFIXES)
        assert (found.member, found.error) == (None, None)
