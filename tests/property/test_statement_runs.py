"""However runs of statements start, overlap, fail and are killed: no page is replaced by an older one, and in
the end the last change is on every page.

The lease, the rounds and the writes are the product's; a run's pages hold the number of the change that it
read, and when they were made. Runs take turns at any call that others can see. One that is not killed may
sleep for longer than its lease, and Lambda may deliver an event twice.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ses_reputation.errors import OvertakenError, UnavailableError
from ses_reputation.hours import parse_timestamp
from ses_reputation.statement.runs import StatementStart, run_alone
from ses_reputation.statement.store import StatementBucket
from tests.support.in_memory.object_client import InMemoryObjectClient
from tests.support.in_memory.statement_runs import LEASE, InMemoryStatementRuns
from tests.support.mail import NOW
from tests.support.stepped import SteppedProcess

PAGES = ("statements/a/statement.html", "statements/b/statement.html", "statements/index.json")
MOST_WAITING = 2
LAMBDAS_ATTEMPTS = 2
"""template.yaml: a failed run is tried once again."""


@dataclass
class Change:
    """A change, stored and then published by an assessment, of which several may be under way."""

    number: int
    stored_at: datetime


@dataclass
class Event:
    """What starts a run, and how often Lambda has tried it."""

    name: str
    is_of_a_change: bool
    attempts: int = 0


@dataclass
class Running:
    """A run and the event that it is for."""

    event: Event
    process: SteppedProcess


class Stepped:
    """A store, each of whose methods waits for the process's turn first."""

    def __init__(self, process: SteppedProcess, store: object) -> None:
        self._process, self._store = process, store

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            self._process.pause()
            return getattr(self._store, name)(*args, **options)

        return call


