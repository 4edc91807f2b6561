"""Changes as CloudEvents 1.0, one per thing that changed, with a JSON Patch inside.

A thing is a notice without its projects, or one project. Its events form a chain: each names the
one before it (``previous``), so a consumer may get them twice and in any order. Ids come from what
changed, so the same change has the same id in every store.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from extract.notice import SCHEMA_VERSION, Notice
from extract.store import patch
from extract.store.patch import Json
from extract.unseen import escaped
from extract.writers import json as writer
from extract.writers import rows

SOURCE = "urn:policy-notices:store"
_TYPE = "org.policy-notices"
_SCHEMA = f"urn:policy-notices:notice:{SCHEMA_VERSION}"

Things = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one thing; ``sequence`` is its place in the store's feed, 0 before it has one.

    ``patch`` turns the thing's state before (``null`` for a new one) into the state after.
    """

    id: str
    subject: str
    kind: str
    version: int
    previous: str | None
    patch: str
    sequence: int = 0

    def cloud_event(self) -> dict[str, Json]:
        """Return the event in the JSON format of CloudEvents 1.0."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": SOURCE,
            "type": self.kind,
            "subject": self.subject,
            "datacontenttype": "application/json",
            "dataschema": _SCHEMA,
            "sequence": f"{self.sequence:020d}",
            "data": {
                "version": self.version,
                "previous": self.previous,
                "patch": json.loads(self.patch),
            },
        }

    def line(self) -> bytes:
        """Return the event as one line of JSON Lines."""
        return escaped(json.dumps(self.cloud_event(), ensure_ascii=False)).encode() + b"\n"


def things(key: str, notice: Notice) -> Things:
    """Return the states of a notice's things by subject: itself, and each project.

    The notice lists its projects' subjects in order, so the whole can be put together again.
    """
    whole = json.loads(writer.line(notice))
    projects = whole.pop("projects")
    names = [f"projects/{name}" for name in rows.project_keys(key, notice)]
    whole["projects"] = list(names)
    return {f"notices/{key}": whole, **dict(zip(names, projects, strict=True))}


def changes(old: Things, new: Things, version: int, last: Mapping[str, str]) -> Iterator[Event]:
    """Yield an event for each thing that differs; ``last`` holds the id of each one's latest."""
    for subject in (*new, *(name for name in old if name not in new)):
        before, after = old.get(subject), new.get(subject)
        operations = patch.make(before, after)
        if not operations:
            continue
        verb = "created" if before is None else "removed" if after is None else "changed"
        kind = f"{_TYPE}.{subject.split('/')[0].removesuffix('s')}.{verb}"
        text = escaped(json.dumps(operations, ensure_ascii=False, separators=(",", ":")))
        previous = last.get(subject)
        identity = "\x1f".join([subject, kind, previous or "", text])
        made = sha256(identity.encode()).hexdigest()[:32]
        yield Event(made, subject, kind, version, previous, text)


class Consumer:
    """A small tracker: takes events twice and in any order, and ends in the store's state."""

    def __init__(self) -> None:
        self.state: Things = {}
        self._last: dict[str, str] = {}
        self._done: set[str] = set()
        self._waiting: dict[tuple[str, str | None], Mapping[str, Json]] = {}

    def take(self, event: Mapping[str, Json]) -> None:
        """Apply an event, and those that waited for it; one that is known changes nothing."""
        if event["id"] in self._done:
            return
        detail = event["data"]
        previous = detail["previous"] if isinstance(detail, dict) else None
        subject = str(event["subject"])
        self._waiting[subject, None if previous is None else str(previous)] = event
        while (ready := self._waiting.pop((subject, self._last.get(subject)), None)) is not None:
            self._apply(subject, ready)

    @property
    def waiting(self) -> int:
        """Return how many events wait for one that has not come yet."""
        return len(self._waiting)

    def _apply(self, subject: str, event: Mapping[str, Json]) -> None:
        detail = event["data"]
        operations = detail["patch"] if isinstance(detail, dict) else None
        if not isinstance(operations, list):
            message = "事件里没有补丁"
            raise TypeError(message)
        listed = [one for one in operations if isinstance(one, dict)]
        after = patch.apply(self.state.get(subject), listed)
        if after is None:
            self.state.pop(subject, None)
        else:
            self.state[subject] = after
        self._last[subject] = str(event["id"])
        self._done.add(str(event["id"]))
