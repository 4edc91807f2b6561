"""Seeing through the layout without touching it: the view that patterns run on.

A ``View`` holds the characters of the canonical text with layout white space dropped and look-alike
characters folded one to one, and for each of them the offset it came from. A pattern therefore
reads ``不低⏎⏎于 9 公里`` as ``不低于9公里`` and still points at what was printed.
"""

import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from extract.document import Block, Document, Span
from extract.scanning import HAN, any_of

_FULL = "０１２３４５６７８９％．＋－／＜＞＝"
_HALF = "0123456789%.+-/<>="
_LETTERS = "".join(chr(0xFF21 + i) + chr(0xFF41 + i) for i in range(26))
_PLAIN_LETTERS = "".join(chr(0x41 + i) + chr(0x61 + i) for i in range(26))
# Punctuation has one spelling in the view: brackets, colons and semicolons are full width, dashes
# and tildes one each. ○ stands for 〇 in typed dates (二○二四年).
_FOLDED = {
    one: str(unicodedata.decimal(one))
    for one in map(chr, range(0x80, 0x1FBFA))
    if unicodedata.decimal(one, None) is not None
} | dict(
    zip(
        _FULL + _LETTERS + "();:?!~〜∼—–−‑‐―○◯[]［］〖〗﹝﹞",
        _HALF + _PLAIN_LETTERS + "（）；：？！～～～------〇〇〔〕〔〕〔〕〔〕",
        strict=True,
    )
)
_FOLDABLE = any_of("".join(_FOLDED))
# What may open a paragraph of its own: 一、 （二） 3. 第四条 ① 附件
MARKER = regex.compile(
    r"(?:[一二三四五六七八九十百]{1,4}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|"
    r"\d{1,3}[.．、](?!\d)|\d{1,2}[)）](?=\s*[\u4e00-\u9fff“])|第[一二三四五六七八九十百\d]{1,4}[章节条]|[①-⑳❶-❿]|附\s*件|附：|"
    r"[-*•·▪●◆■]\s)"
)
# 淄高新管办字〔2024〕2号, 甬政发[2005]40号, 国发（2011）第3号; white space already dropped.
DOCUMENT_NUMBER = regex.compile(
    rf"(?P<code>[{HAN}]{{2,20}})[〔（【](?P<year>(?:19|20)\d{{2}})[〕）】]第?(?P<serial>\d{{1,5}})号"
)
_TERMINATED = regex.compile(r"[。；！？：.!?;:…][”’）》」』)\]]*$")
# 六、组织领导 : a numbered line without a mark of punctuation is a heading
_HEADING = regex.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十]{1,3}[章节])"
    r"[^，。；：！？\n由将把对被]{2,30}"
)
# 1.老旧小区改造项目 : so is a short one, which no layout has wrapped
_ITEM_HEADING = regex.compile(
    rf"(?:\d{{1,3}}[.．、]|[（(]\d{{1,3}}[）)])\s*[{HAN}“”（）]{{3,15}}[{HAN}”）](?<![的和与及在为对将或等到])"
)
_HEADINGS = (_HEADING, _ITEM_HEADING)
# 完成时限：… opens a line of its own; 2024年2月18日 alone is the date of a letter
_LABEL = regex.compile(
    r"(?:责任|牵头|配合|主办|承办|协办|协同|参与|督办|主管|实施|完成|办结|建设|项目|资金|投资|总投资|目标|年度|工作|"
    rf"任务|时间|时限|期限|备注|联系|主要|主送|抄送)[{HAN}]{{0,8}}[：:]"
)
DAY_LINE = regex.compile(
    r"[〇零一二三四五六七八九○0-9]{4}年[一二三四五六七八九十0-9]{1,3}月[一二三四五六七八九十0-9]{1,3}日"
)
_INDENT = regex.compile(r"\n(?:[ \t\u00a0]{2,}|\u3000+)$")
_FULL_LINE = 20  # characters: a shorter line was not broken by the width of a page
# …全部投入使用。（县应急局、县消防大队） : what a bracket adds behind a full stop ends there
_BRACKETED_END = regex.compile(r"[。；]\s*[（(][^（）()]*[）)]$")
_LONGEST_BRACKET = 200
_LONGEST_NUMBER_LINE = 60
_ONES = "一二三四五六七八九"
# a line that opens with 二是 goes on with nothing
_RUNNING = regex.compile(r"[一二三四五六七八九十]{1,3}是(?!否|指)")
_NUMERIC = frozenset("0123456789.０１２３４５６７８９．")
_LONGEST_NUMBER = 24
# Behind a Chinese character: a point or thousands with spaces, or figures one by one
_SPACED = regex.compile(
    rf"(?<=[{HAN}，（：、；达到至约超][ ]?)"
    r"(?:(?:\d(?: ?\d)* ?\. ?\d(?: ?\d)*|\d{1,3}(?: \d{3})+|\d(?: \d)+)(?![\d.])(?! \d))"
)
_WHITE = regex.compile(r"\s+")
_LINE = regex.compile(r"[^\r\n\f\v]+")
_NARROW = regex.compile(r"[^\u2e80-\U0010ffff]+")
_WORDISH = regex.compile(rf"[0-9A-Za-z.%{HAN}]")


