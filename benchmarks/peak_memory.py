"""The most memory that this process has held."""

import resource
import sys
from pathlib import Path

_KIB = 1024
_STATUS = Path("/proc/self/status")


def peak_bytes() -> int:
    """Return the peak of the resident set, in bytes.

    On Linux, getrusage tells no less than what the parent had when it started this process; the kernel's own
    mark begins anew with each program.
    """
    if _STATUS.exists():
        lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * _KIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _KIB
