"""Outcomes on their way out of a child that may have been taken over: JSON and bytes, no pickles.

A frame is the length of a JSON header, the length of a body, the header, the body. What does not
fit the form or is too long is a ``ValueError``, and the child that sent it is ended.
"""

import json
import socket
import struct
from dataclasses import asdict
from typing import Any, NamedTuple

from extract import errors
from extract.batch._outcomes import Crashed, Done, Outcome, Refused, Summary
from extract.batch.inputs import Input
from extract.errors import ExtractError

_LENGTHS = struct.Struct(">IQ")
_MAX_HEADER = 1024 * 1024
_MAX_TRACE = 20_000
_CHUNK = 1024 * 1024
_ERRORS: dict[str, type[ExtractError]] = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ExtractError)
}


class Frame(NamedTuple):
    """One message: ``header["kind"]`` says what it is."""

    header: dict[str, Any]
    body: bytes


class Inbox:
    """Puts frames together from what has come so far."""

    def __init__(self, max_body: int) -> None:
        self._buffer = bytearray()
        self._max_body = max_body

    def receive(self, source: socket.socket) -> bool:
        """Take what is there without waiting; false when the other side has closed."""
        try:
            chunk = source.recv(_CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._buffer += chunk
        return bool(chunk)

    def take(self) -> Frame | None:
        """Return the next whole frame; raises ``ValueError`` for what is none."""
        if len(self._buffer) < _LENGTHS.size:
            return None
        head, body = _LENGTHS.unpack_from(self._buffer)
        if head > _MAX_HEADER or body > self._max_body:
            raise ValueError("frame too long")
        end = _LENGTHS.size + head + body
        if len(self._buffer) < end:
            return None
        header = json.loads(self._buffer[_LENGTHS.size : _LENGTHS.size + head])
        if not isinstance(header, dict):
            raise ValueError("no header")
        frame = Frame(header, bytes(self._buffer[_LENGTHS.size + head : end]))
        del self._buffer[:end]
        return frame


def send(target: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one frame whole."""
    head = json.dumps(header).encode()
    target.sendall(_LENGTHS.pack(len(head), len(body)) + head)
    if body:
        target.sendall(body)


def send_outcome(target: socket.socket, outcome: Outcome, *, is_leaving: bool = False) -> None:
    """Send an outcome without its input, which the other side knows better.

    ``is_leaving`` says that the child ends now, and must not be given another input.
    """
    header: dict[str, Any] = {"is_leaving": is_leaving}
    match outcome:
        case Done():
            header |= {"kind": "done", "summary": asdict(outcome.summary)}
            send(target, header, outcome.content)
        case Refused(error=error):
            place = {"name": error.name, "page": error.page, "message": error.message}
            send(target, header | {"kind": "refused", "code": error.code, **place})
        case Crashed():
            send(target, header | {"kind": "crashed", "trace": outcome.trace[-_MAX_TRACE:]})


def outcome_of(frame: Frame, found: Input) -> Outcome | None:
    """Return the outcome that a frame holds, ``None`` for a frame of another kind.

    Raises:
        ValueError: a field is missing or of the wrong type.
    """
    header = frame.header
    try:
        match header["kind"]:
            case "done":
                return Done(found, _summary(header["summary"]), frame.body)
            case "refused":
                page = header["page"]
                kind = _ERRORS[header["code"]]
                message, name = str(header["message"]), str(header["name"])
                error = kind(message, name=name, page=None if page is None else int(page))
                return Refused(found, error)
            case "crashed":
                return Crashed(found, str(header["trace"]))
    except (KeyError, TypeError) as error:
        raise ValueError("malformed outcome") from error
    return None


def _summary(said: dict[str, Any]) -> Summary:
    complete = bool(said.pop("complete"))
    return Summary(**{name: int(count) for name, count in said.items()}, complete=complete)
