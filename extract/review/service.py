"""What the pages and the API both do: take files, find notices, keep what people say."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from fastapi import HTTPException

from extract.corrections import Correction, exchange, places, recorded
from extract.corrections.model import Action, Scalar
from extract.report import View, view
from extract.report.words import Language
from extract.review import judging
from extract.review.holder import Gone, Holder, Late
from extract.review.people import People
from extract.review.pulse import Pulse
from extract.review.settings import RETRY, Settings
from extract.review.shelf import Held, Job, Shelf, now
from extract.review.work import BUG, RECORDS, Parcel, Refused
from extract.review.workers import Busy, Task, Workers


class Service:
    """One running server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.saying = threading.Lock()
        self._importing = threading.Lock()
        self._importer = Holder(settings.limits, settings.timeout_s)
        # Files are large and the store takes one at a time: more threads would only hold them.
        self._storing = ThreadPoolExecutor(2, thread_name_prefix="storing")
        self.people = People(settings.tokens)
        self.shelf = Shelf(settings.store)
        limits = (settings.workers, settings.waiting, settings.timeout_s)
        self.workers = Workers(
            *limits, begun=self.shelf.begin, done=self.shelf.finish, limits=settings.limits
        )
        self.pulse = Pulse(lambda: self.shelf.jobs(limit=1))
        for job in self.shelf.unfinished():
            try:
                self._submit(job)
            except HTTPException:
                break  # the rest waits for the next start

    def close(self) -> None:
        """Stop the workers, let go of the database."""
        self.pulse.close()
        self._importer.kill()
        self.workers.close()
        self._storing.shutdown(cancel_futures=True)
        self._importer.end()
        self.shelf.close()

    async def upload(self, file: BinaryIO, name: str, author: str) -> Job:
        """Take a file; raises 413 or 503 when it is too large or too many wait."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._storing, self._upload, file, name, author)

    def _upload(self, file: BinaryIO, name: str, author: str) -> Job:
        content = file.read(self.settings.max_upload_bytes + 1)
        if len(content) > self.settings.max_upload_bytes:
            message = f"上传超过 {self.settings.max_upload_bytes} 字节的上限；请拆分后再上传"
            raise HTTPException(413, message)
        self.check_room()
        return self._submit(self.shelf.add_file(content, name, author))

    def records_of(self, content: bytes, name: str) -> list[Correction]:
        """Return the records of an exchange file, which is read in the sandbox too."""
        with self._importing:
            try:
                found = self._importer.ask(RECORDS, lambda: content, name)
            except (Gone, Late):
                found = BUG
        if isinstance(found, Refused):
            raise HTTPException(422, found.message)
        return exchange.from_lines(found.lines) if isinstance(found, Parcel) else []

    def again(self, held: Held, author: str) -> Job:
        """Read the source of a notice again with this version of the program."""
        source = held.extracted.source
        self.check_room()
        if self.shelf.content(source.sha256) is None:
            raise HTTPException(404, "这里没有原件；请重新上传")
        return self._submit(self.shelf.add_job(source.sha256, source.name, author))

    def held(self, key: str) -> Held:
        """Return a notice; raises 404."""
        found = self.shelf.held(key)
        if found is None:
            raise HTTPException(404, f"没有编号为 {key[:80]} 的通知")
        return found

    def say(
        self,
        held: Held,
        pointer: str,
        action: Action,
        *,
        field: str = "",
        new: Scalar = None,
        author: str,
        reason: str = "",
    ) -> Correction:
        """Keep what a person says of the value at a pointer."""
        known = {one.pointer: one for one in places(held.notice)}
        first = {one.pointer: one.project for one in places(held.extracted)}
        if pointer not in known:
            raise HTTPException(404, f"这份通知里没有 {pointer[:80]}")
        place = replace(known[pointer], project=first.get(pointer))
        text = held.document.text if held.document else ""
        said = {"author": author, "reason": reason, "recorded_at": now()}
        record = recorded(place, held.notice.id, text, action, field=field, new=new, **said)
        self.shelf.add_record(held.key, record)
        return record

    def view(self, held: Held, language: Language, *, with_pictures: bool) -> View:
        """Return what the page of a notice shows."""
        document = held.document
        if document is None:
            raise HTTPException(404, "这份通知没有在这里读过原件；请上传原件")
        digest = held.notice.source.sha256
        leaves = tuple(self.shelf.leaves(digest, with_pictures=with_pictures))
        judged = judging.judgements(held)
        return view(held.notice, document, leaves, judgements=judged, language=language)

    def check_room(self) -> None:
        """Raise 503 when too many files wait."""
        if self.workers.waiting >= self.settings.waiting:
            raise HTTPException(503, "等待处理的文件太多；请过一会儿再上传", RETRY)

    def _submit(self, job: Job) -> Job:
        content = partial(self._content, job.sha256)
        try:
            self.workers.submit(Task(job.id, content, job.name))
        except Busy:
            self.shelf.drop_job(job.id)
            message = "等待处理的文件太多；请过一会儿再上传"
            raise HTTPException(503, message, RETRY) from None
        return job

    def _content(self, digest: str) -> bytes:
        found = self.shelf.content(digest)
        if found is None:
            message = "the file of a job is gone"
            raise LookupError(message)
        return found
