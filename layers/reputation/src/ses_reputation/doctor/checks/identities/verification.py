"""Whether identities are verified."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find identities that SES does not send with."""
    for place, identity in setup.identities():
        if identity.is_verified:
            continue
        yield Diagnosis(
            name="identity_unverified",
            severity=Severity.WARNING,
            account=place.account,
            region=place.region,
            subject=place.identity_arn(identity.name),
            problem=f"{identity.name} is not verified in {place.title}.",
            why="SES refuses mail from it, of the owner and of delegates: identities are verified in each "
            "Region by itself.",
            mend="Click the link in SES's mail."
            if identity.is_address
            else "Put the DKIM records that SES names into the domain's DNS, or delete the identity.",
            commands=(aws_command("sesv2 get-email-identity", place.region, email_identity=identity.name),),
        )
