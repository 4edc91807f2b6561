"""公文 elements by GB/T 9704: title, issuer, document number, recipients, date, attachments.

Only the shape and place of lines decide; what cannot be found stays ``None`` and is never guessed.
"""

from collections import Counter
from itertools import pairwise

import regex

from extract import lexicon, text
from extract.context import Hint
from extract.document import Document, Letterhead, Span, Year
from extract.text import View, compact, fold

_MAX_HEADER_LINES = 40
_MAX_TITLE_LINES = 6
_MAX_TITLE = 120
_MAX_SIGNATURE = 8
_OPENING_PART = 2000
_TITLE_END = regex.compile(
    r"(?:通知|意见|决定|公告|通告|通报|办法|方案|细则|措施|规划|计划|清单|要点|批复|函|报告|公示|决议|"
    r"规定|条例|一览表|任务分解表|任务表|项目表|计划表|民生实事|实事项目|惠民实事)(?:》|（[^（）]{1,12}）)*$"
)
_HEAD = regex.compile(r"文件$")
_HEADING_MARK = regex.compile(r"[#*\s]+")
_LABEL_LINE = regex.compile(r"^[^，。]{1,8}：")
_DATE_LINE = regex.compile(
    r"(?:20\d{2}|[一二][〇零一二三四五六七八九]{3})年"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})日"
)
_ISSUER_LABEL = regex.compile(
    r"(?:发\s*文\s*机\s*关|发文单位|制发机关|发布机构|制定机关|公开机构)\s*[：:]\s*"
)
# the web page's own table: 成文日期：2024-01-15
_DATE_LABEL = regex.compile(
    r"成\s*文\s*日\s*期\s*[：:]\s*(?P<day>20\d{2}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}日?)"
)
_RECIPIENT = regex.compile(
    r"各(?!位)|有关|(?:局|委|办|府|会|院|部|厅|公司|单位|街道|镇)(?:[，、：]|$)"
)
_ATTACHMENT = regex.compile(r"附件\d{0,2}[：:]\s*")
_ATTACHED = regex.compile(r"\d{1,2}[.．、]\s*")
_DAY = regex.compile(r"(?P<year>20\d{2})年\d{1,2}月\d{1,2}日")
_PERIOD_BEFORE = regex.compile(r"20\d{2}年?(?:--?|[～至到])$")
_YEAR = regex.compile(r"(?P<year>20\d{2})(?:年度|年)")


def hints(letterhead: Letterhead) -> tuple[Hint, ...]:
    """Return the issuer and the recipients as positions of organisations."""
    places = (("issuer", letterhead.issuer), ("recipient", letterhead.recipients))
    return tuple(Hint(span, role) for role, span in places if span is not None)


def find(document: Document, view: View) -> Letterhead:
    """Return the elements of the letterhead of a document; any of them may be missing.

    ``淄博…委员会办公室⏎关于公布《…实事项⏎⏎目清单》的通知⏎淄高新管办字〔2024〕2号⏎各委部、局、中心，…：``
    """
    lines = _lines(document)
    title = _title(document, lines)
    number = next((line for line in lines[:_MAX_HEADER_LINES] if _is_number(document, line)), None)
    recipients = _recipients(document, lines, title)
    issued_on = next((line for line in lines if _is_date(document, line)), None)
    signature = _signature(document, lines, issued_on)
    issued_on = issued_on or _labelled_date(document)
    return Letterhead(
        title=title,
        issuer=_labelled_issuer(document, lines) or _issuer(view, title) or signature,
        number=number,
        recipients=recipients,
        issued_on=issued_on,
        attachments=tuple(_attachments(document, lines)),
    )


def plan_year(
    document: Document, view: View, letterhead: Letterhead, deadlines: tuple[Span, ...]
) -> Year | None:
    """Return the year the list is for: from the title, the number, or the deadline column.

    ``deadlines`` are the cells of the deadline column; their most frequent year is an inference.
    """
    for span in (letterhead.title, *letterhead.attachments):
        found = _planned(view, span) if span else []
        if found:
            year, place = max(found, key=lambda each: each[0])  # 2023年…执行情况与2024年…计划草案
            return Year(year, "stated", place)
    if letterhead.number is not None:
        start, end = view.inside(letterhead.number)
        match = text.DOCUMENT_NUMBER.search(view.text, start, end)
        if match is not None:
            return Year(int(match["year"]), "document_number", view.span(*match.span("year")))
    stated = [year for span in deadlines for year in _years(view, span)]
    if not stated and letterhead.issued_on is not None:
        stated = _years(view, letterhead.issued_on)
    if not stated:
        stated = _dated(document, view)
    if not stated:
        stated = _years(view, Span(0, len(document.text)))
        if len({year for year, _ in stated}) != 1:
            return None
    best, _ = Counter(year for year, _ in stated).most_common(1)[0]
    return Year(best, "inferred", next(span for year, span in stated if year == best))


def _years(view: View, span: Span) -> list[tuple[int, Span]]:
    start, end = view.inside(span)
    return [
        (int(match["year"]), view.span(*match.span()))
        for match in _YEAR.finditer(view.text, start, end)
    ]


def _planned(view: View, span: Span) -> list[tuple[int, Span]]:
    """Return the years a title is for; the end of a period (2023-2025年) is not one of them."""
    return [(year, place) for year, place in _years(view, span) if not _ends_period(view, place)]


def _ends_period(view: View, place: Span) -> bool:
    start = view.inside(place)[0]
    return _PERIOD_BEFORE.search(view.text[max(0, start - 8) : start]) is not None


