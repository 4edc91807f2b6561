"""The flat rows of texts as one version of the package reads them: paths on stdin, JSON on stdout.

Run with ``PYTHONPATH`` set to a checkout: ``extract`` is then that checkout's, and the answer says
where it came from, so that the caller can prove it.
"""

import json
import sys
import time
from typing import Any

Row = dict[str, Any]


def rows(path: str) -> list[Row]:
    """Return what ``notice figures`` prints of a file."""
    from extract import pipeline

    return list(pipeline.flat(pipeline.read(path)))


def predictions(paths: list[str]) -> tuple[str, dict[str, list[Row]], dict[str, float]]:
    """Return where the package is, the rows of each file, and the CPU seconds of each."""
    import extract

    found, seconds = {}, {}
    for path in paths:
        before = time.process_time()
        found[path] = rows(path)
        seconds[path] = time.process_time() - before
    return str(extract.__file__), found, seconds


if __name__ == "__main__":
    json.dump(predictions(json.load(sys.stdin)), sys.stdout, ensure_ascii=False)
