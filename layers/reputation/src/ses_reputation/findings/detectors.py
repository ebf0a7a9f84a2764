"""Every detector; all have one signature."""

from collections.abc import Callable, Sequence

from ses_reputation.findings import (
    deferrals,
    missing_outcomes,
    missing_sends,
    rate_spikes,
    reconciliation,
    stopped_mail,
)
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.feed_coverage import detector as feed_coverage
from ses_reputation.findings.finding import Detection

Detector = Callable[[EntityMail], list[Detection]]

DETECTORS: Sequence[Detector] = (
    rate_spikes.detect,
    deferrals.detect,
    stopped_mail.detect,
    feed_coverage.detect,
    missing_outcomes.detect,
    missing_sends.detect,
    reconciliation.detect,
)
"""In the order in which an assessment publishes what they find."""


def detect_all(mail: EntityMail) -> list[Detection]:
    """Return what every detector detects in an entity's mail."""
    return [detection for detect in DETECTORS for detection in detect(mail)]
