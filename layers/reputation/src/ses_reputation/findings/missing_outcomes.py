"""Mail whose end nobody told, a day after it was sent: a fault of the account's own feed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ses_reputation.findings.finding import FindingKind, Sighting, Verdict
from ses_reputation.findings.outcomes_by_set import (
    SetSends,
    UnaccountedMail,
    account_for_mail,
    sets_by_day,
    sum_sets,
)
from ses_reputation.rollup.day_balance import DayBalance
from ses_reputation.rollup.entities import Book
from ses_reputation.wording import count, percent

# A notification in a few hundred is lost on the way; where only one feed tells, its mail has no outcome.
_FOUND_SHARE, _CLEAR_SHARE, _LEAST_LOST = 0.02, 0.01, 20


def find_unaccounted_mail(book: Book, days: Iterable[DayBalance], now: datetime) -> Sighting:
    """Return the sighting of an account's mail without an outcome. days: those of the account in its Region.

    FOUND: from 2 % of the sends on, and 20 of them. CLEAR: below 1 %.
    """
    days = list(days)
    mail = account_for_mail(days, now)
    verdict = _judge(mail)
    if mail is None:
        return Sighting(FindingKind.UNACCOUNTED_MAIL, "", verdict)
    told = (
        ("without an outcome", f"{count(mail.without_outcome)} of {_sends(mail)} ({percent(mail.share, 1)})"),
        ("days of sending", _span(mail)),
    )
    if verdict is not Verdict.FOUND:
        return Sighting(FindingKind.UNACCOUNTED_MAIL, "", verdict, figures=told)
    return Sighting(
        FindingKind.UNACCOUNTED_MAIL,
        "",
        verdict,
        _since(sets_by_day(days, now)),
        f"{count(mail.without_outcome)} of {_sends(mail)} of account {book.name} have no outcome a day later",
        (*told, *_tell_sets(mail)),
        {
            **mail.as_json(),
            "undelivered_sets": _undelivered(mail),
            "by_configuration_set": _lost_by_set(mail),
        },
        _advice(book, mail),
    )


def _judge(mail: UnaccountedMail | None) -> Verdict:
    if mail is None or mail.share < _CLEAR_SHARE:
        return Verdict.CLEAR
    is_found = mail.share >= _FOUND_SHARE and mail.without_outcome >= _LEAST_LOST
    return Verdict.FOUND if is_found else Verdict.UNSURE


def _since(by_day: Mapping[str, Mapping[str, SetSends]]) -> str:
    """Return the first of the latest days in a row of which too much is unaccounted."""
    began = ""
    for day in sorted(by_day, reverse=True):
        total = sum_sets(by_day[day])
        if total.sends and total.without_outcome < _FOUND_SHARE * total.sends:
            break
        began = day if total.sends else began
    return began


def _undelivered(mail: UnaccountedMail) -> list[str]:
    """Return the sets that sent, and of which no delivery was ever told."""
    return sorted(
        name
        for name, account in mail.sets.items()
        if not account.deliveries and account.without_outcome >= _LEAST_LOST
    )


def _lost_by_set(mail: UnaccountedMail) -> dict[str, dict[str, int]]:
    return {
        name: {"sends": account.sends, "without_outcome": account.without_outcome}
        for name, account in sorted(mail.sets.items())
        if account.without_outcome
    }


def _tell_sets(mail: UnaccountedMail) -> Sequence[tuple[str, str]]:
    worst = sorted(_lost_by_set(mail).items(), key=lambda each: (-each[1]["without_outcome"], each[0]))
    return [
        (f"configuration set {name}", f"{count(lost['without_outcome'])} of {count(lost['sends'], 'send')}")
        for name, lost in worst[:3]
    ]


def _sends(mail: UnaccountedMail) -> str:
    return count(mail.sends, "send")


def _span(mail: UnaccountedMail) -> str:
    if mail.first_day == mail.last_day:
        return mail.first_day
    return f"{mail.first_day} to {mail.last_day}"


def _advice(book: Book, mail: UnaccountedMail) -> tuple[str, ...]:
    show = (
        "aws sesv2 get-configuration-set-event-destinations --configuration-set-name {name} "
        f"--region {book.region}"
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
        f"--topic-arn TOPIC_ARN --region {book.region}`.",
    )
