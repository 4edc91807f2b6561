"""The JSON Schema: valid, current, and what ``notice schema`` prints."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import jsonschema
import pytest

from extract import writers
from extract.notice import SCHEMA_VERSION
from extract.writers import schema

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_schema_is_valid_2020_12(name: str) -> None:
    generated = schema.SCHEMAS[name]()
    assert generated["$schema"] == schema.DIALECT
    jsonschema.Draft202012Validator.check_schema(generated)


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_committed_schema_is_current(name: str) -> None:
    committed = ROOT / "schemas" / f"{name}.schema.json"
    assert committed.read_text(encoding="utf-8") == schema.text(name), "运行 make golden"


def test_command_prints_the_committed_schema(
    run_notice: Callable[..., CompletedProcess[bytes]],
) -> None:
    done = run_notice("schema")
    assert done.stdout == (ROOT / "schemas" / "notice.schema.json").read_bytes()
    assert done.stderr == b""


def test_id_carries_the_schema_version() -> None:
    assert schema.notice_schema()["$id"] == f"urn:policy-notices:notice:{SCHEMA_VERSION}"


def test_schema_is_no_output_format() -> None:
    assert "schema" not in [each.name for each in writers.formats()]
