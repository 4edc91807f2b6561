"""A person's corrections: records of their own, applied to whatever is extracted later.

A correction names the value it is for by its stable id, so it stands when the text shifts. When
the value is gone or now says something else, that becomes a finding, never a silent loss.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.errors import ExtractError
from extract.identity import stable_id
from extract.notice import Notice
from extract.store.patch import Json
from extract.writers import json as writer

CONFLICT = "correction.conflict"
_NO_FIELDS = frozenset({"id", "kind", "evidence"})


@dataclass(frozen=True, slots=True)
class Correction:
    """``field`` of the value or project ``target`` says ``old`` and should say ``new``.

    ``recorded_at`` is an ISO 8601 time that the caller states; nothing here reads a clock.
    """

    notice_id: str
    target: str
    field: str
    old: str | None
    new: str | None
    author: str
    reason: str
    recorded_at: str

    @property
    def id(self) -> str:
        """Return the stable id of the correction."""
        said = (self.notice_id, self.target, self.field, self.old, self.new, self.recorded_at)
        return stable_id("co", *said, self.author)


def check(notice: Notice, correction: Correction) -> None:
    """Raise an ``ExtractError`` when there is nothing the correction could be for."""
    if correction.field in _NO_FIELDS:
        message = f"不能更正 {correction.field}"
        raise ExtractError(message)
    known = _found(json.loads(writer.write(notice)), correction)
    if known is None or _said(known[correction.field]) != correction.old:
        now = "没有这个值" if known is None else f"现在写的是 {_said(known[correction.field])}"
        message = f"更正 {correction.target} 的 {correction.field} 对不上：{now}；请重新打开再改"
        raise ExtractError(message)


def applied(notice: Notice, corrections: Sequence[Correction]) -> Notice:
    """Return the notice with the corrections in their order; conflicts stand in its findings."""
    if not corrections:
        return notice
    document = json.loads(writer.write(notice))
    for correction in corrections:
        holder = _found(document, correction)
        now = _said(holder[correction.field]) if holder is not None else None
        if holder is not None and now == correction.old:
            holder[correction.field] = correction.new
        elif holder is None or now != correction.new:
            document["findings"].append(_conflict(correction, now))
    return writer.read(json.dumps(document, ensure_ascii=False).encode())


def _conflict(correction: Correction, now: str | None) -> dict[str, Json]:
    message = (
        f"{correction.author} 曾把 {correction.target} 的 {correction.field} "
        f"从 {correction.old} 更正为 {correction.new}；现在写的是 {now or '（没有这个值）'}，请核实"
    )
    return {"code": CONFLICT, "severity": "warning", "message": message, "evidence": None}


def _found(document: Json, correction: Correction) -> dict[str, Json] | None:
    matches = (one for one in _objects(document) if one.get("id") == correction.target)
    return next((one for one in matches if correction.field in one), None)


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
    for part in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _objects(part)


def _said(value: Json) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value)
