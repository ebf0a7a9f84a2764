"""Whether each delegate has a sender's feed at all."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.delegation.permissions import allowing_owners
from ses_reputation.doctor.checks.sets.event_destinations import FAILED_STACK
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import Destination
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import register


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find delegates whose sets publish to no topic in any Region that was read."""
    for delegate in sorted(setup.delegates):
        places = setup.of_account(delegate)
        sets = [(place, each) for place in places for each in place.sets]
        is_known = all(place.sets.is_whole for place in places)
        if not places or not is_known or any(_publishes(each.destinations) for _, each in sets):
            continue
        region = places[0].region
        owners = allowing_owners(setup, delegate, region)
        yield Diagnosis(
            name="no_sender_feed",
            severity=Severity.ERROR,
            account=delegate,
            region=region,
            subject=delegate,
            problem=f"Account {delegate} has no configuration set that publishes to a topic.",
            why="The ledger knows its mail only by the owner's feed: no sends, no delays, no rates. "
            + FAILED_STACK,
            mend="Register it for that Region, and run what that prints: it deploys "
            "accounts/delegate-sender.yaml there.",
            commands=(register("delegate", delegate, region, *owners),),
            explained_by=frozenset(place.set_arn(each.name) for place, each in sets),
        )


def _publishes(destinations: tuple[Destination, ...] | None) -> bool:
    """Return whether events go to a topic, or may: destinations that could not be read may."""
    return destinations is None or any(each.topic for each in destinations)
