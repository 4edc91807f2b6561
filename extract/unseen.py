"""Characters that are not seen but steer what is: they go out as marks, never as they are.

The canonical text keeps them, for offsets must stay true. A mark of direction can make
``新增\\u202e254\\u202c个`` look like 新增452个; a line separator ends a line of JSON Lines for some
programs; C1 controls steer a terminal.
"""

import regex

# Arabic letter mark, left-to-right and right-to-left mark, embeddings, overrides, isolates
_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TURNING = regex.compile("[\u061c\u200f\u202a-\u202e\u2066-\u2069]")  # not left-to-right alone
_STEERING = regex.compile(f"[\x7f-\x9f\u2028\u2029\ufeff{_MARKS}]")
_NOT_SHOWN = regex.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028\u2029{_MARKS}]")
_NO_TEXT = regex.compile(r"[\x00\ud800-\udfff]")


def turning(text: str) -> list[tuple[int, int]]:
    """Return where text may be shown in another order than it stands."""
    return [found.span() for found in _TURNING.finditer(text)]


def escaped(json_text: str) -> str:
    """Return JSON with the same meaning that holds no such character raw: ``\\u202e``.

    They can stand only inside strings, where an escape is the same character.
    """
    return str(_STEERING.sub(_escape, json_text))


def visible(text: str) -> str:
    """Return the text with a mark that a person sees for each: ``‹U+202E›``."""
    return str(_NOT_SHOWN.sub(_name, text))


def is_text(text: str) -> bool:
    """Tell whether UTF-8 and every database take the text: no NUL, no half of a character."""
    return _NO_TEXT.search(text) is None


def mended(text: str) -> str:
    """Return the text with ``�`` for what is no text; for names, where no offset counts."""
    return str(_NO_TEXT.sub("\ufffd", text))


def _escape(found: "regex.Match[str]") -> str:
    return f"\\u{ord(found[0]):04x}"


def _name(found: "regex.Match[str]") -> str:
    return f"‹U+{ord(found[0]):04X}›"
