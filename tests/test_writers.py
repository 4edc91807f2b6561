"""A contract over every output of ``extract/writers/``; a new file there is tested at once."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from extract import extract, writers
from extract.errors import UnreadableDocument
from extract.notice import Check, Notice
from extract.writers import json as writer

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def notice() -> Notice:
    return extract(ROOT / "samples" / "jining-hitech-2023.txt")


@pytest.mark.parametrize("each", writers.formats(), ids=lambda each: each.name)
def test_an_output_states_itself_and_is_the_same_twice(
    each: writers.Format, notice: Notice
) -> None:
    assert each.suffix.startswith(".")
    assert "/" in each.media_type
    assert each.write(notice) == each.write(notice.model_copy(deep=True))


def test_formats_are_the_modules_that_write() -> None:
    assert "json" in [each.name for each in writers.formats()]
    assert len({each.suffix for each in writers.formats()}) == len(writers.formats())


@pytest.mark.parametrize(
    ("residual", "printed"),
    [("1E+7", "10000000"), ("0.0000001", "0.0000001"), ("-2.50", "-2.50"), ("178800", "178800")],
)
def test_decimals_are_plain_strings(notice: Notice, residual: str, printed: str) -> None:
    check = Check(
        id="ch-1",
        kind="sum",
        expression="",
        operands=(),
        verdict="fail",
        residual=Decimal(residual),
    )
    content = writer.write(notice.model_copy(update={"checks": (check,)}))
    assert json.loads(content)["checks"][0]["residual"] == printed
    assert writer.write(writer.read(content)) == content


def test_json_is_utf8_with_chinese_as_it_is_and_keys_in_the_order_of_the_model(
    notice: Notice,
) -> None:
    content = writer.write(notice)
    assert "改造提升".encode() in content
    assert b"\\u" not in content
    assert content.endswith(b"}\n")
    assert list(json.loads(content)) == list(Notice.model_fields)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"a": 1}', b"\xff\xfe", "通知".encode("gbk"), b"[" * 100_000],
    ids=["empty", "cut", "list", "other", "utf16", "gbk", "deep"],
)
def test_what_is_no_notice_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="notice extract"):
        writer.read(content)
