"""By when: a date in a position of duty is a deadline, any other is a date.

``原则上今年10月底前完成`` ``年内`` ``自印发之日起30日内``; in a 完成期限 column every date.
"""

from typing import Literal, NamedTuple

import regex

from extract import lexicon
from extract.document import Mention, MentionKind, When
from extract.recognizers import date as calendar
from extract.recognizers.date import Period
from extract.recognizers.scene import Claim, Scene

# 12月底前, 2015年2月1日或之前; not 2025年前三季度, 2024年前10名
_BEFORE = regex.compile(
    r"(?:\d{1,2}(?:：\d{2}|[时点]))?[ ]?(?:[及或]?[之以])?前(?!三季|年|期|往|后|述|款|列|"
    r"[\d一二两三四五六七八九十]{1,3}(?:个月|个?季度|名|位|强))"
)
# 完成时限：2025年12月底, （建成时间：2024年10月）
_LABELLED = regex.compile(
    r"(?:完成|办结|建成|竣工|完工|整改|实施|落实)(?:时限|期限|时间|日期)：?$|(?:时限|期限|时间节点)：第?$|(?:完成|办结|建成|竣工)(?:时限|期限|时间|日期)：第$|截止(?:时间|日期)[为：]?$"
)
_REACHED = regex.compile(r"(?:到|至|截至|截止到?|力争|争取|确保|务必|须|于|在)$")
_BY_WORDS = regex.compile(r"(?:到|至|截至|截止到?|不[迟晚]于|最[迟晚]于?)$")
_IN_PRINCIPLE = regex.compile(r"原则上[^，。；,;]{0,6}$")
_CONDITION = regex.compile(r"（(?P<condition>[^（）]{2,40}为准)）")
_DONE = regex.compile(
    r"[^，。；,;]{0,24}?(?:完成|完工|竣工|建成|开工|启动|投入使用|到位|落实到位|达到|达(?=\d)|实现|清零|销号)"
)
# 于2024年9月建成投用, 上半年完成主体施工; not 2024年1月已完成
_ACT = regex.compile(
    r"(?:份|全部|全面|基本|陆续|正式|实现|可|将|计划|预计)*"
    r"(?:完成|完工|竣工|建成|开工|启动|投入使用|投用|交付|通车|验收|投产|投运|开放|开业|落实到位)"
)
_BUILT_BEFORE = regex.compile(r"(?:[之以])?前(?:建|竣|投|开|入|出生|注册|成立)[^，。；]{0,6}的")
_IN_FORCE = regex.compile(
    r"(?:有效期|施行期|试行期|执行期)限?[至到为]?$|(?:有效|执行|延续|延长|施行)[至到]$"
)
_AS_OF = regex.compile(r"截[至止]到?$")
_COUNTED_SO_FAR = regex.compile(
    r"，[^。；]{0,24}?(?:已|累计|共(?!同|享|建)|完成(?:投资|率)|占|开工率|有\d)"
)
_INTENDED = regex.compile(r"(?:力争|争取|确保|务必|须|于|在|预计|计划|拟)$")
_PAST = regex.compile(r"已|截至|以来|曾")
# 每年2月底前各省份完成…，3月底前…完成: the second is every year's too
_EVERY_YEAR = regex.compile(r"每年(?:的)?\d{1,2}月[^。；]*，[^。；]*$")
_YEARLY = regex.compile(r"每年(?:的)?$")
# 自印发之日起30日内, 自接到通知之日起5个工作日内
_SINCE = regex.compile(
    r"(?P<since>[自从](?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?=起)|(?:自[^，。；、\n\t]{1,20}?"
    r"|(?:收到|接到|签订|签署|批复|印发|发布|公布|公示|下达|认定|通过|开工|竣工|验收|备案|受理|申请|立项|入职)"
    r"[^，。；、\n\t]{0,16}?|[^，。；、\n\t]{1,20}?(?=之日|当日|之时))"
    r"(?:之日|当日|之时|后|以后|之后))起?的?[,，]?$"
)
# 每月5日前报送, 每季度首月10日前
_MONTHLY = regex.compile(r"每(?P<span>个?月|季度?[首末第三]个?月|季度?)的?$")
_DAY_OF_MONTH = regex.compile(r"(?P<day>[0-2]?\d|3[01])[日号](?![\u4e00-\u9fff]?[均租])")
_OPENS = regex.compile(r"(?:^|[。；，\n\t])(?:力争|争取|计划|未来)?$|(?:力争|争取|未来)$")
_PERIOD = regex.compile(r"个?(?:工作日|日|天|个?月|年|周)(?:之|以)?内")
_FREQUENCY = regex.compile(
    r"每(?P<count>[2-9]|[二三四五])?(?P<unit>半年|两年|季度|学期|学年|双周|年|月|周|日|天)(?!轮|均|增|到|度)"
)
_SEASON = regex.compile(
    r"(?P<season>(?:(?:20\d{2}年|今年|明年|当年)?(?:[春秋]季)?(?:新)?(?:学期|学年)?开学)"
    r"|主?汛期|(?:采暖|供暖|取暖)[季期]|雨季|入冬|封冻|春节|国庆节?|春耕|秋收)(?:之|以)?前(?!后|夕|期)"
)
_RATE = regex.compile(r"每[\u4e00-\u9fff]{1,3}$")
_WITHIN = 16  # characters behind a number in which 个工作日内 stands
_RULES = {
    "年": "FREQ=YEARLY",
    "学年": "FREQ=YEARLY",
    "两年": "FREQ=YEARLY;INTERVAL=2",
    "半年": "FREQ=MONTHLY;INTERVAL=6",
    "学期": "FREQ=MONTHLY;INTERVAL=6",
    "季度": "FREQ=MONTHLY;INTERVAL=3",
    "月": "FREQ=MONTHLY",
    "双周": "FREQ=WEEKLY;INTERVAL=2",
    "周": "FREQ=WEEKLY",
    "日": "FREQ=DAILY",
    "天": "FREQ=DAILY",
}


