"""Whether identities' policies allow each delegate."""

from collections.abc import Iterable, Iterator

from ses_reputation.authorization.draft import USUAL_ACTIONS
from ses_reputation.doctor.checks.delegation.permissions import (
    DelegatePermission,
    permissions_of,
    strangers_named,
)
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import our_command

_SIMPLE = "ses:SendEmail"


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find delegates that no identity allows, and those that a policy names but does not allow everything."""
    for delegate in sorted(setup.delegates):
        permissions = list(permissions_of(setup, delegate))
        flawed = [each for each in permissions if each.is_named and set(USUAL_ACTIONS) - each.allowed]
        yield from (_refused(each) for each in flawed if not _is_contradiction(each, permissions))
        if permissions and not flawed and not any(each.allowed for each in permissions):
            yield from _unnamed(setup, delegate, permissions)


def _is_contradiction(refused: DelegatePermission, permissions: Iterable[DelegatePermission]) -> bool:
    """Return whether the domain above an identity allows what this one does not: `policies` says that."""
    above = refused.place.domain_above(refused.identity)
    return (
        above is not None
        and _SIMPLE not in refused.allowed
        and any(
            _SIMPLE in each.allowed and each.identity is above
            for each in permissions
            if each.place is refused.place
        )
    )


def _refused(permission: DelegatePermission) -> Diagnosis:
    missing = [action for action in USUAL_ACTIONS if action not in permission.allowed]
    place, identity = permission.place, permission.identity
    return Diagnosis(
        name="delegate_refused" if len(missing) == len(USUAL_ACTIONS) else "delegate_refused_in_part",
        severity=Severity.ERROR if len(missing) == len(USUAL_ACTIONS) else Severity.WARNING,
        account=place.account,
        region=place.region,
        subject=place.identity_arn(identity.name),
        problem=f"A policy of {identity.name} in {place.region} names account {permission.delegate}, but "
        f"does not allow it {in_words(missing)}.",
        why=f"SES refuses such mail with AccessDenied. {' '.join(permission.reasons)}",
        mend="Write the policy anew, and apply it with the owner's credentials.",
        commands=(_draft(place.identity_arn(identity.name), permission.delegate),),
    )


def _unnamed(setup: Setup, delegate: str, permissions: list[DelegatePermission]) -> Iterator[Diagnosis]:
    owners = [place for place in setup.places if place.account in setup.owners]
    if not all(place.identities.is_whole for place in owners):
        return
    strangers = strangers_named(setup)
    first = permissions[0]
    arn = first.place.identity_arn(first.identity.name)
    yield Diagnosis(
        name="delegate_not_named",
        severity=Severity.ERROR,
        account=first.place.account,
        region=first.place.region,
        subject=delegate,
        problem=f"No identity of the registered owners allows account {delegate} to send.",
        why="SES refuses its mail with AccessDenied."
        + (f" Policies name others that are not registered: {in_words(strangers)}." if strangers else ""),
        mend="Let the owner allow it, for the identity that it sends with.",
        commands=(_draft(arn, delegate),),
    )


def _draft(identity_arn: str, delegate: str) -> str:
    return our_command("authorize draft", ("--delegate", delegate), argument=identity_arn)
