"""Chinese policy notices: bytes in; validated, auditable JSON out.

``extract(path)`` → ``Notice``; ``figures(text)`` → mentions; ``read(path)`` → ``Document``;
``audit(notice, document)`` → findings. Offline, deterministic, every value with its place.
"""

from extract.pipeline import extract, figures, read
from extract.pipeline import prove as audit

__all__ = ["audit", "extract", "figures", "read"]
