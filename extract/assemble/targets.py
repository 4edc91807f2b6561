"""Quantities and percentages of a project: what is done, to what, and in which task."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from extract import lexicon
from extract.assemble.roles import Roles
from extract.document import Document, Figure, Mention, Span
from extract.identity import Twins, stable_id
from extract.notice import Percentage, Quantity, TargetRole, Task
from extract.text import MARKER, View

_RUNNING = regex.compile(r"[一二三四五六七八九十]{1,3}[是要]|第[一二三四五六七八九十]{1,3}[件项]")
# 农机社会化服务覆盖率达到|85%, 审评平均时限压缩至|40个工作日, 地区生产总值增长|5%
_RESULT = regex.compile(
    r"(?P<thing>.{2,}?)(?:年均|同比|累计|平均|总量|总数)*"
    r"(?P<verb>(?:压缩|缩短|提高|提升|增加|扩大|降低|下降|减少|控制|稳定|保持)(?:[至到]|在)?|达到?|突破|超过|增长|增[至到]|降[至到])$"
)
_OUTSET = regex.compile(
    r"^(?:到20\d{2}年底?|[^，]{0,4}[十五]+[五六]”?时期|20\d{2}年|进一步|大力|积极|着力|继续|加快|持续|推进|推动|促进|确保|力争|实现|使|全年|每年)+(?=.{2,})"
)
# 园内研发机构要|引进|海外留学人才, 每年要|组织|…
_SUBJECT = regex.compile(r"^[^，。；]{0,14}?(?:要|应|将|力争|计划|每年)(?=[^，。；]{3,})")
_CUT = regex.compile(r"[，。；：！？,\n\t]")
# The thing counted ends at a mark, or where the next figure begins (3所中小学、1所幼儿园).
_AFTER_CUT = regex.compile(r"[，。；：！？,\n\t]|(?:、|和|及|以及|或)(?=\d)|（(?=\d)")
_TAIL = regex.compile(r"(?:以上|以下|以内|及以上|左右|上下|的|之内)+")
# What is done with the thing is no part of it: 1000家餐饮经营户|免费改造, 30名业务骨干|在…进修
_DONE_WITH = regex.compile(
    r"(?<=.{2})(?:打造|提供|免费(?=改造|安装|提供|发放|配备|配置|开展|更换|接种|开放)|进行|开展|实施|安装|给予|发放|纳入|完成|实现|优化为|用于|由|被|"
    r"(?:配备|配置|安装|购置|购买|更换|新增|新建|建设|加装)(?!项目|工程|工作|任务|活动|$|的?$)|"
    r"在(?!建|校|岗|读|编|线))"
)
_HEAD_NOISE = regex.compile(
    r"^(?:(?:和|及|以及|并|其中|共|将|力争|确保|原则上|全年|年内|今年|当年|在|为)(?=.)|[、“”])+"
)
_TAIL_NOISE = regex.compile(r"(?:等|共|共计|达到|达|(?:分别)?[为至到]|分别|约|以上)$")
_NO_OBJECT = regex.compile(r"^(?:给予|以|即|为|由|到|至|优化|组成|的?$)")
_BORNE_BY = regex.compile(r"^由(?P<who>[^，。；（]{1,12}承担)")
_LISTED_BEFORE = regex.compile(r"(?:\d[\d.]*[%‰][、和])+$")
# 路面由双向|2车道优化为双向|4车道: the thing that changes stands before 由
_CHANGE = regex.compile(r"(?P<thing>[^，。；]{2,})[由从][^由从]*$")
_CHANGED_TO = regex.compile(r"[^，。；,;0-9]{0,16}[到至为][^，。；,;0-9]{0,8}")
_WORKS = regex.compile(r"(?:项目|工程|任务)$")
_MORE_ACTS = regex.compile("[、和及]")
_NAMED = regex.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is about: the act and the thing, either of which may be missing."""

    action: str | None
    object: str | None


