"""Cutting a list of organisations into names.

``、`` separates, brackets hold together, 和 与 stand inside names. A line break separates only
where both sides are whole names: ``市场监督⏎管理局`` is one, ``财政金融局⏎洸河街道`` are two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from extract import lexicon
from extract.recognizers.scene import Scene
from extract.text import compact

_STRONG = "，,；;\t\n/"
_LONGEST_REST = 3
_JOINTS = "和及与或"
_WEAK = "和及与或、 "
# A name up to what may separate it; 和 inside a name goes on unless 市, 各 … follow.
_PIECE = regex.compile(r"(?:[^、，,；;\t\n 和及与或]|[和及与或](?![市省县区国各]))*")
_REST = regex.compile(r"[^、，,；;\t\n]*")
_BRACKET_AT_END = regex.compile(r"（[^（）]*）$")
_GROUP = regex.compile(r".{0,5}各|.{0,5}有关[委办局厅部]")
_LIST_TAIL = regex.compile(r"(?:等(?:有关)?(?:部门|单位)?|[。，,；;、：:.])+$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as a range of the view, with what was unusual about finding it."""

    start: int
    end: int
    flags: tuple[str, ...] = ()


def split(scene: Scene, start: int, end: int) -> list[Name]:
    """Return the names in ``start:end`` of the view, in order."""
    pieces: list[Name] = []
    for left, right in _pieces(scene, start, end):
        trimmed = _trim(scene.text, left, right)
        if trimmed is not None:
            pieces.extend(_apart(scene.text, *trimmed))
    return pieces


def is_whole(name: str) -> bool:
    """Return whether a name ends as organisations end (局, 街道, 公司) or names a group."""
    bare = _BRACKET_AT_END.sub("", name)
    if len(bare) < 3 and bare[:1] not in set("市省县区州国"):
        return False
    return bool(_suffix().search(bare)) and bare not in lexicon.departments().suffixes


def _pieces(scene: Scene, start: int, end: int) -> Iterator[tuple[int, int]]:
    text, first, depth = scene.text, start, 0
    for position in range(start, end):
        character = text[position]
        broken = depth == 0 and position > first and "\n" in scene.view.gaps.get(position, "")
        if broken and _separate(text, first, position, end):
            yield first, position
            first = position
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth = max(0, depth - 1)
        elif depth == 0 and _cuts(text, first, position, end):
            yield first, position
            first = position + 1
    yield first, end


def _cuts(text: str, first: int, position: int, end: int) -> bool:
    """Return whether the character separates two names."""
    if text[position] in _STRONG:
        return True
    if text[position] not in _WEAK:
        return False
    left = compact(text[first:position])
    if text[position] in _JOINTS:
        # 市信息产业局和市财政局 are two; 综合行政执法与应急管理局 is one
        right = _next_piece(text, position + 1, end)
        return len(left) > 2 and is_whole(left) and len(right) > 2 and is_whole(right)
    if text[position] == " ":
        # 宁 波 市 财 政 局 is spaced out; 市民政局 市财政局 are two
        return is_whole(left) and len(_next_piece(text, position + 1, end)) > 1
    if not _GROUP.match(left):
        return True
    # 各委部、局、中心 and 市政府有关委、办、局 are one group; 各区政府、市教育局 are two names.
    right = _next_piece(text, position + 1, end)
    if "各" in right[:6]:
        return True
    return is_whole(left) and is_whole(right) and len(right) > 2


def _next_piece(text: str, start: int, end: int) -> str:
    match = _PIECE.match(text, start, end)
    return match.group() if match else ""


def _separate(text: str, first: int, position: int, end: int) -> bool:
    """Return whether the line break at ``position`` stands between two names."""
    rest = _REST.match(text, position, end)
    left, right = compact(text[first:position]), compact(rest.group()) if rest else ""
    if not left or right[:1] in {"（", "）", "与", "和"}:
        return False
    if not is_whole(left) or right in lexicon.departments().suffixes:
        return False
    return is_whole(right) or len(right) > _LONGEST_REST  # 主管部⏎门 goes on


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Drop what closes a list (等有关部门, full stop) and the space around a name."""
    while start < end and text[start] in " ·、":
        start += 1
    match = _LIST_TAIL.search(text, start, end)
    if match is not None:
        end = match.start()
    while end > start and text[end - 1] == " ":
        end -= 1
    return (start, end) if start < end else None


def _apart(text: str, start: int, end: int) -> Iterator[Name]:
    """Part names that stand without a separator: …分公司中国联通…营销中心中国电信…."""
    cuts = [match.end() for match in _seam().finditer(text, start, end)]
    if not cuts:
        yield Name(start, end)
        return
    for left, right in zip([start, *cuts], [*cuts, end], strict=True):
        yield Name(left, right, ("split_without_separator",))


@lru_cache(maxsize=1)
def _suffix() -> regex.Pattern[str]:
    words = sorted(lexicon.departments().suffixes, key=len, reverse=True)
    return regex.compile("(?:" + "|".join(map(regex.escape, words)) + ")$")


@lru_cache(maxsize=1)
def _seam() -> regex.Pattern[str]:
    """Return where a name ends and the next begins with 中国, the only start that is sure."""
    words = sorted(lexicon.departments().suffixes, key=len, reverse=True)
    return regex.compile("(?:" + "|".join(map(regex.escape, words)) + ")(?=中国)")
