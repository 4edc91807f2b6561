"""Sentences that give an organisation a duty; a bare subject (市科技局给予…) has none.

``发展改革局负责统筹`` coordinates · ``市科技局会同市经信委、市发改委`` the partners cooperate ·
``由市民政局牵头`` leads · ``接受市发改委监督`` supervises
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import regex

from extract import lexicon
from extract.notice import DutyRole
from extract.recognizers.scene import Scene
from extract.scanning import HAN

_END = regex.compile(r"[。；\n\t]")
_CLAUSE_END = regex.compile(r"[，。；：\n\t]")
_WATCHING = regex.compile(r"督办|督查|督导|监督")
# 应当, 要具体, 按照各自职责: what may stand between who and what
_MODAL = regex.compile(
    r"(?:依法|依规|各(?=负责)|每(?:半年|季度?|月|周|年)|等(?:有关|相关)?(?:部门|单位|企业)?|积极|密切|将|要|应当|应|须|可|主要|具体|统一|共同|为主|切实|分别|(?:按照?|根据)[^，。；]{2,10}?(?=负责|统筹|配合|协同|协助))*"
)
_FOLLOWS_SUBJECT = (
    r"依法|各负责|每半年|每季|每月|将|要|应|须|主要|具体|统一|共同|为主|分别|按|根据|会同|联合|加强|进行|现场|，负责|"
    r"等|为|对|积极|密切"
)
_FOLLOWS_PARTNER = (
    r"[，。；、）\n\t]|$|对|每|于|在|按|根据|依据|组织|制定|研究|开展|共同|做好|负责|参照|提出|统筹|审|下达|进行|建立|完善|"
    r"落实|印发|发布|推进|确定|编制"
)
# 各乡镇人民政府为责任主体
_IS = regex.compile(r"[是为](?:第一)?(?P<duty>责任|牵头|主责)(?:主体|单位|部门)")
_OFFICE = "办公室"
_SUPERVISES = regex.compile(
    r"(?:对[^，。；]{2,30}?(?:进行|开展|实施)[^，。；]{0,6}?(?:监督|督查|督导|督察)|全程监督|现场监督|加强对?[^，。；]{2,40}?监督(?:管理|检查)?|进行[^，。；]{0,4}?监督(?:管理|检查)?)"
)
_AFTER_PARTNER = regex.compile(r"，?(?:按照?|根据)[^，。；]{0,8}职责(?:分工)?，?")
_LEADS = regex.compile(r"做好[^，。；]{2,30}牵头工作")
# 联合企业建设协同创新中心 is an act, no organisation
_ACT_INSIDE = regex.compile(
    r"建设(?!局|厅|委|部|管理|集团|和|投资|工程)|组建|共建|打造|开展|创建|成立|举办|设立|且|受到|获得|工作应|本办法|本细则|多个|一个"
)
# 坚持城乡统筹发展, 确保新建的客运总站…投入使用: an act and its object, and 城乡 is no township
_NO_NAME = regex.compile(
    r"^(?:坚持|实现|确保|保障|推进|推动|促进|加强|加快|完善|提升|强化|深化|健全|构建|建好|办好|做好|抓好|支持|鼓励|引导|"
    r"落实|围绕|进一步|积极|大力|通过|按照|根据|依托|借助|利用|对|在|将|以|为|与|使|让|把|从)"
    r"(?!局|委|办|中心)|城乡$"
)


class Stretch(NamedTuple):
    """A stretch of names that share a duty, as a range of the view."""

    start: int
    end: int
    role: DutyRole
    rule: str


def find(scene: Scene) -> Iterator[Stretch]:
    """Yield the names that sentences give a duty, partners before subjects."""
    text, patterns, words = scene.text, _patterns(), lexicon.departments()
    for match in _named(patterns.partner, text):
        together = text.startswith("联合", match.start()) and _watches(text, match.end())
        role: DutyRole = "supervising" if together else "cooperating"
        yield _stretch(match, role, "partner of an act")
    for match in _subjects(text):
        duty = _subject_role(text, match.end())
        if duty is not None:
            yield _stretch(match, duty, "subject of a verb of duty")
    for match in _headed(text):
        headed = words.role_of_verb(match["verb"])
        if headed is not None:
            yield _stretch(match, headed, "name and colon before a verb of duty")
    for match in _named(patterns.founded, text):
        yield _stretch(match, "responsible", "body founded for a duty")
    for match in _named(patterns.supervised, text):
        yield _stretch(match, "supervising", "whose supervision is accepted")


def _named(pattern: regex.Pattern[str], text: str) -> Iterator[regex.Match[str]]:
    return (match for match in pattern.finditer(text) if not _is_act(match["names"]))


def _headed(text: str) -> Iterator[regex.Match[str]]:
    """Yield the names that head a line or a sentence; the colon and its verb are the rarer part."""
    patterns, end = _patterns(), 0
    for colon in patterns.colon_ahead.finditer(text):
        start = 1 + max(text.rfind(mark, end, colon.start()) for mark in "。；\n\t")
        match = patterns.headed.match(text, start or end)
        if match and not _is_act(match["names"]):
            yield match
        end = colon.end()


def _subjects(text: str) -> Iterator[regex.Match[str]]:
    """Yield the subjects of a duty, those that ``finditer`` would.

    Names before a verb are few, openings are everywhere: so the search starts from the verbs (of
    ``发展改革局|负责统筹``) and tries the beginnings in the stretch of names before each.
    """
    patterns, ends = _patterns(), _name_ends()
    longest = max(map(len, ends))
    tried = 0
    for name_end in patterns.end_and_verb.finditer(text):
        end = name_end.end()
        if end <= tried or not text.endswith(ends, max(0, end - longest), end):
            continue
        start = end
        while start > tried and patterns.of_name.match(text, start - 1):
            start -= 1
        while start < end:
            match = patterns.subject.match(text, start)
            start = match.end() if match else start + 1
            if match and not _is_act(match["names"]):
                yield match
        tried = start


@lru_cache(maxsize=1)
def _name_ends() -> tuple[str, ...]:
    """Return how a name may end where a verb follows."""
    return (*lexicon.departments().suffixes, _OFFICE, "）")


def _is_act(names: str) -> bool:
    return bool(_ACT_INSIDE.search(names) or _NO_NAME.search(names))


def _stretch(match: regex.Match[str], role: DutyRole, rule: str) -> Stretch:
    return Stretch(match.start("names"), match.end("names"), role, rule)


def _watches(text: str, start: int) -> bool:
    end = _END.search(text, start)
    stop = min(end.start() if end else len(text), start + 120)
    return _WATCHING.search(text, start, stop) is not None


def _subject_role(text: str, start: int) -> DutyRole | None:
    """Return the duty of a subject from what follows it, or ``None`` where it has none."""
    words = lexicon.departments()
    modal = _MODAL.match(text, start)
    position = modal.end() if modal else start
    partner = _patterns().with_partner.match(text, position)
    if partner is not None:
        further = _AFTER_PARTNER.match(text, partner.end())
        position = further.end() if further else partner.end()
    verb = _patterns().verb.match(text, position)
    if verb is not None:
        return words.role_of_verb(verb.group())
    if _SUPERVISES.match(text, position):
        return "supervising"
    standing = _IS.match(text, position)
    if standing is not None:
        return "responsible" if standing["duty"] == "责任" else "lead"
    if _LEADS.match(text, position):
        return "lead"
    if text.startswith("，负责", position):
        return "responsible"
    return _later_role(text, position) if partner else None


def _later_role(text: str, position: int) -> DutyRole | None:
    """Return the duty that the rest of a sentence gives who acts with a partner (…，负责解释)."""
    end = _END.search(text, position)
    stop = min(end.start() if end else len(text), position + 120)
    verb = _patterns().plain.search(text, position, stop)
    return lexicon.departments().role_of_verb(verb.group()) if verb else None


@dataclass(frozen=True, slots=True)
class _Patterns:
    subject: regex.Pattern[str]
    partner: regex.Pattern[str]
    with_partner: regex.Pattern[str]
    supervised: regex.Pattern[str]
    founded: regex.Pattern[str]
    headed: regex.Pattern[str]
    verb: regex.Pattern[str]
    plain: regex.Pattern[str]
    colon_ahead: regex.Pattern[str]
    end_and_verb: regex.Pattern[str]
    of_name: regex.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    """Return the patterns, compiled on first use."""
    words = lexicon.departments()
    verb = words.verb_pattern
    suffix = "|".join(regex.escape(one) for one in words.suffixes)
    inside = rf"(?:(?!由|会同|联合)[{HAN}（）]){{0,24}}?"
    name = rf"(?:(?!由|第)[{HAN}]{inside}(?:{suffix})(?:（[{HAN}]{{2,12}}）)?|{_OFFICE})"
    names = rf"{name}(?:、{name}){{0,15}}"
    article = "第[一二三四五六七八九十百0-9]{1,4}条"
    opening = (
        rf"(?:^|(?<={article})|(?<=[。；：，、.\n\t） ])|(?<=由)|(?<=建立)|(?<=形成)|(?<=健全))"
    )
    partner = rf"(?:会同|联合)(?P<names>{names})(?={_FOLLOWS_PARTNER})"
    acts = rf"(?:{verb})(?![室办局组科处队员专]|表扬|激励|通报)|{_FOLLOWS_SUBJECT}"
    return _Patterns(
        subject=regex.compile(rf"{opening}由?(?P<names>{names})(?={acts})"),
        partner=regex.compile(partner),
        with_partner=regex.compile(rf"{partner}|会同(?:有关|相关|各)方面?"),
        supervised=regex.compile(rf"接受(?P<names>{names})的?(?:指导和|检查和)?监督"),
        headed=regex.compile(rf"(?:^|(?<=[。；\n\t]))(?P<names>{names})：(?P<verb>{verb})"),
        founded=regex.compile(rf"成立(?P<names>{name})(?=，负责)"),
        verb=regex.compile(verb),
        plain=regex.compile(r"负责|牵头|统筹"),
        colon_ahead=regex.compile(rf"：(?={verb})"),
        end_and_verb=regex.compile(
            rf"[{''.join(sorted({each[-1] for each in _name_ends()}))}]"
            rf"(?=[{_firsts(verb, _FOLLOWS_SUBJECT)}])(?={acts})"
        ),
        of_name=regex.compile(rf"[{HAN}（）、{regex.escape(''.join(words.suffixes))}]"),
    )


def _firsts(*alternations: str) -> str:
    """Return the first characters of alternations of plain words."""
    return "".join(sorted({word[0] for words in alternations for word in words.split("|")}))
