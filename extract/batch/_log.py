"""What happened in a batch, as JSON Lines: one object for each event, in the order of events."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from extract.batch._outcomes import Crashed, Done, Outcome, Refused


class Log:
    """Appends to a file; a line is whole or not there.

    ``{"time": "2024-01-30T02:00:00.000Z", "event": "refused", "input": "2024/清单.docx", …}``
    """

    def __init__(self, path: Path) -> None:
        """Open the file, which is made if need be."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def write(self, event: str, **fields: object) -> None:
        """Write one event."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        row = {"time": now, "event": event, **fields}
        self._file.write(json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n")

    def outcome(self, outcome: Outcome) -> None:
        """Write what became of an input."""
        place = {"input": outcome.input.name, "sha256": outcome.sha256 or None}
        match outcome:
            case Done(summary=summary):
                found = {"errors": summary.errors, "warnings": summary.warnings}
                self.write("done", **place, complete=summary.complete, **found)
            case Refused(error=error):
                self.write("refused", **place, code=error.code, message=str(error), page=error.page)
            case Crashed(trace=trace):
                self.write("crashed", **place, trace=trace)
