"""Text and Context → mentions, every numeral asked once “what are you?”.

Each run is offered to the kinds in a fixed order; the first that claims it settles it. What none
claims stays open and becomes a finding. Departments and words without numerals come by their own
patterns, and what lies inside a department's name is that name's.
"""

from bisect import bisect_left, bisect_right

import regex

from extract import lexicon
from extract.context import Context
from extract.document import Discard, Figure, Mention, Recognition, Span
from extract.recognizers import (
    amount,
    deadline,
    department,
    document_number,
    measure,
    nonfigure,
    numeral,
    percentage,
    quantity,
)
from extract.recognizers.numeral import Run
from extract.recognizers.scene import Claim, Recognizer, Scene
from extract.text import View, compact

_UNDERSTAND = (percentage.understand, amount.understand, quantity.understand)
_LISTED = regex.compile(r"[、和及或与]|或者|以及")
# 博士8000元、硕士6000元、其他4000元以内: who 其他 closes a list, closes it for all
_REST_OF_LIST = regex.compile(r"(?:[、和及或与]|或者|以及)其[他它余][\u4e00-\u9fff]{0,4}")
_LABELLED = regex.compile(r"、[\u4e00-\u9fff]{1,4}")
_SAME_RATE = regex.compile(r"[、，和及](?!每)[\u4e00-\u9fff]{0,5}")
_OF_A_NAME = {None, "word", "idiom"}


def _measured(scene: Scene, index: int) -> Claim | None:
    """Claim a run as the number of a percentage, an amount or a quantity."""
    reading = measure.read(scene, index)
    if reading is None:
        return None
    for understand in _UNDERSTAND:
        found = understand(scene, reading)
        if found is not None:
            return Claim(reading.end, (found,))
    return None


ORDER: tuple[Recognizer, ...] = (
    document_number.claim,
    deadline.claim,
    percentage.claim,
    nonfigure.claim_idiom,
    nonfigure.claim_known,
    _measured,
    nonfigure.claim_rest,
)


def recognize(view: View, context: Context) -> Recognition:
    """Return every value of the text with its place, and every numeral accounted for."""
    runs = numeral.scan(view.text)
    scene = Scene(view, context, runs, _idioms(view.text, runs))
    mentions, discards = _settle(scene)
    discards += nonfigure.recurring(scene, mentions, discards)
    worded = [*deadline.words(scene), *deadline.frequencies(scene)]
    seasons = deadline.seasons(scene)
    mentions = [*_outside(mentions, seasons), *seasons]
    mentions += _outside(worded, mentions)
    organisations = department.recognize(scene)
    mentions = [*_outside(mentions, organisations), *organisations]
    mentions.sort(key=lambda mention: (mention.span.start, -mention.span.end))
    discards = _named(scene.numerals, mentions, discards)
    discards.sort(key=lambda discard: discard.span)
    return Recognition(tuple(mentions), scene.numerals, tuple(discards))


def _settle(scene: Scene) -> tuple[list[Mention], list[Discard]]:
    mentions: list[Mention] = []
    discards: list[Discard] = []
    settled = 0
    for index, run in enumerate(scene.runs):
        if run.start < settled:
            continue
        for recognizer in ORDER:
            claim = recognizer(scene, index)
            if claim is not None:
                _spread_bound(scene, mentions, claim)
                mentions.extend(_with_opening_bound(scene, mentions, claim))
                discards.extend(claim.discards)
                settled = claim.end
                break
    return mentions, discards


def _with_opening_bound(scene: Scene, before: list[Mention], claim: Claim) -> tuple[Mention, ...]:
    """Let the bound that opens a list hold for its members (不超过200万元、100万元和50万元)."""
    if not before or len(claim.mentions) != 1:
        return claim.mentions
    opening, found = before[-1], claim.mentions[0]
    if not (isinstance(opening.value, Figure) and isinstance(found.value, Figure)):
        return claim.mentions
    bound, per = opening.value.bound, opening.value.per or ""
    is_open = bound not in {"exact", "range"}
    same = opening.kind == found.kind and opening.value.unit == found.value.unit
    if not same or not (is_open or per.startswith("每")):
        return claim.mentions
    joint = compact(scene.view.source[opening.span.end : found.span.start])
    if is_open and _LISTED.fullmatch(joint):
        found = measure.with_bound(found, bound)
    # 分别按每人每月585元、430元、310元; 护理补贴一级每人每月130元、二级115元
    if per.startswith("每") and _SAME_RATE.fullmatch(joint):
        found = measure.with_rate(found, per)
    return (found,)


def _spread_bound(scene: Scene, before: list[Mention], claim: Claim) -> None:
    """Let the bound that closes a list hold for its members (500万元、800万元和1000万元以上)."""
    if not claim.mentions or not isinstance(claim.mentions[0].value, Figure):
        return
    closing = claim.mentions[0].value
    after, is_closed = claim.mentions[0], False
    if closing.bound not in {"at_least", "at_most"} or not before:
        return
    for position in range(len(before) - 1, -1, -1):
        member = before[position]
        same = isinstance(member.value, Figure) and member.value.unit == closing.unit
        if member.kind != after.kind or not same:
            return
        joint = compact(scene.view.source[member.span.end : after.span.start])
        is_closed = is_closed or _REST_OF_LIST.fullmatch(joint) is not None
        if not (_LISTED.fullmatch(joint) or (is_closed and _is_labelled(joint))):
            return
        before[position] = measure.with_bound(member, closing.bound)
        after = member


def _is_labelled(joint: str) -> bool:
    return bool(_REST_OF_LIST.fullmatch(joint) or _LABELLED.fullmatch(joint))


def _idioms(text: str, runs: tuple[Run, ...]) -> dict[int, str]:
    """Return the start of each run that lies inside an idiom, with the idiom's reason."""
    found: dict[int, str] = {}
    starts = [run.start for run in runs]
    for start, end, reason in lexicon.idioms().spans(text):
        for position in range(bisect_left(starts, start), bisect_left(starts, end)):
            if runs[position].end <= end:
                found[starts[position]] = reason
    return found


def _outside(mentions: list[Mention], holders: list[Mention]) -> list[Mention]:
    """Drop the mentions inside another: a figure in a name (四宝山街道), 今年 in 今年10月底."""
    ordered = sorted(holder.span for holder in holders)
    starts = [span.start for span in ordered]

    def held(mention: Mention) -> bool:
        position = bisect_right(starts, mention.span.start) - 1
        return position >= 0 and ordered[position].holds(mention.span)

    return [mention for mention in mentions if not held(mention)]


def _named(
    numerals: tuple[Span, ...], mentions: list[Mention], discards: list[Discard]
) -> list[Discard]:
    """Return the discards, with the numerals inside an organisation's name (四宝山街道)."""
    names = sorted(mention.span for mention in mentions if mention.kind == "department")
    starts = [span.start for span in names]
    reasons = {discard.span: discard.reason for discard in discards}
    for span in numerals:
        position = bisect_right(starts, span.start) - 1
        if position >= 0 and names[position].holds(span) and reasons.get(span) in _OF_A_NAME:
            reasons[span] = "name"
    return [Discard(span, reason) for span, reason in reasons.items()]


__all__ = ["recognize"]
