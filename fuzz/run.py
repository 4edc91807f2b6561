"""Run every target for a bounded time: ``python fuzz/run.py [SECONDS] [TARGET…]``.

A target is a reader's name (``pdf``) or ``recognize``. What breaks one is kept in a folder whose
path is printed; the exit code is 1 then, and 2 where atheris is missing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
_SECONDS = 20
_SLOWEST_S, _MOST_MIB = 60, 4096  # for one input; libFuzzer keeps what passes them
_SLACK_S = 600  # seeds and imports come on top
_MISSING = (
    "模糊测试要有 atheris（只在开发时用，Linux 和 macOS）：\n"
    "  .venv/bin/pip install atheris\n"
    "装好后再运行 make fuzz。\n"
)


def targets() -> dict[str, list[str]]:
    """Return the command of every target, without the options."""
    sys.path.insert(0, str(ROOT))
    from extract import readers

    found = {each.name: [str(HERE / "read.py"), each.name] for each in readers.formats()}
    return found | {"recognize": [str(HERE / "recognize.py")]}


def fuzz(command: list[str], seconds: int, finds: Path) -> tuple[bool, str]:
    """Run one target; return whether it held, and the last line that says how far it came."""
    options = [f"-max_total_time={seconds}", f"-timeout={_SLOWEST_S}"]
    options += [f"-rss_limit_mb={_MOST_MIB}", f"-artifact_prefix={finds}/"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, *command, *options],
        capture_output=True,
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=seconds + _SLACK_S,
        check=False,
    )
    said = done.stderr.decode(errors="replace").splitlines()
    (finds / "log.txt").write_text("\n".join(said), encoding="utf-8")
    runs = next((line for line in reversed(said) if line.startswith("Done ")), "")
    return done.returncode == 0, runs or next((line for line in reversed(said) if line), "")


def main() -> int:
    """Run the targets that are named, or all."""
    if find_spec("atheris") is None:
        sys.stderr.write(_MISSING)
        return 2
    known = targets()
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS
    folder = Path(tempfile.mkdtemp(prefix="notice-fuzz-finds-"))
    broken = []
    for name in sys.argv[2:] or known:
        finds = folder / name
        finds.mkdir()
        holds, said = fuzz(known[name], seconds, finds)
        sys.stdout.write(f"{name}: {'没有发现' if holds else '有发现'}（{said}）\n")
        sys.stdout.flush()
        if not holds:
            broken.append(name)
    if broken:
        sys.stdout.write(f"找到的输入和记录在 {folder}；请放进 tests/hostile/ 并改好\n")
    else:
        shutil.rmtree(folder)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
