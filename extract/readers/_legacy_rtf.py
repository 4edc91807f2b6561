"""What an .rtf itself stores: the second witness beside LibreOffice's conversion.

Paragraphs and tables without the numbers that Word computes; read only to see that nothing was
lost, and to give back a table that was.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import regex

from extract.errors import LimitExceeded
from extract.limits import Limits
from extract.readers._legacy_cells import Edged, grid, row_of

if TYPE_CHECKING:
    from extract.readers._draft import Cell

_TOKEN = regex.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,20}+)?\ ?"
    rb"|\\(?P<sign>[^a-zA-Z'])|[\r\n]++|(?P<text>[^\\{}\r\n]++)|(?P<stray>\\)",
    regex.DOTALL,
)
_BINARY = regex.compile(rb"(?<!\\)\\bin(?P<length>[0-9]{1,20}+)")
_MAX_DEPTH = 1000
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 204: "cp1251", 0: "cp1252"}
# Groups that are no text: how things look, what Word computes, what is out of the flow.
_IGNORED = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl "
    b"footerr footerf annotation listtext pntext fldinst shprslt nonshppict sp listtable "
    b"listoverridetable rsidtbl generator themedata datastore latentstyles xmlnstbl".split()
)
_STARRED = frozenset((b"shpinst", b"footnote"))  # kept though marked as to be ignored
_STORIES = frozenset((b"shptxt", b"footnote"))
_CHARACTERS = {
    **{b"tab": "\t", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’"},
    **{b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " "},
}
_SIGNS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}


def is_cut_off(content: bytes) -> bool:
    """Return whether binary data are announced that are not there: LibreOffice waits for them."""
    found = _BINARY.finditer(content)
    return any(int(match["length"]) > len(content) - match.end() for match in found)


@dataclass(slots=True)
class _Story:
    """One flow of text: the main one, a text box, a footnote."""

    blocks: "list[str | list[Cell]]" = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: list[list[Edged]] = field(default_factory=list)

    def take(self) -> str:
        """Return the line so far and begin a new one; halves of a character are put together."""
        raw = "".join(self.line).encode("utf-16-le", "surrogatepass")
        self.line.clear()
        return raw.decode("utf-16-le", "replace").strip()

    def paragraph(self, *, is_in_table: bool) -> None:
        """End a line of a cell, or a paragraph and the table before it."""
        if is_in_table:
            self.cell.append(self.take())
            return
        self.close()
        self.blocks.append(self.take())

    def end_cell(self) -> None:
        """End a cell of the row."""
        self.row.append("\n".join(filter(None, [*self.cell, self.take()])))
        self.cell.clear()

    def close(self) -> None:
        """End the table, if one is open."""
        if self.rows:
            self.blocks.append(grid(self.rows))
            self.rows = []

    def finish(self) -> "list[str | list[Cell]]":
        """Return the blocks; what no mark has ended is a paragraph."""
        self.close()
        self.blocks.append("\n".join([*self.row, *self.cell, self.take()]).strip())
        return self.blocks


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and gives back at its end."""

    is_ignored: bool = False
    is_hidden: bool = False
    is_in_table: bool = False
    is_font_table: bool = False
    skip: int = 1
    font: int | None = None
    is_story: bool = False


def stored(content: bytes, limits: Limits) -> "list[str | list[Cell]]":
    """Return the paragraphs and tables of an .rtf, in order; raises ``LimitExceeded``."""
    return _Rtf(limits).read(content)


