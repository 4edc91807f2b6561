"""The numerals that are no figure, each with its reason: the other side of the ledger.

``1.`` serial · ``四星级`` rank · ``5G`` code · ``“红齐365红色物业”`` name · ``一把手`` idiom
"""

import string
from bisect import bisect_right
from collections.abc import Callable, Sequence

import regex

from extract.document import Discard, Mention, Span
from extract.recognizers.numeral import SCALES, Run
from extract.recognizers.scene import Claim, Scene, no_figure
from extract.text import is_dictionary_word

_OPENING = "\n\t。；：，！？）”》 "
_LINE_OPENS = frozenset("\n\t。；")
_ENCLOSED = regex.compile(r"（(?:[一二三四五六七八九十]{1,3}|\d{1,3})）")
# 附件2, 见表3, （图1）; but not 更换智能电表3000块
_ATTACHMENT = regex.compile(
    r"(?:附件|附表|附录|附图|专栏|编号|代码|邮编|邮政编码|(?:^|[见如（《、，。；])(?:表|图|式))：?$"
)
_ENDS_OF_ATTACHMENT = frozenset("件表录图栏号码编式：")
_MORE_PARTS = regex.compile(r"(?:[-、]\d+)*")
# 第（一）、（二）、（三）项
_CITED_CLAUSE = regex.compile(r"第（(?:[^（）]{1,3}）[、和至]（)*$")
_RANK = regex.compile(
    r"(?:、?[一二三四五六七八九十]|\d){0,8}+"
    r"(?:星级|等奖|级|等品|型|流|线城|孩|胎|代(?!表|码|理|办|建)|本(?=以上))"
)
_STRONG = regex.compile(r"强(?!化|度|制)")
_SLOGAN = regex.compile(
    r"(?:\d+|[N一二三四五六七八九十])(?:[+×*](?:\d+|[NXn]|[一二三四五六七八九十]))+"
)
_PHONE = regex.compile(r"0\d{2,3}-\d{7,8}(?!\d)|1[3-9]\d{9}(?!\d)|\d{5,6}(?=[^，。；]{0,6}热线)")
_CLOCK = regex.compile(r"\d{1,2}：\d{2}(?:：\d{2})?|\d{1,2}时(?:\d{1,2}分)?(?!代|常|间|效|速)")
_FRACTION = regex.compile(r"[一二三四五六七八九十\d]+分之[一二三四五六七八九十\d]+")
_RATIO = regex.compile(r"\d+(?:\.\d+)?(?: ?[：∶:] ?\d+(?:\.\d+)?)+")
# 二十届四中全会, 十四届七次全委会议, 攻坚三年行动
_SESSION = regex.compile(
    r"[一二三四五六七八九十]{1,3}(?:届|次(?=全体|全会|全委|会议|代表大会|党代会|常委))"
)
_PROGRAMME = regex.compile(r"[一二三四五六七八九十](?=年(?:行动|计划|攻坚|规划|倍增|提升行动))")
# （万元）, 单位：亿元: a label, no sum; 千名留学人才, 万户: no number either
_LABEL = regex.compile(r"[百千万亿]{1,2}(?=元|美元|人|户|亩|吨|平方米)")
_VAGUE = regex.compile(r"[百千万]{1,2}(?=[名家户村镇企人位里](?!次))")
_PORTION = regex.compile(r"\d{1,2}/\d{1,2}(?![\d/万])|\d{1,3}(?:\.\d+)?/(?:10|百|千|十)?万")
_VISITS = regex.compile(r"(?:浏览|点击|阅读|访问)(?:次数|数量?|量)?：?$")
_RETURN = regex.compile(r"[\d一二三四五六七八九十百]+年一遇")  # 30年一遇: a class of floods
_TYPE = regex.compile(r"[大小]（$")  # 大（2）型水库
# (销售收入-2000)×3%+100, 500≤销售收入<2000, 人天数×100
_OPERATOR_LEFT = regex.compile(r"[×÷≤≥<>=*/+]$|[\u4e00-\u9fff）]-$")
_OPERATOR_RIGHT = regex.compile(r"[×÷≤≥<>=*]")
# 000014349/2018-00214
_INDEX = regex.compile(r"[0-9A-Z]{6,}[/-]\d{4}-\d+")
_VERSION = regex.compile(r"\d\.0(?=行动|版|时代|计划|模式|平台|工程|升级|，|。|”)")
_TOKEN_TAIL = regex.compile(r"(?r)[A-Za-z0-9_./：？=&%#～@-]++$")
_TOKEN_HEAD = regex.compile(r"[A-Za-z0-9_./：？=&%#～@-]*+")
_LONGEST_ADDRESS = 200
_FOOTNOTE = regex.compile(r"〔\d{1,3}〕")
_LATIN = regex.compile(r"[A-Za-z]")
_YEAR = regex.compile(r"(?:19|20)\d{2}")
_EMERGENCY = regex.compile(r"1(?:10|14|19|20|22)(?=急救|报警|指挥|热线|接警|平台|、|和)")
# 城乡居民收入比降至2.2: a ratio, not a count
_COMPARED = regex.compile(r"比[^，。；0-9]{0,6}[至到为]$")
_NAMED = regex.compile(r"\d{2,4}(?![\d.,%])[\u4e00-\u9fff]{2}")
_QUOTED = 24
_NamedRule = tuple[str, Callable[[Scene, int], int | None]]
_LONGEST_WORD = 5
_SHORTEST_CODE = 5  # digits of a hotline; phone numbers and indexes have more


