"""Which part of a page is the notice: the block that holds its prose, its title, its metadata.

First by the names that content systems give it (``TRS_Editor``, ``UCAPCONTENT``, ``zoom``), else by
where the text is. When neither is sure the whole body stays; what is left out is counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import regex

from extract.readers._html_tree import clean, texts_of
from extract.readers._html_weights import Weight, is_inside, metadata_of, noise_of, weigh
from extract.readers._html_words import names_of, words
from extract.text import compact

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ENOUGH = 0.5  # of the page's prose: less, and a named block is only one of several
_NEARLY = 0.9  # of the best block's prose: a narrower block that still has this much is the one
_WHOLE = 0.95  # of the page's prose: how far the search by text may narrow
_HOLDERS = {"body", "div", "section", "article", "main", "form", "center", "td"}
_THROUGH = _HOLDERS | {"table", "tbody", "tr"}
_TITLE_TAGS = {"h1", "h2", "h3", "div", "p", "td", "span", "strong", "b", "font"}
_MIN_TITLE, _MAX_TITLE = 6, 120
_OPENING = 600  # characters of the content in which its own title stands
_MAX_LINK_BLOCK = 300
_LONG_PROSE, _LONG_TABLE = 120, 20
_LINK_BLOCKS = {"p", "li", "div", "td", "ul", "dd"}
_CELL_BLOCKS = 3
_UNWORDED = regex.compile(r"\W+")


class Main(NamedTuple):
    """The elements to read in order, those inside them to pass over, what is left out."""

    pieces: tuple["Element", ...]
    dropped: frozenset["Element"]
    metadata: frozenset["Element"]
    left_out: int
    left_out_prose: int
    left_out_noise: int


def choose(body: "Element", titles: Sequence[str]) -> Main:
    """Return the parts of the page that are the notice; ``titles`` are those the head states."""
    elements = list(body.iter())
    bare = weigh(elements, frozenset())
    noise = noise_of(elements, bare, body)
    metadata = metadata_of(elements, noise, bare)
    weights = weigh(elements, noise.union(metadata))
    content = _named(elements, weights, body) or [_densest(body, weights)]
    chosen = [each for each in content if not noise.intersection([each, *each.iterancestors()])]
    content = chosen or [body]
    if body in content:
        pieces = [body]
    else:
        around = _Around(elements, content, noise, weights)
        extra = [*around.among(metadata), *around.title(titles, metadata), *around.attachments()]
        extra += around.substantial()
        pieces = _outermost(elements, [*content, *extra])
    dropped = _inside(noise, pieces)
    kept = sum(weights[each].words for each in pieces) - sum(weights[e].words for e in dropped)
    if not kept:  # all of the page is links, or named as if it were navigation
        return Main((body,), frozenset(), frozenset(), 0, 0, 0)
    return Main(
        pieces=tuple(pieces),
        dropped=dropped,
        metadata=frozenset(metadata),
        left_out=weights[body].words - kept,
        left_out_prose=weights[body].prose - sum(weights[each].prose for each in pieces),
        left_out_noise=sum(bare[each].prose for each in noise if not is_inside(each, noise)),
    )


def _named(
    elements: Sequence["Element"], weights: dict["Element", Weight], body: "Element"
) -> list["Element"]:
    """Return the narrowest named blocks with nearly all of the named prose, if it is enough."""
    groups: dict[str, list[Element]] = {}
    inside: dict[Element, frozenset[str]] = {}
    for element in elements:
        parent = element.getparent()
        above = inside.get(parent, frozenset()) if parent is not None else frozenset()
        names = names_of(element) & words().content
        for name in names - above:
            groups.setdefault(name, []).append(element)
        inside[element] = above | names
    if not groups:
        return []

    def prose(group: Iterable["Element"]) -> int:
        return sum(weights[each].prose for each in group)

    best = max(prose(group) for group in groups.values())
    if best <= weights[body].prose * _ENOUGH or not best:
        return []
    close = [group for group in groups.values() if prose(group) >= best * _NEARLY]
    return min(close, key=lambda group: sum(weights[each].words for each in group))


def _densest(body: "Element", weights: dict["Element", Weight]) -> "Element":
    """Return the narrowest block that still holds nearly all of the page's prose."""
    least = weights[body].prose * _WHOLE
    found = current = body
    while True:
        inner = next((each for each in current if weights[each].prose >= least), None)
        if inner is None or inner.tag not in _THROUGH or not least:
            return found
        current = inner
        if current.tag in _HOLDERS and _is_holder(current):
            found = current


