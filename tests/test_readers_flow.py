"""Lines → paragraphs, by the places of lines in real documents (named at each case)."""

from pathlib import Path

import pytest

from extract.document import Glyph
from extract.readers import read
from extract.readers._flow import Margins, paragraphs_of
from extract.readers._lines import Char, Line, lines_of


def line(text: str, x0: float, x1: float, y: float, size: float) -> Line:
    """Return a line whose characters share the width from ``x0`` to ``x1`` evenly."""
    step = (x1 - x0) / len(text)
    chars = [
        Char(each, Glyph(1, x0 + n * step, y - size, x0 + (n + 1) * step, y), size, y)
        for n, each in enumerate(text)
    ]
    (found,) = lines_of(chars)
    return found


def paragraphs(first: Line, second: Line, left: float, right: float) -> int:
    return len(paragraphs_of([first, second], lambda _: Margins(left, right)))


@pytest.mark.parametrize(
    ("name", "date"),
    [
        # n_luqiao_health_bureau_reply.ofd
        (("测试符路桥区卫生局办公室", 300.5, 490.0), ("2011年3月10日", 344.1, 446.4)),
        # the same block with a date longer than the name: the date begins further left
        (("路桥区卫生局", 395.0, 490.0), ("2011年12月10日", 380.0, 495.0)),
        # both lines flush with the right margin, as a word processor sets them
        (("路桥区卫生局办公室", 379.1, 521.9), ("2011年3月10日", 410.9, 521.9)),
        (("路桥区卫生局", 426.7, 521.9), ("二〇一一年十二月十日", 363.2, 521.9)),
    ],
)
def test_a_date_under_a_signature_is_a_paragraph(
    name: tuple[str, float, float], date: tuple[str, float, float]
) -> None:
    size = 15.87
    found = paragraphs(line(*name, 600.0, size), line(*date, 627.0, size), 79.4, 521.9)
    assert found == 2


@pytest.mark.parametrize(
    ("first", "second", "size", "margins"),
    [
        # remote_sensing_broken_xref.pdf, a reference: its lines begin under one another
        (
            ("(LDCM)LevelDataFormatControlBook(DFCB),Ver-", 285.3, 491.6),
            ("sion6.0[S].USGS:2012.", 285.2, 369.4),
            7.763,
            (261.5, 492.3),
        ),
        # the first line of a quotation set far in is full
        (
            ("新增托位四百五十二个其中普惠托位三百个", 160.0, 520.0),
            ("以上，2024年底前完成。", 130.0, 330.0),
            15.87,
            (79.4, 521.9),
        ),
        # a number that the break put on the next line, in a paragraph that stands at the margin
        (
            ("全年计划完成总投资", 110.0, 500.0),
            ("2889.43万元，用于学校建设。", 79.4, 330.0),
            15.87,
            (79.4, 521.9),
        ),
    ],
)
def test_lines_that_go_on_stay_one_paragraph(
    first: tuple[str, float, float],
    second: tuple[str, float, float],
    size: float,
    margins: tuple[float, float],
) -> None:
    upper, lower = line(*first, 600.0, size), line(*second, 600.0 + 1.6 * size, size)
    assert paragraphs(upper, lower, *margins) == 1


def test_the_reply_of_a_bureau_ends_with_its_signature_and_its_date(shared: Path) -> None:
    document = read(shared / "documents" / "n_luqiao_health_bureau_reply.ofd")
    texts = [document.slice(block.span) for block in document.blocks]
    assert "测试符路桥区卫生局办公室" in texts
    assert "2011年3月10日" in texts
