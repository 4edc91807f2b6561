"""A sheet that is plain by its bytes is not scanned cell by cell: the result must be the same."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from extract.document import Document
from extract.errors import ExtractError, UnreadableDocument
from extract.limits import DEFAULT_LIMITS
from extract.readers import _sheet_xlsx, sheet

HEAD = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cols><col min="1" max="1" width="9"/></cols><sheetData>'
)
TAIL = "</sheetData></worksheet>"
PLAIN = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>序号</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>项目名称</t></is></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="0" t="str"><v> 供水管网35公里 </v></c></row>'
    '<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="n"><v>1736.5</v></c></row>'
)


def workbook(rows: str, percent: bool = False) -> bytes:
    """Return a workbook whose only sheet has these rows; style 1 is ``0%`` where asked."""
    book = openpyxl.Workbook()
    book.active.append(["序号"])
    if percent:
        book.active["A1"].number_format = "0%"
    written = BytesIO()
    book.save(written)
    target = BytesIO()
    with ZipFile(BytesIO(written.getvalue())) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, HEAD + rows + TAIL if is_sheet else old.read(name))
    return target.getvalue()


def read(content: bytes) -> Document | str:
    """Return the document, or what is said of it."""
    try:
        return sheet.read(content, DEFAULT_LIMITS, "清单.xlsx")
    except ExtractError as error:
        return str(error)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Document | str]:
    """Return the reading of a workbook cell by cell."""

    def scan(content: bytes) -> Document | str:
        with monkeypatch.context() as patch:
            patch.setattr(_sheet_xlsx, "_is_plain", lambda *_: False)
            return read(content)

    return scan


def test_a_plain_sheet_is_read_as_if_scanned(slowly: Callable[[bytes], Document | str]) -> None:
    content = workbook(PLAIN)
    found = read(content)
    assert _sheet_xlsx._is_plain((HEAD + PLAIN + TAIL).encode(), {}, DEFAULT_LIMITS)
    assert isinstance(found, Document)
    assert found.text == "序号\t项目名称\n1\t供水管网35公里\n2\t1736.5"
    assert found == slowly(content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="A3">', '<c r="A3" t="e">'),
        ('<c r="A3">', "<c r='A3' t='e'>"),
        ('<c r="A3">', '<c r="A3" s="1">'),
        ('<c r="A3">', '<c r="A3" s = "1">'),
        ('<c r="A3">', '<c\ns="1" r="A3">'),
        ('<c r="A3"><v>2</v>', '<c r="A3"><f>1+1</f>'),
        ('<c r="A3">', "<c>"),
        ('<row r="3">', '<row r="3" hidden="1">'),
        ('max="1" width', 'max="1" hidden="true" width'),
        ('<row r="3">', '<!-- <c r="A9"> --><row r="3">'),
        ('<c r="A3">', '<c r="XFD1048576">'),
    ],
)
def test_what_is_more_than_values_is_scanned(
    old: str, new: str, slowly: Callable[[bytes], Document | str]
) -> None:
    whole = (HEAD + PLAIN + TAIL).replace(old, new)
    assert whole != HEAD + PLAIN + TAIL
    assert not _sheet_xlsx._is_plain(whole.encode(), {"1": "0%"}, DEFAULT_LIMITS)
    content = workbook(PLAIN.replace(old, new), percent=True)
    assert read(content) == slowly(content)


def test_a_percentage_is_printed_as_one() -> None:
    found = read(
        workbook(PLAIN.replace('<c r="B3" t="n"><v>1736.5', '<c r="B3" s="1"><v>0.4'), True)
    )
    assert isinstance(found, Document)
    assert found.text.endswith("2\t40%")


@pytest.mark.parametrize("broken", [PLAIN[:-6], PLAIN + "<row>", PLAIN.replace("公里", "&公里")])
def test_a_broken_sheet_is_refused(broken: str) -> None:
    with pytest.raises(UnreadableDocument):
        sheet.read(workbook(broken), DEFAULT_LIMITS, "清单.xlsx")
