"""For which reasons an account's suppression list holds mail back."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import aws_command

REASONS = ("BOUNCE", "COMPLAINT")


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find reasons that are switched off: accounts from before 2019-11-25 may have all off.

    Amazon SES developer guide, "Using the Amazon SES account-level suppression list".
    """
    for place in setup.places:
        if place.state is None:
            continue
        missing = [reason for reason in REASONS if reason not in place.state.suppressed_reasons]
        if missing:
            yield Diagnosis(
                name="suppression_off",
                severity=Severity.WARNING,
                account=place.account,
                region=place.region,
                subject=place.title,
                problem=f"The suppression list of {place.title} is off for {in_words(missing)}.",
                why="SES adds no such address to the list and sends to those on it: each bounces or "
                "complains again, and counts again.",
                mend="Switch the list on for both reasons.",
                commands=(
                    aws_command(
                        "sesv2 put-account-suppression-attributes",
                        place.region,
                        "--suppressed-reasons",
                        *REASONS,
                    ),
                ),
            )
