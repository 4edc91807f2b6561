"""What stands before every request: size, rate, host, and the headers of every answer.

Plain ASGI, so that an upload is refused while it arrives and never held whole.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from extract.review.problems import problem
from extract.review.settings import LOOPBACK, Settings

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_CLIENTS = 10_000  # remembered for their rates; the one seen longest ago is forgotten
_FORM = 64 * 1024  # bytes around the file in a multipart body


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._rates = _Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await problem(*refusal)(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _refusal(
        self, scope: Scope, headers: Headers
    ) -> tuple[int, str, dict[str, str] | None] | None:
        if self._settings.tokens is None and not _is_loopback(headers.get("host", "")):
            return 421, "这个服务只供本机使用；请用 http://127.0.0.1 打开", None
        wait = self._rates.wait(_client(scope), *self._rate(scope))
        if wait > 0:
            return 429, "请求太频繁；请稍后再试", {"Retry-After": str(int(wait) + 1)}
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > self._most:
            return 413, self._too_large, None
        return None

    @property
    def _most(self) -> int:
        return self._settings.max_upload_bytes + _FORM

    @property
    def _too_large(self) -> str:
        return f"上传超过 {self._settings.max_upload_bytes} 字节的上限；请拆分后再上传"

    def _rate(self, scope: Scope) -> tuple[str, int]:
        if scope["path"] == "/sign-in" and scope["method"] == "POST":
            return "sign-in", self._settings.sign_ins_a_minute
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return "read", self._settings.reads_a_minute
        return "write", self._settings.writes_a_minute

    def _counted(self, receive: Receive) -> Receive:
        """Count what arrives; too much ends the request before it is stored."""
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413, self._too_large)
            return message

        return counted


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class _Rates:
    """Token buckets: a client may ask ``rate`` times at once and ``rate`` times a minute."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()

    def wait(self, client: str, kind: str, rate: int) -> float:
        """Take one request; return the seconds to wait if there is none left, else 0."""
        key, now = (client, kind), time.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(float(rate), now))
        self._buckets.move_to_end(key)
        while len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        bucket.left = min(float(rate), bucket.left + (now - bucket.at) * rate / 60)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) * 60 / max(rate, 1)
        bucket.left -= 1
        return 0.0


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _is_loopback(host: str) -> bool:
    """Tell whether a Host header names this computer (a foreign name may lead here too)."""
    try:
        return (urlsplit(f"//{host}").hostname or "") in LOOPBACK
    except ValueError:
        return False


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return wrapped
