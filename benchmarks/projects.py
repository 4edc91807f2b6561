"""Projects, targets, departments' roles and deadlines of the JSON, judged by labels of readers.

    python benchmarks/projects.py [TEXTS]      TEXTS: folder of the texts, or ../shared/corpus
    python benchmarks/projects.py --misses     every miss and extra, with the words around it
    python benchmarks/projects.py --json       the same figures for a program

Every text of ``tests/labelled/projects/`` goes through ``extract.extract``. What is right is said
in the README there. A label marked optional is neutral: finding it or not costs nothing.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import regex
from _material import ROOT, SHARED, read, shown

import extract
from extract.notice import Deadline, Department, Notice, Percentage, Quantity, StatedText

LABELS = ROOT / "tests" / "labelled" / "projects"
KINDS = ("project", "name", "target", "figure", "department", "deadline")  # figure: role aside
AGREED = ("action", "object", "project of target", "project of department", "project of deadline")
NEAR = 12  # characters between the label's place of an item and the place a project names
AROUND = 24  # characters shown on either side of a miss
_SERIAL = regex.compile(r"[\s()（）.．、是]")

Row = dict[str, Any]
Right = Callable[[Row, Row], bool]


@dataclass(slots=True)
class Tally:
    """The counts of one text: right, missed, extra of each kind; what agrees of the right ones."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {k: Counter() for k in KINDS})
    agreed: dict[str, Counter[str]] = field(default_factory=lambda: {k: Counter() for k in AGREED})
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        for mine, theirs in ((self.counts, other.counts), (self.agreed, other.agreed)):
            for kind, counts in theirs.items():
                mine[kind].update(counts)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="?", type=Path, default=SHARED / "corpus")
    parser.add_argument("--misses", action="store_true", help="print every miss and extra")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    tallies = {}
    for path in sorted(LABELS.glob("*.json")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        tallies[path.stem] = judged(labels, options.texts / labels["text"])
    if not tallies:
        sys.exit(f"没有找到标注：{LABELS}")
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    if options.json:
        whole = {"overall": numbers(total), "texts": {k: numbers(t) for k, t in tallies.items()}}
        print(json.dumps(whole, ensure_ascii=False, indent=1))
        return 0
    print_table(total, tallies)
    if options.misses:
        for name, tally in tallies.items():
            print("".join(f"{name} {note}\n" for note in tally.notes), end="")
    return 0


def judged(labels: Row, path: Path) -> Tally:
    """Return what is right and wrong in the notice made of one text."""
    if not path.exists():
        sys.exit(f"没有找到 {path.name}：请把放真实通知的文件夹写在命令后面")
    if hashlib.sha256(path.read_bytes()).hexdigest() != labels["sha256"]:
        sys.exit(f"{path.name} 不是当初标注的那份文字")
    text = read(path)
    check_slices(labels, text)
    notice = extract.extract(path)
    limit = labels["scored_to"] or len(text)
    tally = Tally()
    ours = [row for row in projects_of(notice) if row["start"] < limit]
    pairs = match_projects(labels["projects"], ours, tally, text)
    index: dict[int, int] = {
        ours.index(seen): labels["projects"].index(gold) for gold, seen in pairs
    }
    targets = targets_of(notice)
    inside = [row for row in targets if row["start"] < limit]
    match("figure", labels["targets"], inside, figure_right, tally, text)
    for kind, right, rows in (
        ("target", target_right, targets),
        ("department", department_right, departments_of(notice)),
        ("deadline", deadline_right, deadlines_of(notice)),
    ):
        seen = [row for row in rows if row["start"] < limit]
        found = match(kind, labels[f"{kind}s"], seen, right, tally, text)
        for gold, row in found:
            agree(kind, gold, row, index, tally)
    return tally


def check_slices(labels: Row, text: str) -> None:
    """Refuse a label that does not stand where it says: a slip of a hand that edited it."""
    for row in (*labels["targets"], *labels["departments"], *labels["deadlines"]):
        if text[row["start"] : row["end"]] != row["text"]:
            sys.exit(f"{labels['text']}：{row['start']} 处不是“{row['text']}”，请改标注")


# What the notice says, as rows


def projects_of(notice: Notice) -> list[Row]:
    return [
        {"serial": one.serial, "name": one.name, "start": one.evidence.start}
        for one in notice.projects
    ]


def values_of(notice: Notice, *types: type) -> Iterator[tuple[Any, int | None]]:
    """Yield every value of the types with the index of its project, one for each place."""
    seen = set()
    for number, project in enumerate(notice.projects):
        for one in (*project.quantities, *project.departments, *project.deadlines):
            key = (one.kind, one.evidence.start, one.evidence.end, getattr(one, "role", None))
            if isinstance(one, types) and key not in seen:
                seen.add(key)
                yield one, number
    for figure in notice.figures:
        if isinstance(figure, types):
            yield figure, None


def place(one: Quantity | Percentage | Department | Deadline | StatedText) -> Row:
    return {"start": one.evidence.start, "end": one.evidence.end, "text": one.evidence.text}


def targets_of(notice: Notice) -> list[Row]:
    return [
        place(one)
        | {"value": [one.value] if one.value is not None else [one.minimum, one.maximum]}
        | {"unit": one.unit, "role": one.role, "object": one.object, "project": project}
        | {"action": getattr(one, "action", None), "percentage": isinstance(one, Percentage)}
        for one, project in values_of(notice, Quantity, Percentage)
    ]


def departments_of(notice: Notice) -> list[Row]:
    rows = [
        place(one) | {"name": one.name, "role": one.role, "project": project}
        for one, project in values_of(notice, Department)
    ]
    whole = [*notice.recipients, *(one.department for one in notice.oversight if one.department)]
    rows += [place(one) | {"name": one.name, "role": one.role, "project": None} for one in whole]
    if notice.issuer:
        issuer = {"name": notice.issuer.value, "role": "issuer", "project": None}
        rows.append(place(notice.issuer) | issuer)
    return once(rows)


def deadlines_of(notice: Notice) -> list[Row]:
    """Return the stated ones and the notice's default; what a project inherits is not printed."""
    pairs = [pair for pair in values_of(notice, Deadline) if pair[0].origin == "stated"]
    if notice.default_deadline:
        pairs.append((notice.default_deadline, None))
    rows = [
        place(one)
        | {"date": one.date.isoformat() if one.date else None, "bound": one.bound}
        | {"recurrence": one.recurrence, "project": project}
        for one, project in pairs
    ]
    return once(rows)


def once(rows: list[Row]) -> list[Row]:
    """Drop what repeats a place and reading: a body may stand in two parts of the JSON."""
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = (row["start"], row["end"], row.get("role"), row.get("date"))
        kept.setdefault(key, row)
    return list(kept.values())


# What is right


def squeeze(text: str | None) -> str:
    return "".join((text or "").split())


def decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def overlaps(gold: Row, seen: Row) -> bool:
    return bool(gold["start"] < seen["end"] and seen["start"] < gold["end"])


def target_right(gold: Row, seen: Row) -> bool:
    value = gold["value"] if isinstance(gold["value"], list) else [gold["value"]]
    units = {squeeze(unit) for unit in (gold["unit"], *gold.get("alt_units", []))}
    return (
        overlaps(gold, seen)
        and [decimal(one) for one in value] == [decimal(one) for one in seen["value"]]
        and squeeze(seen["unit"]) in units
        and gold["role"] in (None, seen["role"])
    )


def figure_right(gold: Row, seen: Row) -> bool:
    return target_right(gold | {"role": None}, seen)


def department_right(gold: Row, seen: Row) -> bool:
    whole, name = squeeze(gold["name"]), squeeze(seen["name"])
    same = name in (whole, whole.split("（")[0]) and gold["role"] == seen["role"]
    return same and (gold["role"] == "issuer" or overlaps(gold, seen))


def deadline_right(gold: Row, seen: Row) -> bool:
    if gold.get("recurring"):
        return overlaps(gold, seen) and bool(seen["recurrence"])
    same = gold["date"] == seen["date"] and gold["bound"] == seen["bound"]
    return overlaps(gold, seen) and same


def serial(text: str | None) -> str:
    return str(_SERIAL.sub("", text or ""))


def project_right(gold: Row, seen: Row) -> bool:
    near = abs(gold["start"] - seen["start"]) <= NEAR
    return near and serial(gold["serial"]) == serial(seen["serial"])


# Pairs, misses and extras


def match_projects(
    golds: list[Row], seen: list[Row], tally: Tally, text: str
) -> list[tuple[Row, Row]]:
    """Pair the projects by place and serial; their names are a kind of their own."""
    pairs = match("project", golds, seen, project_right, tally, text)
    for gold, row in pairs:
        if squeeze(gold["name"]) == squeeze(row["name"]):
            tally.counts["name"]["right"] += 1
        else:
            tally.counts["name"].update(missed=1, extra=1)
            tally.notes.append(f"NAME {gold['start']} {gold['name']!r} got {row['name']!r}")
    tally.counts["name"]["missed"] += len(golds) - len(pairs)
    tally.counts["name"]["extra"] += len(seen) - len(pairs)
    return pairs


def match(
    kind: str, golds: Sequence[Row], seen: Sequence[Row], right: Right, tally: Tally, text: str
) -> list[tuple[Row, Row]]:
    """Pair each label with one right reading, count the rest, and note it."""
    left, pairs, missed = list(seen), [], []
    for gold in sorted(golds, key=lambda one: bool(one.get("optional"))):
        hit = next((row for row in left if right(gold, row)), None)
        if hit is not None:
            left.remove(hit)
        if hit is not None and not gold.get("optional"):
            pairs.append((gold, hit))
        elif not gold.get("optional"):
            missed.append(gold)
    neutral = [gold for gold in golds if gold.get("optional")]
    extra = [row for row in left if not any(overlaps(one, row) for one in neutral)]
    tally.counts[kind].update(right=len(pairs), missed=len(missed), extra=len(extra))
    if kind == "figure":  # its notes stand with the targets
        return pairs
    for word, rows in (("MISS", missed), ("EXTRA", extra)):
        tally.notes += [f"{word} {kind} {said(kind, row)} {around(row, text)}" for row in rows]
    return pairs


def said(kind: str, row: Row) -> str:
    """Return what a label or a reading claims, without its place."""
    if kind == "project":
        return f"{row['serial']} {row['name']!r}"
    if kind == "target":
        value = row["value"] if isinstance(row["value"], list) else [row["value"]]
        return f"{'-'.join(map(str, value))} {row['unit']} {row['role']}"
    if kind == "department":
        return f"{row['name']} {row['role']}"
    return f"{row['date'] or 'recurring'} {row['bound']}"


def around(row: Row, text: str) -> str:
    """Return the line of a row and the words on either side of it."""
    start: int = row["start"]
    end: int = row.get("end", start)
    line = 1 + text.count("\n", 0, start)
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return f"line {line} …{shown(before)}[{shown(text[start:end])}]{shown(after)}…"


def agree(kind: str, gold: Row, seen: Row, index: dict[int, int], tally: Tally) -> None:
    """Count what is judged of the right ones only: their project, and a target's act and thing."""
    mine = index.get(seen["project"]) if seen["project"] is not None else None
    inside = tally.agreed[f"project of {kind}"]
    inside.update(judged=1, same=int(mine == gold["project"]))
    if mine != gold["project"]:
        tally.notes.append(f"PROJECT of {kind} at {gold['start']}: {gold['project']} got {mine}")
    if kind != "target" or gold["role"] != "target":
        return
    for part in ("action", "object"):
        if part == "action" and seen["percentage"]:
            continue  # the JSON has no act for a percentage
        wanted = gold[part] if isinstance(gold[part], list) else [gold[part]]
        same = squeeze(seen[part]) in {squeeze(one) for one in wanted}
        tally.agreed[part].update(judged=1, same=int(same))
        if not same:
            note = f"{part.upper()} {gold['start']} {gold['text']!r} want {wanted[0]}"
            tally.notes.append(f"{note} got {seen[part]}")


# The tables


def scores(counts: Counter[str]) -> tuple[float, float, float]:
    """Return precision, recall and F1; nothing to find and nothing found is 1."""
    right, missed, extra = counts["right"], counts["missed"], counts["extra"]
    precision = right / (right + extra) if right + extra else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    both = 2 * right + missed + extra
    return precision, recall, 2 * right / both if both else 1.0


def numbers(tally: Tally) -> Row:
    """Return a tally as plain numbers."""
    found: Row = {}
    for kind, counts in tally.counts.items():
        precision, recall, f1 = (round(one, 4) for one in scores(counts))
        plain = {part: counts[part] for part in ("right", "missed", "extra")}
        found[kind] = plain | {"precision": precision, "recall": recall, "f1": f1}
    found["agreement"] = {
        part: {"judged": one["judged"], "same": one["same"]} for part, one in tally.agreed.items()
    }
    found["notes"] = tally.notes
    return found


def print_table(total: Tally, tallies: dict[str, Tally]) -> None:
    print(f"{len(tallies)} texts")
    print(f"{'kind':11}{'gold':>6}{'right':>6}{'miss':>6}{'extra':>6}{'P':>8}{'R':>8}{'F1':>8}")
    for kind in KINDS:
        counts = total.counts[kind]
        gold = counts["right"] + counts["missed"]
        print(
            f"{kind:11}{gold:6}{counts['right']:6}{counts['missed']:6}{counts['extra']:6}", end=""
        )
        print("".join(f"{one:8.4f}" for one in scores(counts)))
    print("\nof the right ones")
    for part, counts in total.agreed.items():
        judged, same = counts["judged"], counts["same"]
        share = f"{same / judged:8.4f}" if judged else f"{'-':>8}"
        print(f"{part:24}{same:5} of {judged:5}{share}")
    print(f"\n{'F1':5}" + "".join(f"{kind:>12}" for kind in KINDS))
    for name, tally in tallies.items():
        print(f"{name:5}" + "".join(cell(tally.counts[kind]) for kind in KINDS))
    print()


def cell(counts: Counter[str]) -> str:
    return f"{scores(counts)[2]:12.4f}" if sum(counts.values()) else f"{'-':>12}"


if __name__ == "__main__":
    sys.exit(main())
