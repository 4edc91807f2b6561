"""``samples/`` → ``outputs/``: the goldens byte for byte, and one notice in three formats."""

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from extract import extract
from extract.writers import json as writer

SAMPLES = Path("samples")
OUTPUTS = Path("outputs")
FORMATS = (".txt", ".docx", ".pdf", ".html", ".xlsx", ".ofd")
# Read through LibreOffice, whose version shows in the notes: compared, but no golden.
CONVERTED = (".doc",)
NOTICES = ("zibo-hitech-2024", "jining-hitech-2023")
FILES = [SAMPLES / f"{name}{suffix}" for name in NOTICES for suffix in FORMATS]
# Where a value is printed and what read it may differ between formats; nothing else may.
PLACES = {"evidence", "source", "start", "end"}


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


@pytest.mark.parametrize("path", FILES, ids=str)
def test_golden(path: Path, update_golden: bool) -> None:
    golden = OUTPUTS / f"{path.name}.json"
    content = writer.write(extract(path))
    if update_golden:
        golden.write_bytes(content)
    assert golden.read_bytes() == content, f"{golden} 已过时：make golden，然后逐行看差别"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_golden_validates(path: Path) -> None:
    schema = json.loads(Path("schemas/notice.schema.json").read_text(encoding="utf-8"))
    document = json.loads((OUTPUTS / f"{path.name}.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        document
    )


@pytest.mark.parametrize("name", NOTICES)
@pytest.mark.parametrize("suffix", [*FORMATS[1:], *CONVERTED])
def test_formats_say_the_same(name: str, suffix: str) -> None:
    if suffix in CONVERTED and shutil.which("soffice") is None:
        pytest.skip(f"LIBREOFFICE IS MISSING: {suffix} NOT TESTED")
    text, other = (
        json.loads(writer.write(extract(SAMPLES / f"{name}{kind}"))) for kind in (".txt", suffix)
    )
    assert bare(other) == bare(text)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_json_read_back_is_the_notice(path: Path) -> None:
    notice = extract(path)
    assert writer.read(writer.write(notice)) == notice


@pytest.mark.parametrize("name", NOTICES)
def test_a_pdf_value_has_a_box_for_each_printed_line(name: str) -> None:
    notice = extract(SAMPLES / f"{name}.pdf")
    for project in notice.projects:
        for value in (*project.quantities, *project.amounts, *project.departments):
            assert value.evidence.page
            for page, x0, y0, x1, y1 in value.evidence.boxes:
                assert 1 <= page <= notice.source.pages
                assert x0 < x1
                assert y0 < y1


def test_a_table_value_names_its_cell() -> None:
    notice = extract(SAMPLES / "jining-hitech-2023.docx")
    amount = notice.projects[21].amounts[0]
    assert amount.evidence.text == "110万元"
    assert (amount.evidence.cell.row, amount.evidence.cell.column) == (22, 4)
