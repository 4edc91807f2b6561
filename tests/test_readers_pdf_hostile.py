"""Damaged and hostile PDF files: a typed error or a finding, within seconds."""

import time
import zlib
from contextlib import nullcontext

import pytest
from test_readers_pdf import SAMPLES, blocks, drawn, grid, rows

from extract.errors import ExtractError, LimitExceeded, UnreadableDocument
from extract.limits import Limits
from extract.readers import read

PATIENCE_S = 5.0
ZIBO = SAMPLES / "zibo-hitech-2024.pdf"


def outcome(content: bytes, limits: Limits | None = None) -> str:
    """Return the code of the error, or of the first note, or ``read``."""
    begun = time.process_time()
    code = _code(content, limits or Limits())
    assert time.process_time() - begun < PATIENCE_S
    return code


def _code(content: bytes, limits: Limits) -> str:
    try:
        document = read(content, name="坏.pdf", limits=limits)
    except ExtractError as error:
        return error.code
    codes = [note.code for note in document.notes]
    return codes[0] if codes else "read"


def test_a_page_tree_that_holds_itself_ends() -> None:
    content = drawn(rows("一")).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]")
    assert outcome(content) in {"unreadable_document", "pdf.damaged"}


def test_a_form_that_draws_itself_ends() -> None:
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 5>>"
    )
    content = drawn(rows("一"), extra="")
    content = content.replace(b"/Font<</F1 3 0 R>>", b"/Font<</F1 3 0 R>>/XObject<</X 4 0 R>>")
    start, end = content.index(b"4 0 obj") + 8, content.index(b"endobj", content.index(b"4 0 obj"))
    content = content[:start] + form + b"stream\n/X Do\nendstream\n" + content[end:]
    assert outcome(content.replace(b"BT", b"/X Do BT", 1)) in {"pdf.damaged", "read"}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_off_is_refused_or_reported(share: float) -> None:
    content = ZIBO.read_bytes()
    cut = content[: int(len(content) * share)]
    assert outcome(cut) in {"unreadable_document", "pdf.damaged"}


def test_a_count_that_lies_gives_no_pages_out_of_nothing() -> None:
    content = drawn(rows("一页。")).replace(b"/Count 1", b"/Count 1999999999")
    assert outcome(content) in {"limit_exceeded", "unreadable_document", "read", "pdf.damaged"}


def test_pages_are_counted_before_any_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(page: int) -> None:
        raise AssertionError(page)

    monkeypatch.setattr("extract.readers._pages.marks_of", refuse)
    with pytest.raises(LimitExceeded, match="页数超过 2 页"):
        read(drawn(*[rows("一页。")] * 3), limits=Limits(max_pages=2))


def test_a_giant_page_is_read() -> None:
    content = drawn(rows("一页。")).replace(b"[0 0 595 842]", b"[0 0 99999999 99999999]")
    assert read(content, name="大.pdf").text == "一页。"


def test_more_objects_than_any_page_has_are_refused() -> None:
    with pytest.raises(LimitExceeded, match="图形超过 5 个"):
        read(drawn([*grid([100, 140, 180]), *rows("一")]), limits=Limits(max_page_objects=5))


def test_graph_paper_ends_soon() -> None:
    rules = [(50, 50 + 0.1 * n, 550, 50 + 0.1 * n) for n in range(0, 6000, 40)]
    rules += [(50 + 4 * n, 50, 50 + 4 * n, 650) for n in range(125)]
    assert outcome(drawn([*rules, *rows("一")]), Limits(max_cells=500)) == "limit_exceeded"


def test_more_characters_than_the_limit_are_refused() -> None:
    assert outcome(drawn(rows("一" * 30)), Limits(max_characters=20)) == "limit_exceeded"


def test_a_stream_that_unpacks_to_too_much_is_refused() -> None:
    packed = zlib.compress(b" " * 3_000_000)
    bomb = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream"
    content = drawn(rows("一")).replace(b"xref\n", b"99 0 obj\n" + bomb + b"\nendobj\nxref\n", 1)
    assert outcome(content, Limits(max_expanded_bytes=1_000_000)) == "limit_exceeded"


def test_a_lost_cross_reference_table_is_reported() -> None:
    content = drawn(rows("财政资金50万元。"))
    start = content.index(b"xref\n")
    moved = content[:start] + b"x" * 40 + content[start:]
    document = read(moved, name="移.pdf")
    assert blocks(document) == ["财政资金50万元。"]
    assert [note.code for note in document.notes] == ["pdf.damaged"]


def test_bytes_before_the_header_are_no_damage() -> None:
    document = read(b"From: office\r\n\r\n" + drawn(rows("一页。")), name="信.pdf")
    assert blocks(document) == ["一页。"]


def test_noise_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        read(b"%PDF-1.7\n" + bytes(range(256)) * 400, name="噪.pdf")


def test_the_second_parser_gives_the_same_document(monkeypatch: pytest.MonkeyPatch) -> None:
    content = drawn(
        [*grid([100, 140, 180]), *rows("序号", top=104, left=104), *rows("正文。", top=60)]
    )
    first = read(content, name="表.pdf")
    monkeypatch.setattr("extract.readers._pages._opened", lambda _: nullcontext(0))
    second = read(content, name="表.pdf")
    assert second.text == first.text
    assert second.tables == first.tables
    assert [g and g[1:5] for g in second.glyphs] == [
        g and pytest.approx(g[1:5], abs=0.1) for g in first.glyphs
    ]
    assert [note.code for note in second.notes] == ["pdf.damaged"]
