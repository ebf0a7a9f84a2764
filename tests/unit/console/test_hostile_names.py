"""Whatever strangers call things, reports show it as text: no control, no markup, no line of its own."""

import importlib
import io
import json
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

import console.reports
from console.actions.change_suppression import FoundInSnapshot, PreparedChange
from console.actions.gather_drift import GatheredDrift
from console.actions.registration.register_accounts import AccountEnvironment
from console.actions.registration.remove_accounts import Removal
from console.actions.retry_quarantined import RetryOutcome
from console.actions.sync_lists import SyncedList
from console.commands import feeds, providers, standing
from console.errors import NotFoundError
from console.forgetting.expiries import Expiry
from console.forgetting.forget_person import Certificate
from console.local_stack.ledger_contents import LedgerContents
from console.replay.archives import Unsendable
from console.replay.backfill import BackfillTally
from console.replay.backfill_report import print_backfill, print_plan
from console.replay.backfill_store import BackfillRecord
from console.replay.report import print_replay
from console.replay.run import Replayed
from console.reports import (
    account_removal,
    accounts,
    doctor,
    findings,
    quarantine,
    rate_detail,
    standing_detail,
    standing_table,
    tables,
    warm_up,
)
from console.reports import feeds as feeds_report
from console.reports import protection as protection_report
from console.reports import providers as providers_report
from console.reports.authorization import lint as lint_report
from console.reports.authorization import policies as policies_report
from console.reports.authorization import revocation as revocation_report
from console.reports.authorization import send_example as send_example_report
from console.reports.decisions import ses_decision
from console.reports.explained import account_window
from console.reports.explained import history as explained_history
from console.reports.explained.part import print_part
from console.reports.forgetting.certificate import print_certificate
from console.reports.ledger import balances, entries
from console.reports.ledger import message as message_report
from console.reports.message_tally import MessageTally
from console.reports.standing_json import measures_of
from console.reports.statement import published
from console.reports.suppression import changes as list_changes_report
from console.reports.suppression.former_list import print_former_list
from console.reports.suppression.runs import draw_summary
from console.reports.suppression.spellings import print_other_lists, print_spellings
from console.reports.suppression_drift.changes import print_changes
from console.reports.suppression_drift.drift import DriftReport, print_drift
from console.reports.suppression_drift.sync import print_proposals, print_synced
from console.reports.suppression_lookup import address as address_report
from console.reports.suppression_lookup import history as history_report
from console.reports.suppression_lookup import statistics as statistics_report
from console.reports.verification.proof import print_proof
from console.stack.account_window import AccountWindow
from console.stack.owned_identity import PolicyRead
from console.stack.place import AskedPlace
from console.stack.quarantined import QuarantinedMessage
from console.stack.selection import EntityChoice, choose_states
from console.stack.stories.message_story import MessageStory, StoryFact
from console.stack.stories.part_standing import PartStanding
from console.stack.stories.past_standings import DayStanding
from console.terminal.screen import Narrator, Screen, open_screen, print_json
from console.usage.error_lines import describe_error
from ses_reputation.accounts.registry import ConnectionState, Party, PartyRole, PartyStatus
from ses_reputation.authorization.applying import PolicyWrite, WriteKind
from ses_reputation.authorization.draft import DraftedPolicies
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.lint.lint import lint_policies
from ses_reputation.authorization.revocation import draft_revocation
from ses_reputation.authorization.send_examples import SendExample
from ses_reputation.delivery.delays import DelayCounts, ProviderView
from ses_reputation.delivery.warm_up import view_warm_up
from ses_reputation.doctor.report import examine
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.findings.feed_coverage.feed_health import view_feeds
from ses_reputation.findings.finding import FindingKind
from ses_reputation.findings.ses_comparison import Compared, Reconciliation
from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.ledger.balance import Counts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.parties import PartyKind
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.quarantine.record import QuarantineRecord
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rates.window_fit import WindowFit
from ses_reputation.rollup.day_balance import day_balances_of
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.rollup.rate_counts import RateCounts
from ses_reputation.rollup.rebuilding import Found, RebuildOutcome
from ses_reputation.standing.evaluation import evaluate_standing
from ses_reputation.standing.last_assessment import LastAssessment
from ses_reputation.standing.state import (
    DecisionState,
    EntityState,
    FindingState,
    Mute,
    ProtectionState,
    ProtectionStep,
    Transition,
    TransitionKind,
)
from ses_reputation.statement.facts.evaluated import Evaluated
from ses_reputation.statement.facts.reasons import view_reasons
from ses_reputation.statement.view.index import IndexLine
from ses_reputation.statement.view.statement import StatementParty
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from ses_reputation.statistics.send_statistics import AccountRegion, HourTotals
from ses_reputation.suppression.changes.cause import CauseEvidence, CauseKind, ChangeCause
from ses_reputation.suppression.changes.comparison import SnapshotChanges
from ses_reputation.suppression.changes.drift.counting import RecipientCounts
from ses_reputation.suppression.changes.drift.deliveries import JournalSearch
from ses_reputation.suppression.changes.drift.findings import SendersCompared
from ses_reputation.suppression.changes.drift.kept_counts import DriftKind, DriftPlace
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.lookup.address_history import AddressHistory, ListingEvent, ListingEventKind
from ses_reputation.suppression.lookup.address_validation import AddressValidation
from ses_reputation.suppression.lookup.find import AddressInList, FoundRow, ListAnswer
from ses_reputation.suppression.lookup.list_statistics import count_rows
from ses_reputation.suppression.lookup.newest_run import UnreadLists
from ses_reputation.suppression.lookup.run_history import ListedSince
from ses_reputation.suppression.restore.actions import (
    ActionKind,
    ActionOutcome,
    ListChange,
    Operation,
    SuppressionAction,
)
from ses_reputation.suppression.restore.applying import AppliedPlan
from ses_reputation.suppression.restore.former_formats import EntryKind
from ses_reputation.suppression.restore.former_lists import FileRepairs, FormerList, KindRules
from ses_reputation.suppression.restore.import_jobs import ImportedFile
from ses_reputation.suppression.restore.list_writer import ImportStatus
from ses_reputation.suppression.restore.plan import ChangePlan, PlanCounts
from ses_reputation.suppression.restore.preflight import Obstacle
from ses_reputation.suppression.restore.routes import Routes
from ses_reputation.suppression.restore.single_changes import SingleResult
from ses_reputation.suppression.runs.outcomes import ListOutcome, ListStatus
from ses_reputation.suppression.runs.summary import RunSummary
from ses_reputation.suppression.snapshot.block_index import StoredIndex
from ses_reputation.suppression.snapshot.location import ListsRun, SnapshotRun
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import SnapshotPart
from ses_reputation.suppression.targets import Target
from ses_reputation.verification.missing import explain_missing
from ses_reputation.visible_text import visible
from tests.support.balances import posted_balance
from tests.support.doctor_facts import hostile_setup
from tests.support.evaluated import firing
from tests.support.hostile import (
    BIDI,
    LINES,
    MARKUP,
    SHELL,
    TERMINAL,
    acting_characters,
    forged_lines,
    renamed,
)
from tests.support.proofs import failed_proof
from tests.unit.console.running import run_on
from tests.unit.console.standings import NOW, Ledger, hour_back

