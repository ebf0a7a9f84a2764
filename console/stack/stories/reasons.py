"""Why an entity's mail bounced, and what people complained of, as statements' pages count it."""

from collections.abc import Sequence
from datetime import datetime

from console.stack.stories.past_mail import PastTable
from ses_reputation.rollup.entities import ReputationEntity, entities_of
from ses_reputation.rollup.sender_mail import read_mail, read_totals_before
from ses_reputation.statement.facts.reasons import view_reasons
from ses_reputation.statement.inputs import WHOLE_DAYS
from ses_reputation.statement.view.rates import SliceView

_DAYS_BY_THE_HOUR = 2


def read_reasons(table: PastTable, entity: ReputationEntity, now: datetime) -> Sequence[SliceView]:
    """Return the kinds of hard bounces, then of complaints, of the last 30 days and today, most first."""
    senders = entities_of(table.senders()).get(entity, [])
    accounts = {sender[:2] for sender in senders}
    earlier = read_totals_before(table, accounts, now, WHOLE_DAYS, _DAYS_BY_THE_HOUR)
    recent = read_mail(table, senders, now, _DAYS_BY_THE_HOUR).days
    return view_reasons([*(day for day in earlier if day.sender in senders), *recent])
