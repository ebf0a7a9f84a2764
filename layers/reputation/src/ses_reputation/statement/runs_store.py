"""Who makes statements now, and who asked for them meanwhile: an item in the ledger's table."""

from datetime import datetime, timedelta

from ses_reputation.aws.dynamodb import Row, time_text, time_value
from ses_reputation.aws.lease_store import LeaseTable
from ses_reputation.hours import parse_timestamp
from ses_reputation.statement.runs import Round, StatementStart

# As text, in this order: something else than a change, a change by its time, and what is above all times.
_NO_CHANGE, _ABOVE_ALL = "-", "~"


class StatementRunTable(LeaseTable):
    """The run of statements in the ledger's table; see ses_reputation.statement.runs.StatementRuns.

    `covers` is the assessment whose changes the round is sure to have, `asked` that of who asked for another.
    """

    KEY = "STATEMENTS", "RUN"
    # Longer than the function may run (template.yaml): whoever has not ended by then was killed.
    LEASE = timedelta(minutes=11)

    def take(self, start: StatementStart) -> Round | None:
        """Begin a run, unless another has begun one. Where the same event is tried again, it takes over."""
        now = start.clock()
        # What was asked of a run that was cut off stays asked.
        taken = self._take(start.holder, now, covers=_text(start.changed_at))
        return Round(now, start.changed_at) if taken else None

    def ask(self, start: StatementStart) -> bool:
        """Ask whoever runs for another round.

        Return False where nobody runs, and where the round began after the change: an assessment stores all
        its changes before it publishes the first.
        """
        values = {
            ":asked": {"S": _text(start.changed_at)},
            ":wanted": {"S": time_text(start.changed_at) if start.changed_at else _ABOVE_ALL},
            ":over": time_value(start.clock() - self.LEASE),
        }
        condition = "renewed_at >= :over AND covers < :wanted"
        return self._items.update(self.KEY, "SET asked = :asked", condition, values) is not None

    def next_round(self, start: StatementStart) -> Round | None:
        """Begin another round; None where another run has taken over."""
        now = start.clock()
        change = "SET renewed_at = :now, covers = if_not_exists(asked, :nothing) REMOVE asked"
        values = {":now": time_value(now), ":nothing": {"S": _NO_CHANGE}}
        row = self._change(change, "holder = :holder", start.holder, values)
        return Round(now, _changed_at(row)) if row else None

    def finish(self, start: StatementStart) -> bool:
        """End the run, unless somebody asked for another round, or another run has taken over."""
        unasked = "holder = :holder AND attribute_not_exists(asked)"
        return self._change("REMOVE renewed_at", unasked, start.holder) is not None


def _text(changed_at: datetime | None) -> str:
    return time_text(changed_at) if changed_at else _NO_CHANGE


def _changed_at(row: Row) -> datetime | None:
    covers = row["covers"]["S"]
    return parse_timestamp(covers) if covers > _NO_CHANGE else None
