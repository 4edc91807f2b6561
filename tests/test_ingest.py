"""``notice ingest`` on web addresses, ZIPs and watched folders, as a person types it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
import typer
from site_on_loopback import Site, running
from typer.testing import CliRunner, Result

from extract import trackers, usage
from extract.trackers import _ingest
from extract.trackers._pieces import Piece

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
RESULT = ROOT / "outputs" / "jining-hitech-2023.txt.json"
HTML, DOCX = "text/html; charset=utf-8", "application/octet-stream"
PAGE = "/art/2024/2/1/art_1.html"

app = typer.Typer(cls=usage.ChineseGroup)
trackers.add_to(app)

# The letter of seed A without its list, as a site shows it; the list is in the attachment.
LETTER = """<html><head><title>高新区门户网站</title></head><body>
<nav><a href="/使用手册.pdf">网站使用手册</a></nav>
<h1>淄博高新技术产业开发区管理委员会办公室<br>
关于公布《2024年度高新区重大民生实事项目清单》的通知</h1>
<p>淄高新管办字〔2024〕2号</p><p>各委部、局、中心，四宝山街道、中埠镇，各有关单位：</p>
<p>为进一步做好有关工作，现通知如下：</p>
<p>一、提高思想认识。各部门单位作为项目实施的责任主体，要成立工作专班。</p>{more}
<p>附件：<a href="../../../../f/P02024.docx">2024年度高新区重大民生实事项目清单</a></p>
</body></html>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


def ingest(store: str, *arguments: object) -> Result:
    words = ["ingest", *map(str, arguments), "--store", store, "--json"]
    return CliRunner().invoke(app, words)


def visit(store: str, *arguments: object) -> Result:
    return ingest(store, *arguments, "--allow-private", "--pause", 0)


def rows(done: Result) -> list[tuple[str, str]]:
    return [(one["name"], one["reason"]) for one in map(json.loads, done.stdout.splitlines())]


