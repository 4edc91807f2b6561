"""Bytes → ``Document``: ``python fuzz/read.py pdf [libFuzzer options]``.

A reader may refuse with an ``ExtractError``; everything else that it raises is a find.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["extract"]):
    import _seeds

    from extract import readers
    from extract.errors import ExtractError
    from extract.limits import Limits

    FORMATS = readers.formats()  # imported here, so that they are instrumented

_LIMITS = Limits(max_bytes=1_000_000, max_characters=50_000, max_cells=5_000, max_pages=20)


def main() -> None:
    """Fuzz the reader that the first argument names."""
    name = sys.argv.pop(1)
    found = next(each for each in FORMATS if each.name == name)

    def test(content: bytes) -> None:
        try:
            document = found.read(content, _LIMITS, "fuzz" + found.suffixes[0])
        except ExtractError:
            return
        for block in document.blocks:
            if not 0 <= block.span.start <= block.span.end <= len(document.text):
                raise AssertionError(block)
        document.text.encode()

    seeds = Path(tempfile.gettempdir()) / f"notice-fuzz-{name}"
    _seeds.write(seeds, found.suffixes)
    atheris.Setup([*sys.argv, str(seeds)], test)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
