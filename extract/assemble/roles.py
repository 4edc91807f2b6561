"""What a figure is for: to be reached, reached already, a standard, a condition, or a mere count.

``一、2011年工作回顾 … 新增就业1755人`` baseline · ``给予50%补助`` standard ·
``吸纳5名以上…的`` eligibility · ``分为4个方面`` enumeration · ``新增托位452个`` target
"""

from bisect import bisect_right

import regex

from extract.document import Figure, Mention
from extract.notice import TargetRole
from extract.text import View

_HEADING = regex.compile(
    r"(?:^|\n)[#* ]*"
    r"(?:(?P<first>[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}(?:部分|章))"
    r"|(?P<second>（[一二三四五六七八九十]{1,3}）))"
    r"(?P<title>[^\n。；]{2,40})"
)
# 一、“十四五”时期和2025年工作回顾, 2023年工作总结
_RECAP = regex.compile(
    r"回顾|工作总结|主要成[效就绩]|取得的?(?:主要)?(?:成[效就绩]|进展)|发展(?:成就|基础|现状)|"
    r"(?:执行|完成|落实)情况|(?:过去|上年|去年)[^\n]{0,8}工作"
)
_AHEAD = regex.compile(
    r"安排|打算|计划(?!执行|完成)|部署|思路|建议|措施|举措|下一步|重点工作|要求$"
)
_SENTENCE = regex.compile(r"[。！？\n\t]")
_CLAUSE_END = regex.compile(r"[。；\n\t]")
_CLAUSE = regex.compile(r"[，。；：！？\n\t]")
# What says that a figure is already there, and what says that it is still to come
_DONE = regex.compile(
    r"已(?!成为|然)|截至|过去[一五]年|[一五两三]年来|去年|上年末?|目前(?:为|有|共|全)|现有|"
    r"基本(?:完成|建成)了|完成了|实现了|达到了|占年度(?:计划|任务|目标)|(?:开工|完工|到位|支出)率(?!达|不|要|力)"
)
_SUMMED = regex.compile(r"累计(?!不|可|最)")
_CHANGED = regex.compile(r"(?:调整|增加|提高|扩大|提升|降低|压缩|增|升)[^，。；\d]{0,4}[为到至]$")
_YET = regex.compile(
    r"今年|将|计划|力争|争取|确保|拟|预计|到20\d{2}年|目标|明年|要|年底前|年内|预期"
)
_AIMED = regex.compile("目标|预期|计划|要|将|争取|今年|确保|年内|拟")
_YEAR = regex.compile(
    r"(?<![比较于自从])(?P<year>20\d{2})年(?!以来|至|到|-|底前|[之以]?前|[一-鿿]{0,4}(?:基础|相比))"
)
_SUPPORT = regex.compile(
    r"给予|补助|补贴|奖励|资助|资金支持|配套|贴息|减免|减半|减按|返还|返税|承担|分担|负担|分成|扣除|计提|比例为|按[^，。；]{0,16}$|"
    r"税率|费率|利率|收取|缴纳|计算|折算|扶持|报销|支付|提取|留成|评分|计分|权重|总分"
)
_CAP = regex.compile(
    r"(?:最[高多长大]|不(?:得|应|能)?(?:超过|多于|高于)|至多|上限)[^，。；\d]{0,12}$"
)
_TERM = regex.compile(
    r"(?:期限?|任期|周期|时间|年限|时限|为期|连续|每次|每期|服务|有效期|聘期|合同|至少|满|自[^，。；]{1,16}起)[^，。；\d]{0,8}$"
)
_TERM_AFTER = regex.compile(
    r"(?:以内|之内|内|以上|的)?(?:有效|期满|服务期|期限|为限|以内|内|一[届聘次]|为一个?[^，。]{0,6}周期)"
)
_REACHED = regex.compile(
    r"(?:压缩|缩短|减少|压减|缩减|延长|降低?|提[高升]|增加|达|控制|提速)[^，。；\d]{0,8}$"
)
_CONDITION = regex.compile(
    r"条件|符合|具备|拥有|须|应当?(?:为|是|有|达|不)|入职|吸纳|招用|新录用|"
    r"年(?:销售|营业|主营)|工作(?:满|年限)"
)
# 吸纳5名以上…就业的，给予…: a condition ends with 的 before what it earns
_IF = regex.compile(
    r"[^，。；\n]{0,40}?的(?:企业|个人|单位|人员|机构|项目|团队|园区|申请人|高校毕业生)?[，：]"
    r"(?=[^。；\n]{0,40}?(?:给予|可|按|由|予以|享受|每|最高|奖励|补助|一次性|不|认定))"
)
# 应当具备下列条件：…, up to the next article or heading
_CONDITIONS = regex.compile(
    r"(?:具备|符合|满足|达到)(?:下列|以下|如下|规定)?[^。；\n]{0,14}条件[^。\n]{0,12}[：。\n]"
)
_NEXT_ARTICLE = regex.compile(
    r"\n(?=第[一二三四五六七八九十百]{1,4}条|[一二三四五六七八九十]{1,3}、)"
)
_STANDARD_AFTER = regex.compile(r"(?:以[上下内])?的(?:标准|比例|额度|限额)")
_RULES = regex.compile(
    r"(?:办法|细则|规定|规程|规则|标准|条例|指南)(?:（[^（）]{1,8}）)?(?:》?的通知)?$"
)
_ATTRIBUTE = regex.compile(
    r"(?:以[上下内]|及以上|左右|（含）以上)?的(?![，。；]|基础|比例|标准|速度|水平|增长|目标)"
)
_PARTS = {
    "等次",
    "方面",
    "层次",
    "部分",
    "档",
    "类",
    "种",
    "大类",
    "环节",
    "阶段",
    "维度",
    "指标",
    "类别",
    "等级",
    "档次",
}
_PART_WORDS = tuple(_PARTS)
_COUNTED_OFF = regex.compile(r"(?:[等共]|分(?:为|成)?|以下|其中|包括|含|共计|等共|共有|设)$")
_DEEDS = regex.compile(r"(?<=[件项])(?:[^，。；\d]{0,8}?实事|民生工程)")  # 十件民生实事
_ITEMS = {"个", "项", "条", "类", "种", "方面", "部分"}
_MEASURES = {
    "length",
    "area",
    "volume",
    "mass",
    "power",
    "voltage",
    "energy",
    "temperature",
    "speed",
}
_AS_OF = regex.compile(r"截[至止]到?(?:目前|20\d{2}年|\d{1,2}月|去年|上年|今年)")
_REACH = 120
_LONGEST_PARAGRAPH = 400
_LONGEST_LIST = 3000


