"""An environment of the runtime's Python that holds the emulator, and not the library: `.venv-runtime`."""

import fcntl
import hashlib
import subprocess
from pathlib import Path

from tests.support.stack_template import ROOT

_FOLDER = ROOT / ".venv-runtime"
_PINS = ROOT / "requirements" / "dev.txt"
_LOCAL_AWS = ROOT / "requirements" / "local-aws.txt"
# What these two import. The rest of the pins would stand in for what the layer must bring.
_NEEDED = (
    "boto3",
    "cryptography",
    "defusedxml",
    "graphql-core",
    "hypercorn",
    "jsonata-python",
    "jsonschema",
    "pydantic",
    "PyYAML",
)


def prepare_runtime(python: Path) -> Path:
    """Return the environment's interpreter; the environment is made when there is none for these pins."""
    pins = _PINS.read_text() + _LOCAL_AWS.read_text()
    wanted = hashlib.sha256(f"{python}\n{_NEEDED}\n{pins}".encode()).hexdigest()[:12]
    environment = _FOLDER / wanted
    _FOLDER.mkdir(exist_ok=True)
    with (_FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (environment / ".ready").exists():
            _run([str(python), "-m", "venv", "--clear", str(environment)])
            pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            versions = environment / "versions.txt"
            versions.write_text("\n".join(versions_in(_PINS)))
            _run([*pip, "--constraint", str(versions), *_NEEDED])
            _run([*pip, "--no-deps", "--requirement", str(_LOCAL_AWS)])
            (environment / ".ready").touch()
    return environment / "bin" / "python"


def versions_in(pins: Path) -> list[str]:
    """Return the pins of a file without hashes, with which pip takes pinned requirements only."""
    return [line.removesuffix("\\").strip() for line in pins.read_text().splitlines() if "==" in line]


def _run(arguments: list[str]) -> None:
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603
    assert answer.returncode == 0, answer.stdout + answer.stderr
