"""The record: what a person said of a value, and enough of the text around to find it again."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

import regex

from extract.corrections.places import Place
from extract.errors import ExtractError, UnreadableDocument
from extract.identity import stable_id
from extract.text import compact, fold
from extract.writers import json as writer

Scalar = str | int | float | bool | None
Action = Literal["correct", "accept", "reject", "comment"]

ACTIONS: tuple[Action, ...] = get_args(Action)
AROUND = 40  # characters of context kept on each side, white space not counted
_LONGEST = 4_000  # characters of one field of a record
_QUOTE = 400  # characters of a quote; only a project's whole text is longer
_LOOKED_AT = AROUND * 8  # of the text on each side; layout may be mostly white space
_UNKEPT = regex.compile(r"[\x00\ud800-\udfff]")  # no database and no UTF-8 takes them
_NEVER = frozenset({"id", "kind", "evidence"})
_REFERENCES = frozenset({"task", "part_of", "overrides"})  # say where, not what


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the value stood when it was looked at: id, pointer, quote with prefix and suffix."""

    notice_id: str
    target: str
    kind: str
    pointer: str
    quote: str
    prefix: str
    suffix: str
    project: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """``author`` says of the value at ``anchor``: it is right, wrong, or ``new`` and not ``old``.

    ``pointer`` leads to the field for ``correct``, to the value else. ``old`` of ``accept`` and
    ``reject`` is all the value said at that time. ``recorded_at`` is an ISO 8601 time that the
    caller states; nothing here reads a clock.
    """

    action: Action
    notice_id: str
    target: str
    kind: str
    pointer: str
    quote: str
    prefix: str
    suffix: str
    project: str | None
    old: Scalar
    new: Scalar
    author: str
    reason: str
    recorded_at: str

    @property
    def id(self) -> str:
        """Return the stable id of the record."""
        said = (self.action, self.notice_id, self.target, self.pointer, self.old, self.new)
        return stable_id("co", *said, self.author, self.reason, self.recorded_at)

    @property
    def field(self) -> str:
        """Return the name of the corrected field; empty where the whole value is meant."""
        return self.pointer.rsplit("/", 1)[1] if self.action == "correct" else ""

    def row(self) -> dict[str, Scalar]:
        """Return the record as a flat JSON object, its id first."""
        return {"id": self.id, **asdict(self)}


def anchor_of(place: Place, notice_id: str, text: str) -> Anchor:
    """Return the anchor of a value in the canonical text it was read from."""
    start, end = place.evidence.start, place.evidence.end
    before = plain(text[max(0, start - _LOOKED_AT) : start])[-AROUND:]
    after = plain(text[end : end + _LOOKED_AT])[:AROUND]
    quote = place.evidence.text[:_QUOTE]
    where = (place.target, place.kind, place.pointer)
    return Anchor(notice_id, *where, quote, before, after, place.project)


def recorded(
    place: Place,
    notice_id: str,
    text: str,
    action: Action,
    *,
    field: str = "",
    new: Scalar = None,
    author: str,
    reason: str = "",
    recorded_at: str,
) -> Correction:
    """Return the record of what ``author`` says of a value; ``field`` and ``new`` correct it.

    ``新增充电口1000个`` read as 100: ``recorded(place, …, "correct", field="value", new="1000")``.

    Raises:
        ExtractError: the value has no such field, or cannot say ``new``.
    """
    where = anchor_of(place, notice_id, text)
    old: Scalar = None
    if action == "correct":
        content = content_of(place)
        if field not in content:
            message = f"{place.kind} 没有可以更正的 {field}；可以更正：{'、'.join(content)}"
            raise ExtractError(message)
        old, new = content[field], changed(place, field, new)[field]
    elif action != "comment":
        old, new = summary(place), None
    pointer = f"{where.pointer}/{field}" if action == "correct" else where.pointer
    rest = (where.quote, where.prefix, where.suffix, where.project)
    said = (author.strip(), reason.strip(), recorded_at)
    return checked(
        Correction(
            action, where.notice_id, where.target, where.kind, pointer, *rest, old, new, *said
        )
    )


def content_of(place: Place) -> dict[str, Scalar]:
    """Return the fields of a value that a person may correct, with what they say."""
    whole = json.loads(writer.line(place.part))
    return {
        name: value
        for name, value in whole.items()
        if name not in _NEVER and not isinstance(value, dict | list)
    }


def summary(place: Place) -> str:
    """Return all that a value says as one line of JSON; ids and places are left out."""
    content = {k: v for k, v in content_of(place).items() if k not in _REFERENCES}
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def changed(place: Place, field: str, new: Scalar) -> dict[str, Scalar]:
    """Return the value as JSON with one field changed and in its normal form.

    Raises:
        ExtractError: the value would not be valid any more (``十万`` for a number).
    """
    whole = json.loads(writer.line(place.part)) | {field: new}
    try:
        part = type(place.part).model_validate_json(json.dumps(whole))
    except ValueError as error:
        message = f"{field} 不能写成“{new}”；数字写成 1000，日期写成 2024-10-31，空的写成空"
        raise ExtractError(message) from error
    found: dict[str, Scalar] = json.loads(writer.line(part))
    return found


def checked(record: Correction) -> Correction:
    """Return the record if it is one; raises an ``ExtractError`` that says what is missing."""
    if record.action not in ACTIONS:
        message = f"没有“{record.action}”这种记录；有：{'、'.join(ACTIONS)}"
        raise ExtractError(message)
    if not record.author or not record.recorded_at or not record.pointer.startswith("/"):
        message = "更正记录要写明：谁、什么时间、哪个值（JSON Pointer）"
        raise ExtractError(message)
    texts = [value for value in asdict(record).values() if isinstance(value, str)]
    if any(_UNKEPT.search(text) for text in texts):
        message = "更正记录里有不能保存的字符（空字符或半个字符）；请删去后重试"
        raise ExtractError(message)
    if any(len(text) > _LONGEST for text in texts):
        message = f"更正记录的一栏超过 {_LONGEST} 字；请写短一些"
        raise ExtractError(message)
    return record


def from_row(row: dict[str, Scalar]) -> Correction:
    """Return the record of a flat JSON object; an ``id`` that does not fit is refused."""
    names = [one.name for one in fields(Correction)]
    missing = [name for name in names if name not in row]
    if missing:
        message = f"更正记录缺少 {'、'.join(missing)}；请用 notice corrections export 写出的文件"
        raise UnreadableDocument(message)
    nullable = {"project", "old", "new"}
    values = {name: row[name] for name in names}
    wrong = [n for n, v in values.items() if n not in nullable and not isinstance(v, str)]
    if wrong:
        message = f"更正记录的 {'、'.join(wrong)} 要是文字"
        raise UnreadableDocument(message)
    return checked(Correction(**values))  # type: ignore[arg-type]


def plain(text: str) -> str:
    """Return a text without white space, look-alike characters made one: what is compared."""
    return fold(compact(text))