class _Rtf:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._state = _State()
        self._outer: list[_State] = []
        self._stories = [_Story()]
        self._extra: list[str | list[Cell]] = []
        self._codec = "cp1252"
        self._default_font: int | None = None
        self._fonts: dict[int, str] = {}
        self._pending = bytearray()
        self._to_skip = 0
        self._is_group_new = self._is_starred = False
        self._edges: list[int] = []
        self._merges: list[tuple[bool, bool]] = []
        self._merge = (False, False)

    def read(self, content: bytes) -> "list[str | list[Cell]]":
        position = 0
        while match := _TOKEN.match(content, position):
            position = match.end()
            if match["word"] == b"bin":
                position += max(0, int(match["number"] or 0))
            else:
                self._token(match)
        self._flush()
        while len(self._stories) > 1:
            self._extra += self._stories.pop().finish()
        return [*self._stories[0].finish(), *self._extra]

    def _token(self, match: "regex.Match[bytes]") -> None:
        word = match["word"]  # most tokens are words
        if word:
            self._flush()
            self._word(word, int(match["number"]) if match["number"] else None)
        elif match["text"]:
            self._bytes(match["text"])
        elif match["hex"]:
            self._bytes(bytes.fromhex(match["hex"].decode()))
        elif match["sign"]:
            self._flush()
            self._sign(match["sign"])
        elif match["open"]:
            self._flush()
            self._begin_group()
        elif match["close"]:
            self._flush()
            self._end_group()

    def _begin_group(self) -> None:
        if len(self._outer) >= _MAX_DEPTH:
            raise LimitExceeded(f"RTF 嵌套超过 {_MAX_DEPTH} 层的上限，请核对文件来源。")
        self._outer.append(self._state)
        self._state = replace(self._state, is_story=False)
        self._is_group_new, self._is_starred = True, False

    def _end_group(self) -> None:
        self._to_skip = 0
        if self._state.is_story and len(self._stories) > 1:
            self._extra += self._stories.pop().finish()
        self._state = self._outer.pop() if self._outer else _State(is_ignored=True)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._is_starred = self._is_group_new
        elif sign in b"\r\n":
            self._word(b"par", None)
        elif sign in _SIGNS:
            self._text(_SIGNS[sign])

    def _word(self, word: bytes, number: int | None) -> None:
        if self._is_group_new:
            self._is_group_new = False
            self._begin(word)
        if word == b"u" and number is not None:
            self._to_skip = 0
            self._text(chr(number % 0x10000))
            self._to_skip = self._state.skip
        elif word in _CHARACTERS:
            self._text(_CHARACTERS[word])
        elif not self._state.is_ignored and word in _MARKS:
            _MARKS[word](self)
        elif word in _SWITCHES:
            _SWITCHES[word](self, number)

    def _begin(self, word: bytes) -> None:
        """Decide by its first word what a group is."""
        dropped = word in _IGNORED or (self._is_starred and word not in _STARRED)
        if dropped:
            self._state = replace(self._state, is_ignored=True, is_font_table=word == b"fonttbl")
        elif word in _STORIES and not self._state.is_ignored:
            self._state = replace(self._state, is_story=True, is_in_table=False)
            self._stories.append(_Story())

    def _bytes(self, raw: bytes) -> None:
        self._is_group_new = False
        skipped = min(self._to_skip, len(raw))
        self._to_skip -= skipped
        self._pending += raw[skipped:]

    def _flush(self) -> None:
        if self._pending:
            font = self._default_font if self._state.font is None else self._state.font
            codec = self._fonts.get(-1 if font is None else font, self._codec)
            # ASCII bytes alone need no font; a Latin font may stand before Chinese bytes.
            text = self._pending.decode(codec, "replace")
            self._pending.clear()
            self._text(text)

    def _text(self, text: str) -> None:
        self._is_group_new = False
        if not (self._state.is_ignored or self._state.is_hidden):
            self._stories[-1].line.append(text)

    def _paragraph(self) -> None:
        self._stories[-1].paragraph(is_in_table=self._state.is_in_table)

    def _cell(self) -> None:
        self._stories[-1].end_cell()

    def _nested_cell(self) -> None:
        self._stories[-1].paragraph(is_in_table=True)

    def _row(self) -> None:
        story = self._stories[-1]
        merges = self._merges + [(False, False)] * len(story.row)
        story.rows.append(row_of(story.row, self._edges, merges))
        story.row = []

    def _new_row(self) -> None:
        self._edges, self._merges, self._merge = [0], [], (False, False)

    def _set_edge(self, number: int | None) -> None:
        self._edges.append(number or 0)
        self._merges.append(self._merge)
        self._merge = (False, False)

    def _set_font(self, number: int | None) -> None:
        self._state = replace(self._state, font=number)

    def _set_charset(self, number: int | None) -> None:
        if self._state.is_font_table and self._state.font is not None and number in _CHARSETS:
            self._fonts[self._state.font] = _CHARSETS[number]

    def _set_default_font(self, number: int | None) -> None:
        self._default_font = number

    def _set_codec(self, number: int | None) -> None:
        self._codec = "gb18030" if number == 936 else f"cp{number}"
        try:
            b"".decode(self._codec)
        except LookupError:
            self._codec = "gb18030"

    def _set_skip(self, number: int | None) -> None:
        self._state = replace(self._state, skip=max(0, min(number or 0, 10)))

    def _set_hidden(self, number: int | None) -> None:
        self._state = replace(self._state, is_hidden=number != 0)

    def _plain(self, _: int | None) -> None:
        self._state = replace(self._state, is_hidden=False, font=None)

    def _reset_paragraph(self, _: int | None) -> None:
        self._state = replace(self._state, is_in_table=False)

    def _enter_table(self, number: int | None) -> None:
        self._state = replace(self._state, is_in_table=number != 0)

    def _merge_left(self, _: int | None) -> None:
        self._merge = (True, self._merge[1])

    def _merge_up(self, _: int | None) -> None:
        self._merge = (self._merge[0], True)


_MARKS: dict[bytes, Callable[[_Rtf], None]] = {
    **dict.fromkeys((b"par", b"sect", b"page"), _Rtf._paragraph),
    b"cell": _Rtf._cell,
    b"nestcell": _Rtf._nested_cell,
    b"row": _Rtf._row,
    b"trowd": _Rtf._new_row,
}
_SWITCHES: dict[bytes, Callable[[_Rtf, int | None], None]] = {
    b"f": _Rtf._set_font,
    b"fcharset": _Rtf._set_charset,
    b"deff": _Rtf._set_default_font,
    b"ansicpg": _Rtf._set_codec,
    b"uc": _Rtf._set_skip,
    b"v": _Rtf._set_hidden,
    b"deleted": _Rtf._set_hidden,
    b"plain": _Rtf._plain,
    b"pard": _Rtf._reset_paragraph,
    b"intbl": _Rtf._enter_table,
    b"itap": _Rtf._enter_table,
    b"cellx": _Rtf._set_edge,
    b"clmrg": _Rtf._merge_left,
    b"clvmrg": _Rtf._merge_up,
}
