"""Linear by construction: no 60 000 characters take more than seconds, however they are made up.

Each bait is read in a fork of one warm process, under a limit of processor time that the system
keeps: what is quadratic is stopped and fails, nothing hangs. The limit tells quadratic from
linear, not fast from slow.
"""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

pytest.importorskip("resource", reason="没有 resource（Windows）：不能限制处理器时间")

CHARACTERS = 20_000  # three times as long stays linear; this keeps the suite short
CPU_SECONDS = 10
BAITS = {
    **{one: one for one in ("1", "一", "、", "第", "（", "）", "%", "“", "亿", "百千万亿", "壹佰")},
    **{one: one for one in ("1、", "一、", "1.", "1-1-", "1～", "1,111", "1亿", "1个、", "1：1")},
    **{one: one for one in ("每人每月", "约不超过", "最高", "十余", "一点一", "1分之", "100万")},
    **{one: one for one in ("2024年", "12月", "年底", "每年", "〔2024〕", "字〔2024〕", "2024.1.")},
    **{
        one: one
        for one in ("由市", "由市局", "市财政局、", "会同市", "联合市局、", "（市局", "成立市局")
    },
    **{
        one: one
        for one in ("（责任单位：", "责任单位：", "牵头", "局", "A1", "A", "a.", "第（一）", "+1")
    },
    **{"space": " ", "newline": "\n", "tab": "\t", "since": "自发文之日起1", "wraps": "1\n"},
    **{"serial lines": "1.\n", "heading lines": "一、市\n", "cells": "1\t", "brackets": "（一）\n"},
    "nested brackets": "（" * (CHARACTERS // 2) + "）" * (CHARACTERS // 2),
    "long numbers": "1" * 5_000 + "万元",
}
# Reads one JSON line per bait and answers with the processor time, or the signal that ended it.
WARM = f"""
import json, os, resource, signal, sys
import extract
from extract.errors import ExtractError

def run(whole, text):
    try:
        extract.extract(text.encode(), name="x.txt") if whole else extract.figures(text)
    except ExtractError:
        pass  # a notice of nothing but white space

for warm in (True, False):
    run(warm, "由市财政局牵头，四星级养老机构3所，象棋一、二局")
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))
        signal.alarm({6 * CPU_SECONDS})
        run(*json.loads(line))
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps([code, usage.ru_utime + usage.ru_stime]), flush=True)
"""


def _baits() -> list[object]:
    return [pytest.param(bait, id=bait) for bait in BAITS]


@pytest.fixture(scope="module")
def warm() -> Iterator[subprocess.Popen[str]]:
    """A process that has read its tables already."""
    command = [sys.executable, "-c", WARM]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


@pytest.mark.parametrize("whole", [False, True], ids=["figures", "extract"])
@pytest.mark.parametrize("bait", _baits())
def test_a_bait_is_read_in_seconds(warm: subprocess.Popen[str], bait: str, whole: bool) -> None:
    text = (BAITS[bait] * CHARACTERS)[:CHARACTERS]
    warm.stdin.write(json.dumps([whole, text]) + "\n")
    warm.stdin.flush()
    code, seconds = json.loads(warm.stdout.readline())
    assert code == 0, f"{bait}: 读了 {seconds:.1f} 秒处理器时间，以 {code} 结束"
