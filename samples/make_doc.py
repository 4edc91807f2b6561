"""Make the legacy samples: ``samples/*.docx`` saved as Word 97 ``.doc`` by LibreOffice.

    .venv/bin/python samples/make_doc.py

LibreOffice 7.4 writes the same bytes from the same .docx on one machine; another version may write
others, so a new .doc is a change to look at, not an error: what it must keep is the notice it gives
(``tests/test_readers_legacy.py``).
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TIMEOUT_S = 120


def main() -> None:
    """Convert every .docx of the folder."""
    for path in sorted(HERE.glob("*.docx")):
        save_as_doc(path)


def save_as_doc(path: Path) -> None:
    """Write the .doc beside the .docx, with a LibreOffice profile of its own."""
    soffice = shutil.which("soffice")
    if soffice is None:
        raise SystemExit("soffice (LibreOffice) is not installed: the .doc samples need it")
    with tempfile.TemporaryDirectory() as profile:
        command = [soffice, f"-env:UserInstallation=file://{profile}", "--headless"]
        command += ["--convert-to", "doc:MS Word 97", "--outdir", str(path.parent), str(path)]
        subprocess.run(  # noqa: S603
            command,
            check=True,
            capture_output=True,
            timeout=TIMEOUT_S,
            env={**os.environ, "TZ": "UTC"},
        )


if __name__ == "__main__":
    main()
