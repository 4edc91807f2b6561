"""Everything the server keeps: notices in the store, beside them files, pages, jobs, records."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from extract.corrections import Applied, Correction, applied
from extract.corrections.model import from_row
from extract.document import Document
from extract.notice import Notice
from extract.report import Leaf
from extract.report.pages import Line
from extract.review import tables
from extract.review.work import Extracted, Outcome, unpack
from extract.store import Store, database
from extract.store import tables as stored
from extract.store._putting import current
from extract.writers import json as writer

_N, _D = stored.notices.c, stored.by_name["departments"].c


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way; ``state`` is queued, running, done or failed."""

    id: str
    sha256: str
    name: str
    state: str
    notice: str | None
    error: dict[str, str] | None
    author: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice in the list."""

    id: str
    title: str
    document_number: str | None
    issuer: str | None
    plan_year: int | None
    status: str
    source_name: str


@dataclass(frozen=True, slots=True)
class Held:
    """A notice as extracted and as corrected, with the text it was read from."""

    key: str
    extracted: Notice
    document: Document | None
    records: tuple[Correction, ...]
    result: Applied

    @property
    def notice(self) -> Notice:
        """The notice with its corrections."""
        return self.result.notice

    @property
    def etag(self) -> str:
        """Changes whenever the notice or what was said of it does."""
        said = "".join(one.id for one in self.records)
        return f'"{sha256(writer.line(self.notice) + said.encode()).hexdigest()[:32]}"'


class Shelf:
    """The database behind the pages; every method is one transaction."""

    def __init__(self, url: str) -> None:
        self.store = Store.open(url)
        with database.writing(self.store.engine) as connection:
            tables.upgrade(connection)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def add_file(self, content: bytes, name: str, author: str) -> Job:
        """Keep a file and a job that waits for it to be read."""
        digest = sha256(content).hexdigest()
        with database.writing(self.store.engine) as connection:
            c = tables.files.c
            known = connection.execute(select(c.sha256).where(c.sha256 == digest)).first()
            if known is None:
                row = {"sha256": digest, "name": name, "content": content}
                connection.execute(insert(tables.files).values(**row))
        return self.add_job(digest, name, author)

    def add_job(self, digest: str, name: str, author: str) -> Job:
        """Note that a file is to be read (again)."""
        values = {"sha256": digest, "name": name, "author": author}
        job = Job(secrets.token_hex(8), digest, name, "queued", None, None, author, now())
        row = {"id": job.id, "state": job.state, "created_at": job.created_at, **values}
        with database.writing(self.store.engine) as connection:
            connection.execute(insert(tables.jobs).values(**row))
        return job

    def drop_job(self, job: str) -> None:
        """Forget a job that could not be taken."""
        with database.writing(self.store.engine) as connection:
            connection.execute(delete(tables.jobs).where(tables.jobs.c.id == job))

    def content(self, digest: str) -> bytes | None:
        """Return the bytes of a file."""
        c = tables.files.c
        with self.store.engine.connect() as connection:
            found: bytes | None = connection.scalar(select(c.content).where(c.sha256 == digest))
        return found

    def begin(self, job: str) -> None:
        """Note that a job is being done."""
        self._set_job(job, state="running")

    def finish(self, job: str, outcome: Outcome) -> None:
        """Keep what was read, or why it was not."""
        if not isinstance(outcome, Extracted):
            error = json.dumps(outcome._asdict(), ensure_ascii=False)
            self._set_job(job, state="failed", error=error)
            return
        notice = writer.read(outcome.notice)
        key = self.store.ingest([notice])[0].key
        self._keep(notice.source.sha256, outcome)
        self._set_job(job, state="done", notice=key)

    def _keep(self, digest: str, outcome: Extracted) -> None:
        pages = [
            {
                **{"sha256": digest, "number": one.number, "width": one.width},
                **{"height": one.height, "media_type": one.media_type, "content": one.picture},
                "lines": json.dumps(one.lines, ensure_ascii=False),
            }
            for one in outcome.leaves
        ]
        with database.writing(self.store.engine) as connection:
            for table in (tables.documents, tables.pages):
                connection.execute(delete(table).where(table.c.sha256 == digest))
            row = {"sha256": digest, "content": outcome.document}
            connection.execute(insert(tables.documents).values(**row))
            if pages:
                connection.execute(insert(tables.pages), pages)

    def _set_job(self, job: str, **values: str) -> None:
        with database.writing(self.store.engine) as connection:
            connection.execute(update(tables.jobs).where(tables.jobs.c.id == job).values(**values))

    def job(self, identifier: str) -> Job | None:
        """Return a job by its id."""
        asked = select(tables.jobs).where(tables.jobs.c.id == identifier)
        with self.store.engine.connect() as connection:
            row = connection.execute(asked).mappings().one_or_none()
        return None if row is None else _job(row)

    def jobs(self, limit: int = 50) -> list[Job]:
        """Return the latest jobs, the newest first."""
        asked = select(tables.jobs).order_by(tables.jobs.c.sequence.desc()).limit(limit)
        with self.store.engine.connect() as connection:
            return [_job(row) for row in connection.execute(asked).mappings()]

    def unfinished(self) -> list[Job]:
        """Return the jobs that an earlier server left, in their order."""
        c = tables.jobs.c
        asked = select(tables.jobs).where(c.state.in_(("queued", "running"))).order_by(c.sequence)
        with self.store.engine.connect() as connection:
            return [_job(row) for row in connection.execute(asked).mappings()]

    def entries(
        self,
        *,
        number: str = "",
        department: str = "",
        year: int | None = None,
        words: str = "",
        limit: int = 100,
        offset: int = 0,
    ) -> list[Entry]:
        """Return notices by document number, department (part of a name), year, title."""
        asked = select(stored.notices).order_by(_N.plan_year.desc(), _N.id)
        if number:
            asked = asked.where(_N.document_number.contains(number, autoescape=True))
        if year is not None:
            asked = asked.where(_N.plan_year == year)
        if words:
            title = _N.title.contains(words, autoescape=True)
            asked = asked.where(title | _N.source_name.contains(words, autoescape=True))
        if department:
            named = select(_D.notice_id).where(_D.name.contains(department, autoescape=True))
            asked = asked.where(_N.id.in_(named))
        with self.store.engine.connect() as connection:
            rows = connection.execute(asked.limit(limit).offset(offset)).mappings().all()
        return [_entry(row) for row in rows]

    def all_keys(self) -> list[str]:
        """Return the keys of all notices."""
        with self.store.engine.connect() as connection:
            return list(connection.scalars(select(_N.id).order_by(_N.id)))

    def held(self, key: str) -> Held | None:
        """Return a notice with its corrections applied; ``None`` for an unknown key."""
        with self.store.engine.connect() as connection:
            if connection.scalar(select(_N.id).where(_N.id == key)) is None:
                return None
            notice = current(connection, key)
            c = tables.documents.c
            asked = select(c.content).where(c.sha256 == notice.source.sha256)
            packed = connection.scalar(asked)
        document = None if packed is None else unpack(packed)
        records = tuple(self.records(key))
        text = document.text if document else ""
        return Held(key, notice, document, records, applied(notice, records, text))

    def leaves(self, digest: str, *, with_pictures: bool) -> Iterator[Leaf]:
        """Yield the pages of a file; without pictures where only their places are wanted."""
        c = tables.pages.c
        columns = [one for one in c if with_pictures or one.name != "content"]
        asked = select(*columns).where(c.sha256 == digest).order_by(c.number)
        with self.store.engine.connect() as connection:
            rows = connection.execute(asked).mappings().all()
        for row in rows:
            lines = tuple(Line(*one) for one in json.loads(row["lines"]))
            picture = row["content"] if with_pictures else b""
            size = (row["number"], row["width"], row["height"])
            yield Leaf(*size, row["media_type"], picture, lines)

    def picture(self, digest: str, number: int) -> tuple[str, bytes] | None:
        """Return the media type and the bytes of a page's picture."""
        c = tables.pages.c
        asked = select(c.media_type, c.content).where(c.sha256 == digest, c.number == number)
        with self.store.engine.connect() as connection:
            row = connection.execute(asked).one_or_none()
        return None if row is None else (row[0], row[1])

    def records(self, key: str = "") -> list[Correction]:
        """Return the records of a notice, or of all, in the order they were made."""
        c = tables.records.c
        asked = select(c.record).order_by(c.sequence)
        asked = asked.where(c.notice == key) if key else asked
        with self.store.engine.connect() as connection:
            return [from_row(json.loads(row)) for row in connection.scalars(asked)]

    def add_record(self, key: str, record: Correction) -> bool:
        """Keep a record; ``False`` when it is known already."""
        row = json.dumps(record.row(), ensure_ascii=False)
        values = {"id": record.id, "notice": key, "record": row}
        try:
            with database.writing(self.store.engine) as connection:
                connection.execute(insert(tables.records).values(**values))
        except IntegrityError:
            return False
        return True

    def add_records(self, records: Sequence[Correction]) -> tuple[int, int]:
        """Keep records that came from elsewhere; return how many are new, how many without notice.

        A record goes to every notice of its id; one whose notice is not here is kept for it.
        """
        keys = self.all_keys()
        new = homeless = 0
        for record in records:
            own = [key for key in keys if key.partition("~")[0] == record.notice_id]
            homeless += not own
            for key in own or [record.notice_id]:
                new += self.add_record(key, record)
        return new, homeless


def now() -> str:
    """Return the time to the second, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _job(row: RowMapping) -> Job:
    error = json.loads(row["error"]) if row["error"] else None
    fields = {name: row[name] for name in Job.__slots__ if name != "error"}
    return Job(error=error, **fields)


def _entry(row: RowMapping) -> Entry:
    title = row["title"] or row["source_name"]
    names = ("document_number", "issuer", "plan_year", "status", "source_name")
    return Entry(row["id"], title, *(row[name] for name in names))
