"""How the review server holds up: slow clients and large uploads, while /health is asked.

``python benchmarks/serve.py [--slow 100] [--uploads 50] [--mb 20] [--seconds 240]``. Starts
``notice serve`` on a free port of the loopback with an empty store, sends all at once, and prints
how long /health took (p50, p99, worst), the codes of every answer, what became of the uploads and
how long the slow clients were put up with. Exit code 1 when /health's p99 is over 200 ms, when
there is a 5xx but 503 with Retry-After, or when a taken upload is not done in time.

Half of the slow clients send the head of a request byte by byte, half a body; one byte a second.
The clients have a process of their own, so that they and the measuring do not share one lock.
"""

import argparse
import asyncio
import json
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.request import urlopen

_HERE = "127.0.0.1"
_SAMPLE = Path(__file__).parents[1] / "samples" / "zibo-hitech-2024.txt"
_MOST_MS = 200
_EVERY_S = 0.05
_CHUNK = 64 * 1024
_HEAD = (
    "POST /api/files HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
)
_PART = '--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'


@dataclass
class Load:
    """What is sent, and for how long at most."""

    slow: int = 100
    uploads: int = 50
    megabytes: float = 20
    seconds: float = 240


@dataclass
class Seen:
    """What was seen."""

    health_ms: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    bare_5xx: int = 0
    jobs: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    slow_s: list[float] = field(default_factory=list)
    received_s: float = 0.0

    def worst(self, share: float) -> float:
        """Return the time that so large a share of the questions did not take longer than."""
        ordered = sorted(self.health_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def upload(number: int, megabytes: float) -> bytes:
    """Return a PDF of that size, unlike every other: one page, and a stream nobody draws."""
    rest = bytes([number % 251]) * int(megabytes * 1024 * 1024)
    text = b"BT /F1 12 Tf 72 700 Td (%d projects 5) Tj ET" % number
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(rest), rest),
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for at, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (at, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def command(port: int, store: str) -> list[str]:
    """Return what starts ``notice serve``."""
    start = "from extract.cli import main; main()"
    return [sys.executable, "-c", start, "serve", "--port", str(port), "--store", store]


def measure(load: Load, command: Callable[[int, str], list[str]] = command) -> Seen:
    """Run the server and the load; return what was seen."""
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        words = command(port, f"sqlite:///{home}/notices.db")
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as server:
            try:
                return _measured(load, port)
            finally:
                server.terminate()
                server.wait(30)


def _measured(load: Load, port: int) -> Seen:
    until_it_answers(port)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    clients = context.Process(target=_clients, args=(theirs, load, port))
    clients.start()
    theirs.close()
    try:
        ours.recv()  # the uploads are made
        seen = asyncio.run(_watched(load, port, ours))
    finally:
        clients.kill()
    return seen


async def _watched(load: Load, port: int, clients: Connection) -> Seen:
    """Ask /health until the clients are through and their jobs are done."""
    seen = Seen()
    end = time.monotonic() + load.seconds
    clients.send("begin")
    started, is_through = time.monotonic(), False
    while time.monotonic() < end:
        before = time.monotonic()
        code, _, _ = await _ask(port, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        seen.health_ms.append((time.monotonic() - before) * 1000)
        seen.codes[f"health {code}"] += 1
        if not is_through and clients.poll():
            seen.codes += clients.recv()
            seen.jobs, seen.bare_5xx, seen.slow_s, seen.received_s = clients.recv()
            is_through = True
        if is_through and len(seen.health_ms) % 20 == 0 and await _are_done(port, seen):
            break
        await asyncio.sleep(max(0.0, before + _EVERY_S - time.monotonic()))
    sys.stdout.write(f"all done after {time.monotonic() - started:.1f} s\n")
    return seen


async def _are_done(port: int, seen: Seen) -> bool:
    """Look at one job after the other, as long as they are done."""
    while seen.jobs:
        head = f"GET /api/jobs/{seen.jobs[0]} HTTP/1.1\r\nHost: {_HERE}\r\n\r\n".encode()
        _, _, body = await _ask(port, head)
        state = json.loads(body)["state"]
        if state not in ("done", "failed"):
            return False
        seen.states[state] += 1
        del seen.jobs[0]
    return True


def _clients(pipe: Connection, load: Load, port: int) -> None:
    files = [upload(n, load.megabytes) for n in range(load.uploads)]
    pipe.send("ready")
    pipe.recv()
    codes, jobs, bare, slow_s, received_s = asyncio.run(_sent(load, port, files))
    pipe.send(codes)
    pipe.send((jobs, bare, slow_s, received_s))


async def _sent(
    load: Load, port: int, files: list[bytes]
) -> tuple[Counter[str], list[str], int, list[float], float]:
    codes: Counter[str] = Counter()
    jobs, slow_s, bare = [], [], 0
    started = time.monotonic()
    slow = [asyncio.create_task(_trickle(port, n, load.seconds)) for n in range(load.slow)]
    answers = await asyncio.gather(*(_upload(port, n, file) for n, file in enumerate(files)))
    received_s = time.monotonic() - started
    for code, headers, body in answers:
        codes[f"upload {code}"] += 1
        bare += code >= "500" and (code != "503" or "retry-after" not in headers)
        jobs += [job["id"] for job in json.loads(body)] if code == "202" else []
    for code, seconds in await asyncio.gather(*slow):
        codes[f"slow {code}"] += 1
        slow_s.append(seconds)
    return codes, jobs, bare, slow_s, received_s


async def _upload(port: int, number: int, content: bytes) -> tuple[str, dict[str, str], bytes]:
    part = _PART.format(name=f"{number}.pdf").encode()
    length = len(part) + len(content) + len(b"\r\n--b--\r\n")
    head = _HEAD.format(host=_HERE) + f"Content-Length: {length}\r\n\r\n"
    return await _ask(port, head.encode() + part, content, b"\r\n--b--\r\n")


async def _ask(port: int, *pieces: bytes) -> tuple[str, dict[str, str], bytes]:
    """Send a request; return the code, the headers and the body of the answer."""
    reader, writer = await asyncio.open_connection(_HERE, port)
    try:
        with suppress(ConnectionError):  # refused half way: the answer is there all the same
            for piece in pieces:
                for at in range(0, len(piece), _CHUNK):
                    writer.write(piece[at : at + _CHUNK])
                    await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return lines[0].split()[1], headers, body
    except (ConnectionError, asyncio.IncompleteReadError):
        return "closed", {}, b""
    finally:
        writer.close()


async def _trickle(port: int, number: int, seconds: float) -> tuple[str, float]:
    """Send one byte a second; return the answer's code and when it came."""
    reader, writer = await asyncio.open_connection(_HERE, port)
    started = time.monotonic()
    head = _HEAD.format(host=_HERE).encode()
    if number % 2:
        writer.write(head + b"Content-Length: 1000000\r\n\r\n")
        head = _PART.format(name="slow.txt").encode() * 9
    answer = asyncio.create_task(reader.read(100))
    try:
        for byte in head:
            with suppress(ConnectionError):
                writer.write(bytes([byte]))
                await writer.drain()
            done, _ = await asyncio.wait([answer], timeout=1)
            if done or time.monotonic() - started > seconds - 5:
                break
        with suppress(ConnectionError):
            if answer.done():
                said = answer.result().split()
                return said[1].decode() if len(said) > 1 else "closed", time.monotonic() - started
        return ("closed" if answer.done() else "held"), time.monotonic() - started
    finally:
        answer.cancel()
        writer.close()


def until_it_answers(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError), urlopen(f"http://{_HERE}:{port}/health", timeout=2):
            return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def free_port() -> int:
    with socket.socket() as free:
        free.bind((_HERE, 0))
        return int(free.getsockname()[1])


def report(seen: Seen) -> bool:
    """Print what was seen; return whether all is as it should be."""
    p50, p99, worst = seen.worst(0.5), seen.worst(0.99), max(seen.health_ms)
    out = [f"/health: {len(seen.health_ms)} asked, p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
           f"worst {worst:.1f} ms"]  # fmt: skip
    out.append("codes: " + ", ".join(f"{name}: {n}" for name, n in sorted(seen.codes.items())))
    out.append(f"uploads received in {seen.received_s:.1f} s; jobs: {dict(seen.states)}, "
               f"open: {len(seen.jobs)}")  # fmt: skip
    if seen.slow_s:
        out.append(f"slow clients: {min(seen.slow_s):.1f} to {max(seen.slow_s):.1f} s")
    held = sum(n for name, n in seen.codes.items() if name == "slow held")
    bad = {name: n for name, n in seen.codes.items() if name.startswith("health 5")}
    is_well = p99 <= _MOST_MS and not seen.bare_5xx and not bad and not held and not seen.jobs
    is_well = is_well and not seen.states["failed"] and bool(seen.states["done"])
    out.append("well" if is_well else "NOT WELL")
    sys.stdout.write("\n".join(out) + "\n")
    return is_well


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, kind, usual in (
        ("slow", int, 100), ("uploads", int, 50), ("mb", float, 20), ("seconds", float, 240)
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=usual)
    given = parser.parse_args()
    load = Load(given.slow, given.uploads, given.mb, given.seconds)
    sys.exit(0 if report(measure(load)) else 1)


if __name__ == "__main__":
    main()
