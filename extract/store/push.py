"""Events → a webhook: signed, tried again, and put aside when nothing helps.

The target's name is resolved once and checked (see ``net.py``); redirects are never followed.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path

from extract.errors import ExtractError
from extract.store import net
from extract.store.events import Event
from extract.unseen import escaped

SIGNATURE = "X-Notice-Signature"
_TYPE = "application/cloudevents+json; charset=utf-8"
_TIMEOUT_S = 10
_WAITS_S = (1.0, 4.0, 15.0)  # before the second, third and fourth try
_ANSWER = 4096  # bytes of an answer that are read at all
_PERMANENT = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Target:
    """Where events go, and what they are signed with."""

    place: net.Place
    secret: bytes


@dataclass(frozen=True, slots=True)
class Dead:
    """An event that could not be delivered, with the reason and the number of tries."""

    event: Event
    reason: str
    tries: int

    def line(self) -> bytes:
        """Return it as one line of JSON Lines, the event whole inside."""
        record = {"reason": self.reason, "tries": self.tries, "event": self.event.cloud_event()}
        return escaped(json.dumps(record, ensure_ascii=False)).encode() + b"\n"


def target(url: str, secret: str, *, allow_private: bool = False) -> Target:
    """Resolve and check a URL; raises an ``ExtractError`` when events must not go there."""
    found = net.place(url, allow_private=allow_private)
    if not secret:
        message = "推送要有签名用的密钥；请用 --secret-file 给出"
        raise ExtractError(message)
    return Target(found, secret.encode())


def push(events: Iterable[Event], to: Target, *, wait: Wait) -> Iterator[Event | Dead]:
    """Deliver events in their order; yield each as it is delivered, or as ``Dead``.

    ``wait`` sleeps between tries; a refusal that no repetition can help (400, 403, 410 …) is not
    tried again.
    """
    for event in events:
        yield _deliver(event, to, wait)


def signature(secret: bytes, body: bytes) -> str:
    """Return the signature of a body: ``sha256=`` and the HMAC in hex."""
    return f"sha256={hmac.new(secret, body, sha256).hexdigest()}"


def is_signed(secret: bytes, body: bytes, stated: str) -> bool:
    """Tell, in constant time, whether a receiver may believe a body."""
    return hmac.compare_digest(signature(secret, body), stated)


def append(path: Path, lines: Iterable[bytes]) -> None:
    """Add lines to a file (the dead-letter list), each whole or not at all."""
    with path.open("ab") as file:
        for line in lines:
            file.write(line)


def _deliver(event: Event, to: Target, wait: Wait) -> Event | Dead:
    body = event.line().rstrip(b"\n")
    reason = ""
    for number, pause in enumerate((0.0, *_WAITS_S), start=1):
        if pause:
            wait(pause)
        status, reason = _post(body, event, to)
        if 200 <= status < 300:
            return event
        if status in _PERMANENT or 300 <= status < 400:
            return Dead(event, reason, number)
    return Dead(event, reason, len(_WAITS_S) + 1)


def _post(body: bytes, event: Event, to: Target) -> tuple[int, str]:
    """Return the status and a reason; status 0 when there was no answer."""
    headers = {
        "Host": to.place.host,
        "Content-Type": _TYPE,
        SIGNATURE: signature(to.secret, body),
        "Idempotency-Key": event.id,
    }
    connection = net.connection(to.place, _TIMEOUT_S)
    try:
        connection.request("POST", to.place.path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(_ANSWER)
    except (OSError, HTTPException) as error:
        return 0, f"没有回应（{type(error).__name__}）"
    finally:
        connection.close()
    return answer.status, f"对方回答 {answer.status}"
