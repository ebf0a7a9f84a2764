"""The service of functions/publish_statement: make every party's statement, and write it as page and JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import OvertakenError, SesReputationError, StateError
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.statement.facts.suppression_lists import SuppressionLists
from ses_reputation.statement.index import StatementIndex, line_of_statement
from ses_reputation.statement.inputs import StatementInputs, StatementTable, read_inputs
from ses_reputation.statement.making import make_statement
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.render import render_index, render_statement
from ses_reputation.statement.runs import StatementRuns, StatementStart, run_alone
from ses_reputation.statement.scopes import PartyScope, StatementParties
from ses_reputation.statement.store import (
    INDEX,
    INDEX_PAGE,
    JSON_TYPE,
    PAGE_TYPE,
    StatementStore,
    as_text,
    page_key,
    twin_key,
)
from ses_reputation.statement.view.index import IndexLine
from ses_reputation.suppression.changes.drift.kept_counts import DriftCounts, read_drift
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.time_left import OUT_OF_TIME, HasTime, always
from ses_reputation.visible_text import shorten_addresses

_NEVER = ""


@dataclass(frozen=True, slots=True)
class StatementPlan:
    """Whose statements are made, by which rules, and how things are named."""

    parties: StatementParties
    rules: StandingRules
    naming: Naming


@dataclass(frozen=True, slots=True)
class StatementRun:
    """One run. now: an aware time.

    manifests: those of snapshots that a container has read before; more are added.
    """

    now: datetime
    has_time: HasTime = always
    manifests: dict[str, Manifest] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatementsOutcome:
    """What a run did. published: parties by name. failed: why a party's statement is that of an earlier run.

    is_needed: False where another run was asked to publish; then nothing was done.
    is_overtaken: pages of a later run were found, and left as they are; it writes what this one did not.
    """

    published: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    is_needed: bool = True
    is_overtaken: bool = False


@dataclass(frozen=True, slots=True)
class StatementStores:
    """Where statements are made from, and where they go."""

    table: StatementTable
    snapshots: SnapshotStore
    statements: StatementStore


def publish_alone(
    runs: StatementRuns, stores: StatementStores, plan: StatementPlan, start: StatementStart
) -> StatementsOutcome:
    """Publish all statements, unless another run is under way, and is asked to do it.

    Raises what `publish_statements` raises, and UnavailableError where no time was left for who asked last.
    """
    outcome = StatementsOutcome(is_needed=False)

    def publish(began_at: datetime) -> bool:
        nonlocal outcome
        outcome = publish_statements(stores, plan, StatementRun(began_at, start.has_time, start.manifests))
        return not outcome.is_overtaken

    run_alone(runs, start, publish)
    return outcome


def publish_statements(stores: StatementStores, plan: StatementPlan, run: StatementRun) -> StatementsOutcome:
    """Make and write the statements of all parties, then the index.

    A run may be repeated, overlap another, or be cut off: each object is written whole, never over one of a
    run that began later, and the next run writes it again. Parties whose statement is oldest come first, so
    where time is short each has its turn. One that fails keeps its earlier statement, and harms no other.

    Raises UnavailableError and StateError where nothing could be made, and an ExceptionGroup of unforeseen
    errors, after all other parties have their statements.
    """
    before = read_index(stores.statements)
    inputs = read_plan_inputs(stores, plan, run)
    scopes = plan.parties.scopes(inputs.senders, inputs.states, plan.naming)
    known = before.lines if before else {}
    publishing = _Publishing(stores.statements, inputs, run, dict(known))
    is_overtaken = False
    try:
        for scope in sorted(scopes, key=lambda each: _turn(each, known)):
            publishing.publish(scope)
        publishing.write_index({scope.party.name for scope in scopes})
    except OvertakenError:
        is_overtaken = True
    if publishing.defects:
        raise ExceptionGroup("statements could not be made", publishing.defects)
    published = tuple(sorted(publishing.published))
    return StatementsOutcome(published, publishing.failed, is_overtaken=is_overtaken)


def read_plan_inputs(stores: StatementStores, plan: StatementPlan, run: StatementRun) -> StatementInputs:
    """Read what the statements of a plan are made of. Raises UnavailableError and StateError."""
    lists = SuppressionLists(stores.snapshots, plan.naming, run.now, run.manifests)
    inputs = read_inputs(stores.table, plan.rules, plan.naming, lists.read_lists, run.now)
    return replace(inputs, drift=_read_drift(stores.snapshots))


def _read_drift(store: SnapshotStore) -> DriftCounts | None:
    """Return what was last counted; what cannot be read is taken as not counted, and is counted again."""
    try:
        with translating_aws_errors("reading drift"):
            return read_drift(store)
    except SnapshotCorruptError:
        return None


def read_index(store: StatementStore) -> StatementIndex | None:
    """Return the index as last written; None where there is none, or it cannot be read: it is made anew."""
    text = store.fetch(INDEX)
    try:
        return StatementIndex.from_json(text) if text else None
    except StateError:
        return None


def _turn(scope: PartyScope, known: Mapping[str, IndexLine]) -> tuple[str, str]:
    name = scope.party.name
    return known[name].made_at.isoformat() if name in known else _NEVER, name


@dataclass(slots=True)
class _Publishing:
    """How far a run is."""

    store: StatementStore
    inputs: StatementInputs
    run: StatementRun
    lines: dict[str, IndexLine]
    published: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    defects: list[Exception] = field(default_factory=list)

    def publish(self, scope: PartyScope) -> None:
        """Make and write one party's statement, whatever becomes of it."""
        name = scope.party.name
        if not self.run.has_time():
            self.failed[name] = OUT_OF_TIME
            return
        try:
            self.lines[name] = write_statement(self.store.put, scope, self.inputs)
        except OvertakenError:
            raise
        except SesReputationError as error:
            self.failed[name] = shorten_addresses(f"{type(error).__name__}: {error}")
        except Exception as error:
            error.add_note(f"while making the statement of {name}")
            self.defects.append(error)
        else:
            self.published.append(name)

    def write_index(self, parties: set[str]) -> None:
        """Write the index of all parties that have a statement."""
        lines = {name: line for name, line in sorted(self.lines.items()) if name in parties}
        inputs = self.inputs
        index = StatementIndex(inputs.naming.stack_name, inputs.now, inputs.assessed_at, lines)
        write_index(self.store.put, index)


Write = Callable[[str, str, str, datetime], None]
"""Writes an object: key, text, content type, and when it was made."""


def write_statement(write: Write, scope: PartyScope, inputs: StatementInputs) -> IndexLine:
    """Write a party's statement as a page and as its JSON twin; return its line in the index."""
    statement, name = make_statement(scope, inputs), scope.party.name
    write(page_key(name), render_statement(statement), PAGE_TYPE, statement.made_at)
    write(twin_key(name), as_text(statement.to_json()), JSON_TYPE, statement.made_at)
    return line_of_statement(statement)


def write_index(write: Write, index: StatementIndex) -> None:
    """Write the index as a page and as JSON."""
    page = render_index(index.stack_name, index.lines.values(), index.made_at)
    write(INDEX_PAGE, page, PAGE_TYPE, index.made_at)
    write(INDEX, as_text(index.to_json()), JSON_TYPE, index.made_at)
