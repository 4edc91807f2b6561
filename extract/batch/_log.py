"""What became of each input of a batch, as JSON Lines: one object for each, in their order."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from extract.batch._outcomes import Crashed, Done, Outcome, Refused
from extract.errors import ExtractError
from extract.unseen import escaped


class Log:
    """Appends to a file; a line is whole or not there.

    ``{"time": "2024-01-30T02:00:00.000Z", "event": "refused", "input": "2024/清单.docx", …}``
    """

    def __init__(self, path: Path) -> None:
        """Open the file, which is made if need be; raises ``ExtractError`` if that fails."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise self._failed(error) from error

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def write(self, event: str, **fields: object) -> None:
        """Write one line; raises ``ExtractError`` when the disk takes no more."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        row = {"time": now, "event": event, **fields}
        line = escaped(json.dumps(row, ensure_ascii=False)).encode(errors="replace") + b"\n"
        try:
            self._file.write(line)
        except OSError as error:
            raise self._failed(error) from error

    def outcome(self, outcome: Outcome, *, deaths: int = 0) -> None:
        """Write what became of an input; ``deaths`` is how many children it took with it."""
        place: dict[str, object] = {"input": outcome.input.name, "sha256": outcome.sha256 or None}
        if deaths:
            place["deaths"] = deaths
        match outcome:
            case Done(summary=summary):
                found = {"errors": summary.errors, "warnings": summary.warnings}
                self.write("done", **place, complete=summary.complete, **found)
            case Refused(error=error):
                words = {"code": error.code, "page": error.page, "message": error.message}
                self.write("refused", **place, **words)
            case Crashed(trace=trace):
                self.write("crashed", **place, code="internal_error", trace=trace)

    def _failed(self, error: OSError) -> ExtractError:
        return ExtractError(f"记录写不进 {self._path}（{error.strerror}）；请检查空间和权限")
