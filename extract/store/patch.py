"""JSON Patch (RFC 6902): what turns one JSON value into another, and how it is applied.

A list whose ends agree is patched in its middle only, so one project more is one operation.
"""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Operation = dict[str, Json]


def make(old: Json, new: Json) -> list[Operation]:
    """Return the operations that turn ``old`` into ``new``; none when they are equal.

    ``{"value": "1000"}`` → ``{"value": "1200"}`` is one ``replace`` at ``/value``.
    """
    return list(_differences("", old, new))


def apply(document: Json, operations: Sequence[Operation]) -> Json:
    """Return a new value with the operations applied; raises ``ValueError`` when one cannot be."""
    root: dict[str, Json] = {"": deepcopy(document)}
    for operation in operations:
        parts = _parts(str(operation["path"]))
        holder: Json = root
        for part in parts[:-1]:
            holder = _child(holder, part)
        _change(holder, parts[-1], operation)
    return root[""]


def _differences(path: str, old: Json, new: Json) -> Iterator[Operation]:
    if _same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_objects(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(path, old, new)
    else:
        yield {"op": "replace", "path": path, "value": new}


def _of_objects(path: str, old: dict[str, Json], new: dict[str, Json]) -> Iterator[Operation]:
    for name in old:
        place = f"{path}/{_escaped(name)}"
        if name not in new:
            yield {"op": "remove", "path": place}
        else:
            yield from _differences(place, old[name], new[name])
    for name in new:
        if name not in old:
            yield {"op": "add", "path": f"{path}/{_escaped(name)}", "value": new[name]}


def _of_lists(path: str, old: list[Json], new: list[Json]) -> Iterator[Operation]:
    start = 0
    while start < min(len(old), len(new)) and _same(old[start], new[start]):
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and _same(old[-1 - end], new[-1 - end]):
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    shared = min(len(before), len(after))
    for position in range(shared):
        yield from _differences(f"{path}/{start + position}", before[position], after[position])
    for position in range(len(before) - 1, shared - 1, -1):
        yield {"op": "remove", "path": f"{path}/{start + position}"}
    for position in range(shared, len(after)):
        yield {"op": "add", "path": f"{path}/{start + position}", "value": after[position]}


def _change(holder: Json, name: str, operation: Operation) -> None:
    kind = operation["op"]
    if isinstance(holder, list):
        _change_list(holder, name, operation)
    elif not isinstance(holder, dict) or (kind != "add" and name not in holder):
        message = f"补丁对不上：没有 {operation['path']}"
        raise ValueError(message)
    elif kind == "remove":
        del holder[name]
    else:
        holder[name] = deepcopy(operation["value"])


def _change_list(holder: list[Json], name: str, operation: Operation) -> None:
    kind = operation["op"]
    position = len(holder) if name == "-" else int(name)
    if position > len(holder) - (kind != "add"):
        message = f"补丁对不上：没有 {operation['path']}"
        raise ValueError(message)
    if kind == "add":
        holder.insert(position, deepcopy(operation["value"]))
    elif kind == "remove":
        del holder[position]
    else:
        holder[position] = deepcopy(operation["value"])


def _child(holder: Json, part: str) -> Json:
    if isinstance(holder, list) and int(part) < len(holder):
        return holder[int(part)]
    if isinstance(holder, dict) and part in holder:
        return holder[part]
    message = f"补丁对不上：没有 {part}"
    raise ValueError(message)


def _parts(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _same(old: Json, new: Json) -> bool:
    """Tell whether two values are the same JSON; ``1`` and ``true`` are not."""
    return type(old) is type(new) and (
        old == new if not isinstance(old, dict | list) else json.dumps(old) == json.dumps(new)
    )
