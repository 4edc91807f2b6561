"""What a worker process does with one file; everything it gives back is plain."""

import zlib
from typing import NamedTuple

from pydantic import TypeAdapter

from extract import pipeline
from extract.document import Document
from extract.errors import ExtractError
from extract.report import Leaf, leaves
from extract.writers import json as writer

_DOCUMENT = TypeAdapter(Document)


class Extracted(NamedTuple):
    """A file read: the notice as JSON, the document packed, the pictures of its pages."""

    notice: bytes
    document: bytes
    leaves: tuple[Leaf, ...]


class Refused(NamedTuple):
    """The file is to blame; ``code`` and ``message`` are those of the error."""

    code: str
    message: str


Outcome = Extracted | Refused


def work(content: bytes, name: str) -> Outcome:
    """Read one file, extract it, make the pictures of its pages."""
    try:
        document = pipeline.read(content, name=name)
        notice = pipeline.run(document).notice
        found = tuple(leaves(document, content))
    except ExtractError as error:
        return Refused(error.code, str(error))
    return Extracted(writer.line(notice), pack(document), found)


def pack(document: Document) -> bytes:
    """Return a document as compressed JSON."""
    return zlib.compress(_DOCUMENT.dump_json(document), 6)


def unpack(content: bytes) -> Document:
    """Return the document that ``pack`` packed; only our own database is read so."""
    return _DOCUMENT.validate_json(zlib.decompress(content))
