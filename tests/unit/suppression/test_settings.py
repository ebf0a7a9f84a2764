"""Settings of the export, and errors that say what a variable should hold."""

from typing import Any

import pytest

from ses_reputation.accounts.reach import CrossAccountRole
from ses_reputation.errors import SettingsError
from ses_reputation.suppression.settings import ExportSettings

STACK = {"REPUTATION_BUCKET": "b", "LEDGER_ACCOUNT": "111111111111", "LEDGER_TABLE": "ledger"}


def test_only_what_the_stack_always_has_needs_to_be_set() -> None:
    expected = ExportSettings("b", ledger_account="111111111111", ledger_table="ledger")
    assert ExportSettings.from_environment(STACK) == expected


def test_every_limit_can_be_set() -> None:
    limits = {
        "SUPPRESSION_PAGE_SIZE": "100",
        "SUPPRESSION_PAGES_PER_PART": "7",
        "SUPPRESSION_ROWS_PER_PART": "900",
        "SUPPRESSION_CHAIN_RESTARTS": "2",
        "SUPPRESSION_MARGIN_SECONDS": "15",
        "SUPPRESSION_CAUSE_LOOKUPS": "0",
        "SUPPRESSION_CAUSE_CALLS": "3",
        "SUPPRESSION_FIRST_RATE": "5",
    }
    own: dict[str, Any] = {"ledger_account": "111111111111", "ledger_table": "ledger"}
    expected = ExportSettings("b", 100, 7, 900, 2, 15, **own, cause_lookups=0, cause_calls=3, first_rate=5)
    assert ExportSettings.from_environment(STACK | limits) == expected


def test_other_accounts_and_the_way_there_can_be_set() -> None:
    accounts = {
        "OWNER_ACCOUNTS": "222222222222",
        "DELEGATE_ACCOUNTS": "333333333333,444444444444",
        "READING_ROLE_NAME": "reader",
        "EXTERNAL_ID": "secret-word",
        "ACCOUNTS_PATH": "/ses-reputation/ledger/accounts",
    }
    read = ExportSettings.from_environment(STACK | accounts)
    assert read.owner_accounts == {"222222222222"}
    assert read.delegate_accounts == {"333333333333", "444444444444"}
    assert read.role == CrossAccountRole("reader", "secret-word")
    assert read.accounts_path == "/ses-reputation/ledger/accounts"


@pytest.mark.parametrize("name", STACK)
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(name: str, value: str | None) -> None:
    environment = {key: each for key, each in STACK.items() if key != name}
    environment |= {} if value is None else {name: value}
    with pytest.raises(SettingsError, match=name):
        ExportSettings.from_environment(environment)


@pytest.mark.parametrize("text", ["0", "-1", "1001", "many", "1.5", "²"])
def test_a_limit_that_is_no_sensible_number_is_named_with_its_bounds(text: str) -> None:
    with pytest.raises(SettingsError, match=r"SUPPRESSION_PAGE_SIZE is .* from 1 to 1000"):
        ExportSettings.from_environment(STACK | {"SUPPRESSION_PAGE_SIZE": text})
