"""What the pages and the API both do: take files, find notices, keep what people say."""

import threading
from dataclasses import replace
from functools import partial

from fastapi import HTTPException

from extract.corrections import Correction, places, recorded
from extract.corrections.model import Action, Scalar
from extract.report import View, view
from extract.report.words import Language
from extract.review import judging
from extract.review.people import People
from extract.review.settings import Settings
from extract.review.shelf import Held, Job, Shelf, now
from extract.review.workers import Busy, Task, Workers

_RETRY = {"Retry-After": "30"}


class Service:
    """One running server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.saying = threading.Lock()
        self.people = People(settings.tokens)
        self.shelf = Shelf(settings.store)
        limits = (settings.workers, settings.waiting, settings.timeout_s)
        self.workers = Workers(
            *limits, begun=self.shelf.begin, done=self.shelf.finish, limits=settings.limits
        )
        for job in self.shelf.unfinished():
            try:
                self._submit(job)
            except HTTPException:
                break  # the rest waits for the next start

    def close(self) -> None:
        """Stop the workers, let go of the database."""
        self.workers.close()
        self.shelf.close()

    def upload(self, content: bytes, name: str, author: str) -> Job:
        """Take a file; raises 413 or 503 when it is too large or too many wait."""
        if len(content) > self.settings.max_upload_bytes:
            message = f"上传超过 {self.settings.max_upload_bytes} 字节的上限；请拆分后再上传"
            raise HTTPException(413, message)
        self._check_room()
        return self._submit(self.shelf.add_file(content, name, author))

    def again(self, held: Held, author: str) -> Job:
        """Read the source of a notice again with this version of the program."""
        source = held.extracted.source
        self._check_room()
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

    def _check_room(self) -> None:
        if self.workers.waiting >= self.settings.waiting:
            raise HTTPException(503, "等待处理的文件太多；请过一会儿再上传", _RETRY)

    def _submit(self, job: Job) -> Job:
        content = partial(self._content, job.sha256)
        try:
            self.workers.submit(Task(job.id, content, job.name))
        except Busy:
            self.shelf.drop_job(job.id)
            message = "等待处理的文件太多；请过一会儿再上传"
            raise HTTPException(503, message, _RETRY) from None
        return job

    def _content(self, digest: str) -> bytes:
        found = self.shelf.content(digest)
        if found is None:
            message = "the file of a job is gone"
            raise LookupError(message)
        return found
