"""A government site on loopback, for the tests: pages, attachments, and every bad manner."""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What it answers by path, and what it was asked; it counts who is there at once."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, content: bytes, media_type: str, **headers: str) -> None:
        """Answer a path with a file; ``Content_Disposition=…`` is a header."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Type", media_type)
            request.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.end_headers()
            request.wfile.write(content)

        self.answers[path] = answer

    def move(self, path: str, target: str, status: int = 302) -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Location", target)
            request.send_header("Content-Length", "0")
            request.end_headers()

        self.answers[path] = answer

    def stream(self, path: str, chunks: Callable[[], Iterator[bytes]], *headers: str) -> None:
        """Answer a path piece by piece, with the headers given and no other."""
        head = "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode()
        self.raw(path, lambda: chain([head], chunks()))

    def raw(self, path: str, chunks: Callable[[], Iterable[bytes]]) -> None:
        """Answer a path with these very bytes, the status line too."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            with suppress(OSError):  # the visitor goes away, which is what the test is about
                for chunk in chunks():
                    request.wfile.write(chunk)

        self.answers[path] = answer

    def take(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            time.sleep(0.01)  # two at once would meet here
            self.asked.append(request.path)
            self.agents.add(request.headers["User-Agent"])
            if request.path in self.answers:
                self.answers[request.path](request)
            else:
                request.send_error(404)
        finally:
            with self._lock:
                self.at_once -= 1


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a site, with TLS when there is a context for it."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.take(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_port
    threading.Thread(target=lambda: server.serve_forever(0.05), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
