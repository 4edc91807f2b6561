"""The closed list of what may be wrong with an input; every message is written for a clerk.

Bad input is an error of this tree, bad content is a ``Finding`` in the notice, a bug is a crash.
"""


class ExtractError(Exception):
    """Why one input gave no notice, in Chinese: what happened, in which file, what to do next.

    Attributes:
        code: the stable name of the kind, as machines read it (``unsupported_format``).
        name: the file's name without its folder; empty for bare bytes.
        page: the 1-based page where it happened, or ``None``.
    """

    code = "extract_error"

    def __init__(self, message: str, *, name: str = "", page: int | None = None) -> None:
        """Keep the message and the place; ``name`` may be filled in later by the caller."""
        super().__init__(message)
        self.message = message
        self.name = name
        self.page = page

    def __str__(self) -> str:
        """Return one line: file, page, message."""
        place = f"第{self.page}页：" if self.page is not None else ""
        return f"{self.name}：{place}{self.message}" if self.name else f"{place}{self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way from a worker process to its parent with all attributes."""
        return _rebuild, (type(self), self.message, self.name, self.page)


class UnsupportedFormat(ExtractError):
    """No reader knows this format, or the name says one format and the bytes another."""

    code = "unsupported_format"


class UnreadableDocument(ExtractError):
    """The file is empty or damaged."""

    code = "unreadable_document"


class EncryptedDocument(ExtractError):
    """The file asks for a password."""

    code = "encrypted_document"


class MissingComponent(ExtractError):
    """Reading needs a program or package that is not installed; the message names it."""

    code = "missing_component"


class LimitExceeded(ExtractError):
    """The file is larger, longer or deeper than the limits allow."""

    code = "limit_exceeded"


def _rebuild(kind: type[ExtractError], message: str, name: str, page: int | None) -> ExtractError:
    return kind(message, name=name, page=page)