def _is_holder(element: "Element") -> bool:
    """Return whether a block holds paragraphs; a cell with a line in it does not."""
    if element.tag != "td":
        return True
    return sum(1 for _ in element.iter("p", "div", "table")) >= _CELL_BLOCKS


class _Around:
    """What belongs to the notice but stands outside its block."""

    def __init__(
        self,
        elements: Sequence["Element"],
        content: Sequence["Element"],
        noise: frozenset["Element"],
        weights: dict["Element", Weight],
    ) -> None:
        self._content = content
        self._weights = weights
        holding = {above for each in content for above in each.iterancestors()}
        taken: set[Element] = set()
        self._before: list[Element] = []
        self._outside: list[Element] = []
        self._outsiders: set[Element] = set()
        is_before = True
        for element in elements:
            is_before = is_before and element is not content[0]
            if element in noise or element in content or element.getparent() in taken:
                taken.add(element)
            elif element not in holding:
                self._outside.append(element)
                self._outsiders.add(element)
                if is_before:
                    self._before.append(element)

    def among(self, wanted: Iterable["Element"]) -> Iterator["Element"]:
        """Yield those of the elements that stand before the content."""
        before = set(self._before)
        return (each for each in wanted if each in before)

    def title(self, titles: Sequence[str], metadata: Sequence["Element"]) -> Iterator["Element"]:
        """Yield the title printed before the content, unless the content opens with it too.

        A title among the metadata (标题：关于…的通知) is read there, and is not the one printed.
        """
        opening = _bare("".join(_first_texts(self._content)))
        stated = [_bare(title) for title in titles]
        best: Element | None = None
        for element in self._before:
            if element.tag not in _TITLE_TAGS or not self._weights[element].words <= _MAX_TITLE:
                continue
            text = _bare("".join(texts_of(element)))
            if len(text) < _MIN_TITLE or text in opening:
                continue
            is_stated = any(text in each for each in stated)
            is_stated = is_stated or not names_of(element).isdisjoint(words().title)
            is_better = best is None or (element.tag == "h1" and best.tag != "h1")
            is_named = element.tag == "h1" or is_stated
            if is_better and is_named and not is_inside(element, frozenset(metadata)):
                best = element
        if best is not None:
            yield best

    def substantial(self) -> Iterator["Element"]:
        """Yield what is too much to be left out: long prose, a table with text in it."""
        found: set[Element] = set()
        for element in self._outside:
            if element.getparent() in found:
                found.add(element)
                continue
            least = _LONG_TABLE if element.tag == "table" else _LONG_PROSE
            if self._weights[element].prose >= least:
                found.add(element)
                yield element

    def attachments(self) -> Iterator["Element"]:
        """Yield the blocks with links to files (附件1.docx)."""
        suffixes = words().attachments
        for link in self._outside:
            if link.tag != "a" or not _address(link).endswith(suffixes):
                continue
            block = next((e for e in link.iterancestors() if e.tag in _LINK_BLOCKS), None)
            is_own = block in self._outsiders and self._weights[block].words <= _MAX_LINK_BLOCK
            yield block if block is not None and is_own else link


def _address(link: "Element") -> str:
    return str(link.get("href", "")).lower().split("?")[0].strip()


def _bare(text: str) -> str:
    return str(_UNWORDED.sub("", compact(clean(text))))


def _first_texts(content: Sequence["Element"]) -> Iterator[str]:
    size = 0
    for each in content:
        for text in texts_of(each):
            yield text
            size += len(text.strip())
            if size > _OPENING:
                return


def _outermost(elements: Sequence["Element"], wanted: Iterable["Element"]) -> list["Element"]:
    """Return the wanted elements in the order of the page, none inside another."""
    wanted = set(wanted)
    return [
        element
        for element in elements
        if element in wanted and wanted.isdisjoint(element.iterancestors())
    ]


def _inside(noise: frozenset["Element"], pieces: Sequence["Element"]) -> frozenset["Element"]:
    """Return the noise inside the pieces, each only once."""
    roots = set(pieces)
    return frozenset(
        each
        for each in noise
        if each not in roots
        and not roots.isdisjoint(each.iterancestors())
        and noise.isdisjoint(each.iterancestors())
    )
