"""The feed: CloudEvents with JSON Patch, replayed, pushed, signed, refused."""

import json
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import jsonpatch
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_store import JINING, ZIBO, correction, reissued

from extract.errors import ExtractError
from extract.notice import Notice
from extract.store import Store, net, patch, push
from extract.store.events import Consumer, Event

WORDS = st.text(alphabet="ab/~0", max_size=3)
LEAVES = st.none() | st.booleans() | st.integers(0, 2) | WORDS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def canonical(value: patch.Json) -> str:
    return json.dumps(value, sort_keys=True)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES, VALUES)
def test_a_patch_leads_from_one_to_the_other(old: patch.Json, new: patch.Json) -> None:
    operations = patch.make(old, new)
    assert canonical(patch.apply(old, operations)) == canonical(new)
    assert canonical(jsonpatch.apply_patch(old, operations)) == canonical(new)
    assert bool(operations) == (canonical(old) != canonical(new))


def test_one_project_more_is_one_operation() -> None:
    assert patch.make(["a", "c"], ["a", "b", "c"]) == [{"op": "add", "path": "/1", "value": "b"}]
    assert patch.make({"a/b": {"~": 1}}, {"a/b": {"~": 2}}) == [
        {"op": "replace", "path": "/a~1b/~0", "value": 2}
    ]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/x"},
        {"op": "replace", "path": "/l/2", "value": 1},
        {"op": "add", "path": "/l/4", "value": 1},
        {"op": "add", "path": "/n/m/o", "value": 1},
    ],
)
def test_a_patch_that_does_not_fit_is_refused(operation: patch.Operation) -> None:
    with pytest.raises(ValueError, match="补丁"):
        patch.apply({"l": [1, 2], "n": {}}, [operation])


