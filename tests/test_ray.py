"""``--engine ray``: the rows of a cluster are those of a local batch, failures included."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from installed import RunNotice

from extract import readers
from extract.batch import ray as engine
from extract.batch.inputs import Input, expand
from extract.batch.local import run
from extract.limits import Limits

try:
    import ray
except ImportError:
    pytest.skip(
        "没有 Ray（pip install -e '.[ray]'）：--engine ray 的测试全部没有运行",
        allow_module_level=True,
    )

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
SMALL = Limits(max_bytes=200_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notices, broken files, a ZIP with a member that leads out, a name that is no text."""
    folder = tmp_path_factory.mktemp("in")
    for n in range(22):
        text = f"关于第{n}号工作的通知\n新增托位{n}个，财政资金{n * 7}万元，2023年12月底前完成。\n"
        (folder / f"{n:02}.txt").write_text(text, encoding="utf-8")
    for suffix in (".docx", ".html"):
        (folder / f"清单{suffix}").write_bytes((SAMPLES / f"zibo-hitech-2024{suffix}").read_bytes())
    (folder / "乱码.pdf").write_bytes(bytes(range(256)) * 40)
    (folder / "空.txt").write_bytes(b"")
    (folder / "改名.docx").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (folder / "太大.txt").write_bytes("字".encode() * 100_000)
    (folder / os.fsdecode("国标.txt".encode("gb18030"))).write_text("新增托位5个。\n", "utf-8")
    with ZipFile(folder / "附件.zip", "w") as container:
        container.writestr("a/清单.txt", "新增托位452个。\n")
        container.writestr("b/清单.txt", "财政资金500万元。\n")
        container.writestr("../出去.txt", "新增托位1个。\n")
    return folder


@pytest.fixture(scope="module")
def inputs(folder: Path) -> list[Input]:
    return expand([str(folder), "没有.txt"], readers.suffixes(), SMALL)


def by_path(rows: Iterator[engine.Row]) -> dict[str, engine.Row]:
    found: dict[str, engine.Row] = {}
    for row in rows:
        path = str(row["path"])
        assert path not in found
        found[path] = row
    return found


def test_every_row_equals_that_of_a_local_batch(
    inputs: list[Input], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file is gone by the time its turn comes: Ray cannot read it, and it is still a row."""
    assert len(inputs) == 33
    gone = next(found for found in inputs if found.name == "05.txt")
    assert gone.path is not None
    monkeypatch.setattr(engine, "_write", without(gone.path, engine._write))
    place = engine.run(inputs, tmp_path, engine.Cluster(jobs=2), limits=SMALL)
    local = {
        engine.path_of(found): engine.row_of(engine.path_of(found), outcome)
        for found, outcome in zip(inputs, run(inputs, jobs=2, limits=SMALL), strict=True)
    }
    assert by_path(engine.rows(place)) == local
    states = [row["state"] for row in local.values()]
    assert (states.count("done"), states.count("refused")) == (26, 7)
    codes = {row["name"]: row["code"] for row in local.values() if row["state"] == "refused"}
    assert codes == {
        "05.txt": "unreadable_document",
        "乱码.pdf": "unreadable_document",
        "空.txt": "unreadable_document",
        "改名.docx": "unsupported_format",
        "太大.txt": "limit_exceeded",
        "附件.zip/出去.txt": "unreadable_document",
        "没有.txt": "unreadable_document",
    }
    totals = engine.totals(place)
    assert (totals.inputs, totals.done, totals.refused, totals.crashed) == (33, 26, 7, 0)
    assert totals.reasons["unreadable_document"] == 5
    assert {failure.name: failure.code for failure in engine.failures(place)} == codes
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["results.parquet"]


Write = Callable[[object, Path, Limits], None]


def without(path: Path, write: Write) -> Write:
    """Return ``write``, which removes a file once Ray has listed what it will read."""

    def removing(found: object, place: Path, limits: Limits) -> None:
        path.unlink(missing_ok=True)
        write(found, place, limits)

    return removing


CLUSTER = """
import sys
from ray.cluster_utils import Cluster
head = {"num_cpus": 2, "include_dashboard": False, "temp_dir": sys.argv[1]}
made = Cluster(initialize_head=True, head_node_args=head)
print(made.address, flush=True)
sys.stdin.read()
made.shutdown()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A cluster of another process's, known by its address only."""
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    with TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as home:
        command = [sys.executable, "-c", CLUSTER, home]
        with Popen(command, stdin=PIPE, stdout=PIPE, env=environment) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
            process.stdin.close()


def test_the_command_uses_a_cluster_that_is_there(
    run_notice: RunNotice, cluster: str, folder: Path, tmp_path: Path
) -> None:
    """``file://`` stands for object storage: Ray lists and reads it, we only give the address."""
    log, far = tmp_path / "log.jsonl", tmp_path / "far"
    far.mkdir()
    for name in ("清单.docx", "乱码.pdf"):
        (far / name).write_bytes((folder / name).read_bytes())
    (far / "说明.bin").write_text("不是认识的格式", encoding="utf-8")
    done = run_notice(
        *("extract", far.as_uri(), folder / "00.txt", folder / "空.txt", "-o", tmp_path / "out"),
        *("--engine", "ray", "--ray-address", cluster, "--log", log, "--json"),
    )
    assert done.returncode == 3, done.stderr.decode()
    errors = [json.loads(line) for line in done.stderr.decode().splitlines()]
    assert {error["file"] for error in errors} == {"乱码.pdf", "空.txt"}
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    events = {row["input"]: row["event"] for row in rows}
    assert events == {
        **{"清单.docx": "done", "乱码.pdf": "refused"},
        **{"00.txt": "done", "空.txt": "refused"},
    }
    assert len(rows) == 4
    assert not ray.is_initialized()


def test_an_address_that_leads_nowhere_is_refused(
    run_notice: RunNotice, cluster: str, tmp_path: Path
) -> None:
    lost, there = (tmp_path / "没有").as_uri(), ("--engine", "ray", "--ray-address", cluster)
    done = run_notice("extract", lost, "-o", tmp_path / "out", *there)
    assert done.returncode == 3, done.stderr.decode()
    assert "请检查网址和权限" in done.stderr.decode()
    assert not (tmp_path / "out" / "results.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--engine", "spark"], "没有“spark”这种方式"),
        (["--engine", "ray"], "--engine ray 要和 -o 一起用"),
        (["--engine", "ray", "-o", "out", "--resume"], "没有 --resume"),
        (["--ray-address", "x:1"], "要和 --engine ray 一起用"),
    ],
)
def test_wrong_usage(run_notice: RunNotice, arguments: list[str], says: str) -> None:
    done = run_notice("extract", SAMPLES / "zibo-hitech-2024.txt", *arguments)
    assert done.returncode == 2
    assert says in done.stderr.decode()
