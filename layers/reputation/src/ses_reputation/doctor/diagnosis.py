"""What a check finds: what is wrong, why it matters, and what mends it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from ses_reputation.doctor.facts.setup import Setup


class Severity(IntEnum):
    """How bad it is; the value is the exit code of `ses-reputation doctor`.

    ERROR: mail or feedback is lost now. WARNING: it is incomplete, will be lost, or could not be looked at.
    """

    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that is wrong.

    name: of its kind. account, region: where it is to be mended. subject: what it is about: an ARN or a name.
    commands: each can be pasted. cuts: the links of flows (flows.py) that it breaks. explained_by: the links
    of which a break explains it: then it is no cause, but follows.
    """

    name: str
    severity: Severity
    account: str
    region: str
    subject: str
    problem: str
    why: str
    mend: str
    commands: tuple[str, ...] = ()
    cuts: frozenset[str] = frozenset()
    explained_by: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: all that is said, without links."""
        return {
            "name": self.name,
            "severity": self.severity.name.lower(),
            "account": self.account,
            "region": self.region,
            "subject": self.subject,
            "problem": self.problem,
            "why": self.why,
            "mend": self.mend,
            "commands": list(self.commands),
        }


Check = Callable[[Setup], Iterable[Diagnosis]]
"""The one signature of checks: each is a module of `checks/` with a function `check`."""
