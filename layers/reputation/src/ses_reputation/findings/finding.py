"""What is worth telling beside a standing: something that began, lasts, and ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FindingKind(StrEnum):
    """What was found. Of feeds: that we are not told everything."""

    BOUNCE_SPIKE = "bounce_spike"
    COMPLAINT_SPIKE = "complaint_spike"
    PROVIDER_DEFERRAL = "provider_deferral"
    COVERAGE_GAP = "coverage_gap"
    MISSING_OUTCOMES = "missing_outcomes"
    SENDS_MISSING = "sends_missing"
    RECONCILIATION_GAP = "reconciliation_gap"

    @property
    def is_of_feeds(self) -> bool:
        """Tell whether it is about what feeds tell, rather than about mail."""
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


@dataclass(frozen=True, slots=True)
class Detection:
    """What one assessment saw of one possible finding in an entity.

    kind and scope name it: `scope` says in a word what it concerns (`microsoft`, `444455556666/newsletter`,
    or "" for the whole entity), and is the same in every assessment. since: the UTC hour (`2026-11-22T10`) or
    day in which it began, as far as can be told, else "". headline: one sentence without its full stop.
    figures: pairs of a label and a text, for people. evidence: the same for programs, plain JSON. advice:
    sentences on what to do. None of them ever names a recipient.
    """

    kind: FindingKind
    scope: str
    state: DetectionState
    since: str = ""
    headline: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    advice: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name within an entity."""
        return finding_key(self.kind, self.scope)


def finding_key(kind: FindingKind, scope: str) -> str:
    """Return the name of a finding within an entity: `provider_deferral#microsoft`, `missing_outcomes`."""
    return f"{kind}#{scope}" if scope else str(kind)
