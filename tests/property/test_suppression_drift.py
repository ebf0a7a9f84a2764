"""Whatever lists and ledger hold, what they disagree on is what set arithmetic says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.suppression.changes.drift.book import DriftBook, ListRead
from ses_reputation.suppression.changes.drift.counting import count_recipients, find_drift
from ses_reputation.suppression.changes.drift.findings import (
    compare_senders,
    find_delivered,
    find_missing,
    find_soft_bounces,
    find_unsuppressed,
)
from ses_reputation.suppression.changes.drift.kept_counts import DriftKind
from ses_reputation.suppression.changes.drift.proposals import propose
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.targets import Target
from tests.support.suppression_entries import entry

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ACCOUNTS = ("111111111111", "222222222222", "333333333333")
IDENTITIES = ("orchard.example", "harbor.example")
REGION = "eu-west-1"
RANK = {"BOUNCE": 1, "COMPLAINT": 2}
KINDS = {"bounced_permanent_general": "BOUNCE", "complained_abuse": "COMPLAINT"}
SOFT = "bounced_transient_mailbox_full"


class Report(NamedTuple):
    account: str
    identity: str
    address: str
    outcome: str
    sent_at: datetime
    occurred_at: datetime
    message_id: str


class Row(NamedTuple):
    """A row of a list, as the test knows it."""

    target: Target
    address: str
    reason: str
    updated_at: datetime


addresses = st.sampled_from(["ann@x.example", "Ann@x.example", "ben@x.example", "clo@x.example"])
hours = st.integers(-120, 0).map(lambda number: NOON + timedelta(hours=number))
accounts = st.sampled_from(ACCOUNTS)
reports = st.builds(
    lambda account, identity, address, outcome, sent_at, late, number: Report(
        account, identity, address, outcome, sent_at, sent_at + timedelta(hours=late), f"m{number}"
    ),
    accounts,
    st.sampled_from(IDENTITIES),
    addresses,
    st.sampled_from([*KINDS, SOFT]),
    hours,
    st.integers(0, 30),
    st.integers(0, 99),
)
targets = st.builds(Target, accounts, st.just(REGION), st.sampled_from(["", "", "acme"]))
rows = st.builds(Row, targets, addresses, st.sampled_from(["BOUNCE", "COMPLAINT"]), hours)
worlds = st.tuples(
    st.lists(reports, max_size=12, unique_by=lambda report: report.message_id),
    st.lists(rows, max_size=12, unique_by=lambda row: (row.target, row.address)),
    st.sets(targets, max_size=6),
    st.sets(st.tuples(accounts, st.just(REGION), st.sampled_from(IDENTITIES)), max_size=6),
    st.lists(st.tuples(accounts, addresses, hours), max_size=4),
)
World = tuple[
    list[Report], list[Row], set[Target], set[tuple[str, str, str]], list[tuple[str, str, datetime]]
]
"""Reports, rows of lists, lists that are known, senders, and who was removed where and when."""


def fill(book: DriftBook, world: World) -> None:
    reported, listed, read, senders, removed = world
    for target in read:
        own = [row for row in listed if row.target == target]
        texts = [f"{row.updated_at:%Y-%m-%dT%H:%M:%SZ}" for row in own]
        book.add_list(
            ListRead(target, NOON),
            [SuppressedDestination(row.address, at, row.reason) for row, at in zip(own, texts, strict=True)],
        )
    book.add_senders(senders)
    book.add_entries(
        entry(
            sending_account=each.account,
            region=REGION,
            identity=each.identity,
            recipient=each.address.lower(),
            outcome=each.outcome,
            message_id=each.message_id,
            occurred_at=f"{each.occurred_at:%Y-%m-%dT%H:%M:%S.000Z}",
            send_hour=f"{each.sent_at:%Y-%m-%dT%H}",
            feed=feed,
        )
        for each in reported
        for feed in ("owner", "sender")
    )
    for account, address, at in removed:
        book.add_removals(account, REGION, at, [address])


def listed_at(world: World, account: str, recipient: str) -> list[Row]:
    _, listed, read, *_ = world
    return [
        row
        for row in listed
        if row.target in read and row.target.account == account and row.address.lower() == recipient
    ]


def known(world: World) -> set[str]:
    return {target.account for target in world[2] if not target.tenant}


def recipients(world: World) -> set[str]:
    return {each.address.lower() for each in world[0]} | {row.address.lower() for row in world[1]}


def strongest(found: list[Row]) -> str:
    return max((row.reason for row in found), key=RANK.__getitem__)


def reported_at(world: World, account: str, recipient: str, identity: str = "") -> datetime | None:
    """When a recipient last bounced hard or complained by an account's mail, with an identity or any."""
    return max(
        (
            each.occurred_at
            for each in world[0]
            if (each.account, each.address.lower()) == (account, recipient)
            and identity in {"", each.identity}
            and each.outcome in KINDS
        ),
        default=None,
    )


def is_removed(world: World, account: str, recipient: str, since: datetime | None) -> bool:
    return any(
        (where, address.lower()) == (account, recipient) and (since is None or at >= since)
        for where, address, at in world[4]
    )


def expect_unsuppressed(world: World) -> Iterator[tuple[str, str, str, str, str, bool]]:
    for identity in IDENTITIES:
        senders = {account for account, _, named in world[3] if named == identity}
        for recipient in recipients(world):
            for here in ACCOUNTS:
                has_it, at = listed_at(world, here, recipient), reported_at(world, here, recipient, identity)
                if has_it and at:
                    for there in (senders & known(world)) - {here}:
                        if not listed_at(world, there, recipient):
                            taken_off = is_removed(world, there, recipient, at)
                            yield identity, recipient, strongest(has_it), here, there, taken_off


