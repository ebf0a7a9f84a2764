"""Which accounts and Regions a run exports."""

from dataclasses import replace
from typing import Any

import pytest

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.errors import UnavailableError
from ses_reputation.registration import register
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.runs.places import find_places
from ses_reputation.suppression.settings import ExportSettings

LEDGER, OWNER, DELEGATE, STRANGER = "111122223333", "222233334444", "333344445555", "999900001111"
HOME = AccountRegion(LEDGER, "eu-west-1")
SETTINGS = ExportSettings(
    "bucket",
    owner_accounts=frozenset({OWNER}),
    delegate_accounts=frozenset({DELEGATE}),
    role=CrossAccountRole("reader", "known-to-both"),
)


def found(
    *known: tuple[str, str], own: AccountRegion = HOME, settings: ExportSettings = SETTINGS
) -> list[tuple[str, str]]:
    """Who is exported, where these sent from where."""
    places = find_places(settings, own, (AccountRegion(*each) for each in known))
    return [(each.account, each.region) for each in places]


def test_every_registered_account_is_read_in_the_ledgers_region_the_own_one_first() -> None:
    assert found() == [(LEDGER, "eu-west-1"), (OWNER, "eu-west-1"), (DELEGATE, "eu-west-1")]


def test_a_region_that_every_account_has_is_read_in_all_of_them_once_anybody_sent_from_there() -> None:
    assert found((DELEGATE, "us-west-2")) == [
        (LEDGER, "eu-west-1"),
        (LEDGER, "us-west-2"),
        (OWNER, "eu-west-1"),
        (OWNER, "us-west-2"),
        (DELEGATE, "eu-west-1"),
        (DELEGATE, "us-west-2"),
    ]


@pytest.mark.parametrize("opt_in", ["af-south-1", "eu-south-1", "me-central-1", "ap-southeast-5"])
def test_an_opt_in_region_is_read_only_in_accounts_that_sent_from_there(opt_in: str) -> None:
    everybody = [(LEDGER, "eu-west-1"), (OWNER, "eu-west-1"), (DELEGATE, "eu-west-1")]

    assert sorted(found((DELEGATE, opt_in))) == sorted([*everybody, (DELEGATE, opt_in)])


def test_a_ledger_in_an_opt_in_region_reads_every_account_there() -> None:
    """Who registered there has a stack there, so has enabled the Region; its list may hold imports only."""
    own = AccountRegion(LEDGER, "af-south-1")

    assert found(own=own) == [(LEDGER, "af-south-1"), (OWNER, "af-south-1"), (DELEGATE, "af-south-1")]


def test_other_partitions_have_no_opt_in_regions() -> None:
    own = AccountRegion(LEDGER, "us-gov-west-1")

    assert (OWNER, "us-gov-east-1") in found((DELEGATE, "us-gov-east-1"), own=own)


def test_without_a_role_only_the_own_account_is_read_in_each_region_that_mail_came_from() -> None:
    settings = replace(SETTINGS, role=CrossAccountRole(""))

    assert found((DELEGATE, "us-west-2"), settings=settings) == [(LEDGER, "eu-west-1"), (LEDGER, "us-west-2")]


def test_whoever_sent_without_being_registered_is_not_read_but_its_region_is() -> None:
    assert found((STRANGER, "us-west-2"))[:2] == [(LEDGER, "eu-west-1"), (LEDGER, "us-west-2")]
    assert STRANGER not in {account for account, _ in found((STRANGER, "us-west-2"))}


def test_the_own_account_that_is_registered_too_is_read_once() -> None:
    settings = replace(SETTINGS, owner_accounts=frozenset({LEDGER}))

    assert found(settings=settings) == [(LEDGER, "eu-west-1"), (DELEGATE, "eu-west-1")]


def test_accounts_of_parameter_store_are_read_as_those_that_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_parameters(monkeypatch, lambda: {STRANGER: "owner"})
    settings = replace(SETTINGS, accounts_path="/ses-reputation/accounts/")

    assert [account for account, _ in found(settings=settings)] == [LEDGER, OWNER, DELEGATE, STRANGER]


def test_a_parameter_store_that_fails_does_not_pass_for_one_without_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> dict[str, str]:
        raise UnavailableError("GetParametersByPath ThrottlingException")

    give_parameters(monkeypatch, fail)

    with pytest.raises(UnavailableError):
        found(settings=replace(SETTINGS, accounts_path="/ses-reputation/accounts/"))


def give_parameters(monkeypatch: pytest.MonkeyPatch, read: Any) -> None:
    class Parameters:
        def __init__(self, client: Any, path: str) -> None: ...

        def read(self) -> dict[str, str]:
            found: dict[str, str] = read()
            return found

    monkeypatch.setattr(register, "connect", lambda *_args, **_options: None)
    monkeypatch.setattr(register, "AccountParameters", Parameters)
