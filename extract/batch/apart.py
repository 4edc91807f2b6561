"""One input, read in a child process: what is to be known of it is made there and comes back.

For everything that looks into a stranger's file without keeping a batch: ``notice text 清单.pdf``
has the child read the PDF and gets back the text. The child is that of ``sandbox.py``, with all
its bounds; nothing but bytes comes back from it.
"""

from collections.abc import Callable
from contextlib import closing

from extract import pipeline
from extract.batch._outcomes import Crashed, Done, Outcome, Refused, Summary, Work
from extract.batch.inputs import Input
from extract.batch.local import blamed, content_of, run
from extract.document import Document
from extract.errors import ExtractError
from extract.limits import DEFAULT_LIMITS, Limits
from extract.notice import Notice
from extract.writers import json as writer

_NOTHING = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, complete=True)


class Bug(RuntimeError):
    """The program failed over an input; the message is the trace."""


def notice(found: Input, limits: Limits = DEFAULT_LIMITS) -> Notice:
    """Return the notice of an input; raises what ``result`` raises."""
    return writer.read(result(_one(found, None, limits)))


def of_document(
    found: Input, make: Callable[[Document, bytes], bytes], limits: Limits = DEFAULT_LIMITS
) -> bytes:
    """Return what ``make`` makes of an input's document and bytes; it is called in the child.

    ``of_document(found, lambda document, _: document.text.encode())`` is the canonical text.

    Raises:
        ExtractError: the input is to blame.
        Bug: the program is.
    """

    def made(given: Input) -> bytes:
        content = content_of(given, limits)  # a path is left only where there is no child
        document = pipeline.read(content, name=given.name, limits=limits)
        return make(document, content if isinstance(content, bytes) else content.read_bytes())

    return of_input(found, made, limits)


def of_input(
    found: Input, make: Callable[[Input], bytes], limits: Limits = DEFAULT_LIMITS
) -> bytes:
    """Return what ``make`` makes of an input; it is called in the child. Raises as the others."""

    def work(given: Input) -> Outcome:
        try:
            return Done(given, _NOTHING, make(given))
        except ExtractError as error:
            return Refused(given, blamed(error, given))

    return result(_one(found, work, limits))


def result(outcome: Outcome) -> bytes:
    """Return the content of an outcome.

    Raises:
        ExtractError: the input is to blame.
        Bug: the program is.
    """
    match outcome:
        case Done(content=content):
            return content
        case Refused(error=error):
            raise error
        case Crashed(trace=trace):
            raise Bug(trace)


def _one(found: Input, work: Work | None, limits: Limits) -> Outcome:
    with closing(run([found], work=work, limits=limits)) as outcomes:
        return next(outcomes)
