"""What AWS keeps for a time, and until when: as the table and the queues are set up."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from console.forgetting.expiries import read_expiries
from console.stack.connection import Connection

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def connection(recovery: dict[str, Any]) -> Connection:
    described = {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": recovery}}
    attributes = {"MessageRetentionPeriod": "1209600", "ApproximateNumberOfMessages": "3"}
    clients = SimpleNamespace(
        dynamodb=SimpleNamespace(describe_continuous_backups=lambda **_: described),
        sqs=SimpleNamespace(get_queue_attributes=lambda **_: {"Attributes": attributes}),
    )
    found: Any = SimpleNamespace(
        clients=clients,
        output=lambda _: "ledger",
        stack=SimpleNamespace(resources={"FeedbackQueue": "https://queue"}),
    )
    return found  # type: ignore[no-any-return]


def test_each_is_gone_at_a_time() -> None:
    enabled = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 7}
    backups, queue = read_expiries(connection(enabled), NOW)
    assert (backups.what, backups.gone_at) == (
        "point-in-time recovery of table ledger",
        datetime(2026, 12, 4, 12, tzinfo=UTC),
    )
    assert (queue.what, queue.gone_at) == (
        "messages in FeedbackQueue",
        datetime(2026, 12, 11, 12, tzinfo=UTC),
    )
    assert "Waiting there now: about 3 messages." in queue.why


def test_backups_are_of_35_days_where_nobody_says_how_many() -> None:
    """DynamoDB API reference, PointInTimeRecoverySpecification."""
    backups, _ = read_expiries(connection({"PointInTimeRecoveryStatus": "ENABLED"}), NOW)
    assert backups.gone_at == datetime(2027, 1, 1, 12, tzinfo=UTC)


def test_where_there_are_none_none_expire() -> None:
    (queue,) = read_expiries(connection({"PointInTimeRecoveryStatus": "DISABLED"}), NOW)
    assert queue.what == "messages in FeedbackQueue"
