"""The SES stand-in, asked by the real v1 client, reports what it was given to count; the product reads it."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from console.local_aws.clients import Credentials
from console.local_aws.ses_stand_in.limits import RequestLimits
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.ses_stand_in.statistics import PointStamps, SendTotals
from ses_reputation.errors import UnavailableError
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.finding import DetectionState
from ses_reputation.findings.reconciliation import detect
from ses_reputation.hours import day_of, hour_of
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import SenderIdentity, account_entity
from ses_reputation.statistics.send_statistics import AccountRegion, HourTotals
from ses_reputation.statistics.store import SesAccounts
from tests.support.mail import days_of, mail
from tests.support.reached import reach

OWNER, DELEGATE = "111122223333", "444455556666"
NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)
POINTS = {
    NINE + timedelta(minutes=15): SendTotals(20, 2, 0, 1),
    NINE: SendTotals(10, 1, 0, 0),
    NINE + timedelta(hours=1): SendTotals(5, 0, 1, 0),
}
KEY_OF_A_ROLE = "ASIA44445555666600001"


@pytest.fixture
def stand_in() -> Iterator[SesStandIn]:
    accounts = {KEY_OF_A_ROLE: DELEGATE}
    with SesStandIn(default_account=OWNER, account_of_key=accounts.get) as server:
        yield server


def connect(stand_in: SesStandIn, key_id: str = OWNER, region: str = "us-east-1") -> Any:
    credentials = Credentials(key_id)
    return boto3.client(
        "ses",
        endpoint_url=stand_in.endpoint_url,
        region_name=region,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}),
    )


def attempts(client: Any) -> list[int]:
    points = client.get_send_statistics()["SendDataPoints"]
    client.close()
    return [point["DeliveryAttempts"] for point in points]


def test_the_real_client_reads_the_points_in_order(stand_in: SesStandIn) -> None:
    stand_in.count(POINTS)
    client = connect(stand_in)

    points = client.get_send_statistics()["SendDataPoints"]
    client.close()

    assert [point["Timestamp"] for point in points] == sorted(POINTS)
    assert points[1] == {
        "Timestamp": NINE + timedelta(minutes=15),
        "DeliveryAttempts": 20,
        "Bounces": 2,
        "Complaints": 0,
        "Rejects": 1,
    }


@pytest.mark.parametrize(
    ("stamps", "times"),
    [
        # 20 at 09:58, 10 at 10:00, 5 at 10:02. Points of :00 and :15 part them at the full hour.
        (PointStamps(), {"09:45": 20, "10:00": 15}),
        (PointStamps(is_by_end=True), {"10:00": 20, "10:15": 15}),
        # Points that begin at :47 hold all until 10:02; then the next begins.
        (PointStamps(minute=2), {"09:47": 30, "10:02": 5}),
        (PointStamps(minute=2, is_by_end=True), {"10:02": 30, "10:17": 5}),
        (PointStamps(minute=13), {"09:58": 35}),
    ],
)
def test_points_begin_at_any_minute_and_are_dated_by_either_end(
    stand_in: SesStandIn, stamps: PointStamps, times: dict[str, int]
) -> None:
    counted = {58: SendTotals(20), 60: SendTotals(10), 62: SendTotals(5)}
    stand_in.count(
        {NINE + timedelta(minutes=minute): each for minute, each in counted.items()}, stamps=stamps
    )
    client = connect(stand_in)

    points = client.get_send_statistics()["SendDataPoints"]
    client.close()

    assert {f"{point['Timestamp']:%H:%M}": point["DeliveryAttempts"] for point in points} == times


@pytest.mark.parametrize(
    "stamps", [PointStamps(minute, end) for minute in (0, 2, 8, 13) for end in (False, True)]
)
def test_campaigns_around_a_full_hour_are_neither_lost_nor_too_many_wherever_points_stand(
    stand_in: SesStandIn, stamps: PointStamps
) -> None:
    """Twice a week 5,000 mails from 09:50 to 10:09, all of them reported; compared hourly for a week."""
    minutes = [
        NINE + timedelta(days=day, minutes=50 + minute) for day in (-13, -9, -6, -2) for minute in range(20)
    ]
    stand_in.count({at: SendTotals(250) for at in minutes}, stamps=stamps)
    client = connect(stand_in)
    accounts = SesAccounts(
        reach(OWNER, "", lambda service, **_: client if service == "ses" else WithoutRates())
    )
    read = accounts.read(AccountRegion(OWNER, "us-east-1"), NINE)
    client.close()
    sender = SenderIdentity(OWNER, "us-east-1", "example.com")
    days = days_of(
        mail(hour, 250 * number, sender=sender) for hour, number in Counter(map(hour_of, minutes)).items()
    )

    states = set()
    for now in (NINE + timedelta(hours=number, minutes=5) for number in range(-7 * 24, 12)):
        history = History(
            account_entity(OWNER, "us-east-1"), [day for day in days if day.day <= day_of(now)], now
        )
        known = {hour: each for hour, each in read.hours.items() if hour <= hour_of(now)}
        found = detect(EntityMail(history, (), replace(read, read_at=now, hours=known), StandingRules()))
        states |= {each.state for each in found}

    assert states
    assert DetectionState.FIRING not in states


def test_points_of_awss_own_example_stand_beside_full_quarters() -> None:
    examples = Path(botocore.__file__).parent / "data/ses/2010-12-01/examples-1.json"
    (example,) = json.loads(examples.read_text())["examples"]["GetSendStatistics"]

    minutes = [point["Timestamp"][14:16] for point in example["output"]["SendDataPoints"]]

    assert all(int(minute) % 15 == 13 for minute in minutes)


def test_nothing_was_counted_at_first(stand_in: SesStandIn) -> None:
    assert attempts(connect(stand_in)) == []


def test_each_account_and_region_is_counted_for_itself(stand_in: SesStandIn) -> None:
    stand_in.count({NINE: SendTotals(1)})
    stand_in.count({NINE: SendTotals(2)}, DELEGATE)
    stand_in.count({NINE: SendTotals(3)}, DELEGATE, "eu-west-1")

    assert attempts(connect(stand_in)) == [1]
    assert attempts(connect(stand_in, DELEGATE)) == [2]
    assert attempts(connect(stand_in, DELEGATE, "eu-west-1")) == [3]


def test_the_key_of_an_assumed_role_means_the_account_that_its_table_says(stand_in: SesStandIn) -> None:
    stand_in.count({NINE: SendTotals(1)})
    stand_in.count({NINE: SendTotals(2)}, DELEGATE)

    assert attempts(connect(stand_in, KEY_OF_A_ROLE)) == [2]
    assert attempts(connect(stand_in, "ASIAUNKNOWN")) == [1]


def test_other_actions_are_refused_as_the_query_protocol_refuses(stand_in: SesStandIn) -> None:
    client = connect(stand_in)
    with pytest.raises(ClientError) as error:
        client.list_receipt_rule_sets()
    client.close()

    assert error.value.response["Error"]["Code"] == "InvalidAction"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_statistics_are_throttled_like_the_list(stand_in: SesStandIn) -> None:
    stand_in.limit(RequestLimits(throttled_fraction=1.0))
    client = connect(stand_in)
    with pytest.raises(ClientError) as error:
        client.get_send_statistics()
    client.close()

    assert error.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert stand_in.answers == {429: 1}


class WithoutRates:
    """A CloudWatch that publishes nothing."""

    def get_metric_data(self, **_: Any) -> dict[str, list[Any]]:
        return {"MetricDataResults": []}


def test_the_product_reads_hours_from_it(stand_in: SesStandIn) -> None:
    stand_in.count(POINTS)
    client = connect(stand_in)
    accounts = SesAccounts(
        reach(OWNER, "", lambda service, **_: client if service == "ses" else WithoutRates())
    )

    statistics = accounts.read(AccountRegion(OWNER, "us-east-1"), NINE + timedelta(hours=2))
    client.close()

    assert statistics.hours == {
        "2026-11-22T09": HourTotals(30, 3, 0, 1),
        "2026-11-22T10": HourTotals(5, 0, 1, 0),
    }


def test_the_product_reports_that_nobody_answers(stand_in: SesStandIn) -> None:
    client = connect(stand_in)
    stand_in.stop()
    accounts = SesAccounts(reach(OWNER, "", lambda *_, **__: client))

    with pytest.raises(UnavailableError, match="GetSendStatistics EndpointConnectionError"):
        accounts.read(AccountRegion(OWNER, "us-east-1"), NINE)
    client.close()
