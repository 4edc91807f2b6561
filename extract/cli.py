"""The command ``notice``: each function here is one command, and only calls what does the work.

Exit codes: 0 done · 1 done, with error findings · 2 wrong usage · 3 an input refused or unreadable
· 70 a bug of this program · 130 interrupted. Results go to standard output or into files;
everything else goes to standard error.
"""

import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Annotated, NoReturn

import typer
from pydantic import TypeAdapter
from typer.exceptions import TyperException

import extract as api
from extract import asking, extracting, pipeline, reading, reviewing, terminal, trackers, usage
from extract import doctor as installation
from extract.batch.inputs import STDIN
from extract.delivery import BUG, FINDINGS, USAGE, refusals, show
from extract.document import Document
from extract.errors import ExtractError, UnreadableDocument
from extract.notice import Finding, Notice
from extract.writers import json as writer
from extract.writers import schema as schemas

usage.set_headings()
app = typer.Typer(
    cls=usage.ChineseGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="把政策通知变成可核验的 JSON：项目、数量、金额、时限、责任单位，每个数字都有出处。",
    epilog="退出码：0 完成；1 完成，但有错误级发现；2 用法不对；3 有输入不能读取；70 程序出错。",
)

extracting.add_to(app)
asking.add_to(app)
trackers.add_to(app)
reviewing.add_to(app)

File = Annotated[str, typer.Argument(metavar="文件", help="一份通知；- 表示标准输入。")]
# What comes back from the child that read the file: JSON, checked.
_EXPLANATION = TypeAdapter(tuple[str, list[tuple[str, str, str, str, str]]])
_VERDICT = TypeAdapter(tuple[str, list[Finding]])

AsJson = Annotated[bool, typer.Option("--json", help="不能读取时，在标准错误写一个 JSON 对象。")]


def main() -> None:
    """Run the command line; the entry point of the distribution."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = app(prog_name="notice", standalone_mode=False)
    except TyperException as error:
        message = usage.in_chinese(error.format_message())
        if message:  # without any argument the help has been printed
            terminal.complain(message)
        code = USAGE
    except Exception:
        traceback.print_exc()
        terminal.complain("程序出错了。这是缺陷，不是文件的问题；请把上面的内容报告给开发者。")
        code = BUG
    sys.exit(code or 0)


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def figures(file: File, as_json: AsJson = False) -> None:
    """列出：每处数量、金额、时限、单位各一行 JSON，按出现的先后。"""

    def lines(document: Document, _: bytes) -> bytes:
        return b"".join(writer.line(row) + b"\n" for row in pipeline.flat(document))

    show(_read(file, lines, as_json))


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def text(file: File, as_json: AsJson = False) -> None:
    """原文：所有位置（start、end）所指的那一份文字。"""
    content = _read(file, lambda document, _: document.text.encode(), as_json)
    show(terminal.printable(content.decode()).encode() if sys.stdout.isatty() else content)


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def explain(file: File, as_json: AsJson = False) -> None:
    """说明：每个值印成什么、读成什么、依据哪条规则、在什么位置。"""

    def told(document: Document, _: bytes) -> bytes:
        return _EXPLANATION.dump_json((document.name, pipeline.explain(document)))

    name, body = _EXPLANATION.validate_json(_read(file, told, as_json))
    terminal.rows(("类别", "原文", "读作", "规则", "位置"), body, title=name)


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def audit(
    result: Annotated[str, typer.Argument(metavar="JSON", help="notice extract 写出的文件。")],
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="文件", help="原件；不写时在旁边和 samples/ 里找。"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="发现和错误都写成 JSON。")] = False,
) -> None:
    """核验：对照原件，把 JSON 里的每个值重新证明一遍。"""
    notice = _read_result(result, as_json)
    given = source or str(_find_source(Path(result), notice.source.name))

    def proved(document: Document, _: bytes) -> bytes:
        return _VERDICT.dump_json((document.name, api.audit(notice, document)))

    name, findings = _VERDICT.validate_json(_read(given, proved, as_json))
    if as_json:
        show(b"".join(writer.line(finding) + b"\n" for finding in findings))
    else:
        terminal.findings(findings, title=name)
    is_wrong = any(finding.severity == "error" for finding in findings)
    raise typer.Exit(FINDINGS if is_wrong else 0)


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def schema(
    name: Annotated[str, typer.Argument(metavar="名称", help="哪一种 JSON。")] = "notice",
) -> None:
    """格式：打印 JSON Schema（2020-12）。"""
    if name not in schemas.SCHEMAS:
        message = f"没有叫 {name} 的格式；有：{'、'.join(schemas.SCHEMAS)}"
        raise typer.BadParameter(message)
    show(schemas.text(name).encode())


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def doctor() -> None:
    """体检：装了什么，缺什么，缺的怎么补。"""
    terminal.installation(installation.examine())


def _read(file: str, make: Callable[[Document, bytes], bytes], as_json: bool) -> bytes:
    """Return what is made of one input in a child process, or say why not and leave."""
    with refusals(as_json=as_json):
        return reading.of_document(file, make)


def _read_result(path: str, as_json: bool) -> Notice:
    with refusals(as_json=as_json):
        name = PurePath(path).name
        try:
            content = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
            return writer.read(content)
        except OSError as error:
            raise UnreadableDocument(f"无法打开（{error.strerror}）", name=name) from error
        except ExtractError as error:
            error.name = name
            raise


def _find_source(result: Path, name: str) -> Path:
    """Look for the original beside the JSON, one folder up, and in ``samples/`` beside that."""
    beside = result.resolve().parent
    plain = PurePath(name.replace("\\", "/")).name
    for folder in (beside, beside.parent, beside.parent / "samples"):
        if plain and (folder / plain).is_file():
            return folder / plain
    message = f"找不到原件 {plain}；请用 --source 指定"
    raise typer.BadParameter(message)


def _stop(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)
