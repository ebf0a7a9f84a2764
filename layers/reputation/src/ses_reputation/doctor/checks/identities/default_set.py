"""Whether an identity's default configuration set exists."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command

ATTRIBUTES = "sesv2 put-email-identity-configuration-set-attributes"


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find identities whose default set was deleted.

    Then sends that name no set fail (Amazon SES developer guide, "Managing configuration sets").
    """
    for place, identity in setup.identities():
        name = identity.default_set
        if not name or not place.sets.lacks(name):
            continue
        others = sorted(place.sets.found)
        options = {"configuration_set_name": others[0]} if others else {}
        yield Diagnosis(
            name="default_set_missing",
            severity=Severity.ERROR,
            account=place.account,
            region=place.region,
            subject=place.identity_arn(identity.name),
            problem=f"The default configuration set of {identity.name}, {name}, does not exist in "
            f"{place.title}.",
            why="Every send from the identity that names no set fails with a bad request.",
            mend="Make the set again, or give the identity another; without a name it has none, and mail "
            "that names no set is published by the identity's topics only.",
            commands=(aws_command(ATTRIBUTES, place.region, email_identity=identity.name, **options),),
        )
