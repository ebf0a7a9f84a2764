"""Traffic by shape: the same events as JSON and as the library reads them, with the shares they promise."""

from collections import Counter

import pytest

from benchmarks.traffic.observed import REGISTRY, observed_of
from benchmarks.traffic.shapes import Shape, arrivals, hour_of_mail
from benchmarks.traffic.wire import record_of, written
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.reading import read_wire


@pytest.mark.parametrize("shape", Shape)
def test_reading_an_events_json_gives_what_the_simulation_takes(shape: Shape) -> None:
    for event in arrivals(shape, 4_000)[::10]:
        assert read_wire(record_of(event, "")["body"], REGISTRY) == observed_of(event)


@pytest.mark.parametrize("shape", Shape)
def test_events_arrive_within_one_hour_in_order_and_no_two_are_the_same(shape: Shape) -> None:
    events = arrivals(shape, 4_000)
    times = [event.at for event in events]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] < 3_600
    facts = {(event.mail.message_id, event.outcome, event.feed, event.at) for event in events}
    assert len(facts) == len(events)


def test_one_seed_gives_the_same_traffic_and_another_gives_other_mail() -> None:
    first, again = (list(hour_of_mail(Shape.REALISTIC, 100)) for _ in range(2))
    assert first == again
    assert first != list(hour_of_mail(Shape.REALISTIC, 100, seed=2))


def test_realistic_traffic_is_a_twentieth_adverse_a_tenth_late_and_has_fifty_identities_by_zipf() -> None:
    events = arrivals(Shape.REALISTIC, 20_000)
    adverse = sum(event.outcome >= Outcome.BOUNCED_PERMANENT_GENERAL for event in events)
    # 1,000 +- 5 standard deviations of 31.
    assert 845 < adverse < 1_155
    late = sum(event.at - event.mail.sent_at > 600 for event in events)
    # 2,000 by the share; of them, 14 come within ten minutes of a day.
    assert 1_770 < late < 2_200
    by_identity = Counter(event.mail.sender.identity for event in events)
    assert len(by_identity) == 50
    # 1/1 of the 50th harmonic number, 4.4992: 22.2 %.
    assert by_identity.most_common(1)[0][1] == pytest.approx(0.222 * 20_000, rel=0.07)


def test_fifty_identities_by_a_day_are_spread_over_the_hours_of_a_day() -> None:
    hours = Counter(written(event.mail.sent_at)[:13] for event in arrivals(Shape.DAY_OF_FIFTY, 10_000))
    # The hour that begins now and the one that ended a day ago have half a share each.
    assert len(hours) == 25
    assert sorted(hours.values())[-1] < 1.25 * 10_000 / 24


def test_where_each_event_has_its_own_no_two_share_an_hour_or_an_identity() -> None:
    own_hours = [written(event.mail.sent_at)[:13] for event in arrivals(Shape.OWN_HOUR, 1_000)]
    assert len(set(own_hours)) == 1_000
    identities = [event.mail.sender.identity for event in arrivals(Shape.OWN_IDENTITY, 1_000)]
    assert len(set(identities)) == 1_000
