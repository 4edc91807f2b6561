"""Older JSON → the schema of today, one step a version; nothing is guessed on the way.

A step is a row of ``_STEPS``: from which version, to which, and what it does. A version that is
newer than this program, or unknown, is refused.
"""

import json
from collections.abc import Callable, Iterator

from extract.errors import UnreadableDocument, UnsupportedFormat
from extract.notice import SCHEMA_VERSION, Notice
from extract.writers import json as writer

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Step = Callable[[dict[str, Json]], None]


def migrate(content: bytes) -> Notice:
    """Return the notice of an older JSON file; one of today's version comes back as it is.

    Raises ``UnreadableDocument`` for what is no such JSON, ``UnsupportedFormat`` for a version
    that no step leads on from.
    """
    document = _parsed(content)
    version = document.get("schema_version")
    while version != SCHEMA_VERSION:
        if not isinstance(version, str) or version not in _STEPS:
            message = f"格式版本 {version} 不认识；本程序到 {SCHEMA_VERSION}，请升级程序或重新提取"
            raise UnsupportedFormat(message)
        reached, step = _STEPS[version]
        step(document)
        document["schema_version"] = version = reached
    return writer.read(json.dumps(document, ensure_ascii=False).encode())


def versions() -> tuple[str, ...]:
    """Return the versions that can be read, the oldest first."""
    return (*_STEPS, SCHEMA_VERSION)


def _parsed(content: bytes) -> dict[str, Json]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = "不是 JSON；请给出 notice extract 写出的文件"
        raise UnreadableDocument(message) from error
    if not isinstance(document, dict):
        message = "不是一份通知的 JSON；请给出 notice extract 写出的文件"
        raise UnreadableDocument(message)
    return document


def _to_1_1_0(document: dict[str, Json]) -> None:
    """Evidence gained ``confidence``: what was read before it existed had none."""
    for evidence in _evidences(document):
        evidence.setdefault("confidence", None)


def _evidences(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        if isinstance(found := value.get("evidence"), dict):
            yield found
        for part in value.values():
            yield from _evidences(part)
    elif isinstance(value, list):
        for part in value:
            yield from _evidences(part)


_STEPS: dict[str, tuple[str, Step]] = {"1.0.0": ("1.1.0", _to_1_1_0)}
