"""The score on the labelled notices, with gains and losses against the previous commit.

    python benchmarks/score.py                 the working tree against the last commit
    python benchmarks/score.py --against REV   against another one

The baseline is HEAD, or the commit before it when ``extract/`` has no change since HEAD. Both sides
are judged by the labels and the scorer of today. A commit's notes are kept in ``.bench/``; where
they are missing or the labels have changed since, the commit is checked out and read again.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import regex
from _material import ROOT, SCRATCH, SHARED, read, shown
from _predict import predictions

WORKER = Path(__file__).with_name("_predict.py")
SCORER = SHARED / "tools" / "score.py"
GROUPS = {"seeds": SHARED / "gold", "labelled": ROOT / "tests" / "labelled"}
TEXTS = {"seeds": SHARED / "seeds", "labelled": SHARED / "corpus"}
GIT = shutil.which("git") or "git"
COUNTED = {"amount", "quantity", "percentage"}
WIDEST = 60  # characters of the source line on either side
_PLACE = regex.compile(r"(?:MISS|EXTRA|BOUND) \w+ (?P<start>\d+) ")

Rows = dict[str, list[dict[str, Any]]]
Notes = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Gold:
    """The labels of one text."""

    name: str
    group: str
    text: Path
    labels: dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", metavar="REV", help="the commit to compare with")
    parser.add_argument("--notes", action="store_true", help="print every miss and extra, too")
    options = parser.parse_args()
    scorer, golds = load_scorer(), load_gold()
    changed, head = git("status", "--porcelain", "--", "extract"), git("rev-parse", "HEAD")
    place, rows, seconds = predictions([str(gold.text) for gold in golds])
    check_place(place, ROOT)
    tallies, notes = judge(scorer, golds, rows)
    for group in GROUPS:
        mine = [tallies[gold.name] for gold in golds if gold.group == group]
        print(f"{group}: {len(mine)} texts")
        table(scorer, sum_of(mine))
    size = sum(len(read(gold.text)) for gold in golds)
    spent = sum(seconds.values())
    slowest = max(seconds, key=lambda path: seconds[path])
    print(f"{size} characters in {spent:.2f} CPU s, dictionaries included; ", end="")
    print(f"the slowest text is {Path(slowest).stem} with {seconds[slowest]:.2f} s\n")
    if options.notes:
        for name, lines in notes.items():
            print("".join(f"{name} {line}\n" for line in lines), end="")
    ruler = fingerprint(golds)
    unmoved = not changed and head == git("rev-parse", "HEAD")
    if unmoved and not git("status", "--porcelain", "--", "extract"):
        keep(head, ruler, notes)
    baseline = options.against or ("HEAD" if changed else "HEAD~1")
    commit = git("rev-parse", "--verify", "--quiet", f"{baseline}^{{commit}}")
    if not commit:
        print(f"{baseline}: no such commit; nothing to compare with")
        return 2 if options.against else 0
    before = kept(commit, ruler) or notes_of(commit, scorer, golds, ruler)
    side = "working tree" if changed else head[:7]
    print(f"{side} against {commit[:7]} ({git('log', '-1', '--format=%s', commit)})")
    compare(golds, before, notes)
    return 0


def load_scorer() -> ModuleType:
    """Import the shared scorer from where it is."""
    spec = importlib.util.spec_from_file_location("shared_score", SCORER)
    if spec is None or spec.loader is None or not SCORER.exists():
        sys.exit(f"没有找到评分程序：仓库旁边要有 {SHARED.name}/tools/{SCORER.name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_gold() -> list[Gold]:
    """Read every label file; one that was made for another text is refused."""
    found = []
    for group, folder in GROUPS.items():
        for path in sorted(folder.glob("*.json")):
            labels = json.loads(path.read_text(encoding="utf-8"))
            text = TEXTS[group] / labels["file"]
            if hashlib.sha256(text.read_bytes()).hexdigest() != labels["sha256"]:
                sys.exit(f"{path.name}：{text.name} 不是当初标注的那份文字")
            found.append(Gold(path.stem, group, text, labels))
    return found


def judge(scorer: ModuleType, golds: list[Gold], rows: Rows) -> tuple[dict[str, Any], Notes]:
    """Return for each text the scorer's tally, and its notes with the wrong bounds added."""
    tallies, notes = {}, {}
    for gold in golds:
        labels = gold.labels
        shift, limit = labels.get("offset", 0), labels.get("scored_to")
        seen = [
            row | {"start": row["start"] - shift, "end": row["end"] - shift}
            for row in rows[str(gold.text)]
        ]
        seen = [row for row in seen if row["start"] >= 0 and row["start"] < (limit or len_of(gold))]
        entries = [one for one in labels["entries"] if limit is None or one["start"] < limit]
        if "kinds" in labels:
            seen = [row for row in seen if row["kind"] in labels["kinds"]]
        tally, lines = scorer.score(entries, seen)
        tallies[gold.name] = tally
        notes[gold.name] = [*lines, *wrong_bounds(scorer, entries, seen)]
    return tallies, notes


def len_of(gold: Gold) -> int:
    return len(read(gold.text))


def wrong_bounds(
    scorer: ModuleType, entries: list[dict[str, Any]], seen: list[dict[str, Any]]
) -> Iterator[str]:
    """Yield a note for each right figure with a wrong bound, which the scorer only counts."""
    for entry in entries:
        if entry["kind"] not in COUNTED or entry.get("optional"):
            continue
        near = [row for row in seen if scorer.overlap(entry, row) > 0]
        tally, _ = scorer.score([entry], near)
        counts = tally[entry["kind"]]
        if counts["bounds"] > counts["bounds_right"]:
            yield (
                f"BOUND {entry['kind']} {entry['start']} {entry['text']!r} "
                f"want {entry.get('op') or 'exact'}"
            )


