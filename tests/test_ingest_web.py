"""What a visit to a web site may and may not do, against a server on loopback."""

import gzip
import itertools
import socket
import time
import zlib
from collections.abc import Iterator

import pytest
from site_on_loopback import Site, running

from extract.errors import ExtractError, LimitExceeded, UnreadableDocument
from extract.store import net
from extract.trackers._web import Manners, Visitor

HTML = "text/html; charset=utf-8"


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as found:
        yield found


def visitor(**more: float) -> Visitor:
    return Visitor(Manners(allow_private=True, pause_s=0, **more))  # type: ignore[arg-type]


def test_a_file_comes_whole_with_its_time(site: Site) -> None:
    site.put("/%E9%80%9A%E7%9F%A5.html?id=1", b"<html>1", HTML)
    got = visitor().get(site.url("/通知.html?id=1#top"))
    assert got.content == b"<html>1"
    assert got.url == got.final == site.url("/%E9%80%9A%E7%9F%A5.html?id=1")
    assert got.retrieved_at.endswith("+00:00")
    (agent,) = site.agents
    assert agent.startswith("policy-notices/")


def test_there_is_a_pause_between_two(site: Site) -> None:
    site.put("/1", b"1", HTML)
    waits: list[float] = []
    polite = Visitor(Manners(allow_private=True, pause_s=30), waits.append)
    polite.get(site.url("/1"))
    assert waits == []
    polite.get(site.url("/1"))
    assert len(waits) == 1
    assert 25 < waits[0] <= 30


def test_redirects_are_followed_five_times(site: Site) -> None:
    for number in range(6):
        site.move(f"/{number}", f"/{number + 1}" if number % 2 else site.url(f"/{number + 1}"))
    site.put("/6", b"end", HTML)
    got = visitor().get(site.url("/1"))
    assert (got.content, got.url, got.final) == (b"end", site.url("/1"), site.url("/6"))
    site.asked.clear()
    with pytest.raises(UnreadableDocument, match="转来转去超过 5 次"):
        visitor().get(site.url("/0"))
    assert site.asked == ["/0", "/1", "/2", "/3", "/4", "/5"]