def claim_known(scene: Scene, index: int) -> Claim | None:
    """Claim what is no figure whatever unit follows: serials, ordinals, ranks, codes."""
    run = scene.runs[index]
    if not _may_be_known(scene, run):
        return None
    for reason, rule in _KNOWN if _SHAPED.match(scene.text, run.start) else _UNSHAPED:
        end = rule(scene, index)
        if end is not None:
            return no_figure(scene, run.start, max(end, run.end), reason)
    return None


def claim_idiom(scene: Scene, index: int) -> Claim | None:
    """Claim what stands inside an idiom, a name or a slogan of the lexicon (进一步)."""
    run = scene.runs[index]
    reason = scene.idioms.get(run.start)
    return None if reason is None else no_figure(scene, run.start, run.end, reason)


def _may_be_known(scene: Scene, run: Run) -> bool:
    """Return whether what stands beside a run lets any rule of ``claim_known`` hold.

    A count (新增452个) has none of these neighbours: one look in place of a dozen.
    """
    text, (start, end, script) = scene.text, run
    if text[end : end + 1] in _BEHIND or text[start - 1 : start] in _BEFORE:
        return True
    if text[start] in _SCALES_ALONE or end - start >= _SHORTEST_CODE:
        return True
    return script == "circled" or text.endswith(".0", start, end) or bool(scene.context.hints)


def claim_rest(scene: Scene, index: int) -> Claim | None:
    """Claim what no kind wanted: codes, names in quotation marks, words of the dictionary."""
    run = scene.runs[index]
    for reason, rule in _REST:
        end = rule(scene, index)
        if end is not None:
            return no_figure(scene, run.start, max(end, run.end), reason)
    return None


def recurring(
    scene: Scene, mentions: Sequence[Mention], discards: Sequence[Discard]
) -> list[Discard]:
    """Return the open numbers that are part of a name: one that comes back with the same word.

    ``实施626小河改造`` … ``626小河沿岸``: a count would not stand twice before the same object
    without a measure word.
    """
    settled = {discard.span.start for discard in discards}
    covers = sorted(mention.span for mention in mentions)
    starts = [span.start for span in covers]
    named: dict[str, list[Span]] = {}
    for run in scene.runs:
        is_short = run.script == "arabic" and 2 <= run.end - run.start <= 4
        name = _NAMED.match(scene.text, run.start) if is_short else None
        if name is None:
            continue
        span = scene.view.span(run.start, run.end)
        position = bisect_right(starts, span.start) - 1
        held = position >= 0 and covers[position].holds(span)
        if not held and span.start not in settled:
            named.setdefault(name.group(), []).append(span)
    return [Discard(span, "name") for spans in named.values() if len(spans) > 1 for span in spans]


def _serial(scene: Scene, index: int) -> int | None:
    run, text = scene.runs[index], scene.text
    if run.script == "circled":
        return run.end
    hint = scene.hint(run.start)
    if hint is not None and hint.role == "serial":
        return run.end
    before = text[run.start - 1 : run.start] or "\n"
    gap = scene.view.gaps.get(run.start, "")
    broken = before in _OPENING or "\n" in gap or len(gap) > 1 or "\u3000" in gap
    marked = broken and text[run.end : run.end + 1] in {"、", ".", "．"}
    if marked and (run.script == "chinese" or not text[run.end + 1 : run.end + 2].isdigit()):
        return run.end + 1 if _is_marker(scene, index) else None
    enclosed = _ENCLOSED.match(text, run.start - 1) if run.start else None
    if enclosed is not None and (text[run.start - 2 : run.start - 1] or "\n") in _OPENING:
        return int(enclosed.end())
    if run.script == "arabic" and before in _LINE_OPENS and text[run.end : run.end + 1] == "）":
        return run.end + 1  # 4）护眼灯改造
    # 一是…二是…, 一要…二要…
    if run.script == "chinese" and broken and text[run.end : run.end + 1] in {"是", "要"}:
        return run.end
    return None


