"""Re-proving a notice against its source, value by value, in three independent ways.

The evidence must be an exact slice of the source; the digits of a figure must be the digits of its
slice; and reading the source again must give every value of the notice and no other.
"""

from collections.abc import Iterator
from hashlib import sha256

import regex
from pydantic import BaseModel

from extract.document import Document
from extract.notice import Evidence, Finding, Measure, Notice
from extract.text import fold

_NUMBER = regex.compile(r"\d[\d,]*(?:\.\d+)?")
# What a person may have noted or what says how it was read is no value of the source.
_NOT_COMPARED = {"findings", "source", "schema_version"}


def replay(notice: Notice, document: Document, again: Notice) -> tuple[Finding, ...]:
    """Return a finding for every value of ``notice`` that the source does not prove.

    ``again`` is what this version reads in the same document. Errors are of codes
    ``audit.other_source``, ``audit.evidence``, ``audit.digits`` and ``audit.value``.
    """
    same_text = sha256(document.text.encode()).hexdigest() == notice.source.text_sha256
    if not same_text or document.sha256 != notice.source.sha256:
        message = f"原文与提取“{notice.source.name}”时的文本不一致，请用当时的同一份文件核对"
        return (_error("audit.other_source", message, None),)
    return (*_slices(notice, document), *_differences("", notice, again))


def parts(model: BaseModel, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Return every part of a notice with its path (``projects[3].amounts[0]``), depth first."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, tuple):
            for index, one in enumerate(value):
                if isinstance(one, BaseModel):
                    here = f"{path}{name}[{index}]"
                    yield here, one
                    yield from parts(one, f"{here}.")
        elif isinstance(value, BaseModel):
            yield f"{path}{name}", value
            yield from parts(value, f"{path}{name}.")


def _slices(notice: Notice, document: Document) -> Iterator[Finding]:
    for path, part in parts(notice):
        if isinstance(part, Evidence):
            if document.text[part.start : part.end] != part.text:
                message = f"{path}：出处写作“{part.text}”，原文此处不是这样，请改正"
                yield _error("audit.evidence", message, None)
        elif isinstance(part, Measure) and not _digits_agree(part):
            evidence: Evidence = part.evidence  # type: ignore[attr-defined]
            message = f"{path}：数值与原文“{evidence.text}”的数字不符，请改正"
            yield _error("audit.digits", message, evidence)


def _digits_agree(measure: Measure) -> bool:
    """Return whether the significant digits of the value are those printed (1736 ~ 17360000).

    Chinese numerals and numbers in two parts (3亿5000万) are left to the second reading.
    """
    evidence: Evidence = measure.evidence  # type: ignore[attr-defined]
    printed = _NUMBER.findall(fold(evidence.text))
    values = [v for v in (measure.value, measure.minimum, measure.maximum) if v is not None]
    if len(printed) != len(values):
        return True
    return [_significant(number) for number in printed] == [_significant(f"{v:f}") for v in values]


def _significant(number: str) -> str:
    return number.replace(",", "").replace(".", "").strip("0")


def _differences(path: str, stated: object, again: object) -> Iterator[Finding]:
    """Compare two readings field by field; the message names the path and both values."""
    if isinstance(stated, BaseModel) and isinstance(again, BaseModel):
        yield from _fields(path, stated, again)
    elif isinstance(stated, tuple) and isinstance(again, tuple):
        yield from _members(path, stated, again)
    elif stated != again:
        message = f"{path}：文件中是 {_said(stated)}，按原文应为 {_said(again)}，请核对"
        yield _error("audit.value", message, None)


def _fields(path: str, stated: BaseModel, again: BaseModel) -> Iterator[Finding]:
    if type(stated) is not type(again):
        yield _error("audit.value", f"{path}：种类与按原文重读的结果不同，请核对", None)
        return
    for name in type(stated).model_fields:
        if not path and name in _NOT_COMPARED:
            continue
        here = f"{path}.{name}" if path else name
        if isinstance(stated, Evidence) and name in {"boxes", "page", "cell"}:
            continue
        yield from _differences(here, getattr(stated, name), getattr(again, name))


def _members(path: str, stated: tuple[object, ...], again: tuple[object, ...]) -> Iterator[Finding]:
    if len(stated) != len(again):
        message = f"{path}：文件中有 {len(stated)} 项，按原文应有 {len(again)} 项，请核对"
        yield _error("audit.count", message, None)
    for index, (one, other) in enumerate(zip(stated, again, strict=False)):
        yield from _differences(f"{path}[{index}]", one, other)


def _said(value: object) -> str:
    if value is None:
        return "空"
    text = value.evidence.text if hasattr(value, "evidence") else str(value)
    return f"“{text[:40]}”"


def _error(code: str, message: str, evidence: Evidence | None) -> Finding:
    return Finding(code=code, severity="error", message=message, evidence=evidence)