NAME = SHELL + MARKUP + TERMINAL + LINES + BIDI
IDENTITY = NAME.replace("#", "").lower()
ARN = "arn:aws:ses:us-east-1:111122223333:identity/example.com"
TIME = datetime(2026, 11, 22, tzinfo=UTC)


def posted() -> list[Balance]:
    """Ten days of an account in a Region, from an identity and with a configuration set, all of this name."""
    counts: Counts = {
        NAME: {
            NAME: {
                "sent": 100,
                "delivered_within_10s": 60,
                "delayed_ip_failure": 20,
                "bounced_permanent_general": 9,
            }
        },
        "other": {"gmail": {"sent": 10, "delivered_within_10s": 10}},
    }
    followed: Counts = {NAME: {NAME: {"delayed_still_open": 20}}}
    coverage: Counts = {NAME: {"bounced": {"owner_only": 9}, "delivered": {"both": 60}}}
    return [
        posted_balance(SenderHour(NAME, NAME, IDENTITY, hour_back(NOW, back)), 0, counts, followed, coverage)
        for back in range(240)
    ]


HOURS = gather_hours(posted())
LEDGER = Ledger(balances=posted())


def every_finding() -> dict[str, FindingState]:
    strangers = ("newsletter", "example.com", "us-east-1", "444455556666", "microsoft", "IPFailure")
    found = [
        FindingState(
            kind, NAME, "", NOW, NOW, renamed(dict(firing(kind).evidence_json or {}), NAME, *strangers)
        )
        for kind in FindingKind
    ]
    return {finding.key: finding for finding in found}


