"""Evaluations and detections made by hand, for tests of what is published about them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.delivery.delays import DelayCounts
from ses_reputation.findings.deferrals import DeferralEvidence, DeferralPeriod
from ses_reputation.findings.feed_coverage.detector import CoverageGapEvidence, FeedPlace
from ses_reputation.findings.feed_coverage.missed_share import FeedGap, MissedCounts, Symptom
from ses_reputation.findings.finding import Detection, DetectionState, Evidence, FindingKind
from ses_reputation.findings.missing_outcomes import MissingOutcomes, MissingOutcomesEvidence, SetOutcomes
from ses_reputation.findings.missing_sends import MissingSendsEvidence
from ses_reputation.findings.quoted_diagnoses import QuotedDiagnosis
from ses_reputation.findings.rate_spikes import RateSpikeEvidence
from ses_reputation.findings.ses_comparison import Compared, Reconciliation
from ses_reputation.findings.stopped_mail import StoppedMailEvidence
from ses_reputation.notifications.context import NotificationContext, ses_rates_of
from ses_reputation.notifications.transitions import transition_of_change
from ses_reputation.parties import Ownership
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.headroom import Headroom
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rates.windows import Window
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.rollup.rate_counts import EVERYTHING, Dimension, RateCounts, Slice
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.state import EntityState, Transition
from ses_reputation.standing.state_machine import next_state
from ses_reputation.statistics.send_statistics import HourTotals

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
STACK = "ses-reputation"
OWNERSHIP = Ownership("111122223333")
ACCOUNT = account_entity("444455556666", "us-east-1")
IDENTITY = identity_entity("example.com")
SENDS = 10_021
WINDOW = Window(
    "volume", "2026-11-20T08", "2026-11-22T10", {EVERYTHING: RateCounts(SENDS)}, None, is_full=True
)
KNOWN_BY_OUTCOME = {
    EVERYTHING: RateCounts(SENDS),
    Slice(Dimension.WITHOUT_SEND, "(none)"): RateCounts(SENDS),
    Slice(Dimension.UNRATED, "(none)"): RateCounts(hard_bounces=12),
}
"""The owner's topics report what was delivered and what bounced; of 12 bounces only one of them did."""
WITHIN_10S = {"delivered_within_10s": 600}
# By hand, with T a threshold, e events and 10,021 sends: it takes ceil(T * 10,021) - e more events to reach
# T, and floor(e / T) + 1 - 10,021 clean sends to come below it. 2 % are 200.42 mails, 5 % 501.05, 10 %
# 1,002.1; 0.05 % are 5.0105, 0.1 % 10.021, 0.5 % 50.105.
_BOUNCES = {
    # 1.80 %
    Standing.HEALTHY: (180, (21, 0), (322, 0), (823, 0)),
    # 3.00 %: 301 / 0.02 = 15,050
    Standing.WATCH: (301, (0, 5_030), (201, 0), (702, 0)),
    # 5.12 %: 513 / 0.02 = 25,650, 513 / 0.05 = 10,260
    Standing.REVIEW: (513, (0, 15_630), (0, 240), (490, 0)),
    # 11.01 %: 1,103 / 0.02 = 55,150, / 0.05 = 22,060, / 0.1 = 11,030
    Standing.PAUSE: (1_103, (0, 45_130), (0, 12_040), (0, 1_010)),
}
_COMPLAINTS = {
    # 0.030 %
    Standing.HEALTHY: (3, (3, 0), (8, 0), (48, 0)),
    # 0.070 %: 7 / 0.0005 = 14,000
    Standing.WATCH: (7, (0, 3_980), (4, 0), (44, 0)),
    # 0.120 %: 12 / 0.0005 = 24,000, 12 / 0.001 = 12,000
    Standing.REVIEW: (12, (0, 13_980), (0, 1_980), (39, 0)),
    # 0.609 %: 61 / 0.0005 = 122,000, / 0.001 = 61,000, / 0.005 = 12,200
    Standing.PAUSE: (61, (0, 111_980), (0, 50_980), (0, 2_180)),
}
_THRESHOLDS = {
    Measure.BOUNCES: (Fraction(2, 100), Fraction(5, 100), Fraction(10, 100)),
    Measure.COMPLAINTS: (Fraction(5, 10_000), Fraction(1, 1_000), Fraction(5, 1_000)),
}


