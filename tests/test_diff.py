"""Year over year: a made list with twelve known changes, and pairs made by a script."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import made_pairs
import pytest

from extract import extract
from extract.compare import Change, Diff, diff, page
from extract.notice import Notice
from extract.writers import json as writer

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
KNOWN = tomllib.loads((DATA / "zibo-hitech-2025-made.toml").read_text(encoding="utf-8"))["changes"]
LISTS = ("08", "42", "46", "47")  # those of the corpus with eight projects or more


@pytest.fixture(scope="module")
def lists() -> tuple[Notice, Notice]:
    old = extract(ROOT / "samples" / "zibo-hitech-2024.txt")
    return old, extract(DATA / "zibo-hitech-2025-made.txt")


@pytest.fixture(scope="module")
def found(lists: tuple[Notice, Notice]) -> Diff:
    return diff(*lists)


def plain(change: Change) -> tuple[object, ...]:
    old, new = change.old, change.new
    return change.kind, frozenset(old.names), frozenset(new.names), old.text, new.text


@pytest.mark.parametrize("known", KNOWN, ids=lambda one: f"{one['kind']}-{one['after']}")
def test_each_known_change_is_named(known: dict[str, object], found: Diff) -> None:
    sides = (frozenset(known["old"]), frozenset(known["new"]), known["before"], known["after"])
    assert (known["kind"], *sides) in [plain(change) for change in found.changes]


def test_no_other_change_is_named(found: Diff) -> None:
    assert len(KNOWN) == 12
    assert len(found.real()) == 12
    same = [change for change in found.changes if change.kind == "continued"]
    assert [change.new.names for change in same] == [("城乡道路路网提质工程",)]


def test_every_project_of_both_lists_is_named(lists: tuple[Notice, Notice], found: Diff) -> None:
    for side, notice in (("old", lists[0]), ("new", lists[1])):
        named = {one for change in found.changes for one in getattr(change, side).projects}
        assert named == {one.id for one in notice.projects}


def test_both_sides_show_where_they_are_printed(lists: tuple[Notice, Notice], found: Diff) -> None:
    texts = [
        (ROOT / "samples" / "zibo-hitech-2024.txt").read_text(encoding="utf-8"),
        (DATA / "zibo-hitech-2025-made.txt").read_text(encoding="utf-8"),
    ]
    for change in found.changes:
        for side, text in zip((change.old, change.new), texts, strict=True):
            assert bool(side.projects) == bool(side.evidence)
            for one in side.evidence:
                assert text[one.start : one.end] == one.text


def test_a_list_beside_itself_is_continued(lists: tuple[Notice, Notice]) -> None:
    for notice in (*lists, extract(ROOT / "samples" / "jining-hitech-2023.txt")):
        kinds = Counter(change.kind for change in diff(notice, notice).changes)
        assert kinds == {"continued": len(notice.projects)}


def test_there_and_back(lists: tuple[Notice, Notice]) -> None:
    turned = {"split": "merged", "merged": "split", "new": "dropped", "dropped": "new"}
    turned |= {"expanded": "cut", "cut": "expanded"}
    there = Counter(change.kind for change in diff(*lists).changes)
    back = Counter(change.kind for change in diff(*reversed(lists)).changes)
    assert back == Counter({turned.get(kind, kind): count for kind, count in there.items()})


def test_the_same_day_a_year_later_did_not_move(found: Diff) -> None:
    moved = [change for change in found.changes if change.kind == "deadline_moved"]
    assert [change.new.text for change in moved] == ["2025-06-30"]


def test_the_whole_notices_deadline_is_one_change(lists: tuple[Notice, Notice]) -> None:
    old, new = lists
    default = new.default_deadline
    assert default is not None
    assert default.date is not None
    later = default.model_copy(update={"date": default.date.replace(month=11, day=30)})
    changes = diff(old, new.model_copy(update={"default_deadline": later})).real()
    (own,) = [one for one in changes if one.subject == "通知的总时限"]
    assert (own.old.text, own.new.text) == ("2024-10-31（原则上）", "2025-11-30（原则上）")


def test_json_is_read_back(found: Diff) -> None:
    assert Diff.model_validate(json.loads(writer.line(found))) == found


def test_the_page_stands_alone_and_runs_nothing(lists: tuple[Notice, Notice]) -> None:
    old, new = lists
    first = new.projects[0].model_copy(update={"name": "<img src=x onerror=alert(1)>"})
    html = page.page(diff(old, new.model_copy(update={"projects": (first,)}))).decode()
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "default-src 'none'" in html
    assert "http://" not in html
    assert "https://" not in html


def bases(folder: Path | None) -> list[Notice]:
    samples = [
        ROOT / "samples" / f"{one}.txt" for one in ("zibo-hitech-2024", "jining-hitech-2023")
    ]
    corpus = [folder / "corpus" / f"{one}.txt" for one in LISTS] if folder else []
    return [extract(path) for path in (*samples, *corpus)]


def score(notices: list[Notice], seeds: range) -> tuple[float, list[str]]:
    """Return F1 over kind and both sides' projects, and what was wrong."""
    right = wrong = missed = 0
    faults = []
    for seed in seeds:
        base = notices[seed % len(notices)]
        others = [one for other in notices if other is not base for one in other.projects]
        made = made_pairs.make(base, [one for one in others if len(one.content) > 20], seed)
        named = {
            (one.kind, frozenset(one.old.projects), frozenset(one.new.projects))
            for one in diff(made.old, made.new).changes
        }
        right += len(named & made.truth)
        wrong += len(named - made.truth)
        missed += len(made.truth - named)
        faults += [f"{seed}: {one}" for one in sorted(map(str, named ^ made.truth))]
    return 2 * right / (2 * right + wrong + missed), faults


def test_forty_made_pairs(shared: Path) -> None:
    f1, faults = score(bases(shared), range(40))
    print(f"F1 = {f1:.4f}, 差错 {len(faults)}")
    assert f1 >= 0.95, faults


def test_made_pairs_of_the_samples() -> None:
    f1, faults = score(bases(None), range(100, 110))
    assert f1 >= 0.95, faults
