"""HTML that is safe by construction: whatever is no ``Html`` is escaped when it goes in."""

from collections.abc import Iterable
from html import escape

from extract.unseen import visible

Attribute = str | int | float | bool | None


class Html(str):
    """Text that already is markup; only this module makes it from anything else."""

    __slots__ = ()

    def __html__(self) -> "Html":
        """Tell template engines that this is markup."""
        return self


_EMPTY_ELEMENTS = frozenset({"img", "meta", "input", "br", "link"})


def element(tag: str, *children: str | Iterable[str] | None, **attributes: Attribute) -> Html:
    """Return ``<tag …>children</tag>``; ``class_`` is ``class``, ``data_n`` is ``data-n``.

    ``True`` writes a bare attribute, ``False`` and ``None`` leave it out.
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _EMPTY_ELEMENTS:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{together(*children)}</{tag}>")


def together(*children: str | Iterable[str] | None) -> Html:
    """Return the children one after the other, each escaped unless it is markup.

    What would steer the order of the page (``\\u202e``) is written as a mark that is seen.
    """
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        pieces = [child] if isinstance(child, str) else child
        parts += [one if isinstance(one, Html) else escape(visible(one)) for one in pieces]
    return Html("".join(parts))


def raw(text: str) -> Html:
    """Return our own style or script as markup; never anything from a document."""
    return Html(text)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(visible(str(value)))}"'
