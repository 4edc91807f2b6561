"""What is done with one uploaded file, in a child of the sandbox; all it gives back is plain.

The child may have been taken over by the file it read, so that what comes out of it is checked
here, field by field and by size, before the server keeps any of it.
"""

import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from extract import pipeline
from extract.batch import local
from extract.batch.inputs import Input
from extract.corrections import exchange
from extract.document import Document
from extract.errors import ExtractError
from extract.limits import Limits
from extract.report import Leaf, leaves
from extract.report.pages import MEDIA_TYPE, MOST_BYTES, Line
from extract.writers import json as writer

_DOCUMENT = TypeAdapter(Document)
_NOTHING = local.Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, complete=True)
_BUG = "程序出错了。这是缺陷，不是文件的问题；请报告"
_WHOLE = 2  # a page is read, then painted: twice the seconds
_MOST_SECONDS = 300.0  # reading alone ends after 60; pictures of 300 pages take longer


class Extracted(NamedTuple):
    """A file read: the notice as JSON, the document packed, the pictures of its pages."""

    notice: bytes
    document: bytes
    leaves: tuple[Leaf, ...]


class Refused(NamedTuple):
    """The file is to blame; ``code`` and ``message`` are those of the error."""

    code: str
    message: str


class Parcel(NamedTuple):
    """The records of an exchange file, as JSON Lines whatever the file was."""

    lines: bytes


Outcome = Extracted | Refused
NOTICE, RECORDS = "notice", "records"  # what an upload is: the place of its input
BUG = Refused("internal_error", _BUG)


class _Page(BaseModel):
    """One page as the child sends it; nothing but our own kind of picture is taken."""

    model_config = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    number: Annotated[int, Field(ge=1)]
    width: FiniteFloat
    height: FiniteFloat
    media_type: Literal["image/webp"]
    picture: Annotated[bytes, Field(max_length=8 * MOST_BYTES)]
    lines: tuple[Line, ...]


class _Reading(BaseModel):
    """All that the child sends."""

    model_config = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    notice: bytes
    document: bytes
    pages: tuple[_Page, ...]


def work(found: Input, limits: Limits) -> local.Outcome:
    """Do what is asked with one file, in the child; the place of the input says what."""
    try:
        return _records(found) if str(found.place) == RECORDS else _notice(found, limits)
    except ExtractError as error:
        error.name = error.name or found.name
        return local.Refused(found, error)


def room(limits: Limits) -> Limits:
    """Return the limits of a child that paints the pages as well as reading them."""
    return replace(
        limits,
        base_seconds=_WHOLE * limits.base_seconds,
        seconds_per_page=_WHOLE * limits.seconds_per_page,
        max_seconds=max(limits.max_seconds, _MOST_SECONDS),
    )


def taken(outcome: local.Outcome, limits: Limits) -> Outcome | Parcel:
    """Return what a child says, if it is of the right form."""
    if isinstance(outcome, local.Refused):
        return Refused(outcome.error.code, str(outcome.error))
    if isinstance(outcome, local.Crashed):
        sys.stderr.write(outcome.trace)
        return BUG
    if str(outcome.input.place) == RECORDS:
        return Parcel(outcome.content)  # whoever asked looks at every line
    try:
        reading = _Reading.model_validate_json(outcome.content)
        if writer.read(reading.notice).source.sha256 != outcome.sha256:
            return _forged("a notice of another file")
        unpack(reading.document, limits.max_result_bytes)
    except (ValidationError, ExtractError, ValueError, zlib.error) as error:
        return _forged(str(error))
    return Extracted(reading.notice, reading.document, _leaves(reading.pages))


def _forged(why: str) -> Outcome:
    sys.stderr.write(f"a child sent what is no result: {why[:1_000]}\n")
    return BUG


def pack(document: Document) -> bytes:
    """Return a document as compressed JSON."""
    return zlib.compress(_DOCUMENT.dump_json(document), 6)


def unpack(content: bytes, most: int = 0) -> Document:
    """Return the document that ``pack`` packed; more than ``most`` bytes are a ``ValueError``."""
    opened = zlib.decompressobj()
    text = opened.decompress(content, most)
    if opened.unconsumed_tail or not opened.eof:
        message = "a document that is too long or cut"
        raise ValueError(message)
    return _DOCUMENT.validate_json(text)


def _notice(found: Input, limits: Limits) -> local.Outcome:
    """Read a file, extract it, make the pictures of its pages."""
    content = found.content or b""
    document = pipeline.read(content, name=found.name, limits=limits)
    notice = pipeline.run(document).notice
    pages = tuple(_Page(**leaf._asdict()) for leaf in leaves(document, content, limits))
    reading = _Reading(notice=writer.line(notice), document=pack(document), pages=pages)
    return local.Done(found, local.summarize(notice), reading.model_dump_json().encode())


def _records(found: Input) -> local.Outcome:
    """Read the records of .jsonl, .xlsx or .json."""
    suffix = PurePath(found.name).suffix.lower()
    lines = exchange.to_lines(exchange.read(found.content or b"", suffix))
    return local.Done(found, _NOTHING, lines)


def _leaves(pages: Sequence[_Page]) -> tuple[Leaf, ...]:
    return tuple(
        Leaf(one.number, one.width, one.height, MEDIA_TYPE, one.picture, one.lines) for one in pages
    )
