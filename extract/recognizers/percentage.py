"""Shares and rates: ``100%`` ``百分之三十`` ``2.5个百分点`` ``20%-30%``."""

from decimal import Decimal

import regex

from extract.document import Figure, Mention
from extract.recognizers import measure
from extract.recognizers.measure import Reading
from extract.recognizers.scene import Claim, Scene

_ESCAPED = regex.compile("[0-9A-F]{2}")
_PARTS = {"百": "%", "千": "‰", "万": "‱"}


def understand(scene: Scene, reading: Reading) -> Mention | None:
    """Return the percentage that a reading states, or ``None`` for another unit."""
    unit = reading.unit
    if unit is None or unit.dimension != "ratio" or unit.name == "倍":
        return None
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
    """Claim a share in words: ``百分之三十``, ``千分之五``."""
    run = scene.runs[index]
    sign = _PARTS.get(scene.text[run.start : run.end])
    if sign is None or scene.text[run.end : run.end + 2] != "分之":
        return None
    following = scene.run_at(run.end + 2, index + 1)
    number = scene.number(following) if following is not None else None
    if number is None:
        return None
    reading = Reading(run.start, number.end, number, None, None, number.end, "chinese")
    found = measure.mention(
        scene, reading, "percentage", factor=Decimal(1), unit=sign, rule="share in words"
    )
    if isinstance(found.value, Figure):
        return Claim(number.end, (found,))
    return None
