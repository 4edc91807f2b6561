"""The lists beside the source: figures, ledger, checks, findings."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from extract.notice import Evidence, Finding
from extract.report.markup import Html, element, together
from extract.report.view import Mark, View

COLOURS = ("amount", "quantity", "percentage", "deadline", "department", "header", "category")
_STATES = ("accepted", "corrected", "rejected", "conflict")


def panel(view: View) -> Html:
    """Return the tabs and what they show; without scripts all of it shows."""
    shown = [one for one in view.marks if one.kind != "project"]
    tabs = (
        ("values", len(shown), _values(view)),
        ("ledger", view.notice.numerals.total, _ledger(view)),
        ("checks", len(view.notice.checks), _checks(view)),
        ("findings", len(view.findings) + len(view.audit or ()), _findings(view)),
    )
    of = view.words.of
    buttons = (
        element(
            "button",
            *(of(name), " ", element("small", str(count))),
            **{"type": "button", "role": "tab", "data_tab": name},
            aria_selected="true" if name == "values" else "false",
        )
        for name, count, _ in tabs
    )
    sections = (
        element(
            "section",
            element("h2", of(name)),
            content,
            class_="tab",
            data_tab=name,
            id=f"tab-{name}",
        )
        for name, _, content in tabs
    )
    return together(element("nav", buttons, role="tablist", class_="tabs"), sections)


def place(evidence: Evidence, view: View) -> str:
    """Say where something is printed: page, table cell, offsets."""
    of = view.words.of
    parts = [f"{of('page')} {evidence.page}"] if evidence.page is not None else []
    if evidence.cell is not None:
        cell = evidence.cell
        grid = (("table", cell.table), ("row", cell.row), ("column", cell.column))
        parts.append(" ".join(f"{of(name)} {number + 1}" for name, number in grid))
    parts.append(f"{of('characters')} {evidence.start}–{evidence.end}")
    if evidence.confidence is not None:
        parts.append(f"{of('confidence')} {evidence.confidence:.0%}")
    return " · ".join(parts)


def _values(view: View) -> Html:
    of = view.words.of
    counts = Counter(one.colour for one in view.marks)
    filters = (
        element(
            *("button", of(colour), " ", element("small", str(counts[colour]))),
            **{"type": "button", "class_": f"chip k-{colour}", "data_kind": colour},
            aria_pressed="false",
        )
        for colour in COLOURS
        if counts[colour]
    )
    tools = element(
        "div",
        element(
            "input", type="search", id="search", placeholder=of("search"), aria_label=of("search")
        ),
        element("div", filters, class_="chips"),
        element("label", element("input", type="checkbox", id="open-only"), " ", of("open_only")),
        class_="tools",
    )
    groups = groupby(view.marks, lambda one: one.place.project if one.place else None)
    lists = (_group(name, list(marks), view) for name, marks in groups)
    return together(tools, element("div", lists, class_="list", id="list"))


def _group(name: str | None, marks: list[Mark], view: View) -> Html:
    own = next((one for one in marks if one.kind == "project"), None)
    heading = element(
        "h3",
        name or view.words.of("body"),
        _state(own, view) if own else None,
        data_n=own.key if own else None,
        data_pointer=own.place.pointer if own and own.place else None,
    )
    wrong = _wrong(own.wrong) if own else None
    rows = element("ol", (_row(one, view) for one in marks if one is not own))
    return element("div", heading, wrong, rows, class_="group")


def _row(mark: Mark, view: View) -> Html:
    main = element(
        "button",
        element("span", view.words.of(mark.kind), class_="tag"),
        element("b", mark.said),
        _state(mark, view),
        element("q", _one_line(mark.evidence.text)),
        type="button",
        class_="main",
    )
    facts = element("dl", _facts(mark, view), class_="facts")
    more = element(
        "div",
        element("p", place(mark.evidence, view), class_="place"),
        element("p", mark.place.pointer if mark.place else "", class_="pointer"),
        facts,
        class_="more",
        hidden=True,
    )
    state = mark.judgement.state if mark.judgement else None
    return element(
        "li",
        *(main, _wrong(mark.wrong), more),
        class_=f"v k-{mark.colour}" + (" is-wrong" if mark.wrong else ""),
        id=mark.key,
        data_n=mark.key,
        data_kind=mark.colour,
        data_state=state,
        data_pointer=mark.place.pointer if mark.place else None,
        data_target=mark.place.target if mark.place else None,
    )


_PLAIN = frozenset({"unspecified", "exact", "stated", "firm", "government"})  # as one expects
_SHOWN = (
    *("role", "action", "object", "bound", "purpose", "source", "status", "year", "per", "share"),
    *("modality", "origin", "precision", "condition", "recurrence", "qualifier", "group_size"),
    *("organisation", "dimension", "unit", "inherited", "agency_code", "serial"),
)


def _facts(mark: Mark, view: View) -> Iterator[Html]:
    if mark.place is None:
        return
    of = view.words.of
    for name in _SHOWN:
        value = getattr(mark.place.part, name, None)
        if value is not None and value is not False and value not in _PLAIN:
            yield element("dt", of(f"field.{name}"))
            yield element("dd", of(f"value.{value}") if value is not True else "✓")


def _state(mark: Mark, view: View) -> Html | None:
    judged = mark.judgement
    words = view.words.of(judged.state) if judged and judged.state in _STATES else ""
    said = judged.said if judged else ""
    return element("em", words, class_="state", title=said or None)


def _wrong(messages: Iterable[str]) -> Html | None:
    lines = [element("p", one, class_="wrong") for one in messages]
    return together(lines) if lines else None


def _ledger(view: View) -> Html:
    of = view.words.of
    numerals = view.notice.numerals
    closes = numerals.total == numerals.consumed + len(numerals.discarded)
    sums = element(
        "p",
        f"{of('numerals')} {numerals.total} = {of('consumed')} {numerals.consumed} + "
        f"{of('discarded')} {len(numerals.discarded)}",
        element(
            "strong", of("closed" if closes else "not_closed"), class_="yes" if closes else "no"
        ),
        class_="sums",
    )
    by_reason: dict[str, list[Mark]] = {}
    for mark, reason in view.discards:
        by_reason.setdefault(reason, []).append(mark)
    groups = (
        element(
            "details",
            element("summary", view.words.reason(reason), " ", element("small", str(len(marks)))),
            element("div", (_link(one) for one in marks), class_="links"),
            open=True,
        )
        for reason, marks in sorted(by_reason.items(), key=lambda one: (-len(one[1]), one[0]))
    )
    return together(sums, groups)


def _link(mark: Mark) -> Html:
    return element("button", _one_line(mark.said), type="button", class_="link", data_n=mark.key)


def _checks(view: View) -> Html:
    of = view.words.of
    keys = {one.place.target: one.key for one in view.marks if one.place is not None}
    rows = (
        element(
            "li",
            element("span", of(one.verdict), class_=f"verdict is-{one.verdict}"),
            element("p", one.expression),
            element(
                "div",
                (
                    element("button", f"[{n}]", type="button", class_="link", data_n=keys[name])
                    for n, name in enumerate(one.operands, 1)
                    if name in keys
                ),
                class_="links",
            ),
        )
        for one in view.notice.checks
    )
    return element("ul", rows, class_="rows") if view.notice.checks else _nothing(view)


def _findings(view: View) -> Html:
    parts: list[Html] = []
    if view.audit:
        parts.append(
            element("ul", (_finding(*one, view) for one in view.audit), class_="rows audit")
        )
    if view.findings:
        parts.append(element("ul", (_finding(*one, view) for one in view.findings), class_="rows"))
    return together(parts) if parts else _nothing(view)


def _finding(finding: Finding, mark: Mark | None, view: View) -> Html:
    link = None
    if mark is not None:
        words = _one_line(mark.evidence.text)
        link = element("button", words, type="button", class_="link", data_n=mark.key)
    return element(
        "li",
        element("span", view.words.of(finding.severity), class_=f"verdict is-{finding.severity}"),
        element("p", finding.message),
        link,
    )


def _nothing(view: View) -> Html:
    return element("p", view.words.of("nothing"), class_="nothing")


def _one_line(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}…"
