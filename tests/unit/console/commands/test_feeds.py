"""`feeds` shows what each feed reported, what SES counted, and what is amiss."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.commands import feeds
from console.reports.feeds import print_feeds, print_reconciliations
from console.reports.findings import list_findings
from console.terminal.screen import open_screen
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.findings.feed_coverage.feed_health import view_feeds
from ses_reputation.findings.reconciliation import reconcile
from ses_reputation.findings.ses_comparison import Compared, Reconciliation
from ses_reputation.ledger.balance import Counts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.rollup.entities import SenderIdentity, account_entity, identity_entity
from ses_reputation.rollup.rate_counts import RateCounts
from ses_reputation.statistics.send_statistics import HourTotals, SendStatistics
from tests.support.balances import posted_balance
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.console.standings import AGENCY, NOW, SMALL, Ledger, hour_back

OTHER = SenderIdentity("444455556666", "us-east-1", "example.net")
TABLES = """
Feeds
Mail of the last 30 days: the share that each feed reported, and the newest mail
that it reported.

identity example.com, sent by 444455556666 in us-east-1
                      deliv-            com-             last
               sends   eries bounces plaints         reported
sender's feed 10,800 100.0 %  87.5 %       - 2026-11-22 10:00
  newsletter   9,600 100.0 %  87.5 %       - 2026-11-22 10:00
  receipts     1,200 100.0 %       -       - 2026-11-22 10:00
owner's feed         100.0 % 100.0 %       - 2026-11-22 10:00
known in all           9,840     480       -
Without an outcome: 48 of the 1,080 sends of 2026-11-20 (4.4 %).

identity example.net, sent by 444455556666 in us-east-1
                     deliv-            com-             last
              sends   eries bounces plaints         reported
sender's feed    10 100.0 %       -       - 2026-11-22 07:00
owner's feed              -       -       -       not set up
known in all             10       -       -
No mail is old enough to say whether outcomes are missing."""


def make_ledger(now: datetime) -> Ledger:
    """The agency's bounces are reported only by the owner's feed for 30 hours; the ledger lacks some mail."""
    counted = {hour_back(now, back): HourTotals(60, 2, 0, 0) for back in range(240)}
    statistics = [
        SendStatistics(account, "us-east-1", now, counted) for account in ("444455556666", "999900001111")
    ]
    return Ledger(now, [*_agency(now), *_without_owner(OTHER, now), *_without_owner(SMALL, now)], statistics)


def _agency(now: datetime) -> Iterator[Balance]:
    for back in range(240):
        counts: Counts = {
            "newsletter": {
                "gmail": {"sent": 40, "delivered_within_10s": 36, "bounced_permanent_no_email": 2}
            },
            "receipts": {"gmail": {"sent": 5, "delivered_within_10s": 5}},
        }
        bounces = {"both": 2} if back >= 30 else {"owner_only": 2}
        coverage: Counts = {
            "newsletter": {"delivered": {"both": 36}, "bounced": bounces},
            "receipts": {"delivered": {"both": 5}},
        }
        followed: Counts = {"newsletter": {"gmail": {"sent_without_outcome": 2}}}
        yield posted_balance(
            SenderHour(*AGENCY, hour_back(now, back)), counts=counts, coverage=coverage, followed=followed
        )


def _without_owner(sender: SenderIdentity, now: datetime) -> Iterator[Balance]:
    counts: Counts = {"welcome": {"yahoo": {"sent": 10, "delivered_within_10s": 10}}}
    coverage: Counts = {"welcome": {"delivered": {"sender_only": 10}}}
    yield posted_balance(SenderHour(*sender, hour_back(now, 3)), counts=counts, coverage=coverage)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return make_ledger(NOW)


def printed_text(capsys: pytest.CaptureFixture[str]) -> str:
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


def reconcile_first(ledger: Ledger, statistics: SendStatistics) -> Reconciliation:
    reconciliation = reconcile(statistics, ledger.days, NOW)
    assert reconciliation
    return reconciliation


def test_each_sender_has_a_row_for_each_feed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ledger = make_ledger(NOW)
    views = view_feeds(gather_hours(ledger.balances), ledger.days, NOW)

    print_feeds(open_screen(), [view for view in views if view.sender in {AGENCY, OTHER}])

    assert printed_text(capsys) == TABLES


def test_reconciliation_is_printed_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = make_ledger(NOW)

    print_reconciliations(open_screen(), [reconcile_first(ledger, ledger.statistics[0])])

    # From the hour after the first to the one that ended an hour ago: 237 hours, with 45 sends and 60 by SES.
    assert " ".join(printed_text(capsys).split()) == (
        "Reconciliation The ledger compared with what SES counts itself (GetSendStatistics). "
        "444455556666 in us-east-1: the ledger holds 75.1 % of what SES counted (10,675 of 14,220 sends), "
        "2026-11-12 12:00 UTC to 2026-11-22 08:00 UTC; bounces: 474 in the ledger, 474 counted by SES."
    )


def test_where_ses_counted_nothing_there_is_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = make_ledger(NOW)
    nothing = replace(ledger.statistics[0], hours={})

    print_reconciliations(open_screen(), [reconcile_first(ledger, nothing)])

    assert "the ledger holds 10,675 of 0 sends, 2026" in " ".join(printed_text(capsys).split())


def test_where_no_feed_reports_sends_the_share_of_known_mail_is_no_gap(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The owner's topics report 950 outcomes, 20 of them bounces; SES counted 1,000 sends."""
    compared = Compared(RateCounts(950, 20, bounced=20), HourTotals(1_000, 25))
    hours = ("2026-11-22T07", "2026-11-22T08")

    print_reconciliations(open_screen(), [Reconciliation("444455556666", "us-east-1", *hours, compared, NOW)])

    assert (
        "444455556666 in us-east-1: no feed reports sends; 950 of 1,000 sends are known by their outcome, "
        "2026-11-22 07:00 UTC to 2026-11-22 08:00 UTC; bounces: 20 in the ledger, 25 counted by SES."
    ) in " ".join(printed_text(capsys).split())


