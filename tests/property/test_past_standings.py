"""Standings of times gone by are those of all whole days, however little of the ledger is read for them."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from console.stack.stories.past_standings import history_of, states_at
from ses_reputation.hours import ONE_DAY, day_of, days_between, start_of
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.history import History
from ses_reputation.rates.measures import COUNT_OF, SENDS_OF
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules, Thresholds
from ses_reputation.rollup.day_balance import AccountDayBalance
from ses_reputation.rollup.entities import SenderIdentity, entities_of
from ses_reputation.rollup.rate_counts import NO_COUNTS
from ses_reputation.standing.evaluation import evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from tests.support.mail import NOW, account_days_of, balance_of, days_of, mail, unreadable_within
from tests.support.notifications import DELEGATE, SECOND_DELEGATE

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "60"))
# A volume that some entities have in a day, some in months, and some not at all.
THRESHOLDS = Thresholds(Fraction(2, 100), Fraction(5, 100), Fraction(10, 100))
RULES = StandingRules(
    thresholds=dict.fromkeys(Measure, THRESHOLDS), volume=150, account_volumes={SECOND_DELEGATE: 400}
)
SENDERS = (
    SenderIdentity(DELEGATE, "us-east-1", "example.com"),
    SenderIdentity(DELEGATE, "us-east-1", "example.org"),
    SenderIdentity(SECOND_DELEGATE, "us-east-1", "example.com"),
    SenderIdentity(DELEGATE, "eu-west-1", "example.com"),
)
DAY = 24
# As much of the last week as of the year, with both ends of each period that is read by itself.
AGES = st.one_of(
    st.integers(0, 8 * DAY),
    st.integers(28 * DAY, 35 * DAY),
    st.integers(120 * DAY, 126 * DAY),
    st.integers(0, 400 * DAY),
)
MAILS = st.lists(
    st.builds(
        mail,
        AGES,
        st.integers(1, 120),
        st.one_of(st.just(0), st.integers(0, 30)),
        st.integers(0, 3),
        sender=st.sampled_from(SENDERS),
        name=st.sampled_from(("newsletter", "(none)")),
        provider=st.sampled_from(("gmail", "yahoo")),
    ),
    min_size=1,
    max_size=25,
)


class TableOfMail:
    """The ledger's table as of NOW: hours, days that are over for a day, and totals, which have no hours."""

    def __init__(self, mails: Sequence[HourBalance]) -> None:
        self.mails, self.days = mails, account_days_of(mails)

    def senders(self) -> list[SenderIdentity]:
        return sorted({SenderIdentity(*each.sender_hour[:3]) for each in self.mails})

    def read_hours(self, account: str, region: str, first_day: str, last_day: str) -> list[Balance]:
        return [
            balance_of(each)
            for each in self.mails
            if each.sender_hour[:2] == (account, region)
            and first_day <= day_of(each.sender_hour.send_hour) <= last_day
        ]

    def read_days(self, account: str, region: str, first_day: str, last_day: str) -> list[AccountDayBalance]:
        assert first_day <= last_day, "DynamoDB refuses a period that ends before it begins"
        last_stored = day_of(NOW - 2 * ONE_DAY)
        return [
            each
            for each in self.days
            if each.account_day[:2] == (account, region)
            and first_day <= each.account_day.day <= min(last_day, last_stored)
        ]

    def read_totals(
        self, account: str, region: str, first_day: str, last_day: str
    ) -> list[AccountDayBalance]:
        found = self.read_days(account, region, first_day, last_day)
        return [replace(each, days=unreadable_within(each.days, set())) for each in found]


@given(MAILS, st.one_of(st.integers(0, 4 * DAY), st.integers(0, 380 * DAY)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_standings_at_a_time_are_those_of_all_days(mails: Sequence[HourBalance], ago: int) -> None:
    at = NOW - timedelta(hours=ago)
    table = TableOfMail(mails)
    found = states_at(table, table.senders(), RULES, at)

    days = days_of(mails)
    expected = {}
    for entity, senders in entities_of(day.sender for day in days).items():
        history = History(entity, [day for day in days if day.sender in senders], at)
        evaluations = evaluate_standing(history, {}, RULES.of(entity))
        if any(each.has_mail for each in evaluations.values()):
            expected[entity] = evaluation_to_json(evaluations, history)
    assert {entity: state.view["measures"] for entity, state in found.items()} == expected


@given(MAILS, st.integers(1, 40))
@settings(max_examples=EXAMPLES // 3, deadline=None)
def test_a_history_is_that_of_all_days(mails: Sequence[HourBalance], number: int) -> None:
    table, days = TableOfMail(mails), days_of(mails)
    for entity, senders in entities_of(day.sender for day in days).items():
        found = history_of(table, entity, RULES, number, NOW)

        own, previous = [day for day in days if day.sender in senders], dict[Measure, Standing]()
        totals = History(entity, own, NOW).totals
        expected = []
        for day in days_between(NOW - (number - 1) * ONE_DAY, NOW):
            end = min(NOW, start_of(day) + ONE_DAY - timedelta(seconds=1))
            evaluations = evaluate_standing(History(entity, own, end), previous, RULES.of(entity))
            previous = {each.measure: each.standing for each in evaluations.values() if each.standing}
            counts = totals.get(day, NO_COUNTS)
            if previous or day in totals:
                expected.append(
                    {
                        measure: (
                            day,
                            SENDS_OF[measure](counts),
                            COUNT_OF[measure](counts),
                            each.rate,
                            each.standing,
                            each.headroom,
                        )
                        for measure, each in evaluations.items()
                    }
                )
        assert [
            {
                measure: (
                    day.day,
                    day.sends[measure],
                    day.events[measure],
                    each.rate,
                    each.standing,
                    each.headroom,
                )
                for measure, each in day.evaluations.items()
            }
            for day in found
        ] == expected