class _Duty(NamedTuple):
    bound: Literal["by", "within", "from"]
    rule: str


def claim(scene: Scene, index: int) -> Claim | None:
    """Claim a run as a deadline or as a date."""
    relative = _since(scene, index)
    if relative is not None:
        return relative
    if not calendar.may_open(scene.text, scene.runs[index].start):
        return None
    monthly = _monthly(scene, index)
    if monthly is not None:
        return monthly
    period = calendar.read(scene, index)
    if period is None:
        # 2024年6月31日 is no day and no count: its numerals stay open, for a person to see.
        end = calendar.impossible(scene, index)
        return Claim(end) if end is not None else None
    duty = _duty(scene, period)
    kind: MentionKind = "deadline" if duty is not None else "date"
    when = _when(scene, period, duty)
    rule = duty.rule if duty is not None else "calendar date"
    return Claim(period.end, (_mention(scene, kind, period.start, period.end, when, rule),))


def words(scene: Scene) -> list[Mention]:
    """Return the dates that are written without a numeral (年底, 年内, 全年)."""
    found: list[Mention] = []
    for start, end, row in lexicon.date_words().find(scene.text):
        if _inside_calendar(scene, start):
            continue
        if row.relative != "year" and scene.context.issued_on is None:
            continue  # 本月, 上季度: of which month nothing tells
        period = _word_period(scene, start, end, row)
        duty = _duty(scene, period)
        if duty is None and row.kind == "deadline":
            duty = _Duty("by", "word for a deadline")
        kind: MentionKind = "deadline" if duty is not None else "date"
        when = _when(scene, period, duty)
        rule = duty.rule if duty is not None else "word for a period"
        found.append(_mention(scene, kind, start, end, when, rule))
    return found


