"""Chains of calls are short enough for Lambda, whatever the hour's size, and the last facts are posted."""

from datetime import timedelta

import pytest

from benchmarks.chains import EVENTS, LONGEST_WAITS, measure

A_DAY = timedelta(hours=24)


@pytest.mark.parametrize("events", EVENTS)
@pytest.mark.parametrize("longest_wait", LONGEST_WAITS)
def test_no_chain_has_more_than_two_calls_and_all_is_posted(events: int, longest_wait: timedelta) -> None:
    """Also where Lambda stops chains: the stream's call sends a message, and the message's call none."""
    chains = measure(events, longest_wait, is_hidden=True, is_stopped=True)

    assert (chains.calls, chains.dropped, chains.unposted) == (2, 0, 0)


def test_sent_anew_a_day_of_waiting_is_97_calls_of_which_lambda_makes_16() -> None:
    """96 quarters of an hour, and the call of the stream. Facts that wait so long are never posted."""
    allowed = measure(3_600_000, A_DAY, is_hidden=False, is_stopped=False)
    stopped = measure(3_600_000, A_DAY, is_hidden=False, is_stopped=True)

    assert (allowed.calls, allowed.unposted) == (97, 0)
    assert stopped.calls == 17
    assert stopped.dropped > 0
    assert stopped.unposted > 0
