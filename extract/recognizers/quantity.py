"""Everything counted or measured with a unit: ``1000个`` ``17.88万㎡`` ``0至9周岁`` ``一家``."""

from decimal import Decimal

import regex

from extract.context import Hint
from extract.document import Figure, Mention
from extract.notice import TargetRole
from extract.recognizers import compound, measure
from extract.recognizers.measure import Reading
from extract.recognizers.numeral import Number
from extract.recognizers.scene import Claim, Scene

# 15分钟健康服务圈, 24小时心理热线, 1公里即扫即走: the measure of a service, not a thing to build
_SERVICE = regex.compile(
    r"[^，。；、,;0-9]{0,10}?(?:圈|热线|值守|值班|不打烊|在线|即扫|即走|可达|步行|半径|范围)"
)
_KINDS_OF = {"种", "类", "大类", "部分", "方面", "类别"}
# 由双向2车道优化为双向4车道: what was, before what shall be
_FROM = regex.compile(r"[由从][^，。；,;0-9]{0,12}$")
_TO = regex.compile(r"[^，。；,;0-9]{0,14}?[到至为](?!止)[^，。；,;0-9]{0,8}\d")
# 每年为婴幼儿家庭提供不少于10次的…指导服务
_YEARLY = regex.compile(r"每(?:年|季度|月|周|天|日|学期|学年|半年)")
_MEASURES = {"length", "area", "volume", "mass"}
_DUTY_COLUMNS = {"lead", "responsible", "cooperating", "supervising"}
_COUNTED_COLUMNS = {"quantity", "target", "baseline", "progress", "scale", "rate"}
_CALENDAR_YEARS = range(1900, 2100)
_EVENTS = {"次", "场", "场次", "期", "批", "批次", "小时", "天", "轮", "件"}


def understand(scene: Scene, reading: Reading) -> Mention | None:
    """Return the quantity that a reading states, or ``None`` for money, shares and bare numbers."""
    unit = reading.unit
    if unit is None:
        return _bare(scene, reading)
    if unit.currency is not None:
        return None
    if unit.dimension == "ratio" and unit.name != "倍":
        return None
    if reading.script == "chinese" and not _counts(reading):
        return None
    if unit.name == "年" and reading.first.value in _CALENDAR_YEARS:
        return None  # 2024年6月31日 is no date, and no two thousand years either
    printed = scene.text[reading.unit_end - _printed_length(scene, reading) : reading.unit_end]
    found = measure.mention(
        scene, reading, "quantity", factor=Decimal(1), unit=printed, rule="number with its unit"
    )
    figure = found.value
    if not isinstance(figure, Figure):
        return None
    per = figure.per or _per_period(scene, reading)
    return found._replace(value=figure._replace(role=_role(scene, reading), per=per))


def claim_part(scene: Scene, index: int, whole: Number, part: Number) -> Claim | None:
    """Claim a fraction of a measure that is exact in decimals: ``四分之一公升`` is 0.25."""
    unit, end = compound.unit_at(scene.text, part.end)
    if unit is None or unit.dimension not in _MEASURES or not whole.value:
        return None
    value = part.value / whole.value
    if value * whole.value != part.value:
        return None
    number = Number(value, 0, part.end, False, part.next_run)
    found = understand(
        scene, Reading(scene.runs[index].start, end, number, None, unit, end, "chinese")
    )
    return Claim(end, (found,)) if found is not None else None


def _bare(scene: Scene, reading: Reading) -> Mention | None:
    """Return a count without a classifier: ``惠及17万婴幼儿``, ``3万多居民``, ``十几万``."""
    hint = scene.hint(reading.start)
    if hint is not None and hint.role in _COUNTED_COLUMNS and _fills_cell(scene, reading, hint):
        return _in_column(scene, reading, hint)
    large, more = reading.first.scale >= 4, reading.first.more
    if not (large and more if reading.script == "chinese" else large or more):
        return None
    return measure.mention(
        scene,
        reading,
        "quantity",
        factor=Decimal(1),
        unit="",
        rule="large number without a classifier",
    )


def _in_column(scene: Scene, reading: Reading, hint: Hint) -> Mention | None:
    """Return the count that stands alone in a cell; its unit is the column's or the row's."""
    named = measure.header_unit(hint.unit) if hint.unit else None
    if named is not None and named[0].currency is not None:
        return None
    is_share = named is not None and named[0].dimension == "ratio" and named[0].name != "倍"
    unit, factor = named if named is not None else (None, Decimal(1))
    found = measure.mention(
        scene,
        reading._replace(unit=unit, unit_end=reading.end),
        "percentage" if is_share else "quantity",
        factor=factor,
        unit=unit.name if unit is not None else "",
        rule="number alone in a column of figures",
    )
    figure = found.value
    if not isinstance(figure, Figure):
        return None
    role: TargetRole = "baseline" if hint.role == "baseline" else "target"
    return found._replace(value=figure._replace(role=role))


def _fills_cell(scene: Scene, reading: Reading, hint: Hint) -> bool:
    """Return whether a number is all that a cell holds."""
    return scene.view.inside(hint.span) == (reading.start, reading.end)


def _printed_length(scene: Scene, reading: Reading) -> int:
    """Return how many characters of the view the unit takes, as it was printed."""
    number = reading.last or reading.first
    start = number.end
    if not reading.unit_printed:
        return len(reading.unit.name) if reading.unit else 0
    return reading.unit_end - start - (scene.text[start : start + 1] == " ")


def _counts(reading: Reading) -> bool:
    """Return whether a Chinese numeral before this unit counts (一家养老机构, not 一级 or 四周)."""
    if reading.first.value == 4 and reading.unit is not None and reading.unit.name == "周":
        return False  # 公园四周: all around
    return reading.unit is not None and (reading.unit.chinese or reading.first.value > 10)


def _role(scene: Scene, reading: Reading) -> TargetRole:
    unit, text = reading.unit, scene.text
    if unit is None:
        return "target"
    hint = scene.hint(reading.start)
    if hint is not None and hint.role in _DUTY_COLUMNS:
        return "enumeration"  # 5个街道（园区） says how many help, not what is to be reached
    if hint is not None and hint.is_total:
        return "enumeration"  # 合计 6项
    if unit.dimension == "age":
        return "eligibility"
    if unit.dimension == "voltage":
        return "standard"
    if unit.dimension in {"duration", "length"} and _SERVICE.match(text, reading.end):
        return "standard"
    if unit.name in _KINDS_OF and reading.script == "chinese":
        return "enumeration"
    clause = scene.clause(reading.start)
    was = ("由" in clause or "从" in clause) and _FROM.search(clause)
    if was and _TO.match(text, reading.end):
        return "baseline"
    return "target"


def _per_period(scene: Scene, reading: Reading) -> str | None:
    """Return the period that an event is counted in (``每年进行1次``)."""
    if reading.unit is None or reading.unit.name not in _EVENTS:
        return None
    match = _YEARLY.search(scene.clause(reading.start))
    return match.group() if match else None
