"""`ses-reputation feeds`: what the feeds report, and what they leave out."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from rich.console import Console

from console.options import AccountOption, IdentityOption, JsonOption, RegionOption, StackOption
from console.reports.feeds import print_feeds, print_reconciliations
from console.reports.findings import OpenFinding, describe_finding, list_findings, print_finding
from console.stack.clock import current_time
from console.stack.connection import connect
from console.stack.selection import EntityChoice, choose_senders
from console.terminal.screen import open_screen, print_heading, print_indented, print_json
from ses_reputation.findings.feed_coverage.feed_health import view_feeds
from ses_reputation.findings.finding import FindingKind
from ses_reputation.findings.reconciliation import reconcile
from ses_reputation.findings.ses_comparison import Reconciliation
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, entities_of
from ses_reputation.rollup.sender_mail import SenderMail, read_mail
from ses_reputation.standing.state import EntityState
from ses_reputation.statistics.send_statistics import SendStatistics

_DAYS = 31
OF_FEEDS = frozenset(kind for kind in FindingKind if kind.is_of_feeds)
_Found = dict[ReputationEntity, list[OpenFinding]]


def show_feeds(
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionOption = None,
    identity: IdentityOption = None,
    json: JsonOption = False,
) -> None:
    """Show what each sender's feeds reported, mail without outcomes, what SES counted, and open findings."""
    connection, now = connect(stack), current_time()
    table = connection.assessments
    choice = EntityChoice(account or "", region or "", identity or "")
    known = table.senders()
    senders = choose_senders(known, choice, connection.assessment_schedule)
    accounts = {sender[:2] for sender in senders}
    # SES counts an account's mail whatever identity it comes from.
    mail = read_mail(table, [sender for sender in known if sender[:2] in accounts], now, _DAYS)
    of_senders = mail.of(senders)
    views = view_feeds(of_senders.hours, of_senders.days, now)
    statistics = [each for each in table.read_statistics() if (each.account, each.region) in accounts]
    reconciliations = _reconcile(statistics, mail, now)
    findings = _find(table.read_states(), senders, choice)
    if json:
        fields = {
            "senders": [view.to_json() for view in views],
            "reconciliations": [each.to_json() for each in reconciliations],
        }
        print_json({**fields, "findings": _describe(findings)})
        return
    screen = open_screen()
    print_feeds(screen, views)
    print_reconciliations(screen, reconciliations)
    _print_findings(screen, findings, now)


def _reconcile(statistics: Iterable[SendStatistics], mail: SenderMail, now: datetime) -> list[Reconciliation]:
    found = [reconcile(each, mail.days, now) for each in statistics]
    return sorted((each for each in found if each), key=lambda each: (each.account, each.region))


def _find(
    states: Mapping[ReputationEntity, EntityState], senders: Iterable[SenderIdentity], choice: EntityChoice
) -> _Found:
    """Return the open findings of the senders' entities, without those of another account than the chosen."""
    entities = [entity for entity in entities_of(senders) if entity in states]
    found = {
        entity: [
            finding
            for finding in list_findings(states[entity], OF_FEEDS)
            if not choice.account or finding.finding.evidence.get("account") in {None, "", choice.account}
        ]
        for entity in entities
    }
    return {entity: findings for entity, findings in found.items() if findings}


def _describe(findings: _Found) -> list[dict[str, object]]:
    return [
        {"entity": entity.to_json(), **describe_finding(finding)}
        for entity, found in findings.items()
        for finding in found
    ]


def _print_findings(screen: Console, findings: _Found, now: datetime) -> None:
    if not findings:
        screen.print("\nNo finding about feeds is open.")
        return
    print_heading(screen, "Open findings", "What the feeds leave out, and what to do.")
    for entity, found in findings.items():
        print_indented(screen, entity.title, 0, style="bold")
        for finding in found:
            print_finding(screen, finding, now)
