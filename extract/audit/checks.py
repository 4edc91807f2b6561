"""What the notice claims of its own figures, checked: sums, shares, products, counts, sequences.

A check never corrects a figure; where the words leave room (等, 约) the verdict says so.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

import regex

from extract.audit import totals
from extract.audit.verdicts import check, printed, verdict_of
from extract.document import Document, Segment, Span
from extract.identity import Twins
from extract.notice import Amount, Check, Notice, Percentage, Project, Verdict
from extract.scanning import HAN
from extract.text import View, serial_number

_SENTENCE = regex.compile(r"[。\n\t]")
_SHARED = regex.compile(r"分担|承担|负担")
_NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
# 基础型、中级型、高级型三种模式 · 岗位补贴和社保补贴两部分 · …及甘家游园等6处
_LISTED = regex.compile(
    r"(?P<open>等)?(?P<number>[两二三四五六七八九十]|\d{1,2})"
    r"(?P<unit>大类|方面|部分|级|类|种|处|个|家|所|项|条|座)"
)
_LIST = regex.compile(r"[^，。；：（）\t\n0-9]{3,120}$")
# 3个老旧小区，分别为：菱花小区、凌云小区、华鲁小区；
_NAMELY = regex.compile(
    rf"(?P<number>[两二三四五六七八九十]|\d{{1,2}})(?:个|处|家|所|项|条|座|名|种|类)[{HAN}]{{0,12}}"
    r"[，（]?(?:分别为|分别是|即|具体为)：?(?P<list>[^，。；（）\d]+?)(?P<open>等)?[；。，）]"
)
_ANNOUNCED = regex.compile(
    r"(?P<number>[一二三四五六七八九]?十[一二三四五六七八九]?|\d{1,2})(?:件|项|个)(?:重[大点])?(?:为民办?|惠民|民生|民心)?实事"
)
_COUNTED_KINDS = {"大类", "方面", "部分", "级", "类", "种"}


def run(notice: Notice, document: Document, view: View, segments: Sequence[Segment]) -> list[Check]:
    """Return every check the notice's figures and words allow, in a fixed order."""
    twins = Twins()
    found: list[Check] = []
    for project in notice.projects:
        found.extend(_sums(project, twins))
        found.extend(_inequalities(project, twins))
        found.extend(_shares(project, view, twins))
        found.extend(_products(project, twins))
        found.extend(_group_sizes(notice, project, twins))
    for segment, project in zip(segments, notice.projects, strict=True):
        for region in segment.regions:
            found.extend(_counts(view, region, project, twins))
    found.extend(totals.of_columns(notice, document, twins))
    found.extend(_sequences(notice, twins))
    found.extend(_announced(notice, document, view, twins))
    return found


def _sums(project: Project, twins: Twins) -> Iterator[Check]:
    """``6500万元 + 1700万元 = 8200万元``"""
    parts: dict[str, list[Amount]] = defaultdict(list)
    for amount in project.amounts:
        if amount.part_of is not None:
            parts[amount.part_of].append(amount)
    for whole in project.amounts:
        members = parts.get(whole.id, [])
        if len(members) < 2 or whole.value is None:
            continue
        values = [member.value for member in members if member.value is not None]
        if len(values) != len(members):
            continue
        residual = sum(values, Decimal(0)) - whole.value
        loose = any(one.bound == "about" for one in (*members, whole))
        expression = f"{' + '.join(map(printed, members))} = {printed(whole)}"
        operands = [*(member.id for member in members), whole.id]
        yield check(
            twins, project.id, "sum", expression, operands, verdict_of(residual, loose), residual
        )


def _inequalities(project: Project, twins: Twins) -> Iterator[Check]:
    """``2000万元 ≤ 5000万元``: what is secured is no more than what was applied for."""
    by_id = {amount.id: amount for amount in project.amounts}
    for amount in project.amounts:
        whole = by_id.get(amount.part_of or "")
        if whole is None or amount.status != "secured":
            continue
        if amount.value is None or whole.value is None:
            continue
        residual = whole.value - amount.value
        yield check(
            twins,
            project.id,
            "inequality",
            f"{printed(amount)} ≤ {printed(whole)}",
            (amount.id, whole.id),
            "pass" if residual >= 0 else "fail",
            residual,
        )


def _shares(project: Project, view: View, twins: Twins) -> Iterator[Check]:
    """``40% + 20% + 40% = 100%`` where the sentence says that the parts share a whole."""
    groups: dict[int, list[Percentage]] = defaultdict(list)
    for quantity in project.quantities:
        if isinstance(quantity, Percentage) and quantity.unit == "%" and quantity.value is not None:
            groups[_sentence(view, quantity.evidence.start)].append(quantity)
    for start, members in groups.items():
        end = view.index(members[-1].evidence.end)
        if len(members) < 2 or not _SHARED.search(view.text[start : end + 12]):
            continue
        total = sum((member.value or Decimal(0) for member in members), Decimal(0))
        yield check(
            twins,
            project.id,
            "share",
            " + ".join(f"{member.value}%" for member in members) + " = 100%",
            [member.id for member in members],
            "pass" if total == 100 else "fail",
            total - 100,
        )