def without(notice: Notice, name: str) -> Notice:
    kept = tuple(one for one in notice.projects if one.name != name)
    source = notice.source.model_copy(update={"sha256": "d" * 64})
    return notice.model_copy(update={"projects": kept, "source": source})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with a life behind it: two notices, reissued, corrected, a project dropped."""
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    store.ingest([ZIBO, JINING])
    store.correct(correction())
    store.ingest([reissued(ZIBO, "600")])
    store.ingest([without(ZIBO, "智慧交通平安畅行工程"), JINING])
    return store


def test_events_are_cloud_events(store: Store) -> None:
    events = [one.cloud_event() for one in store.events()]
    for event in events:
        assert event["specversion"] == "1.0"
        assert {"id", "source", "type"} <= set(event)
        assert all(event[name] for name in ("id", "source", "type"))
        # Names of attributes are lower-case letters and digits (CloudEvents 1.0, 3.1).
        assert [name for name in event if not name.isascii() or name != name.lower()] == []
    assert len({event["id"] for event in events}) == len(events)
    assert [event["sequence"] for event in events] == sorted(str(e["sequence"]) for e in events)
    kinds = [str(event["type"]).rpartition("policy-notices.")[2] for event in events]
    assert kinds.count("project.created") == 32
    assert kinds.count("project.removed") == 1


def test_a_change_of_one_number_is_one_small_patch(store: Store) -> None:
    (event,) = [one for one in store.events() if one.version == 2 and "projects" in one.subject]
    assert json.loads(event.patch) == [
        {"op": "replace", "path": "/quantities/0/value", "value": "590"}
    ]


def test_the_same_changes_have_the_same_ids(store: Store, tmp_path: Path) -> None:
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    other.ingest([ZIBO])
    other.ingest([JINING])
    other.ingest([ZIBO])
    mine = {one.id for one in store.events() if one.version == 1}
    assert {one.id for one in other.events()} == mine


def test_the_feed_is_pulled_in_parts(store: Store) -> None:
    everything = list(store.events())
    parts: list[Event] = []
    while part := list(store.events(after=parts[-1].sequence if parts else 0, limit=7)):
        parts += part
    assert parts == everything


@pytest.mark.parametrize("seed", range(5))
def test_replayed_twice_and_out_of_order_the_consumer_has_the_stores_state(
    store: Store, seed: int
) -> None:
    events = [json.loads(one.line()) for one in store.events()] * 2
    random.Random(seed).shuffle(events)  # noqa: S311 (a fixed order is wanted)
    consumer = Consumer()
    for event in events:
        consumer.take(event)
    assert consumer.waiting == 0
    assert consumer.state == store.state()
    assert len([name for name in consumer.state if name.startswith("projects/")]) == 31


def test_a_consumer_waits_for_what_is_missing(store: Store) -> None:
    events = [one.cloud_event() for one in store.events()]
    chain = [one for one in events if one["subject"] == f"notices/{ZIBO.id}"]
    consumer = Consumer()
    for event in (*chain[2:], chain[0]):
        consumer.take(event)
    assert consumer.waiting == len(chain) - 2
    consumer.take(chain[1])
    assert consumer.waiting == 0


class Receiver(BaseHTTPRequestHandler):
    """Answers with the statuses it is told to, 204 when they are used up."""

    statuses: ClassVar[list[int]] = []
    got: ClassVar[list[tuple[bytes, str]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((body, self.headers[push.SIGNATURE]))
        self.send_response(self.statuses.pop(0) if self.statuses else 204)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiver(statuses: list[int]) -> Iterator[str]:
    Receiver.statuses, Receiver.got = list(statuses), []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?x=1"
    finally:
        server.shutdown()
        server.server_close()


def some(store: Store, count: int) -> list[Event]:
    return list(store.events(limit=count))


def test_a_push_is_signed_and_in_order(store: Store) -> None:
    with receiver([]) as url:
        to = push.target(url, "秘密", allow_private=True)
        done = list(push.push(some(store, 3), to, wait=pytest.fail))
    assert done == some(store, 3)
    assert [json.loads(body)["id"] for body, _ in Receiver.got] == [one.id for one in done]
    for body, signature in Receiver.got:
        assert push.is_signed("秘密".encode(), body, signature)
        assert not push.is_signed(b"other", body, signature)
        assert not push.is_signed("秘密".encode(), body + b" ", signature)


def test_a_receiver_that_stumbles_gets_it_again(store: Store) -> None:
    waits: list[float] = []
    with receiver([503, 500]) as url:
        to = push.target(url, "s", allow_private=True)
        done = list(push.push(some(store, 1), to, wait=waits.append))
    assert done == some(store, 1)
    assert len(Receiver.got) == 3
    assert waits == sorted(waits)
    assert len(waits) == 2


@pytest.mark.parametrize(("statuses", "tries"), [([500] * 9, 4), ([410], 1), ([302], 1)])
def test_what_cannot_be_delivered_is_put_aside(
    store: Store, tmp_path: Path, statuses: list[int], tries: int
) -> None:
    with receiver(statuses) as url:
        to = push.target(url, "s", allow_private=True)
        (dead,) = push.push(some(store, 1), to, wait=lambda _: None)
    assert isinstance(dead, push.Dead)
    assert (dead.tries, len(Receiver.got)) == (tries, tries)
    push.append(tmp_path / "dead.jsonl", [dead.line()])
    record = json.loads((tmp_path / "dead.jsonl").read_bytes())
    assert record["event"]["id"] == some(store, 1)[0].id
    assert str(statuses[0]) in record["reason"]


def test_nobody_there_is_put_aside(store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        to = push.target(f"http://127.0.0.1:{taken.getsockname()[1]}/", "s", allow_private=True)
        (dead,) = push.push(some(store, 1), to, wait=lambda _: None)
    assert isinstance(dead, push.Dead)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0"),
        *("[::1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fc00::1]", "[64:ff9b::a00:1]"),
        *("2130706433", "0x7f.1", "localhost", "100.64.0.1", "224.0.0.1"),
    ],
)
def test_private_addresses_are_refused(host: str) -> None:
    with pytest.raises(ExtractError, match=r"内部地址|找不到"):
        push.target(f"http://{host}/hook", "s")


@pytest.mark.parametrize("url", ["ftp://x/", "file:///etc/passwd", "http://", "http://x:99999/"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ExtractError):
        push.target(url, "s", allow_private=True)


def test_a_push_needs_a_secret() -> None:
    with pytest.raises(ExtractError, match="密钥"):
        push.target("http://127.0.0.1/", "", allow_private=True)


def test_the_address_is_pinned(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver([]) as url:
        to = push.target(url.replace("127.0.0.1", "localhost"), "s", allow_private=True)

        def moved(*_: object, **__: object) -> None:
            pytest.fail("the name is asked for a second time")

        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda name, *rest, **more: (
                moved() if name == "localhost" else real(name, *rest, **more)
            ),
        )
        to = push.Target(net.Place(to.place.url, "127.0.0.1", to.place.port), to.secret)
        assert list(push.push(some(store, 1), to, wait=pytest.fail)) == some(store, 1)
