"""A correction → a line of ``tests/corpus``: first the line, then see it fail, then the rule.

The text is the shortest clause of the source that holds the value. Other values of the same kind
in it are written as they are read today; whoever adds the line reads them over, as the comment
says.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import regex

from extract.corrections.model import Correction
from extract.document import Mention
from extract.errors import ExtractError

_ENDS = regex.compile(r"[。；;\t]|\n\s*\n")
_CONTROL = regex.compile(r"[\x00-\x1f\x7f]")
_COMMENT = "由更正得来；同一句里的其他值是现在读出的，请人工核对"
FILES = {
    "amount": "amount.toml",
    "quantity": "quantity.toml",
    "percentage": "quantity.toml",
    "deadline": "deadline.toml",
    "department": "department.toml",
}


def clause(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the clause that holds ``text[start:end]``, and where the value begins in it."""
    first = max((found.end() for found in _ENDS.finditer(text, 0, start)), default=0)
    last = _ENDS.search(text, end)
    stop = (last.end() if text[last.start()] in "。；;" else last.start()) if last else len(text)
    part = text[first:stop]
    stripped = part.lstrip()
    return stripped.rstrip(), start - first - (len(part) - len(stripped))


def line(
    record: Correction,
    around: str,
    offset: int,
    mentions: Sequence[Mention],
    *,
    source: str,
    plan_year: int | None,
) -> str:
    """Return the ``[[case]]`` of a correction; ``mentions`` are those read in ``around`` today.

    ``新增充电口1000个`` corrected to 1000 → ``{ quantity = "1000个", value = "1000" }``.

    Raises:
        ExtractError: the corrected field is none that a text alone decides (``source``), or the
            quote does not stand in the clause.
    """
    if record.action != "correct" or record.kind not in FILES:
        message = f"这条记录（{record.action}，{record.kind}）不能变成语料；只有对值的更正可以"
        raise ExtractError(message)
    span = (offset, offset + len(record.quote))
    if around[slice(*span)] != record.quote:
        message = f"句子里找不到“{record.quote}”；请用当时的原件"
        raise ExtractError(message)
    own = [one for one in mentions if one.kind == record.kind]
    known = {name for mention in own for name in mention.value._fields}
    if own and record.field not in known:
        message = (
            f"{record.field} 要看整篇才能定，写不进一句话的语料；可以写：{'、'.join(sorted(known))}"
        )
        raise ExtractError(message)
    rows = list(_rows(record, span, own))
    body = "".join(f"  {_inline(row)},\n" for row in rows)
    year = f"plan_year = {plan_year}\n" if plan_year and record.kind == "deadline" else ""
    return (
        f"\n[[case]]\nsource = {_string(source)}\ntext = {_string(around)}\n"
        f"comment = {_string(_COMMENT)}\n{year}kinds = [{_string(record.kind)}]\n"
        f"expect = [\n{body}]\n"
    )


def _rows(
    record: Correction, span: tuple[int, int], own: Sequence[Mention]
) -> Iterator[dict[str, object]]:
    """Yield what the clause must give, in order of appearance, the corrected value among it."""
    corrected: dict[str, object] = {record.kind: record.quote, record.field: record.new}
    placed = [(span, corrected)]
    for mention in own:
        if mention.span.end <= span[0] or mention.span.start >= span[1]:
            placed.append((tuple(mention.span), _described(mention)))  # type: ignore[arg-type]
    for _, row in sorted(placed, key=lambda one: one[0]):
        yield row


def _described(mention: Mention) -> dict[str, object]:
    row: dict[str, object] = {mention.kind: mention.surface}
    for name in ("value", "date", "name"):
        value = getattr(mention.value, name, None)
        if value is not None:
            row[name] = _plain(value)
    return row


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _inline(row: dict[str, object]) -> str:
    written = (f"{name} = {_value(value)}" for name, value in row.items() if value is not None)
    return "{ " + ", ".join(written) + " }"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _string(str(value))


def _string(text: str) -> str:
    """Return a TOML basic string; control characters are escaped."""
    written = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    escaped = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
    return f'"{escaped}"'
