"""发文字号: ``淄高新管办字〔2024〕2号``, in every bracket style."""

from functools import lru_cache

from extract import lexicon, text
from extract.document import Mention, Reference
from extract.recognizers.scene import Claim, Scene

_REACH = 24
_YEAR_DIGITS = 4
# 根据甬政发〔2008〕49号: the words that cite it are not part of the code
_CITING = (
    *("根据", "依据", "按照", "依照", "参照", "贯彻", "落实"),
    *("符合", "执行", "印发", "原", "见", "和", "与", "及"),
    *("关于", "通知", "意见", "文件", "文号"),
)


def claim(scene: Scene, index: int) -> Claim | None:
    """Claim the year of a document number and the serial behind it."""
    run = scene.runs[index]
    opens = run.start >= 3 and scene.text[run.start - 1] in "〔（【"
    if not opens or run.end - run.start != _YEAR_DIGITS:
        return None
    first = _code_start(scene, run.start - 1)
    match = text.DOCUMENT_NUMBER.match(scene.text, first)
    if match is None or match.start("year") != run.start:
        return None
    start, end = match.span()
    reference = Reference(
        text=match.group(),
        agency_code=match["code"],
        year=int(match["year"]),
        serial=int(match["serial"]),
    )
    view = scene.view
    return Claim(
        end,
        (
            Mention(
                "document_number",
                view.span(start, end),
                view.surface(start, end),
                reference,
                "document number",
            ),
        ),
    )


def _code_start(scene: Scene, bracket: int) -> int:
    """Return where the agency code begins: after what cites or precedes it.

    ``…的通知⏎淄高新管办字〔2024〕2号`` → 淄高新管办字; no code holds a whole authority.
    """
    start = bracket
    while start > max(0, bracket - _REACH) and "\u4e00" <= scene.text[start - 1] <= "\u9fff":
        start -= 1
    words = _edges()
    ends = (end for end in range(bracket, start, -1) if scene.text.endswith(words, start, end))
    return next(ends, start)


@lru_cache(maxsize=1)
def _edges() -> tuple[str, ...]:
    """Return the words that end before an agency code begins."""
    return (*_CITING, *(one for one in lexicon.departments().suffixes if len(one) > 1))
