"""What became of every numeral of the real notices: why it is no figure, and which are open.

python benchmarks/ledger.py             the table, and every open numeral with its line
python benchmarks/ledger.py --strict    exit 1 where a numeral is open
"""

import argparse
import sys
from collections import Counter

from _material import notices, shown

from extract import extract, read
from extract.document import Document
from extract.notice import Notice

AROUND = 24


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 where a numeral is open")
    options = parser.parse_args()
    ledgers = []
    for path in notices():
        document = read(path)
        ledgers.append((path.stem, document, extract(document)))
    table([(name, notice) for name, _, notice in ledgers])
    count = 0
    for name, document, notice in ledgers:
        for text in open_numerals(document, notice):
            print(f"OPEN {name} {text}")
            count += 1
    print(f"{count} open")
    return 1 if options.strict and count else 0


def table(notices: list[tuple[str, Notice]]) -> None:
    """Print a row for each text and a column for each reason, the commonest first."""
    reasons = {
        name: Counter(one.reason for one in notice.numerals.discarded) for name, notice in notices
    }
    total = sum(reasons.values(), Counter[str]())
    order = [reason for reason, _ in sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))]
    widths = {reason: max(len(reason), 5) for reason in order}
    names = " ".join(f"{reason:>{widths[reason]}}" for reason in order)
    print(f"{'text':8} {'total':>6} {'consumed':>8} {'open':>5} {names}")
    sums = [0, 0, 0]
    for name, notice in notices:
        numbers = notice.numerals
        opened = numbers.total - numbers.consumed - len(numbers.discarded)
        row = [numbers.total, numbers.consumed, opened]
        sums = [before + one for before, one in zip(sums, row, strict=True)]
        print(_row(name[:8], row, reasons[name], widths))
    print(_row("total", sums, total, widths))


def _row(name: str, counts: list[int], reasons: Counter[str], widths: dict[str, int]) -> str:
    cells = " ".join(f"{reasons[reason] or '':>{width}}" for reason, width in widths.items())
    return f"{name:8} {counts[0]:6} {counts[1]:8} {counts[2]:5} {cells}"


def open_numerals(document: Document, notice: Notice) -> list[str]:
    """Return every open numeral of a text, with what stands around it."""
    found = []
    for finding in notice.findings:
        if finding.code == "numeral.open" and finding.evidence is not None:
            start, end = finding.evidence.start, finding.evidence.end
            left, right = document.text[max(0, start - AROUND) : start], document.text[end:]
            mark = f"{shown(left)}[{document.text[start:end]}]{shown(right[:AROUND])}"
            found.append(f"{start} {mark}")
    return found


if __name__ == "__main__":
    sys.exit(main())
