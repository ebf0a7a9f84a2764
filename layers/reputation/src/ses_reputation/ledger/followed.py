"""Figures that only set algebra can give: what of a dispatch followed what, and what is missing of it."""

from collections.abc import Iterable, Iterator, Mapping

from ses_reputation.feedback.outcomes import (
    BOUNCED,
    DELAYED,
    DELIVERED,
    FINAL,
    NEVER_LEFT,
    STOPPED_BY_A_LIST,
    TRANSIENT_BOUNCES,
    Outcome,
)

ByOutcome = Mapping[int, set[int]]
"""The dispatches of each outcome."""

# After one of these SES has tried to deliver, whether its Send event is known or not.
_TRIED = FINAL - STOPPED_BY_A_LIST - NEVER_LEFT


def what_followed(by_outcome: ByOutcome) -> Iterator[tuple[str, set[int]]]:
    """Yield the dispatches of which one outcome followed another, or none did."""
    sent = _any_of(by_outcome, {Outcome.SENT})
    delivered, bounced = _any_of(by_outcome, DELIVERED), _any_of(by_outcome, BOUNCED)
    # An automatic reply to mail that was delivered is a Transient bounce, and so is a try before it.
    given_up = _any_of(by_outcome, BOUNCED - TRANSIENT_BOUNCES)
    delayed, final = _any_of(by_outcome, DELAYED), _any_of(by_outcome, FINAL)
    yield "delayed_then_delivered", delayed & delivered
    yield "delayed_then_bounced", delayed & bounced
    yield "delayed_still_open", delayed - final
    yield "delivered_then_bounced", delivered & given_up
    yield "sent_without_outcome", sent - final


def known_without_send(
    by_outcome: ByOutcome, before: ByOutcome, counted: frozenset[int]
) -> Iterator[tuple[str, set[int]]]:
    """Yield mail that its outcome alone shows to be sent, and that of which a Send event came late.

    before: what earlier segments of the hour hold. counted: outcomes on pages that are gone. A dispatch is
    once among the sends and the first less the second, whichever segment its events are in.
    """
    sent, sent_before = _any_of(by_outcome, {Outcome.SENT}), _any_of(before, {Outcome.SENT})
    tried_before = _any_of(before, _TRIED)
    if counted.isdisjoint(_TRIED | {Outcome.SENT}):
        # Nearly all mail is sent: what is left of each outcome is less to put together than all of them.
        without = {outcome: by_outcome[outcome] - sent for outcome in by_outcome if outcome in _TRIED}
        yield "outcome_without_send", _any_of(without, _TRIED) - sent_before - tried_before
        yield "send_after_outcome", sent & tried_before
    else:
        # Were any sends on pages that are gone, these would not count; so it was outcomes, all without one.
        yield "send_after_outcome", sent


def _any_of(by_outcome: ByOutcome, outcomes: Iterable[int]) -> set[int]:
    return set().union(*(by_outcome[outcome] for outcome in outcomes if outcome in by_outcome))
