"""The same extraction on a cluster: Ray Data reads the files, the sandbox extracts, Parquet holds.

``read_binary_files`` → ``map_batches`` over ``extract_one`` in a child process of the Ray worker,
with the limits and errors of a local batch → one row an input. What Ray cannot read as a file of
its own (a member of a ZIP, standard input, a file that is too large or gone) goes as an ``Input``,
so that it ends as the same typed error. No failure of one file fails the job, and after the job
every input is looked for in the rows: what a lost worker took with it is done again.
"""

import logging
import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from extract.batch._outcomes import Crashed, Done, Outcome, Refused
from extract.batch._totals import Totals
from extract.batch.inputs import Input, shown
from extract.batch.journal import FOLDER, Failure
from extract.batch.local import extract_one, warm
from extract.errors import ExtractError, MissingComponent
from extract.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

RESULTS = "results.parquet"
COLUMNS = {
    **{"path": "string", "name": "string", "sha256": "string", "state": "string"},
    **{"code": "string", "page": "int32", "message": "string"},
    **{"errors": "int32", "warnings": "int32", "json": "string"},
}
LOGGED = tuple(name for name in COLUMNS if name not in {"path", "json"})
_MISSING = "分布式处理要有 Ray；请运行 pip install 'policy-notices[ray]'"
_STORE_BYTES = 1024**3  # the object store of a Ray of our own
_TASK_FILES = 64
_FILE_ROWS = 1_000  # 10 to 200 KB each
_SHORT = 40  # characters of a path, so that Ray's sockets below it still have a name
Row = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where to compute: a Ray of our own with ``jobs`` cores, or one that is there (``address``).

    ``shows`` lets Ray draw its progress bars.
    """

    jobs: int = 1
    address: str | None = None
    shows: bool = False


def run(
    inputs: Sequence[Input],
    folder: Path,
    cluster: Cluster,
    *,
    addresses: Sequence[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Path:
    """Extract the inputs, and the files below ``addresses`` (``s3://bucket/2024/``).

    Returns the folder with the Parquet files, ``results.parquet`` below ``folder``, whole: it
    replaces that of an earlier run only when every row is there.

    Raises:
        MissingComponent: Ray is not installed.
        ExtractError: the cluster or an address cannot be reached, or the folder not be written.
    """
    part, whole = folder / FOLDER / f"{RESULTS}-{os.getpid()}", folder / RESULTS
    try:
        part.mkdir(parents=True, exist_ok=True)
        with _connected(cluster):
            plain = [found for found in inputs if _is_plain(found, limits)]
            others = [found for found in inputs if not _is_plain(found, limits)]
            _write(_read_by_ray([path_of(found) for found in plain]), part, limits)
            _write(_below(addresses), part, limits)
            _write(_handed_over(others), part, limits)
            _write(_handed_over(_lost(inputs, part)), part, limits)
            if lost := _lost(inputs, part):
                message = (
                    f"集群丢了 {len(lost)} 份，没有结果；"
                    "请检查各节点装的是不是同一版本、能不能读写这些文件夹"
                )
                raise ExtractError(message)
        shutil.rmtree(whole, ignore_errors=True)
        part.replace(whole)
    except OSError as error:
        message = f"分布式处理没有做完（{error.strerror or error}）；请检查网址、空间和权限"
        raise ExtractError(message) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return whole


def row_of(path: str, outcome: Outcome) -> Row:
    """Return an outcome as a row; ``json`` is empty unless the state is ``done``."""
    row: Row = dict.fromkeys(COLUMNS)
    row |= {"path": path, "name": outcome.input.name, "sha256": outcome.sha256 or None}
    match outcome:
        case Done(summary=summary, content=content):
            counts = {"errors": summary.errors, "warnings": summary.warnings}
            return row | {"state": "done", "json": content.decode(), **counts}
        case Refused(error=error):
            why = {"code": error.code, "page": error.page, "message": shown(error.message)}
            return row | {"state": "refused", **why}
        case Crashed(trace=trace):
            return row | {"state": "crashed", "code": "internal_error", "message": shown(trace)}


def path_of(found: Input) -> str:
    """Return what tells the rows apart: the path, and for the member of a ZIP its number."""
    path = shown(str(found.path.absolute())) if found.path else found.name
    return path if found.member is None else f"{path}#{found.member}"


def rows(place: Path, columns: Sequence[str] = tuple(COLUMNS)) -> Iterator[Row]:
    """Yield the rows of a finished run, a few in memory at a time."""
    from pyarrow import dataset

    if any(place.glob("*.parquet")):
        for batch in dataset.dataset(place, format="parquet").to_batches(columns=list(columns)):
            yield from batch.to_pylist()


def totals(place: Path) -> Totals:
    """Count the rows of a finished run."""
    from pyarrow import compute, dataset

    table = dataset.dataset(place, format="parquet").to_table(
        columns=["state", "code", "errors", "warnings"]
    )
    states = {one["values"]: one["counts"] for one in table["state"].value_counts().to_pylist()}
    refused = table.filter(compute.equal(table["state"], "refused"))
    reasons = {one["values"]: one["counts"] for one in refused["code"].value_counts().to_pylist()}
    found = compute.add(table["errors"], table["warnings"])
    return Totals(
        inputs=table.num_rows,
        done=states.get("done", 0),
        with_findings=compute.sum(compute.greater(found, 0)).as_py() or 0,
        with_errors=compute.sum(compute.greater(table["errors"], 0)).as_py() or 0,
        refused=states.get("refused", 0),
        crashed=states.get("crashed", 0),
        reasons=reasons,
    )


def failures(place: Path) -> Iterator[Failure]:
    """Yield every input without a result."""
    for row in rows(place, ("state", "name", "code", "page", "message")):
        if row.pop("state") != "done":
            yield Failure(**row)  # type: ignore[arg-type]


@contextmanager
def _connected(cluster: Cluster) -> Iterator[None]:
    """Start a Ray of our own or connect to one; ours is ended, and its files are removed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when Ray is imported: nothing is reported
    try:
        import ray
        from ray.exceptions import RayError
    except ImportError as error:
        raise MissingComponent(_MISSING) from error
    home = tempfile.mkdtemp(prefix="ray-")
    own: dict[str, Any] = {"address": "local", "num_cpus": cluster.jobs, "include_dashboard": False}
    own |= {"object_store_memory": _STORE_BYTES}
    own |= {"_temp_dir": home} if len(home) <= _SHORT else {}
    try:
        ray.init(
            **({"address": cluster.address} if cluster.address else own),
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
        _quiet(cluster)
        yield
    except (RayError, ConnectionError) as error:
        message = f"Ray 没有做完（{_first_line(error)}）；请检查集群后重新运行"
        raise ExtractError(message) from error
    finally:
        ray.shutdown()
        shutil.rmtree(home, ignore_errors=True)


def _quiet(cluster: Cluster) -> None:
    from ray.data import DataContext

    context = DataContext.get_current()
    context.enable_progress_bars = cluster.shows
    context.max_errored_blocks = -1  # what cannot be read is done again, one by one
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)


def _read_by_ray(paths: Sequence[str]) -> "Dataset | None":
    """Return the bytes of files, each with its path."""
    import ray.data

    if not paths:
        return None
    blocks = _tasks(len(paths))
    return ray.data.read_binary_files(list(paths), include_paths=True, override_num_blocks=blocks)


def _below(addresses: Sequence[str]) -> "Dataset | None":
    """Return the bytes of the files of a known format below some addresses."""
    import ray.data

    from extract import readers

    if not addresses:
        return None
    suffixes = [suffix.lstrip(".") for suffix in readers.suffixes()]
    try:
        return ray.data.read_binary_files(
            list(addresses), include_paths=True, file_extensions=suffixes
        )
    except (OSError, ValueError) as error:  # nothing there, no access, a name that is no text
        message = f"{'、'.join(addresses)} 列不出文件（{_first_line(error)}）；请检查网址和权限"
        raise ExtractError(message) from error


def _handed_over(inputs: Sequence[Input]) -> "Dataset | None":
    """Return inputs as they are, for a worker to load."""
    import ray.data

    items = [{"input": pickle.dumps(found)} for found in inputs]
    return ray.data.from_items(items, override_num_blocks=_tasks(len(items))) if items else None


def _write(found: "Dataset | None", place: Path, limits: Limits) -> None:
    """Extract, and write the rows."""
    if found is not None:
        work = partial(_extracted, limits=limits)
        made = found.map_batches(work, batch_format="pyarrow", batch_size=_TASK_FILES)
        made.write_parquet(str(place.absolute()), min_rows_per_file=_FILE_ROWS)


def _lost(inputs: Sequence[Input], place: Path) -> list[Input]:
    """Return the inputs without a row."""
    there = {row["path"] for row in rows(place, ("path",))}
    return [found for found in inputs if path_of(found) not in there]


def _is_plain(found: Input, limits: Limits) -> bool:
    """Return whether Ray may read a file: it is one, small enough, with a name that is text."""
    if found.path is None or found.member is not None or found.error is not None:
        return False
    if shown(str(found.path)) != str(found.path):
        return False
    with suppress(OSError):
        return found.path.stat().st_size <= limits.max_bytes and os.access(found.path, os.R_OK)
    return False


def _tasks(count: int) -> int:
    return max(1, min(count, 4), count // _TASK_FILES)


def _extracted(batch: "pyarrow.Table", limits: Limits) -> "pyarrow.Table":
    """Return the rows of a batch; called in a Ray worker."""
    import pyarrow

    given = batch.to_pylist()
    inputs = [_input(row) for row in given]
    paths = [row.get("path") or path_of(found) for row, found in zip(given, inputs, strict=True)]
    outcomes = _sandbox(limits).run(inputs)
    made = [row_of(path, outcome) for path, outcome in zip(paths, outcomes, strict=True)]
    return pyarrow.Table.from_pylist(made, schema=_schema())


def _input(row: dict[str, Any]) -> Input:
    if "input" in row:
        handed: Input = pickle.loads(row["input"])  # noqa: S301  from the driver
        return handed
    name = shown(PurePath(row["path"]).name)
    return Input(name, PurePath(name + ".json"), content=row["bytes"])


def _schema() -> "pyarrow.Schema":
    import pyarrow

    return pyarrow.schema([(name, pyarrow.type_for_alias(kind)) for name, kind in COLUMNS.items()])


@cache
def _sandbox(limits: Limits) -> Any:  # noqa: ANN401
    """Return this worker's sandbox; it ends with the worker, which is kept for many batches."""
    from extract.batch.sandbox import Sandbox

    return Sandbox(partial(extract_one, limits=limits), limits, warm=warm)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
