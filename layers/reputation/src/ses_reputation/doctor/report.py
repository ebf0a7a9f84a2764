"""All diagnoses put in order: each cause once, and beneath it what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ses_reputation.doctor.checks.every_check import CHECKS
from ses_reputation.doctor.diagnosis import Check, Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import Flow, flows_of


@dataclass(frozen=True, slots=True)
class RootCause:
    """What is to be mended, and the sentences that say what follows from it."""

    diagnosis: Diagnosis
    consequences: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: the diagnosis, and `consequences`."""
        return {**self.diagnosis.to_json(), "consequences": list(self.consequences)}


def examine(setup: Setup, checks: Iterable[Check] = CHECKS) -> list[RootCause]:
    """Return the causes that the checks find, the worst first."""
    return arrange([found for check in checks for found in check(setup)], flows_of(setup))


def arrange(diagnoses: Iterable[Diagnosis], flows: Iterable[Flow]) -> list[RootCause]:
    """Return the causes among diagnoses, each with what follows from it, the worst first.

    A diagnosis follows from each other one that cuts a link which would explain it. A flow that is cut
    follows from all that cut it: every one of them has to be mended.
    """
    diagnoses, flows = list(diagnoses), list(flows)
    causes: list[RootCause] = []
    for diagnosis in diagnoses:
        if any(_explains(other, diagnosis) for other in diagnoses):
            continue
        lost = [flow.consequence for flow in flows if diagnosis.cuts.intersection(flow.links)]
        following = [each.problem for each in diagnoses if _explains(diagnosis, each)]
        causes.append(RootCause(diagnosis, tuple(dict.fromkeys(lost + following))))
    return sorted(causes, key=lambda cause: _rank(cause.diagnosis))


def exit_code(causes: Iterable[RootCause]) -> int:
    """Return 0 where nothing is wrong, 1 where there are only warnings, 2 where there are errors."""
    return max((cause.diagnosis.severity.value for cause in causes), default=0)


def _explains(diagnosis: Diagnosis, other: Diagnosis) -> bool:
    return diagnosis is not other and bool(diagnosis.cuts & other.explained_by)


def _rank(diagnosis: Diagnosis) -> tuple[int, str, str, str, str]:
    where = (diagnosis.account, diagnosis.region, diagnosis.name, diagnosis.subject)
    return Severity.ERROR - diagnosis.severity, *where
