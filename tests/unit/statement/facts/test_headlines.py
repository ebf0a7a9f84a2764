"""What a statement says first: of whom, by which measure, and through whom it came."""

from dataclasses import replace

import pytest

from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import EntityState
from ses_reputation.statement.facts.evaluated import Evaluated
from ses_reputation.statement.facts.headlines import entity_headline, statement_headline
from ses_reputation.statement.naming import Naming
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    NOW,
    bounces,
    causes_in_identity,
    complaints,
    complaints_in_identity,
)
from tests.support.stood import stood

NAMING = Naming("reputation", {"444455556666": "Agency North"})
STATE = EntityState(IDENTITY, 1, NOW)


def headline(mail: Evaluated, state: EntityState | None = STATE) -> str:
    return entity_headline("identity example.com", mail, state, NAMING)


def test_some_of_the_events_came_through_a_named_account() -> None:
    # 513 hard bounces, all but 90 of them through the delegate.
    mail = stood(IDENTITY, bounces(Standing.REVIEW, causes_in_identity(513)))

    assert headline(mail).endswith("; 423 of its 513 hard bounces came through Agency North (444455556666).")


def test_all_of_the_events_is_said_as_all() -> None:
    mail = stood(IDENTITY, replace(complaints(Standing.REVIEW), causes=complaints_in_identity(12)))

    assert headline(mail).endswith("; all of its 12 complaints came through 777788889999.")


@pytest.mark.parametrize(
    "mail",
    [
        # An account is the sender itself.
        stood(ACCOUNT, bounces(Standing.REVIEW, causes_in_identity(513))),
        stood(IDENTITY, bounces(Standing.HEALTHY, causes_in_identity(180))),
        stood(IDENTITY, bounces(Standing.REVIEW, ())),
    ],
    ids=["account", "healthy", "no cause"],
)
def test_nobody_is_named_where_nobody_is_to_blame(mail: Evaluated) -> None:
    assert "came through" not in headline(mail)


def test_of_a_part_its_sender_is_known() -> None:
    mail = stood(IDENTITY, bounces(Standing.REVIEW, causes_in_identity(513)))

    assert "came through" not in headline(mail, None)


def test_the_headline_is_of_the_worse_measure() -> None:
    mail = stood(IDENTITY, bounces(Standing.WATCH), complaints(Standing.REVIEW))

    assert headline(mail).startswith("Identity example.com is at REVIEW by its complaints")


def test_without_mail_that_is_rated_there_is_no_standing_to_tell() -> None:
    assert headline(Evaluated(IDENTITY)) == "Identity example.com has no mail that is rated."


@pytest.mark.parametrize(
    ("are_well", "others"),
    [
        ([False], ""),
        ([False, True], ""),
        ([False, False], " The other one needs a look, too."),
        ([False, True, False], " 1 of the 2 others needs a look, too."),
        ([False, False, True, False], " 2 of the 3 others need a look, too."),
    ],
)
def test_the_first_sentence_is_of_most_concern_and_counts_the_others(
    are_well: list[bool], others: str
) -> None:
    headlines = [(f"{number}.", is_well) for number, is_well in enumerate(are_well)]

    assert statement_headline(headlines) == f"0.{others}"
