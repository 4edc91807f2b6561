"""The garbage collector kept at rest while a reader makes very many small things at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Stop the collector from going through a hundred thousand new tuples again and again.

    Cells and characters refer to nothing that could be garbage; ``limits`` bounds how many there
    are. One that the caller has switched off stays off.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
