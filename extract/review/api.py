"""The API that the pages use: a file → a job → a notice; records; downloads."""

import json
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import (
    APIRouter,
    Depends,
    File,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    UploadFile,
)
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from extract.corrections import exchange, label_studio
from extract.corrections.model import Action
from extract.notice import Notice
from extract.report.page import written
from extract.report.words import Language
from extract.review import judging
from extract.review.people import LOCAL, Person
from extract.review.problems import MEDIA_TYPE, Problem
from extract.review.service import Service
from extract.review.shelf import Held, Job
from extract.unseen import escaped
from extract.writers import json as writer
from extract.writers import xlsx

_REFUSALS = {
    status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": words}
    for status, words in (
        *((400, "请求有误"), (401, "没有登录"), (403, "没有权限"), (404, "没有找到")),
        *((412, "内容已变"), (413, "太大"), (422, "内容不对"), (429, "太频繁")),
        *((408, "太慢"), (503, "正忙，请稍后再试")),
    )
}
BUSY: dict[int | str, dict[str, Any]] = {503: _REFUSALS[503]}
router = APIRouter(prefix="/api", responses=_REFUSALS)  # type: ignore[arg-type]


def service_of(request: Request) -> Service:
    """Return the running server."""
    found: Service = request.app.state.service
    return found


def reader(request: Request) -> Person:
    """Return who asks; raises 401 for a stranger, 403 for a forged request."""
    people = service_of(request).people
    person = people.of(request)
    if person is None:
        raise HTTPException(401, "请先登录", {"WWW-Authenticate": "Bearer"})
    people.check_origin(request)
    return person


def reviewer(person: Annotated[Person, Depends(reader)]) -> Person:
    """Return who asks; raises 403 for one who may only look."""
    if person.role != "reviewer":
        raise HTTPException(403, "只有审核员可以修改；请换用审核员的口令")
    return person


At = Annotated[Service, Depends(service_of)]
Reader = Annotated[Person, Depends(reader)]
Reviewer = Annotated[Person, Depends(reviewer)]
Key = Annotated[str, Path(min_length=1, max_length=200, title="通知的编号")]
Words = Annotated[str, Query(max_length=200)]


class JobOut(BaseModel):
    """A file on its way (任务)."""

    id: str
    name: str
    state: str = Field(description="queued、running、done、failed")
    notice: str | None = Field(description="读好以后通知的编号")
    error: dict[str, str] | None
    author: str
    created_at: str


class EntryOut(BaseModel):
    """One notice of the list (通知)."""

    id: str
    title: str
    document_number: str | None
    issuer: str | None
    plan_year: int | None
    status: str
    source_name: str


class RecordIn(BaseModel):
    """What a person says of one value (意见)."""

    model_config = ConfigDict(extra="forbid")

    pointer: Annotated[str, StringConstraints(pattern="^/", max_length=200)]
    action: Action
    field: Annotated[str, StringConstraints(max_length=40)] = ""
    new: Annotated[str, StringConstraints(max_length=2_000)] | bool | int | None = None
    author: Annotated[str, StringConstraints(max_length=60)] = ""
    reason: Annotated[str, StringConstraints(max_length=2_000)] = ""


class RecordOut(BaseModel):
    """A record with what became of it."""

    record: dict[str, str | int | float | bool | None]
    state: str = Field(description="applied、already、superseded、conflict")
    pointer: str | None
    message: str


class WaitingOut(BaseModel):
    """A value that needs a person, and why."""

    notice: str
    pointer: str
    kind: str
    quote: str
    project: str
    why: str


class Imported(BaseModel):
    """What an import did."""

    records: int
    new: int
    without_notice: int


@router.post("/files", status_code=202, summary="上传文件，每份一个任务")
async def upload(
    at: At,
    person: Reviewer,
    response: Response,
    file: Annotated[list[UploadFile], File(description="一份或几份通知")],
) -> list[JobOut]:
    """Take one or several files; ``Location`` leads to the job of the first."""
    jobs = [await at.upload(one.file, _name(one.filename), person.name) for one in file]
    if jobs:
        response.headers["Location"] = f"/api/jobs/{jobs[0].id}"
    return [_job(one) for one in jobs]


