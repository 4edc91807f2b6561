"""Make the hostile inputs: ``python tests/hostile/make_hostile.py FOLDER``.

Nothing of it is committed: what it makes is the same every time, on every machine.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile import (
    _markup,
    _office,
    _office_more,
    _pdf,
    _pdf_more,
    _rest_more,
    _text,
)
from hostile._item import Item

_LARGE = {"100 MB line.txt", "over size.txt"}


def items() -> Iterator[Item]:
    """Yield every input, each name once."""
    seen: set[str] = set()
    for module in (_text, _pdf, _office, _markup, _pdf_more, _office_more, _rest_more):
        for each in module.items():
            if each.name in seen:
                raise ValueError(each.name)
            seen.add(each.name)
            yield each


def write(folder: Path, *, large: bool = True) -> list[Item]:
    """Write the inputs into a folder; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [each for each in items() if large or each.name not in _LARGE]
    for each in written:
        (folder / each.name).write_bytes(each.make())
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{len(write(Path(sys.argv[1])))}\n")
