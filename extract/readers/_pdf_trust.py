"""Whether the text layer of a page can be believed, by the characters alone.

A font without a map, or with a wrong one, gives boxes, private characters, or Han characters that
nobody writes. In real notices nearly every Han character is one of the frequent ones (the first
level of GB 2312, or of Big5 in traditional text); a wrong map hits them by chance one time in four.
"""

from collections import Counter
from functools import cache
from typing import Literal

_ENOUGH_HAN = 20
_LEAST_FREQUENT = 0.7  # of the Han characters; real notices have more than 0.95
_MOST_UNREADABLE = 0.2  # of all characters
_LAST_OF_GB_LEVEL_1, _LAST_OF_BIG5_LEVEL_1 = 0xD7, 0xC6

Kind = Literal["frequent", "rare", "unreadable", "other"]


def is_believable(text: str) -> bool:
    """Return whether the text of a page may be real: ``统筹推进 3 所中小学`` is, ``龘龖廞`` is not.

    A page of formulas or of English is believed; one without text is not asked.
    """
    kinds: Counter[Kind] = Counter()
    for character, count in Counter(text).items():
        kinds[_kind(character)] += count
    if kinds["unreadable"] > _MOST_UNREADABLE * max(kinds.total(), 1):
        return False
    han = kinds["frequent"] + kinds["rare"]
    return han < _ENOUGH_HAN or kinds["frequent"] >= _LEAST_FREQUENT * han


@cache
def _kind(character: str) -> Kind:
    """Return what kind of character this is; cached, a document has few distinct ones."""
    code = ord(character)
    if 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF or 0xF900 <= code <= 0xFAFF:
        return "frequent" if _is_frequent(character) else "rare"
    is_private = 0xE000 <= code <= 0xF8FF or code >= 0xF0000
    is_control = code < 0x20 and character not in "\t\n\r"
    if is_private or is_control or character == "\ufffd":
        return "unreadable"
    return "other"


def _is_frequent(character: str) -> bool:
    for codec, last in (("gb2312", _LAST_OF_GB_LEVEL_1), ("big5", _LAST_OF_BIG5_LEVEL_1)):
        try:
            if character.encode(codec)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False
