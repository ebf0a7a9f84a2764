"""Pools that SES makes itself are no faults."""

import pytest

from ses_reputation.doctor.facts.listing import Listing
from ses_reputation.doctor.facts.sending import DedicatedPool
from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import delegate_place, owner_place, publishing_set, sound_setup


@pytest.mark.parametrize("pool", ["ses-shared-pool", "ses-default-dedicated-pool"])
def test_a_set_may_name_a_pool_of_ses(pool: str) -> None:
    places = (owner_place(), delegate_place(publishing_set("mail", pool=pool)))

    assert examine(sound_setup(places=places)) == []


def test_standard_addresses_that_are_in_no_pool_warm_up_too() -> None:
    """A43: a set that names no pool sends through them."""
    own = DedicatedPool("ses-default-dedicated-pool", False, {"192.0.2.7": 25, "192.0.2.8": 40})
    (cause,) = examine(sound_setup(places=(owner_place(), delegate_place(pools=Listing({own.name: own})))))
    found = cause.diagnosis

    assert found.name == "pool_warming_up"
    assert found.problem.startswith("2 of the addresses of pool ses-default-dedicated-pool")
    assert found.why.endswith("are in no other, and a configuration set that names no pool sends through it.")
    assert found.commands == ("aws sesv2 get-dedicated-ips --region eu-west-1",)


def test_a_set_whose_pool_is_gone_is_an_error() -> None:
    places = (owner_place(), delegate_place(publishing_set("mail", pool="old")))

    assert [each.diagnosis.name for each in examine(sound_setup(places=places))] == ["pool_missing"]
