"""What a sum of money is: budget or rate, from whom, for which year, and part of which other sum.

Adding every sum of a notice counts the whole and its parts, last year's and this year's; so each
amount says what it is, and ``part_of`` keeps the parts out of the total.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import regex

from extract import lexicon
from extract.assemble.targets import task_of
from extract.context import Context
from extract.document import Document, Figure, Mention
from extract.identity import Twins, stable_id
from extract.notice import Amount, Task
from extract.text import View

_CLAUSE = regex.compile(r"[，。；！？\n\t（）]")
_YEAR = regex.compile(r"(?P<year>20\d{2})年(?!底|内)")
_OF_WHICH = regex.compile(r"其中")
_WHOLE = regex.compile(r"总投资|计划投资|共计|合计|总计|共需|预算|总额|预计|总额度")
_EACH = regex.compile(r"分别|每|各(?!级|类|部|地)")
_CHANGED_TO = regex.compile(
    r"(?:调整|提高|增加|提升|上调|扩大|降低|下调|减少|降|升|增)?(?:标准)?[到至为](?:每[^，。；\d]{1,6})?"
)
_MIN_COMMON = 4
_TOTALLING = regex.compile(r"共计|合计|总计|共需")
_NEW_SENTENCE = regex.compile(r"[。；\n\t]")
_SLIP = Decimal("0.2")
_MIN_PARTS = 2
_REACH = 60


@dataclass(slots=True)
class _Sum:
    """A sum under reading: its fields are filled step by step, then frozen into an ``Amount``."""

    mention: Mention
    figure: Figure
    clause: str
    block: object
    year: int | None = None
    source: str = "unspecified"
    status: str = "unspecified"
    purpose: str = "budget"
    part_of: int | None = None
    share: Decimal | None = None

    @property
    def value(self) -> Decimal:
        """Return the single value, or the upper end of a range."""
        value = self.figure.maximum if self.figure.value is None else self.figure.value
        return Decimal(0) if value is None else value


def read(
    document: Document,
    view: View,
    owner: str,
    mentions: Sequence[Mention],
    tasks: Sequence[Task],
    context: Context,
) -> tuple[Amount, ...]:
    """Return the amounts among ``mentions`` with purpose, status, source, year and whole.

    ``专项债资金6500万元、区财政资金1700万元，共计8200万元`` → two sums, parts of a third
    """
    sums = _sums(document, view, mentions)
    for one in sums:
        _describe(one, context)
    _find_changes(view, sums)
    _find_wholes(view, sums)
    _find_shares(view, sums, mentions)
    twins = Twins()
    ids = [
        twins.distinct(stable_id("am", owner, "amount", one.clause, one.mention.surface))
        for one in sums
    ]
    return tuple(
        _build(document, one, identifier, ids, _task(view, tasks, one))
        for one, identifier in zip(sums, ids, strict=True)
    )


def _sums(document: Document, view: View, mentions: Sequence[Mention]) -> list[_Sum]:
    found: list[_Sum] = []
    edge = 0
    for mention in mentions:
        if mention.kind != "amount" or not isinstance(mention.value, Figure):
            continue
        start = view.index(mention.span.start)
        piece = view.text[max(edge, start - _REACH) : start]
        found.append(_Sum(mention, mention.value, _clause(piece), _place(document, mention)))
        edge = view.index(mention.span.end)
    return found


def _place(document: Document, mention: Mention) -> object:
    """Return where a sum may have parts: its paragraph, or its row of a table."""
    block = document.block_at(mention.span.start)
    if block is None or block.place is None:
        return block.span.start if block else 0
    if block.span.end - block.span.start > mention.span.end - mention.span.start:
        return block.span.start  # a cell that says more than its number speaks for itself
    return block.place.table, block.place.row


def _clause(piece: str) -> str:
    """Return the last clause, with the label a comma cut off (财政预算资金，1130万元)."""
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(piece))]
    last = piece[cuts[-1] :]
    labelled = not last and piece.endswith("，")
    return piece[cuts[-2] :] if labelled else last


def _describe(one: _Sum, context: Context) -> None:
    """Read what the clause before a sum says of it; silence stays ``unspecified``."""
    words = lexicon.funding()
    hint = context.hint_at(one.mention.span.start)
    if hint is not None and hint.label and isinstance(one.block, tuple):
        one.clause = hint.label + one.clause  # 本次下达投资 中央 over a bare number
    year = _YEAR.search(one.clause)
    one.year = int(year["year"]) if year else None
    one.source = words.source(one.clause) or "unspecified"
    one.status = words.status(one.clause) or "unspecified"
    one.purpose = _purpose(one, context.plan_year, in_column=bool(hint and hint.role == "funding"))
    if hint is not None and hint.is_total:
        one.purpose = "reference"  # a 合计 row adds up what the rows above already say


def _purpose(one: _Sum, plan_year: int | None, *, in_column: bool) -> str:
    if one.figure.per is not None:
        return "unit_rate"
    stated = lexicon.funding().purpose(one.clause)
    if stated == "total_investment":
        return stated
    if one.year is not None and plan_year is not None and one.year < plan_year:
        return "reference"
    if in_column:
        return "budget"
    if stated is not None and _EACH.search(one.clause):
        return "unit_rate"
    return stated or "budget"


def _find_changes(view: View, sums: list[_Sum]) -> None:
    """Give what a sum is raised to the rate it was (由每人每月720元提高到760元)."""
    for before, one in pairwise(sums):
        start, end = view.index(before.mention.span.end), view.index(one.mention.span.start)
        if _CHANGED_TO.fullmatch(view.text, start, end) is None:
            continue
        if one.figure.per is None and before.figure.per is not None:
            one.figure = one.figure._replace(per=before.figure.per)
        one.purpose = before.purpose if one.purpose == "budget" else one.purpose
        before.purpose = "reference"


def _find_wholes(view: View, sums: list[_Sum]) -> None:
    """Find the parts: 其中, what is already secured of a sum applied for, and what adds up."""
    for index in range(1, len(sums)):
        one, before = sums[index], sums[index - 1]
        if one.block != before.block or one.value > before.value:
            continue
        secured = one.status == "secured" and before.status == "applied_for"
        # A year's plan out of a programme's total investment is what that year adds up.
        named = _OF_WHICH.search(one.clause) and before.purpose != "total_investment"
        if secured or named:
            one.part_of = index - 1
            if secured and one.source == "unspecified":
                one.source = before.source
            if not secured:
                _complete_parts(view, sums, index)
    _find_totals(view, sums)


def _find_totals(view: View, sums: list[_Sum]) -> None:
    """Find the sums that a whole announces (计划投资, 共计) and that add up to it exactly."""
    for index, whole in enumerate(sums):
        if whole.purpose == "unit_rate" or not _WHOLE.search(whole.clause):
            continue
        after = range(index + 1, len(sums))
        before_it = range(index - 1, -1, -1)
        exact = _parts(sums, index, after) or _parts(sums, index, before_it)
        for part in exact or _announced(view, sums, index):
            sums[part].part_of = index
            if whole.purpose == "reference":
                sums[part].purpose = "reference"


def _announced(view: View, sums: list[_Sum], index: int) -> list[int]:
    """Return the list that 共计 closes though it does not add up: a slip that a check will name.

    ``专项债资金6500万元、区财政资金1800万元，共计8200万元``
    """
    whole = sums[index]
    if not _TOTALLING.search(whole.clause):
        return []
    for order in (range(index - 1, -1, -1), range(index + 1, len(sums))):
        members = list(_in_sentence(view, sums, index, order))
        if _is_slip(whole, [sums[member] for member in members]):
            return members
    return []


def _in_sentence(view: View, sums: list[_Sum], index: int, order: range) -> Iterator[int]:
    """Yield the neighbours of a sum on one side, up to the end of its sentence."""
    beside = index
    for position in order:
        first, last = sorted((beside, position))
        start = view.index(sums[first].mention.span.end)
        end = view.index(sums[last].mention.span.start)
        one = sums[position]
        is_part = one.part_of is None and one.purpose in {"budget", "reference", "subsidy"}
        if _NEW_SENTENCE.search(view.text, start, end) or not is_part or one.figure.value is None:
            return
        yield position
        beside = position


def _is_slip(whole: _Sum, parts: Sequence[_Sum]) -> bool:
    """Return whether parts miss their whole by so little that it is no list of a few of them."""
    missed = abs(sum((one.value for one in parts), Decimal(0)) - whole.value)
    return len(parts) >= _MIN_PARTS and missed <= whole.value * _SLIP


def _complete_parts(view: View, sums: list[_Sum], first: int) -> None:
    """Join the sums after 其中 that with it make up the whole (其中上级4000万元，区级8000万元)."""
    whole = first - 1
    left = sums[whole].value - sums[first].value
    members: list[int] = []
    for index in range(first + 1, len(sums)):
        if sums[index].block != sums[whole].block or left <= 0:
            break
        start = view.index(sums[index - 1].mention.span.end)
        if _NEW_SENTENCE.search(view.text, start, view.index(sums[index].mention.span.start)):
            break
        left -= sums[index].value
        members.append(index)
    listed = [sums[first], *(sums[index] for index in members)]
    if left == 0 or _is_slip(sums[whole], listed):
        for index in members:
            sums[index].part_of = whole


def _parts(sums: list[_Sum], index: int, order: range) -> list[int]:
    """Return the neighbours on one side that add up to the whole exactly, at least two."""
    whole = sums[index]
    left, parts = whole.value, []
    for position in order:
        one = sums[position]
        if one.block != whole.block or one.purpose in {"unit_rate", "total_investment"}:
            return []
        if one.part_of is not None:
            continue
        left -= one.value
        parts.append(position)
        if left <= 0:
            break
    return parts if left == 0 and len(parts) >= _MIN_PARTS else []


def _find_shares(view: View, sums: list[_Sum], mentions: Sequence[Mention]) -> None:
    """Give a part the percentage stated near it for the same source (60%由区财政承担)."""
    for one in sums:
        if one.part_of is None or one.source == "unspecified":
            continue
        for mention in mentions:
            if mention.kind != "percentage" or not isinstance(mention.value, Figure):
                continue
            end = view.index(mention.span.end)
            clause = _CLAUSE.split(view.text[end : end + 20], 1)[0]
            near = abs(mention.span.start - one.mention.span.start) < 2 * _REACH
            if near and lexicon.funding().source(clause) == one.source:
                one.share = mention.value.value


def _task(view: View, tasks: Sequence[Task], one: _Sum) -> int | None:
    """Return the task a sum belongs to: the one around it, or the only one it shares words with."""
    inside = task_of(tasks, one.mention.span)
    if inside is not None or not tasks:
        return inside
    shared = [_common(one.clause, task.text) for task in tasks]
    best = max(shared)
    return shared.index(best) if best >= _MIN_COMMON and shared.count(best) == 1 else None


def _common(first: str, second: str) -> int:
    """Return the length of the longest piece of ``first`` that stands in ``second``."""
    for length in range(len(first), _MIN_COMMON - 1, -1):
        for start in range(len(first) - length + 1):
            if first[start : start + length] in second:
                return length
    return 0


def _build(
    document: Document, one: _Sum, identifier: str, ids: list[str], task: int | None
) -> Amount:
    figure = one.figure
    return Amount.model_validate(
        {
            "id": identifier,
            "value": figure.value,
            "minimum": figure.minimum,
            "maximum": figure.maximum,
            "bound": figure.bound,
            "currency": figure.currency or "CNY",
            "purpose": one.purpose,
            "status": one.status,
            "source": one.source,
            "year": one.year,
            "per": figure.per,
            "part_of": ids[one.part_of] if one.part_of is not None else None,
            "share": one.share,
            "task": task,
            "evidence": document.evidence(one.mention.span),
        }
    )
