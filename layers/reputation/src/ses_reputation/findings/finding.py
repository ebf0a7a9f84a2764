"""What detectors return: whether something is wrong now, since when, and the evidence for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

MOST_NAMED = 20
"""Names that evidence holds at most: an account's sets may be 10,000, and its state is one item."""
OTHER_NAMES = "(other)"
"""Stands for all others; SES allows no parentheses in names."""


class FindingKind(StrEnum):
    """What was found. A finding of feeds says that SES's events reach us incompletely."""

    BOUNCE_SPIKE = "bounce_spike"
    COMPLAINT_SPIKE = "complaint_spike"
    PROVIDER_DEFERRAL = "provider_deferral"
    MAIL_STOPPED = "mail_stopped"
    COVERAGE_GAP = "coverage_gap"
    MISSING_OUTCOMES = "missing_outcomes"
    SENDS_MISSING = "sends_missing"
    RECONCILIATION_GAP = "reconciliation_gap"

    @property
    def is_of_feeds(self) -> bool:
        """Return whether it is about what feeds report, rather than about the mail itself."""
        return self in _OF_FEEDS


_OF_FEEDS = frozenset(
    {
        FindingKind.COVERAGE_GAP,
        FindingKind.MISSING_OUTCOMES,
        FindingKind.SENDS_MISSING,
        FindingKind.RECONCILIATION_GAP,
    }
)


class DetectionState(StrEnum):
    """FIRING opens a finding and CLEAR resolves it; INCONCLUSIVE lies between and leaves it as it was."""

    FIRING = "firing"
    INCONCLUSIVE = "inconclusive"
    CLEAR = "clear"


class Evidence(Protocol):
    """The figures of one detection, a type of each detector's own. None of them names a recipient."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: what events carry, and what notifications/texts words."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What one assessment detected of one possible finding in an entity.

    kind and scope name it: `scope` says in a word what it concerns (`microsoft`, `444455556666/newsletter`,
    or "" for the whole entity), and is the same in every assessment. since: the UTC hour (`2026-11-22T10`) or
    day in which it began, "" where that is not known. evidence: None where there is nothing to say; where a
    finding is open, evidence that an INCONCLUSIVE detection brings replaces that of the finding.
    """

    kind: FindingKind
    scope: str
    state: DetectionState
    since: str = ""
    evidence: Evidence | None = None

    @property
    def key(self) -> str:
        """Its name within an entity."""
        return finding_key(self.kind, self.scope)

    @property
    def evidence_json(self) -> Mapping[str, Any] | None:
        """Its evidence as plain JSON."""
        return self.evidence.to_json() if self.evidence else None


def finding_key(kind: FindingKind, scope: str) -> str:
    """Return the name of a finding within an entity: `provider_deferral#microsoft`, `missing_outcomes`."""
    return f"{kind}#{scope}" if scope else str(kind)


def name_most(amounts: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Return the names with the largest amounts, at most MOST_NAMED, and the others; both sorted."""
    by_amount = sorted(amounts, key=lambda name: (-amounts[name], name))
    return sorted(by_amount[:MOST_NAMED]), sorted(by_amount[MOST_NAMED:])
