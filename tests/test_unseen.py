"""Marks that are not seen but steer what is: exact in the text, never raw on the way out."""

import json
from pathlib import Path

import pytest
import regex

import extract
from extract import pipeline, report, unseen
from extract.errors import UnreadableDocument
from extract.readers import _looked_at
from extract.writers import formats
from extract.writers import json as writer

TURNED = (
    "关于做好2024年民生实事的通知\n新增托位\u202e254\u202c个，财政资金500万元，市教育局牵头。\n"
)
RAW = "\u202e"


def test_json_holds_escapes_that_mean_the_same() -> None:
    notice = extract.extract(TURNED.encode(), name="清\u202e单.txt")
    for content in (writer.write(notice), writer.line(notice)):
        text = content.decode()
        assert RAW not in text
        assert "\\u202e" in text
        assert writer.read(content) == notice
        assert json.loads(text)["source"]["name"] == "清\u202e单.txt"


def test_offsets_and_slices_stay_exact() -> None:
    document = extract.read(TURNED.encode(), name="a.txt")
    assert document.text == TURNED
    money = [one for one in extract.figures(TURNED) if one.kind == "amount"]
    assert [one.surface for one in money] == ["500万元"]
    assert TURNED[money[0].span.start : money[0].span.end] == "500万元"


def test_a_turned_figure_is_a_finding() -> None:
    notice = extract.extract(TURNED.encode(), name="a.txt")
    [found] = [one for one in notice.findings if one.code == "reader.text.direction"]
    assert found.severity == "warning"
    assert "2 个" in found.message
    assert found.evidence is not None
    assert found.evidence.text == RAW
    plain = extract.extract(TURNED.replace(RAW, "").replace("\u202c", "").encode(), name="a.txt")
    assert "reader.text.direction" not in {one.code for one in plain.findings}


def test_the_report_shows_them_as_marks() -> None:
    content = TURNED.encode()
    document = pipeline.read(content, name="清\u202e单.txt")
    page = report.page(pipeline.run(document).notice, document, content).decode()
    assert RAW not in page
    flow = regex.sub("<[^>]*>", "", page.partition('class="flow"')[2])
    assert "新增托位‹U+202E›254‹U+202C›个" in flow


@pytest.mark.parametrize(
    ("text", "json_text", "shown"),
    [
        ("5个", "5个", "5个"),
        ("\u200e", "\\u200e", "‹U+200E›"),
        ("\u2028", "\\u2028", "‹U+2028›"),
        ("\x9b", "\\u009b", "‹U+009B›"),
        ("\ufeff", "\\ufeff", "\ufeff"),
        ("\t\n", "\t\n", "\t\n"),
        ("\x1b[2J", "\x1b[2J", "‹U+001B›[2J"),
    ],
    ids=["plain", "left-to-right", "line separator", "control", "mark", "white", "escape"],
)
def test_one_by_one(text: str, json_text: str, shown: str) -> None:
    assert unseen.escaped(text) == json_text
    assert unseen.visible(text) == shown


def test_every_json_writer_keeps_to_it() -> None:
    notice = extract.extract(TURNED.encode(), name="a.txt")
    found = [each for each in formats() if each.suffix in (".json", ".jsonl")]
    assert len(found) == 2
    for each in found:
        assert RAW not in each.write(notice).decode(), each.name


def test_what_is_no_text_is_no_document(tmp_path: Path) -> None:
    document = extract.read(TURNED.encode(), name="a.txt")
    from dataclasses import replace

    for wrong in ("空\0", "半\ud800"):
        with pytest.raises(UnreadableDocument, match="不成字符"):
            _looked_at(replace(document, text=wrong))
    path = tmp_path / b"\xff.txt".decode(errors="surrogateescape")
    path.write_bytes(TURNED.encode())
    assert extract.read(path).name == "�.txt"
    writer.write(extract.extract(path)).decode()
