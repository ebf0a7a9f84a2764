"""Takes the README's picture of a page: `python -m tests.browser.picture PAGE PICTURE` (`make picture`)."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.opened import OpenedPage, Reader

_WIDTH, _HEIGHT = 1200, 790


def take_picture(page: Path, picture: Path) -> None:
    """Write what a reader with a light screen sees first of a page, once its charts are drawn, as PNG."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = OpenedPage.open(browser, page.resolve(), Reader(width=_WIDTH))
        opened.page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
        opened.page.screenshot(path=picture, animations="disabled")
        browser.close()


if __name__ == "__main__":
    take_picture(*map(Path, sys.argv[1:3]))
