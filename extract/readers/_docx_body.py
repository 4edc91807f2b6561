"""One walk over a Word body: each paragraph's printed text, once and in order."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from extract.readers._docx_numbering import Numbering, Styles
from extract.readers._docx_symbols import is_private, seen
from extract.readers._docx_xml import (
    ALTERNATE,
    DROPPED,
    MATH,
    TBL,
    R,
    alternative,
    find,
    flow,
    is_on,
    value,
)

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LITERAL = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_SOFT_HYPHEN = "\u00ad"
_REFERENCES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
_FIELD, _INSTRUCTION, _BOX = map(qn, ("w:fldChar", "w:instrText", "w:txbxContent"))
_TEXTPATH = "{urn:schemas-microsoft-com:vml}textpath"
# What holds words or figures that no reader of text sees, by the element that shows it.
_UNREAD = {
    "{urn:schemas-microsoft-com:office:office}OLEObject": "object",
    "{urn:schemas-microsoft-com:vml}imagedata": "picture",
    qn("pic:pic"): "picture",
    qn("c:chart"): "chart",
    "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds": "diagram",
    qn("w:control"): "object",
    qn("w:altChunk"): "chunk",
}
_COUNTED_FIELDS = ("AUTONUM", "LISTNUM")
# Raised digits keep their height: 10⁴ must never read 104, nor the mark of a note a numeral.
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_RAISABLE = frozenset("0123456789+-− ")
# What stands between the parts of a formula that is not written on one line: ½ is 1/2, not 12.
_FORMULA_MARKS = {MATH + "den": "/", MATH + "lim": "_", MATH + "sub": "_", MATH + "rad": "√"}
_MATH_SUP, _MATH_BRACKETS = MATH + "sup", MATH + "d"


class Body:
    """The walk and what it must remember: open fields, counts, boxes that wait for their place.

    ``counts`` says how often something was met that a person should know of.
    """

    def __init__(
        self, styles: Styles, numbering: Numbering, cited: "dict[str, dict[str, Element]]"
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._styles = styles
        self._numbering = numbering
        self._cited = cited
        self._in_code: list[bool] = []  # one entry per open field: are we in its instruction?
        self._boxes: list[Element] = []
        self._notes: list[Element] = []
        self._is_hidden = False
        self._is_code_dropped = True

    def check_fields(self, root: "Element") -> None:
        """Keep all text where a field is opened and never closed, rather than lose what follows."""
        kinds = [
            field.get(qn("w:fldCharType"))
            for field in root.iter(_FIELD)
            if not any(outer.tag in DROPPED for outer in field.iterancestors())
        ]
        open_fields = kinds.count("begin") - kinds.count("end")
        if open_fields > 0:
            self._is_code_dropped = False
            self.counts["field"] += open_fields

    def story(self, element: "Element", *, is_cell: bool = False) -> "Iterator[str | Element]":
        """Yield the paragraphs' texts and the tables of a body, a cell, a text box or a note.

        A table must be read before the next step: boxes and notes met in it follow it. Those notes
        cited in a cell wait until the table is over.
        """
        kept = ""
        for paragraph in flow(element, qn("w:p"), TBL, qn("w:altChunk")):
            if paragraph.tag == qn("w:altChunk"):
                self.counts["chunk"] += 1
                continue
            if paragraph.tag == TBL:
                if kept:
                    yield kept
                kept = ""
                yield paragraph
            else:
                text = self._text(paragraph)
                if _is_joined(paragraph):
                    kept += text  # its mark was deleted: the next paragraph goes on from here
                    continue
                if text and is_on(paragraph, "w:pPr", "w:rPr", "w:vanish"):
                    kept += self._numbered(paragraph, text)  # its mark is hidden: the same line
                    continue
                yield self._numbered(paragraph, kept + text)
                kept = ""
            yield from self._attached(is_cell=is_cell)
        if kept:
            yield kept
        yield from self._attached(is_cell=is_cell)

    def _attached(self, *, is_cell: bool) -> "Iterator[str | Element]":
        """Yield what hangs on the paragraph before: text boxes, and notes outside of tables."""
        waiting, self._boxes = self._boxes, []
        if not is_cell:
            self._notes, notes = [], self._notes
            waiting = waiting + notes
        if waiting:
            outer, self._in_code = self._in_code, []
            for each in waiting:
                text = each.get("string")
                if each.tag == _TEXTPATH and text:
                    yield text
                else:
                    yield from self.story(each, is_cell=is_cell)
            self._in_code = outer

    def _numbered(self, paragraph: "Element", text: str) -> str:
        """Return the text behind the number that Word prints before it."""
        label = self._numbering.label(paragraph)
        ends_open = label[-1:].isdigit() or label[-1:] in (".", "．")
        if ends_open and text.lstrip()[:1].isdigit():
            return f"{label} {text}"  # 1. and 5个 must never read 1.5个
        return label + text

    def _text(self, paragraph: "Element") -> str:
        self._is_hidden = self._styles.is_hidden(
            value(paragraph, "w:pPr", "w:pStyle") or self._styles.default
        )
        return "".join(self._inline(paragraph))

    def _inline(self, element: "Element") -> Iterator[str]:
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in DROPPED:
                self._counted_field(child)
            elif tag == R and self._is_left_out(child):
                continue
            elif tag == _FIELD:
                yield from self._field(child)
            elif tag in (_BOX, _TEXTPATH):
                self._boxes.append(child)
            elif tag == ALTERNATE:
                yield from self._inline(alternative(child))
            elif not (self._is_code_dropped and any(self._in_code)):
                yield from self._character(child)
            elif len(child):
                yield from self._inline(child)

    def _character(self, element: "Element") -> Iterator[str]:
        tag = str(element.tag)
        if tag in (qn("w:t"), MATH + "t"):
            yield self._plain(element)
        elif tag in _LITERAL:
            yield _LITERAL[tag]
        elif tag == qn("w:br"):
            yield "\n" if element.get(qn("w:type"), "textWrapping") == "textWrapping" else ""
        elif tag == qn("w:sym"):
            yield self._symbol(element.get(qn("w:char"), ""), element.get(qn("w:font"), ""))
        elif tag in _REFERENCES:
            self._cite(_REFERENCES[tag], element.get(qn("w:id"), ""))
        elif tag.startswith(MATH):
            yield from self._formula(element)
        else:
            if tag in _UNREAD:
                self.counts[_UNREAD[tag]] += 1
            yield from self._inline(element)

    def _formula(self, element: "Element") -> Iterator[str]:
        """Yield a part of a formula with the mark that its place on the page stands for."""
        tag = str(element.tag)
        text = "".join(self._inline(element))
        if tag == _MATH_SUP and text:
            yield _raised(text) or f"^{text}"
        elif tag == _MATH_BRACKETS:
            begin, end = (element.find(f"{MATH}dPr/{MATH}{name}") for name in ("begChr", "endChr"))
            left = "(" if begin is None else begin.get(MATH + "val", "")
            yield left + text + (")" if end is None else end.get(MATH + "val", ""))
        elif tag in _FORMULA_MARKS and text:
            yield _FORMULA_MARKS[tag] + text
        else:
            yield text

    def _plain(self, element: "Element") -> str:
        """Return a stretch of text; the signs of a symbol font as what they show."""
        text = (element.text or "").replace(_SOFT_HYPHEN, "")
        run = element.getparent()
        if run is not None and value(run, "w:rPr", "w:vertAlign") == "superscript":
            return _raised(text) or text
        if not any(map(is_private, text)):
            return text
        fonts = None if run is None else find(run, "w:rPr", "w:rFonts")
        font = "" if fonts is None else fonts.get(qn("w:ascii"), "")
        return "".join(self._sign(one, font) or one if is_private(one) else one for one in text)

    def _symbol(self, code: str, font: str) -> str:
        """Return a symbol that has a character; one that only its font knows is noted."""
        try:
            character = chr(int(code, 16))
        except (ValueError, OverflowError):
            return ""
        if is_private(character) or seen(character, font):
            return self._sign(character, font)
        return character if character.isprintable() else ""

    def _sign(self, character: str, font: str) -> str:
        sign = seen(character, font)
        self.counts["symbol"] += sign is None
        return sign or ""

    def _cite(self, kind: str, name: str) -> None:
        note = self._cited.get(kind, {}).pop(name, None)  # once: a note may cite itself
        if note is not None:
            self.counts["footnote"] += 1
            self._notes.append(note)

    def _field(self, element: "Element") -> Iterator[str]:
        kind = element.get(qn("w:fldCharType"))
        if kind == "begin":
            yield from _form(element)
            self._in_code.append(True)
        elif kind == "separate" and self._in_code:
            self._in_code[-1] = False
        elif kind == "end" and self._in_code:
            self._in_code.pop()

    def _counted_field(self, element: "Element") -> None:
        """Note a number that a field computes and does not store."""
        if element.tag == _INSTRUCTION and (element.text or "").strip().startswith(_COUNTED_FIELDS):
            self.counts["autonum"] += 1

    def _is_left_out(self, run: "Element") -> bool:
        """Return whether the run is hidden, or the typed mark of a footnote (①), not its text."""
        own = is_on(run, "w:rPr", "w:vanish")
        if own is None:
            style = value(run, "w:rPr", "w:rStyle")
            own = self._styles.is_hidden(style) or self._is_hidden
        if own:
            self.counts["hidden"] += any(text.strip() for text in run.itertext(qn("w:t")))
            return True
        for tag, kind in _REFERENCES.items():
            mark = run.find(tag)
            if mark is not None and mark.get(qn("w:customMarkFollows")) in ("1", "true", "on"):
                self._cite(kind, mark.get(qn("w:id"), ""))
                return True
        return False


def _raised(text: str) -> str:
    """Return digits as raised digits, nothing for what is more than digits and signs."""
    return text.translate(_RAISED) if text.strip() and _RAISABLE.issuperset(text) else ""


def _is_joined(paragraph: "Element") -> bool:
    """Return whether the mark that ends the paragraph was deleted or moved away."""
    marks = find(paragraph, "w:pPr", "w:rPr")
    return marks is not None and any(
        find(marks, name) is not None for name in ("w:del", "w:moveFrom")
    )


def _form(field: "Element") -> Iterator[str]:
    """Yield what an old form field shows: the chosen line of a list, a ticked or empty box."""
    options = find(field, "w:ffData", "w:ddList")
    if options is not None:
        chosen = value(options, "w:result") or value(options, "w:default") or "0"
        entries = [str(entry.get(qn("w:val"))) for entry in options.iterfind(qn("w:listEntry"))]
        if chosen.isdecimal() and int(chosen[:6]) < len(entries):
            yield entries[int(chosen[:6])]
    box = find(field, "w:ffData", "w:checkBox")
    if box is not None:
        ticked = is_on(box, "w:checked")
        ticked = is_on(box, "w:default") if ticked is None else ticked
        yield "☑" if ticked else "□"
