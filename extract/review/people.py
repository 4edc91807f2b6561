"""Who asks: everybody on this computer, or whoever shows a token of the token file.

The token file is TOML that only its owner may read::

    [[user]]
    name = "审核员甲"
    role = "reviewer"        # or "reader": looks and downloads, changes nothing
    token = "…"              # 24 characters or more, chosen at random
"""

import hmac
import secrets
import stat
import time
import tomllib
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from extract.errors import ExtractError

Role = Literal["reader", "reviewer"]
COOKIE = "notice_session"
LOCAL = "本机用户"
_SHORTEST = 24
_SESSIONS = 1_000
SESSION_S = 12 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the server."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class _User:
    person: Person
    digest: bytes


class People:
    """Knows the tokens and who is signed in; sessions live as long as the server."""

    def __init__(self, path: Path | None) -> None:
        self.users = _load(path) if path is not None else ()
        self.is_local = path is None
        self._secret = secrets.token_bytes(32)
        self._sessions: OrderedDict[str, tuple[Person, float]] = OrderedDict()

    def by_token(self, token: str) -> Person | None:
        """Return who has a token; every token is compared, in constant time."""
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        found = None
        for user in self.users:
            if hmac.compare_digest(user.digest, digest):
                found = user.person
        return found

    def open_session(self, person: Person) -> str:
        """Return the cookie of a new session."""
        name = secrets.token_urlsafe(32)
        self._sessions[name] = (person, time.monotonic() + SESSION_S)
        while len(self._sessions) > _SESSIONS:
            self._sessions.popitem(last=False)
        return name

    def close_session(self, name: str) -> None:
        """End a session."""
        self._sessions.pop(name, None)

    def of(self, request: Request) -> Person | None:
        """Return who asks; ``None`` for a stranger."""
        if self.is_local:
            return Person(LOCAL, "reviewer")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.by_token(token.strip())
        person, until = self._sessions.get(request.cookies.get(COOKIE, ""), (None, 0.0))
        return person if until > time.monotonic() else None

    def mark(self, request: Request) -> str:
        """Return the mark that a page of ours must send back when it changes anything."""
        name = "" if self.is_local else request.cookies.get(COOKIE, "")
        return hmac.new(self._secret, name.encode(), sha256).hexdigest()

    def check_origin(self, request: Request) -> None:
        """Refuse a change that another site made a browser ask for (CSRF)."""
        if request.method in _SAFE or _has_token(request, self):
            return
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site")
        if site not in (None, "same-origin", "none") or (origin and not _same(origin, request)):
            raise HTTPException(403, "请求来自别的网站，已拒绝")
        from_browser = origin or site or request.cookies.get(COOKIE)
        sent = request.headers.get("x-csrf-token", "")
        if from_browser and not hmac.compare_digest(sent.encode(), self.mark(request).encode()):
            raise HTTPException(403, "页面已过期；请刷新后重试")


def _has_token(request: Request, people: People) -> bool:
    """Tell whether a header says who asks: no other site can make a browser send that."""
    scheme = request.headers.get("authorization", "").partition(" ")[0]
    return not people.is_local and scheme.lower() == "bearer"


def _same(origin: str, request: Request) -> bool:
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def _load(path: Path) -> tuple[_User, ...]:
    """Return the users of a token file; raises an ``ExtractError`` that says what is wrong."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            message = f"口令文件 {path.name} 别人也能读；请先运行 chmod 600 {path.name}"
            raise ExtractError(message)
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("user", [])
        users = tuple(_user(row) for row in rows)
    except OSError as error:
        message = f"口令文件 {path.name} 打不开（{error.strerror}）"
        raise ExtractError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, AttributeError) as error:
        message = f"口令文件 {path.name} 不是 TOML；每人一段 [[user]]，写 name、role、token"
        raise ExtractError(message) from error
    if not users or len({user.digest for user in users}) < len(users):
        message = f"口令文件 {path.name} 里没有人，或两个人的口令相同"
        raise ExtractError(message)
    return users


def _user(row: dict[str, str]) -> _User:
    name, role, token = row.get("name", ""), row.get("role", ""), row.get("token", "")
    if not name or role not in ("reader", "reviewer") or len(token) < _SHORTEST:
        message = (
            f"口令文件里“{name or '（无名）'}”写得不对：role 是 reader 或 reviewer，"
            f"token 至少 {_SHORTEST} 个字符"
        )
        raise ExtractError(message)
    known: Role = "reader" if role == "reader" else "reviewer"
    return _User(Person(name, known), sha256(token.encode()).digest())
