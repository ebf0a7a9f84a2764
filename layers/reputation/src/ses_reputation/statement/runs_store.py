"""Who makes statements now, and whether somebody asked for them meanwhile: an item in the ledger's table."""

from datetime import datetime, timedelta

from ses_reputation.aws.dynamodb import time_value
from ses_reputation.aws.lease_store import LeaseTable
from ses_reputation.statement.runs import StatementStart


class StatementRunTable(LeaseTable):
    """The run of statements in the ledger's table; see ses_reputation.statement.runs.StatementRuns.

    `asked`: when somebody asked last, since the round began.
    """

    KEY = "STATEMENTS", "RUN"
    # Longer than the function may run (template.yaml): whoever has not ended by then was killed.
    LEASE = timedelta(minutes=11)

    def take(self, start: StatementStart) -> datetime | None:
        """Begin a run, unless another has begun one. Where the same event is tried again, it takes over."""
        now = start.clock()
        return now if self._take(start.holder, now) else None

    def ask(self, start: StatementStart) -> bool:
        """Ask whoever runs for another round; return False where nobody runs."""
        now = start.clock()
        values = {":now": time_value(now), ":over": time_value(now - self.LEASE)}
        return self._items.update(self.KEY, "SET asked = :now", "renewed_at >= :over", values) is not None

    def next_round(self, start: StatementStart) -> datetime | None:
        """Begin another round; None where another run has taken over."""
        now = start.clock()
        change = "SET renewed_at = :now REMOVE asked"
        is_ours = self._change(change, "holder = :holder", start.holder, {":now": time_value(now)})
        return now if is_ours else None

    def finish(self, start: StatementStart) -> bool:
        """End the run, unless somebody asked for another round, or another run has taken over."""
        unasked = "holder = :holder AND attribute_not_exists(asked)"
        return self._change("REMOVE renewed_at", unasked, start.holder)
