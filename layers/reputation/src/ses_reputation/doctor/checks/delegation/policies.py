"""Policies that are open to the world, or that a relative of the identity contradicts."""

from collections.abc import Iterator

from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.finding import LintFinding, LintSeverity
from ses_reputation.authorization.lint.lint import lint_policies
from ses_reputation.authorization.lint.principals import OPEN_TO_THE_WORLD
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import IdentityFacts, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import our_command

_QUOTED = frozenset({OPEN_TO_THE_WORLD, "other-identity-differs"})
"""What lint finds that the other checks do not see: all else is what `authorize lint` is for."""


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find what lint says of each owned identity beside the domain above it."""
    for place, identity in setup.owned_identities():
        arn = _arn(place, identity)
        # One of two says it: the one below.
        above = place.domain_above(identity)
        relatives = {_arn(place, above): above.policies} if above else {}
        for found in lint_policies(arn, identity.policies, setup.read_at, relatives):
            if found.check in _QUOTED:
                yield _quoted(place, arn, found)


def _arn(place: Place, identity: IdentityFacts) -> IdentityArn:
    return IdentityArn(place.partition, place.region, place.account, identity.name)


def _quoted(place: Place, arn: IdentityArn, found: LintFinding) -> Diagnosis:
    return Diagnosis(
        name=f"policy_{found.check.replace('-', '_')}",
        severity=Severity.ERROR if found.severity is LintSeverity.ERROR else Severity.WARNING,
        account=place.account,
        region=place.region,
        subject=str(arn),
        problem=f"Sending authorization of {arn.name} in {place.region}: {found.problem}.",
        why=_why(arn, found),
        mend=f"{found.mend[:1].upper()}{found.mend[1:]}.",
        commands=(our_command("authorize lint", argument=str(arn)),),
    )


def _why(arn: IdentityArn, found: LintFinding) -> str:
    if found.check == OPEN_TO_THE_WORLD:
        return "Who may send with an identity is decided by its policies alone."
    if arn.is_address:
        return "SES's guide says that the address goes first; senders saw that the named ARN decides."
    return "Delegates that name the ARN of the domain above are asked for its policies, or for these."