def read(
    document: Document,
    view: View,
    owner: str,
    mentions: Sequence[Mention],
    tasks: Sequence[Task],
    roles: Roles,
) -> tuple[Quantity | Percentage, ...]:
    """Return the quantities and percentages among ``mentions``, with act and object.

    ``推进3所中小学、1所幼儿园新改扩建和6所幼儿园设施配备项目`` → three targets
    """
    figures = [mention for mention in mentions if mention.kind in {"quantity", "percentage"}]
    targets = _shared_acts(view, figures, _targets(view, figures))
    twins = Twins()
    return tuple(
        _build(document, view, owner, mention, target, tasks, twins, roles.of(mention))
        for mention, target in zip(figures, targets, strict=True)
    )


def task_of(tasks: Sequence[Task], span: Span) -> int | None:
    """Return the index of the task that holds the span."""
    for index, task in enumerate(tasks):
        if task.evidence.start <= span.start and span.end <= task.evidence.end:
            return index
    return None


def clause_before(view: View, span: Span, reach: int = 60) -> str:
    """Return the clause in front of a figure, from the last mark of punctuation."""
    start = view.index(span.start)
    piece = view.text[max(0, start - reach) : start]
    clause = str(_CUT.split(piece)[-1])
    marker = MARKER.match(clause) or _RUNNING.match(clause)  # 1.新建幼儿园3所, 一是新增托位
    return clause[marker.end() :] if marker else clause


def _targets(view: View, figures: Sequence[Mention]) -> list[Target]:
    """Read each figure, and let it share what a list or a change says once for several.

    ``培训物业项目经理80人次、从业人员1330人次`` shares the act, ``为40%、20%、40%`` the thing too.
    """
    found: list[Target] = []
    edge = 0
    for index, mention in enumerate(figures):
        target = _target(view, mention, edge)
        start = view.index(mention.span.start)
        between = view.text[edge:start] if edge else "。"
        if between == "、" or (_was_baseline(figures, index) and _CHANGED_TO.fullmatch(between)):
            target = replace(found[-1], action=found[-1].action or target.action)
        elif between.startswith("、") and target.action is None and not _CUT.search(between):
            target = replace(target, action=found[-1].action)
        found.append(target)
        edge = view.index(mention.span.end - 1) + 1
    return found


def _was_baseline(figures: Sequence[Mention], index: int) -> bool:
    before = figures[index - 1].value if index else None
    return isinstance(before, Figure) and before.role == "baseline"


def _target(view: View, mention: Mention, edge: int) -> Target:
    """Read act and thing around a figure; ``edge`` is where the figure before it ended."""
    after = _after(view, mention.span)
    before = _before(view, mention.span, edge)
    opening = _HEAD_NOISE.sub("", before)
    action = lexicon.actions().leading(before) or lexicon.actions().leading(opening)
    if action is not None and f"{action}性" in opening:
        action = None  # 完成补贴性职业技能培训: 补贴性 is no act
    baseline = isinstance(mention.value, Figure) and mention.value.role == "baseline"
    if baseline and (change := _CHANGE.fullmatch(opening)) is not None:
        return Target(action, _thing(change["thing"], action))
    result = _RESULT.fullmatch(_without_bound(opening)) if action is None and not after else None
    if result is not None:
        return Target(result["verb"], _OUTSET.sub("", result["thing"]) or None)
    if action is None and (subject := _SUBJECT.match(opening)) is not None:
        acted = lexicon.actions().leading(opening[subject.end() :])
        if acted is not None:
            action, opening = acted, opening[subject.end() :]
    if len(after) >= 2 and not _NO_OBJECT.match(after):
        works = _WORKS.sub("", after)
        closing = lexicon.actions().ending(works) if action is None or works != after else None
        if closing is not None and len(works) - len(closing) >= 2:
            return Target(closing, works[: -len(closing)])
        return Target(action, after)
    borne = _BORNE_BY.match(after)
    thing = _thing(_without_bound(opening), action)
    return Target(action, borne["who"] if thing is None and borne else thing)


