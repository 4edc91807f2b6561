"""What python-calamine does not tell of a sheet: how large it is, its formats, its errors.

Calamine gives a dense table of values, so its size is worked out before it is asked: one value at
XFD1048576 would make it fill 17 thousand million cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extract.errors import LimitExceeded
from extract.limits import Limits

Place = tuple[int, int]

# The box around the values may be this much larger than one table: a stray space far below
# is forgiven, a bomb is not.
_SPARSENESS = 5


@dataclass(slots=True)
class Scan:
    """One sheet, its places from (0, 0); only cells with a value count.

    ``formats`` has the cells whose number format says something; ``formulas`` those whose result
    may never have been stored.
    """

    max_cells: int
    first: Place = (1 << 20, 1 << 20)
    last: Place = (-1, -1)
    formats: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    formulas: list[Place] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0

    def add(self, row: int, column: int) -> None:
        """Make the box hold this place; raise where it would grow past all reason.

        Raises:
            LimitExceeded: values so far apart that the table between them cannot be filled.
        """
        (top, left), (bottom, right) = self.first, self.last
        if top <= row <= bottom and left <= column <= right:
            return
        self.first = top, left = min(top, row), min(left, column)
        self.last = bottom, right = max(bottom, row), max(right, column)
        _check(self.area, self.max_cells)

    @property
    def area(self) -> int:
        """The number of cells of the box around all values."""
        return (self.last[0] - self.first[0] + 1) * (self.last[1] - self.first[1] + 1)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A scanned workbook: its sheets in order, each scanned when it is asked for."""

    scans: Iterator[Scan]
    since_1904: bool = False


def check_areas(scans: Sequence[Scan], limits: Limits) -> None:
    """Raise where the sheets together would fill far more cells than a document may have."""
    _check(sum(scan.area for scan in scans if scan.last >= (0, 0)), limits.max_cells)


def _check(area: int, max_cells: int) -> None:
    if area > max_cells * _SPARSENESS:
        raise LimitExceeded(
            f"工作表的已用区域有 {area} 格，超过上限，请删除远处的多余内容后再处理。"
        )


def new_scan(limits: Limits) -> Scan:
    """Return the scan of an empty sheet."""
    return Scan(limits.max_cells)
