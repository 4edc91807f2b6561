"""The connections themselves: slow heads, bodies that nobody wants, answers that nobody takes.

uvicorn has a deadline for the next request of a connection only. Here are the others: a connection
must send the whole head of a request in time, a body refused half way is drained for a moment (or
the client would never see why), and an answer that is not taken ends the connection. How slow a
body may be is for ``intake.py`` to say.
"""

from asyncio import TimerHandle, Transport
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from extract.review.settings import RETRY, Settings

_LINGER_S = 5.0
_GRACE_S = 5  # for requests under way when the server is told to stop
_LEAST = 16 * 1024  # bytes a stalled client must take in each ``stalled_s``
_READ = 64 * 1024  # of one connection at a time, a quarter of asyncio's: /health waits for less
_FULL = (
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: {Retry-After}\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n"
).format_map(RETRY).encode()  # fmt: skip


def run(app: ASGIApp, host: str, port: int, settings: Settings) -> None:
    """Serve until told to stop."""
    protocol = type("Patient", (Patient,), {"settings": settings})
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=protocol,
        ws="none",
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )


class Patient(H11Protocol):
    """One connection, and how long its client may take."""

    settings: Settings

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        self._head: TimerHandle | None = None
        self._stall: TimerHandle | None = None
        self._is_draining = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of a request; too many connections are sent away."""
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = _READ  # type: ignore[attr-defined,unused-ignore]
        if len(self.connections) > self.settings.connections:
            transport.write(_FULL)
            transport.close()
            return
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Take what has come; what comes behind a refusal is thrown away."""
        if self._is_draining or self.transport.is_closing():
            return
        super().data_received(data)
        self._expect_head()

    def on_response_complete(self) -> None:
        """Go on with the next request, unless this one has a body that nobody reads."""
        super().on_response_complete()
        if not self.transport.is_closing() and self.conn.their_state is h11.SEND_BODY:
            self._is_draining = True
            self._unset_keepalive_if_required()
            self.loop.call_later(_LINGER_S, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget all deadlines."""
        super().connection_lost(exc)
        for timer in (self._head, self._stall):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        """The client takes the answer more slowly than it is made: watch that it takes it."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()

    def _expect_head(self) -> None:
        """Have a deadline exactly as long as the head of a request is under way or awaited.

        Between two requests there is uvicorn's own (5 s), until the first byte of the next one.
        """
        is_awaited = self.conn.their_state is h11.IDLE and not self.timeout_keep_alive_task
        if is_awaited and self._head is None:
            self._head = self.loop.call_later(self.settings.head_s, self._too_late)
        elif not is_awaited and self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_late(self) -> None:
        if self.transport.is_closing():
            return
        if self.conn.our_state is h11.IDLE:
            headers = [("content-length", "0"), ("connection", "close")]
            answer = h11.Response(status_code=408, headers=headers, reason=b"Request Timeout")
            self.transport.write(self.conn.send(answer) or b"")
        self.transport.close()

    def _watch(self, before: int) -> None:
        if self._stall is not None:
            self._stall.cancel()
        self._stall = self.loop.call_later(self.settings.stalled_s, self._check_stall, before)

    def _check_stall(self, before: int) -> None:
        now = self.transport.get_write_buffer_size()
        if before - now < _LEAST:
            self.transport.abort()
        else:
            self._watch(now)