def test_a_private_address_is_refused_and_never_asked(site: Site) -> None:
    site.put("/", b"secret", HTML)
    with pytest.raises(ExtractError, match="内部地址 127"):
        Visitor(Manners(pause_s=0)).get(site.url("/"))
    assert site.asked == []


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2/", "//localhost./x", "http://[::1]/", "http://169.254.169.254/latest"],
)
def test_a_redirect_leads_to_no_private_address(
    site: Site, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    site.move("/", target)
    real = net.is_public
    # The site itself plays a public one; any other address of this machine stays an inner one.
    monkeypatch.setattr(
        net, "is_public", lambda one: one == net.ip_address("127.0.0.1") or real(one)
    )
    if "localhost" in target:
        monkeypatch.setattr(net, "_resolve", lambda name, port: _resolved(name))
    with pytest.raises(ExtractError, match="内部地址"):
        Visitor(Manners(pause_s=0)).get(site.url("/"))
    assert site.asked == ["/"]


def _resolved(name: str) -> list[object]:
    return [net.ip_address("10.0.0.7" if "localhost" in name else name)]


def test_a_redirect_to_a_file_is_refused(site: Site) -> None:
    site.move("/", "file:///etc/passwd")
    with pytest.raises(ExtractError, match="不是 http"):
        visitor().get(site.url("/"))


def test_the_address_that_was_checked_is_the_one_gone_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/", b"here", HTML)
    answers = iter(["127.0.0.1"])
    real = socket.getaddrinfo

    def once(name: str, *rest: object, **more: object) -> object:
        return real(next(answers) if name == "www.example.gov.cn" else name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    got = visitor().get(f"http://www.example.gov.cn:{site.port}/")
    assert got.content == b"here"
    assert next(answers, None) is None


def test_too_large_is_refused_before_and_while_it_comes(site: Site) -> None:
    site.put("/stated", b"x" * 1001, HTML)
    site.stream("/endless", lambda: itertools.repeat(b"x" * 500), "Content-Type: text/html")
    chunk = b"1f4\r\n" + b"x" * 500 + b"\r\n"
    site.stream("/chunked", lambda: itertools.repeat(chunk), "Transfer-Encoding: chunked")
    bomb = gzip.compress(b"\0" * 1_000_000)
    site.put("/bomb", bomb, HTML, Content_Encoding="gzip")
    for path in ("/stated", "/endless", "/chunked", "/bomb"):
        with pytest.raises(LimitExceeded, match="1000 字节"):
            visitor(max_bytes=1000).get(site.url(path))
    assert len(visitor(max_bytes=1001).get(site.url("/stated")).content) == 1001


def test_a_visit_as_a_whole_has_its_limit(site: Site) -> None:
    site.put("/", b"x" * 600, HTML)
    one = visitor(max_total_bytes=1000)
    one.get(site.url("/"))
    with pytest.raises(LimitExceeded, match="400 字节"):
        one.get(site.url("/"))
    with pytest.raises(LimitExceeded, match="0 秒"):
        visitor(total_s=0).get(site.url("/"))


def _drops() -> Iterator[bytes]:
    while True:
        time.sleep(0.05)
        yield b"x"


@pytest.mark.parametrize("headers", [("Content-Type: text/html",), ("Content-Length: 100000",), ()])
def test_a_site_that_drips_is_cut_off(site: Site, headers: tuple[str, ...]) -> None:
    site.stream("/", _drops, *headers)
    started = time.monotonic()
    with pytest.raises(LimitExceeded, match="太慢"):
        visitor(file_s=0.4).get(site.url("/"))
    assert time.monotonic() - started < 3


def test_headers_that_drip_are_cut_off_too(site: Site) -> None:
    site.raw("/", _some_drops)
    started = time.monotonic()
    with pytest.raises(LimitExceeded, match="太慢"):
        visitor(file_s=0.4).get(site.url("/"))
    assert time.monotonic() - started < 3


def _some_drops() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nX: "
    yield from itertools.islice(_drops(), 30)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"half", ("Content-Length: 8",)),
        (b"4\r\nhalf\r\n", ("Transfer-Encoding: chunked",)),
        (gzip.compress(b"half" * 99)[:-9], ("Content-Encoding: gzip",)),
        (b"no gzip", ("Content-Encoding: gzip",)),
        (b"?", ("Content-Encoding: br",)),
    ],
    ids=["length", "chunked", "gzip", "no gzip", "unknown"],
)
def test_half_a_file_is_refused(site: Site, body: bytes, headers: tuple[str, ...]) -> None:
    site.stream("/", lambda: iter([body]), *headers)
    with pytest.raises(UnreadableDocument):
        visitor().get(site.url("/"))


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_what_was_packed_unasked_is_unpacked(site: Site, name: str, pack: object) -> None:
    assert callable(pack)
    site.put("/", pack("托位452个".encode()), HTML, Content_Encoding=name)
    assert visitor().get(site.url("/")).content.decode() == "托位452个"


@pytest.mark.parametrize(
    "url",
    [
        *("http://user:pw@127.0.0.1/", "http://", "https://[::1", "http://x:99999/"),
        *("http://a..b/", "http://nowhere.invalid/", "ftp://127.0.0.1/"),
    ],
)
def test_what_is_no_address_is_said_in_one_line(url: str) -> None:
    with pytest.raises(ExtractError) as caught:
        visitor().get(url)
    assert "\n" not in str(caught.value)


def test_no_answer_and_a_bad_answer_are_refused(site: Site) -> None:
    with pytest.raises(UnreadableDocument, match="404"):
        visitor().get(site.url("/gone"))
    site.stream("/noise", lambda: iter([b""]), "x" * 70_000)
    with pytest.raises(UnreadableDocument, match="没有回应"):
        visitor().get(site.url("/noise"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(UnreadableDocument, match="没有回应"):
            visitor().get(f"http://127.0.0.1:{taken.getsockname()[1]}/")
