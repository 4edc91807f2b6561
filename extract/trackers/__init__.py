"""The commands that feed trackers: export, ingest, query, diff, feed, migrate.

``add_to(app)`` puts them on the command line. Whatever is heavy (SQLAlchemy, rapidfuzz) is loaded
by the command that needs it; a missing package is a message, not a stack trace.
"""

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extract import terminal, usage, writers
from extract.delivery import deliver, refusals
from extract.errors import MissingComponent
from extract.notice import Notice
from extract.trackers._io import (
    AsJson,
    Url,
    one_notice,
    opened,
    results,
    show_lines,
)
from extract.trackers.intake import ingest
from extract.writers import csv
from extract.writers import json as writer

if TYPE_CHECKING:
    from extract.compare import Side

_STORES = ("sqlite:", "postgresql:", "postgresql+pg8000:", "postgres:")

Results = Annotated[
    list[str],
    typer.Argument(metavar="JSON", help="notice extract 写出的文件或文件夹；- 表示标准输入。"),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands; the order is that of the help."""
    for name, command in (
        ("export", export),
        ("ingest", ingest),
        ("query", query),
        ("diff", diff),
        ("feed", feed),
        ("migrate", migrate),
    ):
        app.command(name, cls=usage.ChineseCommand, options_metavar="[选项]")(command)


def export(
    paths: Results,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="格式",
            help="csv、xlsx、parquet、datapackage、oc4ids、jsonl、markdown，或存储地址。",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="路径", help="写到这个文件；加 --tables 时是文件夹。"
        ),
    ] = None,
    tables: Annotated[
        bool, typer.Option("--tables", help="csv、parquet：每张表一个文件。")
    ] = False,
    bom: Annotated[
        bool, typer.Option("--bom/--no-bom", help="csv 开头加字节顺序标记（Excel 需要）。")
    ] = True,
) -> None:
    """导出：JSON → 台账、表格、数据包，或直接写入数据库。"""
    with refusals():
        notices = [notice for _, notice in results(paths)]
        if to.startswith(_STORES):
            with opened(to) as kept:
                kept.ingest(notices)
            return
        if tables:
            _write_tables(to, notices, output, bom)
        else:
            content = _exporter(to)(notices)
            deliver(content.removeprefix(csv.BOM) if to == "csv" and not bom else content, output)


def query(
    question: Annotated[
        str, typer.Argument(metavar="问题", help="department、year、overdue、totals。")
    ],
    value: Annotated[
        str | None,
        typer.Argument(metavar="值", help="单位名称、年份，或截止到哪一天（2024-11-01）。"),
    ] = None,
    *,
    store: Url,
    as_json: AsJson = False,
) -> None:
    """查询：某单位的项目、某年的项目、到某天已过期限的、各来源资金合计。"""
    with refusals(), opened(store) as kept:
        from extract.store import queries

        asked: dict[str, Callable[[], queries.Answer]] = {
            "department": lambda: queries.by_department(kept, _given(value, "单位名称")),
            "year": lambda: queries.by_year(kept, _year(value)),
            "overdue": lambda: queries.overdue(kept, _day(value)),
            "totals": lambda: queries.totals(kept),
        }
        if question not in asked:
            message = f"没有“{question}”这个问题；有：{'、'.join(asked)}"
            raise typer.BadParameter(message)
        answer = asked[question]()
    if as_json:
        show_lines(dict(zip(answer.headings, row, strict=True)) for row in answer.rows)
    else:
        body = [[csv.cell(one).removeprefix("'") for one in row] for row in answer.rows]
        terminal.rows(answer.headings, body, title="查询")


def diff(
    old: Annotated[str, typer.Argument(metavar="旧", help="去年的通知，或它的 JSON。")],
    new: Annotated[str, typer.Argument(metavar="新", help="今年的通知，或它的 JSON。")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="文件", help="左右对照的 HTML。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="写成 JSON。")] = False,
) -> None:
    """对比：两年的清单，哪些延续、扩充、缩减、取消、新增、拆分、合并、调整。"""
    with refusals():
        try:
            from extract import compare
            from extract.compare import page
        except ImportError as error:
            message = "对比要有 rapidfuzz；请运行 pip install 'policy-notices[store]'"
            raise MissingComponent(message) from error

        found = compare.diff(one_notice(old), one_notice(new))
        if output is not None:
            deliver(page.page(found), output)
        if as_json:
            deliver(writer.line(found) + b"\n", None)
        elif output is None:
            rows = [
                (compare.TITLES[one.kind], one.subject, _side(one.old), _side(one.new))
                for one in found.changes
            ]
            terminal.rows(("变化", "内容", "旧", "新"), rows, title="对比")


def feed(
    store: Url,
    after: Annotated[
        int, typer.Option("--after", min=0, metavar="N", help="只要这个序号以后的事件。")
    ] = 0,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="最多几个。")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件", help="写到这个 JSON Lines 文件。"),
    ] = None,
    push: Annotated[
        str | None, typer.Option("--push", metavar="网址", help="推送到这个 webhook。")
    ] = None,
    secret_file: Annotated[
        Path | None, typer.Option("--secret-file", metavar="文件", help="签名用的密钥。")
    ] = None,
    dead: Annotated[
        Path, typer.Option("--dead", metavar="文件", help="送不到的事件写在这里。")
    ] = Path("dead-letters.jsonl"),
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="允许推送到内部地址。")
    ] = False,
) -> None:
    """变更：入库以来的每处变化，一个 CloudEvents 事件一行；可推送给 webhook。"""
    with refusals(), opened(store) as kept:
        events = kept.events(after, limit)
        if push is None:
            deliver(b"".join(event.line() for event in events), output)
            return
        from extract.store import push as pushing

        secret = secret_file.read_text(encoding="utf-8").strip() if secret_file else ""
        target = pushing.target(push, secret, allow_private=allow_private)
        failed = last = 0
        for result in pushing.push(events, target, wait=time.sleep):
            if isinstance(result, pushing.Dead):
                failed += 1
                pushing.append(dead, [result.line()])
            last = result.event.sequence if isinstance(result, pushing.Dead) else result.sequence
    deliver(json.dumps({"last": last or after, "dead": failed}).encode() + b"\n", output)
    raise typer.Exit(1 if failed else 0)


def migrate(
    paths: Results,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件夹", help="写到这个文件夹，名称不变。"),
    ] = None,
) -> None:
    """升级：把旧版本程序写的 JSON 变成现在的格式。"""
    with refusals():
        for name, notice in results(paths):
            target = output / name if output is not None else None
            deliver(writer.write(notice), target)


def _exporter(name: str) -> Callable[[list[Notice]], bytes]:
    known = {one.name: one.write_all for one in writers.formats() if one.write_all}
    if name not in known:
        message = f"不会导出 {name}；会：{'、'.join(known)}，或 sqlite:///…、postgresql://…"
        raise typer.BadParameter(message)
    return known[name]


def _write_tables(name: str, notices: list[Notice], output: Path | None, bom: bool) -> None:
    known = {one.name: one.files for one in writers.formats() if one.files}
    if name not in known or output is None:
        message = f"--tables 用于 {'、'.join(known)}，并要用 -o 指定文件夹"
        raise typer.BadParameter(message)
    files = csv.files(notices, bom=bom) if name == "csv" else known[name](notices)
    for file, content in files.items():
        deliver(content, output / file)


def _given(value: str | None, name: str) -> str:
    if not value:
        message = f"请写明{name}"
        raise typer.BadParameter(message)
    return value


def _year(value: str | None) -> int:
    given = _given(value, "年份，例如 2024")
    if not given.isascii() or not given.isdigit():
        message = f"{given} 不是年份；例如 2024"
        raise typer.BadParameter(message)
    return int(given)


def _day(value: str | None) -> date:
    given = _given(value, "日期，例如 2024-11-01")
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        message = f"{given} 不是日期；例如 2024-11-01"
        raise typer.BadParameter(message) from error


def _side(side: "Side") -> str:
    names = "、".join(side.names)
    return names if not side.text or side.text == names else f"{names}：{side.text}"
