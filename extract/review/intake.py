"""Bodies on their way in: how large, how slow, how many at once. Refused while they arrive."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import HTTPException
from starlette.types import Message, Receive

from extract.review.settings import RETRY, Settings

SMALL = 64 * 1024  # bytes of a body that is no file, and around the file in a multipart body


class Intake:
    """Counts the large bodies that are under way."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._large = 0

    def most(self, *, is_file: bool) -> int:
        """Return how many bytes a body may have."""
        return SMALL + (self._settings.max_upload_bytes if is_file else 0)

    def too_large(self, most: int) -> HTTPException:
        """Return the refusal of a body that is or says it is longer."""
        shown = most - SMALL or most
        return HTTPException(413, f"上传超过 {shown} 字节的上限；请拆分后再上传")

    @contextmanager
    def body(self, receive: Receive, most: int) -> Iterator[Receive]:
        """Give a ``receive`` that keeps to the limits, for one request."""
        body = _Body(self, receive, most)
        try:
            yield body.receive
        finally:
            self._large -= body.is_large

    def take(self) -> None:
        """Let one more large body in; raises 503 when there are enough."""
        if self._large >= self._settings.uploads_at_once:
            raise HTTPException(503, "正在上传的文件太多；请过一会儿再上传", RETRY)
        self._large += 1

    def seconds(self, seen: int) -> float:
        """Return how long a body may take of which so many bytes have come."""
        return self._settings.grace_s + seen / self._settings.slowest_bytes_a_second


@dataclass(slots=True)
class _Body:
    """One body; it counts as large only once it is, so that a trickle keeps nobody out."""

    intake: Intake
    upstream: Receive
    most: int
    seen: int = 0
    is_large: bool = False
    is_whole: bool = False
    started: float = field(default_factory=time.monotonic)

    async def receive(self) -> Message:
        if self.is_whole:  # only the end of the connection is left to be told
            return await self.upstream()
        left = self.started + self.intake.seconds(self.seen) - time.monotonic()
        try:
            message = await asyncio.wait_for(self.upstream(), max(left, 0.001))
        except TimeoutError:
            raise HTTPException(408, "上传太慢，已断开；请换一个网络再上传") from None
        self.seen += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if self.seen > self.most:
            raise self.intake.too_large(self.most)
        if self.seen > SMALL and not self.is_large:
            self.intake.take()
            self.is_large = True
        return message
