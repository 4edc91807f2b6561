"""The scans that pass over most of a text find what the plain way finds."""

import unicodedata

import regex

from extract import lexicon
from extract.recognizers import numeral
from extract.scanning import any_of, scanner
from extract.text import fold


def test_every_decimal_digit_is_folded_and_nothing_moves() -> None:
    every = "".join(map(chr, (*range(0x20, 0xD800), *range(0xE000, 0x1FBFA))))
    folded = fold(every)
    assert len(folded) == len(every)
    for printed, seen in zip(every, folded, strict=True):
        value = unicodedata.decimal(printed, None)
        if value is not None:
            assert seen == str(value)
    assert fold("２０２4年（①）：ＡＢ−〜𝟗😀") == "2024年（①）：AB-～9😀"


def test_characters_beyond_the_basic_plane_are_found_too() -> None:
    assert any_of("]^-𝟗").findall("a]b^c-d𝟗") == ["]", "^", "-", "𝟗"]
    assert any_of("]^-").findall("a]b^c-d𝟗") == ["]", "^", "-"]


def test_a_group_is_what_is_found_and_han_any_chinese_character() -> None:
    found = scanner(r"国([二三四])(?=\p{Han}放)").search("淘汰国四排放标准")
    assert found is not None
    assert found.span(1) == (3, 4)


def test_the_one_pass_finds_what_each_family_finds_alone() -> None:
    """Every family over every phrase of the table, alone and all phrases in one text."""
    rows = lexicon.idioms().rows
    phrases = [phrase for row in rows for phrase in (*row.yes, *row.no)]
    phrases.append("。".join(phrases))
    families = lexicon.idioms()._families
    for phrase in phrases:
        alone = [
            (*match.span(pattern.groups), reason)
            for pattern, reason in (*families._others, *families._led)
            for match in pattern.finditer(phrase)
        ]
        kept = set(families.hits(phrase))
        assert set(alone) <= kept
        # In one pass a family may also begin inside what it has found: within, never beyond.
        for start, end, reason in kept - set(alone):
            assert any(one <= start and end <= two and why == reason for one, two, why in alone)


def test_runs_begin_only_where_a_numeral_may_open() -> None:
    text = "1.5万、.5、第3,4条、２半百①⑴㊿❿➓二〇二四年五十五兆一十二亿半吨"
    plain = regex.compile(numeral._RUN.pattern)
    expected = [(found.start(), found.end()) for found in plain.finditer(fold(text))]
    assert [(run.start, run.end) for run in numeral.scan(fold(text))] == expected
