"""What protection may do: the stack's parameter Protection."""

from enum import StrEnum


class ProtectionMode(StrEnum):
    """REPORT: nothing. DRY_RUN: report what it would pause. ENFORCE: pause a configuration set."""

    REPORT = "report"
    DRY_RUN = "dry-run"
    ENFORCE = "enforce"