@dataclass(frozen=True, slots=True)
class View:
    """The text as patterns see it; ``offsets[i]`` is where character ``i`` is printed.

    ``gaps`` holds, for a character that had white space dropped before it, that white space: a
    reader of names asks it whether a line ended there. A line feed in ``text`` is a break that no
    sentence crosses; a tab is the edge of a cell.
    """

    text: str
    offsets: Sequence[int] = field(repr=False)
    gaps: dict[int, str] = field(repr=False)
    source: str = field(repr=False)

    def span(self, start: int, end: int) -> Span:
        """Return the printed span of the view's ``start:end``, which must not be empty."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)

    def surface(self, start: int, end: int) -> str:
        """Return what was printed for ``start:end``, line breaks included."""
        span = self.span(start, end)
        return self.source[span.start : span.end]

    def index(self, offset: int) -> int:
        """Return the first character of the view printed at or after ``offset``."""
        return bisect_left(self.offsets, offset)

    def inside(self, span: Span) -> tuple[int, int]:
        """Return the view's range for a printed span."""
        return self.index(span.start), self.index(span.end)


def view(document: Document) -> View:
    """Return the view of a document: blocks glued where a sentence runs on, cells kept apart."""
    return _view(document.text, document.blocks)


def view_of_text(text: str) -> View:
    """Return the view of a bare text, its paragraphs found by the same rules as in a .txt."""
    return _view(text, tuple(Block(span) for span in paragraphs(text)))


def squeeze(text: str) -> str:
    """Return the normal form: line breaks and layout spaces dropped, characters as printed.

    ``推进 3 所中小学、1 所⏎⏎幼儿园`` → ``推进3所中小学、1所幼儿园``; the space inside
    ``“同城共读 书香高新”`` stays.
    """
    pieces: list[str] = []
    last = 0
    text = text.strip()
    for match in _WHITE.finditer(text):
        pieces.append(text[last : match.start()])
        pieces.append(_join(text, match.start(), match.end()))
        last = match.end()
    pieces.append(text[last:])
    return "".join(pieces)


def compact(text: str) -> str:
    """Return the text without any white space (names, headers, letter-spaced titles)."""
    return str(_WHITE.sub("", text))


def fold(text: str) -> str:
    """Return the text with look-alike characters folded one to one."""
    # A text has few kinds of them; asking every character for its own takes six times as long.
    for one in set(_FOLDABLE.findall(text)):
        text = text.replace(one, _FOLDED.get(one, one))
    return text


def width(line: str) -> int:
    """Return the printed width in half-width units (a Chinese character counts two)."""
    return len(line) + len(_NARROW.sub("", line))


def paragraphs(text: str) -> list[Span]:
    """Return the paragraphs of a plain text, joining the lines that only the layout broke.

    A text is hard-wrapped when most of its lines end at the same right margin; then a line that
    reaches the margin runs on unless the next one opens with a marker. Otherwise a line is a
    paragraph.
    """
    lines = _lines(text)
    margin = _margin([width(text[line.start : line.end]) for line in lines])
    if margin is None:
        return lines
    joined: list[Span] = []
    for line in lines:
        if joined and _runs_on(text, joined[-1], line, margin):
            joined[-1] = Span(joined[-1].start, line.end)
        else:
            joined.append(line)
    return joined


def _is_number_line(text: str, line: Span) -> bool:
    if line.end - line.start > _LONGEST_NUMBER_LINE:
        return False
    return DOCUMENT_NUMBER.fullmatch(fold(compact(text[line.start : line.end]))) is not None


def serial_number(printed: str) -> int | None:
    """Return the number of a list's marker: ``12`` and ``十二`` are 12; 1 to 99 in Chinese."""
    return int(printed) if printed.isdigit() else _SERIALS.get(printed)


