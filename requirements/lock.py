"""Writes beside each pin the hashes of its release's files: of all platforms, as the index has them.

Run by `make lock` with the files to write. pip then takes no other file. Pins and the comments on top stay as
they are: to change a version, change its pin and run this. No registry's address is written.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

UV = Path(sys.executable).with_name("uv")
OLDEST_PYTHON = "3.11"


def lock(path: Path) -> None:
    """Write a file anew. Ends the program where a pin is not on the index, or for newer Pythons only."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    pins = [line.removesuffix("\\").strip() for line in lines if "==" in line and not line.startswith("#")]
    path.write_text("\n".join([*comments, *hashed(pins)]) + "\n", encoding="utf-8")


def hashed(pins: list[str]) -> list[str]:
    """Return the lines of pins with their hashes, by name."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked.txt", Path(folder) / "answered.txt"
        asked.write_text("\n".join(pins), encoding="utf-8")
        arguments = [
            "--quiet",
            "--no-deps",
            "--generate-hashes",
            "--universal",
            "--no-header",
            "--no-annotate",
        ]
        versions = ["--python-version", OLDEST_PYTHON, "--output-file", str(answered), str(asked)]
        command = [str(UV), "pip", "compile", *arguments, *versions]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 - all ours
            raise SystemExit(
                "uv says above which pin is not on the index, or not for every supported Python."
            )
        return answered.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        lock(Path(name))
