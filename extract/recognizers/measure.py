"""Number, unit, bound and rate read together, once, for quantities, amounts and percentages.

The three kinds differ in the unit alone; so they cannot disagree about where a figure ends.
"""

from decimal import Decimal
from typing import NamedTuple

import regex

from extract import lexicon
from extract.document import Figure, Mention, MentionKind
from extract.lexicon import Unit
from extract.notice import Bound
from extract.recognizers import compound, fraction, numeral
from extract.recognizers.compound import Measured
from extract.recognizers.numeral import Number
from extract.recognizers.scene import Scene

# 5000万元（含）至1亿元（不含）, -10至-5℃
_CONNECTOR = regex.compile(r"(?:（不?含）)?(?:--?|[～至到](?P<below>[-负])?)")
_LIST = regex.compile(r"[、和及或]|以及")
_SCALED_UNIT = regex.compile(r"(?P<scale>[十百千万亿]*)(?P<unit>.+)")
_MAX_LIST = 20
_BOUND_REACH = 24
_BELOW_ZERO = frozenset({"ratio", "money", "temperature", "other", "energy", "mass", "volume"})
# 每人每月, 每千人, 每个项目; what may stand between the rate and its number
_PER = regex.compile(
    r"(?P<per>(?:每(?:一|[百千万十]|\d{1,5})?"
    r"(?:人次|人|户|名|位|生|个|家|所|亩|村|社区|镇|街道|县|年|半年|季度|月|周|日|天|学年|学期|次|件|套|台|辆|吨|"
    r"平方米|立方米|公里|千米|床|张|班|场|期|项|例|只|头|株|校|企业|机构|单位|团队|档|批|分钟|小时|度|股|篇|部)"
    r"(?:[\u4e00-\u9fff]{1,6}?(?=每|最高|不超过|给予|补助|补贴|奖励|资助))?)+)"
    r"(?:最高|最低|不超过|不低于|不少于|再|可|给予|补助|补贴|奖励|资助|发放|标准|为|约|的|按|分别)*$"
)
_EACH = (
    r"(?:人次|人|户|名|个|家|所|亩|村民小组|村|社区|学年|学期|年|季度|月|日|天|周|次|件|套|台|辆|吨|平方米|㎡|m²|"
    r"公里|km|千米|延米|米|立方米|m³|床位?|张|班|场|期|项|例|只|头|株|棵|晚|间|小时|千瓦时|千瓦|度|公斤|斤|座|处|"
    r"万人|百人|千人|公顷)"
)
_PER_AFTER = regex.compile(rf"(?:/{_EACH}|每{_EACH}(?=[，。；、）]))(?:[·./、]?(?<=[·./]){_EACH})*")
_PER_UNITS = regex.compile(
    rf"每(?:一|[百千万十]|\d{{1,5}})?{_EACH}|每(?:县|镇|街道|半年|套|档|批|分钟|股|篇|部|校|企业|机构|单位|团队|位|生)"
)


class Reading(NamedTuple):
    """One or two numbers (a range) with the unit they share; ``start:end`` is the core span."""

    start: int
    end: int
    first: Number
    last: Number | None
    unit: Unit | None
    unit_end: int
    script: str

    @property
    def unit_printed(self) -> bool:
        """Return whether the unit stands inside the core span (not so in ``80、`` of a list)."""
        return self.unit is not None and self.unit_end <= self.end


def read(scene: Scene, index: int) -> Reading | None:
    """Read the figure that starts with run ``index``; of ``80、100个`` also the ``80``.

    ``5个`` ``3000余名`` ``1至2个`` ``10-30万元`` ``50万元至150万元``
    """
    script = scene.runs[index].script
    number = scene.number(index)
    if number is None:
        return _approximate(scene, index)
    whole = compound.measured(scene, index, number)
    ranged = _range(scene, index, whole)
    if ranged is not None:
        lower, upper = ranged
        start = scene.runs[index].start - (lower.value < 0)
        return Reading(start, upper.end, lower, upper.number, upper.unit, upper.unit_end, script)
    if whole.unit is None and script == "arabic":
        shared = _shared(scene, index, number)
        if shared is not None:
            number, unit, unit_end = shared
            start = scene.runs[index].start
            return Reading(start, number.end, number, None, unit, unit_end, script)
    number = _signed(scene, index, whole.number, whole.unit)
    start = scene.runs[index].start - (number.value < 0)
    return Reading(start, whole.end, number, None, whole.unit, whole.unit_end, script)


def mention(
    scene: Scene,
    reading: Reading,
    kind: MentionKind,
    *,
    factor: Decimal,
    unit: str,
    rule: str,
    end: int | None = None,
) -> Mention:
    """Return the mention of a reading: numbers times ``factor``, bound and rate read around it."""
    end = reading.end if end is None else end
    bound = _bound(scene, reading, end)
    first = _scaled(reading.first, factor)
    figure = Figure(
        value=None if reading.last else first,
        minimum=first if reading.last else None,
        maximum=_scaled(reading.last, factor) if reading.last else None,
        bound="range" if reading.last else bound,
        unit=unit,
        unit_code=reading.unit.code if reading.unit else None,
        dimension=reading.unit.dimension if reading.unit else "count",
        currency=reading.unit.currency if reading.unit else None,
        per=_per(scene, reading.start, end),
    )
    view = scene.view
    span, surface = view.span(reading.start, end), view.surface(reading.start, end)
    return Mention(kind, span, surface, figure, rule)


