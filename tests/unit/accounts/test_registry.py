"""Who is registered, and since when nothing was heard of them."""

import pytest

from ses_reputation.accounts.registry import (
    ConnectionState,
    FeedSeen,
    Party,
    PartyRole,
    QueueSubscription,
    SubscriptionState,
    read_parties,
    statuses,
)
from tests.support.mail import at

OWNER, COURIER, LEDGER, REGION = "111111111111", "222222222222", "444444444444", "eu-west-1"
NOW = at("22 10:05")
OF_OWNER = Party(PartyRole.OWNER, OWNER, REGION, ("orchard.example",))
OF_COURIER = Party(PartyRole.DELEGATE, COURIER, REGION)


CONFIRMED = QueueSubscription(SubscriptionState.CONFIRMED)
RECENT, OLD = "2026-11-22T09", "2026-11-10"


def stand(*seen: FeedSeen, subscription: QueueSubscription = CONFIRMED) -> list[tuple[ConnectionState, str]]:
    found = statuses(dict.fromkeys([OF_COURIER, OF_OWNER], subscription), seen, NOW)
    return [(each.state, each.last_reported) for each in found]


@pytest.mark.parametrize(
    ("subscription", "last", "expected"),
    [
        (SubscriptionState.CONFIRMED, RECENT, "connected"),
        (SubscriptionState.CONFIRMED, OLD, "silent"),
        (SubscriptionState.CONFIRMED, "", "waiting"),
        # What came before it was cut says nothing of today.
        (SubscriptionState.MISSING, RECENT, "not_connected"),
        (SubscriptionState.MISSING, "", "not_connected"),
        (SubscriptionState.PENDING, OLD, "not_confirmed"),
        (SubscriptionState.UNREAD, RECENT, "connected"),
        (SubscriptionState.UNREAD, OLD, "unknown"),
        (SubscriptionState.UNREAD, "", "unknown"),
    ],
)
def test_a_party_is_connected_by_its_subscription_and_silent_by_what_was_heard(
    subscription: SubscriptionState, last: str, expected: str
) -> None:
    reason = "AccessDenied" if subscription is SubscriptionState.UNREAD else ""
    read = {OF_OWNER: QueueSubscription(subscription, reason)}

    (status,) = statuses(read, [seen(owner=last)], NOW)

    assert (status.state, status.last_reported, status.reason) == (expected, last, reason)
    assert status.to_json()["reason"] == (reason or None)


def seen(
    identity: str = "orchard.example", sender: str = "", owner: str = "", region: str = REGION
) -> FeedSeen:
    return FeedSeen(COURIER, region, identity, sender, owner)


def test_an_owner_is_heard_by_its_own_feed_and_a_delegate_by_its_own() -> None:
    assert stand(seen(owner="2026-11-22T09")) == [
        (ConnectionState.CONNECTED, "2026-11-22T09"),
        (ConnectionState.WAITING, ""),
    ]
    assert stand(seen(sender="2026-11-22T08")) == [
        (ConnectionState.WAITING, ""),
        (ConnectionState.CONNECTED, "2026-11-22T08"),
    ]


def test_addresses_of_an_owners_domain_are_its_own_and_other_domains_are_not() -> None:
    assert stand(seen("news@orchard.example", owner="2026-11-22T09"))[0][0] is ConnectionState.CONNECTED
    assert stand(seen("notorchard.example", owner="2026-11-22T09"))[0][0] is ConnectionState.WAITING


def test_two_days_without_feedback_are_silence() -> None:
    assert stand(seen(owner="2026-11-20"))[0][0] is ConnectionState.CONNECTED
    assert stand(seen(owner="2026-11-19T23"))[0] == (ConnectionState.SILENT, "2026-11-19T23")


def test_another_regions_feed_says_nothing() -> None:
    assert stand(seen(owner="2026-11-22T09", region="us-east-1"))[0][0] is ConnectionState.WAITING


def test_a_stacks_parameters_register_its_own_account_first() -> None:
    parameters = {
        "OwnerAccounts": OWNER,
        "DelegateAccounts": f"{COURIER},333333333333",
        "Identities": "a.example",
    }

    assert [(each.role, each.account) for each in read_parties(parameters, LEDGER, REGION)] == [
        ("owner", LEDGER),
        ("owner", OWNER),
        ("delegate", COURIER),
        ("delegate", "333333333333"),
    ]
    assert read_parties(parameters, LEDGER, REGION)[0].identities == ("a.example",)