class Roles:
    """The roles of a notice's figures; made once for a notice."""

    def __init__(self, view: View, plan_year: int | None, title: str = "") -> None:
        """Read the headings that look back; relative to ``plan_year``, a year before is past."""
        self._view = view
        self._year = plan_year
        self._is_rules = _RULES.search(title) is not None
        self._recaps = _recaps(view.text)
        self._conditions = _conditions(view.text)

    def of(self, mention: Mention) -> TargetRole:
        """Return the role of a quantity or percentage."""
        figure = mention.value
        if not isinstance(figure, Figure):
            message = "a role is a figure's"
            raise TypeError(message)
        start, end = self._view.inside(mention.span)
        left = self._left(start)
        clause = str(_CLAUSE.split(left)[-1])
        if figure.role != "target" and "寿命" not in clause:
            return figure.role
        if self._is_done(start, left):
            return "baseline"
        if _is_count_of_parts(self._view.text, figure, mention, clause, end):
            return "enumeration"
        if _holds(self._conditions, start):
            return "standard" if _CAP.search(clause) else "eligibility"
        role = _rule(self._view.text, figure, clause, left, end)
        if role == "target" and self._is_rules:  # a rule sets no target
            return "eligibility" if figure.bound in {"at_least", "more_than"} else "standard"
        return role

    def _left(self, start: int) -> str:
        piece = self._view.text[max(0, start - _REACH) : start]
        return str(_SENTENCE.split(piece)[-1])

    def _paragraph(self, start: int) -> str:
        piece = self._view.text[max(0, start - _LONGEST_PARAGRAPH) : start]
        return piece[max(piece.rfind("\n"), piece.rfind("\t")) + 1 :]

    def _is_done(self, start: int, left: str) -> bool:
        """Return whether a figure was reached before the plan: its section or its sentence says."""
        yet = [match.start() for match in _YET.finditer(left)]
        if _holds(self._recaps, start):
            return not yet or _is_review(left)
        done = [match.start() for match in _DONE.finditer(left)]
        if self._year is not None:
            past = (m for m in _YEAR.finditer(left) if int(m["year"]) < (self._year or 0))
            done += [match.start() for match in past]
        if not yet and not done and _AS_OF.search(self._paragraph(start)):
            return True  # 截至10月底，累计完成…。…主体封顶4个。
        if not yet and not done:
            return _SUMMED.search(left) is not None
        changed = _CHANGED.search(left) is not None  # 将2016年的24项调整增加为30项
        return bool(done) and max(done) > max(yet, default=-1) and not changed


