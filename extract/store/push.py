"""Events → a webhook: signed, tried again, and put aside when nothing helps.

The target's name is resolved once and checked; the request goes to that very address, so a name
that changes its mind (DNS rebinding) gains nothing. Private addresses are refused unless allowed,
redirects are never followed.
"""

import hmac
import json
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from extract.errors import ExtractError
from extract.store.events import Event

SIGNATURE = "X-Notice-Signature"
_TYPE = "application/cloudevents+json; charset=utf-8"
_TIMEOUT_S = 10
_WAITS_S = (1.0, 4.0, 15.0)  # before the second, third and fourth try
_ANSWER = 4096  # bytes of an answer that are read at all
_PERMANENT = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})

_TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: an IPv4 address is inside

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Target:
    """Where events go: a URL whose address is known and was found fit."""

    url: str
    address: str
    port: int
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
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def target(url: str, secret: str, *, allow_private: bool = False) -> Target:
    """Resolve and check a URL; raises an ``ExtractError`` when events must not go there."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = f"{url} 不是 http 或 https 地址"
        raise ExtractError(message)
    if not secret:
        message = "推送要有签名用的密钥；请用 --secret-file 给出"
        raise ExtractError(message)
    port = _port(parts)
    addresses = _resolve(parts.hostname, port)
    harmful = [one for one in addresses if not _is_public(one)]
    if harmful and not allow_private:
        message = (
            f"{parts.hostname} 指向内部地址 {harmful[0]}，不推送；确要推送请加 --allow-private"
        )
        raise ExtractError(message)
    return Target(url, str(addresses[0]), port, secret.encode())


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
    parts = urlsplit(to.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "Content-Type": _TYPE,
        SIGNATURE: signature(to.secret, body),
        "Idempotency-Key": event.id,
    }
    connection = _connection(parts, to)
    try:
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(_ANSWER)
    except (OSError, HTTPException) as error:
        return 0, f"没有回应（{type(error).__name__}）"
    finally:
        connection.close()
    return answer.status, f"对方回答 {answer.status}"


def _connection(parts: SplitResult, to: Target) -> HTTPConnection:
    if parts.scheme == "http":
        return HTTPConnection(to.address, to.port, timeout=_TIMEOUT_S)
    return _Pinned(parts.hostname or "", to.address, to.port)


class _Pinned(HTTPSConnection):
    """HTTPS to a fixed address; the certificate must be that of the name."""

    def __init__(self, name: str, address: str, port: int) -> None:
        self._context_of_tls = ssl.create_default_context()
        super().__init__(name, port, timeout=_TIMEOUT_S, context=self._context_of_tls)
        self._address = address

    def connect(self) -> None:
        """Connect to the address and prove the name."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._context_of_tls.wrap_socket(plain, server_hostname=self.host)


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        message = f"{parts.netloc} 的端口写得不对"
        raise ExtractError(message) from error


def _resolve(name: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"找不到 {name} 的地址；请检查网址和网络"
        raise ExtractError(message) from error
    return [ip_address(str(one[4][0]).split("%")[0]) for one in found]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the open net, in whatever form it is written."""
    inner = address
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or address
        if address in _TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner.is_global and not inner.is_multicast
