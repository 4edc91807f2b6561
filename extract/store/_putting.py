"""How one notice goes in: which one it is, whether anything is new, what it replaces.

Everything here runs inside the transaction of the connection it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    func,
    insert,
    select,
    update,
)

from extract.notice import Notice
from extract.store import arrivals, corrections, events, tables
from extract.store.arrivals import Arrival, Origin
from extract.store.corrections import Correction
from extract.store.events import Things
from extract.writers import json as writer
from extract.writers import rows
from extract.writers.rows import Row

Reason = Literal[
    "first",
    "reissued",
    "re-extracted",
    "rendition",
    "scan",
    "part",
    "corrected",
    "unchanged",
]
_BATCH = 500
_COMMON = 0.5  # the share of values that two notices with one weak id must have in common


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one notice: its key in the store, the version, and why there is one."""

    key: str
    version: int
    reason: Reason


def put(connection: Connection, arrival: Arrival) -> Ingested:
    """Put a notice in; one that is known in this very form changes nothing."""
    notice = arrival.notice
    digest = _digest(notice)
    known = _known(connection, notice.id, digest)
    if known is not None:
        _note_origin(connection, known["id"], digest, arrival.origin)
        return Ingested(known["id"], known["version"], "unchanged")
    key = _key(connection, notice)
    row = _row(connection, key)
    if row is None:
        return _first(connection, key, arrival, digest)
    same_file = _of_file(connection, key, notice.source.sha256)
    before = current(connection, key)
    kept = _only_kept(row["facts"], before, arrival, same_file)
    if kept is not None:
        return Ingested(key, _add_version(connection, key, arrival, digest, kept), kept)
    # The version holds what was read; the current state has the corrections in it.
    reason: Reason = "re-extracted" if same_file else "reissued"
    number = _add_version(connection, key, arrival, digest, reason)
    corrected = corrections.applied(notice, corrections_of(connection, key))
    read = {"facts": rows.facts_digest(notice), **arrivals.columns(arrival.origin)}
    if corrected != notice:
        return correct(connection, key, corrected, before, read)
    _set_state(connection, key, notice, before, read | {"version": number})
    return Ingested(key, number, reason)


def _only_kept(
    facts: str, before: Notice, arrival: Arrival, same_file: bool
) -> Literal["rendition", "scan", "part"] | None:
    """Return why a notice becomes history only, and the state of its key stays, or nothing."""
    if facts == rows.facts_digest(arrival.notice) and not same_file:
        return "rendition"
    if arrival.notice.source.ocr and not before.source.ocr:
        # Recognised characters may be wrong; they never take the place of printed ones.
        return "scan"
    return "part" if arrival.is_part else None


def _first(connection: Connection, key: str, arrival: Arrival, digest: str) -> Ingested:
    notice = arrival.notice
    content = rows.of_notice(key, notice)
    head = content["notices"][0] | {"version": 1, "facts": rows.facts_digest(notice)}
    connection.execute(insert(tables.notices).values(**head, **arrivals.columns(arrival.origin)))
    _fill(connection, content)
    _add_version(connection, key, arrival, digest, "first")
    _publish(connection, key, {}, events.things(key, notice), 1)
    return Ingested(key, 1, "first")


def correct(
    connection: Connection,
    key: str,
    notice: Notice,
    before: Notice,
    read: Mapping[str, str | None] | None = None,
) -> Ingested:
    """Make a corrected notice the current state; ``read`` says what was read last, and where."""
    digest = _digest(notice)
    number = _number_of(connection, key, digest)
    if number is None:
        number = _add_version(connection, key, Arrival(notice), digest, "corrected")
    _set_state(connection, key, notice, before, {**(read or {}), "version": number})
    return Ingested(key, number, "corrected")


def _set_state(
    connection: Connection,
    key: str,
    notice: Notice,
    before: Notice,
    head: Mapping[str, str | int | None],
) -> None:
    content = rows.of_notice(key, notice)
    values = {**content["notices"][0], **head}
    connection.execute(update(tables.notices).where(tables.notices.c.id == key).values(**values))
    for table in reversed(tables.children):  # those that refer to projects go before projects
        connection.execute(delete(table).where(table.c.notice_id == key))
    _fill(connection, content)
    old, new = events.things(key, before), events.things(key, notice)
    _publish(connection, key, old, new, int(head["version"] or 0))


def _note_origin(connection: Connection, key: str, digest: str, origin: Origin | None) -> None:
    """Fill in where a known version was got, when that was not known; the first one stands."""
    if origin is None:
        return
    version, notice = tables.versions.c, tables.notices.c
    number = _number_of(connection, key, digest)
    for table, mine in (
        (tables.versions, (version.notice_id == key) & (version.version == number)),
        (tables.notices, (notice.id == key) & (notice.version == number)),
    ):
        unknown = mine & table.c.source_url.is_(None)
        connection.execute(update(table).where(unknown).values(**arrivals.columns(origin)))


