"""Where the real notices and the benchmarks' own files are."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SCRATCH = ROOT / ".bench"  # environments of the peers and scores of commits; ignored by git


def notices() -> list[Path]:
    """Return the two seeds and the corpus, in a fixed order; say so where there are none."""
    found = [*sorted((SHARED / "seeds").glob("*.txt")), *sorted((SHARED / "corpus").glob("*.txt"))]
    if not found:
        sys.exit(f"没有找到真实通知：仓库旁边要有 {SHARED.name}/seeds 和 {SHARED.name}/corpus")
    return found


def read(path: Path) -> str:
    """Return the file decoded and nothing else, as offsets count it."""
    return path.read_bytes().decode("utf-8")


def shown(text: str) -> str:
    """Return a piece of a notice as one printed line."""
    return " ".join(text.split())
