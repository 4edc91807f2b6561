"""Make the samples a person can open: the two seed notices as .docx and .pdf, from their .txt.

Run from the repository's root: ``python samples/make.py``. Needs LibreOffice (``soffice``) and the
Noto CJK fonts. Same inputs, same bytes: no clock reaches the files.
"""

import datetime
import os
import shutil
import subprocess
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import regex
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parents[1] / "shared" / "seeds"
ZIBO, JINING = "zibo-hitech-2024", "jining-hitech-2023"
SEED_OF = {ZIBO: "000_d73921c9dde86c70.txt", JINING: "004_675c555f336d18b3.txt"}
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
BODY_PT, TITLE_PT, LEADING_PT, CELL_PT = 16, 22, 28, 8
EPOCH = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
ZIP_EPOCH = (2024, 1, 1, 0, 0, 0)
# Where a paragraph of the Zibo notice opens; every other line runs on from the one above.
OPENING = regex.compile(
    r"淄高新管办字|各委部、|为深入贯彻|[一二三四]、|附件|\d{1,2}\. |"
    r"2024 年度高新区重大民生实事项目清单$"
)
# The category column of the Jining table: serial number of the merged cell → its last row.
MERGED = {4: 5, 6: 7, 9: 10, 11: 14, 17: 19, 20: 22}
COLUMN_WIDTHS_PT = (28, 82, 276, 68, 108, 90, 90, 30)
DEPARTMENT_COLUMNS = (5, 6)
# A line break inside one name: the source's layout, not the end of a department.
BROKEN_NAMES = ("市场监督\n管理局",)


def main() -> None:
    """Write every sample beside this script."""
    for name, seed in SEED_OF.items():
        if not (HERE / f"{name}.txt").exists():
            shutil.copyfile(SEEDS / seed, HERE / f"{name}.txt")
    for name, make in ((ZIBO, zibo), (JINING, jining)):
        path = HERE / f"{name}.docx"
        path.write_bytes(saved(make((HERE / f"{name}.txt").read_text("utf-8"))))
        print_pdf(path)


def zibo(text: str) -> WordDocument:
    """Return the notice in prose, set as GB/T 9704 asks: title, number, recipients, attachment."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    number = next(i for i, line in enumerate(lines) if OPENING.match(line))
    paragraphs = joined(lines[number:])
    document = blank(Mm(210), Mm(297), (37, 26, 35, 28))
    title = paragraph(document, WD_ALIGN_PARAGRAPH.CENTER, leading=36)
    run(title, lines[0], SANS, TITLE_PT).add_break()
    run(title, "".join(lines[1:number]), SANS, TITLE_PT)
    run(paragraph(document, WD_ALIGN_PARAGRAPH.CENTER), paragraphs[0])
    run(paragraph(document, WD_ALIGN_PARAGRAPH.JUSTIFY), paragraphs[1])
    attachment = paragraphs.index("附件")
    for each in paragraphs[2:attachment]:
        run(paragraph(document, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2), each)
    heading = paragraph(document, WD_ALIGN_PARAGRAPH.LEFT)
    heading.paragraph_format.page_break_before = True
    run(heading, paragraphs[attachment], SANS)
    listed = paragraph(document, WD_ALIGN_PARAGRAPH.CENTER, leading=36)
    run(listed, paragraphs[attachment + 1], SANS, TITLE_PT)
    for each in paragraphs[attachment + 2 :]:
        run(paragraph(document, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2), each)
    add_page_number(document)
    return document


def joined(lines: list[str]) -> list[str]:
    """Return the paragraphs of hard-wrapped lines: ``1 所`` + ``幼儿园`` → ``1 所幼儿园``."""
    paragraphs: list[str] = []
    for line in lines:
        if OPENING.match(line):
            paragraphs.append(line)
        else:
            paragraphs[-1] += line
    return paragraphs


def jining(text: str) -> WordDocument:
    """Return the table: one row a project, the category's blank cells merged with the one above."""
    rows = table_rows(text)
    document = blank(Mm(297), Mm(210), (15, 15, 15, 15))
    table = document.add_table(rows=0, cols=len(COLUMN_WIDTHS_PT), style="Table Grid")
    table.autofit = False
    set_cell_margins(table)
    for column, width_pt in zip(table.columns, COLUMN_WIDTHS_PT, strict=True):
        column.width = Pt(width_pt)
    for row in rows:
        cells = table.add_row().cells
        for column, (cell, content) in enumerate(zip(cells, row, strict=True)):
            cell.width = Pt(COLUMN_WIDTHS_PT[column])
            fill(cell, content, column)
    for first, last in MERGED.items():
        for row_number in range(first, last + 1):
            mark_merge(table.cell(row_number, 1), restart=row_number == first)
    for row_number, element in enumerate(table._tbl.tr_lst):
        properties = element.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if row_number == 0:
            properties.append(OxmlElement("w:tblHeader"))
    return document