def _spelt(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _ONES[tens - 1] + "十"
    return head + (_ONES[ones - 1] if ones else "")


_SERIALS = {_spelt(number): number for number in range(1, 100)}


@lru_cache(maxsize=65536)
def is_dictionary_word(word: str) -> bool:
    """Return whether jieba's dictionary knows the word (loaded on first use, about a second)."""
    import jieba  # noqa: TID251  the one place; slow to load and rarely needed

    jieba.setLogLevel(60)
    if not jieba.dt.initialized:
        jieba.dt.lock.acquire()
        try:
            with jieba.get_dict_file() as file:
                jieba.dt.FREQ, jieba.dt.total = jieba.dt.gen_pfdict(file)
            jieba.dt.initialized = True
        finally:
            jieba.dt.lock.release()
    return bool(jieba.dt.FREQ.get(word))


def _lines(text: str) -> list[Span]:
    spans: list[Span] = []
    for match in _LINE.finditer(text):
        line = match.group()
        inner = line.strip()
        if inner:
            start = match.start() + len(line) - len(line.lstrip())
            spans.append(Span(start, start + len(inner)))
    return spans


def _margin(widths: list[int]) -> int | None:
    """Return the width a wrapped line reaches, or ``None`` for a text that is not wrapped."""
    if len(widths) < 8:
        return None
    ordered = sorted(widths)
    widest = ordered[int(len(ordered) * 0.95)]
    full = sum(1 for value in widths if widest - 6 <= value)
    if ordered[-1] > 140 or widest < 16 or full * 2 < len(widths):
        return None
    return widest - 6


def _runs_on(text: str, before: Span, line: Span, margin: int) -> bool:
    last = text[before.start : before.end].rsplit("\n", 1)[-1].strip()
    if MARKER.match(text, line.start) or _RUNNING.match(text, line.start):
        return False
    if _is_number_line(text, before) or _is_number_line(text, line):
        return False
    if width(last) >= margin:
        return True
    # A short line that ends in mid-sentence runs on only where a closing mark says so.
    return text[line.start] in "，。、；：）》”〕%％" or last[-1:] in "，、（《“〔"


def _view(text: str, blocks: Sequence[Block]) -> View:
    pieces: list[str] = []
    offsets = array("L")
    gaps: dict[int, str] = {}
    length = 0

    def keep(start: int, end: int) -> None:
        nonlocal length
        pieces.append(text[start:end])
        offsets.extend(range(start, end))
        length += end - start

    def join(mark: str, start: int, end: int) -> None:
        nonlocal length
        if mark:
            pieces.append(mark)
            offsets.append(start)
            length += 1
        gaps[length] = text[start:end]

    before: Block | None = None
    for block in blocks:
        start, end = block.span
        if before is not None:
            mark = _block_join(text, before, block)
            join(mark, before.span.end, start)
        last = start
        for match in _WHITE.finditer(text, start, end):
            keep(last, match.start())
            join(_join(text, match.start(), match.end()), match.start(), match.end())
            last = match.end()
        keep(last, end)
        before = block
    return View(fold("".join(pieces)), offsets, gaps, text)


def _block_join(text: str, before: Block, block: Block) -> str:
    if before.place is not None or block.place is not None:
        return "\t"
    start, end = before.span.end, block.span.start
    if _TERMINATED.search(text, max(before.span.start, start - 4), start):
        return "\n"
    if text[start - 1] in "）)" and _BRACKETED_END.search(
        text, max(before.span.start, start - _LONGEST_BRACKET), start
    ):
        return "\n"
    opens = MARKER.match(text, end) or _LABEL.match(text, end)
    first, last = before.span.start, start
    # 五 职责分工⏎    市民政局牵头…: no layout breaks a short line before an indented one
    is_short = last - first < _FULL_LINE and _INDENT.search(text, start, end) is not None
    if opens or is_short or any(each.fullmatch(text, first, last) for each in _HEADINGS):
        return "\n"
    following = compact(text[block.span.start : min(block.span.end, end + 40)])
    if DAY_LINE.fullmatch(following) or DOCUMENT_NUMBER.fullmatch(fold(following)):
        return "\n"
    if DOCUMENT_NUMBER.fullmatch(fold(compact(text[max(first, last - 40) : last]))):
        return "\n"
    return _join(text, start, end) and "\n"


def _join(text: str, start: int, end: int) -> str:
    """Return what white space at ``start:end`` means: nothing, a space, or a break."""
    if start == 0 or end >= len(text):
        return ""
    left, right = text[start - 1], text[end]
    broken = "\n" in text[start:end]
    if not broken and _in_spaced_number(text, start, end):
        return ""
    if left.isascii() and right.isascii() and _WORDISH.match(left) and _WORDISH.match(right):
        if broken and left.isdigit() and right.isdigit():
            return "" if _is_wrapped_number(text, start, end) else "\n"
        return " "
    if broken:
        return ""
    both_han = _is_han(left) and _is_han(right)
    return " " if both_han else ""


def _in_spaced_number(text: str, start: int, end: int) -> bool:
    """Return whether a space stands inside a number, as recognition of scans leaves them.

    ``投资 3 . 75 亿元`` ``免费体检 6. 8 万人`` ``托位 1 000 个`` ``2 6 0 间``; not ``1. 新建`` at
    the head of a line, ``10 20`` or ``2024 2025``.
    """
    if end - start > 1 or text[start - 1] not in _NUMERIC or text[end] not in _NUMERIC:
        return False
    first, last = max(0, start - _LONGEST_NUMBER), min(len(text), end + _LONGEST_NUMBER)
    window = fold(text[first:last])
    return any(found.start() < start - first < found.end() for found in _SPACED.finditer(window))


def _is_wrapped_number(text: str, start: int, end: int) -> bool:
    """Return whether a full line broke inside a number (停车位60⏎0个), not before 2. or a cell."""
    line = start - max(text.rfind("\n", 0, start), text.rfind("\t", 0, start)) - 1
    is_single = text.count("\n", start, end) == 1
    return is_single and line >= _FULL_LINE and MARKER.match(text, end) is None


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"
