"""What the doctor says of suppression: an empty override is not the same as none, and mends keep the rest."""

from dataclasses import replace

import pytest

from ses_reputation.doctor.diagnosis import Diagnosis
from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import HEALTHY, delegate_place, owner_place, publishing_set, sound_setup


def found_of(**fields: object) -> list[Diagnosis]:
    """What is said of a configuration set with these settings."""
    places = (owner_place(), delegate_place(publishing_set("mail", **fields)))
    return [each.diagnosis for each in examine(sound_setup(places=places))]


def test_an_empty_override_ignores_the_list_and_adds_nothing_to_it() -> None:
    (found,) = found_of(suppressed_reasons=())

    assert found.name == "suppression_overridden"
    assert "ignores the account's suppression list and adds nothing to it" in found.problem
    assert "on the list for BOUNCE and COMPLAINT" in found.why


def test_an_override_that_leaves_one_reason_out_says_which() -> None:
    (found,) = found_of(suppressed_reasons=("COMPLAINT",))

    assert "it is off for BOUNCE." in found.problem
    assert "ignores" not in found.problem


@pytest.mark.parametrize(
    "fields",
    [
        {"suppressed_reasons": None},
        {"suppressed_reasons": ("BOUNCE", "COMPLAINT")},
        {"suppressed_reasons": (), "suppression_scope": "TENANT"},
    ],
)
def test_no_override_a_whole_one_and_that_of_tenants_lists_are_no_faults(fields: dict[str, object]) -> None:
    assert found_of(**fields) == []


@pytest.mark.parametrize(
    ("validation", "kept"),
    [
        ("", ""),
        ("OFF", '{"ConditionThreshold":{"ConditionThresholdEnabled":"DISABLED"}}'),
        (
            "HIGH",
            '{"ConditionThreshold":{"ConditionThresholdEnabled":"ENABLED",'
            '"OverallConfidenceThreshold":{"ConfidenceVerdictThreshold":"HIGH"}}}',
        ),
    ],
)
def test_naming_the_reasons_keeps_the_sets_address_validation_and_scope(validation: str, kept: str) -> None:
    (found,) = found_of(suppressed_reasons=(), suppression_scope="ACCOUNT", validation=validation)

    (command,) = found.commands
    assert "--suppression-scope ACCOUNT " in command
    assert f"--validation-options '{kept}'" in command if kept else "--validation" not in command
    assert command.endswith("--suppressed-reasons BOUNCE COMPLAINT")


def test_naming_the_reasons_keeps_the_accounts_address_validation() -> None:
    state = replace(HEALTHY, suppressed_reasons=("BOUNCE",), validation="MANAGED")
    places = (owner_place(), delegate_place(state=state))

    (found,) = (each.diagnosis for each in examine(sound_setup(places=places)))

    assert (found.name, "off for COMPLAINT" in found.problem) == ("suppression_off", True)
    assert '"ConfidenceVerdictThreshold":"MANAGED"' in found.commands[0]