def seasons(scene: Scene) -> list[Mention]:
    """Return the limits that no calendar fixes (汛期前, 秋季学期开学前): a condition, no date."""
    found: list[Mention] = []
    for match in _SEASON.finditer(scene.text):
        when = When(None, None, "by", "conditional", match.group())
        start, end = match.span("season")
        found.append(_mention(scene, "deadline", start, end, when, "limit by a season"))
    return found


def frequencies(scene: Scene) -> list[Mention]:
    """Return how often something recurs (每季度); a rate (每人每年) is not one."""
    found: list[Mention] = []
    for match in _FREQUENCY.finditer(scene.text):
        if _RATE.search(scene.left(match.start(), 4)):
            continue
        when = When(None, None, recurrence=_every(match["count"], match["unit"]))
        start, end = match.span()
        found.append(_mention(scene, "frequency", start, end, when, "frequency"))
    return found


def _every(count: str | None, unit: str) -> str:
    """Return the rule of 每2年: the unit's own, at that interval."""
    rule = _RULES[unit]
    if not count:
        return rule
    value = int(count) if count.isdigit() else "一二三四五".index(count) + 1
    base, _, interval = rule.partition(";INTERVAL=")
    return f"{base};INTERVAL={value * int(interval or 1)}"


def _since(scene: Scene, index: int) -> Claim | None:
    run = scene.runs[index]
    if scene.text.find("内", run.end, run.end + _WITHIN) < 0:
        return None  # most numbers: cheaper than reading them
    number = scene.number(index)
    if number is None:
        return None
    tail = _PERIOD.match(scene.text, number.end)
    if tail is None:
        return None
    since = _SINCE.search(scene.left(run.start, 30))
    if since is None:
        return _ahead(scene, run.start, tail.end())
    start = run.start - (len(since.string) - since.start())
    when = When(None, None, "by", "conditional", scene.text[start : tail.end()])
    found = _mention(scene, "deadline", run.start, tail.end(), when, "days from an event")
    return Claim(tail.end(), (found,))


def _ahead(scene: Scene, start: int, end: int) -> Claim | None:
    """Claim the time that opens a sentence: ``三年内，要新增用房…`` is no figure, and no day."""
    if not _OPENS.search(scene.text[max(0, start - 4) : start] or "\n"):
        return None
    when = When(None, None, "within", condition=scene.text[start:end])
    return Claim(end, (_mention(scene, "date", start, end, when, "time from now"),))


def _monthly(scene: Scene, index: int) -> Claim | None:
    """Claim the day of every month: ``每月5日前报送`` is a rule without a date."""
    run = scene.runs[index]
    day = _DAY_OF_MONTH.match(scene.text, run.start)
    every = _MONTHLY.search(scene.left(run.start, 6)) if day is not None else None
    if day is None or every is None or not int(day["day"]):
        return None
    interval = "INTERVAL=3;" if "季" in every["span"] else ""
    rule = f"FREQ=MONTHLY;{interval}BYMONTHDAY={int(day['day'])}"
    is_limit = _BEFORE.match(scene.text, day.end()) is not None
    when = When(None, "day", "by" if is_limit else "within", recurrence=rule)
    kind: MentionKind = "deadline" if is_limit else "date"
    return Claim(day.end(), (_mention(scene, kind, run.start, day.end(), when, "day of a month"),))


