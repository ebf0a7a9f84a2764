"""SES's own recommendations: each type in words, and what is new as SES wrote it."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.session import Session

from ses_reputation.doctor.diagnosis import Diagnosis
from ses_reputation.doctor.facts.sending import Recommendation
from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import OWNER, REGION, owner_place, sound_setup

DOMAIN = f"arn:aws:ses:{REGION}:{OWNER}:identity/orchard.example"
_TYPE: Any = Session().get_service_model("sesv2").shape_for("RecommendationType")
TYPES = _TYPE.enum


def only(kind: str, impact: str = "LOW") -> Diagnosis:
    """What is said of one recommendation."""
    found = Recommendation(kind, DOMAIN, "Change it.", impact)
    (cause,) = examine(sound_setup(places=(replace(owner_place(), recommendations=(found,)),)))
    return cause.diagnosis


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_that_ses_has_is_put_in_words(kind: str) -> None:
    diagnosis = only(kind)

    assert diagnosis.name == f"recommendation_{kind.lower()}"
    assert f", about {kind}:" not in diagnosis.problem
    assert diagnosis.problem.endswith(": Change it.")


def test_a_type_that_is_new_is_shown_as_ses_writes_it() -> None:
    assert only("ARC_SEAL").problem == (
        f"SES has a recommendation for orchard.example in {REGION}, about ARC_SEAL: Change it."
    )


def test_one_of_high_impact_is_an_error_and_any_other_a_warning() -> None:
    assert [only("DKIM", impact).severity.name for impact in ("HIGH", "LOW", "", "GRAVE")] == [
        "ERROR",
        "WARNING",
        "WARNING",
        "WARNING",
    ]
