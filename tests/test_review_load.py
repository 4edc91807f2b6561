"""The server over a real socket: slow heads and bodies, floods, answers that nobody takes."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.serve import Load, free_port, measure, report, until_it_answers

pytest.importorskip("uvicorn")
_START = """
import sys
from pathlib import Path
from extract.review import Settings, create_app, listening
settings = Settings(store=sys.argv[2], workers=1, head_s=1.5, grace_s=2.0, stalled_s=1.0, **{})
listening.run({}, "127.0.0.1", int(sys.argv[1]), settings)
"""
_LONG_ANSWER = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(64 if scope["path"] == "/long" else 1):
        await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
"""
_APP = "create_app(settings)"
POST = (
    b"POST /api/files HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n"
)
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


@contextmanager
def serving(folder: Path, more: str = "{}", app: str = _APP, before: str = "") -> Iterator[int]:
    """Run a server with short deadlines; give its port."""
    port = free_port()
    words = [sys.executable, "-c", before + _START.format(more, app), str(port)]
    with subprocess.Popen([*words, f"sqlite:///{folder}/notices.db"]) as server:
        try:
            until_it_answers(port)
            yield port
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("load"), "{'max_upload_bytes': 1_000_000}") as port:
        yield port


def said(port: int, content: bytes, wait_s: float = 8) -> tuple[str, float]:
    """Send bytes and nothing more; return what came until the server closed, and when."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as one:
        one.sendall(content)
        found = b""
        while piece := one.recv(65_536):
            found += piece
            if b"\r\n\r\n" in found and b"keep-alive" not in found:
                break
    return found.decode(errors="replace"), time.monotonic() - started


def test_a_small_storm(tmp_path: Path) -> None:
    """The full one is ``python benchmarks/serve.py``."""

    def command(port: int, store: str) -> list[str]:
        return [sys.executable, "-c", _START.format("{}", _APP), str(port), store]

    seen = measure(Load(slow=20, uploads=8, megabytes=4, seconds=60), command)
    assert report(seen)
    assert seen.codes["upload 202"] == 8
    assert seen.codes["slow 408"] == 20
    assert max(seen.slow_s) < 5


@pytest.mark.parametrize("head", ["", "GET / HT", "GET / HTTP/1.1\r\nX: "], ids=repr)
def test_a_head_that_does_not_come(port: int, head: str) -> None:
    answer, seconds = said(port, head.encode())
    assert answer.startswith("HTTP/1.1 408")
    assert 1 < seconds < 5


def test_the_head_of_a_second_request_that_does_not_come(port: int) -> None:
    first = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=8) as one:
        one.sendall(first)
        assert one.recv(65_536).startswith(b"HTTP/1.1 200")
        one.sendall(b"GET / HT")
        found = b""
        while piece := one.recv(65_536):
            found += piece
    assert b"HTTP/1.1 408" in found
    assert time.monotonic() - started < 6


def test_a_body_that_does_not_come(port: int) -> None:
    answer, seconds = said(port, POST + b"Content-Length: 900\r\n\r\n" + PART)
    assert answer.startswith("HTTP/1.1 408")
    assert "application/problem+json" in answer
    assert 1.5 < seconds < 6


def test_too_much_is_refused_by_what_the_head_says(port: int) -> None:
    answer, seconds = said(port, POST + b"Content-Length: 2000000\r\n\r\n")
    assert answer.startswith("HTTP/1.1 413")
    assert seconds < 2


def test_too_much_is_refused_while_it_comes(port: int) -> None:
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    head = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    part = b"%x\r\n%s\r\n" % (len(PART), PART)
    answer, _ = said(port, head + part + chunk * 200)  # all of it is sent before we listen
    assert answer.startswith("HTTP/1.1 413")


def test_a_small_request_may_not_be_large(port: int) -> None:
    head = b"POST /api/notices/a/records HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 70000\r\n"
    answer, _ = said(port, head + b"\r\n")
    assert answer.startswith("HTTP/1.1 413")


def test_only_so_many_large_bodies_at_once(tmp_path: Path) -> None:
    head = POST + b"Content-Length: 900000\r\n\r\n" + PART + bytes(200_000)
    with serving(tmp_path, "{'uploads_at_once': 1, 'slowest_bytes_a_second': 400_000}") as port:
        with socket.create_connection(("127.0.0.1", port)) as first:
            first.sendall(head)
            time.sleep(0.5)
            answer, seconds = said(port, head)
            assert answer.startswith("HTTP/1.1 503")
            assert "retry-after: 30" in answer.lower()
            assert seconds < 2
        time.sleep(0.5)
        answer, seconds = said(port, head)  # there is room again: this one is only too slow
        assert answer.startswith("HTTP/1.1 408")


def test_only_so_many_connections(tmp_path: Path) -> None:
    with serving(tmp_path, "{'connections': 3}") as port:
        time.sleep(0.5)
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        time.sleep(0.3)
        answer, _ = said(port, b"")
        assert answer.startswith("HTTP/1.1 503")
        assert "Retry-After: 30" in answer
        for one in held:
            one.close()
        time.sleep(0.3)
        answer, _ = said(port, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert answer.startswith("HTTP/1.1 200")


def test_a_stranger_sends_no_body(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.toml"
    tokens.write_text(f'[[user]]\nname = "甲"\nrole = "reviewer"\ntoken = "{"w" * 24}"\n', "utf-8")
    tokens.chmod(0o600)
    with serving(tmp_path, f"{{'tokens': Path({str(tokens)!r})}}") as port:
        answer, seconds = said(port, POST + b"Content-Length: 900000\r\n\r\n")
    assert answer.startswith("HTTP/1.1 401")
    assert seconds < 2


def test_an_answer_that_nobody_takes_ends(tmp_path: Path) -> None:
    with (
        serving(tmp_path, app="app", before=_LONG_ANSWER) as port,
        socket.create_connection(("127.0.0.1", port), timeout=8) as one,
    ):
        one.sendall(b"GET /long HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(3)
        taken = 0
        while piece := one.recv(1 << 20):
            taken += len(piece)
    assert taken < 64 << 20