def sum_of(tallies: list[dict[str, Counter[str]]]) -> dict[str, Counter[str]]:
    total: dict[str, Counter[str]] = {}
    for tally in tallies:
        for kind, counts in tally.items():
            total.setdefault(kind, Counter()).update(counts)
    return total


def table(scorer: ModuleType, total: dict[str, Counter[str]]) -> None:
    print(f"{'kind':12} {'gold':>5} {'right':>5} {'miss':>5} {'extra':>5}", end="")
    print(f" {'P':>7} {'R':>7} {'F1':>7} {'bound':>7}")
    for kind in scorer.KINDS:
        counts = total.get(kind, Counter())
        right, missed, extra = counts["right"], counts["missed"], counts["spurious"]
        if not right + missed:
            continue
        precision = right / (right + extra) if right else 0.0
        recall = right / (right + missed)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        bound = f"{counts['bounds_right'] / counts['bounds']:.4f}" if counts["bounds"] else "-"
        print(f"{kind:12} {right + missed:5} {right:5} {missed:5} {extra:5}", end="")
        print(f" {precision:7.4f} {recall:7.4f} {f1:7.4f} {bound:>7}")


def compare(golds: list[Gold], before: Notes, now: Notes) -> None:
    """Print every note that went away (gain) or came (loss), with the line it speaks of."""
    gains = losses = 0
    for gold in golds:
        old, new = keyed(before.get(gold.name, [])), keyed(now[gold.name])
        for sign, notes in (("GAIN", old - new), ("LOSS", new - old)):
            for note in notes.elements():
                print(f"{sign} {gold.name} {note}\n     {source_line(gold, note)}")
                gains, losses = gains + (sign == "GAIN"), losses + (sign == "LOSS")
    print(f"{gains} gains, {losses} losses")


def keyed(notes: list[str]) -> Counter[str]:
    """Count notes without what was seen instead: a miss that looks different is the same miss."""
    return Counter(note.split(" got [")[0] for note in notes)


def source_line(gold: Gold, note: str) -> str:
    """Return the text line a note speaks of, cut to what stands around its place."""
    match = _PLACE.match(note)
    if match is None:
        return ""
    text = read(gold.text)
    place = int(match["start"]) + gold.labels.get("offset", 0)
    first = max(text.rfind("\n", 0, place) + 1, place - WIDEST)
    last = text.find("\n", place)
    line = text[first : min(last if last >= 0 else len(text), place + WIDEST)]
    return shown(f"{text.count(chr(10), 0, place) + 1}: {line}")


def fingerprint(golds: list[Gold]) -> str:
    """Return what the ruler is: the labels, and the scorer with what this file makes of it."""
    digest = hashlib.sha256(SCORER.read_bytes() + Path(__file__).read_bytes())
    for gold in golds:
        digest.update(json.dumps([gold.name, gold.labels], sort_keys=True).encode())
    return digest.hexdigest()


def kept(commit: str, ruler: str) -> Notes | None:
    """Return the notes of a commit where they were made by the same ruler."""
    path = SCRATCH / f"score-{commit}.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["notes"] if found["ruler"] == ruler else None


def keep(commit: str, ruler: str, notes: Notes) -> None:
    SCRATCH.mkdir(exist_ok=True)
    content = json.dumps({"ruler": ruler, "notes": notes}, ensure_ascii=False, indent=1)
    (SCRATCH / f"score-{commit}.json").write_text(content, encoding="utf-8")


def notes_of(commit: str, scorer: ModuleType, golds: list[Gold], ruler: str) -> Notes:
    """Check a commit out beside the repository, read the texts with it, keep its notes."""
    print(f"reading the texts with {commit[:7]} …", flush=True)
    with tempfile.TemporaryDirectory(prefix="score-") as parent:
        tree = Path(parent).resolve() / "tree"
        git("worktree", "add", "--quiet", "--detach", str(tree), commit, must=True)
        try:
            place, rows, _ = predictions_of(tree, [str(gold.text) for gold in golds])
            check_place(place, tree)
        finally:
            git("worktree", "remove", "--force", str(tree), must=True)
    _, notes = judge(scorer, golds, rows)
    keep(commit, ruler, notes)
    return notes


def predictions_of(tree: Path, paths: list[str]) -> tuple[str, Rows, dict[str, float]]:
    """Read the texts with the package of a checkout, in a process of its own."""
    done = subprocess.run(
        [sys.executable, WORKER],
        input=json.dumps(paths),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
        check=False,
    )
    if done.returncode:
        why = (done.stderr.splitlines() or [f"exit {done.returncode}"])[-1]
        sys.exit(f"that commit cannot read the texts; choose one with --against\n{why}")
    place, rows, seconds = json.loads(done.stdout)
    return place, rows, seconds


def check_place(place: str, root: Path) -> None:
    """Refuse to score a package that is not the one of ``root``."""
    if not Path(place).resolve().is_relative_to(root / "extract"):
        sys.exit(f"scored {place}, which is not the package of {root}")


def git(*arguments: str, must: bool = False) -> str:
    """Run git in the repository, without its hooks; return what it prints."""
    command = [GIT, "-C", str(ROOT), "-c", "core.hooksPath=/dev/null", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode and must:
        sys.exit(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip() if not done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
