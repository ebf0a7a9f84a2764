"""Events as the library would have read them: the same as reading their JSON, at a tenth of the time."""

from functools import cache

from benchmarks.sender_hour import DELEGATE, OWNER
from benchmarks.traffic.events import REGION, Mail, Sender, SesEvent
from benchmarks.traffic.wire import record_of, written
from ses_reputation.feedback.observations import Observation
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed, Registry
from ses_reputation.feedback.providers import Provider
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.hours import canonical_timestamp, hour_of

REGISTRY = Registry(owners=frozenset({OWNER}), delegates=frozenset({DELEGATE, "777788889999"}))
_EXAMPLE = Mail(Sender(DELEGATE, "example.com", "set"), "message", "to@example.net", Provider.OTHER, 0)


def observed_of(event: SesEvent) -> Observed:
    """Return what reading an event gives."""
    example, seen = _example(event.outcome, event.feed)
    mail = event.mail
    occurred_at = canonical_timestamp(written(event.at)) if seen.details is not None else ""
    return example._replace(
        origin=example.origin._replace(
            account_hour=AccountHour(mail.sender.account, REGION, _hour(mail.sent_at)),
            identity=mail.sender.identity,
            from_domain=mail.sender.identity,
        ),
        configuration_set=mail.sender.configuration_set if event.feed is Feed.SENDER else None,
        message_id=mail.message_id,
        observations=(
            seen._replace(recipient=mail.recipient, provider=mail.provider, occurred_at=occurred_at),
        ),
    )


def _hour(sent_at: float) -> str:
    return hour_of(written(sent_at))


@cache
def _example(outcome: Outcome, feed: Feed) -> tuple[Observed, Observation]:
    """Read one event of an outcome from its JSON, for the fields that are alike in all of them."""
    reading = read_wire(record_of(SesEvent(_EXAMPLE, outcome, feed, 1.0), "")["body"], REGISTRY)
    if not isinstance(reading, Observed):
        raise TypeError(f"an example of {outcome.wire_name} is not read: {reading}")
    (seen,) = reading.observations
    return reading, seen._replace(outcome=outcome)
