"""Where statistics come from, SES and CloudWatch of each account, and where they are kept: the ledger's
table."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from ses_reputation.accounts.reach import AccountReach
from ses_reputation.aws.clients import READING_STATISTICS
from ses_reputation.aws.dynamodb import ItemStore
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import StateError
from ses_reputation.statistics.decision_rows import milliseconds, readable_decisions, row_of_decision
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.diagnosis_rows import diagnoses_of_row, row_of_diagnoses
from ses_reputation.statistics.keys import DECISIONS, DIAGNOSES, SENDERS, STATISTICS
from ses_reputation.statistics.send_statistics import (
    AccountRegion,
    HourTotals,
    SendStatistics,
    sum_points,
    thin_out,
)
from ses_reputation.stored_json import plain_text

SESSION_NAME = "ses-reputation-statistics"
# SES publishes the rates only while an account has bounces and complaints to speak of, and at no stated pace.
RATES_OF_THE_LAST = timedelta(days=3)
# What tells the window that SES takes its rate over. CloudWatch keeps hours for 455 days, and returns 100,800
# points at once (its API reference, GetMetricData): these are 1,344.
RATES_KEPT = timedelta(days=28)
_PERIOD_SECONDS = 3600
# In the order of HourTotals.
_TOTALS = ("DeliveryAttempts", "Bounces", "Complaints", "Rejects")
_RATES = {"bounce_rate": "Reputation.BounceRate", "complaint_rate": "Reputation.ComplaintRate"}


class SesAccounts:
    """SES and CloudWatch of the ledger's account, and of others, as far as the way there leads."""

    def __init__(self, reach: AccountReach) -> None:
        self._reach = reach

    def is_reachable(self, account: str) -> bool:
        """Return whether there is a way into an account at all."""
        return self._reach.is_reachable(account)

    def read(self, place: AccountRegion, now: datetime) -> SendStatistics:
        """Ask SES and CloudWatch of an account in one Region.

        Raises UnavailableError with the name of the action that failed, and the error's code.
        """
        ses = self._reach.connect("ses", *place, config=READING_STATISTICS)
        cloudwatch = self._reach.connect("cloudwatch", *place, config=READING_STATISTICS)
        hours, series = _read_totals(ses), _read_rates(cloudwatch, now)
        rates = _latest(series, now - RATES_OF_THE_LAST)
        values = {name: value for name, (_, value) in rates.items()}
        times = {name: at for name, (at, _) in rates.items()}
        return SendStatistics(
            *place,
            read_at=now,
            hours=hours,
            bounce_rate=values.get("bounce_rate"),
            complaint_rate=values.get("complaint_rate"),
            bounce_rate_at=times.get("bounce_rate"),
            complaint_rate_at=times.get("complaint_rate"),
            bounce_rates=thin_out(series.get("bounce_rate", ())),
        )


def _read_totals(ses: Any) -> dict[str, HourTotals]:
    with translating_aws_errors("GetSendStatistics"):
        points = ses.get_send_statistics()["SendDataPoints"]
    return sum_points(
        (point["Timestamp"], HourTotals(*(point.get(name, 0) for name in _TOTALS))) for point in points
    )


def _read_rates(cloudwatch: Any, now: datetime) -> dict[str, list[tuple[datetime, float]]]:
    """Return what was published of each rate in the last weeks, with its times, in order."""
    with translating_aws_errors("GetMetricData"):
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[_query(name, metric) for name, metric in _RATES.items()],
            StartTime=now - RATES_KEPT,
            EndTime=now,
        )
    return {
        # botocore gives times in the zone of the machine.
        series["Id"]: sorted(
            (at.astimezone(UTC), value)
            for at, value in zip(series["Timestamps"], series["Values"], strict=True)
        )
        for series in answer["MetricDataResults"]
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


def _latest(
    series: Mapping[str, Sequence[tuple[datetime, float]]], first: datetime
) -> dict[str, tuple[datetime, float]]:
    """Return the latest of each rate, with its time, where it was published since a time."""
    latest = {name: points[-1] for name, points in series.items() if points}
    return {name: point for name, point in latest.items() if point[0] >= first}


class StatisticsTable(ItemStore):
    """The registry of senders, and the latest reading and diagnoses of each place, in the ledger's table."""

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

    def put_decision(self, decision: SesDecision) -> None:
        """Keep a decision of SES in place of an earlier one; a later one stays. Raises UnavailableError.

        The hourly reading and one that an event of SES led to may overlap.
        """
        self._items.put_together(
            row_of_decision(decision),
            (),
            "attribute_not_exists(read_at) OR read_at < :read_at",
            {":read_at": milliseconds(decision.read_at)},
        )

    def read_decisions(self) -> dict[AccountRegion, SesDecision]:
        """Return the latest decision of SES about each place, without what cannot be read: it is read again.

        Raises UnavailableError.
        """
        return {each.place: each for each in readable_decisions(self._items.partition(DECISIONS))}

    def read_diagnoses(self) -> dict[AccountRegion, PlaceDiagnoses]:
        """Return what the checks last found, by place, without what cannot be read: it is found again.

        Raises UnavailableError.
        """
        found = {}
        for row in self._items.partition(DIAGNOSES):
            with suppress(StateError):
                diagnoses = diagnoses_of_row(row)
                found[diagnoses.place] = diagnoses
        return found

    def put_diagnoses(self, diagnoses: PlaceDiagnoses) -> None:
        """Keep diagnoses in place of those before them. Raises UnavailableError."""
        self._items.put(row_of_diagnoses(diagnoses))
