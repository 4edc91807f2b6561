"""Shares and rates: ``100%`` ``百分之三十`` ``2.5个百分点`` ``20%-30%`` ``半成``."""

from decimal import Decimal

import regex

from extract.document import Figure, Mention
from extract.recognizers import fraction, measure, quantity
from extract.recognizers.chinese import SCALES, chinese_value
from extract.recognizers.measure import Reading
from extract.recognizers.numeral import Number, Run
from extract.recognizers.scene import Claim, Scene

_ESCAPED = regex.compile("[0-9A-F]{2}")
_OF_A_FORMULA = regex.compile(r"×100[%‰]$")
_OVER = regex.compile(r" ?分 ?之 ?")
_LONGEST = 40  # characters from a run to the end of the number that it opens, and 分之
_SIGNS = {Decimal(100): "%", Decimal(1000): "‰", Decimal(10000): "‱"}


def understand(scene: Scene, reading: Reading) -> Mention | None:
    """Return the percentage that a reading states, or ``None`` for another unit."""
    unit = reading.unit
    if unit is None or unit.dimension != "ratio" or unit.name == "倍":
        return None
    if _OF_A_FORMULA.search(scene.text[max(0, reading.end - 6) : reading.end]):
        return None  # 收入/总收入×100%: how a share is worked out, no share
    if _ESCAPED.match(scene.text, reading.end):
        return None  # %E8%BF%91 in an address
    tenfold = unit.name == "成"
    return measure.mention(
        scene,
        reading,
        "percentage",
        factor=Decimal(10) if tenfold else Decimal(1),
        unit="%" if tenfold else unit.name,
        rule="share in tenths" if tenfold else "percentage",
    )


def claim(scene: Scene, index: int) -> Claim | None:
    """Claim a share in words: ``百分之三十``, ``千分之五``, ``负百分之二``, or ``四分之一公升``.

    A fraction of nothing named (占三分之二以上) is not claimed.
    """
    if scene.text.find("之", scene.runs[index].end, scene.runs[index].end + _LONGEST) < 0:
        return None  # most numbers: cheaper than reading them
    first = scene.number(index)
    over = _OVER.match(scene.text, first.end) if first is not None else None
    following = scene.run_at(over.end(), first.next_run) if first and over else None
    number = scene.number(following) if following is not None else None
    if first is None or number is None:
        return None
    run = scene.runs[index]
    whole = _whole(scene.text[run.start : run.end])
    if whole is None:
        return quantity.claim_part(scene, index, first, number)
    return _share(scene, run, whole, number)


def _share(scene: Scene, run: Run, whole: Decimal, number: Number) -> Claim | None:
    """Claim ``百分之三十``; 千万分之六 has no sign of its own and is 0.00006%."""
    start = run.start
    if fraction.negative(scene.text, start) and start not in scene.view.gaps:
        start, number = start - 1, fraction.below_zero(number)
    reading = Reading(start, number.end, number, None, None, number.end, "chinese")
    found = measure.mention(
        scene,
        reading,
        "percentage",
        factor=Decimal(1) if whole in _SIGNS else Decimal(100) / whole,
        unit=_SIGNS.get(whole, "%"),
        rule="share in words",
    )
    return Claim(number.end, (found,)) if isinstance(found.value, Figure) else None


def _whole(printed: str) -> Decimal | None:
    """Return what the share is counted in: 100 of 百, 10000000 of 千万; ``None`` of 三百."""
    scales = all(character in SCALES for character in printed)
    return chinese_value(printed) if scales and printed != "十" else None
