"""Addresses as people and pages write them → plain ASCII, and the file names in them."""

from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

import regex

_SAFE = "/%:@!$&'()*+,;=~-._?"
_WHITE = regex.compile(r"[\p{Cc}]+")
_WEB = regex.compile(r"https?://", regex.IGNORECASE)
_UNFIT = regex.compile(r'[\p{Cc}\p{Cs}/\\:*?"<>|]')
_MAX_NAME_BYTES = 150


def is_web(argument: str) -> bool:
    """Tell whether an argument is a web address: ``https://www.例.gov.cn/art/2024/1.html``."""
    return bool(_WEB.match(argument))


def plain(url: str, encoding: str = "utf-8") -> str:
    """Return an address without fragment, in ASCII but for the host: ``附件.pdf`` → ``%E9%99%84…``.

    As browsers do it: white space around goes, ``\\`` is ``/``, a query is in the page's encoding.
    """
    clean: str = _WHITE.sub("", url).strip()
    try:
        parts = urlsplit(clean)
    except ValueError:
        return url  # whoever resolves it says what is wrong
    return urlunsplit(
        (
            parts.scheme.lower(),
            parts.netloc.lower(),
            quote(parts.path.replace("\\", "/"), safe=_SAFE),
            quote(parts.query, safe=_SAFE, encoding=encoding, errors="replace"),
            "",
        )
    )


def joined(base: str, written: str, encoding: str = "utf-8") -> str:
    """Return the address that a page at ``base`` means by ``./P0202402.pdf``, ``..\\1.doc``."""
    path, mark, query = written.strip().partition("?")
    try:
        return plain(urljoin(base, path.replace("\\", "/") + mark + query), encoding)
    except ValueError:
        return written  # whoever resolves it says what is wrong


def names_in(url: str) -> list[str]:
    """Return what may be file names in an address, the likeliest first.

    ``/down.jsp?filename=a1b2.docx`` gives ``down.jsp`` and ``a1b2.docx``.
    """
    parts = urlsplit(url)
    values = [value for _, value in parse_qsl(parts.query)]
    found = [PurePosixPath(unquote(one)).name for one in (parts.path, *values)]
    return [one for one in found if one]


def suffix_of(name: str) -> str:
    """Return the suffix of a name in lower case, ``.pdf``."""
    return PurePosixPath(name).suffix.lower()


def safe_name(name: str) -> str:
    """Return a file name that any system takes; the suffix stays."""
    clean: str = _UNFIT.sub("_", name).strip(" .") or "_"
    suffix = suffix_of(clean)[:10]
    stem = clean[: len(clean) - len(suffix)] if suffix else clean
    room = _MAX_NAME_BYTES - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore") + suffix
