"""Where this machine has the Python that Lambda runs our functions with."""

import os
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

RUNTIME_VERSION = "3.13"
MISSING_RUNTIME = (
    f"needs Python {RUNTIME_VERSION}, the functions' runtime: "
    "none was found on PATH, among pyenv's versions, or under RUNTIME_PYTHON"
)

# For whom the layer is built where the emulator runs it: Lambda's machine, and this one.
MACHINES = " ".join(sorted({"aarch64", platform.machine()}))


@cache
def find_runtime_python() -> Path | None:
    """Return an interpreter of the runtime's version that works, or None.

    Looks at the variable RUNTIME_PYTHON, at `python3.13` on PATH, and at pyenv's versions, newest first.
    """
    return next((python for python in _candidates() if _is_runtime(python)), None)


def _candidates() -> list[Path]:
    name = f"python{RUNTIME_VERSION}"
    named = [os.environ.get("RUNTIME_PYTHON"), shutil.which(name)]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    installed = sorted(pyenv.glob(f"versions/{RUNTIME_VERSION}*/bin/{name}"), reverse=True)
    return [Path(python) for python in named if python] + installed


def _is_runtime(python: Path) -> bool:
    # pyenv puts a `python3.13` on PATH that refuses to run while another version is chosen.
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == RUNTIME_VERSION
