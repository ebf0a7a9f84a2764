"""A rate that goes up and down around a threshold for a week is one change, and one reminder a day.

The delegate sends 1,000 mails an hour, of which 15 bounce: 1.5 %. In the week from Tuesday, 10 November, 21
bounce before noon and 19 after: the volume window, the latest ten hours, goes from 1.9 % to 2.1 % and
back each day, across 2 %.

By hand, of the 10,000 sends up to an assessment at 9:05 on Tuesday: 9 hours of 21 and one of 15, 204, 2.04 %:
watch. At 8:05 it was 198. In the night to Tuesday, 17 November, the hours of 15 come in: after three of them
it is 7 * 19 + 3 * 15 = 178, 1.78 %, below 1.8 %: healthy, at 3:05. At 2:05 it was 182.
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
        bounced = 21 if hour.hour < 12 else 19
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
        (TransitionKind.STANDING_CHANGED, at(17, 3)),
    ]


def test_only_these_entities_have_alerts(alerts: list[Transition]) -> None:
    assert len(alerts) == 2 * 8
