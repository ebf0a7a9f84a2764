"""Configuration sets that report deliveries and bounces, but no sends: their rates have no denominator."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.feed_coverage.reported import (
    FeedCounts,
    FeedPeriod,
    by_period,
    last_period_of,
    periods_of,
)
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.findings.quoted_diagnoses import Quoted, quote_senders_feed, to_json
from ses_reputation.hours import next_period
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.tallies import group_by

# The latest outcomes that are evaluated, and how few are enough.
_ENOUGH_OUTCOMES, _LEAST_OUTCOMES = 50, 20
# Out-of-office replies give some mail two outcomes, and a send event is lost now and then.
_FIRING_SHARE, _CLEAR_SHARE = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class MissingSendsEvidence:
    """Sends and outcomes that a set's feed reported of its latest mail.

    last_reported: the newest hour or day of which it reported a send, "" where it never did. since: the hour
    or day after that. diagnoses: what the doctor found that keeps the set's events back.
    """

    configuration_set: str
    sends: int
    outcomes: int
    last_reported: str
    since: str
    diagnoses: Quoted = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, the fields by name."""
        return {
            "configuration_set": self.configuration_set,
            "sends": self.sends,
            "outcomes": self.outcomes,
            "last_reported": self.last_reported,
            "since": self.since,
            "diagnoses": to_json(self.diagnoses),
        }


def detect(mail: EntityMail) -> list[Detection]:
    """Return a detection of each configuration set of an account, those with most mail first; none for an
    identity.

    FIRING: at most half as many sends as outcomes, of at least 20. CLEAR: nine in ten are there.
    """
    if mail.entity.kind is not EntityKind.ACCOUNT:
        return []
    settled = (each for each in periods_of(mail) if each.is_settled)
    by_set = group_by(settled, lambda each: each.configuration_set)
    names = sorted(by_set, key=lambda name: (-_outcomes_of(by_set[name]), name))
    return [_detect_in(mail, name, by_set[name]) for name in names]


def _outcomes_of(periods: Iterable[FeedPeriod]) -> int:
    return sum(_outcomes_in(each.counts) for each in periods)


def _outcomes_in(counts: FeedCounts) -> int:
    return counts.delivered.by(Feed.SENDER) + counts.bounced.by(Feed.SENDER)


def _detect_in(mail: EntityMail, name: str, periods: Sequence[FeedPeriod]) -> Detection:
    sends, outcomes = _latest(periods)
    state = _classify(sends, outcomes)
    if state is not DetectionState.FIRING:
        return Detection(FindingKind.SENDS_MISSING, name, state)
    last_reported = last_period_of(periods, lambda counts: counts.sends)
    since = next_period(last_reported)
    quoted = quote_senders_feed(mail, mail.entity.name, (mail.entity.region,), (name,))
    evidence = MissingSendsEvidence(name, sends, outcomes, last_reported, since, quoted)
    return Detection(FindingKind.SENDS_MISSING, name, state, since, evidence)


def _classify(sends: int, outcomes: int) -> DetectionState:
    if sends >= _CLEAR_SHARE * outcomes:
        return DetectionState.CLEAR
    is_firing = outcomes >= _LEAST_OUTCOMES and sends <= _FIRING_SHARE * outcomes
    return DetectionState.FIRING if is_firing else DetectionState.INCONCLUSIVE


def _latest(periods: Sequence[FeedPeriod]) -> tuple[int, int]:
    """Return sends and outcomes of the latest mail that has enough outcomes, or of all."""
    sends = outcomes = 0
    for _, counts in by_period(periods):
        sends += counts.sends
        outcomes += _outcomes_in(counts)
        if outcomes >= _ENOUGH_OUTCOMES:
            break
    return sends, outcomes
