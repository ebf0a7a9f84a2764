"""Pictures of what commands print, at any width, for whoever changes a report to look at.

`python -m tests.pictures --out DIR standing "findings list"`: of the stack that `demo --keep` keeps running,
or of another with `--stack`. Needs Chromium, as the tests of pages do.
"""

import argparse
import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

WIDTHS = (40, 60, 80, 200)
_SCREEN = (
    "<pre style='display:inline-block;vertical-align:top;margin:8px;font:13px/16px monospace;"
    "width:calc({columns}ch + 2px);white-space:pre-wrap;word-break:break-all'>{{code}}</pre>"
)
_PAGE_PIXELS = 1_560


def draw(commands: Sequence[str], columns: int, picture: Path) -> None:
    """Run commands on a terminal of so many columns, and draw what each printed, side by side."""
    page = "".join(_html_of(command, columns) for command in commands)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": _PAGE_PIXELS, "height": 600})
        opened.set_content(page)
        opened.screenshot(path=picture, full_page=True)
        browser.close()


def _html_of(command: str, columns: int) -> str:
    screen = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True)
    screen.print(Text(f"$ ses-reputation {command}  [{columns} columns]", "bold blue"), soft_wrap=True)
    screen.print(Text.from_ansi(_run(command, columns)), soft_wrap=True)
    return screen.export_html(inline_styles=True, code_format=_SCREEN.format(columns=columns))


def _run(command: str, columns: int) -> str:
    environment = {**os.environ, "COLUMNS": str(columns), "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    started = [str(Path(sys.executable).with_name("ses-reputation")), *shlex.split(command)]
    done = subprocess.run(started, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    # Steps that move on a terminal are no picture; an error is.
    return done.stdout + (done.stderr if done.returncode else "")


def main() -> None:
    """Draw the commands that are named, a picture for each width."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="+", metavar="COMMAND", help="words behind ses-reputation, quoted")
    parser.add_argument("--columns", type=int, nargs="+", default=WIDTHS)
    parser.add_argument("--out", type=Path, default=Path("terminal-pictures"))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for columns in asked.columns:
        draw(asked.commands, columns, asked.out / f"{columns}.png")


if __name__ == "__main__":
    main()
