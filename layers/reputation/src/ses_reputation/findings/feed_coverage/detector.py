"""Coverage of an identity's mail: bounces and complaints that only one of two expected feeds told."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, NamedTuple

from ses_reputation.findings.feed_coverage.missed_share import INCONCLUSIVE_GAP, FeedGap, most_severe
from ses_reputation.findings.feed_coverage.owner_feed import gap_of_owners_kinds, owner_feed_outage
from ses_reputation.findings.feed_coverage.reported import FeedPeriod, feed_periods
from ses_reputation.findings.feed_coverage.sender_feed import (
    gap_without_set,
    gaps_of_sets,
    sender_feed_outage,
)
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.notifications.texts.coverage_gaps import (
    Place,
    advise_on_gap,
    describe_gap,
    tell_gap,
    tell_of_last,
)
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import EntityKind, ReputationEntity

OWNERS_FEED = "owner"
"""What a detection of the owner's feed is about."""


class _Seen(NamedTuple):
    gap: FeedGap
    place: Place


def find_coverage_gaps(
    entity: ReputationEntity, hours: Iterable[HourBalance], days: Iterable[DayBalance], now: datetime
) -> list[Detection]:
    """Return what each feed of an identity's mail misses; none for an account's entity.

    hours: sender-hours of today and yesterday (UTC); days: day balances of the 30 days before; of the
    identity, others are left out. now: aware UTC.

    The sender's feed is always expected, for only it tells sends. The owner's is expected in a Region where
    it told anything in these days; where it did not, nothing can be compared, and there is no detection.

    A detection is about `444455556666` (the feed of that account as a whole, or its mail without a
    configuration set), `444455556666/newsletter` (one set of it) or `owner`, Regions together: the
    most_severe shows. While an account's feed is missing as a whole, its sets are INCONCLUSIVE."""
    if entity.kind is not EntityKind.IDENTITY:
        return []
    by_region: dict[str, list[FeedPeriod]] = {}
    for cell in feed_periods(hours, days, now):
        if cell.sender.identity == entity.name:
            by_region.setdefault(cell.sender.region, []).append(cell)
    seen: dict[str, list[_Seen]] = {}
    for region, cells in sorted(by_region.items()):
        if any(cell.told.by_owner for cell in cells):
            for scope, each in _see_region(Place(entity.name, region), cells).items():
                seen.setdefault(scope, []).append(each)
    return [_sight(scope, found) for scope, found in sorted(seen.items())]


def _see_region(place: Place, cells: Sequence[FeedPeriod]) -> dict[str, _Seen]:
    owners = most_severe([owner_feed_outage(cells), gap_of_owners_kinds(cells)])
    seen = {OWNERS_FEED: _Seen(owners, place)}
    for account in sorted({cell.sender.account for cell in cells}):
        own = [cell for cell in cells if cell.sender.account == account]
        seen |= _see_account(replace(place, account=account), own)
    return seen


def _see_account(place: Place, cells: Sequence[FeedPeriod]) -> dict[str, _Seen]:
    names = {cell.configuration_set for cell in cells} - {NO_CONFIGURATION_SET}
    whole = replace(place, configuration_sets=tuple(sorted(names)))
    silence = sender_feed_outage(cells)
    sets = gaps_of_sets(cells)
    if silence.state is DetectionState.FIRING:
        gap, sets = silence, dict.fromkeys(sets, INCONCLUSIVE_GAP)
    else:
        gap = most_severe([silence, gap_without_set(cells)])
    return {place.account: _Seen(gap, whole)} | {
        f"{place.account}/{name}": _Seen(found, replace(place, configuration_sets=(name,)))
        for name, found in sets.items()
    }


def _sight(scope: str, seen: Sequence[_Seen]) -> Detection:
    gap = most_severe(each.gap for each in seen)
    place = next(each.place for each in seen if each.gap is gap)
    if gap.state is not DetectionState.FIRING or gap.cause is None:
        return Detection(FindingKind.COVERAGE_GAP, scope, gap.state, figures=tell_of_last(gap))
    return Detection(
        FindingKind.COVERAGE_GAP,
        scope,
        DetectionState.FIRING,
        gap.since,
        describe_gap(gap.cause, gap, place),
        tell_gap(gap.cause, gap, place),
        _evidence(gap, seen),
        advise_on_gap(gap.cause, gap, place),
    )


def _evidence(gap: FeedGap, seen: Sequence[_Seen]) -> dict[str, Any]:
    found = [each for each in seen if each.gap.state is DetectionState.FIRING]
    place = next(each.place for each in found if each.gap is gap)
    return {
        "cause": gap.cause,
        "identity": place.identity,
        "account": place.account,
        "regions": [each.place.region for each in found],
        "configuration_sets": list(place.configuration_sets),
        "kinds": list(gap.kinds),
        "missed": asdict(gap.missed),
        "told": gap.told,
        "since": gap.since,
        "last_reported": gap.last_reported,
    }
