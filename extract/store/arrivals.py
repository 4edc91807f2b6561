"""A notice as it arrives: with the web address it came from, and its place in a set.

A page and its attachments are one set: ``page`` is the same for all of them.
"""

from dataclasses import dataclass

from extract.notice import Notice


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when a file was got: its address, the page that links to it, ISO 8601 in UTC.

    ``https://www.例.gov.cn/art/2024/附件1.xlsx``, found on ``https://www.例.gov.cn/art/2024/1.html``.
    """

    url: str
    page: str
    retrieved_at: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A notice to be put in; ``is_part``: the same set has a fuller file of the same notice."""

    notice: Notice
    origin: Origin | None = None
    is_part: bool = False


def columns(origin: Origin | None) -> dict[str, str | None]:
    """Return what the tables ``notices`` and ``versions`` say of an origin."""
    return {
        "source_url": origin.url if origin else None,
        "source_page": origin.page if origin else None,
        "retrieved_at": origin.retrieved_at if origin else None,
    }
