"""``audit`` names whatever the source does not prove."""

from decimal import Decimal
from pathlib import Path

import pytest

from extract import audit, extract, read
from extract.notice import Notice

SAMPLE = Path("samples/jining-hitech-2023.txt")


@pytest.fixture(scope="module")
def notice() -> Notice:
    return extract(SAMPLE)


def planted(notice: Notice, path: tuple[object, ...], value: object) -> Notice:
    """Return the notice with one field changed, deep inside."""
    if not path:
        return value
    head, *rest = path
    if isinstance(head, int):
        members = list(notice)
        members[head] = planted(members[head], tuple(rest), value)
        return tuple(members)
    return notice.model_copy(update={head: planted(getattr(notice, head), tuple(rest), value)})


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".pdf"])
@pytest.mark.parametrize("name", ["zibo-hitech-2024", "jining-hitech-2023"])
def test_every_value_of_the_samples_is_proved(name: str, suffix: str) -> None:
    path = Path("samples") / f"{name}{suffix}"
    assert audit(extract(path), read(path)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("projects", 0, "quantities", 0, "value"), Decimal(86)),
        (("projects", 1, "amounts", 1, "value"), Decimal(41000000)),
        (("projects", 3, "quantities", 0, "maximum"), Decimal(18)),
        (("projects", 8, "amounts", 1, "value"), Decimal("2888.43")),
        (("projects", 10, "quantities", 3, "unit"), "亩"),
        (("projects", 10, "quantities", 3, "bound"), "at_least"),
        (("projects", 17, "serial"), "19"),
        (("projects", 18, "amounts", 1, "share"), Decimal(40)),
        (("projects", 4, "category", "name"), "提升残疾人水平"),
        (("projects", 21, "departments", 0, "role"), "cooperating"),
        (("projects", 21, "departments", 0, "evidence", "start"), 0),
        (("plan_year", "year"), 2024),
        (("numerals", "consumed"), 171),
    ],
    ids=str,
)
def test_a_planted_fault_is_named(notice: Notice, path: tuple[object, ...], value: object) -> None:
    findings = audit(planted(notice, path, value), read(SAMPLE))
    assert findings
    where = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path[:-1])
    assert any(where.lstrip(".") in one.message for one in findings)
    assert {one.severity for one in findings} == {"error"}


def test_a_value_left_out_is_named(notice: Notice) -> None:
    project = notice.projects[1]
    without = planted(notice, ("projects", 1, "amounts"), project.amounts[:-1])
    codes = {one.code for one in audit(without, read(SAMPLE))}
    assert "audit.count" in codes


def test_another_source_proves_nothing(notice: Notice) -> None:
    findings = audit(notice, read(Path("samples/zibo-hitech-2024.txt")))
    assert [one.code for one in findings] == ["audit.other_source"]
