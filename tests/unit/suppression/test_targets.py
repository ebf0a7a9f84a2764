"""Where the snapshots of each suppression list lie."""

import pytest

from ses_reputation.suppression.targets import Target, target_of_folder

TENANT = Target("111122223333", "eu-west-1", "acme_2")


def test_a_tenants_list_lies_beside_that_of_its_account() -> None:
    account = Target("111122223333", "eu-west-1")
    assert account.prefix == "suppression/111122223333/eu-west-1/account/"
    assert TENANT.prefix == "suppression/111122223333/eu-west-1/tenant-acme_2/"


@pytest.mark.parametrize("tenant", ["", "acme_2", "account", "a/../b", "tenant-x", "é c", "%2F"])
def test_a_list_is_found_again_by_its_folder(tenant: str) -> None:
    target = Target("111122223333", "eu-west-1", tenant)
    assert "/" not in target.list_name
    assert target_of_folder(target.account, target.region, target.list_name) == target


@pytest.mark.parametrize("folder", ["20261122T070000Z", "raw", "tenant-", "tenant-%61", "tenants"])
def test_other_folders_are_no_lists(folder: str) -> None:
    assert target_of_folder("111122223333", "eu-west-1", folder) is None


def test_people_read_account_region_and_tenant() -> None:
    assert TENANT.name == "111122223333 eu-west-1 tenant acme_2"
