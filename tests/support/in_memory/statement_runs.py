"""The run of statements in memory; tests/contract holds it to the table."""

from datetime import UTC, datetime, timedelta

from ses_reputation.statement.runs import Round, StatementStart

LEASE = timedelta(minutes=11)
_NEVER, _ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class InMemoryStatementRuns:
    """Who runs, what their round has for sure, and what was asked for since. Two facts of time: no lease runs
    out before its 11 minutes, and a start that is tried again has its holder's name."""

    def __init__(self) -> None:
        self.holder = ""
        self.until = _NEVER
        self.covers: datetime | None = None
        self.asked: tuple[datetime | None, ...] = ()

    def take(self, start: StatementStart) -> Round | None:
        now = start.clock()
        if now <= self.until and start.holder != self.holder:
            return None
        self.holder, self.covers = start.holder, start.changed_at
        return self._began(now)

    def ask(self, start: StatementStart) -> bool:
        is_running = start.clock() <= self.until
        if not is_running or (self.covers or _NEVER) >= (start.changed_at or _ALWAYS):
            return False
        self.asked = (start.changed_at,)
        return True

    def next_round(self, start: StatementStart) -> Round | None:
        now = start.clock()
        if start.holder != self.holder:
            return None
        self.covers, self.asked = self.asked[0] if self.asked else None, ()
        return self._began(now)

    def finish(self, start: StatementStart) -> bool:
        if start.holder != self.holder or self.asked:
            return False
        self.until = _NEVER
        return True

    def release(self, holder: str) -> None:
        if holder == self.holder:
            self.until = _NEVER

    def _began(self, now: datetime) -> Round:
        self.until = now + LEASE
        return Round(now, self.covers)
