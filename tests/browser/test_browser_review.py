"""A reviewer at work in a real browser: upload, look, correct; and what must never run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

SEED_B = Path(__file__).resolve().parents[2] / "samples" / "jining-hitech-2023.pdf"
EVIL = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'<\\script>"
WAIT_MS = 60_000
Box = tuple[float, float, float, float]


def _printed(page: int, words: str) -> Box:
    """Where characters are printed, in points from the top left, as PDFium says."""
    document = PdfDocument(SEED_B)
    sheet = document[page - 1]
    text = sheet.get_textpage()
    start, _ = text.search(words).get_next()
    boxes = [text.get_charbox(index) for index in range(start, start + len(words))]
    height = sheet.get_height()
    return (
        min(box[0] for box in boxes),
        height - max(box[3] for box in boxes),
        max(box[2] for box in boxes),
        height - min(box[1] for box in boxes),
    )


def _shown(page: object, selector: str, number: int) -> Box:
    """Where a box stands on the picture of a page, in points of the page."""
    sheet = PdfDocument(SEED_B)[number - 1]
    picture = page.locator(f"#page-{number} img").bounding_box()
    box = page.locator(selector).bounding_box()
    across, down = sheet.get_width() / picture["width"], sheet.get_height() / picture["height"]
    x0, y0 = (box["x"] - picture["x"]) * across, (box["y"] - picture["y"]) * down
    return x0, y0, x0 + box["width"] * across, y0 + box["height"] * down


@pytest.fixture(scope="module")
def key(server: str) -> str:
    """Seed B, uploaded by a program."""
    import time

    import httpx

    with SEED_B.open("rb") as stream:
        jobs = httpx.post(f"{server}/api/files", files={"file": (SEED_B.name, stream)}).json()
    until = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < until:
        job = httpx.get(f"{server}/api/jobs/{jobs[0]['id']}").json()
        if job["state"] == "done":
            return str(job["notice"])
        assert job["state"] != "failed", job
        time.sleep(0.1)
    pytest.fail("没有读完")


def test_upload_see_correct_extract_again(
    server: str, open_page: Callable[..., object], shoot: Callable[..., None]
) -> None:
    page = open_page(server)
    page.set_input_files("#files", SEED_B)
    page.locator("#jobs a").wait_for(timeout=WAIT_MS)
    shoot(page, "list-1280")
    page.locator("#jobs a").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    assert page.locator(".group h3[data-pointer^='/projects/']").count() == 22

    row = page.locator(".v[data-pointer='/projects/2/amounts/0']")
    row.locator(".main").click()
    assert "170万元" in row.inner_text()
    name = row.get_attribute("id")
    x0, y0, x1, y1 = _shown(page, f"rect[data-n~='{name}']", 1)
    left, top, right, bottom = _printed(1, "170 万元")
    assert (x0, x1) == pytest.approx((left, right), abs=2)
    assert y0 <= top + 1
    assert y1 >= bottom - 1
    assert y1 - y0 < 2 * (bottom - top)
    assert page.locator(f"rect[data-n~='{name}']").get_attribute("class").endswith("on")

    page.fill("#author", "审核员甲")
    row.locator("[name=new]").fill("1800000")
    row.locator("[name=reason]").fill("对照原件")
    shoot(page, "correct-1280")
    row.locator("[data-act=correct]").click()
    page.locator(".v[data-pointer='/projects/2/amounts/0'][data-state=corrected]").wait_for()

    with page.expect_navigation(timeout=WAIT_MS):
        page.locator("#again").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    row = page.locator(".v[data-pointer='/projects/2/amounts/0']")
    assert row.get_attribute("data-state") == "corrected"
    assert "1,800,000 元" in row.inner_text()
    row.locator(".main").click()
    assert "审核员甲" in row.locator(".said").inner_text()
    shoot(page, "corrected-1280")


def test_a_click_on_the_page_finds_the_value(
    server: str, key: str, open_page: Callable[..., object]
) -> None:
    page = open_page(f"{server}/notices/{key}")
    page.locator("html[data-ready]").wait_for(state="attached")
    row = page.locator(".v[data-pointer='/projects/3/amounts/0']")
    name = row.get_attribute("id")
    page.locator(f"rect[data-n~='{name}']").click()
    assert "on" in row.get_attribute("class").split()
    page.keyboard.press("a")
    page.locator(f"#{name}[data-state=accepted]").wait_for()
    page.keyboard.press("j")
    assert "on" not in row.get_attribute("class").split()


def test_several_files_are_dropped(
    server: str, open_page: Callable[..., object], shoot: Callable[..., None]
) -> None:
    page = open_page(server, 390)
    handle = page.evaluate_handle(
        """() => { const data = new DataTransfer();
        const items = "第一件：停车工程。新建停车位10个。\\n第二件：食堂工程。新建食堂3个。\\n";
        for (const name of ["甲", "乙"]) data.items.add(
          new File([`2024年度${name}市民生实事\\n${items}`], `${name}.txt`));
        return data; }"""
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": handle})
    page.locator("#jobs li:nth-child(2) a").wait_for(timeout=WAIT_MS)
    assert page.locator("#jobs li").count() == 2
    shoot(page, "list-390")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out(
    server: str, key: str, width: int, open_page: Callable[..., object], shoot: Callable[..., None]
) -> None:
    for path in ("/", f"/notices/{key}", "/queue", "/docs"):
        page = open_page(f"{server}{path}", width)
        if path.startswith("/notices"):
            page.locator("html[data-ready]").wait_for(state="attached")
            page.keyboard.press("j")
            page.keyboard.press("j")
        shoot(page, f"{path.strip('/').split('/')[0] or 'index'}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_nothing_of_a_document_ever_runs(server: str, open_page: Callable[..., object]) -> None:
    """Script in a file's name, a cell, a department: seen as words on every page."""
    import html

    evil = EVIL.replace("<\\script>", "</script>")
    words = html.escape(evil)
    rows = "".join(
        f"<tr><td>{n}</td><td>工程{words}</td><td>新建食堂{n}个</td><td>市{words}局</td></tr>"
        for n in range(1, 5)
    )
    head = "<tr><th>序号</th><th>项目名称</th><th>建设内容</th><th>责任单位</th></tr>"
    content = f"<h1>2024年{words}清单</h1><table>{head}{rows}</table>".encode()
    page = open_page(server)
    name = f"{evil.replace('/', '')}.html"
    page.set_input_files("#files", {"name": name, "mimeType": "text/html", "buffer": content})
    page.locator("#jobs a").wait_for(timeout=WAIT_MS)
    assert page.title() != "ran"
    page.locator("#jobs a").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    page.keyboard.press("j")
    assert page.locator("#source img, #list img, header img").count() == 0
    assert "onerror" in page.locator("#source").inner_text()
    assert page.title() != "ran"
    for path in ("/", "/queue"):
        page.goto(f"{server}{path}")
        assert page.title() != "ran"
        assert page.locator("img").count() == 0
