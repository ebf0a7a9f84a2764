"""Who owns an identity, and on whose statement an entity stands."""

import pytest

from ses_reputation.parties import Ownership, page_of
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity

LEDGER, OTHER_OWNER, DELEGATE = "111122223333", "222233334444", "444455556666"


@pytest.mark.parametrize(
    ("identity", "owner"),
    [
        ("example.net", OTHER_OWNER),
        ("mail.example.net", OTHER_OWNER),
        ("news@mail.example.net", OTHER_OWNER),
        ("notexample.net", LEDGER),
        ("jane@example.org", DELEGATE),
        ("example.org", LEDGER),
        ("john@example.org", LEDGER),
    ],
)
def test_an_owner_has_what_is_within_its_domain_or_is_its_address(identity: str, owner: str) -> None:
    ownership = Ownership(LEDGER, {"example.net": OTHER_OWNER, "jane@example.org": DELEGATE})

    assert ownership.owner_of(identity) == owner


@pytest.mark.parametrize(
    ("entity", "page"),
    [
        (identity_entity("example.org"), "owner-111122223333/statement.html"),
        (identity_entity("news@example.net"), "owner-222233334444/statement.html"),
        (account_entity(LEDGER, "us-east-1"), "owner-111122223333/statement.html"),
        (account_entity(OTHER_OWNER, "us-east-1"), "owner-222233334444/statement.html"),
        (account_entity(DELEGATE, "us-east-1"), "delegate-444455556666/statement.html"),
    ],
)
def test_an_entity_stands_on_the_statement_of_whoever_it_is_of(entity: ReputationEntity, page: str) -> None:
    party = Ownership(LEDGER, {"example.net": OTHER_OWNER}).party_of(entity)

    assert page_of(party.name) == page
