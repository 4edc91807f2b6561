"""Whether the store still answers, asked now and then by a thread, so that nobody waits for it."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

_EVERY_S, _FELT_S = 5.0, 30.0


class Pulse:
    """Asks ``question`` again and again; what it raises is no answer."""

    def __init__(self, question: Callable[[], object]) -> None:
        self._question = question
        self._answered = time.monotonic()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="pulse")
        self._thread.start()

    @property
    def is_felt(self) -> bool:
        """Whether there was an answer within the last half minute."""
        return time.monotonic() - self._answered < _FELT_S

    def close(self) -> None:
        """Ask no more."""
        self._closing.set()
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        while not self._closing.wait(_EVERY_S):
            with suppress(Exception):
                self._question()
                self._answered = time.monotonic()
