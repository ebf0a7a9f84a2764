"""Mail is printed by identity; by account where one is chosen; by identity of an account where both are."""

import pytest

from console.reports.grouping import divide
from console.stack.selection import EntityChoice
from ses_reputation.rollup.entities import SenderIdentity, account_entity, identity_entity

AGENCY = SenderIdentity("444455556666", "us-east-1", "example.com")
ABROAD = SenderIdentity("444455556666", "eu-west-1", "example.com")
OWN = SenderIdentity("111122223333", "us-east-1", "example.org")


@pytest.mark.parametrize(
    ("choice", "titles"),
    [
        (EntityChoice(), ["identity example.com", "identity example.org"]),
        (
            EntityChoice(account="444455556666"),
            ["account 444455556666 in eu-west-1", "account 444455556666 in us-east-1"],
        ),
        (
            EntityChoice(region="us-east-1"),
            ["identity example.com in us-east-1", "identity example.org in us-east-1"],
        ),
        (
            EntityChoice(account="444455556666", identity="example.com"),
            ["identity example.com, sent by 444455556666"],
        ),
        (
            EntityChoice("444455556666", "eu-west-1", "example.com"),
            ["identity example.com, sent by 444455556666 in eu-west-1"],
        ),
    ],
)
def test_the_choice_decides_what_a_section_is(choice: EntityChoice, titles: list[str]) -> None:
    chosen = [sender for sender in (AGENCY, ABROAD, OWN) if choice.has_sender(sender)]

    assert [section.title for section in divide(chosen, choice)] == titles


def test_a_section_holds_all_senders_of_its_entity() -> None:
    (section,) = divide([AGENCY, ABROAD], EntityChoice())

    assert (section.entity, set(section.senders)) == (identity_entity("example.com"), {AGENCY, ABROAD})
    assert section.names == {"kind": "identity", "identity": "example.com"}


def test_only_a_whole_entity_is_named_as_one() -> None:
    (whole,) = divide([AGENCY], EntityChoice(account="444455556666"))
    (part,) = divide([AGENCY], EntityChoice(region="us-east-1"))

    assert (whole.entity, part.entity) == (account_entity("444455556666", "us-east-1"), None)
    assert part.names == {"kind": "identity", "identity": "example.com", "region": "us-east-1"}