@router.get("/jobs", summary="最近的任务")
def jobs(at: At, person: Reader) -> list[JobOut]:
    """Return the latest jobs, the newest first."""
    return [_job(one) for one in at.shelf.jobs()]


@router.get("/jobs/{job}", summary="一个任务")
def job(at: At, person: Reader, job: Annotated[str, Path(max_length=32)]) -> JobOut:
    """Return one job."""
    found = at.shelf.job(job)
    if found is None:
        raise HTTPException(404, "没有这个任务")
    return _job(found)


@router.get("/notices", summary="按文号、单位、年度、标题查找通知")
def notices(
    at: At,
    person: Reader,
    number: Words = "",
    department: Words = "",
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    q: Words = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[EntryOut]:
    """Return the notices that fit."""
    page = {"limit": limit, "offset": offset}
    asked = {"number": number, "department": department, "year": year, "words": q}
    return [EntryOut(**asdict(one)) for one in at.shelf.entries(**asked, **page)]  # type: ignore[arg-type]


@router.get("/notices/{key}", summary="一份通知的 JSON", response_model=Notice)
def notice(
    at: At,
    person: Reader,
    request: Request,
    key: Key,
    extracted: Annotated[bool, Query(description="不套用更正")] = False,
) -> Response:
    """Return a notice with its corrections, or as it was extracted."""
    held = at.held(key)
    content = writer.write(held.extracted if extracted else held.notice)
    etag = held.etag if not extracted else f'"x{held.etag[1:]}'
    return _tagged(request, etag, content, writer.MEDIA_TYPE, f"{key}.json")


@router.get("/notices/{key}/xlsx", summary="台账", response_class=Response)
def ledger(at: At, person: Reader, request: Request, key: Key) -> Response:
    """Return the ledger (台账) of a notice."""
    held = at.held(key)
    content = xlsx.write(held.notice)
    return _tagged(request, held.etag, content, xlsx.MEDIA_TYPE, f"{key}.xlsx")


@router.get("/notices/{key}/report", summary="核对报告", response_class=Response)
def report(at: At, person: Reader, request: Request, key: Key, lang: Language = "zh") -> Response:
    """Return the report of a notice: one HTML file that needs no network."""
    held = at.held(key)
    content = written(at.view(held, lang, with_pictures=True))
    return _tagged(request, held.etag, content, "text/html; charset=utf-8", f"{key}.html")


@router.get("/notices/{key}/label-studio", summary="Label Studio 的任务", response_class=Response)
def to_label_studio(at: At, person: Reader, request: Request, key: Key) -> Response:
    """Return the values and records of a notice as a task of Label Studio."""
    held = at.held(key)
    text = held.document.text if held.document else ""
    content = label_studio.write(held.extracted, held.records, text)
    return _tagged(request, held.etag, content, label_studio.MEDIA_TYPE, f"{key}.tasks.json")


@router.post("/notices/{key}/again", status_code=202, summary="重新提取")
def again(at: At, person: Reviewer, response: Response, key: Key) -> JobOut:
    """Read the source again with this version of the program; the records stand."""
    found = at.again(at.held(key), person.name)
    response.headers["Location"] = f"/api/jobs/{found.id}"
    return _job(found)


@router.get("/notices/{key}/records", summary="对一份通知的意见")
def records(at: At, person: Reader, key: Key, response: Response) -> list[RecordOut]:
    """Return what was said of a notice, in order, and what became of each record."""
    held = at.held(key)
    response.headers["ETag"] = held.etag
    return _outcomes(held)


@router.post("/notices/{key}/records", status_code=201, summary="认可、更正、否定、批注一个值")
def say(
    at: At, person: Reviewer, request: Request, response: Response, key: Key, body: RecordIn
) -> RecordOut:
    """Keep what a person says of one value. ``If-Match`` guards against another's change."""
    author = (body.author.strip() or LOCAL) if at.people.is_local else person.name
    said = {"field": body.field, "new": body.new, "author": author, "reason": body.reason}
    with at.saying:  # looked at and changed as one step, or two people could both be the first
        held = at.held(key)
        if request.headers.get("if-match") not in (None, "*", held.etag):
            raise HTTPException(412, "别人刚刚改过这份通知；请刷新后再改")
        record = at.say(held, body.pointer, body.action, **said)  # type: ignore[arg-type]
    after = at.held(key)
    response.headers["ETag"] = after.etag
    own = [one for one in _outcomes(after) if one.record["id"] == record.id]
    return own[-1]


@router.get("/queue", summary="需要先看的值")
def queue(
    at: At, person: Reader, limit: Annotated[int, Query(ge=1, le=1_000)] = 200
) -> list[WaitingOut]:
    """Return the values that need a person, over all notices, notice by notice."""
    found: list[WaitingOut] = []
    for key in at.shelf.all_keys():
        if len(found) >= limit:
            break
        found += _waiting(at.held(key))
    return found[:limit]


@router.get("/notices/{key}/queue", summary="一份通知里需要先看的值")
def queue_of(at: At, person: Reader, key: Key) -> list[WaitingOut]:
    """Return the values of one notice that need a person, the most urgent first."""
    return _waiting(at.held(key))


@router.get("/records", summary="导出全部意见", response_class=Response)
def exported(
    at: At,
    person: Reader,
    to: Annotated[str, Query(pattern="^(jsonl|xlsx)$")] = "jsonl",
) -> Response:
    """Return all records as JSON Lines or XLSX."""
    form = exchange.LINES if to == "jsonl" else exchange.SHEET
    content = form.write(at.shelf.records())
    return Response(content, media_type=form.media_type, headers=_download(f"records{form.suffix}"))


@router.post("/records", summary="导入意见")
def imported(
    at: At,
    person: Reviewer,
    file: Annotated[UploadFile, File(description=".jsonl、.xlsx，或 Label Studio 的 .json")],
) -> Imported:
    """Take records that were exported here or elsewhere; those known already change nothing."""
    name = _name(file.filename)
    found = at.records_of(file.file.read(), name)
    new, homeless = at.shelf.add_records(found)
    return Imported(records=len(found), new=new, without_notice=homeless)


def _outcomes(held: Held) -> list[RecordOut]:
    return [
        RecordOut(
            record=one.record.row(), state=one.state, pointer=one.pointer, message=one.message
        )
        for one in held.result.outcomes
    ]


def _waiting(held: Held) -> list[WaitingOut]:
    rows = [asdict(one) for one in judging.queue(held)]
    return [
        WaitingOut(notice=held.key, **{k: v for k, v in r.items() if k != "rank"}) for r in rows
    ]


def _job(one: Job) -> JobOut:
    return JobOut(**{name: getattr(one, name) for name in JobOut.model_fields})


def _name(given: str | None) -> str:
    """Return a file's name without its folder, fit to be shown and kept."""
    plain = (given or "").replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in plain if c.isprintable() and not "\ud800" <= c <= "\udfff")
    return clean[-200:] or "未命名"


def _tagged(request: Request, etag: str, content: bytes, media_type: str, name: str) -> Response:
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in _split(request.headers.get("if-none-match"))}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers | _download(name))


def _split(header: str | None) -> list[str]:
    return header.split(",") if header else []


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def values_json(held: Held) -> str:
    """Return the correctable fields of every value by pointer, safe inside a script element."""
    from extract.corrections import places
    from extract.corrections.model import content_of

    values: dict[str, Any] = {one.pointer: content_of(one) for one in places(held.notice)}
    text = escaped(json.dumps(values, ensure_ascii=False))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")
