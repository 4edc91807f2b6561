"""One digit of a seed changed: the result changes, and where it can be checked a check fails.

A tool that misses a changed digit would miss a wrong one too.
"""

import json
from functools import cache

import pytest
from installed import ROOT

from extract import extract
from extract.notice import Notice

SEEDS = ("zibo-hitech-2024", "jining-hitech-2023")
SHARDS = 6
DIGITS = "0123456789"
MIN_CAUGHT = 0.99


@cache
def _text(name: str) -> str:
    return (ROOT / "samples" / f"{name}.txt").read_text(encoding="utf-8")


def _places(name: str) -> list[int]:
    return [at for at, character in enumerate(_text(name)) if character in DIGITS]


def _changed(name: str, at: int) -> Notice:
    """Return the notice with the digit at ``at`` made another (9 becomes 8, others one more)."""
    text = _text(name)
    other = "8" if text[at] == "9" else str(int(text[at]) + 1)
    return extract((text[:at] + other + text[at + 1 :]).encode(), name=f"{name}.txt")


def _canonical(notice: Notice) -> str:
    """Return the JSON without what changes with any byte: the source and its sums."""
    return json.dumps(notice.model_dump(mode="json", exclude={"source"}), ensure_ascii=False)


@cache
def _original(name: str) -> Notice:
    return extract(_text(name).encode(), name=f"{name}.txt")


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("name", SEEDS)
def test_no_changed_digit_goes_unseen(name: str, shard: int) -> None:
    before = _canonical(_original(name))
    places = _places(name)[shard::SHARDS]
    unseen = [at for at in places if _canonical(_changed(name, at)) == before]
    assert places
    assert unseen == []


def _checkable(name: str) -> list[int]:
    """Return the digits inside the operands of the equations and sequences that pass."""
    notice = _original(name)
    places: dict[str, tuple[int, int]] = {}
    for project in notice.projects:
        for value in (*project.amounts, *project.quantities):
            places[value.id] = (value.evidence.start, value.evidence.end)
    checked = {
        operand
        for check in notice.checks
        if check.verdict == "pass" and check.kind in {"sum", "share", "product"}
        for operand in check.operands
    }
    spans = [places[operand] for operand in sorted(checked) if operand in places]
    inside = {at for start, end in spans for at in range(start, end)}
    return [at for at in _places(name) if at in inside]


def test_a_changed_digit_in_a_checkable_claim_is_caught() -> None:
    claims = [(name, at) for name in SEEDS for at in _checkable(name)]
    missed = [
        (name, at, _text(name)[at - 12 : at + 8])
        for name, at in claims
        if not _fails(_original(name), _changed(name, at))
    ]
    assert len(claims) >= 30
    assert len(missed) <= len(claims) * (1 - MIN_CAUGHT), missed


def _fails(before: Notice, after: Notice) -> bool:
    """Return whether a check that passed fails now, or says that it can no longer be proved."""
    failed = {check.expression for check in after.checks if check.verdict == "fail"}
    return bool(failed - {check.expression for check in before.checks if check.verdict == "fail"})
