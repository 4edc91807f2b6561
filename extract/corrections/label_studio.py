"""Records ↔ Label Studio: one task a notice, one region a record, the new value in a text area.

The labelling interface that shows them::

    <View><Labels name="label" toName="text">…<Label value="amount"/>…</Labels>
    <Text name="text" value="$text"/>
    <TextArea name="correction" toName="text" perRegion="true"/></View>

``predictions`` hold every value of the notice, so that a person sees what was read. The record
itself travels in the region's ``meta``; a text area edited there becomes its new value.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from extract.corrections.matching import Finder
from extract.corrections.model import Correction, from_row
from extract.corrections.places import Place, places
from extract.notice import Notice
from extract.unseen import escaped

SUFFIX = ".json"
MEDIA_TYPE = "application/json"
_LABEL, _FIELD, _TEXT = "label", "correction", "text"
_WHOLE = frozenset({"project"})  # a region over a whole row would hide all others


def write(notice: Notice, records: Sequence[Correction], text: str) -> bytes:
    """Return one task: the text, its values as predictions, its records as annotations.

    A record whose value cannot be found stands in ``data.unplaced``: nothing is left out.
    """
    known = list(places(notice))
    finder = Finder(known, notice.id, text)
    result: list[dict[str, Any]] = []
    unplaced: list[dict[str, Any]] = []
    for record in records:
        place = finder.find(record).place
        if place is None:
            unplaced.append(record.row())
        else:
            result += _regions(place, record)
    shown = [_region(one, f"v{n}") for n, one in enumerate(known) if one.kind not in _WHOLE]
    task = {
        "data": {_TEXT: text, "notice_id": notice.id, "unplaced": unplaced},
        "annotations": [{"result": result}],
        "predictions": [{"model_version": notice.schema_version, "result": shown}],
    }
    return escaped(json.dumps([task], ensure_ascii=False, indent=1)).encode() + b"\n"


def read(content: bytes) -> list[Correction]:
    """Return the records of tasks that ``write`` wrote, with what was edited since.

    Regions that a person drew anew have no record and are passed over.
    """
    found: list[Correction] = []
    for task in json.loads(content):
        found += [from_row(row) for row in task["data"].get("unplaced", [])]
        for annotation in task.get("annotations", []):
            edited = {
                one["id"]: "".join(one["value"]["text"])
                for one in annotation["result"]
                if one["type"] == "textarea"
            }
            for one in annotation["result"]:
                if one["type"] == "labels" and one.get("meta"):
                    record = from_row(json.loads(one["meta"]["text"][0]))
                    found.append(_edited(record, edited.get(one["id"])))
    return found


def _edited(record: Correction, text: str | None) -> Correction:
    same = record.action != "correct" or text is None or text == _shown(record)
    return record if same else replace(record, new=text or None)


def _regions(place: Place, record: Correction) -> list[dict[str, Any]]:
    region = _region(place, record.id)
    region["meta"] = {"text": [json.dumps(record.row(), ensure_ascii=False)]}
    if record.action != "correct":
        return [region]
    start, end = place.evidence.start, place.evidence.end
    value = {"start": start, "end": end, "text": [_shown(record)]}
    area = {"id": record.id, "from_name": _FIELD, "to_name": _TEXT, "type": "textarea"}
    return [region, {**area, "value": value}]


def _region(place: Place, identifier: str) -> dict[str, Any]:
    evidence = place.evidence
    value = {
        **{"start": evidence.start, "end": evidence.end},
        **{"text": evidence.text, "labels": [place.kind]},
    }
    return {
        **{"id": identifier, "from_name": _LABEL, "to_name": _TEXT},
        **{"type": "labels", "value": value},
    }


def _shown(record: Correction) -> str:
    return "" if record.new is None else str(record.new)
