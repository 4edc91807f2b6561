"""The store: notices in SQLite or PostgreSQL, never twice, with all their history.

``Store.open(url)`` → ``ingest(notices)`` → queries, history, feed. One call of ``ingest`` is one
transaction: all or nothing, whatever ends the program.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, RowMapping, func, insert, select

from extract.notice import Notice
from extract.store import corrections, database, events, tables
from extract.store._putting import Ingested, Reason, correct, corrections_of, current, put
from extract.store.arrivals import Arrival, Origin
from extract.store.corrections import Correction
from extract.store.events import Event, Things

__all__ = [
    "Arrival",
    "Correction",
    "Event",
    "Ingested",
    "Origin",
    "Reason",
    "Store",
    "Version",
]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a notice, as it was ingested or corrected."""

    number: int
    reason: str
    source_name: str
    source_sha256: str
    document: str
    origin: Origin | None = None


class Store:
    """Notices by stable id, their history and their feed, behind a database URL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> "Store":
        """Open ``sqlite:///文件`` or ``postgresql://…``, and bring its tables up to date."""
        return cls(database.connect(url))

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def ingest(self, notices: Iterable[Notice | Arrival]) -> list[Ingested]:
        """Put the notices in, all or none; one that is known in this very form changes nothing."""
        with database.writing(self.engine) as connection:
            return [
                put(connection, one if isinstance(one, Arrival) else Arrival(one))
                for one in notices
            ]

    def correct(self, correction: Correction) -> Ingested:
        """Record a person's correction and apply it; it stands whatever is ingested later."""
        with database.writing(self.engine) as connection:
            notice = current(connection, correction.notice_id)
            known = corrections_of(connection, correction.notice_id)
            if correction in known:
                return Ingested(correction.notice_id, 0, "unchanged")
            corrections.check(notice, correction)
            position = len(known)
            values = {name: getattr(correction, name) for name in Correction.__slots__}
            place = {"id": correction.id, "position": position}
            connection.execute(insert(tables.corrections).values(**values, **place))
            corrected = corrections.applied(notice, [correction])
            return correct(connection, correction.notice_id, corrected, notice)

    def notices(self) -> list[tuple[str, Notice]]:
        """Return every notice in its current state with its key, in order of key."""
        with self.engine.connect() as connection:
            keys = connection.scalars(select(tables.notices.c.id).order_by("id")).all()
            return [(key, current(connection, key)) for key in keys]

    def history(self, key: str) -> list[Version]:
        """Return every version of a notice, the oldest first."""
        columns = tables.versions.c
        asked = select(tables.versions).where(columns.notice_id == key).order_by(columns.version)
        with self.engine.connect() as connection:
            found = connection.execute(asked).mappings().all()
        return [_version(one) for one in found]

    def corrections(self, key: str) -> list[Correction]:
        """Return the corrections of a notice in the order they were made."""
        with self.engine.connect() as connection:
            return corrections_of(connection, key)

    def events(self, after: int = 0, limit: int | None = None) -> Iterator[Event]:
        """Yield the feed's events behind a sequence number, in order."""
        asked = select(tables.events).where(tables.events.c.sequence > after)
        asked = asked.order_by(tables.events.c.sequence).limit(limit)
        with self.engine.connect() as connection:
            for one in connection.execute(asked).mappings():
                yield _event(one)

    def state(self) -> Things:
        """Return what a consumer of the whole feed must have: every thing by its subject."""
        gathered: Things = {}
        for key, notice in self.notices():
            gathered |= events.things(key, notice)
        return gathered

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        with self.engine.connect() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.metadata.tables.items()
            }


def _version(row: RowMapping) -> Version:
    place = [row[name] for name in ("source_url", "source_page", "retrieved_at")]
    return Version(
        number=row["version"],
        reason=row["reason"],
        source_name=row["source_name"],
        source_sha256=row["source_sha256"],
        document=row["document"],
        origin=Origin(*place) if place[0] is not None else None,
    )


def _event(row: RowMapping) -> Event:
    return Event(**{name: row[name] for name in Event.__slots__})
