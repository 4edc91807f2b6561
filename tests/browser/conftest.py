"""A real browser and a real server; without the browser the tests are skipped aloud."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_FLAGS = (
    *("--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
START_S = 30

Serve = Callable[..., str]
Open = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium of the system, driven by Playwright."""
    program = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        report = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        report("没有 chromium 或 playwright：浏览器测试全部没有运行")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[Open]:
    """Open pages of a size; whatever a page complains of, or a dialog, fails the test."""
    contexts = []
    complaints: list[str] = []

    def opened(
        address: str, width: int = 1280, *, offline: bool = False, dark: bool = False
    ) -> "Page":
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 844}, offline=offline, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on this computer, with an empty database."""
    uvicorn = pytest.importorskip("uvicorn")
    from extract.review import Settings, create_app

    store = tmp_path_factory.mktemp("server") / "notices.db"
    app = create_app(Settings(store=f"sqlite:///{store}", workers=1))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_S
    while not running.started and time.monotonic() < until:
        time.sleep(0.05)
    assert running.started
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(timeout=START_S)


@pytest.fixture
def shoot() -> Callable[["Page", str], None]:
    """Keep a picture of a page where ``NOTICE_SCREENSHOTS`` says, to be looked at."""
    folder = os.environ.get("NOTICE_SCREENSHOTS")

    def taken(page: "Page", name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder, f"{name}.png"))

    return taken