def states() -> list[EntityState]:
    steps = {
        NAME: ProtectionState(ProtectionStep.PAUSED, NOW, NAME),
        f"{NAME}2": ProtectionState(ProtectionStep.FAILED, NOW, NAME),
    }
    found = every_finding()
    mutes = {key: Mute(NOW, NOW, NAME, NAME) for key in ("bounces", "complaints", *found)}
    return [replace(state, findings=found, protection=steps, mutes=mutes) for state in LEDGER.states.values()]


def transitions(state: EntityState) -> list[Transition]:
    return [Transition(state.entity, NOW, TransitionKind.PROTECTION, NAME, {}, NAME, NAME)]


def past_days() -> list[DayStanding]:
    nothing = dict.fromkeys(Measure, 0)
    evaluations = evaluate_standing(History(identity_entity(NAME), [], NOW), {}, StandingRules())
    return [DayStanding("2026-11-22", nothing, nothing, evaluations)]


HOSTILE_ENTRY = dict.fromkeys(
    ("occurred_at", "outcome", "recipient", "diagnostic_code", "status", "feed"), NAME
)


def manifest() -> Manifest:
    part = SnapshotPart(NAME, 1, 2, "a" * 64)
    run = SnapshotRun(Target(NAME, NAME), NAME)
    return Manifest(run, TIME, TIME, TIME, 1, {NAME: 1}, 1, 0, 0, (part,), StoredIndex(NAME, 2, "a" * 64))


def assessment() -> LastAssessment:
    return LastAssessment(NOW + timedelta(hours=9), frozenset(state.entity for state in states()))


def print_every_entity(screen: Console) -> None:
    for state in states():
        standing_detail.print_entity(screen, state, transitions(state), assessment(), NOW)


def print_parts(screen: Console) -> None:
    for state in states():
        mail = Evaluated(state.entity, measures_of(state))
        reasons = view_reasons(LEDGER.days)
        print_part(
            screen, PartStanding(EntityChoice(NAME, NAME, NAME), [NAME, MARKUP], NOW, mail, reasons), NAME
        )


def print_every_measure(screen: Console) -> None:
    for state in states():
        for measure, view in measures_of(state).items():
            rate_detail.print_measure(screen, state, Measure(measure), view)


def print_every_finding(screen: Console) -> None:
    for state in states():
        found = findings.list_findings(state)
        findings.print_headlines(screen, found)
        for finding in found:
            findings.print_finding(screen, finding, NOW)
        findings.print_open(screen, [state])
        findings.print_left_out(screen, replace(state, view={"findings_left_out": {NAME: 3}}))


def print_drafts(screen: Console) -> None:
    statements = [{"Sid": NAME, "Effect": "Allow", "Principal": "*", "Action": NAME}]
    policies = {NAME: {"Statement": statements}, f"{NAME}2": NAME}
    draft = draft_revocation(policies, ARN, "444455556666")
    revocation_report.print_draft(screen, PolicyRead({}, NAME), draft)


