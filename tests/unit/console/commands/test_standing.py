"""`standing` and `standing explain` show what was assessed."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import typer

from console.commands import standing
from console.reports.findings import list_findings
from console.reports.standing_detail import print_entity
from console.reports.standing_json import describe_entity
from console.reports.standing_table import print_standings
from console.terminal.screen import open_screen
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.standing.assumptions import ASSUMPTIONS
from ses_reputation.standing.last_assessment import LastAssessment
from ses_reputation.standing.state import DecisionState, EntityState, ProtectionState, ProtectionStep
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from ses_reputation.statistics.send_statistics import SendStatistics
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.console.standings import (
    AGENCY_ENTITY,
    IDENTITY_ENTITY,
    NOW,
    OPEN,
    OWN_ENTITY,
    SMALL_ENTITY,
    Ledger,
)

LEDGER = Ledger()
ASSESSMENT = LastAssessment(NOW, frozenset(LEDGER.states))
STATES = [LEDGER.states[entity] for entity in sorted(LEDGER.states)]
EXPLAIN = ("standing", "explain")
OF_AGENCY = ("--account", "444455556666", "--region", "us-east-1")


TABLE = """
Standings
Estimates (what they assume: `standing explain`), assessed 3 minutes ago.

entity                    standing       bounces   complaints       window
account 111122223333      healthy         0.00 %            - 10,000 sends
  us-east-1                          0 of 10,000               in 8.3 days
account 444455556666      watch           2.51 %      0.014 % 10,080 sends
  us-east-1                        251 of 10,000   1 of 7,200  in 4.7 days
                                     SES: 4.90 % SES: 0.030 %
account 777788889999      watch          10.00 %      0.000 %    300 sends
  eu-west-1                            30 of 300     0 of 300   in 6 hours
identity example.com      watch           2.11 %      0.014 % 10,080 sends
                                   211 of 10,000   1 of 7,200  in 3.0 days
identity tiny.example.org watch          10.00 %      0.000 %    300 sends
                                       30 of 300     0 of 300   in 6 hours
Rates are of the latest hours that hold enough mail: hard bounces of
eligible sends, complaints of those to providers with feedback loops. SES:
its own rate (CloudWatch)."""
STORY = """
Account 444455556666 in us-east-1: WATCH
Estimates, assessed 3 minutes ago (2026-11-22 10:05 UTC).

Bounces: watch since 2026-11-22 10:05 UTC
                                            hard                95 %
window           since             sends bounces   rate     interval
volume: 4.7 days 2026-11-17 19:00 10,080     252 2.51 % 2.22 to 2.84
24 hours         2026-11-21 11:00  2,160     164 7.59 % 6.55 to 8.79
7 days           2026-11-15 11:00 15,120     308 2.04 % 1.82 to 2.27
30 days          2026-10-23 11:00 21,600     380 1.76 % 1.59 to 1.94

  The rate is over mail with a Send event.
  The standing's rate is 251 hard bounces of the latest 10,000 sends: the
  window's first hour would only dilute it.
  SES itself publishes 4.90 % (CloudWatch).
  6,401 clean sends lead out of WATCH.
  249 more hard bounces reach REVIEW (5 %).
  749 more hard bounces reach PAUSE (10 %).

Where they come from
                                                        share
                                                 hard      of    own
                                              bounces     all   rate
configuration set newsletter                      251 100.0 % 2.83 %
mail to Gmail                                     251 100.0 % 3.77 %
bounces: no such mailbox (Permanent, NoEmail)     251 100.0 %

By part, in the volume window
                                      hard        standing
                             sends bounces   rate    alone
