"""Whose mail is summed, and how an entity is named."""

import pytest

from ses_reputation.rollup.entities import (
    ReputationEntity,
    SenderIdentity,
    account_entity,
    entities_of,
    entity_of_key,
    identity_entity,
    only_region_of,
)
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

ENTITIES = {
    f"account#{DELEGATE}#us-east-1": account_entity(DELEGATE, "us-east-1"),
    "identity#example.com": identity_entity("example.com"),
    "identity#news@example.com": identity_entity("news@example.com"),
    # An address may have a # before its @.
    "identity#a#b@example.com": identity_entity("a#b@example.com"),
}


@pytest.mark.parametrize(("key", "entity"), ENTITIES.items())
def test_an_entity_is_known_again_by_its_key(key: str, entity: ReputationEntity) -> None:
    assert entity.key == key
    assert entity_of_key(key) == entity


@pytest.mark.parametrize("key", ["", "example.com", "sender#444455556666#us-east-1"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="EntityKind"):
        entity_of_key(key)


def test_only_an_account_is_named_with_its_region() -> None:
    assert account_entity(DELEGATE, "us-east-1").title == f"account {DELEGATE} in us-east-1"
    assert identity_entity("example.com").title == "identity example.com"


def test_each_sender_belongs_to_an_account_s_and_an_identity_s_entity() -> None:
    first = SenderIdentity(DELEGATE, "us-east-1", "example.com")
    elsewhere = SenderIdentity(DELEGATE, "eu-west-1", "example.com")
    second = SenderIdentity(SECOND_DELEGATE, "us-east-1", "example.com")
    other = SenderIdentity(DELEGATE, "us-east-1", "example.org")

    assert entities_of([second, other, first, elsewhere, first]) == {
        account_entity(DELEGATE, "eu-west-1"): [elsewhere],
        account_entity(DELEGATE, "us-east-1"): [first, other],
        account_entity(SECOND_DELEGATE, "us-east-1"): [second],
        identity_entity("example.com"): [elsewhere, first, second],
        identity_entity("example.org"): [other],
    }


def test_mail_has_a_region_where_all_of_it_is_sent_from_one() -> None:
    first = SenderIdentity(DELEGATE, "us-east-1", "example.com")
    second = SenderIdentity(SECOND_DELEGATE, "us-east-1", "example.com")
    elsewhere = SenderIdentity(DELEGATE, "eu-west-1", "example.com")

    assert only_region_of([first, second]) == "us-east-1"
    assert only_region_of([first, elsewhere]) == ""
    assert only_region_of([]) == ""
