"""What stands in an item of the table, and that it fits one."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from ses_reputation.feedback.origins import SenderHour
from ses_reputation.ledger import rows
from ses_reputation.ledger.balance import BalanceCounts, Counts
from ses_reputation.ledger.posting import Balance
from ses_reputation.ledger.rows import balance_of_row, row_of_balance
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.store import BalanceTable
from tests.support.aws.ledger_table import make_table

ITEM_LIMIT = 400 * 1024
POSTED_AT = datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC)
SEGMENT = Segment(SenderHour("444455556666", "us-east-1", "example.com", "2026-11-20T14"))

names = st.text(min_size=1, max_size=8)
counts = st.dictionaries(
    names,
    st.dictionaries(
        names, st.dictionaries(names, st.integers(1, 10**12), min_size=1, max_size=2), min_size=1, max_size=2
    ),
    max_size=3,
)
figures = st.builds(BalanceCounts, counts, counts, counts)
sender_hours = st.builds(
    SenderHour,
    st.just("444455556666"),
    st.sampled_from(["us-east-1", "eu-west-1"]),
    st.text(alphabet="ab@.+#é", min_size=1, max_size=12),
    st.just("2026-11-20T14"),
)
balances = st.builds(
    Balance,
    st.builds(Segment, sender_hours, st.integers(0, 9)),
    figures,
    st.integers(0, 10**6),
    st.floats(0, 10**6),
    st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)


def of_tenants(count: int) -> Balance:
    """A balance of an hour in which as many tenants sent, each through a configuration set of its own."""
    outcomes = {"sent": 120, "delivered_within_10s": 110, "bounced_permanent_general": 3}
    providers = ("gmail", "microsoft", "yahoo", "apple", "other")
    cells: dict[str, dict[str, int]] = dict.fromkeys(providers, outcomes)
    by_tenant: Counts = {f"tenant-{number:05}-{'x' * 50}": cells for number in range(count)}
    return Balance(SEGMENT, BalanceCounts(by_tenant, by_tenant, {}), 1, 1.0, POSTED_AT)


def size_of(value: dict[str, Any]) -> int:
    """As DynamoDB reckons: text in UTF-8, half a byte a digit, 3 bytes a map."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case "B":
            return len(content)
        case _:
            return 3 + size_of_item(content)


def size_of_item(row: dict[str, Any]) -> int:
    return sum(len(name.encode()) + size_of(value) for name, value in row.items())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(balances, st.booleans())
def test_a_balance_comes_back_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch, balance: Balance, is_packed: bool
) -> None:
    monkeypatch.setattr(rows, "MOST_PLAIN_FIGURES_BYTES", 0 if is_packed else 10**6)
    row = row_of_balance(balance)

    assert ("figures" in row) is is_packed
    assert balance_of_row(row) == balance


def test_an_ordinary_balance_can_be_read_in_the_table_as_it_is() -> None:
    row = row_of_balance(
        Balance(SEGMENT, BalanceCounts({"newsletter": {"gmail": {"sent": 2}}}), 3, 1.5, POSTED_AT)
    )

    assert row == {
        "pk": {"S": "BALANCE#444455556666#us-east-1"},
        "sk": {"S": "2026-11-20T14#example.com"},
        "identity": {"S": "example.com"},
        "counts": {"M": {"newsletter": {"M": {"gmail": {"M": {"sent": {"N": "2"}}}}}}},
        "followed": {"M": {}},
        "coverage": {"M": {}},
        "pages": {"N": "3"},
        "read_units": {"N": "1.5"},
        "posted_on": {"S": "2026-11-22"},
        "posted_at": {"S": "2026-11-22T12:00:00.123456+00:00"},
    }


def test_a_late_balance_says_how_late() -> None:
    row = row_of_balance(Balance(Segment(SEGMENT.sender_hour, 2), BalanceCounts(), 1, 1.0, POSTED_AT))

    assert row["late"] == {"N": "2"}


@pytest.mark.parametrize("tenants", [1, 50, 100, 200, 1_000, 3_000])
def test_the_balance_of_an_hour_fits_an_item_however_many_tenants_sent(tenants: int) -> None:
    balance = of_tenants(tenants)
    row = row_of_balance(balance)

    assert size_of_item(row) < ITEM_LIMIT
    assert balance_of_row(row) == balance


def test_packed_figures_come_back_from_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        make_table(client)
        table = BalanceTable(client, "ledger")

        assert table.write_balance(of_tenants(1_000))
        assert table.read_balance(SEGMENT) == of_tenants(1_000)
