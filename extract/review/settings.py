"""How one server runs: where it keeps its notices, who may use it, what it takes."""

from dataclasses import dataclass
from pathlib import Path

from extract.errors import ExtractError
from extract.limits import DEFAULT_LIMITS, Limits

RETRY = {"Retry-After": "30"}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of ``notice serve``; rates are requests a minute of one client.

    A body may take ``grace_s`` and as long as its bytes take at ``slowest_bytes_a_second`` (128
    kbit/s); the head of a request ``head_s``, what is written while nobody takes it ``stalled_s``.
    """

    store: str = "sqlite:///notices.db"
    tokens: Path | None = None
    workers: int = 2
    waiting: int = 50
    timeout_s: float = 600.0
    limits: Limits = DEFAULT_LIMITS
    max_upload_bytes: int = DEFAULT_LIMITS.max_bytes
    reads_a_minute: int = 1_200
    writes_a_minute: int = 240
    sign_ins_a_minute: int = 10
    connections: int = 512
    uploads_at_once: int = 64  # large ones: each may fill a temporary file
    head_s: float = 10.0
    grace_s: float = 15.0
    slowest_bytes_a_second: int = 16 * 1024
    stalled_s: float = 30.0


def check_host(host: str, settings: Settings) -> None:
    """Raise an ``ExtractError`` when strangers could reach a server without sign-in."""
    if host not in LOOPBACK and settings.tokens is None:
        message = f"{host} 是网络地址；请用 --tokens 指定口令文件，或只在本机使用（127.0.0.1）"
        raise ExtractError(message)