def print_policies(screen: Console) -> None:
    condition = {NAME: {NAME: NAME}, "StringLike": {NAME: NAME}, "Null": {NAME: NAME}}
    statements = [
        {"Sid": NAME, "Effect": "Allow", "Principal": {"AWS": NAME, NAME: NAME}, "Action": NAME},
        {"Effect": "Deny", "NotPrincipal": {"Service": NAME}, "NotAction": NAME, "Condition": condition},
        {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": NAME},
    ]
    policy = {"Statement": statements}
    policies_report.print_policies(screen, HOSTILE_ARN, {NAME: policy, f"{NAME}2": NAME})
    drafted = DraftedPolicies({NAME: policy}, (NAME,))
    policies_report.print_drafted(screen, HOSTILE_ARN, drafted, [Path(NAME.replace("\x00", ""))])
    policies_report.print_writes(screen, HOSTILE_ARN, [PolicyWrite(NAME, WriteKind.CREATE, policy)])
    found = lint_policies(HOSTILE_ARN, {NAME: policy, f"{NAME}2": NAME}, NOW, {HOSTILE_ARN: {NAME: policy}})
    lint_report.print_lint(screen, HOSTILE_ARN, found, 2, NAME)
    send_example_report.print_example(screen, SendExample(HOSTILE_ARN, NAME, NAME, NAME, NAME, NAME, NAME))
    send_example_report.print_example(screen, SendExample(HOSTILE_ARN, NAME, NAME, NAME, NAME, NAME))


def print_providers(screen: Console) -> None:
    view = ProviderView(NAME, DelayCounts(9, 3, types={NAME: 3}), DelayCounts(9, 3))
    providers_report.print_providers(screen, NAME, [view])
    providers_report.print_legend(screen)


def print_reconciliation(screen: Console) -> None:
    compared = Compared(RateCounts(sent=900, bounced=18), HourTotals(2_400, 72))
    hours = ("2026-11-21T09", "2026-11-22T08")
    feeds_report.print_reconciliations(screen, [Reconciliation(NAME, NAME, *hours, compared, NOW)])


def print_snapshots(screen: Console) -> None:
    for draw in (tables.draw_manifest, tables.draw_parts):
        screen.print(draw(manifest()))
    screen.print(tables.draw_snapshots([manifest()]))


HOSTILE_LIST = Target(NAME, NAME, NAME)
CAUSE = ChangeCause(CauseKind.BOUNCE, CauseEvidence.MESSAGE, *[NAME] * 12)


def print_lookups(screen: Console) -> None:
    row, target = SuppressedDestination(NAME, NAME, NAME), Target(NAME, NAME, NAME)
    found = FoundRow(row, ListedSince(manifest(), manifest()), is_acted_on=False, cause=CAUSE)
    answers = [
        AddressInList(target, ListAnswer.LISTED, (found,), manifest()),
        AddressInList(
            target, ListAnswer.NOT_LISTED, (), manifest(), AddressValidation(None, (NAME, SHELL)), NAME
        ),
        AddressInList(target, ListAnswer.UNKNOWN, problem=NAME),
    ]
    unread = UnreadLists(tenants={AccountRegion(NAME, NAME): NAME})
    address_report.print_answers(screen, NAME, answers, unread, NOW)
    statistics_report.print_statistics(screen, manifest(), count_rows([row]))


def print_address_history(screen: Console) -> None:
    row = SuppressedDestination(NAME, NAME, NAME)
    events = [ListingEvent(kind, NAME, manifest(), manifest(), row, row, CAUSE) for kind in ListingEventKind]
    history = AddressHistory(tuple(events), (manifest(),))
    history_report.print_history(screen, NAME, [(Target(NAME, NAME, NAME), history)])


def applied_plan() -> AppliedPlan:
    refused = ImportStatus(NAME, "FAILED", 1, 1, NAME, NAME)
    action = SuppressionAction(HOSTILE_LIST, NOW, NAME, ActionKind.IMPORT, NAME, NAME, 3, 1, 1)
    incomplete = replace(action, outcome=ActionOutcome.INCOMPLETE)
    return AppliedPlan(incomplete, SingleResult(1, 1, 1), [ImportedFile(NAME, 1, refused)])


def print_changed_list(screen: Console) -> None:
    change = ListChange(NAME, Operation.PUT, NAME)
    plan = ChangePlan(HOSTILE_LIST, (change,), PlanCounts(*range(1, 10)))
    routes = Routes((change,), (change,), (change,))
    prepared = PreparedChange(plan, routes, {Obstacle.SANDBOX: NAME})
    list_changes_report.print_plan(screen, prepared)
    list_changes_report.print_applied(screen, applied_plan())
    repairs = FileRepairs(1, 1, 1, 1, 1, 1)
    former = FormerList(NAME, dict.fromkeys([NAME], EntryKind.BOUNCE), repairs, [1, 2], 1)
    print_former_list(screen, former, KindRules())
    print_spellings(screen, [NAME, "absent@example.com"], [NAME])
    found = FoundInSnapshot((SuppressedDestination(NAME, NAME, NAME),), NAME)
    print_other_lists(screen, {HOSTILE_LIST: found})
    print_proposals(screen, [plan], {HOSTILE_LIST: [Path(NAME.replace("\x00", ""))]})
    outcomes = [SyncedList(HOSTILE_LIST, error=NAME), SyncedList(HOSTILE_LIST, applied_plan())]
    print_synced(screen, outcomes)


def print_list_drift(screen: Console) -> None:
    journal = JournalSearch([], 1, 1)
    gathered = GatheredDrift({HOSTILE_LIST: manifest()}, {HOSTILE_LIST: NAME}, NOW, 1, journal)
    path = Path(NAME.replace("\x00", ""))
    senders = SendersCompared(NAME, NAME, NAME, NAME, NAME, 1, 1, 1, 1)
    place = DriftPlace(DriftKind.MISSING_FROM_LIST, NAME, NAME, (NAME,))
    found = dict.fromkeys(DriftKind, RecipientCounts(Counter({place: 2}), Counter({NAME: 3}), 1))
    print_drift(screen, DriftReport(gathered, found, (senders,), dict.fromkeys(DriftKind, path)))


def print_snapshot_changes(screen: Console) -> None:
    run = SnapshotRun(HOSTILE_LIST, NAME)
    rows = [(RowChange(NAME, kind, NAME, NAME, NAME), CAUSE) for kind in ChangeKind]
    print_changes(screen, run, SnapshotChanges(NAME, None, 60, 1, 1, {NAME: 62}), rows)
    print_changes(screen, run, SnapshotChanges(NAME, NAME), [])


def print_run(screen: Console) -> None:
    outcomes = tuple(ListOutcome(NAME, NAME, NAME, status, NAME) for status in ListStatus)
    screen.print(draw_summary(RunSummary(ListsRun(NAME), TIME, TIME, TIME, outcomes)))


def print_archive(screen: Console) -> None:
    tally = MessageTally(4, 1, {NAME: 1}, {NAME: 1}, 1)
    replayed = Replayed(LedgerContents(tally, HOURS), [Unsendable(Path("name"), 1, "it is empty")])
    print_replay(screen, replayed, {NAME: 3})


def print_quarantine(screen: Console) -> None:
    record = QuarantineRecord("unreadable", NAME, MARKUP, BIDI, TIME, NAME)
    message = QuarantinedMessage(f"quarantine/{NAME}/{NAME}/1.json", record)
    quarantine.print_summary(screen, quarantine.summarize([message]), NAME)
    staying = Counter({(NAME, NAME): 1})
    quarantine.print_retry(screen, RetryOutcome(Counter(journaled=1), staying, not_sent=Counter({NAME: 1})))


def print_archive_for_a_ledger(screen: Console) -> None:
    unreadable = [Unsendable(Path(NAME.replace("\x00", "")), 1, NAME)]
    tally = BackfillTally(
        3, ignored=Counter({NAME: 1}), refused=Counter({(NAME, NAME): 1}), unreadable=unreadable
    )
    print_plan(screen, tally, [BackfillRecord(TIME, NAME, 1, 1, NAME, NAME)])
    print_backfill(screen, replace(tally, failed=Counter({NAME: 1})), NAME)


HOSTILE_ARN = IdentityArn("aws", NAME, "111122223333", NAME)
HOSTILE_PARTY = Party(PartyRole.OWNER, NAME, NAME, (NAME,))


def print_accounts(screen: Console) -> None:
    accounts.print_accounts(screen, [PartyStatus(HOSTILE_PARTY, ConnectionState.SILENT, NAME)], {NAME: NAME})
    environment = AccountEnvironment(NAME, HOSTILE_PARTY, NAME, {"Identities": NAME})
    registered = accounts.Registered(NAME, NAME, NAME)
    accounts.print_added(screen, [environment], NAME, registered)
    for role in PartyRole:
        removal = Removal(role, [NAME], [environment], [environment], [environment], {NAME: frozenset()})
        account_removal.print_removed(screen, removal, NAME, registered)


def print_diagnoses(screen: Console) -> None:
    setup = hostile_setup(NAME)
    doctor.print_places(screen, setup.places)
    doctor.print_causes(screen, examine(setup))


def print_what_ses_decided(screen: Console) -> None:
    tenant = TenantDecision("DISABLED", True, NAME, NOW, "HIGH")
    latest = SesDecision(NAME, NAME, NOW, NAME, False, False, tenants={NAME: tenant})
    decision = DecisionState(latest, NOW, {NAME: tenant})
    ses_decision.print_decision(screen, decision, NOW)
    ses_decision.print_decisions(screen, [replace(each, decision=decision) for each in states()], NOW)


def print_window(screen: Console) -> None:
    fit = WindowFit(20_000, 19_000, 21_000, 0.9, 0.02, 100)
    for entity in (state.entity for state in states()):
        account_window.print_account_window(screen, entity, AccountWindow(10_000, fit))


CERTIFICATE = Certificate(
    NAME,
    NAME,
    NAME,
    NOW,
    NAME,
    "0" * 32,
    applied=True,
    erasure=Erasure(Counter({ErasedKind.ENTRY: 2}), [NAME], [MARKUP]),
    suppressed_in=(Target(NAME, NAME, NAME),),
    expiries=(Expiry(NAME, NOW, MARKUP),),
)
REPORTS: Mapping[str, Callable[[Console], None]] = {
    "ledger.balances.print_hours": lambda screen: balances.print_hours(screen, HOURS),
    "ledger.balances.print_outcome": lambda screen: balances.print_outcome(
        screen, Found({}), RebuildOutcome(failed={NAME: NAME}), is_dry=False
    ),
    "doctor.print_causes doctor.print_places": print_diagnoses,
    "ledger.entries.print_entries ledger.entries.print_details": lambda screen: entries.print_entries(
        screen, [HOSTILE_ENTRY, {**HOSTILE_ENTRY, "feed": MARKUP, "status": MARKUP}]
    ),
    "ledger.message.print_story": lambda screen: message_report.print_story(
        screen,
        MessageStory(
            NAME,
            (dict.fromkeys(("sending_account", "region", "send_hour", "identity"), NAME),),
            (StoryFact(NAME, Outcome.REJECTED, (NAME,), NAME, (HOSTILE_ENTRY,)),),
            (MARKUP,),
        ),
        [f"quarantine/{MARKUP}/day/1.json"],
    ),
    "explained.history.print_history": lambda screen: explained_history.print_history(
        screen, identity_entity(NAME), past_days(), transitions(states()[0])
    ),
    "feeds.print_feeds": lambda screen: feeds_report.print_feeds(
        screen, view_feeds(HOURS, day_balances_of(HOURS), NOW)
    ),
    "decisions.ses_decision.print_decision decisions.ses_decision.print_decisions": print_what_ses_decided,
    "explained.account_window.print_account_window": print_window,
    "explained.part.print_part explained.reasons.print_reasons": print_parts,
    "feeds.print_reconciliations": print_reconciliation,
    "findings.print_finding findings.print_headlines findings.print_left_out findings.print_open": (
        print_every_finding
    ),
    "accounts.print_accounts accounts.print_added account_removal.print_removed": print_accounts,
    "authorization.revocation.print_draft": print_drafts,
    "authorization.policies.print_policies authorization.policies.print_drafted "
    "authorization.policies.print_writes authorization.lint.print_findings authorization.lint.print_lint "
    "authorization.send_example.print_example": print_policies,
    "protection.print_protection protection.print_steps": lambda screen: protection_report.print_protection(
        screen, ProtectionMode.ENFORCE, states(), NOW
    ),
    "statement.published.print_statements": lambda screen: published.print_statements(
        screen,
        [
            IndexLine(
                StatementParty(PartyKind.OWNER, NAME, NAME),
                Standing.PAUSE,
                NAME,
                NOW,
                f"{NAME}/statement.html",
            )
        ],
        NOW,
    ),
    "providers.print_legend providers.print_providers": print_providers,
    "rate_detail.print_measure": print_every_measure,
    "standing_detail.print_entity": print_every_entity,
    "standing_table.print_standings": lambda screen: standing_table.print_standings(
        screen, states(), assessment(), NOW
    ),
    "suppression_lookup.address.print_answers suppression_lookup.statistics.print_statistics": print_lookups,
    "suppression_lookup.history.print_history": print_address_history,
    "forgetting.certificate.print_certificate": lambda screen: print_certificate(screen, CERTIFICATE),
    "tables.draw_manifest tables.draw_parts tables.draw_snapshots": print_snapshots,
    "suppression.runs.draw_summary": print_run,
    "suppression.changes.print_plan suppression.changes.print_applied "
    "suppression.former_list.print_former_list suppression.spellings.print_spellings "
    "suppression.spellings.print_other_lists suppression_drift.sync.print_proposals "
    "suppression_drift.sync.print_synced": print_changed_list,
    "suppression_drift.drift.print_drift": print_list_drift,
    "suppression_drift.changes.print_changes": print_snapshot_changes,
    "tables.draw_balances tables.draw_coverage tables.draw_delays tables.draw_messages": print_archive,
    "verification.proof.print_proof": lambda screen: print_proof(
        screen,
        failed_proof(NAME, IDENTITY),
        list(explain_missing(failed_proof(NAME, IDENTITY))),
        {MARKUP: 1},
        NAME,
    ),
    "warm_up.print_warm_up": lambda screen: warm_up.print_warm_up(
        screen, view_warm_up(day_balances_of(HOURS))
    ),
    "standing_table.print_standings_at": lambda screen: standing_table.print_standings_at(
        screen, states(), NOW
    ),
    "quarantine.print_keys": lambda screen: quarantine.print_keys(
        screen, [f"quarantine/{MARKUP}/day/1.json"]
    ),
    "quarantine.print_retry quarantine.print_summary": print_quarantine,
    "quarantine.print_record": lambda screen: quarantine.print_record(
        screen, "key", QuarantineRecord("unreadable", TERMINAL, MARKUP, BIDI, TIME, NAME.replace("\n", ""))
    ),
}


def printed(report: Callable[[Console], None]) -> str:
    """What a report writes on a terminal without colours, so wide that no line is broken."""
    screen = Screen(file=io.StringIO(), width=20_000)
    report(screen)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_every_report_is_looked_at() -> None:
    prints = {
        f"{module.name.removeprefix('console.reports.')}.{name}"
        for module in pkgutil.walk_packages(console.reports.__path__, "console.reports.")
        for name, report in vars(importlib.import_module(module.name)).items()
        if name.startswith(("print_", "draw_")) and report.__module__ == module.name
    }
    drawn_by_others = {
        "feeds.draw_feeds",
        "providers.draw_ends",
        "providers.draw_providers",
        "standing_table.draw_standings",
        "warm_up.draw_warm_up",
    }

    assert prints - drawn_by_others == {name for names in REPORTS for name in names.split()}


@pytest.mark.parametrize("report", REPORTS)
def test_a_name_acts_in_no_report(report: str) -> None:
    text = printed(REPORTS[report])

    assert acting_characters(text) == set()
    assert forged_lines(text) == []


@pytest.mark.parametrize(
    "report", [name for name in REPORTS if "legend" not in name and "quarantine" not in name]
)
def test_a_report_shows_a_name_letter_by_letter(report: str) -> None:
    assert MARKUP in printed(REPORTS[report])


def test_a_name_acts_in_no_backfill() -> None:
    text = printed(print_archive_for_a_ledger)

    assert MARKUP in text
    assert acting_characters(text) == set()
    assert forged_lines(text) == []


OUR_STYLES = {"0", "1", "2", "31", "32", "33", "1;31", "1;32", "1;33"}


@pytest.mark.parametrize("report", REPORTS)
def test_a_name_colours_nothing_on_a_terminal_with_colours(report: str) -> None:
    screen = Screen(file=io.StringIO(), width=20_000, force_terminal=True, color_system="standard")
    REPORTS[report](screen)
    assert isinstance(screen.file, io.StringIO)
    text = screen.file.getvalue()

    assert set(re.findall(r"\x1b\[([\d;]*)m", text)) <= OUR_STYLES
    assert acting_characters(re.sub(r"\x1b\[[\d;]*m", "", text)) == set()


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        (standing, ["standing"]),
        (standing, ["standing", "explain", "--identity", IDENTITY]),
        (providers, ["providers"]),
        (providers, ["providers", "--warm-up"]),
        (feeds, ["feeds"]),
    ],
    ids=lambda each: "-".join(each[:2]) if isinstance(each, list) else "",
)
def test_a_command_prints_hostile_names_to_its_end(
    module: object, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_on(monkeypatch, module, LEDGER, *arguments, table=LEDGER)

    assert result.exit_code == 0, result.output
    assert acting_characters(result.output) == set()
    assert "[/x]" in result.output


def test_what_is_unknown_is_answered_by_names_that_do_not_act() -> None:
    with pytest.raises(NotFoundError) as unknown:
        choose_states(LEDGER.states, EntityChoice(identity="other.example"), "")

    assert acting_characters(str(unknown.value)) == set()
    assert forged_lines(str(unknown.value)) == []


def test_an_error_of_aws_is_one_line() -> None:
    error = ClientError({"Error": {"Code": "Denied", "Message": NAME}}, "SendEmail")

    assert describe_error(error, AskedPlace()) == f"AWS refused SendEmail (Denied): {visible(NAME)}."


def test_a_step_shows_what_it_works_on_and_does_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with Narrator(open_screen()).step(MARKUP + TERMINAL) as step:
        step.advance_to(1, 2, MARKUP + TERMINAL)

    printed_line = capsys.readouterr().out
    assert MARKUP + visible(TERMINAL) in printed_line
    assert acting_characters(printed_line) == set()


def test_the_bar_of_a_step_takes_a_name_as_text() -> None:
    screen = Screen(file=io.StringIO(), width=200, force_terminal=True, color_system=None)
    with Narrator(screen).step(MARKUP + TERMINAL, total=2) as step:
        step.advance_to(1, 2, MARKUP)
    assert isinstance(screen.file, io.StringIO)

    assert MARKUP in screen.file.getvalue()
    assert "\x1b[31m" not in screen.file.getvalue()


def test_json_is_ascii_without_controls_and_exact(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": NAME})

    text = capsys.readouterr().out
    assert acting_characters(text) == set()
    assert json.loads(text)["name"] == NAME