def bounces(
    standing: Standing | None,
    causes: tuple[Cause, ...] | None = None,
    window: Window = WINDOW,
) -> Evaluation:
    """An entity that stands somewhere by its bounces."""
    events, *room = _BOUNCES[standing or Standing.HEALTHY]
    headroom, rate = _headroom(Measure.BOUNCES, room), Rate(events, SENDS)
    own = causes_in_account(events) if causes is None else causes
    return Evaluation(Measure.BOUNCES, window, SENDS, events, rate, standing, headroom, causes=own)


def complaints(standing: Standing | None) -> Evaluation:
    """An entity that stands somewhere by its complaints, with 5,000 more sends to Gmail."""
    events, *room = _COMPLAINTS[standing or Standing.HEALTHY]
    return Evaluation(
        Measure.COMPLAINTS,
        WINDOW,
        SENDS,
        events,
        Rate(events, SENDS),
        standing,
        _headroom(Measure.COMPLAINTS, room),
        Rate(events, 15_021),
        (
            _cause(Dimension.CONFIGURATION_SET, "invoices", events - 1, events, 6_000),
            _cause(Dimension.COMPLAINT, "complained_abuse", events, events),
        ),
    )


def causes_in_account(events: int) -> tuple[Cause, ...]:
    """Where an account's bounces come from."""
    return (
        _cause(Dimension.CONFIGURATION_SET, "newsletter", events - 101, events, 4_530),
        _cause(Dimension.PROVIDER, "microsoft", events - 120, events, 3_000),
        _cause(Dimension.BOUNCE, "bounced_permanent_no_email", events - 33, events),
    )


def causes_in_identity(events: int, delegate: str = "444455556666") -> tuple[Cause, ...]:
    """Where an identity's bounces come from: a delegate, above all."""
    return (
        _cause(Dimension.SENDING_ACCOUNT, delegate, events - 90, events, 4_810),
        _cause(Dimension.CONFIGURATION_SET, f"{delegate}/newsletter", events - 101, events, 4_530),
        _cause(Dimension.BOUNCE, "bounced_permanent_suppressed", events - 33, events),
    )


def complaints_in_identity(events: int) -> tuple[Cause, ...]:
    """Where an identity's complaints come from: a delegate, above all."""
    return (
        _cause(Dimension.SENDING_ACCOUNT, "777788889999", events, events, 7_000),
        _cause(Dimension.CONFIGURATION_SET, "777788889999/invoices", events - 1, events, 6_000),
        _cause(Dimension.COMPLAINT, "complained_unspecified", events, events),
    )


def _cause(kind: Dimension, name: str, events: int, of: int, sends: int = 0) -> Cause:
    return Cause(Slice(kind, name), events, of, Rate(events, sends) if sends else None)


def _headroom(measure: Measure, room: Sequence[tuple[int, int]]) -> tuple[Headroom, ...]:
    standings = (Standing.WATCH, Standing.REVIEW, Standing.PAUSE)
    return tuple(
        Headroom(standing, threshold, more_events, clean_sends)
        for standing, threshold, (more_events, clean_sends) in zip(
            standings, _THRESHOLDS[measure], room, strict=True
        )
    )


def seen(
    *evaluations: Evaluation,
    detections: tuple[Detection, ...] = (),
    entity: ReputationEntity = ACCOUNT,
    view: Mapping[str, Any] | None = None,
) -> EntityEvaluation:
    """What one assessment saw."""
    return EntityEvaluation(entity, {each.measure: each for each in evaluations}, detections, view or {})


def assess(
    previous: EntityState | None,
    found: EntityEvaluation,
    at: datetime,
    stack_name: str = STACK,
    link: str = "",
) -> tuple[EntityState, list[Transition]]:
    """The next state of an entity and its transitions, as an assessment makes them."""
    before = replace(previous or EntityState(found.entity, 0, at), view=found.view)
    state, changes = next_state(before, found.evaluations, found.detections, at)
    ses_rates = ses_rates_of(found.view)
    context = NotificationContext(
        found.entity, at, stack_name, state.standing, ses_rates, OWNERSHIP.party_of(found.entity), link
    )
    return state, [transition_of_change(context, change) for change in changes]


