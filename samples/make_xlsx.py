"""Make the .xlsx samples: the two seed notices as a clerk would keep them in a workbook.

Run from the repository's root: ``python samples/make_xlsx.py``, after ``samples/make.py`` has put
the .txt there. Same inputs, same bytes: no clock reaches the files.
"""

import zipfile
from io import BytesIO

from make import EPOCH, HERE, JINING, MERGED, OPENING, ZIBO, ZIP_EPOCH, joined, table_rows
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

PROSE_COLUMNS = 8
JINING_WIDTHS = (6, 14, 60, 12, 26, 22, 22, 8)
SHEET_NAME = "项目清单"
WRAPPED = Alignment(wrap_text=True, vertical="center")


def main() -> None:
    """Write both workbooks beside this script."""
    for name, fill in ((ZIBO, zibo), (JINING, jining)):
        book = Workbook()
        sheet = book.active
        sheet.title = SHEET_NAME
        fill(sheet, (HERE / f"{name}.txt").read_text("utf-8"))
        (HERE / f"{name}.xlsx").write_bytes(saved(book))


def zibo(sheet: Worksheet, text: str) -> None:
    """Fill a sheet with prose: a paragraph a row, each merged over the width of the page."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    number = next(i for i, line in enumerate(lines) if OPENING.match(line))
    title = f"{lines[0]}\n{''.join(lines[1:number])}"
    for row, paragraph in enumerate([title, *joined(lines[number:])], start=1):
        sheet.cell(row, 1, paragraph).alignment = WRAPPED
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=PROSE_COLUMNS)
        sheet.row_dimensions[row].height = 18 * (1 + len(paragraph) // 45)
    sheet["A1"].font = Font(size=18, bold=True)
    sheet["A1"].alignment = Alignment(wrap_text=True, horizontal="center")


def jining(sheet: Worksheet, text: str) -> None:
    """Fill a sheet with the table, serial numbers as numbers, the category cells merged."""
    for row, cells in enumerate(table_rows(text), start=1):
        for column, content in enumerate(cells, start=1):
            is_serial = column == 1 and content.isdecimal()
            cell = sheet.cell(row, column, int(content) if is_serial else content or None)
            cell.alignment = WRAPPED
    for first, last in MERGED.items():
        sheet.merge_cells(start_row=first + 1, end_row=last + 1, start_column=2, end_column=2)
    for column, width in enumerate(JINING_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"


def saved(book: Workbook) -> bytes:
    """Return the file's bytes, its properties and entries dated by a constant."""
    book.properties.creator = "policy-notices samples"
    book.properties.created = book.properties.modified = EPOCH.replace(tzinfo=None)
    written, dated = BytesIO(), BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(dated, "w") as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, ZIP_EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":  # openpyxl writes the clock on saving
                content = _dated(content)
            target.writestr(fixed, content)
    return dated.getvalue()


def _dated(properties: bytes) -> bytes:
    start = properties.index(b"<dcterms:modified")
    start = properties.index(b">", start) + 1
    end = properties.index(b"</dcterms:modified>", start)
    return properties[:start] + EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + properties[end:]


if __name__ == "__main__":
    main()
