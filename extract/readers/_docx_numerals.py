"""Numbers as Word writes them in front of a paragraph: ``w:numFmt`` (ISO 29500-1, 17.18.59)."""

from collections.abc import Callable

_MAX_REPEAT = 30
_PLAIN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_OLD = "零壹貳參肆伍陸柒捌玖"
_PLACES = ("", "十", "百", "千")
_LEGAL_PLACES = ("", "拾", "佰", "仟")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

Spell = Callable[[int], str]


def spelled(number: int, kind: str) -> str | None:
    """Return ``number`` in the format, or ``None`` for a format that is not known here.

    ``spelled(11, "chineseCountingThousand")`` is ``十一``, ``spelled(3,
    "decimalEnclosedCircleChinese")`` is ``③``. A number that the format has no sign for is decimal.
    """
    spell = _FORMATS.get(kind)
    return None if spell is None else spell(number) or str(number)


def _counting(number: int) -> str:
    """Return 九十九; from a hundred on digit by digit: 一〇〇."""
    return _thousands(number) if number < 100 else _digits(number)


def _digits(number: int) -> str:
    return "".join(_PLAIN[int(digit)] for digit in str(number))


def _thousands(number: int) -> str:
    """Return 十一, 一百零五, 一千零二十."""
    text = _by_place(number, "零" + _PLAIN[1:], _PLACES)
    return text.removeprefix("一") if 10 <= number < 20 else text


def _japanese(number: int) -> str:
    """Return 十一, 百五, 千二十: no zero, no one before ten, a hundred, a thousand."""
    text = _by_place(number, " " + _PLAIN[1:], _PLACES)
    for place in _PLACES[1:]:
        text = text.replace(f"一{place}", place)
    return text.replace(" ", "")


def _legal(number: int) -> str:
    return _by_place(number, _LEGAL, _LEGAL_PLACES)


def _legal_old(number: int) -> str:
    return _by_place(number, _LEGAL_OLD, _LEGAL_PLACES)


def _by_place(number: int, digits: str, places: tuple[str, ...]) -> str:
    """Spell a number below 10 000 with its places; zeros between two digits are written once."""
    if not 0 < number < 10_000:
        return digits[0] if number == 0 and digits[0] != " " else ""
    written = ""
    for place, digit in zip(reversed(range(len(str(number)))), str(number), strict=True):
        if digit != "0":
            written += digits[int(digit)] + places[place]
        elif not written.endswith(digits[0]):
            written += digits[0]
    return written.rstrip(digits[0])


def _letters(number: int) -> str:
    """Return a … z, then aa, bb …, as Word goes on after z."""
    times, which = divmod(number - 1, 26)
    return chr(ord("a") + which) * (times + 1) if 0 <= times < _MAX_REPEAT else ""


def _roman(number: int) -> str:
    written = ""
    if 0 < number < 4000:
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            written += letters * times
    return written


def _listed(signs: str) -> Spell:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else ""


def _run(first: str, last: int) -> Spell:
    """Return the signs that stand one after the other in Unicode, from 1 to ``last``."""
    return _listed("".join(chr(ord(first) + i) for i in range(last)))


def _sexagenary(number: int) -> str:
    """Return 甲子 … 癸亥."""
    return _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12] if number > 0 else ""


_CIRCLED = _run("①", 20)
_FORMATS: dict[str, Spell] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedFullstop": _run("⒈", 20),
    "decimalEnclosedParen": _run("⑴", 20),
    "numberInDash": lambda number: f"- {number} -",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _thousands,
    "taiwaneseCountingThousand": _thousands,
    "taiwaneseDigital": _digits,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "japaneseCounting": _japanese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal_old,
    "ideographTraditional": _listed(_STEMS),
    "ideographZodiac": _listed(_BRANCHES),
    "ideographZodiacTraditional": _sexagenary,
    "ideographEnclosedCircle": _run("㊀", 10),
}
