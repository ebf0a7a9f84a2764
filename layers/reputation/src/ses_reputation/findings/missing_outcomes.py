"""Mail whose end nobody told, a day after it was sent: a fault of the account's own feed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.findings.outcomes_by_set import (
    MissingOutcomes,
    SetOutcomes,
    missing_outcomes_of,
    sets_by_day,
    sum_sets,
)
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.wording import count, percent

# A notification in a few hundred is lost on the way; where only one feed tells, its mail has no outcome.
_FOUND_SHARE, _CLEAR_SHARE, _LEAST_LOST = 0.02, 0.01, 20


def find_unaccounted_mail(entity: ReputationEntity, days: Iterable[DayBalance], now: datetime) -> Detection:
    """Return the detection of an account's mail without an outcome. days: those of the account in its Region.

    FIRING: from 2 % of the sends on, and 20 of them. CLEAR: below 1 %.
    """
    days = list(days)
    mail = missing_outcomes_of(days, now)
    state = _judge(mail)
    if mail is None:
        return Detection(FindingKind.MISSING_OUTCOMES, "", state)
    told = (
        ("without an outcome", f"{count(mail.without_outcome)} of {_sends(mail)} ({percent(mail.share, 1)})"),
        ("days of sending", _span(mail)),
    )
    if state is not DetectionState.FIRING:
        return Detection(FindingKind.MISSING_OUTCOMES, "", state, figures=told)
    return Detection(
        FindingKind.MISSING_OUTCOMES,
        "",
        state,
        _since(sets_by_day(days, now)),
        f"{count(mail.without_outcome)} of {_sends(mail)} of account {entity.name} "
        "have no outcome a day later",
        (*told, *_tell_sets(mail)),
        {
            **mail.as_json(),
            "undelivered_sets": _undelivered(mail),
            "by_configuration_set": _lost_by_set(mail),
        },
        _advice(entity, mail),
    )


def _judge(mail: MissingOutcomes | None) -> DetectionState:
    if mail is None or mail.share < _CLEAR_SHARE:
        return DetectionState.CLEAR
    is_found = mail.share >= _FOUND_SHARE and mail.without_outcome >= _LEAST_LOST
    return DetectionState.FIRING if is_found else DetectionState.INCONCLUSIVE


def _since(by_day: Mapping[str, Mapping[str, SetOutcomes]]) -> str:
    """Return the first of the latest days in a row of which too much is unaccounted."""
    began = ""
    for day in sorted(by_day, reverse=True):
        total = sum_sets(by_day[day])
        if total.sends and total.without_outcome < _FOUND_SHARE * total.sends:
            break
        began = day if total.sends else began
    return began


def _undelivered(mail: MissingOutcomes) -> list[str]:
    """Return the sets that sent, and of which no delivery was ever told."""
    return sorted(
        name
        for name, account in mail.sets.items()
        if not account.deliveries and account.without_outcome >= _LEAST_LOST
    )


def _lost_by_set(mail: MissingOutcomes) -> dict[str, dict[str, int]]:
    return {
        name: {"sends": account.sends, "without_outcome": account.without_outcome}
        for name, account in sorted(mail.sets.items())
        if account.without_outcome
    }


def _tell_sets(mail: MissingOutcomes) -> Sequence[tuple[str, str]]:
    worst = sorted(_lost_by_set(mail).items(), key=lambda each: (-each[1]["without_outcome"], each[0]))
    return [
        (f"configuration set {name}", f"{count(lost['without_outcome'])} of {count(lost['sends'], 'send')}")
        for name, lost in worst[:3]
    ]


def _sends(mail: MissingOutcomes) -> str:
    return count(mail.sends, "send")


def _span(mail: MissingOutcomes) -> str:
    if mail.first_day == mail.last_day:
        return mail.first_day
    return f"{mail.first_day} to {mail.last_day}"


def _advice(entity: ReputationEntity, mail: MissingOutcomes) -> tuple[str, ...]:
    show = (
        "aws sesv2 get-configuration-set-event-destinations --configuration-set-name {name} "
        f"--region {entity.region}"
    )
    sets = _undelivered(mail)
    if sets:
        return (
            f"No delivery is told of {', '.join(sets)}: add DELIVERY (and BOUNCE, if it is missing) to the "
            f"MatchingEventTypes of the event destination, which `{show.format(name=sets[0])}` shows.",
        )
    return (
        "Events are lost on the way: see whether the feedback queue and its dead-letter queue are empty, and "
        "what is in quarantine (`ses-reputation quarantine list`).",
        f"See whether the event destination selects all of DELIVERY, BOUNCE, REJECT and RENDERING_FAILURE: "
        f"`{show.format(name='CONFIGURATION_SET')}`.",
        "See whether the topic's subscription has a filter policy: `aws sns list-subscriptions-by-topic "
        f"--topic-arn TOPIC_ARN --region {entity.region}`.",
    )
