"""The report: one file without any address in it, that runs no script but its own."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from extract.document import Document
from extract.notice import Finding, Notice
from extract.report.markup import Html, element, raw
from extract.report.pages import leaves
from extract.report.panel import panel
from extract.report.source import source
from extract.report.view import View, view
from extract.report.words import Language

_STATIC = Path(__file__).with_name("static")


def page(
    notice: Notice,
    document: Document,
    content: bytes,
    *,
    audit: Sequence[Finding] | None = None,
    language: Language = "zh",
) -> bytes:
    """Return the page; ``content`` is the file that ``document`` was read from.

    ``audit`` is what ``pipeline.prove`` found, shown first; ``None`` when nothing was proved.
    Every word of the notice and of its file's name is escaped.
    """
    pictures = tuple(leaves(document, content))
    return written(view(notice, document, pictures, audit=audit, language=language))


def written(seen: View) -> bytes:
    """Return the whole page of a view."""
    style, script = static("view.css"), static("view.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    of = seen.words.of
    name = f"{_title(seen)} · {of('report')}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", name),
        element("style", raw(style)),
    )
    body = element("body", header(seen), main(seen), element("script", raw(script)))
    whole = element(
        "html",
        *(head, body),
        lang=of("language"),
        data_notice=f"{seen.notice.id}-{seen.notice.source.text_sha256[:12]}",
        data_accepted=of("accepted"),
    )
    return f"<!doctype html>\n{whole}\n".encode()


def header(seen: View) -> Html:
    """Return the top of the page: what the notice is, and whether it was proved."""
    of = seen.words.of
    notice = seen.notice
    facts = [notice.document_number.text if notice.document_number else None]
    facts += [notice.source.name, of(notice.status)]
    return element(
        "header",
        element("h1", _title(seen)),
        element("p", " · ".join(one for one in facts if one), class_="facts-line"),
        verdict(seen),
        element("p", of("keys"), class_="keys"),
    )


def main(seen: View, pictures: "Html | None" = None) -> Html:
    """Return the source and the lists beside it."""
    return element(
        "main",
        element(
            "div",
            pictures or source(seen),
            class_="source",
            id="source",
            tabindex=0,
            aria_label=seen.words.of("source"),
        ),
        element("aside", panel(seen), class_="panel"),
    )


def verdict(seen: View) -> Html:
    """Return the line that says what the audit found."""
    of = seen.words.of
    if seen.audit is None:
        return element("p", of("not_proved"), class_="verdict-line")
    wrong = [one for one, _ in seen.audit if one.severity == "error"]
    if not wrong:
        return element("p", f"✓ {of('proved')}", class_="verdict-line yes")
    return element("p", f"✗ {len(wrong)} {of('wrong')}", class_="verdict-line no")


@cache
def static(name: str) -> str:
    """Return one of our own files."""
    return (_STATIC / name).read_text(encoding="utf-8")


def _title(seen: View) -> str:
    return seen.notice.title.value if seen.notice.title else seen.notice.source.name


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
