"""A polite visitor of web pages: one connection at a time, a pause between two, everything bounded.

Each address is resolved, checked and pinned (``store/net.py``), again after every redirect. What
comes is whole or refused: half a file would be a list with half its figures.
"""

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPException, HTTPResponse
from importlib.metadata import version
from threading import Event, Timer
from urllib.parse import urlsplit

from extract.errors import ExtractError, LimitExceeded, UnreadableDocument
from extract.limits import DEFAULT_LIMITS
from extract.store import net
from extract.trackers._addresses import joined, plain

USER_AGENT = f"policy-notices/{version('policy-notices')} (notice ingest)"
_CHUNK = 65_536
_MOVED = frozenset({301, 302, 303, 307, 308})
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # zlib's window for each
_ADVICE = "请稍后再试，或用浏览器下载后单独入库"


@dataclass(frozen=True, slots=True)
class Manners:
    """What one visit may cost the site and us; the time is in seconds."""

    allow_private: bool = False
    pause_s: float = 1.0
    idle_s: float = 20
    file_s: float = 120
    total_s: float = 1800
    max_bytes: int = DEFAULT_LIMITS.max_bytes
    max_total_bytes: int = DEFAULT_LIMITS.max_expanded_bytes
    max_files: int = 100
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Got:
    """What an address gave: ``url`` was asked for, ``final`` is where the redirects led."""

    url: str
    final: str
    content: bytes
    headers: Message
    retrieved_at: str


@dataclass(slots=True)
class Visitor:
    """Gets one address after the other; ``wait`` sleeps."""

    manners: Manners = Manners()
    wait: Callable[[float], None] = time.sleep
    _started: float = field(default_factory=time.monotonic)
    _last: float | None = None
    _bytes: int = 0

    def get(self, url: str) -> Got:
        """Return what an address gives.

        Raises:
            ExtractError: an inner address, nobody there, an answer other than 200, too many
                redirects, or half a file; ``LimitExceeded`` when it is too large or too slow.
        """
        address = asked = plain(url)
        try:
            for _ in range(self.manners.max_redirects + 1):
                answer = self._ask(address)
                if isinstance(answer, Got):
                    self._bytes += len(answer.content)
                    return Got(asked, address, answer.content, answer.headers, answer.retrieved_at)
                address = joined(address, answer)
        except ExtractError as error:
            error.name = error.name or asked
            raise
        message = f"网站转来转去超过 {self.manners.max_redirects} 次，已停下；请核对网址"
        raise UnreadableDocument(message, name=asked)

    def _ask(self, url: str) -> Got | str:
        """Return what the address gives, or where it sends us."""
        to = net.place(url, allow_private=self.manners.allow_private)
        if urlsplit(url).username is not None:
            raise UnreadableDocument("网址里不要写用户名和密码，请去掉后重试")
        self._rest()
        connection = net.connection(to, self.manners.idle_s)
        headers = {
            "Host": to.host,
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        try:
            connection.connect()
            with _no_longer_than(connection.sock, self._patience()):
                connection.request("GET", to.path, headers=headers)
                return self._read(url, connection.getresponse())
        except ssl.SSLCertVerificationError as error:
            message = f"网站的证书不能证明它是 {to.host}；请核对网址，或用浏览器下载后单独入库"
            raise UnreadableDocument(message) from error
        except (OSError, HTTPException) as error:
            message = f"网站没有回应或中途断开（{type(error).__name__}）；{_ADVICE}"
            raise UnreadableDocument(message) from error
        finally:
            connection.close()
            self._last = time.monotonic()

    def _read(self, url: str, answer: HTTPResponse) -> Got | str:
        if answer.status in _MOVED and answer.headers["Location"]:
            # http.client reads headers as Latin-1; a Chinese address comes as bytes of UTF-8.
            return answer.headers["Location"].encode("latin-1").decode("utf-8", "replace")
        if answer.status != 200:
            raise UnreadableDocument(f"网站回答 {answer.status}；请核对网址，{_ADVICE}")
        limit = min(self.manners.max_bytes, self.manners.max_total_bytes - self._bytes)
        content = _unpacked(_body(answer, limit), answer.headers, limit)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Got(url, url, content, answer.headers, now)

    def _rest(self) -> None:
        """Wait until the site has had its pause."""
        if self._last is not None:
            left = self._last + self.manners.pause_s - time.monotonic()
            if left > 0:
                self.wait(left)

    def _patience(self) -> float:
        left = self._started + self.manners.total_s - time.monotonic()
        if left <= 0 or self._bytes >= self.manners.max_total_bytes:
            message = (
                f"这一次已用了 {self.manners.total_s:g} 秒或取了"
                f" {self.manners.max_total_bytes} 字节的上限，没有再取；请分几次入库"
            )
            raise LimitExceeded(message)
        return min(self.manners.file_s, left)


@contextmanager
def _no_longer_than(connected: socket.socket, seconds: float) -> Iterator[None]:
    """Cut the connection when the time is over, however little comes at a time."""
    over = Event()

    def cut() -> None:
        over.set()
        with suppress(OSError):
            # Not the method of an SSLSocket, which would pull the rug from under the reader.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    failed = None
    try:
        yield
    except (OSError, HTTPException, UnreadableDocument) as error:
        failed = error
    finally:
        timer.cancel()
    if over.is_set():
        message = f"网站太慢，{seconds:g} 秒还没有取完；{_ADVICE}"
        raise LimitExceeded(message) from failed
    if failed is not None:
        raise failed


def _body(answer: HTTPResponse, limit: int) -> bytes:
    stated = answer.length
    parts, size = [], 0
    while chunk := answer.read1(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        parts.append(chunk)
    if stated is not None and size != stated:
        raise UnreadableDocument(f"网站说有 {stated} 字节，只收到 {size} 字节；{_ADVICE}")
    return b"".join(parts)


def _unpacked(content: bytes, headers: Message, limit: int) -> bytes:
    """Undo what a site packs although it was asked not to."""
    coding = str(headers.get("Content-Encoding", "identity")).strip().lower()
    if coding in ("identity", ""):
        return content
    if coding not in _PACKED:
        raise UnreadableDocument(f"网站用不认识的方式压缩（{coding}）；{_ADVICE}")
    unpacker = zlib.decompressobj(_PACKED[coding])
    try:
        plain_bytes = unpacker.decompress(content, limit + 1)
    except zlib.error:
        raise UnreadableDocument(f"压缩的内容已损坏；{_ADVICE}") from None
    if len(plain_bytes) > limit:
        raise _too_large(limit)
    if not unpacker.eof or unpacker.unused_data:
        raise UnreadableDocument(f"压缩的内容不完整；{_ADVICE}")
    return plain_bytes


def _too_large(limit: int) -> LimitExceeded:
    return LimitExceeded(f"超过 {limit} 字节的上限，没有取；请用浏览器下载后单独入库")
