"""The command ``notice extract``: many files → many results, one after the other or side by side.

A few inputs are reported one by one. From fifty on, or with ``--resume``, the output folder has a
journal: such a batch can be killed and taken up again, and nothing is kept in memory.
"""

import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from extract import readers, reading, terminal, usage
from extract.batch._totals import Totals, counted
from extract.batch.inputs import Input, clash, expand
from extract.batch.journal import Failure, Log, opened, process
from extract.batch.local import Crashed, Done, Outcome, Refused, run, saved
from extract.delivery import BUG, FINDINGS, REFUSED, complain, refusals, show
from extract.errors import ExtractError
from extract.limits import Limits

LOCAL, RAY = "local", "ray"
LONG = 50  # inputs from which a journal is kept, so that a killed batch can be taken up again

AsJson = Annotated[bool, typer.Option("--json", help="不能读取时，在标准错误写一个 JSON 对象。")]


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is asked for; without ``folder`` there is one input at most."""

    inputs: Sequence[Input]
    folder: Path | None
    jobs: int
    limits: Limits
    log: Log | None
    as_json: bool


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("extract", cls=usage.ChineseCommand, options_metavar="[选项]")(extract)


def extract(
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
    resume: Annotated[
        bool, typer.Option("--resume", help="接着做上次中断的批次，做完的不再做；要有 -o。")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="文件", help="记录：每份输入一行 JSON，接在文件后面。"),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", metavar="方式", help="local，或 ray：结果是 Parquet。")
    ] = LOCAL,
    ray_address: Annotated[
        str | None,
        typer.Option("--ray-address", metavar="地址", help="已有的 Ray 集群；不写时在本机起一个。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """提取：通知 → 核验过的 JSON。只有一份时写到标准输出，多份时用 -o 指定文件夹。"""
    limits = reading.limits()
    _check_options(engine, folder, resume=resume, ray_address=ray_address)
    addresses = [path for path in paths if engine == RAY and "://" in path]
    inputs = expand([path for path in paths if path not in addresses], readers.suffixes(), limits)
    with refusals(as_json=as_json), Log(log) if log else nullcontext() as lines:
        batch = _Batch(inputs, folder, jobs, limits, lines, as_json)
        if folder is not None and engine == RAY:
            found = _on_ray(batch, folder, addresses, ray_address)
        elif folder is not None and (resume or len(inputs) >= LONG):
            _check_places(inputs, folder)
            found = _long(batch, folder, resume=resume)
        else:
            _check_places(inputs, folder)
            found = _short(batch)
    raise typer.Exit(_code(found))


def _short(batch: _Batch) -> Totals:
    """Do a few inputs, and say of each what became of it."""
    outcomes = []
    with terminal.progress(len(batch.inputs)) as step:
        for outcome in run(batch.inputs, jobs=batch.jobs, limits=batch.limits):
            outcomes.append(_deliver(outcome, batch.folder))
            if batch.log:
                batch.log.outcome(outcomes[-1])
            step(outcome)
    found = counted(outcomes)
    if not batch.as_json:
        terminal.report(outcomes)
    for outcome in outcomes:
        if (failure := _failure(outcome)) is not None:
            _explain(failure, batch.as_json)
    if not batch.as_json and found.inputs > 1:
        terminal.totals(found)
    return found


def _long(batch: _Batch, folder: Path, *, resume: bool) -> Totals:
    """Do many inputs with a journal; what earlier runs did counts in the totals."""
    with opened(folder, resume=resume) as journal:
        waiting = journal.enter(batch.inputs)
        done = len(batch.inputs) - len(waiting)
        outcomes = process(
            waiting, folder, journal, jobs=batch.jobs, limits=batch.limits, log=batch.log
        )
        with terminal.progress(len(batch.inputs), done) as step, closing(outcomes):
            for outcome in outcomes:
                step(outcome)
                if not batch.as_json:
                    terminal.report_one(outcome)
        for failure in journal.failures():
            _explain(failure, batch.as_json)
        found = journal.totals()
    if not batch.as_json:
        terminal.totals(found)
    return found


def _on_ray(
    batch: _Batch, folder: Path, addresses: Sequence[str], ray_address: str | None
) -> Totals:
    """Do many inputs on a cluster; every input is a row of the Parquet files."""
    from extract.batch import ray

    cluster = ray.Cluster(batch.jobs, ray_address, shows=sys.stderr.isatty())
    place = ray.run(batch.inputs, folder, cluster, addresses=addresses, limits=batch.limits)
    if batch.log:
        for row in ray.rows(place, ray.LOGGED):
            batch.log.write(str(row.pop("state")), input=row.pop("name"), **row)
    for failure in ray.failures(place):
        _explain(failure, batch.as_json)
    found = ray.totals(place)
    if not batch.as_json:
        terminal.totals(found)
    return found


def _check_options(
    engine: str, folder: Path | None, *, resume: bool, ray_address: str | None
) -> None:
    """Raise ``BadParameter`` for options that do not go together."""
    wrong = {
        f"没有“{engine}”这种方式；有：{LOCAL}、{RAY}": engine not in (LOCAL, RAY),
        "--resume 要和 -o 一起用：记录在放结果的文件夹里": resume and folder is None,
        "--engine ray 要和 -o 一起用：结果是那里的 Parquet": engine == RAY and folder is None,
        "--engine ray 没有 --resume：没做完的整批重做": engine == RAY and resume,
        "--ray-address 要和 --engine ray 一起用": engine != RAY and ray_address is not None,
        f"{folder} 是文件，不是文件夹": (
            folder is not None and folder.exists() and not folder.is_dir()
        ),
    }
    for message, is_so in wrong.items():
        if is_so:
            raise typer.BadParameter(message)


def _check_places(inputs: Sequence[Input], folder: Path | None) -> None:
    """Raise ``BadParameter`` if results have no place of their own."""
    if folder is None and len(inputs) > 1:
        message = f"共有 {len(inputs)} 份输入，请用 -o 指定放结果的文件夹"
        raise typer.BadParameter(message)
    if folder is not None and (pair := clash(inputs)):
        both = " 和 ".join(terminal.one_line(str(found.path)) for found in pair)
        message = f"{both} 的结果会写成同一个文件 {pair[0].place}；请分开处理，或给出上一级文件夹"
        raise typer.BadParameter(message)


def _deliver(outcome: Outcome, folder: Path | None) -> Outcome:
    """Put a result where it belongs; a long batch must not keep it."""
    if folder is not None:
        outcome = saved(outcome, folder)
    elif isinstance(outcome, Done):
        show(outcome.content)
    return replace(outcome, content=b"") if isinstance(outcome, Done) else outcome


def _failure(outcome: Outcome) -> Failure | None:
    match outcome:
        case Refused(error=error):
            return Failure(error.name, error.code, error.page, error.message)
        case Crashed(input=found, trace=trace):
            return Failure(found.name, "internal_error", None, trace)
    return None


def _explain(failure: Failure, as_json: bool) -> None:
    if failure.code != "internal_error":
        error = ExtractError(failure.message, name=failure.name, page=failure.page)
        error.code = failure.code
        complain(error, as_json=as_json)
        return
    error = ExtractError("程序处理这份文件时出错；这是缺陷，请报告", name=failure.name)
    error.code = failure.code
    sys.stderr.write("" if as_json else failure.message)
    complain(error, as_json=as_json, trace=failure.message)


def _code(found: Totals) -> int:
    if found.crashed:
        return BUG
    return REFUSED if found.refused else FINDINGS if found.with_errors else 0
