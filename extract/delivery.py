"""How every command ends: its results written, its refusals said, its exit code."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from extract import terminal
from extract.errors import ExtractError
from extract.unseen import escaped

FINDINGS, USAGE, REFUSED, BUG, CLOSED_PIPE = 1, 2, 3, 70, 141


def show(content: bytes) -> None:
    """Write to standard output; when the reader has gone away there is nothing left to do."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(CLOSED_PIPE) from None


def deliver(content: bytes, output: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output."""
    if output is None:
        show(content)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        part = output.with_name(f".{output.name}-{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(output)
    except OSError as error:
        message = f"写不进 {output}（{error.strerror}）；请检查空间和权限"
        raise ExtractError(message) from error


def complain(error: ExtractError, *, as_json: bool, **more: str) -> None:
    """Say why an input gave nothing, on standard error: a line, or one JSON object."""
    if not as_json:
        terminal.refuse(error)
        return
    place = {"error": error.code, "file": error.name, "page": error.page}
    record = {**place, "message": error.message, **more}
    sys.stderr.write(escaped(json.dumps(record, ensure_ascii=False)) + "\n")


@contextmanager
def refusals(*, as_json: bool = False) -> Iterator[None]:
    """Turn an ``ExtractError`` into one Chinese line, or a JSON object, and the code for it."""
    try:
        yield
    except ExtractError as error:
        complain(error, as_json=as_json)
        raise typer.Exit(REFUSED) from error
