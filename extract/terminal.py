"""What a person sees: progress, tables, colours, messages in Chinese.

On a terminal everything is drawn; into a pipe go plain lines (tab-separated rows) without a single
control code. Words from documents and file names are never read as markup.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import regex
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from extract.batch._totals import Totals, in_words, reasons_of
from extract.batch.local import Crashed, Done, Outcome, Refused, Summary
from extract.doctor import Part
from extract.errors import ExtractError
from extract.notice import Evidence, Finding, Severity

SEVERITIES: dict[Severity, tuple[str, str]] = {
    "error": ("错误", "red"),
    "warning": ("警告", "yellow"),
    "info": ("提示", "cyan"),
}
_COUNTS = ("项目", "数量", "金额", "时限", "单位")
_WIDE = 100  # columns of a terminal from which a framed table has room
_CONTROL = regex.compile(r"[\p{Cc}\p{Cf}--[\n\t]]", flags=regex.V1)
_WHITE = regex.compile(r"\s+")


class Step(Protocol):
    """Tells the progress bar which input is done."""

    def __call__(self, outcome: Outcome) -> None:
        """Move on by one."""


def errors() -> Console:
    """Return the console for standard error, where everything but the results goes."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def printable(text: str) -> str:
    """Replace what would steer a terminal (escape codes, direction marks) by a visible mark."""
    visible: str = _CONTROL.sub("\ufffd", text)
    return visible


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space, fit for a row of TSV."""
    line: str = _WHITE.sub(" ", text)
    return printable(line.strip())


def place_of(evidence: Evidence | None) -> str:
    """Say where a value is printed: page, cell, offsets."""
    if evidence is None:
        return ""
    page = f"第{evidence.page}页 " if evidence.page is not None else ""
    cell = evidence.cell
    grid = f"表{cell.table + 1} 行{cell.row + 1} 列{cell.column + 1} " if cell else ""
    return f"{page}{grid}字符 {evidence.start}–{evidence.end}"


@contextmanager
def progress(total: int, done: int = 0) -> Iterator[Step]:
    """Show a bar with the time left on a terminal, nothing elsewhere.

    ``done`` of the inputs were dealt with by an earlier run.
    """
    console = errors()
    bar = Progress(
        TextColumn("[bold]提取"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("还要", style="dim"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", style="dim", markup=False),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=total, completed=done, name="")

        def step(outcome: Outcome) -> None:
            bar.update(task, advance=1, name=one_line(outcome.input.name))

        yield step


def report(outcomes: Sequence[Outcome]) -> None:
    """Say on standard error what became of each input: a table, or one line each in a pipe."""
    console = errors()
    if not console.is_terminal:
        for outcome in outcomes:
            report_one(outcome)
        return
    table = _table(console)
    table.add_column("文件", overflow="fold", style="bold")
    for header in (*_COUNTS, "数字核对"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("发现")
    table.add_column("状态", no_wrap=True)
    for outcome in outcomes:
        table.add_row(Text(one_line(outcome.input.name)), *_cells(outcome))
    console.print(table)


def report_one(outcome: Outcome) -> None:
    """Say on standard error, in a pipe, what an input gave: in a long batch, as soon as it is."""
    console = errors()
    if isinstance(outcome, Done) and not console.is_terminal:
        console.print(Text(_sentence(outcome)))


def totals(found: Totals) -> None:
    """Say on standard error what a batch came to: a table, or one line in a pipe."""
    console = errors()
    if not console.is_terminal:
        console.print(Text(in_words(found)))
        return
    table = _table(console)
    table.add_column("结果")
    table.add_column("份数", justify="right")
    body = [("完成", found.done, "green"), ("　其中有发现", found.with_findings, "yellow")]
    body += [("　其中有错误级发现", found.with_errors, "red"), ("未读取", found.refused, "red")]
    body += [(f"　{reason}", count, "red") for reason, count in reasons_of(found)]
    body += [("程序出错", found.crashed, "bold red"), ("还没有做", found.waiting, "yellow")]
    for name, count, style in body:
        if count or name == "完成":
            table.add_row(Text(name), Text(str(count), style=style))
    table.add_row(Text("共", style="bold"), Text(str(found.inputs), style="bold"))
    console.print(table)


def refuse(error: ExtractError) -> None:
    """Say in one line why an input was not read."""
    errors().print(Text(one_line(str(error)), style="red"))


def complain(message: str) -> None:
    """Say in one line what is wrong with the command."""
    errors().print(Text(one_line(message), style="red"))


def rows(headers: Sequence[str], body: Sequence[Sequence[str | Text]], *, title: str) -> None:
    """Print rows on standard output: a table on a terminal, tab-separated lines in a pipe."""
    console = Console(highlight=False)
    if not console.is_terminal:
        lines = [headers, *([str(cell) for cell in row] for row in body)]
        text = "".join("\t".join(map(one_line, line)) + "\n" for line in lines)
        sys.stdout.write(text)
        return
    table = _table(console, Text(title))
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in body:
        table.add_row(*(cell if isinstance(cell, Text) else Text(one_line(cell)) for cell in row))
    console.print(table)


def findings(found: Sequence[Finding], *, title: str) -> None:
    """Print the findings of an audit, and on standard error what they add up to."""
    if found:
        body = [(_severity(f.severity), f.code, f.message, place_of(f.evidence)) for f in found]
        rows(("级别", "代码", "说明", "位置"), body, title=title)
    severities = [finding.severity for finding in found]
    counts = "，".join(f"{word} {severities.count(name)}" for name, (word, _) in SEVERITIES.items())
    style = "red" if "error" in severities else "green"
    errors().print(Text(f"{one_line(title)}：核验完成，{counts}", style=style))


def installation(parts: Sequence[Part]) -> None:
    """Print what is installed, with what to do for what is missing."""
    body = [
        (part.name, _presence(part.present), part.detail, "" if part.present else part.advice)
        for part in parts
    ]
    rows(("项目", "状态", "详情", "怎么补"), body, title="体检")


def _table(console: Console, title: Text | None = None) -> Table:
    """Return an empty table; a narrow terminal gets one without the frame."""
    frame = box.ROUNDED if console.width >= _WIDE else box.SIMPLE_HEAD
    return Table(
        box=frame,
        collapse_padding=frame is box.SIMPLE_HEAD,
        pad_edge=frame is not box.SIMPLE_HEAD,
        header_style="bold",
        border_style="dim",
        title=title,
    )


def _severity(name: Severity) -> Text:
    word, colour = SEVERITIES[name]
    return Text(word, style=colour)


def _presence(present: bool) -> Text:
    return Text("✓ 有", style="green") if present else Text("– 缺", style="yellow")


def _cells(outcome: Outcome) -> list[Text]:
    if isinstance(outcome, Refused):
        return [*([Text("–", style="dim")] * 7), Text("未读取", style="red")]
    if isinstance(outcome, Crashed):
        return [*([Text("–", style="dim")] * 7), Text("程序出错", style="bold red")]
    summary = outcome.summary
    numbers = [Text(str(number)) for number in _counts(summary)]
    closed = summary.accounted == summary.numerals
    ledger = Text(_ledger(summary), style="green" if closed else "red")
    state = Text("完整", style="green") if summary.complete else Text("待核实", style="yellow")
    return [*numbers, ledger, _found(summary), state]


def _counts(summary: Summary) -> tuple[int, ...]:
    return (
        summary.projects,
        summary.quantities,
        summary.amounts,
        summary.deadlines,
        summary.departments,
    )


def _ledger(summary: Summary) -> str:
    mark = "✓" if summary.accounted == summary.numerals else "✗"
    return f"{summary.accounted}/{summary.numerals} {mark}"


def _found(summary: Summary) -> Text:
    counts = (summary.errors, summary.warnings, summary.remarks)
    parts = [
        Text(f"{word}{count}", style=colour)
        for count, (word, colour) in zip(counts, SEVERITIES.values(), strict=True)
        if count
    ]
    return Text(" ").join(parts) if parts else Text("无", style="dim")


def _sentence(done: Done) -> str:
    pairs = zip(_COUNTS, _counts(done.summary), strict=True)
    counts = "，".join(f"{word} {count}" for word, count in pairs)
    state = "完整" if done.summary.complete else "待核实"
    return (
        f"{one_line(done.input.name)}：{counts}，数字核对 {_ledger(done.summary)}，"
        f"发现 {_found(done.summary)}，{state}"
    )