def _is_marker(scene: Scene, index: int) -> bool:
    """Refuse the first of a list of figures (80、100个) as a serial."""
    run = scene.runs[index]
    if run.script == "chinese" or scene.text[run.end] != "、":
        return True
    return scene.run_at(run.end + 1, index + 1) is None


def _ordinal(scene: Scene, index: int) -> int | None:
    run, text = scene.runs[index], scene.text
    if text[run.start - 1 : run.start] == "第":
        return run.end
    if text[run.end : run.end + 1] == "）" and _CITED_CLAUSE.search(scene.left(run.start, 12)):
        return run.end
    before = text[run.start - 1 : run.start]
    if before in _ENDS_OF_ATTACHMENT and _ATTACHMENT.search(scene.left(run.start, 6)):
        more = _MORE_PARTS.match(text, run.end)
        return int(more.end()) if more else run.end
    return None


def _rank(scene: Scene, index: int) -> int | None:
    run, text = scene.runs[index], scene.text
    if run.script == "chinese":
        match = _RANK.match(text, run.start)
        if match is not None and match.end() > run.end and _is_low(text[run.start : run.end]):
            return int(match.end())
    elif text[run.end : run.end + 1] in {"级", "型"} and _is_low(text[run.start : run.end]):
        return run.end + 1
    before = scene.left(run.start, 1)
    if before == "前" and text[run.end : run.end + 1] in {"名", "位", "强"}:
        return run.end + 1
    if text.startswith("强", run.end) and _STRONG.match(text, run.end):
        return run.end + 1
    return None


def _is_low(text: str) -> bool:
    return len(text) <= 2 and "." not in text


def _slogan(scene: Scene, index: int) -> int | None:
    match = _SLOGAN.match(scene.text, scene.runs[index].start)
    return match.end() if match else _plus_before(scene, index)


def _plus_before(scene: Scene, index: int) -> int | None:
    """``N+1``, ``互联网+3``: what follows a plus sign is no count."""
    run = scene.runs[index]
    before = scene.text[run.start - 1 : run.start]
    return run.end if before in {"+", "×"} and run.end - run.start <= 2 else None


def _matcher(pattern: regex.Pattern[str]) -> Callable[[Scene, int], int | None]:
    def rule(scene: Scene, index: int) -> int | None:
        match = pattern.match(scene.text, scene.runs[index].start)
        return match.end() if match else None

    return rule


def _type(scene: Scene, index: int) -> int | None:
    run = scene.runs[index]
    of_a_class = _TYPE.search(scene.left(run.start, 2)) and scene.text.startswith("）型", run.end)
    return run.end if of_a_class else None


def _visits(scene: Scene, index: int) -> int | None:
    """How often a web page was read (浏览次数：1,286次) is no figure of the notice."""
    run = scene.runs[index]
    return run.end + 1 if _VISITS.search(scene.left(run.start, 8)) else None


def _footnote(scene: Scene, index: int) -> int | None:
    run = scene.runs[index]
    match = _FOOTNOTE.match(scene.text, run.start - 1) if run.start else None
    return match.end() if match else None


def _code(scene: Scene, index: int) -> int | None:
    """Digits that touch Latin letters: ``5G`` ``G60`` ``ISO20000`` ``www.nbfet.gov.cn``."""
    run, text = scene.runs[index], scene.text
    if run.script != "arabic":
        return None
    before = _TOKEN_TAIL.search(text[max(0, run.start - _LONGEST_ADDRESS) : run.start])
    after = _TOKEN_HEAD.match(text, run.end, run.end + _LONGEST_ADDRESS)
    letters = (before and _LATIN.search(before.group())) or _LATIN.match(text, run.end)
    if not letters:
        return None
    return int(after.end()) if after else run.end


def _unit_label(scene: Scene, index: int) -> int | None:
    """A unit with its scale and no number: ``投资额（万元）``, ``单位：亿元``."""
    run = scene.runs[index]
    before = scene.text[run.start - 1 : run.start]
    return run.end if before in {"（", "：", "/"} and _LABEL.match(scene.text, run.start) else None


def _vague(scene: Scene, index: int) -> int | None:
    """``千名海外留学人才``, ``万户``: a scale alone counts nothing."""
    run = scene.runs[index]
    if scene.text[run.start - 1 : run.start].isdigit():
        return None
    match = _VAGUE.match(scene.text, run.start)
    return run.end if match and match.end() == run.end else None


def _per_base(scene: Scene, index: int) -> int | None:
    """What a rate is counted by: ``每2年开展一次``, ``每10张床位配备1名护士``."""
    run = scene.runs[index]
    number = scene.number(index) if scene.text[run.start - 1 : run.start] == "每" else None
    if number is None or scene.text[number.end : number.end + 1] in {"%", "元"}:
        return None
    return number.end


