"""Names of others act on nothing, and hold no address."""

from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.statement.naming import Naming, entity_id, shown

NAMING = Naming("reputation", {"444455556666": "Agency\u202e North"})


def test_an_id_holds_no_address_and_is_the_same_each_time() -> None:
    person = entity_id(identity_entity("jane.roe@example.com"))

    assert "jane" not in person
    assert person == entity_id(identity_entity("jane.roe@example.com"))
    assert person != entity_id(identity_entity("john.roe@example.com"))
    assert entity_id(identity_entity("example.com")) == "identity-example.com"
    assert entity_id(account_entity("444455556666", "us-east-1")) == "account-444455556666-us-east-1"


def test_a_command_is_quoted_for_a_shell_and_shortens_addresses() -> None:
    command = NAMING.command("balances", {"account": "", "identity": "o'brien@example.com"})

    assert command == "ses-reputation balances --identity o...@example.com --stack reputation"
    assert NAMING.command("feeds", {"identity": "a b"}) == (
        "ses-reputation feeds --identity 'a b' --stack reputation"
    )


def test_a_name_shows_what_would_act() -> None:
    assert NAMING.account_title("444455556666") == r"Agency\u202e North (444455556666)"
    assert NAMING.account_title("111122223333") == "111122223333"
    assert shown("jane@example.com\x1b[31m") == r"j...@example.com\x1b[31m"
