"""Where the repository and the installed command are; a module of its own, for every test."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICE = Path(sys.executable).with_name("notice")
TIMEOUT_S = 120

RunNotice = Callable[..., subprocess.CompletedProcess[bytes]]