identity example.com         9,990     251 2.51 %    watch
configuration set newsletter 8,880     251 2.83 %    watch
configuration set receipts   1,110       - 0.00 %  healthy
mail to Gmail                6,660     251 3.77 %    watch
mail to Microsoft            2,220       - 0.00 %  healthy
mail to Yahoo                1,110       - 0.00 %  healthy
standing alone: where a part would stand by itself
"""


def screen_of(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *states: EntityState
) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    print_standings(open_screen(), states, ASSESSMENT, NOW + timedelta(minutes=3))
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


def detail_of(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, state: EntityState) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    transitions = LEDGER.transitions(state.entity, 20)
    print_entity(open_screen(), state, transitions, ASSESSMENT, NOW + timedelta(minutes=3))
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


def test_each_entity_has_a_row_with_its_figures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table, _, _ = screen_of(capsys, monkeypatch, *STATES).partition("\n\nOpen findings")

    assert table == TABLE


def test_open_findings_stand_under_their_entity(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, view = screen_of(capsys, monkeypatch, *STATES).partition("\nOpen findings\n")
    printed = " ".join(view.split())

    assert printed.startswith("3 findings; in full: `standing explain`. account 444455556666 in us-east-1 ")
    for entity in (AGENCY_ENTITY, IDENTITY_ENTITY):
        headlines = [finding.text.headline for finding in list_findings(LEDGER.states[entity])]
        assert f"{entity.title} {headlines[0]}" in printed
        assert all(headline in printed for headline in headlines)


def test_an_entity_that_fell_behind_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = replace(LEDGER.states[SMALL_ENTITY], assessed_at=NOW - timedelta(hours=3))

    view = screen_of(capsys, monkeypatch, LEDGER.states[IDENTITY_ENTITY], late)

    assert "assessed 3 minutes ago" in view
    assert "account 777788889999 in eu-west-1 was last assessed 3 hours 3 minutes ago." in view


def test_an_entity_of_which_nothing_changed_for_an_hour_is_not_behind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = replace(LEDGER.states[SMALL_ENTITY], assessed_at=NOW - timedelta(minutes=70))

    assert "last assessed" not in screen_of(capsys, monkeypatch, quiet)


def test_the_detail_of_an_entity_that_fell_behind_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = replace(LEDGER.states[SMALL_ENTITY], assessed_at=NOW - timedelta(days=1))

    assert "This entity was last assessed 1 day ago." in detail_of(capsys, monkeypatch, late)


PAUSED = SesDecision("444455556666", "us-east-1", NOW, "SHUTDOWN", True, True, "", "", 50_000.0, 14.0)
STOPPED = TenantDecision("DISABLED", True, "The bounce rate exceeded 15.0 %", NOW, "HIGH")


def decided(decision: SesDecision, **tenants: TenantDecision) -> EntityState:
    """The agency's state, with what SES has decided."""
    return replace(LEDGER.states[AGENCY_ENTITY], decision=DecisionState(decision, NOW, tenants))


