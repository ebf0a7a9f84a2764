"""Whatever containers remember: they evaluate as one does that reads everything anew.

Two containers of the assessment function take turns at one ledger. Mail is posted in any order and late, and
rollups fail, are cut off or run out of time. After each complete run, what a container evaluated is compared
with an evaluation of all balances that knows neither stored days nor a memory.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ses_reputation.errors import UnavailableError
from ses_reputation.findings.detectors import detect_all
from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.ledger.hour_balance import HourBalance, gather_hours
from ses_reputation.rates.history import History
from ses_reputation.rates.reading import HistoryMemory, read_histories
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.day_balance import day_balances_of
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, entities_of
from ses_reputation.rollup.rolling_up import read_recent, recent_days, roll_up_postings
from ses_reputation.standing.evaluation import evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from tests.support.in_memory.assessment_table import CrashError, FaultyCalls, InMemoryAssessments
from tests.support.mail import NOW, REGION, balance_of, mail
from tests.support.notifications import DELEGATE, OWNER

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "150"))
# A small volume and a short reach, so that windows begin, overflow and end within a few mails.
RULES = StandingRules(volume=300, most_days=200)
SENDERS = [
    SenderIdentity(account, REGION, identity)
    for account, identity in ((DELEGATE, "example.com"), (DELEGATE, "example.org"), (OWNER, "example.com"))
]


@dataclass(frozen=True)
class Post:
    """Mail of some hours ago is posted; it adds to what its hour had."""

    sender: SenderIdentity
    hours_ago: int
    sends: int
    bounces: int


@dataclass(frozen=True)
class Run:
    """A container assesses; its call of a number fails or is cut off, or its time ends after some steps."""

    container: int
    call: int = 0
    fault: str = ""
    steps: int = 99


@dataclass(frozen=True)
class Wait:
    """Time passes."""

    minutes: int


Step = Post | Run | Wait
POSTS = st.builds(
    Post,
    st.sampled_from(SENDERS),
    st.one_of(st.integers(0, 60), st.integers(0, 24 * 210)),
    st.integers(0, 150),
    st.integers(0, 5),
)
RUNS = st.one_of(
    st.builds(Run, st.integers(0, 1)),
    st.builds(
        Run, st.integers(0, 1), st.integers(1, 30), st.sampled_from(["before", "after", "unavailable"])
    ),
    st.builds(Run, st.integers(0, 1), steps=st.integers(0, 3)),
)
WAITS = st.builds(Wait, st.one_of(st.just(5), st.integers(1, 60 * 30)))
STEPS = st.lists(st.one_of(POSTS, RUNS, WAITS), min_size=4, max_size=25)


@dataclass
class Ledger:
    """A ledger, two containers, and what time it is."""

    table: InMemoryAssessments = field(default_factory=lambda: InMemoryAssessments(keys_per_page=2))
    hours: dict[tuple[Any, ...], HourBalance] = field(default_factory=dict)
    memories: list[HistoryMemory] = field(default_factory=lambda: [HistoryMemory(), HistoryMemory()])
    now: datetime = NOW
    compared: int = 0

    def take(self, step: Step) -> None:
        if isinstance(step, Wait):
            self.now += timedelta(minutes=step.minutes)
        elif isinstance(step, Post):
            self.post(step)
        else:
            self.run(step)

    def post(self, step: Post) -> None:
        """Each post of an hour is computed from one page more."""
        moment = self.now - timedelta(hours=step.hours_ago)
        new = mail(f"{moment:%Y-%m-%dT%H}", step.sends, step.bounces, sender=step.sender)
        hour = self.hours.setdefault(tuple(new.sender_hour), HourBalance(new.sender_hour))
        hour.add(new.figures, new.pages, is_late=False)
        self.table.post(balance_of(hour, self.now))

    def run(self, step: Run) -> None:
        faults, memory = FaultyCalls(step.call, step.fault), self.memories[step.container]
        left = iter([True] * step.steps)
        try:
            found = self.assess(faults.before(self.table), memory, lambda: next(left, False))
        except CrashError:
            self.memories[step.container] = HistoryMemory()
        except UnavailableError:
            pass
        else:
            self.compare(found)

    def assess(self, table: Any, memory: HistoryMemory, has_time: Any) -> dict[ReputationEntity, Any]:
        """What a run evaluates, of the entities of which it could read all.

        A sender is known once its account's day was read. Until then its mail is as mail not yet posted: here
        the entities of such senders are not compared either.
        """
        memory.begin_assessment()
        with ThreadPoolExecutor(1) as pool:
            rollup = roll_up_postings(table, memory.known, self.now, lambda: self.now, has_time, pool)
            if not rollup.is_caught_up:
                return {}
            read_recent(table, rollup, pool)
            entities = entities_of(rollup.senders)
            histories = read_histories(table, memory, entities, rollup, RULES, pool)
        failed = histories.failed.keys()
        recent = [hour for read in rollup.recent.values() for hour in read.hours]
        posted = entities_of(SenderIdentity(*hour.sender_hour[:3]) for hour in self.hours.values())
        evaluated = {}
        for entity in entities:
            if failed.isdisjoint(sender[:2] for sender in posted[entity]):
                with suppress(UnavailableError):
                    evaluated[entity] = evaluate(histories.of[entity], recent)
        return evaluated

    def compare(self, found: dict[ReputationEntity, Any]) -> None:
        anew = self.evaluate_anew()
        for entity, evaluated in found.items():
            assert evaluated == anew[entity], entity.title
            self.compared += 1

    def evaluate_anew(self) -> dict[ReputationEntity, Any]:
        """What all balances mean, read without stored days and without a memory."""
        hours = gather_hours(map(balance_of, self.hours.values()))
        days = day_balances_of(hours)
        recent = [hour for hour in hours if hour.sender_hour.send_hour[:10] in recent_days(self.now)]
        return {
            entity: evaluate(
                History(entity, [day for day in days if day.sender in senders], self.now), recent
            )
            for entity, senders in entities_of(day.sender for day in days).items()
        }


def evaluate(history: History, recent: Sequence[HourBalance]) -> tuple[dict[str, Any], list[Any]]:
    """What is shown of an entity, and what is detected."""
    shown = evaluation_to_json(evaluate_standing(history, {}, RULES), history)
    return shown, [
        (each.key, each.state, each.since, each.evidence and each.evidence.to_json())
        for each in detect_all(EntityMail(history, recent, None, RULES))
    ]


LATE = Post(SENDERS[0], 24 * 20, 10, 5)
A_DAY, FIVE = Wait(24 * 60), Wait(5)
A_DAY_IN_TWO_PAGES = [Post(SENDERS[2], 41, 0, 0), Post(SENDERS[0], 2505, 14, 1), Post(SENDERS[2], 6, 128, 5)]


@given(STEPS)
@settings(max_examples=EXAMPLES)
# Another container has rolled up what this one has not seen, and its watermark is far beyond.
@example([LATE, Run(0), FIVE, Run(1), LATE, Run(1), FIVE, Run(1), Wait(60), Run(1), Run(0)])
# A day ends while this container does not run, and the other one stores it.
@example([Post(SENDERS[1], 5, 90, 1), Run(0), Run(1), A_DAY, Run(1), A_DAY, Run(1), Wait(20), Run(1), Run(0)])
# Feedback for a day of which only totals are known, where a window begins.
@example([Post(SENDERS[0], 24 * 60, 400, 3), Run(0), Post(SENDERS[0], 24 * 60, 0, 4), FIVE, Run(0)])
# The first mail of a sender, of an identity that is known by another, cannot be read.
@example([Post(SENDERS[0], 0, 0, 0)] * 7 + [Post(SENDERS[2], 0, 0, 1), Run(0, 6, "unavailable")])
# A container that has never rolled up all learned a day; the other one rolls up what is posted of it then.
@example([*A_DAY_IN_TWO_PAGES, Run(1, steps=1), Post(SENDERS[2], 51, 0, 4), Wait(1094)])
# What this container could not roll up, the other one did.
@example([Post(SENDERS[0], 35, 9, 0), Run(0, steps=0), Wait(11), Run(1, 5, "unavailable"), Run(0), Run(1)])
def test_what_is_remembered_changes_no_evaluation(steps: Sequence[Step]) -> None:
    ledger = Ledger()
    for step in steps:
        ledger.take(step)
    ledger.take(Wait(1))
    for container in (0, 1):
        ledger.take(Run(container))

    assert not ledger.hours or ledger.compared


def test_a_run_that_forgets_to_look_at_others_postings_would_be_found() -> None:
    """The first example above is one that a memory without an own reach of postings fails."""
    ledger = Ledger()
    steps: Iterator[Step] = iter([LATE, Run(0), FIVE, Run(1), LATE, Run(1), FIVE, Run(1), Wait(60), Run(1)])
    for step in steps:
        ledger.take(step)
    ledger.memories[0].known.postings_known_at = None

    found = ledger.assess(ledger.table, ledger.memories[0], lambda: True)

    anew = ledger.evaluate_anew()
    assert any(evaluated != anew[entity] for entity, evaluated in found.items())
