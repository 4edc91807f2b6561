"""Notice and Document → verdicts. Nothing here changes a value."""

from collections.abc import Sequence

from extract.audit import checks, findings, ledger
from extract.audit.replay import replay
from extract.document import Document, Recognition, Segment
from extract.notice import Notice
from extract.text import View


def audited(
    notice: Notice,
    document: Document,
    view: View,
    segments: Sequence[Segment],
    recognition: Recognition,
) -> Notice:
    """Return the notice with its ledger, checks, findings and status."""
    numerals, open_numerals = ledger.close(document, notice, recognition)
    verdicts = checks.run(notice, document, view, segments)
    found = (
        *findings.run(notice, document, view, segments),
        *findings.of_checks(verdicts),
        *open_numerals,
    )
    failed = any(finding.severity == "error" for finding in found)
    return notice.model_copy(
        update={
            "numerals": numerals,
            "checks": tuple(verdicts),
            "findings": found,
            "status": "partial" if failed else "complete",
        }
    )


__all__ = ["audited", "replay"]
