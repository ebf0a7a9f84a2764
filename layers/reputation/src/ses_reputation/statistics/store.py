"""Where statistics come from, SES and CloudWatch of each account, and where they are kept: the ledger's
table."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ses_reputation.aws.clients import READING_STATISTICS, assume_role, connect
from ses_reputation.aws.dynamodb import ItemStore
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.statistics.keys import SENDERS, STATISTICS
from ses_reputation.statistics.send_statistics import AccountRegion, HourTotals, SendStatistics, sum_points
from ses_reputation.stored_json import plain_text

SESSION_NAME = "ses-reputation-statistics"
# SES publishes the rates only while an account has bounces and complaints to speak of, and at no stated pace.
RATES_OF_THE_LAST = timedelta(days=3)
_PERIOD_SECONDS = 3600
# In the order of HourTotals.
_TOTALS = ("DeliveryAttempts", "Bounces", "Complaints", "Rejects")
_RATES = {"bounce_rate": "Reputation.BounceRate", "complaint_rate": "Reputation.ComplaintRate"}


class SesAccounts:
    """SES and CloudWatch of the ledger's account, and of others through a role of one name in each.

    `connect` makes clients as aws/clients.py does. A role is assumed once for an account, for an hour: make
    one of these for each run.
    """

    def __init__(self, ledger_account: str, role_name: str, connect: Callable[..., Any] = connect) -> None:
        self._ledger_account = ledger_account
        self._role_name = role_name
        self._connect = connect
        self._credentials: dict[str, dict[str, str]] = {ledger_account: {}}

    def is_reachable(self, account: str) -> bool:
        """Return whether an account is the ledger's own, or there is a role's name to try."""
        return account == self._ledger_account or bool(self._role_name)

    def read(self, place: AccountRegion, now: datetime) -> SendStatistics:
        """Ask SES and CloudWatch of an account in one Region.

        Raises UnavailableError with the name of the action that failed, and the error's code.
        """
        options = {"region_name": place.region, "config": READING_STATISTICS, **self._credentials_of(place)}
        # Regions come from events: botocore refuses to make a client of one that cannot be.
        with translating_aws_errors("connecting"):
            ses, cloudwatch = self._connect("ses", **options), self._connect("cloudwatch", **options)
        hours, rates = _read_totals(ses), _read_rates(cloudwatch, now)
        values = {name: value for name, (_, value) in rates.items()}
        return SendStatistics(
            *place,
            read_at=now,
            hours=hours,
            bounce_rate=values.get("bounce_rate"),
            complaint_rate=values.get("complaint_rate"),
            rates_at=min((at for at, _ in rates.values()), default=None),
        )

    def _credentials_of(self, place: AccountRegion) -> dict[str, str]:
        if place.account not in self._credentials:
            role = (place.account, self._role_name)
            connect = partial(self._connect, config=READING_STATISTICS)
            self._credentials[place.account] = assume_role(connect, role, place.region, SESSION_NAME)
        return self._credentials[place.account]


def _read_totals(ses: Any) -> dict[str, HourTotals]:
    with translating_aws_errors("GetSendStatistics"):
        points = ses.get_send_statistics()["SendDataPoints"]
    return sum_points(
        (point["Timestamp"], HourTotals(*(point.get(name, 0) for name in _TOTALS))) for point in points
    )


def _read_rates(cloudwatch: Any, now: datetime) -> dict[str, tuple[datetime, float]]:
    """Return the latest of each rate that was published in the last days, with its time."""
    with translating_aws_errors("GetMetricData"):
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[_query(name, metric) for name, metric in _RATES.items()],
            StartTime=now - RATES_OF_THE_LAST,
            EndTime=now,
        )
    return {
        series["Id"]: _latest(series["Timestamps"], series["Values"])
        for series in answer["MetricDataResults"]
        if series["Values"]
    }


def _query(name: str, metric: str) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": "AWS/SES", "MetricName": metric},
            "Period": _PERIOD_SECONDS,
            "Stat": "Average",
        },
    }


def _latest(times: Sequence[datetime], values: Sequence[float]) -> tuple[datetime, float]:
    # botocore gives times in the zone of the machine.
    at, value = max(zip(times, values, strict=True))
    return at.astimezone(UTC), value


class StatisticsTable(ItemStore):
    """The registry of senders, and the latest reading of each account and Region, in the ledger's table."""

    def known_accounts(self) -> list[AccountRegion]:
        """Return each account and Region that the registry names, sorted. Raises UnavailableError."""
        keys = self._items.partition(SENDERS, ProjectionExpression="sk")
        return sorted({AccountRegion(*key["sk"]["S"].split("#")[:2]) for key in keys})

    def put(self, statistics: SendStatistics) -> None:
        """Keep a reading in place of the one before it. Raises UnavailableError."""
        self._items.put(
            {
                "pk": {"S": STATISTICS},
                "sk": {"S": f"{statistics.account}#{statistics.region}"},
                "statistics": {"S": plain_text(statistics)},
            }
        )
