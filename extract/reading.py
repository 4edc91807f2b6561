"""How every command reads what it is given: in a child process, within the limits it was told.

``NOTICE_MAX_PAGES=500 notice text 清单.pdf``: the limits come from the environment.
"""

from collections.abc import Callable, Collection

import typer

from extract import readers
from extract.batch import apart
from extract.batch.inputs import Input, expand
from extract.document import Document
from extract.limits import Limits


def limits() -> Limits:
    """Return the limits that the environment sets; a wrong value is wrong usage."""
    try:
        return Limits.from_environment()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def one_input(path: str, suffixes: Collection[str] = ()) -> Input:
    """Return the one input that an argument names; several are wrong usage."""
    found = expand([path], suffixes or readers.suffixes(), limits())
    if len(found) != 1:
        message = f"{path} 里有 {len(found)} 份文件，这个命令一次只看一份"
        raise typer.BadParameter(message)
    return found[0]


def of_document(path: str, make: Callable[[Document, bytes], bytes]) -> bytes:
    """Return what ``make`` makes, in a child process, of the document at ``path`` and its bytes.

    Raises:
        ExtractError: the file is unreadable, or refused by ``make``.
        Bug: the program failed.
    """
    return apart.of_document(one_input(path), make, limits())
