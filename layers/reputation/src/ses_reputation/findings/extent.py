"""How much mail an open finding concerns, so that a muted one that grows is noticed."""

from collections.abc import Callable, Mapping
from typing import Any

from ses_reputation.findings.finding import FindingKind


def extent_of(kind: FindingKind, evidence: Mapping[str, Any]) -> float | None:
    """Return the share of mail that a finding concerns; None where its evidence does not say.

    evidence: plain JSON, as the evidence of that kind is stored. The share is a fraction of 1, but a ledger
    that holds more than SES counted may be more than 1 away from it.
    """
    try:
        return _EXTENTS[kind](evidence)
    except (KeyError, TypeError, ZeroDivisionError):
        # A finding that was open before an upgrade may lack a field of the new version.
        return None


def has_grown(extent: float | None, before: float | None) -> bool:
    """Return whether a share is twice what it was, or has come half the way from there to all mail.

    So 3 % grows at 6 %, and 80 % at 90 %.
    """
    if extent is None or before is None or extent <= before:
        return False
    return extent >= 2 * before or (before < 1 and 1 - extent <= (1 - before) / 2)


def _spike(evidence: Mapping[str, Any]) -> float:
    return float(evidence["last_24_hours"]["value"])


def _deferral(evidence: Mapping[str, Any]) -> float:
    return float(evidence["recent"]["delayed_share"])


def _coverage_gap(evidence: Mapping[str, Any]) -> float:
    missed = sum(evidence["missed"].values())
    return float(missed / (missed + evidence["reported"]))


def _missing_outcomes(evidence: Mapping[str, Any]) -> float:
    return float(evidence["share"])


def _missing_sends(evidence: Mapping[str, Any]) -> float:
    return 1 - float(evidence["sends"] / evidence["outcomes"])


def _reconciliation(evidence: Mapping[str, Any]) -> float:
    return abs(1 - float(evidence["share"]))


def _stopped_mail(evidence: Mapping[str, Any]) -> float:
    # All of a stream, from its first hour without mail on.
    return float(evidence["silent_hours"] > 0)


_EXTENTS: Mapping[FindingKind, Callable[[Mapping[str, Any]], float]] = {
    FindingKind.BOUNCE_SPIKE: _spike,
    FindingKind.COMPLAINT_SPIKE: _spike,
    FindingKind.PROVIDER_DEFERRAL: _deferral,
    FindingKind.MAIL_STOPPED: _stopped_mail,
    FindingKind.COVERAGE_GAP: _coverage_gap,
    FindingKind.MISSING_OUTCOMES: _missing_outcomes,
    FindingKind.SENDS_MISSING: _missing_sends,
    FindingKind.RECONCILIATION_GAP: _reconciliation,
}
