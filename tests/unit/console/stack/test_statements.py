"""Which statement a person means."""

from datetime import UTC, datetime

import pytest

from console.errors import NotFoundError
from console.stack.statements import choose_statement
from ses_reputation.parties import PartyKind
from ses_reputation.statement.index import StatementIndex
from ses_reputation.statement.view.index import IndexLine
from ses_reputation.statement.view.statement import StatementParty

LEDGER = "222233334444"
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


def index_of(*parties: StatementParty) -> StatementIndex:
    lines = {each.name: IndexLine(each, None, "", NOW, f"{each.name}/statement.html") for each in parties}
    return StatementIndex("ses-reputation", NOW, None, lines)


INDEX = index_of(
    StatementParty(PartyKind.OWNER, "111122223333", "Example Ltd"),
    StatementParty(PartyKind.OWNER, LEDGER, ""),
    StatementParty(PartyKind.DELEGATE, LEDGER, ""),
    StatementParty(PartyKind.DELEGATE, "444455556666", "Agency North"),
)


@pytest.mark.parametrize(
    ("party", "name"),
    [
        ("", "owner-222233334444"),
        ("222233334444", "owner-222233334444"),
        ("delegate-222233334444", "delegate-222233334444"),
        ("agency north", "delegate-444455556666"),
        ("Example Ltd", "owner-111122223333"),
    ],
)
def test_a_party_is_known_by_its_account_or_its_name(party: str, name: str) -> None:
    assert choose_statement(INDEX, party, LEDGER).party.name == name


def test_who_has_no_statement_is_named_beside_those_that_have_one() -> None:
    with pytest.raises(NotFoundError, match=r"no statement of 999999999999\. There are: owner-111122223333"):
        choose_statement(INDEX, "999999999999", LEDGER)