@dataclass
class World:
    """What all runs share. A microsecond passes with each look at the clock."""

    now: datetime = NOW
    changes: list[Change] = field(default_factory=list)
    runs: InMemoryStatementRuns = field(default_factory=InMemoryStatementRuns)
    s3: InMemoryObjectClient = field(default_factory=InMemoryObjectClient)
    rounds: list[datetime] = field(default_factory=list)

    def clock(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def run(self, event: Event, process: SteppedProcess) -> None:
        """What the function does with an event."""
        runs: Any = Stepped(process, self.runs)
        s3: Any = Stepped(process, self.s3)
        pages = StatementBucket(lambda: s3, "bucket")
        start = StatementStart(event.name, self.clock)
        run_alone(runs, start, lambda began_at: self.publish(process, pages, began_at))

    def publish(self, process: SteppedProcess, pages: StatementBucket, began_at: datetime) -> bool:
        """Read, then write the pages and the index."""
        process.pause()
        self.rounds.append(began_at)
        read = self.changes[-1].number if self.changes else 0
        try:
            for page in PAGES:
                pages.put(page, f"{read} {began_at}", "text/html", began_at)
        except OvertakenError:
            return False
        return True

    def published(self) -> dict[str, tuple[datetime, int]]:
        """When each page was made, and which change it holds."""
        return {
            key: (parse_timestamp(found["Metadata"]["made-at"]), int(found["Body"].split()[0]))
            for key, found in self.s3.objects.items()
        }


class StatementRunsMachine(RuleBasedStateMachine):
    """Whatever happens to runs of statements."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.waiting: list[Event] = []
        self.running: list[Running] = []
        self.is_alarmed = False
        self.names = 0
        self.before: dict[str, tuple[datetime, int]] = {}

    # Few events wait at a time: a later one would make up for one that was lost.
    @precondition(lambda self: len(self.waiting) < MOST_WAITING)
    @rule(events=st.sampled_from([1, 1, 1, 2, 3]))
    def assessment_stores_a_change_and_publishes_it(self, events: int) -> None:
        self.world.changes.append(Change(len(self.world.changes) + 1, self.world.clock()))
        for _ in range(events):
            self.event(is_of_a_change=True)

    @precondition(lambda self: len(self.waiting) < MOST_WAITING)
    @rule()
    def schedule_is_due(self) -> None:
        self.event(is_of_a_change=False)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), is_delivered_twice=st.sampled_from([False, False, False, True]))
    def event_is_delivered(self, data: st.DataObject, *, is_delivered_twice: bool) -> None:
        event = self.waiting[data.draw(st.integers(0, len(self.waiting) - 1))]
        self.begin(event)
        if is_delivered_twice:
            self.waiting.append(Event(event.name, event.is_of_a_change))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), steps=st.integers(1, 5))
    def run_goes_on(self, data: st.DataObject, steps: int) -> None:
        run = self.choose(data)
        for _ in range(steps):
            if not run.process.has_ended:
                run.process.step()
        self.sweep()

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def call_of_a_run_fails(self, data: st.DataObject) -> None:
        self.choose(data).process.step(UnavailableError("InternalServerError"))
        self.sweep()

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def run_is_killed(self, data: st.DataObject) -> None:
        self.choose(data).process.kill()
        self.sweep()

    @rule(minutes=st.sampled_from([1, 5, 12]))
    def time_passes(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_replaced_by_what_is_older(self) -> None:
        now = self.world.published()
        assert all(
            made_at >= self.before[page][0] for page, (made_at, _) in now.items() if page in self.before
        )
        self.before = now

    @invariant()
    def page_holds_all_that_was_stored_before_it_was_made(self) -> None:
        for page, (made_at, number) in self.world.published().items():
            stored = [change.number for change in self.world.changes if change.stored_at < made_at]
            assert number >= max(stored, default=0), page

    def teardown(self) -> None:
        """Let everything end by itself: then the last change is on every page, or an alarm rang.

        No start of the schedule comes to the help of a change that was lost, but after an alarm.
        """
        self.waiting = [event for event in self.waiting if event.is_of_a_change or event.attempts]
        try:
            self.end_all()
            if self.is_alarmed:
                self.world.now += LEASE
                self.event(is_of_a_change=False)
                self.end_all()
            if self.world.changes:
                last = self.world.changes[-1].number
                assert {
                    page: number for page, (_, number) in self.world.published().items()
                } == dict.fromkeys(PAGES, last)
        finally:
            for run in self.running:
                run.process.kill()

    def end_all(self) -> None:
        while self.waiting or self.running:
            if self.waiting:
                self.begin(self.waiting[0])
            for run in self.running:
                run.process.step()
            self.nothing_is_replaced_by_what_is_older()
            self.sweep()

    def event(self, *, is_of_a_change: bool) -> None:
        self.names += 1
        self.waiting.append(Event(f"event {self.names}", is_of_a_change))

    def begin(self, event: Event) -> None:
        self.waiting.remove(event)
        event.attempts += 1
        self.running.append(Running(event, SteppedProcess(lambda process: self.world.run(event, process))))

    def choose(self, data: st.DataObject) -> Running:
        return self.running[data.draw(st.integers(0, len(self.running) - 1))]

    def sweep(self) -> None:
        """What Lambda does with runs that ended: a failed one is tried again, then an alarm rings."""
        for run in [run for run in self.running if run.process.has_ended]:
            self.running.remove(run)
            if run.process.error and run.event.attempts < LAMBDAS_ATTEMPTS:
                self.waiting.append(run.event)
            elif run.process.error:
                self.is_alarmed = True


StatementRunsMachine.TestCase.settings = settings(
    max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "150")),
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStatementRuns = StatementRunsMachine.TestCase


def test_a_run_that_is_killed_in_the_round_that_others_asked_for_loses_nothing() -> None:
    """An order of steps that is hardly ever drawn; `teardown` looks at the end."""
    machine = StatementRunsMachine()
    machine.assessment_stores_a_change_and_publishes_it(1)
    machine.begin(machine.waiting[0])
    (first,) = machine.running
    while not machine.world.published():
        first.process.step()
    machine.assessment_stores_a_change_and_publishes_it(1)
    machine.begin(machine.waiting[0])
    asking = machine.running[-1]
    while not asking.process.has_ended:
        asking.process.step()
    machine.sweep()
    assert machine.running == [first]
    while len(machine.world.rounds) < 2:
        first.process.step()
    first.process.kill()
    machine.sweep()

    machine.teardown()

    assert not machine.is_alarmed
