"""The commands of those who check: report, serve, corrections, corpus.

``add_to(app)`` puts them on the command line. What only one command needs (the server, the
database) is loaded by it; a missing package is a message, not a stack trace.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from extract import pipeline, reading, terminal, usage
from extract.batch import apart
from extract.corrections import Applied, Correction, applied, exchange, places, recorded
from extract.corrections import corpus as corpus_lines
from extract.corrections import label_studio as studio
from extract.delivery import FINDINGS, deliver, refusals
from extract.document import Document
from extract.errors import ExtractError, MissingComponent, UnreadableDocument
from extract.limits import DEFAULT_LIMITS, Limits
from extract.notice import Finding, Notice
from extract.report import page
from extract.report.words import LANGUAGES, Language
from extract.writers import json as writer

if TYPE_CHECKING:
    from extract.review.shelf import Shelf

_RESULT = ".json"
_DRAWING_S, _MOST_DRAWING_S = 10.0, 600.0  # a page of a report, and all of them, on a busy machine

Source = Annotated[
    str | None,
    typer.Option("--source", metavar="文件", help="原件；不写时在旁边和 samples/ 里找。"),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="文件", help="写到这个文件。")
]
Result = Annotated[
    str, typer.Argument(metavar="文件或JSON", help="一份通知，或 notice extract 写出的 JSON。")
]
Records = Annotated[
    Path, typer.Argument(metavar="意见", help="意见文件：.jsonl、.xlsx，或 Label Studio 的 .json。")
]
Url = Annotated[
    str, typer.Option("--store", metavar="地址", help="审阅用的库：sqlite:///文件 等。")
]

_corrections = typer.Typer(
    cls=usage.ChineseGroup,
    help="更正：对单个值的意见，导出、导入、套用。",
    no_args_is_help=True,
    subcommand_metavar="命令 [参数]…",
)
_corpus = typer.Typer(
    cls=usage.ChineseGroup,
    help="语料：把更正变成测试用例。",
    no_args_is_help=True,
    subcommand_metavar="命令 [参数]…",
)


class _Seen(NamedTuple):
    """What a command knows of a file that was read in a child process."""

    notice: Notice
    text: str
    name: str


def add_to(app: typer.Typer) -> None:
    """Register the commands; the order is that of the help."""
    _commands(app, ("report", report), ("serve", serve))
    _commands(_corrections, ("make", make), ("apply", apply), ("export", export), ("import", take))
    _commands(_corpus, ("add", add))
    app.add_typer(_corrections, name="corrections")
    app.add_typer(_corpus, name="corpus")


def _commands(app: typer.Typer, *named: tuple[str, Callable[..., None]]) -> None:
    for name, command in named:
        app.command(name, cls=usage.ChineseCommand, options_metavar="[选项]")(command)


def report(
    path: Result,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="文件", help="写到这个 HTML 文件。")
    ] = Path("report.html"),
    source: Source = None,
    records: Annotated[
        Path | None, typer.Option("--corrections", metavar="意见", help="先套用这些意见。")
    ] = None,
    language: Annotated[str, typer.Option("--lang", metavar="语言", help="zh 或 en。")] = "zh",
) -> None:
    """报告：一个自带一切的网页，每个值都标在原件上；JSON 先逐值核验。"""
    with refusals():
        known, lang = _records(records) if records else [], _language(language)

        def made(notice: Notice, document: Document, content: bytes) -> bytes:
            audit = pipeline.prove(notice, document)
            done = applied(notice, _own(notice, known), document.text) if records else None
            corrected = done.notice if done else notice
            counts = (_wrong(audit), len(known) - len(_own(notice, known)))
            drawn = page(corrected, document, content, audit=audit, language=lang)
            return json.dumps(counts).encode() + b"\n" + drawn

        counts, _, drawn = _in_child(path, source, made, _DRAWING_S).partition(b"\n")
        wrong, strangers = json.loads(counts)
        _say_strangers(strangers)
        deliver(drawn, output)
    if wrong:
        terminal.complain(f"{output}：{wrong} 处与原件不符")
    raise typer.Exit(FINDINGS if wrong else 0)


def serve(
    store: Url = "sqlite:///notices.db",
    host: Annotated[
        str, typer.Option("--host", metavar="地址", help="只在本机时不用改。")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=1, max=65_535, metavar="端口", help="端口。")
    ] = 8000,
    tokens: Annotated[
        Path | None, typer.Option("--tokens", metavar="文件", help="口令文件；在网络上用时必须有。")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, metavar="N", help="同时读几份。")] = 2,
    megabytes: Annotated[
        int, typer.Option("--max-mb", min=1, metavar="N", help="一次上传最多多少 MB。")
    ] = DEFAULT_LIMITS.max_bytes // (1024 * 1024),
) -> None:
    """审阅：在浏览器里上传、查看、认可、更正；意见永远不会被重新提取冲掉。"""
    with refusals():
        try:
            from extract.review import Settings, create_app, listening
            from extract.review.settings import check_host
        except ImportError as error:
            message = "审阅要有 FastAPI；请运行 pip install 'policy-notices[review,store]'"
            raise MissingComponent(message) from error
        settings = Settings(
            store=store,
            tokens=tokens,
            workers=workers,
            limits=_limits(),
            max_upload_bytes=megabytes * 1024 * 1024,
        )
        check_host(host, settings)
        app = create_app(settings)
        terminal.errors().print(f"请打开 http://{host}:{port}（按 Ctrl+C 停止）")
        listening.run(app, host, port, settings)


def _limits() -> Limits:
    try:
        return Limits.from_environment()
    except ValueError as error:
        raise ExtractError(str(error)) from error


def make(
    path: Result,
    pointer: Annotated[
        str, typer.Argument(metavar="指针", help="哪个值：/projects/3/amounts/0/value。")
    ],
    new: Annotated[str, typer.Argument(metavar="新值", help="应当写成什么；'' 表示空。")],
    author: Annotated[str, typer.Option("--author", metavar="姓名", help="谁更正的。")],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么。")] = "",
    source: Source = None,
    output: Output = None,
) -> None:
    """写一条更正（一行 JSON）；-o 指定的文件已有时接在后面。"""
    with refusals():
        notice, text, _ = _read(path, source)
        holder, _, field = pointer.rpartition("/")
        place = next((one for one in places(notice) if one.pointer == holder), None)
        if place is None:
            message = f"没有 {pointer} 这个值；指针写成 /projects/3/amounts/0/value"
            raise ExtractError(message)
        made = recorded(
            place,
            notice.id,
            text,
            "correct",
            field=field,
            new=new or None,
            author=author,
            reason=reason,
            recorded_at=_now(),
        )
        known = output.read_bytes() if output is not None and output.exists() else b""
        deliver(known + exchange.to_lines([made]), output)


def apply(path: Result, records: Records, source: Source = None, output: Output = None) -> None:
    """套用：意见用到（重新）提取的结果上；对不上的列为冲突，退出码 1。"""
    with refusals():
        notice, text, _ = _read(path, source)
        done = _applied(notice, _records(records), text)
        deliver(writer.write(done.notice), output)
    conflicts = [one for one in done.outcomes if one.state == "conflict"]
    for one in conflicts:
        terminal.complain(one.message)
    raise typer.Exit(FINDINGS if conflicts else 0)


def export(
    store: Url,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="文件", help=".jsonl 或 .xlsx。")
    ],
    key: Annotated[
        str | None,
        typer.Option("--label-studio", metavar="编号", help="这份通知，写成 Label Studio 的任务。"),
    ] = None,
) -> None:
    """导出：审阅库里的全部意见。"""
    with refusals(), _opened(store) as shelf:
        if key is not None:
            held = shelf.held(key)
            if held is None:
                message = f"库里没有编号为 {key} 的通知"
                raise ExtractError(message)
            text = held.document.text if held.document else ""
            deliver(studio.write(held.extracted, held.records, text), output)
            return
        form = exchange.SHEET if output.suffix.lower() == ".xlsx" else exchange.LINES
        deliver(form.write(shelf.records()), output)


def take(records: Records, store: Url) -> None:
    """导入：意见放进审阅库；已有的不重复。"""
    with refusals():
        found = _records(records)
        with _opened(store) as shelf:
            new, homeless = shelf.add_records(found)
    sys.stdout.write(f"共 {len(found)} 条，新增 {new} 条，{homeless} 条的通知还没有入库\n")


def add(
    records: Records,
    path: Annotated[str, typer.Option("--source", metavar="文件", help="更正时看的原件。")],
    only: Annotated[
        str | None, typer.Option("--id", metavar="编号", help="只要这一条；不写时每条都要。")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="文件夹", help="接到这里的 .toml 后面；不写时只显示。"),
    ] = None,
) -> None:
    """把更正变成一行语料：先看它不通过，再改规则。"""
    with refusals():
        seen = _read(path, None)
        chosen = [
            one for one in _records(records) if one.action == "correct" and only in (None, one.id)
        ]
        if not chosen:
            message = f"{records.name} 里没有 {only or '对值的更正'}"
            raise ExtractError(message)
        for record, done in zip(
            chosen, applied(seen.notice, chosen, seen.text).outcomes, strict=True
        ):
            case = _case(record, done.pointer, seen)
            target = folder / corpus_lines.FILES[record.kind] if folder else None
            known = target.read_bytes() if target is not None and target.exists() else b""
            deliver(known + case.encode(), target)


def _case(record: Correction, pointer: str | None, seen: _Seen) -> str:
    place = next((one for one in places(seen.notice) if one.pointer == pointer), None)
    if place is None:
        message = f"原件里找不到“{record.quote}”这个值；请用更正时看的那份原件"
        raise ExtractError(message)
    evidence = place.evidence
    around, offset = corpus_lines.clause(seen.text, evidence.start, evidence.end)
    year = seen.notice.plan_year.year if seen.notice.plan_year else None
    mentions = pipeline.figures(around, plan_year=year)
    return corpus_lines.line(*(record, around, offset, mentions), source=seen.name, plan_year=year)


def _read(path: str, source: str | None) -> _Seen:
    """Return the notice of a document, or of a result with the document it was read from."""

    def told(notice: Notice, document: Document, _: bytes) -> bytes:
        return json.dumps([writer.line(notice).decode(), document.text, document.name]).encode()

    notice, text, name = json.loads(_in_child(path, source, told))
    return _Seen(writer.read(notice.encode()), text, name)


def _in_child(
    path: str,
    source: str | None,
    make: Callable[[Notice, Document, bytes], bytes],
    more_s: float = 0.0,
) -> bytes:
    """Return what is made, in a child process, of a notice, its document and the file.

    ``path`` is the file itself, or a result that was extracted from it. ``more_s`` is how many
    seconds a page may take on top of reading it.
    """
    notice = _result(path) if PurePath(path).suffix.lower() == _RESULT else None
    original = path if notice is None else source or str(_beside(Path(path), notice.source.name))

    def made(document: Document, content: bytes) -> bytes:
        return make(notice or pipeline.run(document).notice, document, content)

    limits = reading.limits()
    if more_s:
        per_page, most = limits.seconds_per_page + more_s, limits.max_seconds + _MOST_DRAWING_S
        limits = replace(limits, seconds_per_page=per_page, max_seconds=most)
    return apart.of_document(reading.one_input(original), made, limits)


def _result(path: str) -> Notice:
    try:
        return writer.read(Path(path).read_bytes())
    except OSError as error:
        name = PurePath(path).name
        message = f"无法打开（{error.strerror}）；请检查路径"
        raise UnreadableDocument(message, name=name) from error


def _beside(result: Path, name: str) -> Path:
    """Look for the original beside the JSON, one folder up, and in ``samples/`` beside that."""
    plain = PurePath(name.replace("\\", "/")).name
    here = result.resolve().parent
    for folder in (here, here.parent, here.parent / "samples"):
        if plain and (folder / plain).is_file():
            return folder / plain
    message = f"找不到原件 {plain}；请用 --source 指定"
    raise typer.BadParameter(message)


def _records(path: Path) -> list[Correction]:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"无法打开（{error.strerror}）；请检查路径"
        raise UnreadableDocument(message, name=path.name) from error
    try:
        return exchange.read(content, path.suffix.lower())
    except ExtractError as error:
        error.name = error.name or path.name
        raise


def _applied(notice: Notice, records: Sequence[Correction], text: str) -> Applied:
    own = _own(notice, records)
    _say_strangers(len(records) - len(own))
    return applied(notice, own, text)


def _own(notice: Notice, records: Sequence[Correction]) -> list[Correction]:
    return [one for one in records if one.notice_id == notice.id]


def _say_strangers(count: int) -> None:
    if count:
        words = f"{count} 条意见是对别的通知的，没有套用"
        terminal.complain(words)


def _wrong(audit: Sequence[Finding]) -> int:
    return sum(one.severity == "error" for one in audit)


def _language(name: str) -> Language:
    found = next((one for one in LANGUAGES if one == name), None)
    if found is None:
        message = f"没有“{name}”这种语言；有：{'、'.join(LANGUAGES)}"
        raise typer.BadParameter(message)
    return found


@contextmanager
def _opened(url: str) -> "Iterator[Shelf]":
    try:
        from extract.review.shelf import Shelf
    except ImportError as error:
        message = (
            "存储要有 SQLAlchemy 和 alembic；请运行 pip install 'policy-notices[review,store]'"
        )
        raise MissingComponent(message) from error
    shelf = Shelf(url)
    try:
        yield shelf
    finally:
        shelf.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
