"""How often one client may ask: token buckets."""

import time
from collections import OrderedDict
from dataclasses import dataclass

_CLIENTS = 10_000  # remembered for their rates; the one seen longest ago is forgotten


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rates:
    """A client may ask ``rate`` times at once and ``rate`` times a minute."""

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
