"""Whether a delegate's configuration sets are in the Region of the identity that it may send with."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.delegation.permissions import allowing_owners, permissions_of
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import register


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find delegates that may send in one Region and have sets that publish only in another.

    An identity is used in its own Region (Amazon SES developer guide, "Sending emails for the identity
    owner").
    """
    for delegate in sorted(setup.delegates):
        allowed = sorted({each.place.region for each in permissions_of(setup, delegate) if each.allowed})
        places = setup.of_account(delegate)
        is_known = all(place.sets.is_whole for place in places)
        publishing = sorted(
            {place.region for place in places if any(each.destinations for each in place.sets)}
        )
        if not allowed or not publishing or not is_known or set(allowed) & set(publishing):
            continue
        owners = allowing_owners(setup, delegate, allowed[0])
        yield Diagnosis(
            name="sets_in_other_region",
            severity=Severity.ERROR,
            account=delegate,
            region=allowed[0],
            subject=delegate,
            problem=f"Account {delegate} may send with identities in {in_words(allowed)}, but its "
            f"configuration sets that publish are in {in_words(publishing)}.",
            why="A send in the identity's Region cannot name a set of another; one in the set's Region fails "
            "with 'Email address is not verified', since SES does not know the identity there.",
            mend=f"Register it for {allowed[0]}, and run what that prints: it deploys "
            "accounts/delegate-sender.yaml there. Then send there.",
            commands=(register("delegate", delegate, allowed[0], *owners),),
        )