def test_what_ses_has_decided_stands_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy = DecisionState(replace(PAUSED, enforcement_status="HEALTHY"), NOW)
    own = replace(LEDGER.states[OWN_ENTITY], decision=healthy)
    view = screen_of(capsys, monkeypatch, decided(PAUSED, orchard=STOPPED), own)
    first, _, rest = view.partition("\nStandings\n")
    printed = " ".join(first.split())

    assert "SES has paused all sending, since 2026-11-22 10:05 UTC or before." in printed
    assert "tenant orchard is stopped by SES: The bounce rate exceeded 15.0 %." in printed
    assert "1 account healthy, and free to send." in printed
    assert "bounces" in rest


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"enforcement_status": "PROBATION"}, "SES has put it under review, since"),
        ({"enforcement_status": "LIMITED"}, "SES gives it the status LIMITED, since"),
        (
            {"enforcement_status": "HEALTHY", "is_sending_enabled": False},
            "Sending is switched off in the account, not by SES, since",
        ),
    ],
)
def test_the_detail_begins_with_what_ses_has_decided(
    fields: dict[str, Any],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = decided(replace(PAUSED, **fields))
    printed = " ".join(detail_of(capsys, monkeypatch, state).split())

    assert sentence in printed
    assert printed.index("What SES has decided") < printed.index("Bounces:")
    assert "50,000 mails in 24 hours, 14 a second." in printed


def test_a_decision_as_json_says_how_ses_sees_the_account() -> None:
    described = describe_entity(decided(PAUSED, orchard=STOPPED))["decision"]

    assert (described["enforcement_status"], described["since"]) == ("SHUTDOWN", "2026-11-22T10:05:00Z")
    assert [each["tenant"] for each in described["tenants"]] == ["orchard"]
    assert describe_entity(LEDGER.states[IDENTITY_ENTITY])["decision"] is None


def standings_of(monkeypatch: pytest.MonkeyPatch, *registered: str) -> dict[str, Any]:
    """What is printed of SES's decisions, by entity, where these accounts are registered.

    The agency has mail and is shut down; of the other account SES's decision is all that is known.
    """
    ledger = Ledger()
    other = account_entity("555566667777", "us-east-1")
    decision = DecisionState(replace(PAUSED, account="555566667777"), NOW)
    ledger.states = {**ledger.states, AGENCY_ENTITY: decided(PAUSED)}
    ledger.states |= {other: EntityState(other, 1, NOW, decision=decision)}
    result = run_on(monkeypatch, standing, ledger, "standing", "--json", registered_accounts=registered)
    entities = read_json(result)["entities"]
    return {each.get("account", "-"): each["decision"] for each in entities}


def test_ses_decisions_are_shown_of_registered_accounts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    both = standings_of(monkeypatch, "444455556666", "555566667777")
    none = standings_of(monkeypatch, "111122223333")

    assert [both[each]["enforcement_status"] for each in ("444455556666", "555566667777")] == ["SHUTDOWN"] * 2
    assert none["444455556666"] is None
    assert "555566667777" not in none


def rated_by_ses(rate: float, entity: ReputationEntity) -> EntityState:
    """An account as it is assessed where SES itself published a bounce rate an hour ago."""
    reading = SendStatistics(entity.name, entity.region, NOW, {}, rate, None, NOW - timedelta(hours=1))
    return Ledger(statistics=[reading]).states[entity]


def test_where_ses_own_rate_decides_row_and_detail_say_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the ledger's 10,000 mails none bounced. SES published 10.04 %, which is its `pause`."""
    state = rated_by_ses(0.1004, OWN_ENTITY)

    row = " ".join(screen_of(capsys, monkeypatch, state).split())
    detail = " ".join(detail_of(capsys, monkeypatch, state).split())

    assert "account 111122223333 pause 0.00 %" in row
    assert "SES: 10.04 % decides" in row
    assert "Account 111122223333 in us-east-1: PAUSE" in detail
    assert "Bounces: pause since 2026-11-22 10:05 UTC" in detail
    assert "SES itself publishes 10.04 % (CloudWatch)." in detail
    assert "SES's own rate decides: it means pause; the estimate alone is healthy." in detail


def test_where_the_estimate_is_worse_than_ses_own_rate_the_detail_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agency's mail bounces with 2.51 %, of which SES published 1 %."""
    state = rated_by_ses(0.01, AGENCY_ENTITY)

    row = " ".join(screen_of(capsys, monkeypatch, state).split())
    detail = " ".join(detail_of(capsys, monkeypatch, state).split())

    assert "SES: 1.00 %" in row
    assert "decides" not in row
    assert "The estimate decides: it means watch; SES's own rate alone would be healthy." in detail


def test_findings_that_are_left_out_are_a_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = LEDGER.states[AGENCY_ENTITY]
    crowded = replace(agency, view={**agency.view, "findings_left_out": {"sends_missing": 1_980}})
    line = "1,980 more findings of kind sends_missing, about less mail."

    assert line in screen_of(capsys, monkeypatch, crowded)
    assert line in detail_of(capsys, monkeypatch, crowded)
    assert describe_entity(crowded)["findings_left_out"] == {"sends_missing": 1_980}
    assert "findings_left_out" not in describe_entity(agency)


def test_without_findings_that_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert screen_of(capsys, monkeypatch, LEDGER.states[SMALL_ENTITY]).endswith("\n\nNo finding is open.")


def test_an_alert_and_the_detail_name_the_same_rate_of_each_cause(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = LEDGER.states[AGENCY_ENTITY]
    alerts = " ".join(each.text for each in LEDGER.transitions(AGENCY_ENTITY, 20))
    named = re.findall(r"%\)  +(\S[^,\n]*), (\S+ %) of its", alerts)
    rows = detail_of(capsys, monkeypatch, state).splitlines()

    assert len(named) >= 2
    for title, rate in named:
        assert [row for row in rows if row.startswith(title) and row.endswith(f" {rate}")]


def test_the_detail_of_an_entity_is_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    detail = detail_of(capsys, monkeypatch, LEDGER.states[AGENCY_ENTITY])
    bounces, _, rest = detail.partition("\nComplaints: ")

    assert bounces == STORY
    assert "  Of all eligible mail, with that to Gmail: 0.005 % (1 of 21,600)." in rest
    assert "\nmail to Gmail                    -          -       -        -\n" in rest
    assert "  4 more complaints reach WATCH (0.05 %)." in rest
    assert "\nMail of today and yesterday that is still on its way\n  80 delayed, 1,200 without any" in rest
    assert "configuration set receipts          1 100.0 % 0.042 %\n" in rest
    assert "    found 3 minutes ago\n    last 24 hours  " in rest
    assert "    - Find out which recipients of configuration set newsletter" in rest
    assert "  2026-11-22 10:05 UTC Watch: bounces of account 444455556666 in us-east-1 at" in rest
    assert all(f"  - {assumption[:60]}" in rest for assumption in ASSUMPTIONS)


def test_the_detail_of_little_mail_says_what_chance_explains(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    detail = detail_of(capsys, monkeypatch, LEDGER.states[SMALL_ENTITY])

    assert "Account 777788889999 in eu-west-1: WATCH" in detail
    assert "volume: 6 hours 2026-11-22 05:00   300      30 10.00 % 7.09 to 13.92" in detail
    assert "This is all mail of the last year: less than fills the volume window." in detail
    assert "  1 more hard bounce makes it REVIEW. The rate is past 5 % already, but chance\n" in detail
    assert "with that to Gmail" not in detail


def test_complaints_are_not_rated_where_no_provider_reports_any(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, complaints = detail_of(capsys, monkeypatch, LEDGER.states[OWN_ENTITY]).partition("\nComplaints: ")

    assert complaints.startswith("not rated\n")
    assert "Of all eligible mail, with that to Gmail: 0.000 % (0 of 12,000)." in complaints


def with_basis(**basis: Any) -> EntityState:
    state = LEDGER.states[AGENCY_ENTITY]
    bounces = {**state.view["measures"]["bounces"], "basis": basis}
    return replace(state, view={**state.view, "measures": {**state.view["measures"], "bounces": bounces}})


def test_the_detail_names_what_a_rate_is_over_and_what_is_in_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = with_basis(kind="sends_and_final_outcomes", without_send=3_000, unrated=12)

    detail = detail_of(capsys, monkeypatch, state).replace("\n  ", " ")

    assert (
        "The rate is over mail with a Send event, and 3,000 mails known by a final outcome alone. In no rate "
        "are 12 hard bounces: of that mail neither sends nor deliveries are reported."
    ) in detail


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("sends", ""),
        ("final_outcomes", "final outcomes"),
        ("sends_and_final_outcomes", "*: some of that mail is known by its outcome alone"),
        ("ses_count", "sends by SES"),
    ],
)
def test_a_row_names_another_basis_than_sends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kind: str, row: str
) -> None:
    screen = screen_of(capsys, monkeypatch, with_basis(kind=kind, without_send=3, unrated=0))

    others = {"final outcomes", "*", "sends by SES"} - {row[:1], row}
    assert row in " ".join(screen.split())
    assert not any(other in screen for other in others)
    assert "in no rate" not in screen


def test_a_row_without_a_rate_counts_what_is_in_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = with_basis(kind=None, without_send=0, unrated=1_200)

    assert "1,200 in no rate" in screen_of(capsys, monkeypatch, state)


def test_a_rate_over_more_bounces_than_sends_says_that_sends_are_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = LEDGER.states[AGENCY_ENTITY]
    bounces = {**state.view["measures"]["bounces"], "sends": 240}
    view = {**state.view, "measures": {**state.view["measures"], "bounces": bounces}}

    detail = detail_of(capsys, monkeypatch, replace(state, view=view))

    assert "More hard bounces than sends are known: Send events are missing" in detail


def test_the_detail_says_what_protection_did_and_how_to_undo_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = ProtectionState(ProtectionStep.PAUSED, NOW, "bounce rate 12.00 %")
    state = LEDGER.states[AGENCY_ENTITY].with_protection("newsletter", paused)

    detail = detail_of(capsys, monkeypatch, state)

    assert "\nProtection\n  newsletter of account 444455556666 in us-east-1 was paused 3" in detail
    assert "    Cause: bounce rate 12.00 %" in detail
    assert f"    Undo: ses-reputation protection resume newsletter {' '.join(OF_AGENCY)}" in detail


def test_standing_as_json_holds_every_chosen_entity(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_json(run_on(monkeypatch, standing, LEDGER, "standing", "--json"))
    chosen = read_json(run_on(monkeypatch, standing, LEDGER, "standing", *OF_AGENCY, "--json"))

    kinds = [(entity["kind"], entity.get("account") or entity["identity"]) for entity in document["entities"]]
    assert document["assessed_at"] == "2026-11-22T10:05:00Z"
    assert kinds == [
        ("account", "111122223333"),
        ("account", "444455556666"),
        ("account", "777788889999"),
        ("identity", "example.com"),
        ("identity", "tiny.example.org"),
    ]
    assert chosen["entities"] == [document["entities"][1]]


def test_an_entity_as_json_holds_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    (entity,) = read_json(run_on(monkeypatch, standing, LEDGER, "standing", *OF_AGENCY, "--json"))["entities"]
    bounces = entity["measures"]["bounces"]

    assert (entity["standing"], entity["assessed_at"]) == ("watch", "2026-11-22T10:05:00Z")
    assert entity["ses"] == {
        "bounce_rate": 0.049,
        "complaint_rate": 0.0003,
        "rates_at": "2026-11-22T09:00:00+00:00",
    }
    assert (bounces["standing"], bounces["since"]) == ("watch", "2026-11-22T10:05:00Z")
    assert (bounces["rate"]["numerator"], bounces["rate"]["denominator"]) == (251, 10_000)
    assert bounces["windows"]["24h"]["rate"]["value"] == pytest.approx(164 / 2_160, abs=1e-6)
    assert entity["open"] == OPEN
    assert [finding["kind"] for finding in entity["findings"]] == ["bounce_spike"]
    assert [mail_slice["name"] for mail_slice in bounces["slices"] if mail_slice["rate"]] == [
        "example.com",
        "newsletter",
        "receipts",
        "gmail",
        "microsoft",
        "yahoo",
    ]


def test_complaints_that_are_not_rated_have_neither_rate_nor_standing_in_json(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments = ("standing", "--account", "111122223333", "--json")
    (entity,) = read_json(run_on(monkeypatch, standing, LEDGER, *arguments))["entities"]

    complaints = entity["measures"]["complaints"]
    assert (complaints["standing"], complaints["since"], complaints["rate"]) == (None, None, None)
    assert complaints["all_mail"]["denominator"] == 12_000


def test_explain_as_json_adds_the_window_transitions_and_assumptions(monkeypatch: pytest.MonkeyPatch) -> None:
    (known,) = read_json(run_on(monkeypatch, standing, LEDGER, "standing", *OF_AGENCY, "--json"))["entities"]
    entity = read_json(run_on(monkeypatch, standing, LEDGER, *EXPLAIN, *OF_AGENCY, "--json"))["entity"]

    transitions = entity.pop("transitions")
    assert entity.pop("assumptions") == list(ASSUMPTIONS)
    assert entity.pop("window") == {"volume": 10_000, "fit": {"reason": "few_rates"}}
    # 220 hours of one hard bounce and 20 of eight; one complaint.
    assert entity.pop("reasons") == [
        {"kind": "bounce", "name": "bounced_permanent_no_email", "events": 380, "of": 380},
        {"kind": "complaint", "name": "complained_abuse", "events": 1, "of": 1},
    ]
    assert entity == known
    assert [each["kind"] for each in transitions] == ["standing_changed", "finding_opened"]
    assert transitions[0]["detail"]["to"] == "watch"


def test_the_commands_fit_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "account 444455556666" in read_screen(run_on(monkeypatch, standing, LEDGER, "standing"))
    explained = run_on(monkeypatch, standing, LEDGER, *EXPLAIN, "--identity", "EXAMPLE.com")
    assert "Identity example.com: WATCH" in read_screen(explained)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (EXPLAIN, "Give either --account (with --region) or --identity."),
        (
            ("standing", "history", "--account", "444455556666", "--identity", "example.com"),
            "Give either --account",
        ),
        (("standing", "--json", "explain", *OF_AGENCY), "Give options after the word explain."),
        (("standing", "--account", "me"), "'me' is no AWS account"),
    ],
)
def test_wrong_arguments_exit_with_2(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_on(monkeypatch, standing, LEDGER, *arguments)

    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", "").split())


def test_an_account_of_several_regions_is_explained_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    abroad = replace(AGENCY_ENTITY, region="eu-west-1")
    ledger.states[abroad] = replace(ledger.states[AGENCY_ENTITY], entity=abroad)

    result = run_on(monkeypatch, standing, ledger, *EXPLAIN, "--account", "444455556666")

    assert result.exit_code == 2
    assert "name one with --region (eu-west-1, us-east-1)" in " ".join(result.stderr.split())


def test_the_assumptions_name_the_source_of_what_they_say_of_ses() -> None:
    printed = " ".join(ASSUMPTIONS)

    for departure in (
        "blocked IP",
        "Global endpoint",
        "delivery mode",
        "spam traps",
        "is ours",
        "Messages sent",
    ):
        (assumption,) = [each for each in ASSUMPTIONS if departure in each]
        assert re.search(r"\((.*; )?(Review FAQs|SES API|Reputation metrics)", assumption), departure
    assert "public notice" not in printed


def test_before_the_first_assessment_it_says_when_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_on(monkeypatch, standing, Ledger(balances=[]), "standing")

    assert result.exit_code == 1
    assert result.stderr.startswith(
        "Error: No assessment yet: the first runs on the schedule, rate(5 minutes)"
    )


def test_every_field_of_an_entity_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    entity = read_json(run_on(monkeypatch, standing, LEDGER, *EXPLAIN, *OF_AGENCY, "--json"))["entity"]
    bounces = entity["measures"]["bounces"]
    rows = (
        bounces["headroom"],
        bounces["causes"],
        bounces["slices"],
        entity["findings"],
        entity["transitions"],
    )

    assert not undocumented(
        entity, entity["ses"], entity["open"], entity["measures"], bounces, *(row[0] for row in rows)
    )
    assert not undocumented(bounces["windows"], bounces["windows"]["7d"], bounces["rate"])


def test_a_measure_without_events_shows_no_parts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    detail = detail_of(capsys, monkeypatch, LEDGER.states[SMALL_ENTITY])

    assert "By part" in detail.partition("\nComplaints: ")[0]
    assert "By part" not in detail.partition("\nComplaints: ")[2]


def test_windows_come_in_their_order_however_they_are_stored(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = LEDGER.states[AGENCY_ENTITY]
    stored = replace(state, view=json.loads(json.dumps(state.view, sort_keys=True)))

    assert detail_of(capsys, monkeypatch, stored) == detail_of(capsys, monkeypatch, state)


def test_of_a_domain_and_its_addresses_the_domain_is_explained() -> None:
    domain, address, another = (
        EntityState(identity_entity(name), 1, NOW)
        for name in ("f50.example", "news@f50.example", "a@f50.example")
    )

    assert standing._only([domain, address], "f50.example") is domain
    assert standing._only([address], "f50.example") is address
    with pytest.raises(typer.BadParameter, match=r"a@f50\.example, news@f50\.example"):
        standing._only([another, address], "f50.example")


def test_a_day_gone_by_is_shown_as_it_is_known_today(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run_on(monkeypatch, standing, LEDGER, "standing", "--at", "2026-11-21T14"))
    document = read_json(run_on(monkeypatch, standing, LEDGER, "standing", "--at", "2026-11-21T14", "--json"))

    # The 20 bad hours begin with 15:00.
    assert screen.startswith("\nStandings at 2026-11-21 14:59 UTC\n")
    assert "\naccount 444455556666 healthy         1.11 %" in screen
    assert document["at"] == "2026-11-21T14:59:59Z"
    assert {each["standing"] for each in document["entities"]} == {"healthy"}
    # Nothing is known of before, and SES's own rates are those of now.
    assert document["entities"][0]["measures"]["bounces"]["since"] is None
    assert "SES" not in screen.partition("Rates are of")[2]


def test_a_time_to_come_and_one_before_all_mail_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    future = run_on(monkeypatch, standing, LEDGER, "standing", "--at", "2026-11-22T11")
    past = run_on(monkeypatch, standing, LEDGER, "standing", "--at", "2026-10-01")

    assert (future.exit_code, past.exit_code) == (2, 1)
    assert "2026-11-22T11 is still to come" in future.stderr
    assert past.stderr == "Error: The ledger keeps no mail that was sent by the end of 2026-10-01.\n"


def test_a_history_shows_day_by_day_and_what_was_published(monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("standing", "history", "--account", AGENCY_ENTITY.name, "--days", "3")
    screen = read_screen(run_on(monkeypatch, standing, LEDGER, *options))
    document = read_json(run_on(monkeypatch, standing, LEDGER, *options, "--json"))

    rows = [line.split() for line in screen.splitlines() if line.startswith("2026-11-2")]
    # 11 hours of the 22nd: 90 sends and 8 hard bounces each; 15 + 9 hours of the 21st; 24 of the 20th.
    assert [row[:4] for row in rows] == [
        ["2026-11-22", "watch", "990", "88"],
        ["2026-11-21", "healthy", "2,160", "87"],
        ["2026-11-20", "healthy", "2,160", "24"],
    ]
    # The rate of the window that ends with the 22nd, with what it is of.
    assert "251 of 10,000" in screen
    assert "Published in these days" in screen
    assert [day["day"] for day in document["days"]] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert document["entity"] == AGENCY_ENTITY.to_json()
