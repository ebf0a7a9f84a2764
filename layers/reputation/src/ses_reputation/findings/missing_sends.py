"""Configuration sets that tell deliveries and bounces, but no sends: their rates have no denominator."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ses_reputation.findings.feed_coverage.reported import (
    FeedCounts,
    FeedPeriod,
    by_period,
    last_period_reported,
    period_after,
)
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.wording import count, moment_of

# The latest outcomes that are looked at, and how few still tell something.
_ENOUGH_OUTCOMES, _LEAST_OUTCOMES = 50, 20
# Out-of-office replies give some mail two outcomes, and a send event is lost now and then.
_FOUND_SHARE, _CLEAR_SHARE = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class _SendsTold:
    """Sends and outcomes that a sender's feed told of the same periods of mail."""

    sends: int
    outcomes: int

    def judge(self) -> DetectionState:
        if self.sends >= _CLEAR_SHARE * self.outcomes:
            return DetectionState.CLEAR
        is_found = self.outcomes >= _LEAST_OUTCOMES and self.sends <= _FOUND_SHARE * self.outcomes
        return DetectionState.FIRING if is_found else DetectionState.INCONCLUSIVE


def find_missing_sends(entity: ReputationEntity, cells: Iterable[FeedPeriod]) -> list[Detection]:
    """Return a detection of each configuration set of an account. cells: the account's own, newest first.

    FIRING: at most half as many sends as outcomes, of at least 20. CLEAR: nine in ten are there.
    """
    by_set: dict[str, list[FeedPeriod]] = {}
    for cell in cells:
        if cell.is_settled:
            by_set.setdefault(cell.configuration_set, []).append(cell)
    return [_sight(entity, name, own) for name, own in sorted(by_set.items())]


def _sight(entity: ReputationEntity, name: str, cells: Sequence[FeedPeriod]) -> Detection:
    told = _latest(cells)
    state = told.judge()
    if state is not DetectionState.FIRING:
        return Detection(FindingKind.SENDS_MISSING, name, state)
    last_reported = last_period_reported(cells, lambda each: each.sends)
    since = period_after(last_reported)
    began = f"tells almost no sends since {moment_of(since)}" if since else "tells no sends"
    return Detection(
        FindingKind.SENDS_MISSING,
        name,
        state,
        since,
        f"Configuration set {name} of account {entity.name} {began}: its rates have no denominator",
        (
            ("told of the latest mail", f"{count(told.outcomes, 'outcome')}, {count(told.sends, 'send')}"),
            ("Region", entity.region),
            ("likely cause", "the event destination does not select sends"),
        ),
        {
            "configuration_set": name,
            "sends": told.sends,
            "outcomes": told.outcomes,
            "last_reported": last_reported,
        },
        (
            f"Add SEND to the MatchingEventTypes of the set's event destination: `aws sesv2 "
            f"get-configuration-set-event-destinations --configuration-set-name {name} --region "
            f"{entity.region}` shows it.",
            "Until then bounces and complaints of this mail stand against the sends of other mail.",
        ),
    )


def _latest(cells: Sequence[FeedPeriod]) -> _SendsTold:
    sends = outcomes = 0
    for _, told in by_period(cells):
        sends, outcomes = sends + told.sends, outcomes + _outcomes(told)
        if outcomes >= _ENOUGH_OUTCOMES:
            break
    return _SendsTold(sends, outcomes)


def _outcomes(told: FeedCounts) -> int:
    return told.delivered.by_sender + told.bounced.by_sender
