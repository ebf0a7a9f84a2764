"""The emulator of a busy machine: whatever a function writes reaches it late.

`python -m tests.support.aws.late_logs` starts the server so; with `lossy`, without our correction, so that
what is late is lost.
"""

import sys
import time
from pathlib import Path

from ministack.core.lambda_runtime import Worker

from console.local_aws.ministack import __main__ as server
from console.local_aws.ministack import functions

LATE_SECONDS = 0.2


def write_interpreter(folder: Path, *arguments: str) -> Path:
    """A file to give to `start_ministack` as its interpreter."""
    interpreter = folder / "late-python"
    command = " ".join([f'exec "{sys.executable}" -m tests.support.aws.late_logs', *arguments])
    interpreter.write_text(f"#!/bin/sh\n{command}\n")
    interpreter.chmod(0o700)
    return interpreter


def read_late(worker: Worker) -> None:
    """What reads a function's lines, each a while after it was written."""
    for line in worker._proc.stderr:
        time.sleep(LATE_SECONDS)
        worker._stderr_queue.put(line.rstrip("\n"))


if __name__ == "__main__":
    Worker._read_stderr = read_late
    if "lossy" in sys.argv:
        # ministack reads the arguments too, and knows none.
        sys.argv.remove("lossy")
        functions.keep_whole_logs = lambda: None
    server.main()