def expect_missing(world: World) -> set[tuple[str, str, str]]:
    settled = NOON - timedelta(hours=24)
    return {
        (each.account, each.address.lower(), KINDS[each.outcome])
        for each in world[0]
        if each.outcome in KINDS
        and each.occurred_at <= settled
        and each.account in known(world)
        and not listed_at(world, each.account, each.address.lower())
    }


def expect_delivered(world: World) -> set[tuple[Target, str]]:
    return {
        (row.target, row.address)
        for row in world[1]
        if row.target in world[2]
        and row.reason == "BOUNCE"
        and any(
            each.outcome == "complained_abuse"
            and each.address.lower() == row.address.lower()
            and each.sent_at > row.updated_at
            for each in world[0]
        )
    }


def expect_soft(world: World, least_days: int) -> set[tuple[str, str, int]]:
    days: dict[tuple[str, str], set[str]] = {}
    for each in world[0]:
        if each.outcome == SOFT and each.account in known(world):
            days.setdefault((each.account, each.address.lower()), set()).add(f"{each.sent_at:%Y-%m-%d}")
    return {
        (account, recipient, len(found))
        for (account, recipient), found in days.items()
        if len(found) >= least_days and not listed_at(world, account, recipient)
    }


def expect_whole_lists(world: World) -> set[tuple[str, str]]:
    """Account and recipient of what would be added, whoever's mail put it on another sender's list."""
    expected = set()
    for identity in IDENTITIES:
        senders = {account for account, _, named in world[3] if named == identity}
        for there in senders & known(world):
            for here in senders - {there}:
                expected |= {
                    (there, recipient)
                    for recipient in recipients(world)
                    if listed_at(world, here, recipient)
                    and not listed_at(world, there, recipient)
                    and not is_removed(world, there, recipient, reported_at(world, here, recipient))
                }
    return expected


def expect_strongest(world: World, account: str, recipient: str, *, whole_lists: bool) -> str:
    """The strongest reason that other senders of the account's identities have; "" without any."""
    found = [
        row
        for identity in IDENTITIES
        for here in ACCOUNTS
        if here != account
        and (account, REGION, identity) in world[3]
        and (
            (here, REGION, identity) in world[3]
            if whole_lists
            else reported_at(world, here, recipient, identity)
        )
        for row in listed_at(world, here, recipient)
    ]
    return strongest(found) if found else ""


def expect_strengthened(world: World, *, whole_lists: bool) -> set[tuple[str, str]]:
    """Account and address of own entries for a bounce of whom another sender has a complaint."""
    return {
        (row.target.account, row.address)
        for row in world[1]
        if row.target in world[2]
        and not row.target.tenant
        and row.reason == "BOUNCE"
        and expect_strongest(world, row.target.account, row.address.lower(), whole_lists=whole_lists)
        == "COMPLAINT"
    }


@settings(max_examples=300)
@given(worlds, st.integers(1, 3))
def test_findings_are_what_set_arithmetic_says(world: World, least_days: int) -> None:
    with DriftBook() as book:
        fill(book, world)
        found = {kind: list(find_drift(book, kind, least_days)) for kind in DriftKind}
        unsuppressed, missing = list(find_unsuppressed(book)), list(find_missing(book))
        delivered, soft = list(find_delivered(book)), list(find_soft_bounces(book, least_days))
        compared = list(compare_senders(book))

    assert sorted(
        (
            each.identity,
            each.recipient,
            each.reason,
            each.suppressed_account,
            each.account,
            each.is_removed,
        )
        for each in unsuppressed
    ) == sorted(expect_unsuppressed(world))
    assert {(each.account, each.recipient, each.reason) for each in missing} == expect_missing(world)
    assert {
        (Target(each.account, each.region, each.tenant), each.address) for each in delivered
    } == expect_delivered(world)
    assert {(each.account, each.recipient, each.days) for each in soft} == expect_soft(world, least_days)
    for kind, findings in found.items():
        counted = count_recipients(kind, findings, lambda _: "")
        everyone = {each[:3] for each in findings}
        drifted = {each[:3] for each in findings if not each.is_removed}
        assert (counted.total, counted.removed) == (len(drifted), len(everyone - drifted))
    for each in compared:
        here, there = (
            {recipient for recipient in recipients(world) if listed_at(world, account, recipient)}
            for account in (each.account, each.other_account)
        )
        differ = sum(
            strongest(listed_at(world, each.account, both))
            != strongest(listed_at(world, each.other_account, both))
            for both in here & there
        )
        counts = (each.only_here, each.only_there, each.on_both, each.reasons_differ)
        assert counts == (len(here - there), len(there - here), len(here & there), differ)


@settings(max_examples=300)
@given(worlds, st.booleans())
def test_proposals_add_what_drift_finds_and_never_weaken_a_reason(world: World, whole_lists: bool) -> None:
    with DriftBook() as book:
        fill(book, world)
        proposals = list(propose(book, whole_lists=whole_lists))

    added = [(each.target.account, each.address.lower()) for each in proposals if not each.previous_reason]
    drifted = {
        (there, recipient)
        for _, recipient, _, _, there, taken_off in expect_unsuppressed(world)
        if not taken_off
    }
    assert len(added) == len(set(added))
    assert set(added) == (expect_whole_lists(world) if whole_lists else drifted)
    strengthened = {(each.target.account, each.address) for each in proposals if each.previous_reason}
    assert strengthened == expect_strengthened(world, whole_lists=whole_lists)
    for each in proposals:
        recipient = each.address.lower()
        assert each.reason == expect_strongest(world, each.target.account, recipient, whole_lists=whole_lists)
        assert RANK.get(each.previous_reason, 0) < RANK[each.reason]
