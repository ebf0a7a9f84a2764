"""Numbers of drift on a statement: what each party may see of them."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from ses_reputation.statement.facts.drift import view_drift
from ses_reputation.statement.scopes import PartyScope
from ses_reputation.suppression.changes.drift.kept_counts import DriftCounts, DriftKind, DriftPlace
from tests.support.assessed_world import (
    MINE,
    OWNERS,
    RIVAL,
    THEIRS,
    assessed,
    daily_mail,
    inputs_of,
    scopes_of,
)
from tests.support.mail import NOW, REGION
from tests.support.notifications import DELEGATE, OWNER

AT = NOW - timedelta(days=2)
WORLD = inputs_of(
    assessed(
        [
            *daily_mail(MINE, 10, 0),
            *daily_mail(THEIRS, 10, 0),
            *daily_mail(OWNERS, 10, 0),
            *daily_mail(THEIRS._replace(identity="mail.example.com"), 10, 0),
        ]
    )
)
COUNTS = Counter(
    {
        DriftPlace(DriftKind.UNSUPPRESSED_ELSEWHERE, RIVAL, REGION, ("example.com", "mail.example.com")): 12,
        DriftPlace(DriftKind.UNSUPPRESSED_ELSEWHERE, DELEGATE, REGION, ("example.com",)): 3,
        DriftPlace(DriftKind.MISSING_FROM_LIST, DELEGATE, REGION, ("example.com",)): 1,
        DriftPlace(DriftKind.MISSING_FROM_LIST, DELEGATE, REGION, ("elsewhere.example",)): 5,
        DriftPlace(DriftKind.DELIVERED_SINCE, OWNER, REGION, ()): 4,
        DriftPlace(DriftKind.DELIVERED_SINCE, RIVAL, REGION, ()): 90,
        DriftPlace(DriftKind.REPEATED_SOFT_BOUNCES, DELEGATE, REGION, ()): 7,
    }
)

LISTS = ((DELEGATE, REGION), (OWNER, REGION), (RIVAL, REGION))
DRIFT = DriftCounts(AT, 90, LISTS, 0, COUNTS)


@pytest.fixture
def scopes() -> dict[str, PartyScope]:
    return {scope.party.name: scope for scope in scopes_of(WORLD)}


def numbers(scope: PartyScope) -> list[tuple[str, str, int]]:
    view = view_drift(scope, replace(WORLD, drift=DRIFT))
    assert view.counted_at == AT
    return [(line.kind, line.account, line.recipients) for line in view.lines]


def test_an_owner_sees_what_its_identities_senders_lack_and_of_whole_lists_its_own(
    scopes: dict[str, PartyScope],
) -> None:
    assert numbers(scopes[f"owner-{OWNER}"]) == [
        ("unsuppressed_elsewhere", DELEGATE, 3),
        ("unsuppressed_elsewhere", RIVAL, 12),
        ("missing_from_list", DELEGATE, 1),
        ("delivered_since", OWNER, 4),
    ]


def test_a_sender_sees_its_own_list_and_nothing_of_what_others_have(scopes: dict[str, PartyScope]) -> None:
    assert numbers(scopes[f"delegate-{DELEGATE}"]) == [
        ("missing_from_list", DELEGATE, 6),
        ("repeated_soft_bounces", DELEGATE, 7),
    ]


def test_a_line_says_what_it_counts(scopes: dict[str, PartyScope]) -> None:
    view = view_drift(scopes[f"owner-{OWNER}"], replace(WORLD, drift=DRIFT))

    assert view.lines[2].words == (
        f"1 recipient: bounced hard or complained, and {DELEGATE} in us-east-1 has them on no list."
    )


def compared(scope: PartyScope, drift: DriftCounts) -> tuple[str, ...]:
    return view_drift(scope, replace(WORLD, drift=drift)).compared


def test_lists_that_were_read_are_named_with_what_they_were_compared_with(
    scopes: dict[str, PartyScope],
) -> None:
    sender = scopes[f"delegate-{DELEGATE}"]

    assert compared(sender, DRIFT) == (
        f"Compared with the ledger of the last 90 days: the lists of {DELEGATE} in us-east-1.",
    )
    assert compared(sender, replace(DRIFT, counts=Counter(), days=1, hours_left_out=3)) == (
        f"The lists of {DELEGATE} in us-east-1 agree with the ledger of the last 1 day.",
        "Not searched for later deliveries: 3 hours of mail.",
    )


def test_a_list_that_nobody_read_does_not_agree(scopes: dict[str, PartyScope]) -> None:
    """An owner's lists are its own and of who sends with its identities; a sender sees its own alone."""
    nothing = DriftCounts(AT, 90, ((RIVAL, REGION),), 0, Counter())

    assert compared(scopes[f"delegate-{DELEGATE}"], nothing) == (
        f"Not compared, since no complete snapshot was there: the lists of {DELEGATE} in us-east-1.",
    )
    assert compared(scopes[f"owner-{OWNER}"], nothing) == (
        f"The lists of {RIVAL} in us-east-1 agree with the ledger of the last 90 days.",
        "Not compared, since no complete snapshot was there: the lists of "
        f"{OWNER} in us-east-1, {DELEGATE} in us-east-1.",
    )


def test_what_nobody_counted_is_not_said_to_agree(scopes: dict[str, PartyScope]) -> None:
    view = view_drift(scopes[f"owner-{OWNER}"], WORLD)

    assert (view.counted_at, view.lines) == (None, ())
    assert view.command == "ses-reputation suppression drift --publish --stack reputation"
