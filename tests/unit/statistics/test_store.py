"""SES and CloudWatch of several accounts, as botocore's own models describe them; no socket is opened."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.send_statistics import AccountRegion, HourTotals
from ses_reputation.statistics.store import SESSION_NAME, SesAccounts
from tests.support.reached import reach

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
OWN = AccountRegion("111122223333", "us-east-1")
DELEGATE = AccountRegion("444455556666", "us-east-1")
ROLE = "ses-reputation-reading"
LENT = {
    "AccessKeyId": "ASIA44445555666600001",
    "SecretAccessKey": "secret",
    "SessionToken": "token",
    "Expiration": datetime.now(UTC) + timedelta(hours=1),
}
POINTS = [
    {
        "Timestamp": NOW.replace(hour=9, minute=minute),
        "DeliveryAttempts": 10,
        "Bounces": 1,
        "Complaints": 0,
        "Rejects": 0,
    }
    for minute in (0, 15, 30)
]


class Aws:
    """Makes stubbed clients; `answers` are given in the order asked for, by service."""

    def __init__(self) -> None:
        self.region = "us-east-1"
        self.made: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, list[Callable[[Stubber], None]]] = {}
        self._stubbers: list[Stubber] = []

    def answer(self, service: str, operation: str, answer: dict[str, Any], asked: Any = None) -> None:
        self._answers.setdefault(service, []).append(lambda stub: stub.add_response(operation, answer, asked))

    def refuse(self, service: str, operation: str, code: str) -> None:
        text = f"User: recipient@example.com got {code}"
        self._answers.setdefault(service, []).append(
            lambda stub: stub.add_client_error(operation, code, text)
        )

    def client(self, service: str, **options: Any) -> Any:
        self.made.append((service, options))
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        client = boto3.client(service, **({"region_name": self.region} | keys | options))
        stubber = Stubber(client)
        for add in self._answers.pop(service, []):
            add(stubber)
        stubber.activate()
        self._stubbers.append(stubber)
        return client

    def check(self) -> None:
        assert self._answers == {}
        for stubber in self._stubbers:
            stubber.assert_no_pending_responses()

    def services(self) -> list[str]:
        return [service for service, _ in self.made]

    def options(self, service: str) -> dict[str, Any]:
        return dict(next(options for made, options in self.made if made == service))


@pytest.fixture
def aws() -> Iterator[Aws]:
    aws = Aws()
    yield aws
    aws.check()


def accounts(aws: Aws, role: str = ROLE) -> SesAccounts:
    return SesAccounts(reach("111122223333", role, aws.client, SESSION_NAME))


def rates(**series: list[tuple[datetime, float]]) -> dict[str, Any]:
    return {
        "MetricDataResults": [
            {
                "Id": name,
                "Timestamps": [at for at, _ in points],
                "Values": [value for _, value in points],
                "StatusCode": "Complete",
            }
            for name, points in series.items()
        ]
    }


def answer_own(aws: Aws, published: dict[str, Any] | None = None) -> None:
    aws.answer("ses", "get_send_statistics", {"SendDataPoints": POINTS})
    aws.answer("cloudwatch", "get_metric_data", published or rates(bounce_rate=[], complaint_rate=[]))


def test_the_ledgers_own_account_is_read_without_any_role(aws: Aws) -> None:
    answer_own(aws)

    statistics = accounts(aws, role="").read(OWN, NOW)

    assert aws.services() == ["ses", "cloudwatch"]
    assert (statistics.account, statistics.region, statistics.read_at) == (*OWN, NOW)
    assert statistics.hours == {"2026-11-22T09": HourTotals(30, 3, 0, 0)}


def test_the_latest_rates_are_taken_with_the_time_of_the_older(aws: Aws) -> None:
    hours = [NOW.replace(hour=hour, minute=0) for hour in (7, 8, 9)]
    bounces = list(zip(hours, (0.031, 0.034, 0.036), strict=True))
    answer_own(aws, rates(bounce_rate=bounces, complaint_rate=[(hours[1], 0.0007), (hours[0], 0.0009)]))

    statistics = accounts(aws).read(OWN, NOW)

    assert (statistics.bounce_rate, statistics.complaint_rate) == (0.036, 0.0007)
    assert statistics.rates_at == hours[1]


def test_rates_that_ses_does_not_publish_are_unknown_and_not_zero(aws: Aws) -> None:
    answer_own(aws)

    statistics = accounts(aws).read(OWN, NOW)

    assert (statistics.bounce_rate, statistics.complaint_rate, statistics.rates_at) == (None, None, None)


def test_a_rate_of_zero_is_a_rate(aws: Aws) -> None:
    answer_own(aws, rates(bounce_rate=[(NOW, 0.0)]))

    statistics = accounts(aws).read(OWN, NOW)

    assert (statistics.bounce_rate, statistics.complaint_rate, statistics.rates_at) == (0.0, None, NOW)


def test_cloudwatch_is_asked_for_the_accounts_rates_of_four_weeks(aws: Aws) -> None:
    asked = {
        "MetricDataQueries": [
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/SES", "MetricName": metric},
                    "Period": 3600,
                    "Stat": "Average",
                },
            }
            for name, metric in (
                ("bounce_rate", "Reputation.BounceRate"),
                ("complaint_rate", "Reputation.ComplaintRate"),
            )
        ],
        "StartTime": NOW - timedelta(days=28),
        "EndTime": NOW,
    }
    aws.answer("ses", "get_send_statistics", {"SendDataPoints": []})
    aws.answer("cloudwatch", "get_metric_data", rates(), asked)

    assert accounts(aws).read(OWN, NOW).hours == {}


def test_a_rate_of_last_week_is_not_the_latest_and_is_kept_with_those_of_four_weeks(aws: Aws) -> None:
    # In the order in which CloudWatch answers: the latest first.
    days = [NOW - timedelta(days=back, minutes=5) for back in (5, 12, 20)]
    answer_own(aws, rates(bounce_rate=list(zip(days, (0.031, 0.034, 0.036), strict=True))))

    statistics = accounts(aws).read(OWN, NOW)

    assert (statistics.bounce_rate, statistics.rates_at) == (None, None)
    assert statistics.bounce_rates == {
        f"{NOW - timedelta(days=20):%Y-%m-%dT%H}": 0.036,
        f"{NOW - timedelta(days=12):%Y-%m-%dT%H}": 0.034,
        f"{NOW - timedelta(days=5):%Y-%m-%dT%H}": 0.031,
    }


def test_another_account_is_read_through_its_role(aws: Aws) -> None:
    asked = {"RoleArn": f"arn:aws:iam::444455556666:role/{ROLE}", "RoleSessionName": SESSION_NAME}
    aws.answer("sts", "assume_role", {"Credentials": LENT}, asked)
    answer_own(aws)

    assert accounts(aws).read(DELEGATE, NOW).account == "444455556666"
    assert aws.services() == ["sts", "ses", "cloudwatch"]
    for service in ("ses", "cloudwatch"):
        assert aws.options(service)["aws_session_token"] == "token"  # noqa: S105
        assert aws.options(service)["aws_access_key_id"] == LENT["AccessKeyId"]


def test_a_role_is_assumed_once_for_all_regions_of_an_account(aws: Aws) -> None:
    reading = accounts(aws)
    aws.answer("sts", "assume_role", {"Credentials": LENT})
    for region in ("us-east-1", "eu-west-1"):
        answer_own(aws)
        reading.read(AccountRegion("444455556666", region), NOW)

    assert aws.services() == ["sts", "ses", "cloudwatch", "ses", "cloudwatch"]
    assert [options["region_name"] for service, options in aws.made if service == "ses"] == [
        "us-east-1",
        "eu-west-1",
    ]


@pytest.mark.parametrize(
    ("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("eu-west-1", "aws")]
)
def test_the_role_is_named_in_the_callers_own_partition(aws: Aws, region: str, partition: str) -> None:
    """Credentials reach no account of another one (IAM reference, "Amazon Resource Names")."""
    aws.region = region
    asked = {"RoleArn": f"arn:{partition}:iam::444455556666:role/{ROLE}", "RoleSessionName": SESSION_NAME}
    aws.answer("sts", "assume_role", {"Credentials": LENT}, asked)
    answer_own(aws)

    assert accounts(aws).read(AccountRegion("444455556666", region), NOW).region == region


def test_without_a_role_only_the_own_account_can_be_reached(aws: Aws) -> None:
    assert accounts(aws, role="").is_reachable("111122223333")
    assert not accounts(aws, role="").is_reachable("444455556666")
    assert accounts(aws).is_reachable("444455556666")


def test_each_way_of_failing_is_reported_by_action_and_code_without_its_text(aws: Aws) -> None:
    aws.refuse("sts", "assume_role", "AccessDenied")
    assert failure(aws, DELEGATE) == "AssumeRole AccessDenied"
    aws.refuse("ses", "get_send_statistics", "Throttling")
    assert failure(aws, OWN) == "GetSendStatistics Throttling"
    aws.answer("ses", "get_send_statistics", {"SendDataPoints": POINTS})
    aws.refuse("cloudwatch", "get_metric_data", "AccessDenied")
    assert failure(aws, OWN) == "GetMetricData AccessDenied"


def test_a_region_that_cannot_be_reached_is_a_failure_too(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://email.us-east-1.amazonaws.com")

    client = aws.client("ses")
    monkeypatch.setattr(client, "get_send_statistics", fail)

    with pytest.raises(UnavailableError, match=r"^GetSendStatistics EndpointConnectionError$"):
        SesAccounts(reach("111122223333", ROLE, lambda *_, **__: client)).read(OWN, NOW)


def failure(aws: Aws, place: AccountRegion) -> str:
    with pytest.raises(UnavailableError) as error:
        accounts(aws).read(place, NOW)
    return str(error.value)


def test_a_region_that_cannot_be_fails_as_aws_does_and_not_otherwise() -> None:
    """Whoever asked for it is left with its cause, and the accounts after it are asked."""
    with pytest.raises(UnavailableError, match=r"^connecting to ses InvalidRegionError$"):
        SesAccounts(reach(OWN.account, "")).read(AccountRegion(OWN.account, "us-east-1-"), NOW)