def table_rows(text: str) -> list[list[str]]:
    """Return the cells of the dump: rows apart by a blank line, each cell opened by a tab."""
    rows = []
    for chunk in regex.split(r"\n[ ]*\n", text.rstrip(" \n") + "\n"):
        cells = [cell.strip() for cell in regex.split(r"(?:^|\n)[ ]*\t", chunk)[1:]]
        rows.append(cells + [""] * (len(COLUMN_WIDTHS_PT) - len(cells)))
    return rows


def fill(cell: _Cell, content: str, column: int) -> None:
    """Write a cell: a department a paragraph, other line breaks as they are printed."""
    for name in BROKEN_NAMES:
        content = content.replace(name, name.replace("\n", "\v"))
    paragraphs = content.split("\n") if column in DEPARTMENT_COLUMNS else [content]
    for number, each in enumerate(paragraphs):
        added = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        form = added.paragraph_format
        form.space_after = form.space_before = Pt(0)
        lines = regex.split(r"[\n\v]", each)
        for line in lines[:-1]:
            run(added, line, size=CELL_PT).add_break()
        run(added, lines[-1], size=CELL_PT)


def mark_merge(cell: _Cell, *, restart: bool) -> None:
    """Make the cell the first of a vertical merge, or one that continues it."""
    merge = OxmlElement("w:vMerge")
    if restart:
        merge.set(qn("w:val"), "restart")
    properties = cell._tc.get_or_add_tcPr()
    properties.append(merge)


def set_cell_margins(table: Table) -> None:
    """Narrow the space at both sides of a cell to 3 points."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def blank(width: Mm, height: Mm, margins_mm: tuple[int, int, int, int]) -> WordDocument:
    """Return an empty document of the size, margins from the top clockwise, with fixed dates."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin, section.right_margin = Mm(margins_mm[0]), Mm(margins_mm[1])
    section.bottom_margin, section.left_margin = Mm(margins_mm[2]), Mm(margins_mm[3])
    section.footer_distance = Mm(25) if height > width else Mm(8)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "policy-notices samples"
    properties.created = properties.modified = EPOCH.replace(tzinfo=None)
    return document


def paragraph(
    document: WordDocument,
    alignment: WD_ALIGN_PARAGRAPH,
    *,
    indent: int = 0,
    leading: int = LEADING_PT,
) -> Paragraph:
    """Add an empty paragraph, its first line indented by ``indent`` characters."""
    added = document.add_paragraph()
    form = added.paragraph_format
    form.alignment = alignment
    form.first_line_indent = Pt(indent * BODY_PT)
    form.space_after = form.space_before = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(leading)
    return added


def run(parent: Paragraph, text: str, font: str = SERIF, size: int = BODY_PT) -> Run:
    """Add a run of text in a font that has the characters."""
    added = parent.add_run(text)
    added.font.name, added.font.size = font, Pt(size)
    fonts = added._r.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:cs"):
        fonts.set(qn(kind), font)
    return added


def add_page_number(document: WordDocument) -> None:
    """Write ``— 1 —`` in the footer, the number as a field."""
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(footer, "— ", size=14)
    field = run(footer, "", size=14)
    for kind in ("begin", "PAGE", "end"):
        if kind == "PAGE":
            element = OxmlElement("w:instrText")
            element.text = kind
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        field._r.append(element)
    run(footer, " —", size=14)


def saved(document: WordDocument) -> bytes:
    """Return the file's bytes, its entries dated by a constant."""
    written, dated = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(dated, "w") as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, ZIP_EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry))
    return dated.getvalue()


def print_pdf(path: Path) -> None:
    """Print the .docx to a .pdf with LibreOffice in a profile of its own, then fix its dates."""
    soffice = shutil.which("soffice")
    if soffice is None:
        raise SystemExit("soffice (LibreOffice) is not installed: the .pdf samples need it")
    with tempfile.TemporaryDirectory() as profile:
        command = [soffice, f"-env:UserInstallation=file://{profile}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(path.parent), str(path)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "TZ": "UTC"})  # noqa: S603
    pdf = path.with_suffix(".pdf")
    content = regex.sub(
        rb"(/(?:Creation|Mod)Date\s*\(D:)\d{14}", rb"\g<1>" + b"20240101000000", pdf.read_bytes()
    )
    content = regex.sub(rb"(?<=[<(/])[0-9A-F]{32}(?=[>)\s])", b"0" * 32, content)
    pdf.write_bytes(content)


if __name__ == "__main__":
    main()
