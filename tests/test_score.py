"""The labels of the two seeds, judged by the shared scorer: nothing missed, nothing extra."""

import subprocess
import sys
from pathlib import Path

from installed import NOTICE


def test_the_seeds_score_one(shared: Path) -> None:
    gold = sorted((shared / "gold").glob("0*.json"))
    assert gold
    done = subprocess.run(
        [
            sys.executable,
            shared / "tools" / "score.py",
            *("--run", f"{NOTICE} figures"),
            *("--texts", shared / "seeds", "--floor", "1.0"),
            *gold,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    bounds = [line.split()[-1] for line in done.stdout.splitlines() if "1.0000" in line]
    assert set(bounds) <= {"1.0000", "-"}, done.stdout