def deferral(state: DetectionState = DetectionState.FIRING, share: int = 31) -> Detection:
    """What is detected of one provider's throttling: so many percent of 1,000 sends."""
    since = "2026-11-22T08"
    delayed = DelayCounts(
        1_000, 10 * share, still_open=10 * share, types={"IPFailure": 10 * share}, deliveries=WITHIN_10S
    )
    evidence = DeferralEvidence(
        "example.com",
        "microsoft",
        since,
        DeferralPeriod("2026-11-22T08", "2026-11-22T09", True, delayed),
        DelayCounts(7_000, 70, delivered=70, types={"IPFailure": 70}, deliveries=WITHIN_10S),
        0.05,
        {"444455556666/newsletter": 10 * share},
    )
    return Detection(FindingKind.PROVIDER_DEFERRAL, "microsoft", state, since, evidence)


RAW_DELIVERY = QuotedDiagnosis(
    NOW - timedelta(hours=1),
    "444455556666",
    "Raw message delivery is on for the subscription of the ledger's queue to "
    "arn:aws:sns:us-east-1:444455556666:feedback.",
    "Switch it off.",
    "aws sns set-subscription-attributes --region us-east-1 "
    "--subscription-arn arn:aws:sns:us-east-1:444455556666:feedback:1 "
    "--attribute-name RawMessageDelivery --attribute-value false",
)
"""A cause that the doctor found an hour before."""


def coverage_gap(state: DetectionState = DetectionState.FIRING) -> Detection:
    """What is detected of a feed that fell silent."""
    missed, symptom = MissedCounts(bounced=40), Symptom.FEED_SILENT
    gap = FeedGap(state, symptom, missed, since="2026-11-21", last_reported="2026-11-20")
    place = FeedPlace("example.com", "us-east-1", "444455556666", ("newsletter",))
    evidence = CoverageGapEvidence(gap, place, ("us-east-1",))
    return Detection(FindingKind.COVERAGE_GAP, "444455556666", state, "2026-11-21", evidence)


def bounce_spike(state: DetectionState = DetectionState.FIRING, bounces: int = 122) -> Detection:
    """What is detected of the bounces of 2,000 mails in 24 hours, after 1.45 % in the 30 days before."""
    evidence = RateSpikeEvidence(Measure.BOUNCES, Rate(bounces, 2_000), Rate(870, 60_000), ())
    return Detection(FindingKind.BOUNCE_SPIKE, "", state, "2026-11-22T07", evidence)


def firing(kind: FindingKind) -> Detection:
    """A detection of each kind that fires."""
    return {each.kind: each for each in _every_kind()}[kind]


def quoting(kind: FindingKind, *diagnoses: QuotedDiagnosis) -> Detection:
    """A detection of feeds that fires, with what the doctor found: by itself, raw delivery."""
    detection = firing(kind)
    evidence: Any = detection.evidence
    return replace(detection, evidence=replace(evidence, diagnoses=diagnoses or (RAW_DELIVERY,)))


def _every_kind() -> tuple[Detection, ...]:
    complaints = RateSpikeEvidence(Measure.COMPLAINTS, Rate(9, 5_000), Rate(0, 60_000), ())
    lost = MissingOutcomes("2026-11-19", "2026-11-20", 600, 30, {"newsletter": SetOutcomes(600, 30, 560)})
    compared = Compared(RateCounts(sent=900, bounced=18), HourTotals(2_400, 72))
    held = Reconciliation("444455556666", "us-east-1", "2026-11-21T09", "2026-11-22T08", compared, NOW)
    evidence: Mapping[FindingKind, Evidence] = {
        FindingKind.COMPLAINT_SPIKE: complaints,
        FindingKind.MISSING_OUTCOMES: MissingOutcomesEvidence(lost),
        FindingKind.SENDS_MISSING: MissingSendsEvidence("newsletter", 0, 50, "", ""),
        FindingKind.RECONCILIATION_GAP: held,
        FindingKind.MAIL_STOPPED: StoppedMailEvidence(
            "444455556666", "us-east-1", "", "2026-11-19T09", 72, 3, 28, 28, 200, False, 0
        ),
    }
    others = (Detection(kind, "", DetectionState.FIRING, "", each) for kind, each in evidence.items())
    return bounce_spike(), deferral(), coverage_gap(), *others
