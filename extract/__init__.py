"""Chinese policy notices: bytes in; validated, auditable JSON out.

``extract(path)`` → ``Notice``; ``figures(text)`` → mentions; ``read(path)`` → ``Document``;
``audit(notice, document)`` → findings; ``diff(old, new)`` → changes.
Offline, deterministic, every value with its place. All of it runs in the caller's own process,
without a sandbox; for files from strangers see ``extract.batch.apart`` and ``extract.batch.local``.
"""

from typing import TYPE_CHECKING

from extract.pipeline import extract, figures, read
from extract.pipeline import prove as audit

if TYPE_CHECKING:
    from extract.compare import Diff
    from extract.notice import Notice

__all__ = ["audit", "diff", "extract", "figures", "read"]


def diff(old: "Notice", new: "Notice") -> "Diff":
    """Return every change from an old list to a new one, both sides with their places.

    Needs the extra ``store`` (rapidfuzz): ``pip install 'policy-notices[store]'``.
    """
    from extract.compare import diff as compare

    return compare(old, new)
