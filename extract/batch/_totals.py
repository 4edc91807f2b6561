"""What a batch came to: counts, and a sentence that says them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from extract.batch._outcomes import Crashed, Done, Outcome, Refused

_REASONS = {
    "unsupported_format": "格式不能读",
    "unreadable_document": "已损坏或读不出",
    "encrypted_document": "有密码",
    "missing_component": "缺组件",
    "limit_exceeded": "超过上限",
    "extract_error": "结果写不进去",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What a batch came to; ``reasons`` counts the refused by their code."""

    inputs: int
    done: int
    with_findings: int
    with_errors: int
    refused: int
    crashed: int
    reasons: dict[str, int]

    @property
    def waiting(self) -> int:
        """How many have not been done yet."""
        return self.inputs - self.done - self.refused - self.crashed


def counted(outcomes: Iterable[Outcome]) -> Totals:
    """Count outcomes."""
    seen: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for outcome in outcomes:
        seen["inputs"] += 1
        match outcome:
            case Done(summary=summary):
                seen["done"] += 1
                seen["with_findings"] += summary.errors + summary.warnings > 0
                seen["with_errors"] += summary.errors > 0
            case Refused(error=error):
                seen["refused"] += 1
                reasons[error.code] += 1
            case Crashed():
                seen["crashed"] += 1
    return Totals(
        inputs=seen["inputs"],
        done=seen["done"],
        with_findings=seen["with_findings"],
        with_errors=seen["with_errors"],
        refused=seen["refused"],
        crashed=seen["crashed"],
        reasons=dict(reasons),
    )


def reasons_of(totals: Totals) -> list[tuple[str, int]]:
    """Return why inputs were refused, in Chinese, with how many: ``("有密码", 2)``."""
    return [(_REASONS.get(code, code), count) for code, count in sorted(totals.reasons.items())]


def in_words(totals: Totals) -> str:
    """Return the totals as a sentence: ``共 500 份：完成 498（有发现 17，错误 1）``."""
    parts = [f"完成 {totals.done}（有发现 {totals.with_findings}，错误 {totals.with_errors}）"]
    if totals.refused:
        reasons = "，".join(f"{reason} {count}" for reason, count in reasons_of(totals))
        parts.append(f"未读取 {totals.refused}（{reasons}）")
    if totals.crashed:
        parts.append(f"程序出错 {totals.crashed}")
    if totals.waiting:
        parts.append(f"还没有做 {totals.waiting}")
    return f"共 {totals.inputs} 份：" + "，".join(parts)