def _duty(scene: Scene, period: Period) -> _Duty | None:
    """Return why a date is a deadline, or ``None``."""
    text = scene.text
    hint = scene.hint(period.start)
    if hint is not None and hint.role == "deadline":
        by = period.closing or _BEFORE.match(text, period.end) is not None
        return _Duty("by" if by else "within", "date in a deadline column")
    if _BEFORE.match(text, period.end) is not None:
        return None if _is_past(scene, period) else _Duty("by", "date followed by 前")
    if _LABELLED.search(scene.left(period.start, 8)):
        return _Duty("by" if period.closing else "within", "date after a label such as 完成时限")
    if hint is not None and hint.role in {"serial", "funding"}:
        return None
    left = scene.clause(period.start, 12)
    if _PAST.match(text, period.end) or _IN_FORCE.search(left):
        return None  # 达到2012年以来最高水平, 本办法有效期至2027年12月31日
    if _is_status(scene, period, left):
        return None
    if _BY_WORDS.search(left) and period.precision in {"year", "month", "day"}:
        return _Duty("by", "date after 到") if "从" not in left else None
    if period.closing and (_DONE.match(text, period.end) or _REACHED.search(left)):
        return _Duty("by", "end of a period with an act to be done")
    acts = _ACT.match(text, period.end) is not None and not _PAST.search(left)
    if acts and _is_plan(scene, period, left):
        return _Duty("within", "period of the plan with an act to be done")
    return None


def _is_status(scene: Scene, period: Period, left: str) -> bool:
    """Return whether a day only says when something was counted (截至10月底，累计完成…)."""
    if not _AS_OF.search(left):
        return False
    issued, last = scene.context.issued_on, period.last_day
    is_over = issued is not None and last is not None and last <= issued
    return is_over or _COUNTED_SO_FAR.match(scene.text, period.end) is not None


def _is_past(scene: Scene, period: Period) -> bool:
    """Return whether a day before the plan's year only dates a thing (2000年以前建成的小区)."""
    plan, last = scene.context.plan_year, period.last_day
    attribute = _BUILT_BEFORE.match(scene.text, period.end) is not None
    return attribute and (plan is None or last is None or last.year < plan)


def _is_plan(scene: Scene, period: Period, left: str) -> bool:
    """Return whether a period lies in the plan year or after it; a whole year after 确保, 预计."""
    plan = scene.context.plan_year
    fine = period.precision in {"month", "quarter", "half_year"} or _INTENDED.search(left)
    return bool(plan and fine and period.last_day and period.last_day.year >= plan)


def _when(scene: Scene, period: Period, duty: _Duty | None) -> When:
    left = scene.left(period.start, 14)
    condition = _CONDITION.match(scene.text, period.end)
    modality: Literal["firm", "in_principle", "conditional"] = "firm"
    if condition is not None:
        modality = "conditional"
    elif _IN_PRINCIPLE.search(left):
        modality = "in_principle"
    every_year = _YEARLY.search(left) or (
        period.year_inferred and _EVERY_YEAR.search(scene.left(period.start, 80))
    )
    recurrence = _yearly(period) if every_year else None
    return When(
        date=None if recurrence else period.last_day,
        precision=period.precision,
        bound=duty.bound if duty else "within",
        modality=modality,
        condition=condition["condition"] if condition else None,
        year_inferred=period.year_inferred and recurrence is None,
        recurrence=recurrence,
        first_day=period.first_day,
    )


def _yearly(period: Period) -> str | None:
    """Return the rule of 每年2月底前 (the year it was resolved in does not matter)."""
    if period.last_day is None:
        return "FREQ=YEARLY"
    last = period.last_day
    day = -1 if period.precision != "day" else last.day
    return f"FREQ=YEARLY;BYMONTH={last.month};BYMONTHDAY={day}"


def _inside_calendar(scene: Scene, start: int) -> bool:
    """Return whether the word is the tail of a calendar expression (2024年底)."""
    before = scene.text[start - 1 : start]
    return before.isdigit() or before in tuple("〇零一二三四五六七八九十")


def _word_period(scene: Scene, start: int, end: int, row: lexicon.DateWord) -> Period:
    last = calendar.of_word(row, scene.context)
    word = scene.text[start:end]
    closing = row.kind == "deadline" or word[-1] in "底末"
    return Period(start, end, last, row.precision, True, closing)


def _mention(
    scene: Scene, kind: MentionKind, start: int, end: int, when: When, rule: str
) -> Mention:
    view = scene.view
    return Mention(kind, view.span(start, end), view.surface(start, end), when, rule)
