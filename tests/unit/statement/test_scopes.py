"""Who has a statement, and what each may see."""

from ses_reputation.parties import Ownership
from ses_reputation.rollup.entities import SenderIdentity, account_entity, identity_entity
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.scopes import PartyScope, StatementParties, domains_of

LEDGER, OTHER_OWNER, DELEGATE = "111122223333", "222233334444", "444455556666"
NAMING = Naming("reputation")


def scopes_of(*senders: SenderIdentity, owners: dict[str, str] | None = None) -> dict[str, PartyScope]:
    parties = StatementParties(Ownership(LEDGER, owners or {}))
    return {scope.party.name: scope for scope in parties.scopes(senders, [], NAMING)}


def test_an_owner_sees_what_others_send_with_its_identities_and_no_other_identity() -> None:
    first = SenderIdentity(DELEGATE, "us-east-1", "example.com")
    second = SenderIdentity(DELEGATE, "us-east-1", "example.net")

    scopes = scopes_of(first, second, owners={"example.net": OTHER_OWNER})

    assert scopes[f"owner-{LEDGER}"].senders == (first,)
    assert scopes[f"owner-{LEDGER}"].identities == (identity_entity("example.com"),)
    assert scopes[f"owner-{OTHER_OWNER}"].senders == (second,)
    assert scopes[f"owner-{OTHER_OWNER}"].identities == (identity_entity("example.net"),)
    assert scopes[f"delegate-{DELEGATE}"].accounts == (account_entity(DELEGATE, "us-east-1"),)
    assert scopes[f"delegate-{DELEGATE}"].senders == (first, second)


def test_an_owner_that_sends_with_its_own_identities_alone_has_one_statement() -> None:
    assert list(scopes_of(SenderIdentity(LEDGER, "us-east-1", "example.com"))) == [f"owner-{LEDGER}"]


def test_an_owner_that_sends_with_anothers_identity_is_a_sender_too() -> None:
    sender = SenderIdentity(OTHER_OWNER, "us-east-1", "example.com")

    scopes = scopes_of(sender, owners={"example.net": OTHER_OWNER})

    assert list(scopes) == [f"owner-{LEDGER}", f"owner-{OTHER_OWNER}", f"delegate-{OTHER_OWNER}"]
    # It sees its account there, and not the identity, which is not its own.
    assert scopes[f"owner-{OTHER_OWNER}"].identities == ()


def test_identities_are_of_the_shortest_domain_among_them() -> None:
    found = domains_of(
        ["example.com", "mail.example.com", "a@mail.example.com", "b@other.example", "x.y.example"]
    )

    assert found == {
        "example.com": "example.com",
        "mail.example.com": "example.com",
        "a@mail.example.com": "example.com",
        "b@other.example": "other.example",
        "x.y.example": "x.y.example",
    }
