"""One tool in one process: JSON with the texts on stdin, JSON with its CPU times on stdout.

``python _peer.py ours < request.json`` is run by ``figures.py`` with the python of the tool's own
virtual environment; nothing here but the standard library and the tool. The import and the first
call, which loads dictionaries and compiles patterns, are timed apart from the texts.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

Reader = Callable[[str], int]
PLAN_YEAR = 2024
TOO_LONG = 3
TODAY = time.mktime((2024, 1, 1, 0, 0, 0, 0, 0, 0))  # for the peers that ask what day it is


def ours() -> Reader:
    from extract import figures

    return lambda text: len(figures(text, plan_year=PLAN_YEAR))


def whole() -> Reader:
    from extract import extract

    return lambda text: len(extract(text.encode(), name="x.txt").figures)


def jionlp() -> Reader:
    from jionlp import ner

    def read(text: str) -> int:
        return len(ner.extract_money(text)) + len(ner.extract_time(text, time_base=TODAY))

    return read


def recognizers() -> Reader:
    from datetime import datetime

    import recognizers_suite as suite

    plain = (
        suite.recognize_number,
        suite.recognize_percentage,
        suite.recognize_currency,
        suite.recognize_dimension,
        suite.recognize_age,
        suite.recognize_temperature,
    )
    today = datetime.fromtimestamp(TODAY)  # noqa: DTZ006  the package wants a naive one
    culture = "zh-cn"

    def read(text: str) -> int:
        found = sum(len(recognize(text, culture)) for recognize in plain)
        return found + len(suite.recognize_datetime(text, culture, reference=today))

    return read


TOOLS = {
    "ours": (ours, "policy-notices"),
    "whole": (whole, "policy-notices"),
    "jionlp": (jionlp, "jionlp"),
    "recognizers": (recognizers, "recognizers-text-suite"),
}


def main() -> None:
    request = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # some tools print a banner
    load, distribution = TOOLS[sys.argv[1]]
    started = time.process_time()
    read = load()
    read(request["warm"])
    ready = time.process_time()
    seconds, found = [], []
    for text in request["texts"]:
        before = time.process_time()
        count = read(text)
        seconds.append(time.process_time() - before)
        found.append(count)
        if time.process_time() - started > request["limit_s"]:
            sys.exit(TOO_LONG)  # no RLIMIT_CPU: it makes the clock count in ticks of 4 ms
    try:
        release = version(distribution)
    except PackageNotFoundError:
        release = "?"
    place = sys.modules["extract"].__file__ if "extract" in sys.modules else None
    result = {"version": release, "ready": ready - started, "seconds": seconds, "found": found}
    json.dump({**result, "extract": place}, answer)
    answer.close()


if __name__ == "__main__":
    main()