def _formula(scene: Scene, index: int) -> int | None:
    """A term of a formula: ``(销售收入-2000)×3%+100``, ``500≤销售收入<2000``."""
    run = scene.runs[index]
    if run.script != "arabic":
        return None
    left = _OPERATOR_LEFT.search(scene.left(run.start, 2))
    return run.end if left or _OPERATOR_RIGHT.match(scene.text, run.end) else None


def _compared(scene: Scene, index: int) -> int | None:
    """A ratio written as one number: ``城乡居民收入比缩小至2.54``."""
    run = scene.runs[index]
    return run.end if _COMPARED.search(scene.clause(run.start)) else None


def _bare_year(scene: Scene, index: int) -> int | None:
    """A year without 年: ``入选2025西部企业数字化建设``."""
    run = scene.runs[index]
    return run.end if _YEAR.fullmatch(scene.text, run.start, run.end) else None


def _hotline(scene: Scene, index: int) -> int | None:
    """``120急救中心`` ``110指挥平台``: a number that is a name."""
    match = _EMERGENCY.match(scene.text, scene.runs[index].start)
    return match.end() if match else None


def _uncounted(scene: Scene, index: int) -> int | None:
    """A Chinese digit with no classifier: it counts nothing, it is part of a word or a name.

    ``五源河体育馆`` ``成达万高铁``. 百万青少年 says no number either. A
    number of two digits or more is never taken for one.
    """
    run = scene.runs[index]
    printed = scene.text[run.start : run.end]
    scales = all(character in SCALES for character in printed)  # 百万青少年, 千亿投资
    alone = run.script == "chinese" and (len(printed) == 1 or scales)
    return run.end if alone and not scene.text[run.start - 1 : run.start].isdigit() else None


def _quoted(scene: Scene, index: int) -> int | None:
    """A number inside a short name in quotation marks or book-title marks."""
    run, text = scene.runs[index], scene.text
    before = text[max(0, run.start - _QUOTED) : run.start]
    after = text[run.end : run.end + _QUOTED]
    for opening, closing in ("“”", "《》", "‘’", "「」"):
        if before.rfind(opening) > before.rfind(closing):
            end = after.find(closing)
            if end >= 0:
                return run.end
    return None


def _word(scene: Scene, index: int) -> int | None:
    """A Chinese numeral inside a word of the dictionary (统一, 万象)."""
    run, text = scene.runs[index], scene.text
    if run.script != "chinese" or run.end - run.start > 2:
        return None
    for length in range(_LONGEST_WORD, run.end - run.start, -1):
        for start in range(run.end - length, run.start + 1):
            word = text[start : start + length] if start >= 0 else ""
            if len(word) == length and is_dictionary_word(word):
                return max(run.end, start + length)
    return None


# What stands before or behind a run that a rule of claim_known may claim.
_BEFORE = frozenset("第（〔前每+×/：件表录图栏号码编式览击读问数量强")
_BEHIND = frozenset(
    "、.．）是要+*×级型强名位星等流线孩胎代本届次年时分：∶: /-" + string.ascii_letters
)
_SCALES_ALONE = frozenset("百千万亿")
_SHAPES: tuple[tuple[str, regex.Pattern[str]], ...] = (
    ("code", _INDEX),
    ("code", _VERSION),
    ("phone", _PHONE),
    ("time", _CLOCK),
    ("ratio", _RATIO),
    ("fraction", _FRACTION),
    ("fraction", _PORTION),
    ("rank", _RETURN),
)
_LATE_SHAPES: tuple[tuple[str, regex.Pattern[str]], ...] = (
    ("ordinal", _SESSION),
    ("name", _PROGRAMME),
)
# Most runs have none of the shapes: one look says so, in place of nine.
_SHAPED = regex.compile("|".join(shape.pattern for _, shape in (*_SHAPES, *_LATE_SHAPES)))
_FIRST: tuple[_NamedRule, ...] = (
    ("serial", _serial),
    ("footnote", _footnote),
    ("ordinal", _ordinal),
    ("slogan", _slogan),
    ("rank", _type),
    ("code", _visits),
)
_LAST: tuple[_NamedRule, ...] = (
    ("unit", _unit_label),
    ("word", _vague),
    ("fraction_word", _per_base),
)
_UNSHAPED: tuple[_NamedRule, ...] = (*_FIRST, ("rank", _rank), *_LAST)
_KNOWN: tuple[_NamedRule, ...] = (
    *_FIRST,
    *((reason, _matcher(shape)) for reason, shape in _SHAPES),
    ("rank", _rank),
    *((reason, _matcher(shape)) for reason, shape in _LATE_SHAPES),
    *_LAST,
)
_REST: tuple[_NamedRule, ...] = (
    ("code", _code),
    ("formula", _formula),
    ("ratio", _compared),
    ("name", _quoted),
    ("date_part", _bare_year),
    ("code", _hotline),
    ("idiom", _word),
    ("word", _uncounted),
)
