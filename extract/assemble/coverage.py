"""Targets without a number: ``居民长护试点全域覆盖``, ``为全区所有在用电梯购买安全责任保险``.

The bound is ``all`` and the object is the scope; how many that are the notice does not say.
"""

from collections.abc import Iterator, Sequence

import regex

from extract import lexicon
from extract.assemble.targets import clause_before, task_of
from extract.document import Document, Span
from extract.identity import Twins, stable_id
from extract.notice import Quantity, Task
from extract.scanning import HAN
from extract.text import View

# 全覆盖率, 全覆盖面 are measured by a number; 全覆盖7个 has one
_COVERED = regex.compile(
    r"(?:全域|全面|城乡|全[市区县省])?(?:全覆盖|(?<=全域)覆盖)"
    r"(?!率|面|\d|[一二两三四五六七八九十]+[个所家])"
)
_EVERY = regex.compile(
    r"(?:全[市区县省镇]|辖区内?|城区)?所有(?!制|权|者|人)"
    rf"(?P<object>[{HAN}]{{2,12}}?(?:（[{HAN}]{{2,12}}）)?)"
    r"(?=[，。；、\t\n]|$|购买|提供|开展|实施|安装|配备|配置|免费|进行|纳入|完成|达到|实现|建立|落实|设立|"
    r"全部|均|都|投保|发放|接入|的)"
)
_ACT = regex.compile(
    r"^(?:[^，。；]{0,6}?(?:推进|推动|实现|基本实现|确保|达到|完成|继续|逐步))+(?=.{2,})"
)
_TAIL = regex.compile(r"(?:基本|全面)?(?:实现|达到|做到|推进)?(?:全域|全面|城乡|全[市区县省])?$")


def read(
    document: Document,
    view: View,
    owner: str,
    regions: Sequence[Span],
    tasks: Sequence[Task],
) -> tuple[Quantity, ...]:
    """Return the targets of a project that cover all of something."""
    twins = Twins()
    return tuple(
        _build(document, owner, span, scope, task_of(tasks, span), twins)
        for region in regions
        for span, scope in _found(view, region)
    )


def _found(view: View, region: Span) -> Iterator[tuple[Span, str | None]]:
    start, end = view.inside(region)
    for match in _COVERED.finditer(view.text, start, end):
        span = view.span(*match.span())
        yield span, _scope(clause_before(view, span))
    for match in _EVERY.finditer(view.text, start, end):
        yield view.span(*match.span()), match["object"]


def _scope(clause: str) -> str | None:
    """Return what is covered: the thing named before (居民长护试点|全域覆盖), without its act."""
    bare = _TAIL.sub("", clause)
    action = lexicon.actions().leading(bare)
    thing = bare[bare.index(action) + len(action) :] if action and action in bare else bare
    thing = _ACT.sub("", thing)
    return thing if len(thing) >= 2 else None


def _build(
    document: Document,
    owner: str,
    span: Span,
    scope: str | None,
    task: int | None,
    twins: Twins,
) -> Quantity:
    printed = document.slice(span)
    return Quantity(
        id=twins.distinct(stable_id("qu", owner, "all", scope, "".join(printed.split()))),
        value=None,
        minimum=None,
        maximum=None,
        bound="all",
        unit="",
        unit_code=None,
        dimension="count",
        role="target",
        action=None,
        object=scope,
        per=None,
        task=task,
        evidence=document.evidence(span),
    )