def _holds(stretches: list[tuple[int, int]], position: int) -> bool:
    """Return whether the last stretch that begins at or before a position reaches over it."""
    index = bisect_right(stretches, position, key=lambda stretch: stretch[0]) - 1
    return index >= 0 and position < stretches[index][1]


def _is_review(left: str) -> bool:
    """Return whether 目标 or 预期 only say what was aimed at (超额完成目标)."""
    return _YET.search(_AIMED.sub("", left)) is None


def _recaps(text: str) -> list[tuple[int, int]]:
    """Return the stretches under a heading that looks back, up to the next of its rank."""
    heads = list(_HEADING.finditer(text))
    found: list[tuple[int, int]] = []
    for index, head in enumerate(heads):
        if not _RECAP.search(head["title"]) or _AHEAD.search(head["title"]):
            continue
        rank = "first" if head["first"] else "second"
        after = (
            other.start() for other in heads[index + 1 :] if other["first"] or rank == "second"
        )
        found.append((head.end(), next(after, len(text))))
    return found


def _conditions(text: str) -> list[tuple[int, int]]:
    """Return the stretches that list the conditions of an application."""
    found: list[tuple[int, int]] = []
    for match in _CONDITIONS.finditer(text):
        following = _NEXT_ARTICLE.search(text, match.end(), match.end() + _LONGEST_LIST)
        found.append((match.end(), following.start() if following else match.end()))
    return found


def _is_count_of_parts(text: str, figure: Figure, mention: Mention, clause: str, end: int) -> bool:
    if mention.kind != "quantity" or figure.dimension != "count":
        return False
    if _DEEDS.match(text, end):
        return True
    is_part = figure.unit in _PARTS or text.startswith(_PART_WORDS, end)
    if is_part and figure.bound == "exact":
        return True
    return figure.unit in _ITEMS and _COUNTED_OFF.search(clause) is not None and "新" not in clause


def _rule(text: str, figure: Figure, clause: str, left: str, end: int) -> TargetRole:
    """Return standard or eligibility where the words are those of a rule, else target."""
    after = text[end : end + 60]
    if _STANDARD_AFTER.match(after):
        return "standard"
    if _IF.match(after) and not _SUPPORT.search(clause):
        return "eligibility"
    if figure.dimension in {"duration", "age"}:
        return _of_time(figure, clause, after)
    if figure.dimension == "ratio" and figure.unit != "倍":
        return _of_share(clause, left, after)
    if (
        _ATTRIBUTE.match(after)
        and _SUPPORT.search(_CLAUSE_END.split(after)[0])
        and not _SUPPORT.search(clause)
    ):
        return "eligibility"  # 5000亩以上的服务组织，每亩补助20元
    if _ATTRIBUTE.match(after):
        return "standard" if figure.dimension in _MEASURES else _condition_or_target(figure, after)
    is_floor = figure.bound in {"at_least", "more_than"}
    if is_floor and _CONDITION.search(clause) and not _YET.search(left):
        return "eligibility"
    if _CAP.search(clause) and _SUPPORT.search(left):
        return "standard"
    return "target"


def _condition_or_target(figure: Figure, after: str) -> TargetRole:
    return (
        "eligibility"
        if figure.bound != "exact" and after.startswith(("以", "及", "（"))
        else "target"
    )


def _of_time(figure: Figure, clause: str, after: str) -> TargetRole:
    if figure.dimension == "age":
        return "target"  # 人均预期寿命达到78.9岁
    if _REACHED.search(clause):
        return "target"
    if _TERM.search(clause) or _TERM_AFTER.match(after) or _CAP.search(clause):
        return "standard"
    return "standard" if _SUPPORT.search(clause) else "target"


def _of_share(clause: str, left: str, after: str) -> TargetRole:
    aid = _SUPPORT.search(clause) or _SUPPORT.match(after[:6]) or _SUPPORT.search(after[:10])
    if aid or (_CAP.search(clause) and _SUPPORT.search(left)):
        return "standard"
    return "target"
