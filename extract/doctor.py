"""What is installed on this machine, and what to do for what is missing."""

import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from extract import readers, writers
from extract.notice import SCHEMA_VERSION

_PACKAGES = (
    "pydantic",
    "regex",
    "jieba",
    "pdfplumber",
    "pypdfium2",
    "lxml",
    "python-docx",
    "python-calamine",
)
_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the installation; ``advice`` says what to do when it is missing."""

    name: str
    present: bool
    detail: str
    advice: str = ""


def examine() -> list[Part]:
    """Look at everything the program can use, the necessary first."""
    return [*_core(), *_packages(), *_optional()]


def _core() -> Iterator[Part]:
    yield Part("policy-notices", True, f"{_version('policy-notices')}，JSON 版本 {SCHEMA_VERSION}")
    yield Part("Python", True, platform.python_version())
    yield Part("可读格式", True, " ".join(readers.suffixes()))
    yield Part("可写格式", True, " ".join(each.suffix for each in writers.formats()))


def _packages() -> Iterator[Part]:
    for name in _PACKAGES:
        found = _version(name)
        yield Part(name, bool(found), found, "运行 make run，或 pip install -e .")


def _optional() -> Iterator[Part]:
    """What some formats need, and the samples."""
    ocr = find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None
    yield Part(
        "文字识别 (OCR)",
        ocr,
        _version("rapidocr") if ocr else "",
        "读扫描件和图片要用：pip install -e '.[ocr]'",
    )
    yield _program(
        "LibreOffice",
        ("soffice", "libreoffice"),
        "--version",
        "读旧版 .doc、.wps、.rtf 和重做样例要用：apt-get install libreoffice-writer",
    )
    yield _fonts()
    ray = _version("ray")
    yield Part("Ray", bool(ray), ray, "在集群上做要用：pip install 'policy-notices[ray]'")


def _program(name: str, commands: tuple[str, ...], flag: str | None, advice: str) -> Part:
    path = next((found for found in map(shutil.which, commands) if found), None)
    if path is None:
        return Part(name, False, "", advice)
    return Part(name, True, _output(path, flag) if flag else "已安装", advice)


def _fonts() -> Part:
    advice = "重做样例的 PDF 要用：apt-get install fonts-noto-cjk"
    path = shutil.which("fc-list")
    if path is None:
        return Part("中文字体", False, "没有 fc-list，无法查看", advice)
    families = _output(path, ":lang=zh-cn", "family").splitlines()
    names = sorted({family.split(",")[0] for family in families})
    detail = f"{len(names)} 种，如 {names[-1]}" if names else ""
    return Part("中文字体", bool(names), detail, advice)


def _output(*command: str) -> str:
    """Return what a program prints; one that hangs or fails says nothing."""
    try:
        done = subprocess.run(  # noqa: S603 (a path found by shutil.which, fixed arguments)
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
