"""Units that go on after the number's own: ``50元6角三分`` ``六斤八两`` ``一吨半`` ``五块六``.

The value is told in the first unit (50.63 元), so that one mention says the whole.
"""

from decimal import Decimal
from typing import NamedTuple

import regex

from extract import lexicon
from extract.lexicon import Unit
from extract.recognizers.numeral import Number
from extract.recognizers.scene import Scene

# 一吨半, 两年半, 三斤半左右; not 一个半月, 三天半夜, 10个半导体项目
_AND_A_HALF = regex.compile(
    r"半(?=(?:以[上下内]|左右|上下)|[到至、和的](?!年|山|路)|[^\p{Han}\w]|\Z)"
)
_ENDS = regex.compile(r"(?=以[上下内]|左右|上下|[到至、和]|[^\p{Han}\w.%]|\Z)")
# 块 is a plot (3块绿地) where nothing tells that it is money
_PAID = regex.compile(r"(?:花费|花了|支付|售价|单价|票价|收费|缴纳)[^，。；]{0,3}$")
_BILLS = frozenset("块毛")
_TENTH = Decimal("0.1")
_HALF = Decimal("0.5")
_SPACED = regex.compile(r" ?\p{Han}(?: \p{Han}){1,7}+")


class Measured(NamedTuple):
    """A number with its unit, if it has one, up to ``unit_end``; ``last`` is the unit printed last.

    Where nothing goes on, ``end`` is ``unit_end``.
    """

    number: Number
    unit: Unit | None
    unit_end: int
    last: Unit | None
    end: int


def measured(scene: Scene, index: int, number: Number, *, approximate: bool = False) -> Measured:
    """Return the number of run ``index`` with its unit and with all that goes on after it.

    An ``approximate`` number (三五百块) counts no plots.
    """
    unit, end = unit_at(scene.text, number.end)
    if unit is None:
        return Measured(number, None, number.end, None, number.end)
    if unit.name == "块" and _is_money(scene, index, number, end, approximate=approximate):
        unit = _yuan()
    whole = Measured(number, unit, end, unit, end)
    while (longer := _longer(scene, whole)) is not None:
        whole = longer
    half = _AND_A_HALF.match(scene.text, whole.end)
    if half is None or whole.end != end or number.more or number.scale:
        return whole
    return whole._replace(number=_plus(number, _HALF, number.next_run), end=half.end())


def unit_at(text: str, position: int) -> tuple[Unit | None, int]:
    """Return the unit at ``position`` and its end; a space may stand before it (``10 kV``)."""
    spaced = text[position : position + 1] == " "
    plain = lexicon.units().match(text, position + spaced)
    if text[position + spaced + 1 : position + spaced + 2] != " ":
        return plain or (None, position)
    wide = _letter_spaced(text, position)
    return max((one for one in (plain, wide) if one), key=_end, default=(None, position))


def _end(found: tuple[Unit, int]) -> int:
    return found[1]


def _letter_spaced(text: str, position: int) -> tuple[Unit, int] | None:
    """Return the unit of letter-spaced print: ``一 百 五 十| 个 百 分 点``."""
    piece = _SPACED.match(text, position)
    found = lexicon.units().match(piece.group().replace(" ", ""), 0) if piece else None
    if piece is None or found is None:
        return None
    unit, length = found
    places = [at for at in range(*piece.span()) if text[at] != " "]
    return unit, places[length - 1] + 1


def _longer(scene: Scene, whole: Measured) -> Measured | None:
    """Return the whole with the next smaller part: the 6角 of ``50元6角``, the 六 of ``五块六``."""
    if whole.unit is None or whole.last is None:
        return None
    following = scene.run_at(whole.end, whole.number.next_run)
    further = scene.number(following) if following is not None else None
    if further is None or further.more:
        return None
    part, end = unit_at(scene.text, further.end)
    if part is not None and whole.last.name in part.part_of:
        value = further.value * part.factor / whole.unit.factor
        number = _plus(whole.number, value, further.next_run)
        return whole._replace(number=number, last=part, end=end)
    if scene.text[whole.end - 1] in _BILLS and _is_change(scene.text, further):
        value = further.value * whole.last.factor * _TENTH / whole.unit.factor
        number = _plus(whole.number, value, further.next_run)
        return whole._replace(number=number, end=further.end)
    return None


def _plus(number: Number, value: Decimal, next_run: int) -> Number:
    """Return the number with a part added; its own end stays where it was printed."""
    return Number(number.value + value, 0, number.end, number.more, next_run)


def _is_change(text: str, further: Number) -> bool:
    """Return whether a bare digit says tenths of what stands before it: ``七毛八``, ``一块二``."""
    return further.value < 10 and _ENDS.match(text, further.end) is not None


def _is_money(scene: Scene, index: int, number: Number, end: int, *, approximate: bool) -> bool:
    """Return whether 块 is money: ``十块三毛`` ``3.04块`` ``三五百块`` ``花费三块``."""
    if number.value % 1:
        return True
    ends = _ENDS.match(scene.text, end) is not None
    if ends:
        paid = _PAID.search(scene.clause(scene.runs[index].start)) is not None
        return paid or (approximate and number.value >= 100)
    following = scene.run_at(end, number.next_run)
    further = scene.number(following) if following is not None else None
    if further is None:
        return False
    part, _ = unit_at(scene.text, further.end)
    goes_on = part is not None and part.currency is not None and part.part_of != ()
    return goes_on or _is_change(scene.text, further)


def _yuan() -> Unit:
    found = lexicon.units().match("元", 0)
    if found is None:
        message = "the lexicon has no 元"
        raise AssertionError(message)
    return found[0]
