"""Whether configuration sets override the account's suppression list."""

from collections.abc import Iterator

from ses_reputation.doctor.checks.accounts.suppressed_reasons import REASONS
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import ConfigurationSet, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import aws_command, validation_threshold


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
        problem=_problem(place, each, missing),
        why=f"Mail with this set goes to addresses that are on the list for {in_words(missing)}, and what "
        "SES reports of it adds none for that reason. A set without an override follows its account.",
        mend="Name both reasons, or make the set again without the override.",
        commands=(_name_both(place, each),),
    )


def _problem(place: Place, each: ConfigurationSet, missing: list[str]) -> str:
    title = f"Configuration set {each.name} of {place.title}"
    if not each.suppressed_reasons:
        return (
            f"{title} ignores the account's suppression list and adds nothing to it: its override is empty."
        )
    return f"{title} overrides the account's suppression list: it is off for {in_words(missing)}."


def _name_both(place: Place, each: ConfigurationSet) -> str:
    """Return the command that names both reasons, and all else that the set has: it replaces its options."""
    own = {
        "suppression_scope": each.suppression_scope,
        "validation_options": validation_threshold(each.validation),
    }
    return aws_command(
        "sesv2 put-configuration-set-suppression-options",
        place.region,
        "--suppressed-reasons",
        *REASONS,
        configuration_set_name=each.name,
        **{name: value for name, value in own.items() if value},
    )
