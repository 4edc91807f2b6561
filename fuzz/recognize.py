"""Text → values: ``python fuzz/recognize.py [libFuzzer options]``.

Nothing may be raised; every value is printed where it says, and the ledger of numerals closes.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["extract"]):
    import _seeds

    from extract import pipeline
    from extract.errors import ExtractError

_LONGEST = 2_000


def test(content: bytes) -> None:
    """Take a text through the house."""
    text = content.decode(errors="ignore")[:_LONGEST]
    try:
        document = pipeline.read(text.encode(), name="fuzz.txt")
    except ExtractError:
        return
    result = pipeline.run(document)
    for mention in result.recognition.mentions:
        if document.slice(mention.span) != mention.surface:
            raise AssertionError(mention)
    numerals = result.notice.numerals
    if numerals.total < numerals.consumed + len(numerals.discarded):
        raise AssertionError(numerals)


def main() -> None:
    """Fuzz the recognizers."""
    seeds = Path(tempfile.gettempdir()) / "notice-fuzz-recognize"
    _seeds.write(seeds, (".txt",))
    atheris.Setup([*sys.argv, str(seeds)], test)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