def _dated(document: Document, view: View) -> list[tuple[int, Span]]:
    """Return the year of the day printed in the header (——2014年1月8日在…会议上)."""
    for line in _lines(document)[:_MAX_HEADER_LINES]:
        start, end = view.inside(line)
        match = _DAY.search(view.text, start, min(end, start + 80))
        if match is not None:
            return [(int(match["year"]), view.span(*match.span()))]
    return []


def _lines(document: Document) -> list[Span]:
    """Return the printed lines of the paragraphs, in order; cells are no lines of a letter."""
    found: list[Span] = []
    for block in document.blocks:
        if block.place is not None:
            continue
        whole = document.slice(block.span)
        if "。" in whole or whole.endswith(("：", ":")) or len(whole) > _MAX_TITLE * 3:
            found.append(block.span)
            continue
        for match in regex.finditer(r"[^\n]+", whole):
            piece = match.group()
            if piece.strip():
                start = block.span.start + match.start() + len(piece) - len(piece.lstrip())
                found.append(Span(start, start + len(piece.strip())))
    return found


def _plain(document: Document, span: Span) -> str:
    return fold(compact(document.slice(span))).lstrip("#*")


def _is_number(document: Document, span: Span) -> bool:
    return text.DOCUMENT_NUMBER.fullmatch(_plain(document, span)) is not None


def _is_date(document: Document, span: Span) -> bool:
    return _DATE_LINE.fullmatch(_plain(document, span)) is not None


def _title(document: Document, lines: list[Span]) -> Span | None:
    """Return the first run of lines that ends as titles end (的通知, 清单》的通知)."""
    for last, line in enumerate(lines[:_MAX_HEADER_LINES]):
        printed = _plain(document, line)
        if "。" in printed or len(printed) > _MAX_TITLE:
            return None
        if not _TITLE_END.search(printed) or _LABEL_LINE.match(printed):
            continue
        start = lines[_title_start(document, lines, last)].start
        mark = _HEADING_MARK.match(document.text, start)  # a Markdown heading's #
        return Span(mark.end() if mark else start, line.end)
    return None


def _title_start(document: Document, lines: list[Span], last: int) -> int:
    first = last
    while first > 0 and last - first < _MAX_TITLE_LINES:
        before = _plain(document, lines[first - 1])
        closed = before[-1:] in "。：；！？）" or _HEAD.search(before) or _LABEL_LINE.match(before)
        if closed or _is_number(document, lines[first - 1]) or _is_date(document, lines[first - 1]):
            break
        if _TITLE_END.search(before) and _balanced(before):
            break
        first -= 1
    return first


def _balanced(line: str) -> bool:
    return line.count("《") == line.count("》")


def _issuer(view: View, title: Span | None) -> Span | None:
    """Return the authority that opens the title, up to 关于."""
    if title is None:
        return None
    start, end = view.inside(title)
    about = view.text.find("关于", start, end)
    if about <= start:
        return None
    name = view.text[start:about]
    suffixes = lexicon.departments().suffixes
    return view.span(start, about) if name.endswith(suffixes) else None


def _labelled_issuer(document: Document, lines: list[Span]) -> Span | None:
    """Return what a web page's own table gives as 发文机关, on the line or on the next."""
    for line, following in pairwise(lines[:_MAX_HEADER_LINES]):
        match = _ISSUER_LABEL.match(document.slice(line))
        if match is None:
            continue
        value = Span(line.start + match.end(), line.end)
        value = value if document.slice(value).strip() else following
        name = _plain(document, value)
        return value if name.endswith(lexicon.departments().suffixes) else None
    return None


def _labelled_date(document: Document) -> Span | None:
    """Return the day that a web page's own table gives as 成文日期."""
    match = _DATE_LABEL.search(document.text, 0, _OPENING_PART)
    return Span(*match.span("day")) if match is not None else None


def _signature(document: Document, lines: list[Span], issued_on: Span | None) -> Span | None:
    """Return the lines above the date (署名), as far as they hold names alone."""
    if issued_on is None:
        return None
    position = last = lines.index(issued_on)
    while (
        position > 0 and last - position < _MAX_SIGNATURE and _signs(document, lines[position - 1])
    ):
        position -= 1
    return Span(lines[position].start, lines[last - 1].end) if position < last else None


def _signs(document: Document, line: Span) -> bool:
    """Return whether a line holds nothing but names of organisations (署名)."""
    name = _plain(document, line)
    whole = len(name) <= 60 and name.endswith(lexicon.departments().suffixes)
    return whole and not regex.search("[，。：；]", name)


def _recipients(document: Document, lines: list[Span], title: Span | None) -> Span | None:
    """Return the line before the text that ends with a colon and names whom the notice goes to."""
    for line in lines[:_MAX_HEADER_LINES]:
        if title is not None and line.start < title.end:
            continue
        printed = _plain(document, line)
        if printed.endswith("：") and "。" not in printed and _RECIPIENT.search(printed):
            return Span(line.start, line.end - 1)
        if "。" in printed:
            return None
    return None


def _attachments(document: Document, lines: list[Span]) -> list[Span]:
    """Return the names after 附件： (附件说明), one span each."""
    found: list[Span] = []
    for line in lines:
        printed = document.slice(line)
        match = _ATTACHMENT.match(printed)
        if match is None or match.end() == len(printed) or "。" in printed:
            continue
        start = match.end()
        number = _ATTACHED.match(printed, start)
        start = number.end() if number else start
        found.append(Span(line.start + start, line.end))
    return found
