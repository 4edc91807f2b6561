"""How fast the readers are, side by side with the libraries they stand on, in one run.

Run from the repository's root: ``python benchmarks/readers.py [PDF …]``; without names, the samples
and the PDF files of ``../shared/documents``. Times are CPU seconds of this process; what is
compared runs by turns, so that a busy machine slows all of it, and the best of five runs counts. A
ratio that misses its bound is marked and the exit code is 1.
"""

import gc
import importlib.util
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pdfplumber
import pypdfium2

from extract import extract
from extract.errors import ExtractError

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "samples").glob("*.pdf"))
SHARED = sorted((ROOT.parent / "shared" / "documents").glob("*.pdf"))
# What the comparison cannot be made on: pdfplumber opens it not, or it has no text to extract.
LEFT_OUT = {"remote_sensing_broken_xref.pdf", "book_scan_2p.pdf", "gbt3620_standard_merged.pdf"}
RUNS = 5
PAGES, PEAK_MB = 300, 300
ROWS = 5_000
TIMES_PDFPLUMBER, TIMES_BOXES, TIMES_CALAMINE, TIMES_OCR = 5.0, 4.0, 2.0, 1.10


def main() -> int:
    """Print every comparison; return 1 if one misses its bound."""
    paths = [Path(each) for each in sys.argv[1:]]
    paths = paths or [p for p in (*SAMPLES, *SHARED) if p.name not in LEFT_OUT]
    held = [pdf(paths), memory(), sheet(), ocr()]
    return 0 if all(held) else 1


def pdf(paths: Sequence[Path]) -> bool:
    """Compare PDF → JSON with pdfplumber's text and tables and with PDFium's bare boxes."""
    print(f"PDF{'':33} pages   ours/s plumber/s  boxes/s   ours:plumber   ours:boxes")
    totals = [0.0, 0.0, 0.0]
    pages = 0
    for path in paths:
        content = path.read_bytes()
        count = len(pypdfium2.PdfDocument(content))
        seconds = best((ours, plumber, boxes), content)
        totals = [total + each for total, each in zip(totals, seconds, strict=True)]
        pages += count
        line(path.name, count, seconds)
    line("all", pages, totals)
    is_fast = verdict("× pdfplumber", totals[1] / totals[0], TIMES_PDFPLUMBER, at_least=True)
    return verdict("× bare boxes", totals[0] / totals[2], TIMES_BOXES) and is_fast


def ours(content: bytes) -> None:
    """Take a PDF through the whole house."""
    extract(content, name="文件.pdf")


def plumber(content: bytes) -> None:
    """Extract text and tables with pdfplumber alone."""
    with pdfplumber.open(BytesIO(content)) as document:
        for page in document.pages:
            page.extract_text()
            page.extract_tables()


