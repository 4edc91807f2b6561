"""How one server runs: where it keeps its notices, who may use it, what it takes."""

from dataclasses import dataclass
from pathlib import Path

from extract.errors import ExtractError
from extract.limits import DEFAULT_LIMITS, Limits

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of ``notice serve``; rates are requests a minute of one client."""

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


def check_host(host: str, settings: Settings) -> None:
    """Raise an ``ExtractError`` when strangers could reach a server without sign-in."""
    if host not in LOOPBACK and settings.tokens is None:
        message = f"{host} 是网络地址；请用 --tokens 指定口令文件，或只在本机使用（127.0.0.1）"
        raise ExtractError(message)
