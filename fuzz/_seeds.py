"""Where a fuzzer starts from: the samples and the hostile pack."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_MAX_SEED = 200_000
# Known to crash native code or to fill the memory; the sandbox turns them into refusals.
_KNOWN = ("bomb", "size", "form in itself", "laughing", "no such row", "page often", "saved states")


def write(folder: Path, suffixes: tuple[str, ...]) -> None:
    """Put the seeds with these suffixes into a folder."""
    sys.path.insert(0, str(ROOT / "tests"))
    from hostile.make_hostile import items

    folder.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "samples").iterdir():
        if path.suffix in suffixes and path.stat().st_size <= _MAX_SEED:
            (folder / path.name).write_bytes(path.read_bytes())
    for each in items():
        if each.name.endswith(suffixes) and not any(word in each.name for word in _KNOWN):
            content = each.make()
            if len(content) <= _MAX_SEED:
                (folder / each.name).write_bytes(content)
