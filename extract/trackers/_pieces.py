"""Arguments of ``notice ingest`` → pieces: inputs with where they were got.

A web page and its attachments are one set, all with the address of the page. The same bytes are
one piece, however many links lead to them.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256
from pathlib import Path, PurePath

from extract import reading
from extract.batch import apart, archive
from extract.batch.inputs import Input, expand
from extract.errors import ExtractError, LimitExceeded
from extract.readers import html
from extract.store import Origin
from extract.trackers import _page
from extract.trackers._addresses import is_web, names_in, safe_name, suffix_of
from extract.trackers._page import Link
from extract.trackers._web import Got, Visitor

# Only for a file whose name says nothing: 通知, /download/5.
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/ofd": ".ofd",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.ms-works": ".wps",
    "application/wps-office.wps": ".wps",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One input, and where it was got when that was the web."""

    input: Input
    origin: Origin | None = None


@dataclass(slots=True)
class Collector:
    """Gets what the arguments name; files from the web are put below ``folder``, all bounded.

    ``say`` is told, in Chinese, what was got already under another address.
    """

    folder: Path
    visitor: Visitor
    suffixes: Collection[str]
    say: Callable[[str], None]
    _names: dict[str, str] = field(default_factory=dict)  # digest → address
    _asked: set[str] = field(default_factory=set)

    def pieces(self, arguments: Iterable[str]) -> Iterator[Piece]:
        """Yield the pieces of files, folders, ZIPs and web addresses, in the order given."""
        local: list[str] = []
        for argument in arguments:
            if is_web(argument):
                yield from self._files(local)
                local = []
                yield from self._set(argument)
            else:
                local.append(argument)
        yield from self._files(local)

    def _files(self, arguments: list[str]) -> Iterator[Piece]:
        yield from (Piece(found) for found in expand(arguments, self.suffixes))

    def _set(self, address: str) -> Iterator[Piece]:
        """Yield what an address gives, and the attachments if it is a page."""
        try:
            got = self.visitor.get(address)
        except ExtractError as error:
            yield _refused(address, error)
            return
        self._asked.add(got.url)
        yield from self._stored(got, got.url, "")
        if not html.sniff(got.content):
            return
        try:
            linked = _links(got)
        except ExtractError:
            return  # the page itself is a piece, and is refused for the same reason
        most = self.visitor.manners.max_files
        for link in linked[:most]:
            yield from self._attachment(link, got.url)
        if len(linked) > most:
            message = f"网页上有 {len(linked)} 个附件，超过 {most} 个的上限，其余没有取"
            yield _refused(got.url, LimitExceeded(message))

    def _attachment(self, link: Link, page: str) -> Iterator[Piece]:
        if link.url in self._asked:
            return
        self._asked.add(link.url)
        try:
            if link.fault:
                raise ExtractError(link.fault, name=link.label or link.url)
            got = self.visitor.get(link.url)
        except ExtractError as error:
            yield _refused(link.label or link.url, error)
            return
        yield from self._stored(got, page, link.label)

    def _stored(self, got: Got, page: str, label: str) -> Iterator[Piece]:
        """Put a file aside and yield the inputs in it: itself, or the members of a ZIP."""
        digest = sha256(got.content).hexdigest()
        if digest in self._names:
            self.say(f"{got.url} 与 {self._names[digest]} 内容相同，只入库一次")
            return
        self._names[digest] = got.url
        place = self.folder / str(len(self._names))
        place.mkdir()
        path = place / self._name(got, label)
        path.write_bytes(got.content)
        origin = Origin(got.url, page, got.retrieved_at)
        for found in expand([str(path)], self.suffixes):
            yield Piece(found, origin)

    def _name(self, got: Got, label: str) -> str:
        """Return the name of a file: what the site calls it, else from the address or the link."""
        stated = _stated_name(got.headers)
        names = [one for one in (stated, *names_in(got.url), *names_in(got.final), label) if one]
        known = {*self.suffixes, archive.SUFFIX}
        for name in names:
            if suffix_of(name) in known:
                return safe_name(name)
        media_type = got.headers.get_content_type()
        if html.sniff(got.content):
            media_type = "text/html"
        return safe_name((names or ["网页"])[0] + _SUFFIXES.get(media_type, ""))


def _links(got: Got) -> list[Link]:
    """Return the attachments of a page, which a child process reads."""
    limits = reading.limits()

    def told(found: Input) -> bytes:
        return json.dumps(_page.links(found.content or b"", got.final, limits)).encode()

    page = Input(got.url, PurePath("page.html"), content=got.content)
    return [Link(*one) for one in json.loads(apart.of_input(page, told, limits))]


def _stated_name(headers: Message) -> str:
    """Return the file name a site states; http.client reads its bytes as Latin-1."""
    name = headers.get_filename() or ""
    try:
        raw = name.encode("latin-1")
    except UnicodeEncodeError:
        raw = b""
    for encoding in ("utf-8", "gb18030") if raw else ():
        try:
            name = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    return next(iter(names_in(name.replace("?", "_").replace("#", "_"))), "")


def _refused(name: str, error: ExtractError) -> Piece:
    error.name = error.name or name
    return Piece(Input(name, PurePath(safe_name(name)), error=error))
