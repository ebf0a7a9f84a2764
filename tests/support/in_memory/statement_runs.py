"""The run of statements in memory; tests/contract holds it to the table."""

from datetime import UTC, datetime, timedelta

from ses_reputation.statement.runs import StatementStart

LEASE = timedelta(minutes=11)
_NEVER = datetime.min.replace(tzinfo=UTC)


class InMemoryStatementRuns:
    """Who runs, and whether somebody asked since the round began. Two facts of time: no lease runs out before
    its 11 minutes, and a start that is tried again has its holder's name."""

    def __init__(self) -> None:
        self.holder = ""
        self.until = _NEVER
        self.is_asked = False

    def take(self, start: StatementStart) -> datetime | None:
        now = start.clock()
        if now <= self.until and start.holder != self.holder:
            return None
        self.holder = start.holder
        return self._began(now)

    def ask(self, start: StatementStart) -> bool:
        is_running = start.clock() <= self.until
        self.is_asked |= is_running
        return is_running

    def next_round(self, start: StatementStart) -> datetime | None:
        now = start.clock()
        if start.holder != self.holder:
            return None
        self.is_asked = False
        return self._began(now)

    def finish(self, start: StatementStart) -> bool:
        if start.holder != self.holder or self.is_asked:
            return False
        self.until = _NEVER
        return True

    def release(self, holder: str) -> None:
        if holder == self.holder:
            self.until = _NEVER

    def _began(self, now: datetime) -> datetime:
        self.until = now + LEASE
        return now
