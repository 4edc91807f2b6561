"""One worksheet as clerks keep it: title, frozen header, filter, exact numbers, totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extract.errors import LimitExceeded

_DIGITS = 15  # what a spreadsheet keeps of a number
_TEXT = 32_000  # characters in a cell, a little under Excel's own limit
_LINKS = 65_000
_ROWS = 1_000_000
_A3 = 8
_LINE, _TALLEST = 15, 240  # points: one line of text, and the height a row may grow to
FIRST = 2  # rows above the first line: title and header


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads to a row of another sheet of the same workbook."""

    sheet: str
    row: int
    text: str


Cell = str | int | Decimal | Link | None


class Sheet:
    """A worksheet being filled; ``book`` is an XlsxWriter workbook."""

    def __init__(
        self,
        book: Any,  # noqa: ANN401
        name: str,
        title: str,
        columns: Sequence[tuple[str, int]],
    ) -> None:
        """Write the title and the header; ``columns`` are names with widths in characters."""
        self._book = book
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._columns = columns
        self.sheet = book.add_worksheet(name)
        self.sheet.write_string(0, 0, _cut(title), self._format(bold=True, font_size=14))
        header = self._format(bold=True, text_wrap=True, bg_color="#DDEBF7", border=1)
        for position, (heading, width) in enumerate(columns):
            self.sheet.set_column(position, position, width)
            self.sheet.write_string(FIRST - 1, position, heading, header)
        self._row = FIRST

    def add(self, cells: Sequence[Cell]) -> None:
        """Write one line."""
        if self._row >= _ROWS:
            message = f"表格超过 {_ROWS} 行，电子表格放不下；请分批导出，或导出 CSV"
            raise LimitExceeded(message)
        widths = [width for _, width in self._columns]
        self.sheet.set_row(self._row, _height(cells, widths))
        for column, cell in enumerate(cells):
            self._write(self._row, column, cell)
        self._row += 1

    def finish(self, *, frozen_columns: int, totals: dict[int, tuple[str, Decimal]]) -> None:
        """Freeze, filter, and write the totals: column → (formula over ``{range}``, exact sum)."""
        last = max(self._row - 1, FIRST)
        self.sheet.freeze_panes(FIRST, frozen_columns)
        self.sheet.autofilter(FIRST - 1, 0, last, len(self._columns) - 1)
        self.sheet.repeat_rows(FIRST - 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A3)
        self.sheet.fit_to_pages(1, 0)
        if totals and self._row > FIRST:
            self._totals(totals)

    def _totals(self, totals: dict[int, tuple[str, Decimal]]) -> None:
        bold = self._format(bold=True, top=2)
        for column in range(len(self._columns)):
            self.sheet.write_blank(self._row, column, None, bold)
        self.sheet.write_string(self._row, 0, "合计", bold)
        for column, (formula, exact) in totals.items():
            shape = self._format(bold=True, top=2, num_format=_shape(exact))
            if formula and fits(exact):
                self.sheet.write_formula(self._row, column, formula, shape, f"{exact:f}")
            else:
                self.sheet.write_string(self._row, column, f"{exact:f}", bold)

    def _write(self, row: int, column: int, cell: Cell) -> None:
        wrapped = self._format(text_wrap=True, valign="top", border=1)
        if cell is None or cell == "":
            self.sheet.write_blank(row, column, None, wrapped)
        elif isinstance(cell, Link):
            self._link(row, column, cell)
        elif isinstance(cell, str):
            self.sheet.write_string(row, column, _cut(cell), wrapped)
        else:
            self._number(row, column, Decimal(cell))

    def _number(self, row: int, column: int, number: Decimal) -> None:
        if fits(number):
            shape = self._format(num_format=_shape(number), valign="top", border=1)
            self.sheet.write_number(row, column, float(number), shape)
        else:  # a text is exact, a rounded number is not
            right = self._format(align="right", valign="top", border=1)
            self.sheet.write_string(row, column, f"{number:f}", right)

    def _link(self, row: int, column: int, link: Link) -> None:
        shape = self._format(font_color="#0563C1", underline=1, valign="top", border=1)
        if row < _LINKS:
            target = f"internal:'{link.sheet}'!A{link.row + 1}"
            self.sheet.write_url(row, column, target, shape, _cut(link.text))
        else:
            self.sheet.write_string(row, column, _cut(link.text), shape)

    def _format(self, **look: object) -> Any:  # noqa: ANN401
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def fits(number: Decimal) -> bool:
    """Tell whether a spreadsheet keeps this number to its last digit."""
    digits = len(number.normalize().as_tuple().digits)
    return digits <= _DIGITS and number == Decimal(repr(float(number)))


def _shape(number: Decimal) -> str:
    exponent = number.normalize().as_tuple().exponent
    scale = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"#,##0.{'0' * scale}" if scale else "#,##0"


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}……（全文见 JSON）"


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> int:
    """Return a height in which the wrapped texts show; a Chinese character is two wide."""
    lines = 1
    for cell, width in zip(cells, widths, strict=True):
        text = cell.text if isinstance(cell, Link) else cell
        if isinstance(text, str):
            wide = sum(2 if ord(character) > 0x2E7F else 1 for character in text[: _TALLEST * 4])
            lines = max(lines, -(-wide // max(width - 3, 1)) + text.count("\n"))
    return min(lines * _LINE, _TALLEST)
