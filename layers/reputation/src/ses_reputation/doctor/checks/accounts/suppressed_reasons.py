"""For which reasons an account's suppression list holds mail back."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import AccountState
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import aws_command, validation_threshold

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
                        **_kept(place.state),
                    ),
                ),
            )


def _kept(state: AccountState) -> dict[str, str]:
    """Return the account's address validation: what the command does not name might be switched off."""
    validation = validation_threshold(state.validation)
    return {"validation_attributes": validation} if validation else {}
