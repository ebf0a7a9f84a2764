"""Names of others act on nothing, and hold no address."""

from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.statement.naming import Naming, entity_ids, shown

NAMING = Naming("reputation", {"444455556666": "Agency\u202e North"})


def ids(*identities: str) -> list[str]:
    named = entity_ids(map(identity_entity, identities))
    return [named[identity_entity(each)] for each in identities]


def test_an_id_says_no_more_of_an_address_than_its_first_letter_and_domain() -> None:
    """A list of addresses cannot be tried: whoever else the address is of, the id is the same."""
    assert ids("jane.roe@example.com") == ids("john.doe@example.com") == ["identity-j...@example.com"]


def test_addresses_that_look_alike_have_ids_of_their_own_in_whichever_order_they_come() -> None:
    both = ["identity-j...@example.com", "identity-j...@example.com~2"]

    assert ids("jane.roe@example.com", "john.roe@example.com") == both
    assert ids("john.roe@example.com", "jane.roe@example.com") == both[::-1]


def test_an_id_is_that_of_a_domain_or_an_account_in_a_region() -> None:
    accounts = [account_entity("444455556666", region) for region in ("us-east-1", "eu-west-1")]

    assert ids("example.com", "mail.example.com") == ["identity-example.com", "identity-mail.example.com"]
    assert [entity_ids(accounts)[each] for each in accounts] == [
        "account-444455556666-us-east-1",
        "account-444455556666-eu-west-1",
    ]


def test_letters_that_act_are_in_no_id() -> None:
    assert ids("a b", 'b" onload=x', "c\u202e.example") == ["identity", "identity~2", "identity~3"]


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
