"""Web addresses that may be gone to: resolved once, checked, and pinned.

The request goes to the very address that was checked, so a name that changes its mind (DNS
rebinding) gains nothing. Addresses of an inner net are refused unless they are allowed.
"""

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from extract.errors import ExtractError

_TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: an IPv4 address is inside


@dataclass(frozen=True, slots=True)
class Place:
    """A URL whose address is known and was found fit."""

    url: str
    address: str
    port: int

    @property
    def host(self) -> str:
        """Return what the header ``Host`` says: the name, and the port when it is stated."""
        return urlsplit(self.url).netloc.rpartition("@")[2].encode("idna").decode()

    @property
    def path(self) -> str:
        """Return what the request line asks for, the query included."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def place(url: str, *, allow_private: bool = False) -> Place:
    """Resolve and check a URL, ``https://www.例.gov.cn/art/2024/通知.html`` for one.

    Raises:
        ExtractError: no http or https address, nobody there, or an inner address.
    """
    parts = _split(url)
    port = _port(parts)
    addresses = _resolve(parts.hostname or "", port)
    harmful = [one for one in addresses if not is_public(one)]
    if harmful and not allow_private:
        message = (
            f"{parts.hostname} 指向内部地址 {harmful[0]}，已拒绝；确要访问请加 --allow-private"
        )
        raise ExtractError(message)
    return Place(url, str(addresses[0]), port)


def connection(to: Place, timeout_s: float) -> HTTPConnection:
    """Return a connection to the address of a place, not opened yet; HTTPS proves the name."""
    parts = urlsplit(to.url)
    if parts.scheme == "http":
        return HTTPConnection(to.address, to.port, timeout=timeout_s)
    return _Pinned(parts.hostname or "", to.address, to.port, timeout_s)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the open net, in whatever form it is written."""
    inner = address
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or address
        if address in _TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner.is_global and not inner.is_multicast


class _Pinned(HTTPSConnection):
    """HTTPS to a fixed address; the certificate must be that of the name."""

    def __init__(self, name: str, address: str, port: int, timeout_s: float) -> None:
        self._context_of_tls = ssl.create_default_context()
        super().__init__(name, port, timeout=timeout_s, context=self._context_of_tls)
        self._address = address

    def connect(self) -> None:
        """Connect to the address and prove the name."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._context_of_tls.wrap_socket(plain, server_hostname=self.host)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        name = parts.hostname
        (name or "").encode("idna")
    except ValueError:  # a bracket left open, a name that cannot be one
        parts, name = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not name:
        message = f"{url} 不是 http 或 https 地址"
        raise ExtractError(message)
    return parts


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
