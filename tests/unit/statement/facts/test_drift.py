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


@pytest.fixture
def scopes() -> dict[str, PartyScope]:
    return {scope.party.name: scope for scope in scopes_of(WORLD)}


def numbers(scope: PartyScope) -> list[tuple[str, str, int]]:
    view = view_drift(scope, replace(WORLD, drift=DriftCounts(AT, COUNTS)))
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
    view = view_drift(scopes[f"owner-{OWNER}"], replace(WORLD, drift=DriftCounts(AT, COUNTS)))

    assert view.lines[2].words == (
        f"1 recipient: bounced hard or complained, and {DELEGATE} in us-east-1 has them on no list."
    )


def test_what_nobody_counted_is_not_said_to_agree(scopes: dict[str, PartyScope]) -> None:
    view = view_drift(scopes[f"owner-{OWNER}"], WORLD)

    assert (view.counted_at, view.lines) == (None, ())
    assert view.command == "ses-reputation suppression drift --publish --stack reputation"
