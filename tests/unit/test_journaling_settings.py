"""What the environment may hold, and what is said where it holds something else."""

from datetime import timedelta

import pytest

from ses_reputation.errors import SettingsError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.journaling_settings import JournalSettings

JOURNAL = {
    "LEDGER_TABLE": "ledger",
    "REPUTATION_BUCKET": "bucket",
    "OWNER_ACCOUNTS": "111122223333",
    "DELEGATE_ACCOUNTS": " 444455556666 ,777788889999,",
    "OWN_DOMAINS": "Corp.Example.com, bücher.example.",
    "ENTRY_RETENTION_DAYS": "400",
    "TAG_DIMENSIONS": "campaign, ses:caller-identity",
}


def test_journal_settings_are_read_from_the_environment() -> None:
    assert JournalSettings.from_environment(JOURNAL) == JournalSettings(
        "ledger",
        "bucket",
        Registry(frozenset({"111122223333"}), frozenset({"444455556666", "777788889999"})),
        frozenset({"corp.example.com", "xn--bcher-kva.example"}),
        timedelta(days=400),
        frozenset({"campaign", "ses:caller-identity"}),
    )


@pytest.mark.parametrize("name", ["DELEGATE_ACCOUNTS", "OWN_DOMAINS", "TAG_DIMENSIONS"])
def test_lists_may_be_empty_or_missing(name: str) -> None:
    without = {key: value for key, value in JOURNAL.items() if key != name}

    assert JournalSettings.from_environment(without) == JournalSettings.from_environment(
        without | {name: " ,"}
    )


@pytest.mark.parametrize("name", ["LEDGER_TABLE", "REPUTATION_BUCKET", "ENTRY_RETENTION_DAYS"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_variable_is_named(name: str, value: str | None) -> None:
    environment = JOURNAL | {name: value} if value is not None else JOURNAL
    environment = {key: each for key, each in environment.items() if value is not None or key != name}

    with pytest.raises(SettingsError, match=f"^the environment variable {name} is not set: template.yaml"):
        JournalSettings.from_environment(environment)


@pytest.mark.parametrize("value", ["a b", "x;curl", "other:name", "n" * 257, "a=b", "ses:"])
def test_what_is_no_name_of_a_tag_is_named_with_what_it_should_be(value: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^TAG_DIMENSIONS is .*: it takes names of letters, digits, _ and -"
    ):
        JournalSettings.from_environment(JOURNAL | {"TAG_DIMENSIONS": value})


def test_more_tags_than_a_page_has_room_for_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"^TAG_DIMENSIONS lists 6 names: it takes 5 at most"):
        JournalSettings.from_environment(JOURNAL | {"TAG_DIMENSIONS": "a,b,c,d,e,f"})


@pytest.mark.parametrize("value", ["ten", "-1", "1.5", "٤٠٠", "²", "1e3", "9" * 6, "9" * 5_000])
def test_a_number_that_is_none_is_named_with_what_it_should_be(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^ENTRY_RETENTION_DAYS is .*: it takes a whole number"):
        JournalSettings.from_environment(JOURNAL | {"ENTRY_RETENTION_DAYS": value})


@pytest.mark.parametrize("name", ["OWNER_ACCOUNTS", "DELEGATE_ACCOUNTS"])
@pytest.mark.parametrize(
    "account", ["11112222333", "1111222233334", "11112222333x", "\uff11" * 12, "arn:aws"]
)
def test_an_account_that_is_none_is_named_with_its_variable(name: str, account: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} is '{account}': it takes 12-digit account ids"):
        JournalSettings.from_environment(JOURNAL | {name: f"111122223333,{account}"})


def test_accounts_are_looked_for_in_parameter_store_only_where_a_path_is_given() -> None:
    path = "/ses-reputation/production/accounts"

    assert JournalSettings.from_environment(JOURNAL).accounts_path == ""
    assert JournalSettings.from_environment(JOURNAL | {"ACCOUNTS_PATH": path}).accounts_path == path


@pytest.mark.parametrize("path", ["accounts", "/accounts/", "/a b", "/", "/a" * 15, "//a"])
def test_a_path_that_parameter_store_does_not_take_is_named(path: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^ACCOUNTS_PATH is .*: it takes a path such as /ses-reputation/"
    ):
        JournalSettings.from_environment(JOURNAL | {"ACCOUNTS_PATH": path})
