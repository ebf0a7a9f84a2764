"""A stream that nobody reads any more: an alarm says so."""

from tests.acceptance.notifications import addresses, publish, sent
from tests.acceptance.run import Run
from tests.acceptance.step import SkippedError

MAPPING = "PostBalancesFunctionJournaledHours"
ALARMS = ("BalancesStoppedAlarm",)
_MOST_MINUTES = 60


def ring_for_a_stopped_stream(run: Run) -> str:
    """Disable the mapping that posts, and publish until the alarm rings."""
    alarm = next((run.stack.resources[name] for name in ALARMS if name in run.stack.resources), "")
    if not alarm:
        raise SkippedError(f"the stack has none of the alarms {', '.join(ALARMS)}")
    run.clients.functions.update_event_source_mapping(UUID=run.stack.resources[MAPPING], Enabled=False)
    mails = iter(range(10_000))

    def is_ringing() -> bool:
        number = next(mails)
        publish(run, [sent(run, f"stopped-{number}", addresses(1, f"stopped{number}"))])
        described = run.clients.connect("cloudwatch").describe_alarms(AlarmNames=[alarm])
        return any(each["StateValue"] == "ALARM" for each in described["MetricAlarms"])

    run.await_that(f"{alarm} rings", is_ringing, minutes=_MOST_MINUTES)
    return f"{alarm} rang"
