"""Money: every sum, in 元 or in its own currency.

``2889.43元`` ``7.22亿元`` ``10-30万元``; ``4000万`` where the column or the clause speaks of money.
"""

from decimal import Decimal

import regex

from extract import lexicon
from extract.document import Mention
from extract.recognizers import measure
from extract.recognizers.measure import Reading
from extract.recognizers.scene import Scene

_MISPRINT = regex.compile(r"的元(?![旦素件器])")  # 每人每月500的元生活补贴
_REACH = 80
_IN_LIST_OF_SUMS = regex.compile(
    r"\d[万亿]?元(?:、[\u4e00-\u9fff]{0,6}[\d.]+[万亿])*、[\u4e00-\u9fff]{0,6}$"
)
_CAPPED = regex.compile(r"(?:不超过|最高|上限为?|限额为?)$")
_SUM = regex.compile(r"\d[万亿]?元")
_COUNTED = regex.compile(r"[人户亩件个次家]数|人次|人口|面积|数量")
_HAN = regex.compile(r"[\u4e00-\u9fff]")


def understand(scene: Scene, reading: Reading) -> Mention | None:
    """Return the amount that a reading states, or ``None`` where it is no money."""
    unit = reading.unit
    if unit is not None and unit.currency is not None:
        if _is_name(scene, reading):
            return None
        return measure.mention(
            scene, reading, "amount", factor=unit.factor, unit=unit.name, rule="sum of money"
        )
    if unit is not None:
        return None
    if _MISPRINT.match(scene.text, reading.end):
        return _bare(
            scene, reading, Decimal(1), "sum with 的 printed before 元", end=reading.end + 2
        )
    hint = scene.hint(reading.start)
    in_column = hint is not None and hint.role == "funding"
    if in_column and hint is not None and hint.unit and not reading.first.scale:
        named = measure.header_unit(hint.unit)
        if named is not None and named[0].currency is not None:
            return _bare(scene, reading, named[1], "unit from the column header")
    if reading.first.scale < 4 or not _may_be_money(scene, reading, in_column=in_column):
        return None
    return _bare(scene, reading, Decimal(1), "sum with 元 left out")


def _is_name(scene: Scene, reading: Reading) -> bool:
    """Return whether 三元 is a name (三元、元盛) and no three yuan: nothing speaks of money.

    三元五角 and 两美元 are sums wherever they stand.
    """
    printed = scene.text[reading.start : reading.end]
    if reading.script != "chinese" or reading.first.value >= 10 or printed[1:] != "元":
        return False
    clause = scene.clause(reading.start)
    return "每" not in clause and not lexicon.funding().speaks_of_money(clause)


def _bare(
    scene: Scene, reading: Reading, factor: Decimal, rule: str, end: int | None = None
) -> Mention:
    yuan = lexicon.units().match("元", 0)
    if yuan is None:
        message = "the lexicon has no 元"
        raise AssertionError(message)
    priced = reading._replace(unit=yuan[0], unit_end=reading.end)
    return measure.mention(scene, priced, "amount", factor=factor, unit="元", rule=rule, end=end)


def _may_be_money(scene: Scene, reading: Reading, *, in_column: bool) -> bool:
    """Return whether a bare ``4000万`` is money: by its column, or by the words before it."""
    follows = scene.text[reading.end : reading.end + 1]
    if _HAN.match(follows) and lexicon.bounds().after(scene.text, reading.end) is None:
        return False
    clause = scene.clause(reading.start)
    if in_column or lexicon.funding().speaks_of_money(clause):
        return True
    # 产业类300万元、民生类350万、其他150万; 单家旅行社全年累计不超过100万。
    sentence = scene.left(reading.start, _REACH)
    sentence = sentence[max(sentence.rfind(mark) for mark in "。；") + 1 :]
    if _IN_LIST_OF_SUMS.search(sentence):
        return True
    capped = _CAPPED.search(clause) is not None and _COUNTED.search(clause) is None
    spoken = _SUM.search(sentence) or lexicon.funding().speaks_of_money(sentence)
    return capped and bool(spoken)
