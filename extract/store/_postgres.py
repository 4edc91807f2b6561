"""``postgresql://…`` as libpq writes it → the address and arguments that pg8000 understands.

Known are: user, password, host (a name, or the folder of a socket), port, ``options``, ``sslmode``
and ``application_name``; what is left out comes from ``PGHOST``, ``PGPORT``, ``PGUSER``,
``PGPASSWORD`` and ``PGDATABASE``. Anything else is refused, never passed over.
"""

import getpass
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from extract.errors import ExtractError

NAMES = ("postgresql", "postgres", "postgresql+pg8000")
_DRIVER = "postgresql+pg8000"
_PORT = 5432
_SOCKETS = ("/var/run/postgresql", "/tmp")  # noqa: S108 (where PostgreSQL itself puts them)


def arguments(url: URL) -> tuple[URL, dict[str, Any]]:
    """Return the plain URL for SQLAlchemy and what the driver is told beside it.

    ``postgresql://审核@库/台账?sslmode=verify-full`` proves the server's certificate and name.

    Raises:
        ExtractError: a part of the address is not known, or has a value that is none.
    """
    asked = {name: value for name, value in url.query.items() if isinstance(value, str)}
    unknown = [name for name in url.query if name not in _KNOWN or name not in asked]
    if unknown:
        message = f"存储地址里的 {'、'.join(unknown)} 不认识；可以写：{'、'.join(_KNOWN)}"
        raise ExtractError(message)
    user = url.username or os.environ.get("PGUSER") or getpass.getuser()
    host = url.host or asked.get("host") or os.environ.get("PGHOST") or _socket_folder()
    port = url.port or _number("port", asked.get("port") or os.environ.get("PGPORT") or str(_PORT))
    more: dict[str, Any] = {"application_name": asked.get("application_name", "policy-notices")}
    for name, told in _TOLD.items():
        if name in asked:
            more |= told(asked[name])
    if host.startswith("/"):
        more |= {"unix_sock": str(Path(host, f".s.PGSQL.{port}")), "ssl_context": False}
    plain = URL.create(
        _DRIVER,
        user,
        url.password or os.environ.get("PGPASSWORD"),
        None if host.startswith("/") else host,
        port,
        url.database or os.environ.get("PGDATABASE") or user,
    )
    return plain, more


def _socket_folder() -> str:
    found = (one for one in _SOCKETS if Path(one, f".s.PGSQL.{_PORT}").exists())
    return next(found, "localhost")


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        message = f"存储地址里的 {name} 要写数字，不是 {text}"
        raise ExtractError(message)
    return int(text)


def _encryption(mode: str) -> dict[str, Any]:
    """Return the driver's word for libpq's; only two of them prove who the server is."""
    if mode in ("verify-ca", "verify-full"):
        context = ssl.create_default_context()
        context.check_hostname = mode == "verify-full"
        return {"ssl_context": context}
    words = {"disable": False, "prefer": None, "require": True}
    if mode not in words:
        message = (
            f"不认识 sslmode={mode}；可以写：{'、'.join((*words, 'verify-ca', 'verify-full'))}"
        )
        raise ExtractError(message)
    return {"ssl_context": words[mode]}


_TOLD: dict[str, Callable[[str], dict[str, Any]]] = {
    "options": lambda text: {"startup_params": {"options": text}},
    "sslmode": _encryption,
}
_KNOWN = ("host", "port", "application_name", *_TOLD)
