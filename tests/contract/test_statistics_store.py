"""The registry of senders and the readings, kept alike by moto's table and the local AWS's."""

import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.errors import UnavailableError
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.keys import sender_key
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from ses_reputation.statistics.diagnoses import KeptDiagnosis, LostFeed, PlaceDiagnoses
from ses_reputation.statistics.diagnosing import LONGEST_COMMAND, MOST_FEEDS, MOST_KEPT, MOST_LETTERS
from ses_reputation.statistics.diagnosis_rows import row_of_diagnoses
from ses_reputation.statistics.keys import SENDERS, STATISTICS
from ses_reputation.statistics.send_statistics import AccountRegion, HourTotals, SendStatistics
from ses_reputation.statistics.store import SesAccounts, StatisticsTable
from ses_reputation.stored_json import read_as
from tests.support.aws.ledger_table import TABLE, make_table
from tests.support.reached import reach

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
READING = SendStatistics(
    "444455556666", "us-east-1", NOW, {"2026-11-22T09": HourTotals(30, 3, 1, 0)}, 0.031, None, NOW
)


@pytest.fixture(params=["moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "moto":
        with mock_aws():
            yield make_table(boto3.client("dynamodb", region_name="us-east-1"))
    else:
        dynamodb = request.getfixturevalue("ministack").clients().dynamodb
        yield make_table(dynamodb)
        dynamodb.delete_table(TableName=TABLE)


@pytest.fixture
def statistics(client: Any) -> StatisticsTable:
    return StatisticsTable(client, TABLE)


def register(client: Any, *senders: SenderIdentity) -> None:
    """Write senders as assessments register them."""
    for sender in senders:
        client.put_item(TableName=TABLE, Item={"pk": {"S": SENDERS}, "sk": {"S": sender_key(sender)}})


def stored(client: Any, place: str) -> SendStatistics:
    key = {"pk": {"S": STATISTICS}, "sk": {"S": place}}
    row = client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]
    return read_as(SendStatistics, json.loads(row["statistics"]["S"]))


def test_each_account_and_region_of_the_registry_is_known_once(
    client: Any, statistics: StatisticsTable
) -> None:
    register(
        client,
        SenderIdentity("444455556666", "us-east-1", "example.org"),
        SenderIdentity("444455556666", "us-east-1", "example.com"),
        SenderIdentity("444455556666", "eu-west-1", "example.com"),
        SenderIdentity("111122223333", "us-east-1", "tag#1@example.com"),
    )

    assert statistics.known_accounts() == [
        AccountRegion("111122223333", "us-east-1"),
        AccountRegion("444455556666", "eu-west-1"),
        AccountRegion("444455556666", "us-east-1"),
    ]


def test_nobody_is_known_at_first(statistics: StatisticsTable) -> None:
    assert statistics.known_accounts() == []


def test_a_reading_is_kept_in_place_of_the_one_before_it(client: Any, statistics: StatisticsTable) -> None:
    later = SendStatistics("444455556666", "us-east-1", NOW + timedelta(hours=1), {})
    statistics.put(READING)
    assert stored(client, "444455556666#us-east-1") == READING
    statistics.put(later)
    assert stored(client, "444455556666#us-east-1") == later


STOPPED = {"orchard": TenantDecision("DISABLED", True, "Bounce rate of 15 %", NOW, "HIGH")}
PAUSED = SesDecision("444455556666", "us-east-1", NOW, "SHUTDOWN", False, True, tenants=STOPPED)
HOUR = timedelta(hours=1)


def test_a_decision_is_read_back_by_readers_and_by_assessments(
    client: Any, statistics: StatisticsTable
) -> None:
    abroad = replace(PAUSED, region="eu-west-1", tenants=None)
    statistics.put_decision(PAUSED)
    statistics.put_decision(abroad)

    assert statistics.read_decisions() == {PAUSED.place: PAUSED, abroad.place: abroad}
    assert AssessmentTable(client, TABLE).read_decisions() == [abroad, PAUSED]


def test_a_later_decision_stays_whoever_writes_last(statistics: StatisticsTable) -> None:
    healthy = replace(PAUSED, enforcement_status="HEALTHY", read_at=NOW + HOUR)
    for written in (PAUSED, healthy, PAUSED, replace(PAUSED, read_at=NOW + HOUR)):
        statistics.put_decision(written)

    assert statistics.read_decisions() == {PAUSED.place: healthy}


def test_a_decision_that_cannot_be_read_is_as_if_it_were_not_there(
    client: Any, statistics: StatisticsTable
) -> None:
    broken = {"pk": {"S": "DECISIONS"}, "sk": {"S": "111122223333#us-east-1"}, "decision": {"B": b"?"}}
    client.put_item(TableName=TABLE, Item=broken)
    statistics.put_decision(PAUSED)

    assert statistics.read_decisions() == {PAUSED.place: PAUSED}


def test_each_account_and_region_has_a_reading_of_its_own(client: Any, statistics: StatisticsTable) -> None:
    abroad = SendStatistics("444455556666", "eu-west-1", NOW, {})
    statistics.put(READING)
    statistics.put(abroad)

    assert stored(client, "444455556666#us-east-1") == READING
    assert stored(client, "444455556666#eu-west-1") == abroad


def test_two_weeks_of_hours_fit_an_item(client: Any, statistics: StatisticsTable) -> None:
    hours = {
        f"{NOW - timedelta(hours=back):%Y-%m-%dT%H}": HourTotals(999_999, 99_999, 9_999, 999)
        for back in range(337)
    }
    statistics.put(SendStatistics("444455556666", "us-east-1", NOW, hours))

    assert stored(client, "444455556666#us-east-1").hours == hours


def test_diagnoses_are_kept_in_place_of_those_before_them_and_read_by_assessments(
    client: Any, statistics: StatisticsTable
) -> None:
    assessments = AssessmentTable(client, TABLE)
    assert assessments.read_diagnoses() == []
    feeds = (LostFeed("us-east-1", "444455556666", "newsletter"), LostFeed("us-east-1", "", "example.com"))
    found = KeptDiagnosis("raw_delivery", 2, "444455556666", "us-east-1", "Raw.", "Mend.", "aws x", feeds)
    first = PlaceDiagnoses("444455556666", "us-east-1", NOW, (found,))
    statistics.put_diagnoses(first)
    statistics.put_diagnoses(PlaceDiagnoses("111122223333", "us-east-1", NOW, ()))
    assert assessments.read_diagnoses() == [PlaceDiagnoses("111122223333", "us-east-1", NOW, ()), first]
    mended = PlaceDiagnoses("444455556666", "us-east-1", NOW + timedelta(hours=1), ())

    statistics.put_diagnoses(mended)

    assert assessments.read_diagnoses()[1:] == [mended]


def test_the_checks_read_what_they_kept_by_place_without_what_cannot_be_read(
    client: Any, statistics: StatisticsTable
) -> None:
    kept = PlaceDiagnoses("444455556666", "us-east-1", NOW, (), "identity/m.example", NOW)
    statistics.put_diagnoses(kept)
    row = row_of_diagnoses(PlaceDiagnoses("111122223333", "us-east-1", NOW, ()))
    client.put_item(TableName=TABLE, Item={**row, "diagnoses": {"B": zlib.compress(b'{"found": []}')}})

    assert statistics.read_diagnoses() == {kept.place: kept}


def test_diagnoses_of_before_there_were_rounds_are_read(client: Any, statistics: StatisticsTable) -> None:
    older = {"account": "444455556666", "region": "us-east-1", "read_at": NOW.isoformat(), "found": []}
    row = row_of_diagnoses(PlaceDiagnoses("444455556666", "us-east-1", NOW, ()))
    packed = zlib.compress(json.dumps(older).encode())
    client.put_item(TableName=TABLE, Item={**row, "diagnoses": {"B": packed}})

    expected = PlaceDiagnoses("444455556666", "us-east-1", NOW, ())
    assert AssessmentTable(client, TABLE).read_diagnoses() == [expected]


def test_as_many_diagnoses_as_are_kept_fit_an_item_however_long_their_names(
    client: Any, statistics: StatisticsTable
) -> None:
    letters = random.Random(7)
    alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-."
    names = ["".join(letters.choices(alphabet, k=253)) for _ in range(MOST_FEEDS)]
    share = MOST_FEEDS // MOST_KEPT
    found = tuple(
        KeptDiagnosis(
            "topic_missing",
            2,
            "444455556666",
            "us-east-1",
            "".join(letters.choices(alphabet, k=MOST_LETTERS)),
            "".join(letters.choices(alphabet, k=MOST_LETTERS)),
            "".join(letters.choices(alphabet, k=LONGEST_COMMAND)),
            tuple(LostFeed("us-east-1", "", name) for name in names[start : start + share]),
            "".join(letters.choices(alphabet, k=MOST_LETTERS)),
            NOW,
        )
        for start in range(0, MOST_FEEDS, share)
    )
    diagnoses = PlaceDiagnoses("444455556666", "us-east-1", NOW, found)

    statistics.put_diagnoses(diagnoses)

    assert len(found) == MOST_KEPT
    assert AssessmentTable(client, TABLE).read_diagnoses() == [diagnoses]
    assert len(row_of_diagnoses(diagnoses)["diagnoses"]["B"]) < 390_000


def test_a_table_that_is_not_there_is_reported_by_its_code(client: Any) -> None:
    missing = StatisticsTable(client, "no-such-table")

    with pytest.raises(UnavailableError, match=r"^ResourceNotFoundException$"):
        missing.known_accounts()
    with pytest.raises(UnavailableError, match=r"^ResourceNotFoundException$"):
        missing.put(READING)


@pytest.mark.local_aws
def test_the_local_aws_lends_the_role_of_another_account_and_reports_its_rates(ministack: Any) -> None:
    """The demo's way in: roles by AssumeRole, rates by CloudWatch, both as ministack has them."""
    credentials = {"aws_access_key_id": "111122223333", "aws_secret_access_key": "local"}

    def connect(service: str, **options: Any) -> Any:
        local: dict[str, Any] = {"region_name": "us-east-1", "endpoint_url": ministack.endpoint_url}
        return boto3.client(service, **(local | credentials | options))

    theirs = connect("cloudwatch", aws_access_key_id="444455556666")
    now = datetime.now(UTC)
    at = (now - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    rate = {"MetricName": "Reputation.BounceRate", "Value": 0.031, "Timestamp": at}
    theirs.put_metric_data(Namespace="AWS/SES", MetricData=[rate])
    accounts = SesAccounts(reach("111122223333", "ses-reputation-reading", connect))

    delegate = accounts.read(AccountRegion("444455556666", "us-east-1"), now)
    own = accounts.read(AccountRegion("111122223333", "us-east-1"), now)

    assert (delegate.bounce_rate, delegate.complaint_rate, delegate.rates_at) == (0.031, None, at)
    assert own.bounce_rate is None
