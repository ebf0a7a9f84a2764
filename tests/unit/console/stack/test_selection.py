"""Which entities an operator's options name, and what is said where there is none."""

from datetime import UTC, datetime

import pytest

from console.errors import NotFoundError
from console.stack.selection import EntityChoice, choose_senders, choose_states
from ses_reputation.rollup.entities import (
    ReputationEntity,
    SenderIdentity,
    account_entity,
    entities_of,
    identity_entity,
)
from ses_reputation.standing.state import EntityState

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
EVERY = "rate(5 minutes)"
SENDERS = [
    SenderIdentity("444455556666", "us-east-1", "example.com"),
    SenderIdentity("444455556666", "eu-west-1", "example.com"),
    SenderIdentity("777788889999", "us-east-1", "news.example.com"),
]
# An address that its owner verified beside its domain; another domain's name may end with the same letters.
OF_A_DOMAIN = [
    SenderIdentity("111122223333", "us-east-1", "f50.example"),
    SenderIdentity("444455556666", "us-east-1", "news@f50.example"),
    SenderIdentity("444455556666", "us-east-1", "news@mail.f50.example"),
    SenderIdentity("444455556666", "us-east-1", "xf50.example"),
]
STATES = {entity: EntityState(entity, 1, AT) for entity in entities_of(SENDERS)}
DELEGATE, ABROAD = account_entity("444455556666", "us-east-1"), account_entity("444455556666", "eu-west-1")
OTHER = account_entity("777788889999", "us-east-1")


@pytest.mark.parametrize(
    ("choice", "entities"),
    [
        (
            EntityChoice(),
            [ABROAD, DELEGATE, OTHER, identity_entity("example.com"), identity_entity("news.example.com")],
        ),
        (EntityChoice(account="444455556666"), [ABROAD, DELEGATE]),
        (EntityChoice(account="444455556666", region="us-east-1"), [DELEGATE]),
        (EntityChoice(region="us-east-1"), [DELEGATE, OTHER]),
        (EntityChoice(identity="example.com"), [identity_entity("example.com")]),
        (
            EntityChoice(account="777788889999", identity="example.com"),
            [OTHER, identity_entity("example.com")],
        ),
    ],
)
def test_options_name_entities(choice: EntityChoice, entities: list[ReputationEntity]) -> None:
    assert [state.entity for state in choose_states(STATES, choice, EVERY)] == entities


def test_an_address_is_chosen_as_alerts_show_it() -> None:
    states = {entity: EntityState(entity, 1, AT) for entity in entities_of(OF_A_DOMAIN)}
    choice = EntityChoice(identity="n...@f50.example")
    assert [each.entity for each in choose_states(states, choice, EVERY)] == [
        identity_entity("news@f50.example")
    ]


@pytest.mark.parametrize(
    ("choice", "senders"),
    [
        (EntityChoice(), sorted(SENDERS)),
        (EntityChoice(account="444455556666"), [SENDERS[1], SENDERS[0]]),
        (EntityChoice(region="us-east-1"), [SENDERS[0], SENDERS[2]]),
        (EntityChoice(identity="example.com", region="us-east-1"), [SENDERS[0]]),
    ],
)
def test_options_name_senders(choice: EntityChoice, senders: list[SenderIdentity]) -> None:
    assert choose_senders(reversed(SENDERS), choice, EVERY) == senders


@pytest.mark.parametrize(
    ("identity", "chosen"),
    [("f50.example", OF_A_DOMAIN[:2]), ("news@f50.example", OF_A_DOMAIN[1:2])],
)
def test_a_domain_stands_for_the_addresses_of_it_too(identity: str, chosen: list[SenderIdentity]) -> None:
    choice = EntityChoice(identity=identity)
    states = {entity: EntityState(entity, 1, AT) for entity in entities_of(OF_A_DOMAIN)}

    assert choose_senders(OF_A_DOMAIN, choice, EVERY) == chosen
    assert [state.entity.name for state in choose_states(states, choice, EVERY)] == [
        each.identity for each in chosen
    ]


def test_before_the_first_assessment_it_is_said_when_it_comes() -> None:
    with pytest.raises(NotFoundError, match=r"No assessment yet: .* schedule, rate\(5 minutes\), once any"):
        choose_states({}, EntityChoice(), EVERY)
    with pytest.raises(NotFoundError, match=r"No sender is known yet: .* schedule, rate\(5 minutes\)"):
        choose_senders([], EntityChoice(), EVERY)


def test_an_unknown_account_is_answered_by_the_known() -> None:
    with pytest.raises(NotFoundError) as error:
        choose_states(STATES, EntityChoice(account="999900001111"), EVERY)

    assert str(error.value) == (
        "The ledger knows no mail of account 999900001111. It knows these accounts: "
        "444455556666 (eu-west-1), 444455556666 (us-east-1), 777788889999 (us-east-1). "
        "Mail appears once SES's feedback on it has been counted and assessed."
    )


def test_an_unknown_identity_is_answered_by_the_known_also_by_senders() -> None:
    known = "It knows these identities: example.com, news.example.com."
    with pytest.raises(NotFoundError, match=known):
        choose_states(STATES, EntityChoice(identity="example.org"), EVERY)
    with pytest.raises(NotFoundError, match=known):
        choose_senders(SENDERS, EntityChoice(identity="example.org"), EVERY)


def test_many_known_identities_are_not_all_named() -> None:
    many = [SenderIdentity("444455556666", "us-east-1", f"d{number:02}.example.com") for number in range(20)]

    with pytest.raises(NotFoundError, match=r"d07\.example\.com and 12 more\."):
        choose_senders(many, EntityChoice(identity="example.org"), EVERY)
