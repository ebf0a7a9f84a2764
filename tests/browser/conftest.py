"""Pages of statements in headless Chromium, as a reader opens them: from a file, alone."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from ses_reputation.statement.render import render_statement
from ses_reputation.statement.view.statement import Statement
from tests.browser.opened import OpenedPage, Reader

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

Open = Callable[..., OpenedPage]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if _CHROMIUM is None:
        pytest.skip("no Chromium on PATH: apt-get install chromium, as .ci/run does")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET.split())
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a statement as a page, as a reader of a kind sees it."""
    opened: list[OpenedPage] = []

    def open_one(statement: Statement, reader: Reader = Reader()) -> OpenedPage:  # noqa: B008 - frozen
        path = tmp_path / f"{len(opened)}.html"
        path.write_text(render_statement(statement), encoding="utf-8")
        opened.append(OpenedPage.open(browser, path, reader))
        return opened[-1]

    yield open_one
    for page in opened:
        page.close()
