"""A stream that nobody reads any more: an alarm says so."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance.notifications import addresses, publish, sent
from tests.acceptance.run import Run
from tests.acceptance.step import SkippedError

MAPPING = "PostBalancesFunctionJournaledHours"
ALARM = "PostingStoppedAlarm"
UNPOSTED, BATCHES = "unposted", "batches"
_PERIOD_SECONDS = 60
_PERIODS_IN_A_ROW = 3


def see_a_stopped_stream(run: Run) -> str:
    """Disable the mapping that posts: what the alarm computes rises, by the minute in place of its hours.

    With `alarm_hours` it is waited for until the alarm itself rings.
    """
    if ALARM not in run.stack.resources:
        raise SkippedError(f"the stack has no {ALARM}")
    queries = _by_the_minute(run)
    run.await_that(
        "CloudWatch has the stream's batches", lambda: sum(_read(run, queries, run.begun_at)[BATCHES])
    )
    functions, mapping = run.clients.functions, run.stack.resources[MAPPING]
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    run.await_that(
        "the mapping is disabled",
        lambda: functions.get_event_source_mapping(UUID=mapping)["State"] == "Disabled",
    )
    stopped_at = datetime.now(UTC) + timedelta(seconds=_PERIOD_SECONDS)
    numbers = iter(range(100_000))

    def is_rising() -> bool:
        _publish(run, next(numbers))
        risen = [value for value in _read(run, queries, stopped_at)[UNPOSTED] if value > 0]
        return len(risen) >= _PERIODS_IN_A_ROW

    run.await_that(f"{ALARM} computes more than 0", is_rising, minutes=30)
    if not run.alarm_hours:
        return (
            f"{ALARM} computes more than 0 in {_PERIODS_IN_A_ROW} minutes; ALARM_HOURS=5 would hear it ring"
        )

    def is_ringing() -> bool:
        _publish(run, next(numbers))
        return bool(_state_of_alarm(run)["StateValue"] == "ALARM")

    run.await_that(f"{ALARM} rings", is_ringing, minutes=60 * run.alarm_hours)
    return f"{ALARM} rang"


def _publish(run: Run, number: int) -> None:
    publish(run, [sent(run, f"stopped-{number}", addresses(1, f"stopped{number}"))])


def _state_of_alarm(run: Run) -> Mapping[str, Any]:
    name = run.stack.resources[ALARM]
    alarm: Mapping[str, Any] = run.clients.connect("cloudwatch").describe_alarms(AlarmNames=[name])
    return dict(alarm["MetricAlarms"][0])


def _by_the_minute(run: Run) -> list[dict[str, Any]]:
    """The alarm's own metrics and expression, as it is deployed, with a shorter period, all returned."""
    queries = []
    for metric in _state_of_alarm(run)["Metrics"]:
        query = {**metric, "ReturnData": True}
        if "MetricStat" in metric:
            query["MetricStat"] = {**metric["MetricStat"], "Period": _PERIOD_SECONDS}
        queries.append(query)
    return queries


def _read(run: Run, queries: Sequence[Mapping[str, Any]], since: datetime) -> dict[str, list[float]]:
    answer = run.clients.connect("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=since, EndTime=datetime.now(UTC) + timedelta(minutes=5)
    )
    return {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}