def _sentence(view: View, offset: int) -> int:
    """Return where the sentence around a printed place begins in the view."""
    position = view.index(offset)
    piece = view.text[max(0, position - 200) : position]
    marks = [match.end() for match in _SENTENCE.finditer(piece)]
    return max(0, position - 200) + (marks[-1] if marks else 0)


def _products(project: Project, twins: Twins) -> Iterator[Check]:
    """``36万元 × 60% = 21.6万元``"""
    by_id = {amount.id: amount for amount in project.amounts}
    for amount in project.amounts:
        whole = by_id.get(amount.part_of or "")
        if whole is None or amount.share is None:
            continue
        if amount.value is None or whole.value is None:
            continue
        residual = whole.value * amount.share / 100 - amount.value
        loose = "about" in {amount.bound, whole.bound}
        yield check(
            twins,
            project.id,
            "product",
            f"{printed(whole)} × {amount.share}% = {printed(amount)}",
            (whole.id, amount.id),
            verdict_of(residual, loose),
            residual,
        )


def _counts(view: View, region: Span, project: Project, twins: Twins) -> Iterator[Check]:
    """A number beside the list that it counts."""
    start, end = view.inside(region)
    for match in _NAMELY.finditer(view.text, start, end):
        names = _names(match["list"])
        yield _count(project, twins, names, match["number"], is_open=bool(match["open"]))
    for match in _LISTED.finditer(view.text, start, end):
        printed = _LIST.search(view.text, max(start, match.start() - 120), match.start())
        names = _names(printed.group()) if printed else []
        closed = match["unit"] in _COUNTED_KINDS and not match["open"]
        if len(names) < 2 or not (closed or match["open"]):
            continue
        if match["open"] or len(names) == _number(match["number"]):
            yield _count(project, twins, names, match["number"], is_open=bool(match["open"]))


def _count(
    project: Project, twins: Twins, names: Sequence[str], number: str, *, is_open: bool
) -> Check:
    stated = _number(number)
    verdict: Verdict = "pass" if len(names) == stated else "fail"
    if is_open:
        verdict = "open_list" if len(names) <= stated else "fail"
    sign = "≤" if is_open else "="
    expression = f"{'、'.join(names)}（{len(names)}）{sign} {number}"
    residual = Decimal(len(names) - stated)
    return check(twins, project.id, "count", expression, (), verdict, residual)


def _names(printed: str) -> list[str]:
    return [name for name in regex.split(r"、|以及|[和及与](?=[^、]*$)", printed) if name]


def _number(printed: str) -> int:
    return int(printed) if printed.isdigit() else _NUMBERS[printed]


def _group_sizes(notice: Notice, project: Project, twins: Twins) -> Iterator[Check]:
    """``5个街道（园区）`` against the streets that the notice names one by one."""
    for group in project.departments:
        if group.group_size is None:
            continue
        members = sorted(
            {
                department.name
                for other in notice.projects
                for department in other.departments
                if not department.group and department.name.endswith(group.name)
            }
        )
        if not members:
            continue
        residual = Decimal(len(members) - group.group_size)
        verdict: Verdict = "pass" if residual == 0 else "unprovable"
        expression = f"{group.group_size}个{group.name} = {'、'.join(members)}（{len(members)}）"
        yield check(twins, project.id, "count", expression, (group.id,), verdict, residual)


def _sequences(notice: Notice, twins: Twins) -> Iterator[Check]:
    """The serials follow each other without a gap; they may begin again under each category."""
    serials = [project.serial for project in notice.projects]
    numbers = [int(serial) for serial in serials if serial and serial.isdigit()]
    if len(numbers) < 2 or len(numbers) != len(serials):
        return
    categories = [one.category.name if one.category else None for one in notice.projects]
    wrong = int(numbers[0] != 1)
    for at in range(1, len(numbers)):
        again = numbers[at] == 1 and categories[at] != categories[at - 1]
        wrong += not (again or numbers[at] == numbers[at - 1] + 1)
    yield check(
        twins,
        notice.id,
        "sequence",
        f"序号 {numbers[0]}-{max(numbers)} 连续，共 {len(numbers)} 项",
        [project.id for project in notice.projects],
        "pass" if not wrong else "fail",
        Decimal(wrong),
    )


def _announced(notice: Notice, document: Document, view: View, twins: Twins) -> Iterator[Check]:
    """``十件民生实事`` above a list against the projects that the list has."""
    if not notice.projects:
        return
    first = view.index(min(project.evidence.start for project in notice.projects))
    said = {
        int(number)
        for match in _ANNOUNCED.finditer(view.text, 0, first)
        if (number := serial_number(match["number"])) is not None
    }
    for number in sorted(said):
        residual = Decimal(len(notice.projects) - number)
        yield check(
            twins,
            notice.id,
            "count",
            f"前文说 {number} 件（项）实事 = 清单 {len(notice.projects)} 项",
            [project.id for project in notice.projects],
            _count_verdict(len(notice.projects), number),
            residual,
        )


def _count_verdict(listed: int, announced: int) -> Verdict:
    """Return the verdict; far fewer items than 实事 are groups of them (八个方面45件实事)."""
    if listed == announced:
        return "pass"
    return "unprovable" if listed * 5 < announced * 4 - 5 else "fail"
