"""The most memory that this process has held."""

import resource
import sys
from pathlib import Path

_KIB = 1024
_STATUS = Path("/proc/self/status")
_CLEAR_REFS, _PEAK = Path("/proc/self/clear_refs"), "5"


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


def begin_peak() -> int:
    """Begin the mark of this process anew, where that is possible (Linux), and return it, in bytes.

    Writing 5 to clear_refs resets the peak of the resident set ("The /proc Filesystem", kernel.org).
    """
    if _CLEAR_REFS.exists():
        _CLEAR_REFS.write_text(_PEAK)
    return peak_bytes()
