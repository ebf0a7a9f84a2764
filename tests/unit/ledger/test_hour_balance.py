"""Balances become one row for each sender and hour, whatever segments they were kept in."""

import json
from dataclasses import replace

from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.ledger.pieces import pack_figures
from tests.support.balances import SENDER_HOUR, posted_balance


def test_late_segments_are_added_to_their_hour_and_counted_as_late() -> None:
    in_time = posted_balance(
        counts={"news": {"gmail": {"sent": 5, "delivered_within_10s": 4}}},
        followed={"news": {"gmail": {"sent_without_outcome": 1}}},
        coverage={"news": {"delivered": {"both": 4}}},
    )
    late = posted_balance(
        segment=2, counts={"news": {"gmail": {"sent": 1}, "other": {"complained_abuse": 2}}}
    )

    (hour,) = gather_hours([in_time, late])

    assert hour.sender_hour == SENDER_HOUR
    assert hour.late == 3
    assert hour.counts == {
        "news": {"gmail": {"sent": 6, "delivered_within_10s": 4}, "other": {"complained_abuse": 2}}
    }
    assert hour.followed == {"news": {"gmail": {"sent_without_outcome": 1}}}
    assert hour.coverage == {"news": {"delivered": {"both": 4}}}


def test_adding_segments_leaves_the_balances_as_they_were() -> None:
    balances = [posted_balance(segment=n, counts={"news": {"gmail": {"sent": 1}}}) for n in (0, 1)]

    gather_hours(balances)

    assert [balance.figures["example.com"].counts for balance in balances] == [
        {"news": {"gmail": {"sent": 1}}}
    ] * 2


def test_shards_of_an_hour_and_all_their_identities_are_gathered() -> None:
    example, other = (
        posted_balance(SENDER_HOUR._replace(identity=identity), counts={"news": {"gmail": {"sent": sent}}})
        for identity, sent in (("example.com", 5), ("example.org", 3))
    )
    together = BalanceCounts({"news": {"gmail": {"sent": 1}, "yahoo": {"sent": 2}}})
    part = replace(
        example, shard=example.shard.part("7"), pieces=pack_figures({"example.com": together}), pages=4
    )

    first, second = gather_hours([example, other, part])

    assert (first.sender_hour.identity, second.sender_hour.identity) == ("example.com", "example.org")
    assert first.counts == {"news": {"gmail": {"sent": 6}, "yahoo": {"sent": 2}}}
    assert second.counts == {"news": {"gmail": {"sent": 3}}}
    assert (first.late, first.pages, second.pages) == (0, 5, 1)


def test_rows_are_sorted_by_account_region_identity_and_hour() -> None:
    sender_hours = [
        SENDER_HOUR._replace(sending_account=account, region=region, identity=identity, send_hour=hour)
        for account in ("777788889999", "444455556666")
        for region in ("us-east-1", "eu-west-1")
        for identity in ("example.org", "example.com")
        for hour in ("2026-11-22T11", "2026-11-22T10")
    ]

    hours = gather_hours(
        posted_balance(sender_hour, counts={"news": {"gmail": {"sent": 1}}}) for sender_hour in sender_hours
    )

    assert [hour.sender_hour for hour in hours] == sorted(sender_hours)


def test_json_of_a_row_is_the_same_whatever_order_it_was_counted_in() -> None:
    counts = {"b": {"yahoo": {"sent": 1}, "gmail": {"sent": 2, "rejected": 3}}, "a": {"other": {"sent": 4}}}
    (hour,) = gather_hours([posted_balance(counts=counts)])

    assert json.dumps(hour.to_json()) == (
        '{"sending_account": "444455556666", "region": "us-east-1", "identity": "example.com", '
        '"send_hour": "2026-11-22T10", "late": 0, '
        '"counts": {"a": {"other": {"sent": 4}}, '
        '"b": {"gmail": {"rejected": 3, "sent": 2}, "yahoo": {"sent": 1}}}, '
        '"followed": {}, "coverage": {}, "tags": {}, "owner_only": {}}'
    )
