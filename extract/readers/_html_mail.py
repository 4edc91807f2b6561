"""Web pages kept in one file (.mht): a mail message whose first page is the page.

``MIME-Version: 1.0`` ``Content-Type: multipart/related; boundary="…"`` … ``<html>…``
"""

from email import policy
from email.message import Message
from email.parser import BytesParser

import regex

from extract.errors import LimitExceeded, UnreadableDocument
from extract.limits import Limits

_HEADERS_WITHIN = 4096
_HEADER = regex.compile(rb"(?:[\w-]{2,40}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+\r?\n")
_RELATED = regex.compile(
    rb"^content-type:\s*(?:multipart/(?:related|alternative|mixed)|text/html)",
    regex.IGNORECASE | regex.MULTILINE,
)
_VERSION = regex.compile(rb"^mime-version:", regex.IGNORECASE | regex.MULTILINE)


def is_archive(content: bytes) -> bool:
    """Return whether the bytes open with the headers of a saved page."""
    head = content[:_HEADERS_WITHIN].lstrip()
    headers = _HEADER.match(head)
    if headers is None:
        return False
    return bool(_RELATED.search(headers.group()) and _VERSION.search(headers.group()))


def page_of(content: bytes, limits: Limits) -> tuple[bytes, str]:
    """Return the bytes of the first page and the encoding its part states.

    Raises:
        UnreadableDocument: no page in it.
        LimitExceeded: more parts than the limits allow.
    """
    if content.count(b"\n--") > limits.max_entries:
        raise LimitExceeded("网页存档里的文件过多，请用浏览器打开后另存为 .html 再试。")
    message = BytesParser(policy=policy.compat32).parsebytes(content.lstrip())
    for part in _leaves(message, limits):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                return page, str(part.get_content_charset() or "")
    raise UnreadableDocument("网页存档里没有网页，请用浏览器打开后另存为 .html 再试。")


def _leaves(message: Message, limits: Limits) -> "list[Message]":
    """Return the parts that hold no parts, in order."""
    found: list[Message] = []
    pending = [(message, 0)]
    while pending:
        part, depth = pending.pop()
        if depth > limits.max_nesting:
            raise LimitExceeded("网页存档嵌套过深，请用浏览器打开后另存为 .html 再试。")
        if part.is_multipart():
            inner = [each for each in part.get_payload() if isinstance(each, Message)]
            pending += [(each, depth + 1) for each in reversed(inner)]
        else:
            found.append(part)
    return found