def ask(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(tmp_path / "store.db") as connection:
        return connection.execute(sql).fetchall()


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def packed(*names: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.write(SAMPLES / name, f"附件/{name}")
    return content.getvalue()


def a_page(site: Site) -> str:
    """Put up seed A as a page with five attachments, two of them of the same bytes."""
    links = "".join(
        f'<p><a href="{href}">{label}</a></p>'
        for href, label in (
            ("/f/1.docx", "附件1"),
            ("/f/again.docx", "附件1（下载）"),
            ("/f/2.zip", "附件2"),
            ("/f/3.rar", "附件3"),
            ("/f/gone.doc", "附件4"),
        )
    )
    page = sample("zibo-hitech-2024.html").replace(b"</body>", links.encode() + b"</body>")
    site.put(PAGE, page, HTML)
    site.put("/f/1.docx", sample("zibo-hitech-2024.docx"), DOCX)
    site.put("/f/again.docx", sample("zibo-hitech-2024.docx"), DOCX)
    site.put("/f/2.zip", packed("jining-hitech-2023.xlsx"), "application/zip")
    return site.url(PAGE)


def test_a_page_and_its_attachments_are_one_set(site: Site, store: str, tmp_path: Path) -> None:
    address = a_page(site)
    done = visit(store, f"{address}#top")
    assert rows(done) == [
        ("art_1.html", "first"),
        ("1.docx", "rendition"),
        ("2.zip/附件/jining-hitech-2023.xlsx", "first"),
    ], done.stderr
    assert done.exit_code == 3  # for the two that could not be got, which are said
    assert "RAR" in done.stderr
    assert "网站回答 404" in done.stderr
    assert "内容相同，只入库一次" in done.stderr
    assert site.asked == [PAGE, "/f/1.docx", "/f/again.docx", "/f/2.zip", "/f/gone.doc"]
    assert site.most_at_once == 1
    kept = ask(tmp_path, "SELECT source_url, source_page FROM notices ORDER BY document_number")
    assert kept == [(site.url("/f/2.zip"), address), (address, address)]
    asked = "SELECT source_url, source_page FROM versions WHERE reason = 'rendition'"
    assert ask(tmp_path, asked) == [(site.url("/f/1.docx"), address)]
    for (when,) in ask(tmp_path, "SELECT retrieved_at FROM versions"):
        assert str(when).endswith("+00:00")
    before = ask(tmp_path, "SELECT * FROM versions ORDER BY notice_id, version")
    assert {reason for _, reason in rows(visit(store, address))} == {"unchanged"}
    assert ask(tmp_path, "SELECT * FROM versions ORDER BY notice_id, version") == before


def test_what_came_from_a_folder_gets_its_address_later(
    site: Site, store: str, tmp_path: Path
) -> None:
    ingest(store, RESULT)
    assert ask(tmp_path, "SELECT source_url, retrieved_at FROM notices") == [(None, None)]
    site.put("/1.json", RESULT.read_bytes(), "application/json")
    assert rows(visit(store, site.url("/1.json"))) == [("1.json", "unchanged")]
    found = ask(tmp_path, "SELECT source_url, source_page FROM notices")
    assert found == [(site.url("/1.json"), site.url("/1.json"))]


def test_the_fuller_file_of_a_set_is_the_notice(site: Site, store: str, tmp_path: Path) -> None:
    site.put("/f/P02024.docx", sample("zibo-hitech-2024.docx"), DOCX)
    for more in ("", "<p>二、强化协作配合。各单位要密切配合。</p>"):
        site.put(PAGE, LETTER.format(more=more).encode(), HTML)
        done = visit(store, site.url(PAGE))
        assert done.exit_code == 0, done.stderr
        reason = "unchanged" if more else "first"
        assert rows(done) == [("art_1.html", "part"), ("P02024.docx", reason)]
        assert ask(tmp_path, "SELECT count(*) FROM projects") == [(10,)]
    assert ask(tmp_path, "SELECT id, version, source_name FROM notices") == [
        ("nt-e912d8677a02", 1, "P02024.docx")
    ]
    assert "/使用手册.pdf" not in "".join(site.asked)
    assert len(ask(tmp_path, "SELECT * FROM events")) == 11


def test_an_inner_address_needs_leave(site: Site, store: str) -> None:
    done = ingest(store, site.url(PAGE))
    assert (done.exit_code, site.asked) == (3, [])
    assert "--allow-private" in done.stderr


def test_a_folder_with_a_zip_and_a_page_together(site: Site, store: str, tmp_path: Path) -> None:
    folder = tmp_path / "通知"
    folder.mkdir()
    (folder / "清单.zip").write_bytes(packed("zibo-hitech-2024.txt"))
    site.put("/1.json", RESULT.read_bytes(), "application/json")
    done = visit(store, site.url("/1.json"), folder)
    assert rows(done) == [("1.json", "first"), ("清单.zip/附件/zibo-hitech-2024.txt", "first")]
    assert ask(tmp_path, "SELECT count(*) FROM notices WHERE source_url IS NULL") == [(1,)]


def test_a_page_is_not_watched(store: str) -> None:
    done = ingest(store, "https://www.example.gov.cn/1.html", "--watch")
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def watched(folder: Path, steps: Sequence[object]) -> list[list[str]]:
    """Watch a folder; before each further look do a step; return what was taken, by look."""
    taken: list[list[str]] = [[]]
    left = iter(steps)

    def wait(_: float) -> None:
        step = next(left, None)
        if step is None:
            raise KeyboardInterrupt
        assert callable(step)
        step()
        taken.append([])

    def take(pieces: Sequence[Piece]) -> None:
        taken[-1] += [piece.input.name for piece in pieces]

    _ingest.watch([str(folder)], 1, wait, take)
    return taken


def test_what_grows_is_left_until_it_rests(tmp_path: Path) -> None:
    new = tmp_path / "清单.txt"
    (tmp_path / "早.txt").write_text("托位452个", encoding="utf-8")

    def grow() -> None:
        with new.open("a", encoding="utf-8") as file:
            file.write("新增托位452个\n")

    def nothing() -> None:
        pass

    looks = watched(tmp_path, [grow, grow, nothing, nothing, grow, nothing, nothing])
    assert looks == [[], ["早.txt"], [], ["清单.txt"], [], [], ["清单.txt"], []]


def test_a_refused_file_is_said_once(tmp_path: Path) -> None:
    bad = tmp_path / "坏.zip"
    bad.write_bytes(b"PK")
    steps = [lambda: None, lambda: None, bad.unlink, lambda: None, lambda: None]
    looks = watched(tmp_path, steps)
    assert [len(one) for one in looks] == [0, 1, 0, 0, 1, 0]  # then the folder is empty


SHIM = (
    "import typer; from extract import trackers; app = typer.Typer(); trackers.add_to(app); app()"
)


def test_watching_takes_a_new_file_and_stops_when_told(store: str, tmp_path: Path) -> None:
    folder = tmp_path / "收件"
    folder.mkdir()
    command = [sys.executable, "-c", SHIM, "ingest", str(folder), "--watch", "--every", "0.1"]
    with subprocess.Popen(
        [*command, "--store", store, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        # whoever starts the tests in the background may have it ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert "正在盯住" in child.stderr.readline().decode()
        (folder / RESULT.name).write_bytes(RESULT.read_bytes())
        row = json.loads(child.stdout.readline())
        assert (row["name"], row["reason"]) == (RESULT.name, "first")
        child.send_signal(signal.SIGINT)
        child.wait(20)
        rest = child.stderr.read().decode()
    assert "Traceback" not in rest
    assert ask(tmp_path, "SELECT count(*) FROM projects") == [(22,)]
