"""The report opened from disk with the network off, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from extract import pipeline
from extract.report import page as report_of

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
Open = Callable[..., object]


def _written(folder: Path, source: Path, name: str = "report.html") -> str:
    document = pipeline.read(source)
    notice = pipeline.run(document).notice
    audit = pipeline.prove(notice, document)
    target = folder / name
    target.write_bytes(report_of(notice, document, source.read_bytes(), audit=audit))
    return target.as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _written(tmp_path_factory.mktemp("report"), SAMPLES / "jining-hitech-2023.pdf")


def test_it_works_without_a_network(
    address: str, open_page: Open, shoot: Callable[..., None]
) -> None:
    page = open_page("about:blank", offline=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert [one for one in asked if not one.startswith(("file:", "data:"))] == []
    row = page.locator(".v", has_text="180万元").first
    row.locator(".main").click()
    box = page.locator(f"rect[data-n~='{row.get_attribute('id')}']")
    assert "on" in box.get_attribute("class").split()
    seen = box.bounding_box()
    assert 0 < seen["y"] < 844
    shoot(page, "report-1280")
    assert page.evaluate("document.querySelector('#page-1 img').naturalWidth") >= 800


def test_keys_search_and_filter(address: str, open_page: Open) -> None:
    page = open_page(address)
    for _ in range(3):
        page.keyboard.press("j")
    third = page.locator(".v.on").get_attribute("id")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator(".v.on").get_attribute("id") == third
    page.keyboard.press("a")
    assert page.locator(f"#{third}").get_attribute("data-state") == "accepted"
    page.keyboard.press("f")
    shown = page.locator(".v:visible")
    assert {one.get_attribute("data-kind") for one in shown.all()} == {"amount"}
    assert shown.count() == 39
    page.keyboard.press("/")
    page.keyboard.type("2889.43")
    assert page.locator(".v:visible").count() == 1
    page.reload()
    assert page.locator(f"#{third}").get_attribute("data-state") == "accepted"


@pytest.mark.parametrize("name", ["jining-hitech-2023.docx", "zibo-hitech-2024.pdf"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out(
    name: str, width: int, tmp_path: Path, open_page: Open, shoot: Callable[..., None]
) -> None:
    page = open_page(_written(tmp_path, SAMPLES / name), width)
    page.keyboard.press("j")
    page.keyboard.press("j")
    shoot(page, f"report-{name}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_and_print(address: str, open_page: Open, shoot: Callable[..., None]) -> None:
    page = open_page(address, dark=True)
    body = "getComputedStyle(document.body)"
    assert page.evaluate(f"{body}.backgroundColor") != "rgb(255, 255, 255)"
    shoot(page, "report-dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.tools')).display") == "none"
    assert page.locator("#tab-ledger").is_visible()
    assert page.evaluate(f"{body}.display") == "block"


def test_a_script_in_a_file_name_never_runs(tmp_path: Path, open_page: Open) -> None:
    evil = "<img src=x onerror=document.title='ran'>"
    page = open_page(_written(tmp_path, SAMPLES / "jining-hitech-2023.docx", f"{evil}.html"))
    assert page.title() != "ran"
    document = pipeline.read(
        f"2024年度{evil}\n第一件：停车工程{evil}。新建停车位10个。责任单位：市{evil}局。\n".encode(),
        name=f"{evil}.txt",
    )
    target = tmp_path / "evil.html"
    target.write_bytes(report_of(pipeline.run(document).notice, document, b""))
    page.goto(target.as_uri())
    page.keyboard.press("j")
    assert page.title() != "ran"
    assert page.locator("img").count() == 0
