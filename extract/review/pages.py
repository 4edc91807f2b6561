"""The pages: list and upload, the review of one notice, the queue, sign-in, the API's page."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from extract.report import Leaf
from extract.report.markup import Html
from extract.report.page import main, static
from extract.report.source import source
from extract.report.words import LANGUAGES, Language, words
from extract.review import judging
from extract.review.api import Key, Reader, service_of, values_json
from extract.review.people import COOKIE, SESSION_S, Person
from extract.review.service import Service
from extract.review.shelf import now
from extract.unseen import visible

STATIC = Path(__file__).with_name("static")
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    # what would steer the order of the page is written as a mark that is seen
    finalize=lambda value: visible(value) if type(value) is str else value,
)
_LANGUAGE = "notice_language"
router = APIRouter(include_in_schema=False)


def visitor(request: Request) -> Person | None:
    """Return who wants to see a page; ``None`` for a stranger."""
    return service_of(request).people.of(request)


Visitor = Annotated[Person | None, Depends(visitor)]
At = Annotated[Service, Depends(service_of)]


@router.get("/")
def index(request: Request, at: At, person: Visitor) -> Response:
    """Show the notices, the upload and its jobs."""
    return _shown(request, person, "index.html", entries=at.shelf.entries(limit=500))


@router.get("/notices/{key}")
def review(request: Request, at: At, person: Visitor, key: Key) -> Response:
    """Show a notice beside its source, to be accepted or corrected value by value."""
    if person is None:
        return _to_sign_in(request)
    held = at.held(key)
    seen = at.view(held, _language(request), with_pictures=False)
    digest = held.notice.source.sha256

    def address(leaf: Leaf) -> str:
        return f"/pages/{digest}/{leaf.number}"

    conflicts = [one for one in held.result.outcomes if one.state == "conflict"]
    return _shown(
        request,
        person,
        "notice.html",
        seen=seen,
        held=held,
        body=main(seen, source(seen, address)),
        labels=words(_language(request)).known,
        values=Html(values_json(held)),
        conflicts=[judging.said(one) for one in conflicts],
        waiting=judging.queue(held),
    )


@router.get("/queue")
def queue(request: Request, at: At, person: Visitor) -> Response:
    """Show what needs a person first, over all notices."""
    if person is None:
        return _to_sign_in(request)
    notices = [(entry, judging.queue(at.held(entry.id))) for entry in at.shelf.entries(limit=500)]
    waiting = [(entry, found) for entry, found in notices if found]
    return _shown(request, person, "queue.html", waiting=waiting)


@router.get("/docs")
def documentation(request: Request, person: Visitor) -> Response:
    """Show what the API can do, from the same OpenAPI description that programs read."""
    schema = request.app.openapi()
    calls = [
        (method.upper(), path, call)
        for path, methods in schema["paths"].items()
        for method, call in methods.items()
    ]
    return _shown(request, person, "docs.html", calls=calls)


@router.get("/pages/{digest}/{number}")
def picture(at: At, person: Reader, digest: str, number: int) -> Response:
    """Return the picture of a page; it never changes."""
    found = at.shelf.picture(digest, number) if 0 < number < 1_000_000 else None
    if found is None:
        raise HTTPException(404, "没有这一页")
    media_type, content = found
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(content, media_type=media_type, headers=headers)


@router.get("/view/{name}")
def view_file(name: str) -> Response:
    """Return the style or script that the report has inside it."""
    kinds = {"view.css": "text/css", "view.js": "text/javascript"}
    if name not in kinds:
        raise HTTPException(404, "没有这个文件")
    return Response(static(name), media_type=f"{kinds[name]}; charset=utf-8")


@router.get("/language/{language}")
def set_language(request: Request, language: str) -> Response:
    """Show the pages in another language from now on."""
    if language not in LANGUAGES:
        raise HTTPException(404, "没有这种语言")
    came = urlsplit(request.headers.get("referer", ""))
    back = came.path if came.netloc == request.headers.get("host") else "/"
    answer = RedirectResponse(quote(back or "/"), 303)
    answer.set_cookie(_LANGUAGE, language, max_age=365 * 86400, samesite="strict", httponly=True)
    return answer


@router.get("/sign-in")
def sign_in_page(request: Request, person: Visitor) -> Response:
    """Ask for a token."""
    return _page(request, person, "sign-in.html", to=_inside(request.query_params.get("to")))


@router.post("/sign-in")
def sign_in(
    request: Request,
    at: At,
    token: Annotated[str, Form(max_length=400)] = "",
    to: Annotated[str, Form(max_length=400)] = "/",
) -> Response:
    """Open a session for whoever has a token."""
    origin = urlsplit(request.headers.get("origin", "")).netloc
    if origin not in ("", request.headers.get("host", "")):
        raise HTTPException(403, "请求来自别的网站，已拒绝")
    person = at.people.by_token(token)
    if person is None:
        return _page(request, None, "sign-in.html", 401, to=_inside(to), wrong=True)
    answer = RedirectResponse(_inside(to), 303)
    secure = request.url.scheme == "https"
    session = at.people.open_session(person)
    kept = {"max_age": SESSION_S, "httponly": True, "samesite": "strict", "secure": secure}
    answer.set_cookie(COOKIE, session, **kept)  # type: ignore[arg-type]
    return answer


@router.post("/sign-out")
def sign_out(request: Request, at: At, person: Reader) -> Response:
    """End the session."""
    at.people.close_session(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _shown(request: Request, person: Person | None, name: str, **more: Any) -> Response:  # noqa: ANN401
    return _to_sign_in(request) if person is None else _page(request, person, name, **more)


def _page(
    request: Request,
    person: Person | None,
    name: str,
    status: int = 200,
    **more: Any,  # noqa: ANN401
) -> Response:
    at = service_of(request)
    language = _language(request)
    known = {
        **{"person": person, "people": at.people, "mark": at.people.mark(request)},
        **{"language": language, "of": words(language).of, "t": _texts(language), "now": now()},
    }
    return HTMLResponse(_TEMPLATES.get_template(name).render(**known, **more), status)


def _texts(language: Language) -> Any:  # noqa: ANN401
    """Return a function for templates: the Chinese text, or the English one beside it."""
    return lambda chinese, english: chinese if language == "zh" else english


def _language(request: Request) -> Language:
    return "en" if request.cookies.get(_LANGUAGE) == "en" else "zh"


def _to_sign_in(request: Request) -> Response:
    return RedirectResponse(f"/sign-in?to={quote(request.url.path)}", 303)


def _inside(to: str | None) -> str:
    """Return a path of this server to go on to; anything that leads elsewhere becomes ``/``."""
    plain = to or "/"
    is_ours = plain.startswith("/") and not plain.startswith(("//", "/\\"))
    return quote(plain) if is_ours and plain.isprintable() else "/"
