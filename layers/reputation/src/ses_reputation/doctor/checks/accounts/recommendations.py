"""What SES itself advises: authentication of domains, blocklists, rates."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command

# Amazon SES API v2, ListRecommendations: types of recommendations.
_ABOUT = {
    "DKIM": "the DKIM signature of its mail",
    "DMARC": "its DMARC record",
    "SPF": "its SPF record",
    "BIMI": "its BIMI record",
    "BOUNCE": "its bounce rate",
    "COMPLAINT": "its complaint rate",
    "FEEDBACK_3P": "feedback of others on its mail",
    "IP_LISTING": "a blocklist that names its addresses",
}


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find SES's open recommendations; those of high impact are errors."""
    for place in setup.places:
        for each in place.recommendations:
            name = each.resource.partition("/")[2] or each.resource
            yield Diagnosis(
                name=f"recommendation_{each.kind.lower()}",
                severity=Severity.ERROR if each.impact == "HIGH" else Severity.WARNING,
                account=place.account,
                region=place.region,
                subject=each.resource,
                problem=f"SES has a recommendation for {name} in {place.region}, about "
                f"{_ABOUT.get(each.kind, each.kind)}: {each.description}",
                why=f"SES rates its impact on delivery as {each.impact or 'unknown'}.",
                mend="Do what it says; SES closes it once it sees the change.",
                commands=(
                    aws_command(
                        "sesv2 list-recommendations",
                        place.region,
                        filter='{"STATUS":"OPEN"}',
                    ),
                ),
            )
