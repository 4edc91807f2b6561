"""The commands that ask a notice a tracker's questions: totals, duties.

Each takes files that ``notice extract`` takes, or the JSON that it wrote.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extract import readers, reading, terminal, usage
from extract.answers.duties import Duties, Duty
from extract.answers.duties import duties as duties_of
from extract.answers.totals import ProjectTotal, Totals
from extract.answers.totals import totals as totals_of
from extract.batch import apart
from extract.batch.inputs import Input, expand
from extract.batch.local import (
    Done,
    Outcome,
    Refused,
    blamed,
    content_of,
    extract_one,
    run,
    summarize,
)
from extract.delivery import REFUSED, show
from extract.errors import ExtractError
from extract.limits import Limits
from extract.notice import Amount, Notice
from extract.unseen import escaped
from extract.writers import json as writer

if TYPE_CHECKING:
    from rich.text import Text

_RESULT = ".json"
_ROLES = {
    "lead": "牵头",
    "responsible": "责任",
    "cooperating": "配合",
    "coordinating": "统筹",
    "supervising": "督办",
    "recipient": "主送",
    "issuer": "发文",
}

Paths = Annotated[
    list[str], typer.Argument(metavar="路径", help="通知，或 notice extract 写出的 JSON。")
]
AsJson = Annotated[bool, typer.Option("--json", help="写成 JSON。")]


@dataclass(frozen=True, slots=True)
class _Read:
    name: str
    notice: Notice


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (totals, duties):
        app.command(cls=usage.ChineseCommand, options_metavar="[选项]")(command)


def totals(paths: Paths, as_json: AsJson = False) -> None:
    """合计：只加可以相加的钱；没有加的，逐笔写明理由。"""
    refused: list[ExtractError] = []
    for each in _notices(paths, refused):
        found = totals_of(each.notice)
        if as_json:
            _print(_totals_as_json(each, found))
        else:
            _show_totals(each, found)
    _leave(refused)


def duties(
    name: Annotated[str, typer.Argument(metavar="单位", help="单位名称，如 市教育局。")],
    paths: Paths,
    as_json: AsJson = False,
) -> None:
    """职责：一个单位在各份通知里的每项职责；名称相近的另列，不合并。"""
    refused: list[ExtractError] = []
    read = list(_notices(paths, refused))
    found = duties_of(name, (each.notice for each in read))
    files = {id(each.notice): each.name for each in read}
    if as_json:
        _print(_duties_as_json(found, files))
    else:
        _show_duties(found, files)
    _leave(refused)


def _notices(paths: list[str], refused: list[ExtractError]) -> Iterator[_Read]:
    """Yield each notice; what cannot be read is said and the others are still done."""
    limits = reading.limits()
    inputs = expand(paths, (*readers.suffixes(), _RESULT), limits)
    work = partial(_extracted, limits=limits)
    with closing(run(inputs, work=work, limits=limits)) as outcomes:
        for outcome in outcomes:
            try:
                yield _Read(outcome.input.name, writer.read(apart.result(outcome)))
            except ExtractError as error:
                error.name = error.name or outcome.input.name
                refused.append(error)
                terminal.refuse(error)


def _extracted(found: Input, limits: Limits) -> Outcome:
    """Return the outcome of one input, in a child process: a result is read, a notice extracted."""
    if found.error is not None or PurePath(found.name).suffix.lower() != _RESULT:
        return extract_one(found, limits)
    try:
        content = content_of(found, limits)
        notice = writer.read(content.read_bytes() if isinstance(content, Path) else content)
    except ExtractError as error:
        return Refused(found, blamed(error, found))
    return Done(found, summarize(notice), writer.write(notice))


def _leave(refused: list[ExtractError]) -> None:
    if refused:
        raise typer.Exit(REFUSED)


def _print(value: dict[str, Any]) -> None:
    show(escaped(json.dumps(value, ensure_ascii=False)).encode() + b"\n")


def _show_totals(each: _Read, found: Totals) -> None:
    body: list[tuple[str | Text, ...]] = []
    for one in found.projects:
        body.append((one.project.serial or "", one.project.name, _sum(one), one.reason or ""))
        body += [("", f"　{_printed(left.amount)}", "不计", left.reason) for left in one.left]
    total = _range(found.minimum, found.maximum)
    terminal.rows(("序号", "项目", "金额（元）", "说明"), body, title=each.name)
    terminal.rows(("文件", "可以相加的合计（元）"), [(each.name, total)], title="合计")


def _sum(one: ProjectTotal) -> str:
    if one.minimum is None or one.maximum is None:
        return "—"
    return ("约 " if one.is_loose else "") + _range(one.minimum, one.maximum)


def _range(low: Decimal, high: Decimal) -> str:
    return f"{low:f}" if low == high else f"{low:f}～{high:f}"


def _printed(amount: Amount) -> str:
    return "".join(amount.evidence.text.split())


def _totals_as_json(each: _Read, found: Totals) -> dict[str, Any]:
    return {
        "file": each.name,
        "notice": each.notice.id,
        "currency": found.currency,
        "minimum": f"{found.minimum:f}",
        "maximum": f"{found.maximum:f}",
        "projects": [
            {
                "id": one.project.id,
                "serial": one.project.serial,
                "name": one.project.name,
                "minimum": None if one.minimum is None else f"{one.minimum:f}",
                "maximum": None if one.maximum is None else f"{one.maximum:f}",
                "added": [amount.id for amount in one.added],
                "left": [{"id": left.amount.id, "reason": left.reason} for left in one.left],
                "reason": one.reason,
            }
            for one in found.projects
        ],
    }


def _show_duties(found: Duties, files: dict[int, str]) -> None:
    body = [
        (
            files[id(duty.notice)],
            str(duty.notice.plan_year.year) if duty.notice.plan_year else "",
            (duty.project.serial or "") if duty.project else "",
            duty.project.name if duty.project else "（通知全部事项）",
            _ROLES[duty.department.role],
            "、".join(_deadlines(duty)),
        )
        for duty in found.duties
    ]
    terminal.rows(("文件", "年度", "序号", "事项", "职责", "期限"), body, title=found.name)
    likely = [(one.name, str(one.score), str(one.count)) for one in found.candidates]
    if likely:
        title = "名称相近，是不是同一单位请人工确认"
        terminal.rows(("名称", "相近程度", "处数"), likely, title=title)


def _deadlines(duty: Duty) -> list[str]:
    dates = [one.date for one in duty.project.deadlines] if duty.project else []
    return sorted({date.isoformat() for date in dates if date is not None})


def _duties_as_json(found: Duties, files: dict[int, str]) -> dict[str, Any]:
    return {
        "department": found.name,
        "duties": [
            {
                "file": files[id(duty.notice)],
                "notice": duty.notice.id,
                "plan_year": duty.notice.plan_year.year if duty.notice.plan_year else None,
                "project": duty.project.id if duty.project else None,
                "serial": duty.project.serial if duty.project else None,
                "name": duty.project.name if duty.project else None,
                "role": duty.department.role,
                "deadlines": _deadlines(duty),
                "start": duty.department.evidence.start,
                "end": duty.department.evidence.end,
            }
            for duty in found.duties
        ],
        "candidates": [
            {"name": one.name, "score": f"{one.score}", "count": one.count}
            for one in found.candidates
        ],
    }