def _after(view: View, span: Span) -> str:
    """Return what follows the unit up to the end of the thing counted."""
    end = view.index(span.end - 1) + 1
    after = view.text[end : end + 60]
    # In a cell, a line of its own is another name (5个街道（园区）⏎中国铁塔公司…).
    lines = [at - end for at in range(end + 1, end + len(after)) if "\n" in view.gaps.get(at, "")]
    if lines and _is_short(after[: lines[0]]):
        after = after[: lines[0]]
    tail = _TAIL.match(after)
    after = after[tail.end() :] if tail else after
    cut = _AFTER_CUT.search(after)
    after = after[: cut.start()] if cut else after
    done = _DONE_WITH.search(after)
    after = _counted(after[: done.start()] if done else after)
    # What goes on with 、 is the next of a list; the thing counted then stands before the figure.
    return "" if after.startswith("、") else after.rstrip("、")


def _is_short(line: str) -> bool:
    return line.endswith(("）", *lexicon.departments().suffixes))


def _before(view: View, span: Span, edge: int) -> str:
    """Return the clause before a figure: inside an open bracket, after the figure of a list."""
    clause = clause_before(view, span)
    start = view.index(span.start)
    if edge and start - len(clause) < edge and view.text[edge : edge + 1] == "、":
        clause = view.text[edge + 1 : start]
    opened = clause.rfind("（")
    if opened > clause.rfind("）"):
        clause = clause[opened + 1 :]
    return str(_LISTED_BEFORE.sub("", clause))


def _thing(clause: str, action: str | None) -> str | None:
    """Return the thing named in a clause, without its act; ``None`` where nothing is left."""
    if action is not None and action in clause:
        clause = clause[clause.index(action) + len(action) :]
        joined = _MORE_ACTS.match(clause)  # 新建、|改扩建|中小学
        further = lexicon.actions().leading(clause[joined.end() :]) if joined else None
        if joined and further and clause.startswith(further, joined.end()):
            clause = clause[joined.end() + len(further) :]
    clause = _TAIL_NOISE.sub("", clause)
    return clause if len(clause) >= 2 and _NAMED.search(clause) else None


def _counted(after: str) -> str:
    """Return what follows the unit, without the bracket or quotation that merely opens there."""
    for opening, closing in (("“", "”"), ("（", "）"), ("《", "》")):
        if after.count(opening) > after.count(closing):
            after = after[: after.rfind(opening)]
        elif after.count(closing) > after.count(opening):
            after = after[: after.find(closing)]
    return after


def _without_bound(clause: str) -> str:
    found = lexicon.bounds().before(clause)
    return clause[: -found[1]] if found is not None else clause


def _shared_acts(view: View, figures: Sequence[Mention], targets: Sequence[Target]) -> list[Target]:
    """Give the act that closes a list (新改扩建) to the members of the list before it."""
    shared = list(targets)
    for index in range(len(shared) - 2, -1, -1):
        between = view.source[figures[index].span.end : figures[index + 1].span.start]
        joined = not _CUT.search(between) and "、" in between
        following = shared[index + 1]
        if joined and following.action is not None and following.object is not None:
            shared[index] = replace(shared[index], action=following.action)
    return shared


def _build(
    document: Document,
    view: View,
    owner: str,
    mention: Mention,
    target: Target,
    tasks: Sequence[Task],
    twins: Twins,
    role: TargetRole,
) -> Quantity | Percentage:
    figure = mention.value
    if not isinstance(figure, Figure):
        message = "a quantity has a figure"
        raise TypeError(message)
    # The words around a figure identify it; its place does not.
    clause = clause_before(view, mention.span)
    identifier = twins.distinct(
        stable_id(mention.kind[:2], owner, mention.kind, clause, mention.surface, target.object)
    )
    evidence = document.evidence(mention.span)
    task = task_of(tasks, mention.span)
    if mention.kind == "percentage":
        return Percentage(
            id=identifier,
            value=figure.value,
            minimum=figure.minimum,
            maximum=figure.maximum,
            bound=figure.bound,
            unit=figure.unit,
            role=role,
            object=target.object,
            task=task,
            evidence=evidence,
        )
    return Quantity(
        id=identifier,
        value=figure.value,
        minimum=figure.minimum,
        maximum=figure.maximum,
        bound=figure.bound,
        unit=figure.unit,
        unit_code=figure.unit_code,
        dimension=figure.dimension,
        role=role,
        action=target.action,
        object=target.object,
        per=figure.per,
        task=task,
        evidence=evidence,
    )
