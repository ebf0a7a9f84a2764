"""Which configuration set caused an account's `pause` standing, and may be paused for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ses_reputation.rates.rates import Rate, plain_value, rate_of
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.rate_counts import Dimension
from ses_reputation.standing.evaluation import Evaluation, SliceStanding
from ses_reputation.visible_text import visible
from ses_reputation.wording import count, event_noun, rate_percent, rate_title

FEWEST_EVENTS_TO_PAUSE = 20
"""Hard bounces (complaints) of a set below which it is not paused: so little mail does little harm."""


@dataclass(frozen=True, slots=True)
class PauseTarget:
    """A configuration set to pause, "" where there is none; `cause` says why, in a sentence without its
    stop; evidence: the same in plain JSON. is_held_back: without a set only since the identity owner's feed
    alone reported what it would be paused for; `by_senders` is then in the evidence."""

    configuration_set: str
    cause: str
    evidence: Mapping[str, Any]
    is_held_back: bool = False


def choose_target(evaluation: Evaluation) -> PauseTarget:
    """Return the configuration set that bears most of the hard bounces (complaints), if it may be paused.

    The evaluation is that of an account at `pause`. Only what the sender's feed reported counts, alone or
    with the owner's: whoever owns an identity could else stop the mail of its delegates. By that, the account
    must stand at `pause`, and so must the set, with FEWEST_EVENTS_TO_PAUSE at the least: a set that is only
    big is not the cause. Where another part bears most, no set is chosen: pausing the wrong one would do
    harm.
    """
    by_senders = evaluation.by_senders
    if by_senders is None:
        return _choose(evaluation)
    found = _choose(by_senders)
    if by_senders.standing is Standing.PAUSE and found.configuration_set:
        return replace(found, cause=f"by the sender's own feed, {found.cause}")
    by_all = _choose(evaluation)
    if not by_all.configuration_set:
        return by_all
    cause = f"{by_all.cause}; but {_owners_share(evaluation, by_senders)}, {_account_stands(by_senders)}"
    evidence = {**by_all.evidence, "by_senders": _account_evidence(by_senders)}
    return PauseTarget("", cause, evidence, is_held_back=True)


def _choose(evaluation: Evaluation) -> PauseTarget:
    slices = [
        mail_slice
        for mail_slice in evaluation.slices
        if mail_slice.mail_slice.kind is Dimension.CONFIGURATION_SET and mail_slice.events
    ]
    if not slices:
        return PauseTarget("", f"no configuration set bears a {event_noun(evaluation.measure)}", {})
    most = slices[0]
    obstacle = _obstacle(evaluation, most)
    bears = f"configuration set {visible(most.mail_slice.name)} bears {_share(evaluation, most)}"
    cause = f"{bears}{obstacle or _own_rate(evaluation, most)}"
    return PauseTarget("" if obstacle else most.mail_slice.name, cause, _evidence(evaluation, most))


def _obstacle(evaluation: Evaluation, most: SliceStanding) -> str:
    if most.rate is None or most.standing is None:
        return ", but none of its sends is known"
    if most.events < FEWEST_EVENTS_TO_PAUSE:
        return f", but only a person pauses a set for fewer than {FEWEST_EVENTS_TO_PAUSE}"
    if most.standing is not Standing.PAUSE:
        own = f"a {rate_title(evaluation.measure)} of {_percent(evaluation, most.rate)}"
        return f", but by itself, with {own}, it stands at {most.standing}"
    return ""


def _owners_share(evaluation: Evaluation, by_senders: Evaluation) -> str:
    events = _events(evaluation)
    named = count(events, event_noun(evaluation.measure))
    return f"the identity owner's feed alone reports {count(events - _events(by_senders))} of the {named}"


def _account_stands(evaluation: Evaluation) -> str:
    own = f"without them the account's {rate_title(evaluation.measure)}"
    return f"{own} is {_percent(evaluation, evaluation.rate)}"


def _share(evaluation: Evaluation, mail_slice: SliceStanding) -> str:
    return f"{count(mail_slice.events)} of {count(_events(evaluation), event_noun(evaluation.measure))}"


def _own_rate(evaluation: Evaluation, mail_slice: SliceStanding) -> str:
    own = f", its own {rate_title(evaluation.measure)} is {_percent(evaluation, mail_slice.rate)}"
    without = _without(evaluation, mail_slice)
    return f"{own}; without it the account's would be {_percent(evaluation, without)}" if without else own


def _percent(evaluation: Evaluation, rate: Rate | None) -> str:
    return rate_percent(evaluation.measure, rate.value) if rate else "not known"


def _events(evaluation: Evaluation) -> int:
    return evaluation.rate.numerator if evaluation.rate else evaluation.events


def _without(evaluation: Evaluation, mail_slice: SliceStanding) -> Rate | None:
    """Return the account's rate over all its mail but this part's; None where there is no other."""
    if evaluation.rate is None:
        return None
    events, sends = (
        evaluation.rate.numerator - mail_slice.events,
        evaluation.rate.denominator - mail_slice.sends,
    )
    return rate_of(events, max(0, sends)) if events >= 0 else None


def _account_evidence(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "measure": str(evaluation.measure),
        "first_hour": evaluation.window.first_hour,
        "last_hour": evaluation.window.last_hour,
        "account_rate": plain_value(evaluation.rate),
        "account_events": _events(evaluation),
    }


def _evidence(evaluation: Evaluation, mail_slice: SliceStanding) -> dict[str, Any]:
    return {
        **_account_evidence(evaluation),
        "configuration_set": mail_slice.mail_slice.name,
        "events": mail_slice.events,
        "sends": mail_slice.sends,
        "rate": plain_value(mail_slice.rate),
        "account_rate_without_it": plain_value(_without(evaluation, mail_slice)),
    }
