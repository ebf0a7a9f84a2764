"""Whether an account may send at all."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import AccountState, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command, explain_standing

_SHUT_DOWN = "SHUTDOWN"


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find accounts whose sending is paused, by themselves or by AWS, and those that AWS watches.

    Enforcement statuses: Amazon SES API v2, GetAccount. A shutdown pauses sending: one cause.
    """
    for place in setup.places:
        if place.state is None:
            continue
        if place.state.enforcement_status == _SHUT_DOWN:
            yield _shut_down(setup, place)
            continue
        if place.state.enforcement_status == "PROBATION":
            yield _under_review(setup, place, place.state)
        if not place.state.is_sending_enabled:
            yield _paused(place)


def _shut_down(setup: Setup, place: Place) -> Diagnosis:
    return Diagnosis(
        name="sending_shut_down",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.title,
        problem=f"AWS has paused all sending of {place.title}.",
        why="SES refuses every send. No API undoes a pause by AWS, and after 90 days of it SES deletes the "
        "suppression list.",
        mend="Mend what caused it, and answer the case that AWS opened in the account's Support Center.",
        commands=(explain_standing(place.account, place.region, setup.stack),),
    )


def _under_review(setup: Setup, place: Place, state: AccountState) -> Diagnosis:
    return Diagnosis(
        name="sending_under_review",
        severity=Severity.WARNING,
        account=place.account,
        region=place.region,
        subject=place.title,
        problem=f"AWS reviews the sending of {place.title} (enforcement status {state.enforcement_status}).",
        why="If the cause lasts to the end of the review, AWS may pause all sending.",
        mend="Mend what caused it, and answer the case that AWS opened in the account's Support Center.",
        commands=(explain_standing(place.account, place.region, setup.stack),),
    )


def _paused(place: Place) -> Diagnosis:
    return Diagnosis(
        name="sending_disabled",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.title,
        problem=f"Sending is switched off in {place.title}.",
        why="SES refuses every send of the account. AWS did not do it: its enforcement status is not "
        "SHUTDOWN.",
        mend="Find out who switched it off, and why; then switch it on.",
        commands=(aws_command("sesv2 put-account-sending-attributes", place.region, "--sending-enabled"),),
    )
