"""The command ``notice``: each function here is one command, and only calls what does the work.

Exit codes: 0 done · 1 done, with error findings · 2 wrong usage · 3 an input refused or unreadable
· 70 a bug of this program · 130 interrupted. Results go to standard output or into files;
everything else goes to standard error.
"""

import json
import signal
import sys
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

import extract as api
from extract import asking, pipeline, readers, reviewing, terminal, trackers, usage
from extract import doctor as installation
from extract.batch.inputs import STDIN, Input, clash, expand
from extract.batch.local import Crashed, Done, Outcome, Refused, content_of, run, save
from extract.delivery import BUG, FINDINGS, REFUSED, USAGE, show
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

asking.add_to(app)
trackers.add_to(app)
reviewing.add_to(app)

File = Annotated[str, typer.Argument(metavar="文件", help="一份通知；- 表示标准输入。")]
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


@app.command("extract", cls=usage.ChineseCommand, options_metavar="[选项]")
def extract_command(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="路径", help="文件、文件夹、通配式，或 -（标准输入）。"),
    ],
    folder: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件夹", help="结果写到这里：文件名.json。"),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, metavar="N", help="同时处理几份。")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """提取：通知 → 核验过的 JSON。只有一份时写到标准输出，多份时用 -o 指定文件夹。"""
    inputs = _inputs(paths, folder)
    outcomes = []
    with terminal.progress(len(inputs)) as step:
        for outcome in run(inputs, jobs=jobs):
            outcomes.append(_deliver(outcome, folder))
            step(outcome)
    if not as_json:
        terminal.report(outcomes)
    for outcome in outcomes:
        _explain_failure(outcome, as_json)
    raise typer.Exit(max((_code(outcome) for outcome in outcomes), default=0))


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def figures(file: File, as_json: AsJson = False) -> None:
    """列出：每处数量、金额、时限、单位各一行 JSON，按出现的先后。"""
    rows = pipeline.flat(_read(file, as_json))
    show(b"".join(writer.line(row) + b"\n" for row in rows))


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def text(file: File, as_json: AsJson = False) -> None:
    """原文：所有位置（start、end）所指的那一份文字。"""
    content = _read(file, as_json).text
    show((terminal.printable(content) if sys.stdout.isatty() else content).encode())


@app.command(cls=usage.ChineseCommand, options_metavar="[选项]")
def explain(file: File, as_json: AsJson = False) -> None:
    """说明：每个值印成什么、读成什么、依据哪条规则、在什么位置。"""
    document = _read(file, as_json)
    headers = ("类别", "原文", "读作", "规则", "位置")
    terminal.rows(headers, [tuple(row) for row in pipeline.explain(document)], title=document.name)


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
    document = _read(source or str(_find_source(Path(result), notice.source.name)), as_json)
    findings = api.audit(notice, document)
    if as_json:
        show(b"".join(writer.line(finding) + b"\n" for finding in findings))
    else:
        terminal.findings(findings, title=document.name)
    raise typer.Exit(FINDINGS if _has_error(findings) else 0)


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


def _inputs(paths: Sequence[str], folder: Path | None) -> list[Input]:
    inputs = expand(paths, readers.suffixes())
    if folder is None and len(inputs) > 1:
        message = f"共有 {len(inputs)} 份输入，请用 -o 指定放结果的文件夹"
        raise typer.BadParameter(message)
    if folder is not None and folder.exists() and not folder.is_dir():
        message = f"{folder} 是文件，不是文件夹"
        raise typer.BadParameter(message)
    if folder is not None and (pair := clash(inputs)):
        both = " 和 ".join(terminal.one_line(str(found.path)) for found in pair)
        message = f"{both} 的结果会写成同一个文件 {pair[0].place}；请分开处理，或给出上一级文件夹"
        raise typer.BadParameter(message)
    return inputs


def _deliver(outcome: Outcome, folder: Path | None) -> Outcome:
    """Put a result where it belongs; one that cannot be written is a refusal."""
    if not isinstance(outcome, Done):
        return outcome
    if folder is None:
        show(outcome.content)
        return outcome
    try:
        save(outcome, folder)
    except OSError as error:
        message = f"结果写不进 {folder}（{error.strerror}）；请检查空间、权限和文件名长度"
        return Refused(outcome.input, ExtractError(message, name=outcome.input.name))
    return replace(outcome, content=b"")  # written; a long batch must not keep it


def _explain_failure(outcome: Outcome, as_json: bool) -> None:
    if isinstance(outcome, Refused):
        _complain(outcome.error, as_json)
    elif isinstance(outcome, Crashed):
        error = ExtractError("程序处理这份文件时出错；这是缺陷，请报告", name=outcome.input.name)
        error.code = "internal_error"
        sys.stderr.write("" if as_json else outcome.trace)
        _complain(error, as_json, trace=outcome.trace)


def _complain(error: ExtractError, as_json: bool, **more: str) -> None:
    if not as_json:
        terminal.refuse(error)
        return
    place = {"error": error.code, "file": error.name, "page": error.page}
    record = {**place, "message": error.message, **more}
    sys.stderr.write(json.dumps(record, ensure_ascii=False) + "\n")


def _code(outcome: Outcome) -> int:
    if isinstance(outcome, Done):
        return FINDINGS if outcome.summary.errors else 0
    return REFUSED if isinstance(outcome, Refused) else BUG


def _read(file: str, as_json: bool) -> Document:
    """Read one input, or say why not and leave with the code for it."""
    try:
        inputs = expand([file], readers.suffixes())
        if len(inputs) != 1:
            message = f"{file} 里有 {len(inputs)} 份文件，这个命令一次只看一份"
            raise typer.BadParameter(message)
        return api.read(content_of(inputs[0]), name=inputs[0].name)
    except ExtractError as error:
        _refuse(error, as_json)


def _read_result(path: str, as_json: bool) -> Notice:
    name = PurePath(path).name
    try:
        content = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
        return writer.read(content)
    except OSError as error:
        _refuse(UnreadableDocument(f"无法打开（{error.strerror}）", name=name), as_json)
    except ExtractError as error:
        error.name = name
        _refuse(error, as_json)


def _refuse(error: ExtractError, as_json: bool) -> NoReturn:
    _complain(error, as_json)
    raise typer.Exit(REFUSED) from error


def _find_source(result: Path, name: str) -> Path:
    """Look for the original beside the JSON, one folder up, and in ``samples/`` beside that."""
    beside = result.resolve().parent
    plain = PurePath(name.replace("\\", "/")).name
    for folder in (beside, beside.parent, beside.parent / "samples"):
        if plain and (folder / plain).is_file():
            return folder / plain
    message = f"找不到原件 {plain}；请用 --source 指定"
    raise typer.BadParameter(message)


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _stop(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)
