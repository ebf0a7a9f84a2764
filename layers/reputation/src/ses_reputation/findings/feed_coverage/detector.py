"""Coverage of an identity's mail: bounces and complaints that only one of two expected feeds reported."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.feed_coverage.missed_share import (
    INCONCLUSIVE_GAP,
    FeedGap,
    Symptom,
    most_severe,
)
from ses_reputation.findings.feed_coverage.owner_feed import gap_of_owners_kinds, owner_feed_outage
from ses_reputation.findings.feed_coverage.reported import FeedPeriod, periods_of
from ses_reputation.findings.feed_coverage.sender_feed import (
    gap_without_set,
    gaps_of_sets,
    sender_feed_outage,
)
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind, name_most
from ses_reputation.findings.quoted_diagnoses import (
    Quoted,
    quote_owners_feed,
    quote_senders_feed,
    to_json,
)
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.rollup.entities import EntityKind
from ses_reputation.tallies import group_by, group_pairs, total_by_key

OWNERS_FEED = "owner"
"""The scope of detections of the owner's feed."""


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """Where a gap is: an identity in a Region, and the account whose feed it is, "" for the owner's.

    configuration_sets: those that the feed ever named (of many, those with most mail), or the one that the
    gap is about.
    """

    identity: str
    region: str
    account: str = ""
    configuration_sets: tuple[str, ...] = ()


class PlacedGap(NamedTuple):
    """A gap, or the lack of one, and where it is."""

    gap: FeedGap
    place: FeedPlace


@dataclass(frozen=True, slots=True)
class CoverageGapEvidence:
    """What a feed missed, how that is seen, and where.

    regions: all that have the gap; `place` is in one of them, and `gap` is the one there. diagnoses: what
    the doctor found that keeps facts from this feed.
    """

    gap: FeedGap
    place: FeedPlace
    regions: tuple[str, ...]
    diagnoses: Quoted = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON: the fields of the gap but its state, those of its place, regions and
        diagnoses."""
        plain = {**asdict(self.gap), **asdict(self.place), "regions": self.regions}
        del plain["state"]
        lists = {name: list(each) if isinstance(each, tuple) else each for name, each in plain.items()}
        return {**lists, "diagnoses": to_json(self.diagnoses)}


def detect(mail: EntityMail) -> list[Detection]:
    """Return a detection of each feed of an identity's mail; none for an account.

    The sender's feed is always expected, for only it reports sends. The owner's is expected in a Region where
    it reported anything in the last 30 days; where it did not, nothing can be compared, and there is no
    detection.

    The scope is `444455556666` (the feed of that account as a whole, or its mail without a configuration
    set), `444455556666/newsletter` (one set of it) or `owner`. Of several Regions the most severe gap counts.
    While an account's feed is missing as a whole, its sets are INCONCLUSIVE. What misses most comes first.
    """
    if mail.entity.kind is not EntityKind.IDENTITY:
        return []
    by_region = group_by(periods_of(mail), lambda period: period.sender.region)
    by_scope = group_pairs(
        scope_and_gap
        for region, periods in sorted(by_region.items())
        if any(period.counts.by(Feed.OWNER) for period in periods)
        for scope_and_gap in _gaps_in_region(FeedPlace(mail.entity.name, region), periods).items()
    )
    scopes = sorted(by_scope, key=lambda scope: (-_missed_at_most(by_scope[scope]), scope))
    return [_detect_in(mail, scope, by_scope[scope]) for scope in scopes]


def _missed_at_most(placed: Sequence[PlacedGap]) -> int:
    return max(each.gap.missed.total for each in placed)


def _gaps_in_region(place: FeedPlace, periods: Sequence[FeedPeriod]) -> dict[str, PlacedGap]:
    owners = most_severe([owner_feed_outage(periods), gap_of_owners_kinds(periods)])
    gaps = {OWNERS_FEED: PlacedGap(owners, place)}
    for account in sorted({period.sender.account for period in periods}):
        own = [period for period in periods if period.sender.account == account]
        gaps |= _gaps_of_account(replace(place, account=account), own)
    return gaps


def _gaps_of_account(place: FeedPlace, periods: Sequence[FeedPeriod]) -> dict[str, PlacedGap]:
    facts = total_by_key((each.configuration_set, sum(map(each.counts.by, Feed))) for each in periods)
    names, _ = name_most({name: facts[name] for name in facts if name != NO_CONFIGURATION_SET})
    whole = replace(place, configuration_sets=tuple(names))
    outage = sender_feed_outage(periods)
    sets = gaps_of_sets(periods)
    if outage.state is DetectionState.FIRING:
        gap, sets = outage, dict.fromkeys(sets, INCONCLUSIVE_GAP)
    else:
        gap = most_severe([outage, gap_without_set(periods)])
    return {place.account: PlacedGap(gap, whole)} | {
        f"{place.account}/{name}": PlacedGap(of_set, replace(place, configuration_sets=(name,)))
        for name, of_set in sets.items()
    }


def _detect_in(mail: EntityMail, scope: str, placed: Sequence[PlacedGap]) -> Detection:
    gap = most_severe(each.gap for each in placed)
    since = gap.since if gap.state is DetectionState.FIRING else ""
    return Detection(FindingKind.COVERAGE_GAP, scope, gap.state, since, _evidence(mail, gap, placed))


def _evidence(mail: EntityMail, gap: FeedGap, placed: Sequence[PlacedGap]) -> CoverageGapEvidence | None:
    if gap.symptom is None or gap.state is DetectionState.INCONCLUSIVE:
        return None
    alike = [each.place for each in placed if each.gap.state is gap.state]
    place = next(each.place for each in placed if each.gap is gap)
    regions = tuple(each.region for each in alike)
    quoted = _quote(mail, gap, place, regions) if gap.state is DetectionState.FIRING else ()
    return CoverageGapEvidence(gap, place, regions, quoted)


def _quote(mail: EntityMail, gap: FeedGap, place: FeedPlace, regions: tuple[str, ...]) -> Quoted:
    if not place.account:
        return quote_owners_feed(mail, place.identity, regions)
    # A feed that is silent as a whole may name any set of the account, or none.
    sets = place.configuration_sets if gap.symptom is Symptom.KINDS_MISSING else ()
    return quote_senders_feed(mail, place.account, regions, sets)
