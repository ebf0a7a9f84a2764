"""Whether configuration sets override the account's suppression list."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.accounts.suppressed_reasons import REASONS
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import ConfigurationSet, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import aws_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find sets whose override leaves reasons out. No override and an empty one differ.

    Amazon SES developer guide, "Using configuration set-level suppression". With scope TENANT the tenants'
    own lists hold mail back, and the reasons are theirs.
    """
    for place in setup.places:
        for each in place.sets:
            if each.suppressed_reasons is None or each.suppression_scope == "TENANT":
                continue
            missing = [reason for reason in REASONS if reason not in each.suppressed_reasons]
            if missing:
                yield _override(place, each, missing)


def _override(place: Place, each: ConfigurationSet, missing: list[str]) -> Diagnosis:
    return Diagnosis(
        name="suppression_overridden",
        severity=Severity.WARNING,
        account=place.account,
        region=place.region,
        subject=place.set_arn(each.name),
        problem=f"Configuration set {each.name} of {place.title} overrides the account's suppression list: "
        f"it is off for {in_words(missing)}.",
        why="Mail with this set goes to addresses on the list, and its own bounces and complaints add "
        "nothing to it.",
        mend="Name both reasons, or make the set again without the override.",
        commands=(
            aws_command(
                "sesv2 put-configuration-set-suppression-options",
                place.region,
                "--suppressed-reasons",
                *REASONS,
                configuration_set_name=each.name,
            ),
        ),
    )
