"""How much of a page each element holds, which of them are noise, which the document's own table.

``<div class="nav">`` is noise, ``<td>索引号：</td><td>11370300/2024-5</td>`` is metadata.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from extract.readers._html_meta import has_enough, label_of
from extract.readers._html_tree import clean, texts_of
from extract.readers._html_words import names_of, words

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MAX_NOISE = 0.3  # of the page's prose: a "header" with more is no header
_NOISE_TAGS = {"nav", "footer", "aside", "header"}
_NOISE_HOLDERS = {"div", "ul", "ol", "dl", "section", "form", "table", "center"}
_MAX_INNER_NOISE = 40  # characters of prose: share links inside the content have a word or two
_REGIONS = {"table", "ul", "dl", "div", "section"}
_MAX_REGION = 2000


class Weight(NamedTuple):
    """How many characters an element holds, and how many of them outside links and noise."""

    words: int
    prose: int


def weigh(elements: Sequence["Element"], noise: frozenset["Element"]) -> dict["Element", Weight]:
    """Return the weight of every element; a parent stands before its children in the list."""
    quiet: set[Element] = set()
    own: dict[Element, list[int]] = {}
    for element in elements:
        parent = element.getparent()
        if element.tag == "a" or element in noise or parent in quiet:
            quiet.add(element)
        own[element] = [0, 0]
        _count(own[element], element.text, element in quiet)
        if parent in own and element is not elements[0]:
            _count(own[parent], element.tail, parent in quiet)
    for element in reversed(elements[1:]):
        parent = element.getparent()
        if parent is not None:
            own[parent][0] += own[element][0]
            own[parent][1] += own[element][1]
    return {element: Weight(*counts) for element, counts in own.items()}


def _count(counts: list[int], text: str | None, is_quiet: bool) -> None:
    if text:
        size = len("".join(clean(text).split()))
        counts[0] += size
        counts[1] += 0 if is_quiet else size


def noise_of(
    elements: Sequence["Element"], weights: dict["Element", Weight], body: "Element"
) -> frozenset["Element"]:
    """Return what stands around every page of a site: navigation, footers, share links.

    What holds the page's title or a content block is none of it, whatever it is called.
    """
    most = weights[body].prose * _MAX_NOISE
    holding = _above(elements, lambda each: each.tag == "h1" or _is_content(each))
    return frozenset(
        element
        for element in elements[1:]
        if weights[element].prose <= most
        and element not in holding
        and _is_named_noise(element, weights[element])
    )


def _above(elements: Sequence["Element"], is_wanted: Callable[["Element"], bool]) -> set["Element"]:
    """Return the elements that hold one that is wanted."""
    found: set[Element] = set()
    for element in reversed(elements):
        parent = element.getparent()
        if parent is not None and (element in found or is_wanted(element)):
            found.add(parent)
    return found


def _is_content(element: "Element") -> bool:
    return not names_of(element).isdisjoint(words().content)


def _is_named_noise(element: "Element", weight: Weight) -> bool:
    """Return whether tag or name says so; ``<tr class="head">`` is the head of a table."""
    if element.tag in _NOISE_TAGS:
        return True
    if element.tag not in _NOISE_HOLDERS or _is_content(element):
        return False
    if names_of(element).isdisjoint(words().noise):
        return False
    if element.tag == "table" or any(_is_content(above) for above in element.iterancestors()):
        return weight.prose <= min(_MAX_INNER_NOISE, weight.words // 2)
    return True


def is_inside(element: "Element", wanted: frozenset["Element"]) -> bool:
    """Return whether an element stands inside a wanted one."""
    return not wanted.isdisjoint(element.iterancestors())


def metadata_of(
    elements: Sequence["Element"], noise: frozenset["Element"], weights: dict["Element", Weight]
) -> list["Element"]:
    """Return the blocks that are the page's own table of the document, in order."""
    found: list[Element] = []
    passed = set(noise)
    labelled = _above(elements, _has_label)
    for element in elements:
        if element in passed or element.getparent() in passed:
            passed.add(element)
        elif element in labelled and element.tag in _REGIONS:
            labels = _labels(element) if weights[element].words <= _MAX_REGION else []
            if labels:
                same = [each for each in element.iter(*_REGIONS) if _labels(each) == labels]
                found.append(same[-1])
                passed.add(element)
    return found


def _has_label(element: "Element") -> bool:
    return bool(element.text and label_of(clean(element.text)))


def _labels(element: "Element") -> list[str]:
    """Return the labels in a block, or none where it is not mostly labels and values."""
    texts = [clean(text) for text in texts_of(element) if clean(text).strip()]
    found = [name for text in texts if (name := label_of(text))]
    return found if has_enough(found) and len(found) * 5 >= len(texts) * 2 else []