def test_without_any_statistics_nothing_is_reconciled(capsys: pytest.CaptureFixture[str]) -> None:
    print_reconciliations(open_screen(), [])

    assert not printed_text(capsys)


def test_json_holds_senders_reconciliations_and_findings(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = read_json(run_on(monkeypatch, feeds, ledger, "feeds", "--json"))

    assert [(each["sending_account"], each["identity"]) for each in document["senders"]] == [
        ("444455556666", "example.com"),
        ("444455556666", "example.net"),
        ("777788889999", "tiny.example.org"),
    ]
    assert document["senders"][0]["coverage"]["bounced"] == {"owner_only": 60, "sender_only": 0, "both": 420}
    assert [each["owner_feed"]["is_set_up"] for each in document["senders"]] == [True, False, False]
    # SES was asked about another account too, whose mail the ledger does not know.
    assert [each["account"] for each in document["reconciliations"]] == ["444455556666"]
    assert {(each["entity"]["kind"], each["kind"]) for each in document["findings"]} == {
        ("account", "reconciliation_gap"),
        ("account", "missing_outcomes"),
        ("identity", "coverage_gap"),
    }


def test_an_identity_shows_its_senders_and_their_accounts_reconciliation(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read_json(run_on(monkeypatch, feeds, ledger, "feeds", "--json"))
    document = read_json(run_on(monkeypatch, feeds, ledger, "feeds", "--identity", "example.net", "--json"))

    assert [each["identity"] for each in document["senders"]] == ["example.net"]
    assert document["reconciliations"] == whole["reconciliations"]
    assert {each["entity"]["kind"] for each in document["findings"]} == {"account"}


def test_an_account_shows_no_finding_about_another(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = make_ledger(NOW)
    tiny = identity_entity(SMALL.identity)
    ledger.states[tiny] = replace(ledger.states[identity_entity("example.com")], entity=tiny)

    of_agency = read_json(run_on(monkeypatch, feeds, ledger, "feeds", "--account", AGENCY.account, "--json"))
    of_small = read_json(run_on(monkeypatch, feeds, ledger, "feeds", "--account", SMALL.account, "--json"))

    assert "coverage_gap" in {each["kind"] for each in of_agency["findings"]}
    assert of_small["findings"] == []


def test_open_findings_are_printed_in_full(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run_on(monkeypatch, feeds, ledger, "feeds"))
    printed = " ".join(screen.split())
    entities = identity_entity("example.com"), account_entity(*AGENCY[:2])
    findings = [each for entity in entities for each in list_findings(ledger.states[entity], feeds.OF_FEEDS)]

    assert len(findings) == 3
    assert all(finding.text.headline in printed and finding.text.advice[0] in printed for finding in findings)


def test_without_findings_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Ledger(NOW, list(_without_owner(OTHER, NOW)))

    assert read_screen(run_on(monkeypatch, feeds, sound, "feeds")).endswith("No finding about feeds is open.")


def test_mail_of_long_ago_is_no_longer_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    past = NOW - timedelta(days=40)
    ledger = Ledger(past, list(_without_owner(OTHER, past)))

    assert "No feed reported any mail in these days." in read_screen(
        run_on(monkeypatch, feeds, ledger, "feeds")
    )


def test_every_field_is_documented(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_json(run_on(monkeypatch, feeds, ledger, "feeds", "--json"))
    sender, reconciliation = document["senders"][0], document["reconciliations"][0]
    of_feeds = (sender["sender_feed"], sender["owner_feed"], sender["missing_outcomes"])

    assert not undocumented(document, sender, *of_feeds, *sender["configuration_sets"].values())
    assert not undocumented(reconciliation, reconciliation["sends"], document["findings"][0])