def _fill(connection: Connection, content: Mapping[str, Sequence[Row]]) -> None:
    for table in tables.children:
        listed = content[table.name]
        for start in range(0, len(listed), _BATCH):
            connection.execute(insert(table), list(listed[start : start + _BATCH]))


def _publish(connection: Connection, key: str, old: Things, new: Things, version: int) -> None:
    columns = tables.events.c
    latest = select(columns.subject, columns.id).where(columns.notice_id == key)
    last = dict(connection.execute(latest.order_by(columns.sequence)).all())
    for event in events.changes(old, new, version, last):
        values = {
            name: getattr(event, name)
            for name in ("id", "subject", "kind", "version", "previous", "patch")
        }
        connection.execute(insert(tables.events).values(notice_id=key, **values))


def _key(connection: Connection, notice: Notice) -> str:
    """Return the key of a notice: its id, unless another notice has that one already.

    A title alone (政府工作报告) is a weak identity; then the two must have values in common.
    """
    taken = tables.notices.c.id
    asked = select(taken).where(_alike(taken, notice.id))
    own: Sequence[str] = connection.scalars(asked).all()
    for key in sorted(own, key=len):
        if _is_same(current(connection, key), notice):
            return key
    return f"{notice.id}~{notice.source.text_sha256[:12]}" if own else notice.id


def _known(connection: Connection, identifier: str, digest: str) -> RowMapping | None:
    """Return the notice that has this very form among its versions."""
    columns = tables.versions.c
    joined = tables.notices.join(tables.versions, tables.notices.c.id == columns.notice_id)
    asked = select(tables.notices.c.id, tables.notices.c.version).select_from(joined)
    asked = asked.where(columns.digest == digest, _alike(tables.notices.c.id, identifier))
    return connection.execute(asked).mappings().first()


def _alike(key: Column[Any], identifier: str) -> ColumnElement[bool]:
    """Return the condition for a notice's key: its id, or that with a mark behind."""
    return (key == identifier) | key.startswith(f"{identifier}~", autoescape=True)


def _is_same(known: Notice, notice: Notice) -> bool:
    if known.document_number is not None and notice.document_number is not None:
        return True  # it is a part of the id, so the two are equal
    if known.source.text_sha256 == notice.source.text_sha256:
        return True
    one, other = _value_ids(known), _value_ids(notice)
    return len(one & other) >= _COMMON * min(len(one), len(other)) > 0


def _value_ids(notice: Notice) -> set[str]:
    return {one.id for one in notice.projects} | {one.id for one in notice.figures}


def _digest(notice: Notice) -> str:
    """Return the SHA-256 of a notice as JSON; the name of its file does not matter."""
    plain = notice.source.model_copy(update={"name": ""})
    return sha256(writer.line(notice.model_copy(update={"source": plain}))).hexdigest()


def current(connection: Connection, key: str) -> Notice:
    """Return the state of a notice that holds now, corrections included."""
    columns = tables.versions.c
    joined = tables.notices.join(
        tables.versions,
        (tables.notices.c.id == columns.notice_id) & (tables.notices.c.version == columns.version),
    )
    asked = select(columns.document).select_from(joined).where(tables.notices.c.id == key)
    document: str = connection.execute(asked).scalar_one()
    return writer.read(document.encode())


def _row(connection: Connection, key: str) -> RowMapping | None:
    asked = select(tables.notices).where(tables.notices.c.id == key)
    return connection.execute(asked).mappings().one_or_none()


def _number_of(connection: Connection, key: str, digest: str) -> int | None:
    columns = tables.versions.c
    asked = select(columns.version).where(columns.notice_id == key, columns.digest == digest)
    return connection.scalar(asked)


def _of_file(connection: Connection, key: str, digest: str) -> bool:
    columns = tables.versions.c
    asked = select(columns.version).where(columns.notice_id == key, columns.source_sha256 == digest)
    return connection.execute(asked).first() is not None


def _add_version(
    connection: Connection, key: str, arrival: Arrival, digest: str, reason: Reason
) -> int:
    taken, source = tables.versions.c, arrival.notice.source
    latest = select(func.max(taken.version)).where(taken.notice_id == key)
    number = (connection.scalar(latest) or 0) + 1
    connection.execute(
        insert(tables.versions).values(
            notice_id=key,
            version=number,
            digest=digest,
            reason=reason,
            source_name=source.name,
            source_sha256=source.sha256,
            document=writer.line(arrival.notice).decode(),
            **arrivals.columns(arrival.origin),
        )
    )
    return number


def corrections_of(connection: Connection, key: str) -> list[Correction]:
    """Return the corrections of a notice in the order they were made."""
    columns = tables.corrections.c
    asked = select(tables.corrections).where(columns.notice_id == key).order_by(columns.position)
    found = connection.execute(asked).mappings().all()
    return [Correction(**{name: one[name] for name in Correction.__slots__}) for one in found]
