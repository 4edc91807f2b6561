"""What stands before every request: host, rate, who asks, its body; the headers of every answer.

Plain ASGI, so that an upload is refused before it arrives or while it does, never held whole.
"""

from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from extract.review._rates import Rates
from extract.review.intake import Intake
from extract.review.problems import problem
from extract.review.service import Service
from extract.review.settings import LOOPBACK

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
_UPLOAD = "/api/files"
_FILES = frozenset({_UPLOAD, "/api/records"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGN_IN = "/sign-in"


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service, self._settings = service, service.settings
        self._rates = Rates()
        self._intake = Intake(service.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        most = self._intake.most(is_file=scope["path"] in _FILES)
        try:
            self._check(scope, most)
        except HTTPException as error:
            refusal = problem(error.status_code, str(error.detail), error.headers)
            await refusal(scope, receive, send)
            return
        with self._intake.body(receive, most) as received:
            await self._app(scope, received, send)

    def _check(self, scope: Scope, most: int) -> None:
        """Raise the refusal of a request whose body is not worth waiting for."""
        headers = Headers(scope=scope)
        if self._settings.tokens is None and not _is_loopback(headers.get("host", "")):
            raise HTTPException(421, "这个服务只供本机使用；请用 http://127.0.0.1 打开")
        wait = self._rates.wait(_client(scope), *self._rate(scope))
        if wait > 0:
            after = {"Retry-After": str(int(wait) + 1)}
            raise HTTPException(429, "请求太频繁；请稍后再试", after)
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > most:
            raise self._intake.too_large(most)
        if scope["method"] in _READING or scope["path"] == _SIGN_IN:
            return
        if self._service.people.of(Request(scope)) is None:
            raise HTTPException(401, "请先登录", {"WWW-Authenticate": "Bearer"})
        if scope["path"] == _UPLOAD:
            self._service.check_room()

    def _rate(self, scope: Scope) -> tuple[str, int]:
        if scope["path"] == _SIGN_IN and scope["method"] == "POST":
            return "sign-in", self._settings.sign_ins_a_minute
        if scope["method"] in _READING:
            return "read", self._settings.reads_a_minute
        return "write", self._settings.writes_a_minute


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
