"""What Chinese and financial numerals are worth, character by character.

Nothing here looks at a text: ``numeral`` says where a number ends, this what it says.
"""

from decimal import Decimal

SCALES = {
    **{"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3},
    **{"万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12},
}
DIGITS = {
    **dict(zip("〇零一二三四五六七八九", (0, *range(10)), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    **{"两": 2, "貳": 2, "參": 3, "陸": 6},
}
TENS = {"廿": 20, "卅": 30}
HALF = "半"
# No number of a notice is longer; longer runs are not read as one.
_LONGEST = 40
_HALVES = {"半": Decimal("0.5"), "半百": Decimal(50)}
_LARGE = 4  # from 万 on, a scale multiplies all that stands before it


def chinese_value(text: str) -> Decimal | None:
    """Return the value of a Chinese or financial numeral, or ``None`` where it is malformed.

    ``二十`` → 20, ``一百零一万一千`` → 1011000, ``一万三`` → 13000, ``二〇二四`` → 2024; ``三五百``
    is two numbers and none here.
    """
    if len(text) > _LONGEST:
        return None
    if text in _HALVES:
        return _HALVES[text]
    if not any(character in SCALES or character in TENS for character in text):
        return None if _is_pair(text) else Decimal("".join(str(DIGITS[one]) for one in text))
    groups, section, digit, last, zero = _groups(text)
    if groups is None:
        return None
    total = sum((value for value, _ in groups), Decimal(0)) + section
    if digit and last > 1 and not zero:  # 一万三 is thirteen thousand, 一百零三 is not
        return total + Decimal(digit).scaleb(last - 1)
    return total + (digit or 0)


def pair_values(text: str) -> tuple[Decimal, Decimal] | None:
    """Return what two digits side by side stand for: ``八九`` → 8, 9; ``三五百`` → 300, 500.

    ``二十七八`` → 27, 28. Only neighbours and 三五 are said so; ``二四`` is no pair.
    """
    body = text.rstrip("".join(SCALES))
    scale = sum(SCALES[character] for character in text[len(body) :])
    if not _is_pair(body[-2:]):
        return None
    tens = chinese_value(body[:-2]) if len(body) > 2 else Decimal(0)
    if tens is None or tens % 10:
        return None
    low, high = (tens + DIGITS[one] for one in body[-2:])
    return low.scaleb(scale), high.scaleb(scale)


def closing_scale(text: str) -> int:
    """Return the power of the 万 and 亿 that close a numeral (``两千万`` → 4, ``九万亿`` → 12)."""
    power = 0
    for character in reversed(text):
        if SCALES.get(character, 0) < _LARGE:
            return power
        power += SCALES[character]
    return 0  # 万, 亿万: nothing stands before the scale


def _is_pair(text: str) -> bool:
    """Return whether two digits say about how many: ``两三``, ``七八``, ``三五``."""
    if len(text) != 2 or not all(character in DIGITS for character in text):
        return False
    first, second = (DIGITS[character] for character in text)
    return first > 0 and (second == first + 1 or (first, second) == (3, 5))


def _groups(
    text: str,
) -> tuple[list[tuple[Decimal, int]] | None, Decimal, int | None, int, bool]:
    """Return the parts closed by 万, 亿 and 兆, then what is open: section, digit, last power.

    ``None`` for the parts says that two digits stand side by side. The last item says whether 零
    stands before the digit.
    """
    groups: list[tuple[Decimal, int]] = []
    section, digit, last, zero = Decimal(0), None, 0, False
    for character in text:
        power = SCALES.get(character, 0)
        if character in DIGITS:
            if digit:
                return None, section, digit, last, zero
            digit = DIGITS[character]
            zero = zero or digit == 0
        elif character in TENS:
            section += TENS[character]
        elif power < _LARGE:
            section += (digit or 1) * Decimal(10) ** power
            digit, last, zero = None, power, False
        else:
            _close(groups, section + (digit or 0), power)
            section, digit, last, zero = Decimal(0), None, power, False
    return groups, section, digit, last, zero


def _close(groups: list[tuple[Decimal, int]], section: Decimal, power: int) -> None:
    """Close a part: ``一亿五千万`` is two, ``二十一万亿`` and ``四万万`` are one."""
    while groups and (groups[-1][1] < power or (not section and groups[-1][1] == power)):
        section += groups.pop()[0]
    groups.append(((section or Decimal(1)).scaleb(power), power))
