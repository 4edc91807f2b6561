"""What an OFD carries beside its pages: annotations, seals, attached files: named, not read in."""

from collections.abc import Iterator

from extract.document import Note
from extract.errors import UnreadableDocument
from extract.readers._ofd_book import Book
from extract.readers._ofd_parts import child, children, descendants, folder_of, text_of

_QUOTED = 40  # characters of an annotation in its note


def asides_of(book: Book, first: int) -> Iterator[Note]:
    """Yield the notes of one document whose first page is number ``first``.

    ``第2页有批注，未读入正文：“同意，请按程序办理”。``
    """
    numbers = {leaf.key: number for number, leaf in enumerate(book.leaves, first)}
    for aside in (_annotations, _seals, _attachments):
        try:
            yield from aside(book, numbers)
        except UnreadableDocument:
            message = "批注、签章或附件的目录已损坏，未能检查，请与原件核对。"
            yield Note("ofd.damaged", "warning", message)


def _annotations(book: Book, numbers: dict[str, int]) -> Iterator[Note]:
    path = book.find(text_of(child(book.root, "Annotations")), book.path)
    if path is None:
        return
    for page in children(book.parts.tree(path), "Page"):
        number = numbers.get(page.get("PageID", ""))
        for location in children(page, "FileLoc"):
            found = book.parts.find(text_of(location), folder_of(path), folder_of(book.path))
            text = _printed(book, found) if found is not None else ""
            if text:
                place = f"第{number}页" if number is not None else ""
                short = text[:_QUOTED] + ("……" if len(text) > _QUOTED else "")
                message = f"{place}有批注，未读入正文：“{short}”。"
                yield Note("ofd.annotation", "warning", message)


def _printed(book: Book, path: str) -> str:
    """Return the text that the annotations of one page print."""
    codes = descendants(book.parts.tree(path), "TextCode")
    return "".join((code.text or "").strip() for code in codes)


def _seals(book: Book, numbers: dict[str, int]) -> Iterator[Note]:
    start = book.parts.find(text_of(child(book.body, "Signatures")), folder_of(book.path))
    if start is None:
        return
    pages: set[int] = set()
    for signature in children(book.parts.tree(start), "Signature"):
        path = book.find(signature.get("BaseLoc", ""), start)
        for stamp in descendants(book.parts.tree(path), "StampAnnot") if path else ():
            pages.add(numbers.get(stamp.get("PageRef", ""), 0))
    shown = "、".join(str(page) for page in sorted(pages - {0}))
    if shown:
        yield Note("ofd.seal", "info", f"第{shown}页盖有电子印章，印章中的文字未读取。")


def _attachments(book: Book, _numbers: dict[str, int]) -> Iterator[Note]:
    path = book.find(text_of(child(book.root, "Attachments")), book.path)
    if path is None:
        return
    names = [each.get("Name", "") for each in children(book.parts.tree(path), "Attachment")]
    if names:
        message = f"文件内嵌附件 {len(names)} 个（{'、'.join(names)}），未读取，请另行处理。"
        yield Note("ofd.attachment", "warning", message)
