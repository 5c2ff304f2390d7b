"""Pages in a browser: Debian's chromium, or what playwright has installed; without one these tests are skipped."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import dedup
from dedup.report.page.write import page_html
from dedup.workflows.page import page_of_report
from tests.report.page.made import hostile, large

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MANY = 20_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[browser]'")
    if CHROMIUM is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page that is open, and all that it should not have done."""

    tab: Any
    file: Path
    amiss: list[str] = field(default_factory=list)

    def go(self, address: str = "") -> Any:
        """Open the file at an address in it, anew; returns the tab once the page has settled."""
        self.tab.goto("about:blank")
        self.tab.goto(f"{self.file.as_uri()}{address}")
        self.tab.wait_for_selector("html.scripted")
        return self.tab


class Tabs:
    """Opens files in tabs that are watched."""

    def __init__(self, browser: Any) -> None:
        self._browser, self._open = browser, list[tuple[Any, Tab]]()

    def __call__(self, file: Path, *, width: int = 1280, height: int = 800, dark: bool = False) -> Tab:
        scheme = "dark" if dark else "light"
        context = self._browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        tab = Tab(page, file)
        page.on("console", lambda message: tab.amiss.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: tab.amiss.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (tab.amiss.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda popup: tab.amiss.append(f"popup: {popup.url}"))
        page.on("request", lambda request: self._watch(tab, request.url))
        self._open.append((context, tab))
        return tab

    @staticmethod
    def _watch(tab: Tab, url: str) -> None:
        if not url.startswith(("data:", "about:", tab.file.as_uri())):
            tab.amiss.append(f"request: {url[:200]}")

    def close(self) -> list[str]:
        """Close all; returns what they should not have done."""
        amiss = [one for _, tab in self._open for one in tab.amiss]
        for context, _ in self._open:
            context.close()
        return amiss


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Tabs]:
    """Opens pages; whatever they say on the console, ask for, or pop up fails the test."""
    tabs = Tabs(chromium)
    yield tabs
    assert tabs.close() == []


@pytest.fixture(scope="session")
def sample_page(tmp_path_factory: pytest.TempPathFactory, sample_report: dedup.Report) -> Path:
    return _written(tmp_path_factory, "sample", page_of_report(sample_report))


@pytest.fixture(scope="session")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory, "large", page_html(*large(MANY, text_bytes=20 << 20)))


@pytest.fixture(scope="session")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory, "hostile", page_html(*hostile()))


def _written(folders: pytest.TempPathFactory, name: str, content: bytes) -> Path:
    file = folders.mktemp(name) / "report.html"
    file.write_bytes(content)
    return file


def address(cluster: str, member: str | None = None) -> str:
    """Where a cluster stands in a page, or a copy beside its partner."""
    return f"#c={quote(cluster, safe='')}" + (f"&m={quote(member, safe='')}" if member else "")
