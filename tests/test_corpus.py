"""Every line of ``tests/corpus`` read as it stands: all values it has, and no other."""

import datetime
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from extract import figures, recognizers
from extract.context import Context
from extract.document import Mention
from extract.text import view_of_text

CORPUS = Path(__file__).parent / "corpus"
KINDS = ("amount", "quantity", "percentage", "deadline", "department")
Case = dict[str, object]


def _cases() -> list[object]:
    found = []
    for path in sorted(CORPUS.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in table["case"]:
            marks = []
            if path.stem == "known_failures":
                marks = [pytest.mark.xfail(strict=True, reason=case["reason"])]
            label = f"{path.stem}: {case['text'][:24]}"
            found.append(pytest.param(case, id=label, marks=marks))
    return found


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _described(mention: Mention, wanted: Case) -> Case:
    """Return what the mention says of the fields that the case names."""
    known = set(mention.value._fields)
    said: Case = {mention.kind: mention.surface}
    for name in wanted:
        if name != mention.kind:
            assert name in known, f"{mention.kind} has no {name}"
            said[name] = _plain(getattr(mention.value, name))
    return said


@pytest.mark.parametrize("case", _cases())
def test_line(case: dict[str, object]) -> None:
    text = case["text"]
    kinds = case.get("kinds", KINDS)
    mentions = [m for m in figures(text, plan_year=case.get("plan_year")) if m.kind in kinds]
    expected = case["expect"]
    seen = [
        _described(mention, wanted)
        for mention, wanted in zip(mentions, [*expected, *([{}] * len(mentions))], strict=False)
    ]
    assert seen == expected
    for mention in mentions:
        assert text[mention.span.start : mention.span.end] == mention.surface


@pytest.mark.parametrize("case", _cases())
def test_every_numeral_is_accounted_for(case: dict[str, object]) -> None:
    text = case["text"]
    read = recognizers.recognize(view_of_text(text), Context(plan_year=case.get("plan_year")))
    reasons = {text[d.span.start : d.span.end]: d.reason for d in read.discards}
    for numeral, reason in case.get("discards", {}).items():
        assert reasons.get(numeral, "") == reason, numeral
    settled = [one.span for one in (*read.mentions, *read.discards)]
    open_numerals = [
        text[span.start : span.end]
        for span in read.numerals
        if not any(span.overlaps(other) for other in settled)
    ]
    assert open_numerals == []
