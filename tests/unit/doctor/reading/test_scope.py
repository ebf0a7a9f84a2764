"""Which accounts and Regions are read: one rule, for the command and for the hourly checks."""

from ses_reputation.doctor.reading.scope import places_to_read

LEDGER, OWNER, DELEGATE = "444444444444", "111111111111", "222222222222"


def test_every_account_is_read_in_the_ledgers_region_and_wherever_mail_came_from() -> None:
    assert places_to_read([LEDGER, OWNER], "eu-west-1", ["us-east-1", "eu-west-1"]) == (
        (LEDGER, "eu-west-1"),
        (LEDGER, "us-east-1"),
        (OWNER, "eu-west-1"),
        (OWNER, "us-east-1"),
    )


def test_what_is_no_region_is_not_read() -> None:
    # Regions of mail come from messages, which anybody with a registered account writes.
    assert places_to_read([LEDGER], "eu-west-1", ["us-east-1-", "*", ""]) == ((LEDGER, "eu-west-1"),)


def test_stacks_of_registered_accounts_are_read_besides() -> None:
    stacks = [(DELEGATE, "af-south-1"), (OWNER, "eu-west-1"), ("999999999999", "eu-west-1")]

    assert places_to_read([OWNER, DELEGATE], "eu-west-1", [], stacks) == (
        (OWNER, "eu-west-1"),
        (DELEGATE, "eu-west-1"),
        (DELEGATE, "af-south-1"),
    )


def test_regions_that_were_asked_for_are_read_in_place_of_all_others() -> None:
    stacks = [(DELEGATE, "af-south-1")]

    assert places_to_read([OWNER, DELEGATE], "eu-west-1", ["us-east-1"], stacks, ["us-west-2"]) == (
        (OWNER, "us-west-2"),
        (DELEGATE, "us-west-2"),
    )
