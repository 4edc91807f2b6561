"""What every test may ask for: the shared material, the installed command, new goldens."""

import os
import subprocess
from pathlib import Path

import pytest
from installed import NOTICE, ROOT, TIMEOUT_S, RunNotice


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="把 outputs/ 里的标准结果换成现在的结果；之后要逐行看差别",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real notices and labels beside the repository."""
    folder = ROOT.parent / "shared"
    if not (folder / "seeds").is_dir():
        pytest.skip(f"没有 {folder.name}/ 文件夹：用真实通知的测试全部没有运行")
    return folder


@pytest.fixture(scope="session")
def run_notice() -> RunNotice:
    """Run the installed ``notice`` as a person would; output is bytes, stdin is empty."""
    if not NOTICE.exists():
        pytest.fail("虚拟环境里没有 notice；先运行 make test 或 pip install -e .")

    def run(
        *arguments: object, stdin: bytes = b"", cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [NOTICE, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=cwd,
            env={**os.environ, **environment},
            timeout=TIMEOUT_S,
            check=False,
        )

    return run
