"""Whether anything reports mail that names no configuration set."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.identities.default_set import ATTRIBUTES
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import IdentityFacts, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find identities of senders without a default set, where others of the account have one.

    The default of a domain does not apply to addresses that are verified by themselves (Amazon SES developer
    guide, "Managing configuration sets").
    """
    for place, identity in setup.identities():
        default = _default_of_domain(place, identity)
        sets = [default] if default else sorted(place.sets.found)
        is_sender = place.account in setup.delegates and not _is_reported(identity)
        if not identity.is_verified or identity.default_set or not sets or not (default or is_sender):
            continue
        yield Diagnosis(
            name="default_set_not_inherited" if default else "default_set_unset",
            severity=Severity.WARNING,
            account=place.account,
            region=place.region,
            subject=place.identity_arn(identity.name),
            problem=f"Mail from {identity.name} in {place.title} that names no configuration set is "
            "published by none: the identity has no default set.",
            why=f"The default of its domain ({default}) does not reach an address that is verified by itself."
            if default
            else "It has no topics either, so the ledger sees nothing of such mail.",
            mend="Give it a default set.",
            commands=(
                aws_command(
                    ATTRIBUTES,
                    place.region,
                    email_identity=identity.name,
                    configuration_set_name=sets[0],
                ),
            ),
        )


def _is_reported(identity: IdentityFacts) -> bool:
    """Return whether topics report its mail, or may: they could not be read."""
    return identity.topics is None or bool(identity.topics)


def _default_of_domain(place: Place, identity: IdentityFacts) -> str:
    above = place.domain_above(identity) if identity.is_address else None
    return above.default_set if above else ""
