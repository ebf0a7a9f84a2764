"""Pools that SES makes itself are no faults."""

import pytest

from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import delegate_place, owner_place, publishing_set, sound_setup


@pytest.mark.parametrize("pool", ["ses-shared-pool", "ses-default-dedicated-pool"])
def test_a_set_may_name_a_pool_of_ses(pool: str) -> None:
    places = (owner_place(), delegate_place(publishing_set("mail", pool=pool)))

    assert examine(sound_setup(places=places)) == []


def test_a_set_whose_pool_is_gone_is_an_error() -> None:
    places = (owner_place(), delegate_place(publishing_set("mail", pool="old")))

    assert [each.diagnosis.name for each in examine(sound_setup(places=places))] == ["pool_missing"]
