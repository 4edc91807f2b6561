"""Older JSON is read, and today's schema takes nothing away from the last released one."""

import json
from pathlib import Path

import jsonschema
import pytest

from extract import migrate
from extract.errors import UnreadableDocument, UnsupportedFormat
from extract.notice import SCHEMA_VERSION
from extract.writers import json as writer
from extract.writers import schema

ROOT = Path(__file__).resolve().parent.parent
RELEASED = sorted((ROOT / "schemas" / "released").glob("notice-*.schema.json"))
OLD = ROOT / "tests" / "data" / "released" / "notice-1.0.0.json"


def version(path: Path) -> str:
    return path.name.removeprefix("notice-").removesuffix(".schema.json")


def test_the_old_file_is_one_of_its_time() -> None:
    document = json.loads(OLD.read_bytes())
    assert document["schema_version"] == "1.0.0"
    text = RELEASED[0].read_text(encoding="utf-8")
    assert version(RELEASED[0]) == "1.0.0"
    jsonschema.Draft202012Validator(json.loads(text)).validate(document)
    assert "confidence" not in json.dumps(document)


def test_older_json_becomes_todays() -> None:
    notice = migrate.migrate(OLD.read_bytes())
    assert notice.schema_version == SCHEMA_VERSION
    jsonschema.Draft202012Validator(schema.notice_schema()).validate(
        json.loads(writer.write(notice))
    )
    old = json.loads(OLD.read_bytes())
    assert [one.id for one in notice.projects] == [one["id"] for one in old["projects"]]
    beds = notice.projects[6].quantities[0]
    assert (str(beds.value), beds.unit, beds.evidence.confidence) == ("509", "张", None)


def test_todays_json_comes_back_as_it_is() -> None:
    content = writer.write(migrate.migrate(OLD.read_bytes()))
    assert writer.write(migrate.migrate(content)) == content


@pytest.mark.parametrize("stated", ["0.9.0", "2.0.0", None, 1, ["1.0.0"]])
def test_another_version_is_refused(stated: object) -> None:
    document = json.loads(OLD.read_bytes()) | {"schema_version": stated}
    with pytest.raises(UnsupportedFormat, match="格式版本"):
        migrate.migrate(json.dumps(document).encode())


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'"x"'],
    ids=["empty", "cut", "list", "no text", "deep", "string"],
)
def test_what_is_no_notice_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        migrate.migrate(content)


def test_what_only_says_to_be_old_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument):
        migrate.migrate(b'{"schema_version": "1.0.0"}')


@pytest.mark.parametrize("path", RELEASED, ids=version)
def test_every_released_version_can_be_read(path: Path) -> None:
    assert version(path) in migrate.versions()


@pytest.mark.parametrize("path", RELEASED, ids=version)
def test_a_minor_version_takes_nothing_away(path: Path) -> None:
    """Within a major version: no field lost, none newly required of a reader's own types."""
    old, new = json.loads(path.read_bytes()), schema.notice_schema()
    if version(path).split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        pytest.skip("另一个主版本，可以不兼容")
    definitions = new["$defs"]
    assert isinstance(definitions, dict)
    for name, described in old["$defs"].items():
        assert lost(described, definitions[name]) == [], name
    assert lost(old, new) == []


def lost(old: dict[str, object], new: dict[str, object]) -> list[str]:
    """Return the fields that are gone, and the values that may stand there no longer."""
    before, after = old.get("properties", {}), new.get("properties", {})
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    faults = [name for name in before if name not in after]
    for name in before.keys() & after.keys():
        gone = set(before[name].get("enum", ())) - set(after[name].get("enum", ()))
        faults += [f"{name}: {value}" for value in sorted(gone)] if "enum" in after[name] else []
        if before[name].get("type") != after[name].get("type"):
            faults.append(f"{name}: type")
    required = set(old.get("required", ())) - set(new.get("required", ()))
    return [*faults, *(f"{name}: no longer always there" for name in sorted(required))]
