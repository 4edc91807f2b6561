"""What holds for every corpus line and sample, whatever it says."""

import tomllib
from pathlib import Path

import pytest

from extract import extract, figures, pipeline, read
from extract.document import Figure, Mention, When

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = [Path("samples/zibo-hitech-2024.txt"), Path("samples/jining-hitech-2023.txt")]
FULL_WIDTH = str.maketrans("0123456789%", "０１２３４５６７８９％")


def _lines() -> list[object]:
    found = []
    for path in sorted(CORPUS.glob("*.toml")):
        if path.stem != "known_failures":
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            found += [pytest.param(case, id=case["text"][:24]) for case in table["case"]]
    return found


def said(mentions: list[Mention]) -> list[object]:
    """Return what the mentions say, without where and in which characters."""
    return [
        (
            mention.kind,
            "".join(mention.surface.split()) if mention.kind == "department" else "",
            _value(mention),
        )
        for mention in mentions
    ]


def _value(mention: Mention) -> object:
    value = mention.value
    if isinstance(value, Figure):
        return (value.value, value.minimum, value.maximum, value.bound, value.dimension, value.per)
    if isinstance(value, When):
        return (value.date, value.precision, value.bound, value.recurrence)
    return None


@pytest.mark.parametrize("case", _lines())
def test_full_width_digits_change_nothing(case: dict[str, object]) -> None:
    year = case.get("plan_year")
    plain = said(figures(case["text"], plan_year=year))
    assert said(figures(case["text"].translate(FULL_WIDTH), plan_year=year)) == plain


@pytest.mark.parametrize("case", _lines())
def test_a_line_break_between_two_characters_changes_nothing(case: dict[str, object]) -> None:
    text, year = case["text"], case.get("plan_year")
    if "\n" in text or "\t" in text:
        pytest.skip("该行自带换行，断行的位置已经写在语料里")
    plain = said(figures(text, plan_year=year))
    for position in range(1, len(text)):
        inside_token = text[position - 1].isascii() and text[position].isascii()
        if inside_token or text[position - 1] in "。；：":
            continue  # a break inside a number or a word of Latin letters makes two of it
        broken = f"{text[:position]}\n{text[position:]}"
        assert said(figures(broken, plan_year=year)) == plain, broken


@pytest.mark.parametrize("case", _lines())
def test_two_readings_are_one(case: dict[str, object]) -> None:
    year = case.get("plan_year")
    assert figures(case["text"], plan_year=year) == figures(case["text"], plan_year=year)


@pytest.mark.parametrize("path", SAMPLES, ids=str)
def test_every_surface_is_its_slice(path: Path) -> None:
    document = read(path)
    for mention in pipeline.run(document).recognition.mentions:
        assert document.text[mention.span.start : mention.span.end] == mention.surface


@pytest.mark.parametrize("path", SAMPLES, ids=str)
def test_the_surface_alone_gives_the_figure_again(path: Path) -> None:
    notice = extract(path)
    for project in notice.projects:
        for value in (*project.quantities, *project.amounts):
            if value.bound == "all":
                continue  # 全覆盖: no number is printed
            surface = value.evidence.text
            if value.kind == "amount" and not surface.endswith("元"):
                surface = f"资金{surface}。"  # 元 is left out where the column speaks of money
            again = [one for one in figures(surface) if isinstance(one.value, Figure)]
            assert len(again) == 1, surface
            figure = again[0].value
            assert (figure.value, figure.minimum, figure.maximum) == (
                value.value,
                value.minimum,
                value.maximum,
            )


@pytest.mark.parametrize("path", SAMPLES, ids=str)
def test_ids_are_distinct_and_stable(path: Path) -> None:
    def ids(notice: object) -> list[str]:
        found = []
        for project in notice.projects:
            parts = (*project.quantities, *project.amounts, *project.deadlines)
            found += [project.id, *(one.id for one in (*parts, *project.departments))]
        return found

    first, second = ids(extract(path)), ids(extract(path.read_bytes(), name="other.txt"))
    assert first == second
    assert len(first) == len(set(first))


@pytest.mark.parametrize("path", SAMPLES, ids=str)
def test_a_changed_digit_is_never_silent(path: Path) -> None:
    """Change each digit of the notice in turn (every 7th here): the JSON says something else."""
    text = path.read_text(encoding="utf-8")
    places = [at for at, character in enumerate(text) if character.isdecimal()][::7]
    plain = _values(extract(text.encode(), name=path.name))
    for at in places:
        changed = text[:at] + str((int(text[at]) + 3) % 10) + text[at + 1 :]
        assert _values(extract(changed.encode(), name=path.name)) != plain, text[at - 9 : at + 9]


def _values(notice: object) -> object:
    data = notice.model_dump(exclude={"source", "id"})
    return data["projects"], data["numerals"], data["plan_year"], data["document_number"]
