"""Notice → the JSON of the contract, and back.

UTF-8, two spaces, keys in the order of the models, decimals as plain strings (``"10000000"``, never
``"1E+7"``), dates as ISO 8601, a line feed at the end. Same notice, same bytes. Marks that steer
how text is shown stand as escapes (``\\u202e``), which mean the same and are seen.
"""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import islice

from pydantic import BaseModel, ValidationError

from extract.errors import UnreadableDocument
from extract.notice import Notice
from extract.unseen import escaped

SUFFIX = ".json"
MEDIA_TYPE = "application/json"
_PIECES = 10_000  # of JSON that are written together


def write(notice: Notice) -> bytes:
    """Return the notice as JSON."""
    content = BytesIO()
    pieces = _WHOLE.iterencode(notice.model_dump())
    while some := "".join(islice(pieces, _PIECES)):  # never all of them at once
        content.write(escaped(some).encode())
    content.write(b"\n")
    return content.getvalue()


def line(row: BaseModel | dict[str, object]) -> bytes:
    """Return one row as one line of JSON, without the line feed."""
    fields = row.model_dump() if isinstance(row, BaseModel) else row
    text = json.dumps(fields, default=_plain, ensure_ascii=False, allow_nan=False)
    return escaped(text).encode()


def read(content: bytes) -> Notice:
    """Return the notice that ``write`` wrote; anything else is an ``UnreadableDocument``."""
    try:
        return Notice.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "全文"
        message = f"不是本程序写出的 JSON（{place}：{first['msg']}）；请用 notice extract 重新生成"
        raise UnreadableDocument(message) from error


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    message = f"no JSON form for {type(value).__name__}"
    raise TypeError(message)


_WHOLE = json.JSONEncoder(default=_plain, ensure_ascii=False, allow_nan=False, indent=2)
