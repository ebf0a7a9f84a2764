"""What SES itself counted of an account's mail, beside what the ledger holds of it."""

from collections.abc import Iterable, Sequence

from ses_reputation.findings.reconciliation import ReconciledDay, reconcile_days
from ses_reputation.findings.ses_comparison import Compared, reports_sends
from ses_reputation.rates.history import History
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.statement.inputs import StatementInputs
from ses_reputation.statement.naming import entity_title
from ses_reputation.statement.view.statement import ReconciledDayView, ReconciliationView
from ses_reputation.statistics.send_statistics import SendStatistics
from ses_reputation.tallies import total
from ses_reputation.wording import count, moment_of, percent

_NOT_READ = (
    "What SES itself counted of {title} was not read: no role of this stack leads there, or it may not ask."
)
_NO_SENDS = "no feed reports sends of this account, so nothing is known to be missing."
_NOT_COMPARED = "SES's count of {title} was read; no whole hour of it can be compared yet."


def view_reconciliations(
    accounts: Iterable[ReputationEntity], inputs: StatementInputs
) -> tuple[ReconciliationView, ...]:
    """Return for each account in a Region how far the ledger holds the sends that SES counted, by day.

    All mail of an account is compared, so its senders all have to be the party's to see.
    """
    readings: dict[tuple[str, str], SendStatistics] = {each.place: each for each in inputs.statistics}
    return tuple(_view(each, readings.get((each.name, each.region)), inputs) for each in accounts)


def _view(
    account: ReputationEntity, statistics: SendStatistics | None, inputs: StatementInputs
) -> ReconciliationView:
    senders = [
        each for each in inputs.senders if (each.account, each.region) == (account.name, account.region)
    ]
    history = History(account, inputs.days_of(senders), inputs.now)
    days = reconcile_days(statistics, history.days, inputs.now) if statistics else []
    is_reported = reports_sends(history)
    compared = total((each.held.compared for each in days), Compared())
    return ReconciliationView(
        account=account.name,
        region=account.region,
        words=_words(account, days, compared, is_reported=is_reported)
        if statistics
        else _NOT_READ.format(title=entity_title(account)),
        read_at=statistics.read_at if statistics else None,
        ledger=compared.ledger.known,
        ses=compared.ses.delivery_attempts,
        share=_share(compared, is_reported=is_reported),
        days=tuple(_day(each, is_reported=is_reported) for each in days),
        command=inputs.naming.command("feeds", account.names),
    )


def _words(
    account: ReputationEntity, days: Sequence[ReconciledDay], compared: Compared, *, is_reported: bool
) -> str:
    title = entity_title(account)
    if not days:
        return _NOT_COMPARED.format(title=title)
    sends, since = count(compared.ses.delivery_attempts, "send"), moment_of(days[0].held.first_hour)
    counted = f"SES counted {sends} of {title} since {since}; "
    if not is_reported:
        return counted + _NO_SENDS
    share = f" ({percent(compared.share, 1)})" if compared.share is not None else ""
    return f"{counted}the ledger holds {count(compared.ledger.known)}{share}.{_apart(days)}"


def _apart(days: Sequence[ReconciledDay]) -> str:
    """Return ` They differ on 2026-11-20 (86.2 %).`; nothing where no day is apart."""
    found = [
        each.day if each.held.share is None else f"{each.day} ({percent(each.held.share, 1)})"
        for each in days
        if each.is_apart
    ]
    return f" They differ on {', '.join(found)}." if found else ""


def _day(each: ReconciledDay, *, is_reported: bool) -> ReconciledDayView:
    ledger, ses = each.held.compared
    return ReconciledDayView(
        each.day,
        ledger.known,
        ses.delivery_attempts,
        _share(each.held.compared, is_reported=is_reported),
        each.is_apart and is_reported,
    )


def _share(compared: Compared, *, is_reported: bool) -> float | None:
    return float(compared.share) if is_reported and compared.share is not None else None
