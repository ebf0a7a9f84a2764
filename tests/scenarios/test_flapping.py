"""A rate that goes up and down around a threshold for a week is one change, and one reminder a day.

The delegate sends 1,000 mails an hour, of which 15 bounce: 1.5 %. In the week from Tuesday, 10 November, 26
bounce before noon and 20 after: the volume window, the latest ten hours, goes from 2.0 % to 2.6 % and
back each day, across where `watch` begins.

By hand, of the 10,000 sends up to an assessment at 9:05 on Tuesday: 9 hours of 26 and one of 15, 249, 2.49 %.
Mail at 2 % has 234 of the latest 9,000 less than once in a thousand (234 ln 1.3 + 8,766 ln (0.974 / 0.98) =
7.6, and ln 1,000 = 6.9): watch. At 8:05 it was 208 of 8,000 (6.7). In the night to Tuesday, 17 November, the
hours of 15 come in: after five of them it is 5 * 20 + 5 * 15 = 175, below 1.8 %: healthy, at 5:05. At 4:05 it
was 180.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.standing.state import Transition, TransitionKind
from tests.scenarios.replay import DELEGATE, IDENTITY, REGION, Mail, at, replay

MINUTES_PAST = timedelta(minutes=5)


def traffic(hour: datetime) -> Iterator[Mail]:
    bounced = 15
    if at(10) <= hour < at(17):
        bounced = 26 if hour.hour < 12 else 20
    yield Mail(DELEGATE, "newsletter", "gmail", 1_000, bounced)


@pytest.fixture(scope="module")
def alerts() -> list[Transition]:
    return replay(traffic, at(9), watched=at(9, 20), last=at(17, 8))


@pytest.mark.parametrize("entity", [account_entity(DELEGATE, REGION), identity_entity(IDENTITY)], ids=str)
def test_a_week_of_flapping_is_published_once_and_reminded_of_daily(
    alerts: list[Transition], entity: ReputationEntity
) -> None:
    heard = [(alert.kind, alert.at - MINUTES_PAST) for alert in alerts if alert.entity == entity]

    assert heard == [
        (TransitionKind.STANDING_CHANGED, at(10, 9)),
        *((TransitionKind.REMINDER, at(day, 9)) for day in range(11, 17)),
        (TransitionKind.STANDING_CHANGED, at(17, 5)),
    ]


def test_only_these_entities_have_alerts(alerts: list[Transition]) -> None:
    assert len(alerts) == 2 * 8
