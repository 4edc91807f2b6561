"""Organisations in a position of duty, the issuer and the recipients.

A position is a column (主办单位), a bracket (（责任部门：建设局、市场监管局）), a line with a label
(牵头单位：…), a verb (由A牵头，联合B) or the letterhead. A name is never looked for anywhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from extract import lexicon
from extract.context import Hint
from extract.document import Mention, Organisation, Span
from extract.notice import DutyRole
from extract.recognizers import duties, names
from extract.recognizers.duties import Stretch
from extract.recognizers.numeral import chinese_value
from extract.recognizers.scene import Scene
from extract.scanning import HAN
from extract.text import compact

_COLUMN_ROLES: dict[str, DutyRole] = {
    "lead": "lead",
    "responsible": "responsible",
    "cooperating": "cooperating",
    "supervising": "supervising",
    "issuer": "issuer",
    "recipient": "recipient",
}
_COUNTED = regex.compile(r"(?P<size>\d{1,6}|[一二两三四五六七八九十]+)个")
_QUALIFIER = regex.compile(r"(?P<name>.+?)(?P<qualifier>（[^（）]*）)$", flags=regex.DOTALL)
# ；完成时限：, ；配合单位： : whatever label follows, the list of names is over
_ANY_LABEL = regex.compile(rf"[{HAN}]{{2,12}}：")
_LABEL_END = regex.compile("[】〕]：?|：")
_STOPS = regex.compile(r"[（）。\n\t【】〔〕；;，、 ]")
_HAN = regex.compile(f"[{HAN}]")
_FIRST_NAME = regex.compile(r"[^、，；。\n\t ]{2,30}")
_LONGEST_LIST = 600  # characters
_NO_NAME = regex.compile(r"[：:]|\d{4}年|年\d{1,2}月|^[〇零一二三四五六七八九十年月日]+$")
_PARTNERED = regex.compile(r"会同|联合|商(?=[市省县区])")
_LETTERS = regex.compile(f"[{HAN}A-Za-z]")
_SIGNATURE = regex.compile(r"\S+(?:[ \u00a0]\S+)*")
_ENTERPRISE = regex.compile(r"(?:公司|集团|银行|厂|营销中心)")


def recognize(scene: Scene) -> list[Mention]:
    """Return every organisation of the text that stands in a position of duty, each place once."""
    found: dict[int, Mention] = {}
    stretches = (
        *_columns(scene),
        *_labelled(scene),
        *_bracketed(scene),
        *_closing(scene),
        *duties.find(scene),
    )
    for stretch in stretches:
        for mention in _mentions(scene, stretch):
            taken = any(mention.span.overlaps(other.span) for other in _near(found, mention))
            if not taken:
                found[mention.span.start] = mention
    return list(found.values())


def _near(found: dict[int, Mention], mention: Mention) -> Iterator[Mention]:
    low = mention.span.start - 80
    for start in range(low, mention.span.end):
        if start in found:
            yield found[start]


def _columns(scene: Scene) -> Iterator[Stretch]:
    """Cells of a duty column, the issuer's line and the recipients' line."""
    for hint in scene.context.hints:
        role = _COLUMN_ROLES.get(hint.role)
        if role is None:
            continue
        start, end = scene.view.inside(hint.span)
        if start < end:
            yield Stretch(start, end, role, _hint_rule(hint))


def _hint_rule(hint: Hint) -> str:
    return {"issuer": "issuing authority", "recipient": "recipients of the notice"}.get(
        hint.role, f"column of {hint.role} departments"
    )


def _labelled(scene: Scene) -> Iterator[Stretch]:
    """Lists after a label: ``（责任部门：A、B）``, ``牵头单位：A；配合单位：B``."""
    before: Stretch | None = None
    for first, start, role in _labels(scene.text):
        if before is not None:  # 责任单位：A局配合单位：B局: the next label ends the list too
            yield from _by_verb(scene, before._replace(end=min(before.end, first)))
        end = _list_end(scene.text, start)
        before = Stretch(start, end, role, "after a label of duty") if start < end else None
    if before is not None:
        yield from _by_verb(scene, before)


def _role_of_short(text: str, verb: str, start: int) -> DutyRole | None:
    """Return the duty of a verb that is a label: ``牵头：A局``; not ``参与：由市场主体申报``."""
    role = lexicon.departments().role_of_verb(verb)
    name = _FIRST_NAME.match(text, start)
    named = name is not None and _ends_as_name(name.group(), lexicon.departments().suffixes)
    return role if named and role in {"lead", "cooperating"} else None


def _by_verb(scene: Scene, stretch: Stretch) -> Iterator[Stretch]:
    """Part a labelled list by the verbs inside: ``责任单位：A局牵头，B局、C局按职责分工负责``."""
    start = stretch.start
    for duty in _patterns().listed_duty.finditer(scene.text, stretch.start, stretch.end):
        role = lexicon.departments().role_of_verb(duty["verb"])
        if role is not None and start < duty.start():
            yield Stretch(start, duty.start(), role, "names before a verb, after a label of duty")
            start = duty.end()
    if start < stretch.end:
        yield stretch._replace(start=start)


def _labels(text: str) -> Iterator[tuple[int, int, DutyRole]]:
    """Yield where each label starts and ends, and its duty; the mark behind it is the rarer part.

    ``责任单位：`` ``【牵头单位】`` ``〔责任单位〕：``
    """
    words = lexicon.departments()
    for closing in _LABEL_END.finditer(text):
        label = _patterns().label.search(text, max(0, closing.start() - 16), closing.start())
        if label is None:
            continue
        role = words.role_of_label(label.group())
        if role is None and not _HAN.fullmatch(text[max(0, label.start() - 1) : label.start()]):
            role = _role_of_short(text, label.group(), closing.end())
        if role is None:
            continue
        if closing.group() == "：":
            yield label.start(), closing.end(), role
        elif text[label.start() - 1 : label.start()] in {"【", "〔"}:
            yield label.start() - 1, closing.end(), role


def _list_end(text: str, start: int) -> int:
    """Return where a labelled list ends: its bracket, a full stop, a break, the next label."""
    depth, last = 0, min(len(text), start + _LONGEST_LIST)
    for stop in _STOPS.finditer(text, start, last):
        position: int = stop.start()
        character = stop.group()
        if character == "（":
            depth += 1
        elif character == "）":
            if depth == 0:
                return position
            depth -= 1
        elif character in "。\n\t【】〔〕" or (_ANY_LABEL.match(text, position + 1)):
            return position
    return last


def _bracketed(scene: Scene) -> Iterator[Stretch]:
    """Names before their verb: ``（教育部会同有关部门负责）``, ``（市民政局牵头）``."""
    for match in _patterns().bracket.finditer(scene.text):
        position = match.start() + 1
        for duty in _patterns().duty.finditer(scene.text, position, match.end()):
            role = lexicon.departments().role_of_verb(duty["verb"])
            if role is None:
                continue
            yield from _joined(scene, position, duty.start("verb"), role)
            position = duty.end()


def _closing(scene: Scene) -> Iterator[Stretch]:
    """Names alone in the bracket that closes an item: ``…投入使用。（县应急局、县消防大队）``."""
    suffixes = lexicon.departments().suffixes
    for match in _patterns().closing.finditer(scene.text):
        listed = regex.split("[、，；]", match["names"])
        named = all(_ends_as_name(name, suffixes) for name in listed)
        if named and (match["stop"] or len(listed) > 1):
            start, end = match.span("names")
            yield Stretch(start, end, "responsible", "names in the bracket at the end")


def _ends_as_name(name: str, suffixes: tuple[str, ...]) -> bool:
    """Return whether a name ends as organisations do, or is a group of areas (相关区, 各县市)."""
    is_area = name.endswith(tuple("区县市镇乡"))
    groups = lexicon.departments().group_words
    return len(name) > 2 and (
        name.endswith((*suffixes, "）")) or (is_area and name.startswith(groups))
    )


def _joined(scene: Scene, start: int, end: int, role: DutyRole) -> Iterator[Stretch]:
    """Split ``A会同B``: A has the duty of the verb, B helps."""
    while start < end and scene.text[start] in "，、；由":
        start += 1
    match = _PARTNERED.search(scene.text[start:end])
    if match is not None and match.start():
        yield Stretch(start, start + match.start(), role, "names before a verb of duty")
        yield Stretch(start + match.end(), end, "cooperating", "names after 会同")
    elif start < end:
        yield Stretch(start, end, role, "names before a verb of duty")


def _signatures(scene: Scene, stretch: Stretch) -> Iterator[Stretch]:
    """Part the issuers of a joint notice, who sign side by side (宁 波 市 教 育 局    市财政局)."""
    span = scene.view.span(stretch.start, stretch.end)
    pieces = list(_SIGNATURE.finditer(scene.view.source, span.start, span.end))
    suffixes = lexicon.departments().suffixes
    if all(compact(piece.group()).endswith(suffixes) for piece in pieces):
        for piece in pieces:
            start, end = scene.view.inside(Span(*piece.span()))
            yield Stretch(start, end, stretch.role, stretch.rule)
    else:
        yield stretch


def _mentions(scene: Scene, stretch: Stretch) -> Iterator[Mention]:
    if stretch.role == "issuer":
        for signed in _signatures(scene, stretch):
            yield from _named(scene, signed)
    else:
        yield from _named(scene, stretch)


def _named(scene: Scene, stretch: Stretch) -> Iterator[Mention]:
    for name in names.split(scene, stretch.start, stretch.end):
        start, size = _without_count(scene.text, name.start, name.end)
        if start >= name.end:
            continue
        view = scene.view
        surface = view.surface(start, name.end)
        organisation = _organisation(surface, stretch.role, size, name.flags)
        if organisation is not None:
            yield Mention(
                "department", view.span(start, name.end), surface, organisation, stretch.rule
            )


def _without_count(text: str, start: int, end: int) -> tuple[int, int | None]:
    """Step over the count of a group (5个街道（园区）), which is a quantity of its own."""
    match = _COUNTED.match(text, start, end)
    if match is None:
        return start, None
    printed = match["size"]
    value = int(printed) if printed.isdigit() else chinese_value(printed)
    return match.end(), int(value) if value is not None else None


def _organisation(
    surface: str, role: DutyRole, size: int | None, flags: tuple[str, ...]
) -> Organisation | None:
    whole = compact(surface)
    match = _QUALIFIER.fullmatch(whole.translate({ord("("): "（", ord(")"): "）"}))
    name, qualifier = (match["name"], match["qualifier"]) if match else (whole, None)
    if not _LETTERS.search(name) or _NO_NAME.search(name):
        return None
    group = size is not None or name.startswith(lexicon.departments().group_words)
    enterprise = _ENTERPRISE.search(name) is not None
    return Organisation(
        name=name,
        role=role,
        qualifier=qualifier,
        group=group,
        group_size=size,
        organisation="group" if group else "enterprise" if enterprise else "government",
        flags=flags,
    )


@dataclass(frozen=True, slots=True)
class _Patterns:
    label: regex.Pattern[str]
    closing: regex.Pattern[str]
    bracket: regex.Pattern[str]
    duty: regex.Pattern[str]
    listed_duty: regex.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    """Return the patterns, compiled on first use."""
    words = lexicon.departments()
    verb = words.verb_pattern
    return _Patterns(
        label=regex.compile(rf"(?:{words.label_pattern}|{verb})\Z"),
        closing=regex.compile(
            rf"(?P<stop>[。；])?（(?P<names>[{HAN}、，；]{{3,120}}?)）(?=[。；]?(?:\n|\t|$))"
        ),
        bracket=regex.compile(
            rf"（(?:[^（）\n\t。；]|（[^（）]*）){{2,200}}(?:{verb})(?:落实|实施)?(?:，下同)?）"
        ),
        listed_duty=regex.compile(
            rf"(?:等(?:部门|单位))?(?P<verb>{verb})(?=[，、；。]|\Z)[，、；。]?"
        ),
        duty=regex.compile(rf"(?P<verb>{verb})(?=[，、；）]|落实|实施)"),
    )
