"""Files that hold addresses: only their owner may read them."""

import os
from collections.abc import Iterable
from pathlib import Path

from console.errors import ConsoleError

_PRIVATE = 0o600


def write_private_lines(path: Path, lines: Iterable[str]) -> int:
    """Write a new file of lines that only its owner may read; return how many.

    Raises ConsoleError where the file exists already, or cannot be written.
    """
    written = 0
    try:
        # With O_EXCL nobody else's file, or link, is written through.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except OSError as error:
        raise ConsoleError(f"{path} cannot be written: {error.strerror}. Name another folder.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(f"{line}\n")
            written += 1
    return written


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, unless it is there. Raises ConsoleError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConsoleError(f"{path} cannot be made: {error.strerror}. Name another folder.") from error
