"""Standings of times gone by, from the days of a ledger that is made up: see standings.py."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from console.stack.stories.past_standings import history_of, read_rules, states_at
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from tests.unit.console.standings import AGENCY_ENTITY, NOW, SMALL_ENTITY, Ledger

LEDGER = Ledger()
RULES = StandingRules()


def test_now_is_rated_as_the_assessment_rated_it() -> None:
    states = states_at(LEDGER, LEDGER.senders(), RULES, NOW)

    assert states.keys() == LEDGER.states.keys()
    for entity, state in states.items():
        assert state.standing == LEDGER.states[entity].standing
        for measure in Measure:
            assert (
                state.view["measures"][measure]["rate"]
                == LEDGER.states[entity].view["measures"][measure]["rate"]
            )


def test_before_the_bad_day_the_agency_stood_well() -> None:
    # 20 hours of 8 hard bounces end with NOW; before them, one in 90 sends.
    at = NOW - timedelta(hours=20)
    state = states_at(LEDGER, LEDGER.senders(), RULES, at)[AGENCY_ENTITY]

    bounces = state.view["measures"]["bounces"]
    assert state.standing is Standing.HEALTHY
    assert bounces["windows"]["volume"]["last_hour"] == "2026-11-21T14"
    assert Fraction(bounces["events"], bounces["sends"]) == Fraction(1, 90)


def test_who_had_not_sent_yet_is_left_out() -> None:
    # The small sender's only mail is of five hours before NOW.
    assert SMALL_ENTITY in states_at(LEDGER, LEDGER.senders(), RULES, NOW - timedelta(hours=5))
    assert SMALL_ENTITY not in states_at(LEDGER, LEDGER.senders(), RULES, NOW - timedelta(hours=6))


def test_a_history_has_a_row_for_each_day_since_the_first_mail() -> None:
    days = history_of(LEDGER, AGENCY_ENTITY, RULES, 30, NOW)

    # 240 hours end with 2026-11-22T10: they begin with 2026-11-12T11.
    assert [day.day for day in days] == [f"2026-11-{number}" for number in range(12, 23)]
    assert [day.sends[Measure.BOUNCES] for day in days] == [13 * 90, *[24 * 90] * 9, 11 * 90]
    assert [day.events[Measure.BOUNCES] for day in days] == [13, *[24] * 8, 15 + 9 * 8, 11 * 8]
    # The 9 bad hours of the 21st are 87 of 2,160 that day, of some 10,000: 1.7 %; on the 22nd 2.5 %.
    assert [day.standing for day in days][-3:] == [Standing.HEALTHY, Standing.HEALTHY, Standing.WATCH]


def test_rules_are_those_of_the_stack_and_else_of_ses() -> None:
    rules = read_rules({"VolumeWindow": "500", "PauseBounceRate": "8", "WatchComplaintRate": "0.08"})

    assert rules.volume == 500
    assert rules.thresholds[Measure.BOUNCES].pause == Fraction(8, 100)
    assert rules.thresholds[Measure.BOUNCES].review == Fraction(5, 100)
    assert rules.thresholds[Measure.COMPLAINTS].watch == Fraction(8, 10_000)
    assert read_rules({}) == RULES


@pytest.mark.parametrize("days", [1, 2])
def test_only_the_days_asked_for_are_shown_but_windows_reach_further_back(days: int) -> None:
    found = history_of(LEDGER, AGENCY_ENTITY, RULES, days, datetime(2026, 11, 22, 10, 5, tzinfo=UTC))

    assert len(found) == days
    assert (
        found[-1].evaluations[Measure.BOUNCES].rate
        == history_of(LEDGER, AGENCY_ENTITY, RULES, 30, NOW)[-1].evaluations[Measure.BOUNCES].rate
    )