def boxes(content: bytes) -> None:
    """Ask PDFium, through pypdfium2, for the box of every character and nothing else."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            text = page.get_textpage()
            for index in range(text.count_chars()):
                text.get_charbox(index)


def memory() -> bool:
    """Measure the peak of a process that takes a PDF of 300 pages through the house."""
    target = pypdfium2.PdfDocument.new()
    sources = [pypdfium2.PdfDocument(path) for path in SAMPLES]
    while len(target) < PAGES:
        for source in sources:
            target.import_pages(source, list(range(min(len(source), PAGES - len(target)))))
    written = BytesIO()
    target.save(written)
    child = (
        "import resource, sys, time; from extract import extract;"
        "content = sys.stdin.buffer.read(); begun = time.process_time();"
        "notice = extract(content, name='长.pdf');"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024;"
        "print(peak, notice.source.pages, round(time.process_time() - begun, 2))"
    )
    done = subprocess.run(
        [sys.executable, "-c", child], input=written.getvalue(), capture_output=True, check=True
    )
    peak, pages, seconds = done.stdout.decode().split()
    print(f"\nPDF of {pages} pages: {seconds} s CPU")
    return verdict("MB at the peak", float(peak), PEAK_MB)


def sheet() -> bool:
    """Compare a workbook of 5,000 rows, read, with calamine alone."""
    if missing("extract.readers.sheet", "openpyxl", "python_calamine"):
        return True
    import openpyxl
    from python_calamine import CalamineWorkbook

    from extract import readers

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("清单")
    page.append(["序号", "项目名称", "建设内容", "投资（万元）", "责任单位"])
    for number in range(1, ROWS + 1):
        content = f"新建改造供水管网{number}公里"
        page.append([number, f"供水管网{number}", content, number * 3, "水务局"])
    written = BytesIO()
    book.save(written)

    def alone(content: bytes) -> None:
        for name in (found := CalamineWorkbook.from_filelike(BytesIO(content))).sheet_names:
            found.get_sheet_by_name(name).to_python()

    def read(content: bytes) -> None:
        readers.read(content, name="清单.xlsx")

    mine, theirs = best((read, alone), written.getvalue())
    print(f"\nXLSX of {ROWS} rows: {mine:.3f} s, calamine alone {theirs:.3f} s")
    return verdict("× calamine", mine / theirs, TIMES_CALAMINE)


def ocr() -> bool:
    """Compare a recognised page with RapidOCR alone, wall time: the engine has threads."""
    if missing("extract.readers._ocr", "rapidocr", "onnxruntime", "cv2"):
        return True
    from rapidocr import RapidOCR

    from extract.readers import _ocr

    page = pypdfium2.PdfDocument(SAMPLES[-1])[0]
    image = page.render(scale=200 / 72, rev_byteorder=True).to_numpy()[:, :, :3].copy()
    engine = RapidOCR()

    def alone() -> None:
        engine(image, return_word_box=True)

    def read() -> None:
        _ocr.read_page(image, 1, 72 / 200)

    turns = [(wall(read), wall(alone)) for _ in range(RUNS)]
    mine, theirs = map(min, zip(*turns, strict=True))
    print(f"\nOCR of one page: {mine:.2f} s, RapidOCR alone {theirs:.2f} s")
    return verdict("× RapidOCR", mine / theirs, TIMES_OCR)


def missing(*modules: str) -> bool:
    """Say loudly which modules a section lacks."""
    lost = [name for name in modules if importlib.util.find_spec(name) is None]
    if lost:
        print(f"\n!!! SKIPPED: {'、'.join(lost)} not installed; nothing was compared here")
    return bool(lost)


def best(calls: Sequence[Callable[[bytes], None]], content: bytes) -> list[float]:
    """Return the CPU seconds of the fastest run of each call; they take turns."""
    found = [[cpu(call, content) for call in calls] for _ in range(RUNS)]
    return [min(turns) for turns in zip(*found, strict=True)]


def cpu(call: Callable[[bytes], None], content: bytes) -> float:
    """Return the CPU seconds one call takes; none clears up after another."""
    gc.collect()
    begun = time.process_time()
    try:
        call(content)
    except ExtractError as error:
        print(f"    {error}")
    return time.process_time() - begun


def wall(call: Callable[[], None]) -> float:
    """Return the seconds one call takes."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def line(name: str, pages: int, seconds: Sequence[float]) -> None:
    """Print one row of the table."""
    mine, theirs, bare = seconds
    speeds = "".join(f"{pages / each:10.1f}" for each in seconds)
    print(f"{name:36} {pages:5}{speeds}{theirs / mine:15.2f}{mine / bare:13.2f}")


def verdict(what: str, value: float, bound: float, *, at_least: bool = False) -> bool:
    """Print a figure beside its bound; return whether it holds."""
    holds = value >= bound if at_least else value <= bound
    sign = "≥" if at_least else "≤"
    print(f"  {'ok  ' if holds else 'MISS'} {value:.2f} {what} ({sign} {bound:g})")
    return holds


if __name__ == "__main__":
    sys.exit(main())
