"""Notice and Document → verdicts. Nothing here changes a value."""

from collections.abc import Sequence

from extract.audit.checks import run as run_checks
from extract.audit.findings import of_checks
from extract.audit.findings import run as run_findings
from extract.audit.ledger import close
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
    numerals, open_numerals = close(document, notice, recognition)
    verdicts = run_checks(notice, document, view, segments)
    found = (
        *run_findings(notice, document, view, segments),
        *of_checks(verdicts),
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
