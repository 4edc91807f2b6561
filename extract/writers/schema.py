"""The JSON Schema of the contract, generated from the models; ``schemas/`` holds a copy."""

import json

from extract.notice import SCHEMA_VERSION, Notice

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def notice_schema() -> dict[str, object]:
    """Return the JSON Schema 2020-12 of one notice, as it is written."""
    body = Notice.model_json_schema(mode="serialization")
    head = {
        "$schema": DIALECT,
        "$id": f"urn:policy-notices:notice:{SCHEMA_VERSION}",
        "title": "政策通知 (Notice)",
    }
    return head | {key: value for key, value in body.items() if key not in head}


SCHEMAS = {"notice": notice_schema}


def text(name: str) -> str:
    """Return the schema called ``name`` as ``schemas/<name>.schema.json`` holds it."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=2) + "\n"
