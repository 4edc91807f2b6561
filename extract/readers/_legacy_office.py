"""LibreOffice as a converter of old formats: alone, offline, without macros, under a time limit."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import regex

from extract.errors import LimitExceeded, MissingComponent, UnreadableDocument
from extract.limits import Limits

_MEMORY_KIB = 8 * 1024 * 1024
_BLOCK_BYTES = 512  # the unit of ulimit -f in sh
_COMMANDS = ("soffice", "libreoffice")
_PROBE_TIMEOUT_S = 10
# A process of its own network, which has none; the second form needs no rights.
_OFFLINE = (("unshare", "-n"), ("unshare", "-r", "-n"))
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Field" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
_VERSION = regex.compile(rb"<Application>LibreOffice/(\d+\.\d+)")


def to_docx(content: bytes, suffix: str, limits: Limits) -> bytes:
    """Return ``content``, a file of the ``suffix`` (``.doc``, ``.rtf``), as LibreOffice's .docx.

    Nothing of the conversion stays: profile, input and output lie in one private folder that is
    removed, and every process it started is ended, whatever happens.

    Raises:
        MissingComponent: LibreOffice is not installed.
        LimitExceeded: the conversion took too long, or its result is too large.
        UnreadableDocument: LibreOffice gave nothing: the file is damaged.
    """
    program = next(filter(None, map(shutil.which, _COMMANDS)), None)
    if program is None:
        raise MissingComponent(
            "读取旧版 .doc、.wps、.rtf 需要 LibreOffice，本机没有。"
            "请安装（Debian/Ubuntu：apt-get install libreoffice-writer）后重试，"
            "或用 Word、WPS 另存为 .docx。"
        )
    with tempfile.TemporaryDirectory(prefix="notice-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        source = home / f"input{suffix}"
        source.write_bytes(content)
        settings = home / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        _run(_command(program, home, source, limits), home, limits.conversion_seconds)
        return _result(home / "out" / "input.docx", limits)


def version_of(converted: bytes) -> str:
    """Return who made a .docx, without the patch level: ``LibreOffice 7.4``."""
    with suppress(BadZipFile, KeyError, OSError), ZipFile(BytesIO(converted)) as package:
        found = _VERSION.search(package.read("docProps/app.xml"))
        if found:
            return f"LibreOffice {found[1].decode()}"
    return "LibreOffice"


def _command(program: str, home: Path, source: Path, limits: Limits) -> list[str]:
    """Return the conversion, under the limits of the shell and without a network where possible."""
    blocks = limits.max_bytes // _BLOCK_BYTES + 1
    bounded = f'ulimit -c 0; ulimit -f {blocks}; ulimit -v {_MEMORY_KIB}; exec "$@"'
    command = ["/bin/sh", "-c", bounded, "sh", *_offline(), program]
    command += [f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--nolockcheck", "--nodefault", "--nofirststartwizard"]
    return [*command, "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(home / "out"),
            str(source)]  # fmt: skip


def _run(command: list[str], home: Path, timeout_s: float) -> None:
    """Run in a group of its own; end the whole group, also when it is over in time."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home)}
    environment |= {"TMPDIR": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    environment |= {"SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1"}
    process = subprocess.Popen(  # noqa: S603  a program found by shutil.which, our own paths
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
        env=environment,
        start_new_session=True,
    )
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        raise LimitExceeded(
            f"LibreOffice 转换超过 {timeout_s:g} 秒仍未完成，已停止。"
            "请用 Word 或 WPS 另存为 .docx 后重试。"
        ) from None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _result(path: Path, limits: Limits) -> bytes:
    if not path.is_file():
        raise UnreadableDocument(
            "LibreOffice 打不开这个文件，文件可能已损坏。请用 Word 或 WPS 打开后另存为 .docx 再试。"
        )
    size = path.stat().st_size
    if size >= limits.max_bytes:
        raise LimitExceeded(
            f"转换结果 {size} 字节，超过上限 {limits.max_bytes} 字节，请拆分后再处理。"
        )
    return path.read_bytes()


@cache
def _offline() -> tuple[str, ...]:
    """Return the words that run a command without a network, none where the system refuses."""
    for words in _OFFLINE:
        program = shutil.which(words[0])
        if program is None:
            continue
        probe = (program, *words[1:], "true")
        with suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run(  # noqa: S603  fixed words
                probe, capture_output=True, timeout=_PROBE_TIMEOUT_S, check=False
            )
            if done.returncode == 0:
                return probe[:-1]
    return ()
