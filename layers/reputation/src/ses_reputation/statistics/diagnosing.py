"""Diagnoses of a setup, cut to what is kept: by place, the most severe, and the feeds that they cost."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from ses_reputation.doctor.diagnosis import Diagnosis
from ses_reputation.doctor.facts.sending import DEFAULT_POOL, SHARED_POOL, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import Flow, flows_of
from ses_reputation.doctor.report import examine
from ses_reputation.statistics.diagnoses import KeptDiagnosis, LostFeed, PlaceDiagnoses
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.tallies import group_by

MOST_KEPT = 20
"""Diagnoses of an account and Region that are kept."""
MOST_FEEDS = 1_000
"""Feeds that these name together: with names of 253 letters they fit an item of DynamoDB (400 KB)."""
MOST_LETTERS = 500
"""Letters of a sentence that is kept."""
MOST_SETS = 2_000
"""Configuration sets of an account and Region whose pool is kept; names of 64 letters take 130 KB."""
LONGEST_COMMAND = 2_000
"""A command with a whole policy may be longer. Cut off it would do harm, so it is left out."""
_CUT = "..."
# What could not be read is no cause: it is logged.
_NOT_FOUND = frozenset({"unread"})
_OF_AN_IDENTITY = frozenset({"topics_lost", "topics_missing"})
_OF_A_SET = frozenset({"set_without_topic", "event_types_missing"})
_OF_AN_ACCOUNT = frozenset({"default_set_unset", "default_set_not_inherited"})
_OF_AN_ACCOUNT_EVERYWHERE = frozenset({"no_sender_feed"})
FEEDS_BY_NAME = _OF_AN_IDENTITY | _OF_A_SET | _OF_AN_ACCOUNT | _OF_AN_ACCOUNT_EVERYWHERE
"""Diagnoses that cut no flow and cost a feed all the same: there is no flow, or it has parts only."""


def diagnose(setup: Setup, places: Collection[AccountRegion], home: AccountRegion) -> list[PlaceDiagnoses]:
    """Return what is wrong in each of the places, even where that is nothing.

    home: one of the places, where what is to be mended elsewhere is kept: in another Region, say.
    """
    flows = flows_of(setup)
    found = [each.diagnosis for each in examine(setup) if each.diagnosis.name not in _NOT_FOUND]
    by_place = group_by(found, lambda each: _home_of(each, places, home))
    read = {AccountRegion(each.account, each.region): each for each in setup.places}
    return [
        PlaceDiagnoses(
            *place,
            setup.read_at,
            tuple(_keep(by_place.get(place, ()), flows)),
            set_pools=_set_pools(read[place]) if place in read else {},
            pool_kinds=_pool_kinds(read[place]) if place in read else {},
        )
        for place in sorted(places)
    ]


def _set_pools(place: Place) -> dict[str, str]:
    return {each.name: each.pool for each in islice(place.sets, MOST_SETS)}


def _pool_kinds(place: Place) -> dict[str, str]:
    """Return the kinds of pools: GetDedicatedIpPool's ScalingMode, and what is known of SES's own pools."""
    own = {each.name: "managed" if each.is_managed else "standard" for each in place.own_pools}
    return {SHARED_POOL: "shared", DEFAULT_POOL: "standard", **own}


def _home_of(diagnosis: Diagnosis, places: Collection[AccountRegion], home: AccountRegion) -> AccountRegion:
    place = AccountRegion(diagnosis.account, diagnosis.region)
    return place if place in places else home


def _keep(diagnoses: Iterable[Diagnosis], flows: Iterable[Flow]) -> Iterator[KeptDiagnosis]:
    """Return the first diagnoses: `examine` has sorted them."""
    spare = MOST_FEEDS
    for each in list(diagnoses)[:MOST_KEPT]:
        feeds = sorted(set(_feeds_of(each, flows)))[:spare]
        spare -= len(feeds)
        command = each.commands[0] if each.commands else ""
        yield KeptDiagnosis(
            name=each.name,
            severity=each.severity.value,
            account=each.account,
            region=each.region,
            problem=_cut(each.problem),
            mend=_cut(each.mend),
            command=command if len(command) <= LONGEST_COMMAND else "",
            feeds=tuple(feeds),
            subject=_cut(each.subject),
        )


def _feeds_of(diagnosis: Diagnosis, flows: Iterable[Flow]) -> Iterator[LostFeed]:
    for flow in flows:
        if diagnosis.cuts.intersection(flow.links):
            yield _feed_of(flow.source)
    if diagnosis.name in _OF_AN_IDENTITY | _OF_A_SET:
        yield _feed_of(diagnosis.subject)
    elif diagnosis.name in _OF_AN_ACCOUNT:
        yield LostFeed(diagnosis.region, diagnosis.account, "")
    elif diagnosis.name in _OF_AN_ACCOUNT_EVERYWHERE:
        yield LostFeed("", diagnosis.account, "")


def _feed_of(source: str) -> LostFeed:
    """Return the feed of an identity or a configuration set, by ARN."""
    region, account, resource = source.split(":", 5)[3:]
    kind, _, name = resource.partition("/")
    return LostFeed(region, "" if kind == "identity" else account, name)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - len(_CUT)] + _CUT