def header_unit(printed: str) -> tuple[Unit, Decimal] | None:
    """Return the unit of a column header and what its scale multiplies by, or ``None``.

    万元 → 元, 10000; 万平方米 → 平方米, 10000; % → %, 1.
    """
    match = _SCALED_UNIT.fullmatch(printed)
    found = lexicon.units().match(match["unit"], 0) if match is not None else None
    if match is None or found is None or found[1] != len(match["unit"]):
        return None
    scale = sum(numeral.SCALES[character] for character in match["scale"])
    return found[0], found[0].factor.scaleb(scale) if found[0].currency else Decimal(1).scaleb(
        scale
    )


def with_bound(mention: Mention, bound: Bound) -> Mention:
    """Return the mention with another bound (a bound that closes a list holds for its members)."""
    figure = mention.value
    if not isinstance(figure, Figure) or figure.bound != "exact":
        return mention
    return mention._replace(value=figure._replace(bound=bound))


def with_rate(mention: Mention, per: str) -> Mention:
    """Return the mention with the rate of the list it stands in, where it has none of its own."""
    figure = mention.value
    if not isinstance(figure, Figure) or figure.per is not None:
        return mention
    return mention._replace(value=figure._replace(per=per))


def _approximate(scene: Scene, index: int) -> Reading | None:
    """Read the range of two neighbouring digits: ``两三家`` ``八九亿韩元``."""
    pair = numeral.read_pair(scene.text, scene.runs, index, lexicon.units().scale_led)
    if pair is None:
        return None
    low, high = pair
    whole = compound.measured(scene, index, high, approximate=True)
    if whole.unit is None or whole.number != high:
        return None
    start = scene.runs[index].start
    return Reading(start, whole.end, low, high, whole.unit, whole.unit_end, "chinese")


def _signed(scene: Scene, index: int, number: Number, unit: Unit | None) -> Number:
    """Take a minus sign into the number of a share, a sum or a measure (``为-2.3%``)."""
    start = scene.runs[index].start
    printed = start not in scene.view.gaps and fraction.negative(scene.text, start)
    below = printed and unit is not None and unit.dimension in _BELOW_ZERO
    return fraction.below_zero(number) if below else number


def _range(scene: Scene, index: int, whole: Measured) -> tuple[Number, Measured] | None:
    """Return the lower number and the upper one with the unit they share (``10-30万元``)."""
    connector = _CONNECTOR.match(scene.text, whole.end)
    if connector is None:
        return None
    following = scene.run_at(connector.end(), whole.number.next_run)
    number = scene.number(following) if following is not None else None
    if following is None or number is None:
        return None
    upper = compound.measured(scene, following, number)
    if connector["below"]:
        upper = upper._replace(number=fraction.below_zero(upper.number))
    if upper.unit is None or (whole.unit and whole.unit.dimension != upper.unit.dimension):
        return None
    lower = _signed(scene, index, whole.number, upper.unit)
    if whole.unit is None and upper.number.scale and not lower.scale:
        shared = _scaled_as(lower, upper.number)
        lower = shared if shared.value <= upper.number.value else lower
    return (lower, upper) if lower.value <= upper.number.value else None


def _scaled_as(number: Number, other: Number) -> Number:
    """Return a number with the scale of the one it stands with: the 10 of ``10-30万元``."""
    return number._replace(scale=other.scale)


def _shared(scene: Scene, index: int, first: Number) -> tuple[Number, Unit, int] | None:
    """Return the unit that closes the list which ``first`` opens (``80、100个``)."""
    end, following = first.end, index
    for _ in range(_MAX_LIST):
        separator = _LIST.match(scene.text, end)
        if separator is None:
            return None
        run = scene.run_at(separator.end(), following + 1)
        number = scene.number(run) if run is not None else None
        if run is None or number is None or scene.runs[run].script != "arabic":
            return None
        unit, end = compound.unit_at(scene.text, number.end)
        following = run
        if unit is None:
            continue
        if number.scale and not first.scale:
            first = _scaled_as(first, number)
        return first, unit, end
    return None


def _scaled(number: Number | None, factor: Decimal) -> Decimal:
    """Return the exact value, written without an exponent."""
    if number is None:
        message = "a reading has a number"
        raise AssertionError(message)
    return plain(number.value * factor)


def plain(value: Decimal) -> Decimal:
    """Return the same number without exponent and without trailing zeros after the point."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal(text)


def _bound(scene: Scene, reading: Reading, end: int) -> Bound:
    bounds = lexicon.bounds()
    left = scene.left(reading.start)
    if " " in left:
        left = left.replace(" ", "")  # 不 低于9公里
    before = bounds.before(left) or bounds.reaching(left)
    stop = max(end, reading.unit_end)
    after = bounds.after(scene.text[stop : stop + _BOUND_REACH].replace(" ", ""), 0)
    if after is not None and (before is None or before[0] == "about"):
        return after[0]
    if before is not None:
        return before[0]
    return "more_than" if reading.first.more else "exact"


def _per(scene: Scene, start: int, end: int) -> str | None:
    after = scene.text[end : end + 1]
    match = _PER_AFTER.match(scene.text, end) if after in {"/", "每"} else None
    if match is not None:
        return str(match.group())
    clause = scene.clause(start, 20)
    match = _PER.search(clause) if "每" in clause else None
    if match is None:
        return None
    # 每人每月发放生活补贴3000元: only what is counted by
    return "".join(_PER_UNITS.findall(match["per"])) or str(match["per"])
