"""A page that is open in a browser, with all that the browser asked for and complained about."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, Page

PHONE = 390
"""The width of a phone, in CSS pixels."""


@dataclass(frozen=True)
class Reader:
    """Who opens a page, and with what. clock: the time that the browser begins at; None: the machine's."""

    width: int = 1200
    is_dark: bool = False
    has_scripts: bool = True
    wants_motion: bool = True
    clock: datetime | None = None


@dataclass
class OpenedPage:
    """A page with what happened since it was opened: requests by address, and errors of any kind."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, path: Path, reader: Reader) -> Self:
        """Open a file, and wait until its charts are drawn."""
        context = browser.new_context(
            viewport={"width": reader.width, "height": 900},
            color_scheme="dark" if reader.is_dark else "light",
            java_script_enabled=reader.has_scripts,
            reduced_motion="no-preference" if reader.wants_motion else "reduce",
        )
        opened = cls(context.new_page(), path.as_uri())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.page.on("console", lambda message: opened.errors.append(f"{message.type}: {message.text}"))
        opened.page.on("dialog", lambda dialog: opened.errors.append(f"dialog: {dialog.message}"))
        if reader.clock:
            opened.page.clock.install(time=reader.clock)
        opened.page.goto(opened.address)
        if reader.has_scripts:
            for chart in opened.page.locator("figure[data-chart]").filter(visible=True).all():
                chart.locator("svg.drawn").wait_for(state="attached")
        return opened

    def run(self, program: str) -> Any:
        """Return what a function in JavaScript returns in the page."""
        return self.page.evaluate(program)

    def close(self) -> None:
        """Close it, with its context."""
        self.page.context.close()
