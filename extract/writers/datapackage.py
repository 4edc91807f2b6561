"""Notices → a Frictionless Data Package: a ZIP with ``datapackage.json`` and a CSV per table.

Each table has a Table Schema with types, a primary key and foreign keys, so a program can check
and join the tables without reading this page. Texts that a spreadsheet would run as a formula
have a ``'`` in front, as in every CSV.
"""

import json
from collections.abc import Sequence
from hashlib import sha256

from extract.notice import SCHEMA_VERSION, Notice
from extract.unseen import escaped
from extract.writers import _zip, csv, rows
from extract.writers.layouts import Column
from extract.writers.rows import Table

SUFFIX = ".datapackage.zip"
MEDIA_TYPE = "application/zip"

_TYPES = {"decimal": "number"}


def write(notice: Notice) -> bytes:
    """Return the notice as a package."""
    return write_all([notice])


def write_all(notices: Sequence[Notice]) -> bytes:
    """Return the notices as one package."""
    return _zip.pack(package(notices))


def package(notices: Sequence[Notice]) -> dict[str, bytes]:
    """Return the files of the package by their names, ``datapackage.json`` first."""
    parts = rows.tables(notices)
    contents = {f"data/{part.layout.name}.csv": csv.table(part) for part in parts}
    resources = [
        _resource(part, path, content)
        for part, (path, content) in zip(parts, contents.items(), strict=True)
    ]
    descriptor = {
        "profile": "tabular-data-package",
        "name": "policy-notices",
        "title": "政策通知：项目、数量、金额、时限、责任单位",
        "version": SCHEMA_VERSION,
        "resources": resources,
    }
    text = escaped(json.dumps(descriptor, ensure_ascii=False, indent=2)) + "\n"
    return {"datapackage.json": text.encode(), **contents}


def _resource(part: Table, path: str, content: bytes) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "name": part.layout.name,
        "title": part.layout.title,
        "path": path,
        "format": "csv",
        "mediatype": csv.MEDIA_TYPE,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": schema(part),
    }


def schema(part: Table) -> dict[str, object]:
    """Return the Table Schema of one table."""
    links = [column for column in part.columns if column.reference]
    described: dict[str, object] = {
        "fields": [_field(column) for column in part.columns],
        "primaryKey": [part.columns[0].name],
        "missingValues": [""],
    }
    if links:
        described["foreignKeys"] = [_link(column) for column in links]
    return described


def _field(column: Column) -> dict[str, object]:
    field: dict[str, object] = {
        "name": column.name,
        "title": column.title,
        "type": _TYPES.get(column.kind, column.kind),
    }
    if column.required:
        field["constraints"] = {"required": True}
    return field


def _link(column: Column) -> dict[str, object]:
    key = "id" if column.reference == "notices" else "key"
    return {
        "fields": [column.name],
        "reference": {"resource": column.reference, "fields": [key]},
    }
