"""An environment of the runtime's Python that holds the emulator, and not the library: `.venv-runtime`."""

import fcntl
import hashlib
import subprocess
from pathlib import Path

from tests.support.stack_template import ROOT

_FOLDER = ROOT / ".venv-runtime"
_PINS = ROOT / "requirements" / "dev.txt"
# All at once, or pip breaks ministack's pin of botocore. The translator is for CloudFormation's transform.
_PACKAGES = ("ministack", "aws-sam-translator", "boto3")


def prepare_runtime(python: Path) -> Path:
    """Return the environment's interpreter; the environment is made when there is none for these pins."""
    wanted = hashlib.sha256(f"{python}\n{_PINS.read_text()}".encode()).hexdigest()[:12]
    environment = _FOLDER / wanted
    _FOLDER.mkdir(exist_ok=True)
    with (_FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (environment / ".ready").exists():
            _run([str(python), "-m", "venv", "--clear", str(environment)])
            pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            _run([*pip, "--constraint", str(_PINS), *_PACKAGES])
            (environment / ".ready").touch()
    return environment / "bin" / "python"


def _run(arguments: list[str]) -> None:
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603
    assert answer.returncode == 0, answer.stdout + answer.stderr
