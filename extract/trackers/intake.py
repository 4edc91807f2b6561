"""The command ``notice ingest``: files, folders, ZIPs and government pages → the store."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from extract import terminal
from extract.delivery import refusals
from extract.trackers._addresses import is_web
from extract.trackers._io import AsJson, Url, opened, show_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.trackers._ingest import Taken
    from extract.trackers._pieces import Piece

_REASONS = {
    "first": "新入库",
    "reissued": "内容有变，保留旧版本",
    "re-extracted": "重新提取，保留旧版本",
    "rendition": "同一份的另一种文件",
    "part": "同一网页上有更完整的一份，这份只留作历史",
    "scan": "扫描件与已入库的不一致，只留作历史，请核实",
    "corrected": "已套用人工更正",
    "unchanged": "已有，没有变化",
}


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="路径",
            help="通知、JSON 结果、ZIP、装着它们的文件夹，或政府网页的网址（连同附件）。",
        ),
    ],
    store: Url,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, metavar="N", help="同时处理几份。")
    ] = 1,
    as_json: AsJson = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="盯住文件夹，新放进来的随即入库，按 Ctrl-C 停止。")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", min=0.1, metavar="秒", help="--watch 隔多久看一次。")
    ] = 5.0,
    pause: Annotated[
        float, typer.Option("--pause", min=0, metavar="秒", help="取网页时，两次之间停多久。")
    ] = 1.0,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="允许取内部地址上的网页。")
    ] = False,
) -> None:
    """入库：提取并存入；同一份不重复，更正和重发的保留历史，要么全部入库，要么一份也不入。"""
    if watch and any(is_web(path) for path in paths):
        message = "--watch 只用于文件和文件夹；网页请定时运行 notice ingest 网址"
        raise typer.BadParameter(message)
    codes = [0]
    with refusals(), opened(store) as kept, TemporaryDirectory(prefix="notice-web-") as folder:
        from extract.trackers import _ingest
        from extract.trackers._pieces import Collector
        from extract.trackers._web import Manners, Visitor

        def take(pieces: "Sequence[Piece]") -> None:
            taken, code = _ingest.take(pieces, kept, jobs)
            codes.append(code)
            _show_taken(taken, as_json)

        if watch:
            typer.echo("正在盯住，按 Ctrl-C 停止", err=True)
            _ingest.watch(paths, every, time.sleep, take)
        else:
            visitor = Visitor(Manners(allow_private=allow_private, pause_s=pause))
            collector = Collector(Path(folder), visitor, _ingest.SUFFIXES, terminal.complain)
            take(list(collector.pieces(paths)))
    raise typer.Exit(max(codes))


def _show_taken(taken: "Sequence[Taken]", as_json: bool) -> None:
    if as_json:
        show_lines(
            {
                "name": one.name,
                "key": one.done.key,
                "version": one.done.version,
                "reason": one.done.reason,
            }
            for one in taken
        )
        return
    rows = [
        (one.name, one.done.key, str(one.done.version), _REASONS[one.done.reason]) for one in taken
    ]
    terminal.rows(("文件", "编号", "版本", "结果"), rows, title="入库")
