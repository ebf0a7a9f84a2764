"""Digests as people read them, beside texts that were written by hand from the figures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ses_reputation.digest.facts import DigestFigures, KeptRate, compose
from ses_reputation.digest.list_sizes import ListTotal
from ses_reputation.digest.party import OWNERS, DigestParty
from ses_reputation.digest.text import alert_of_digest
from ses_reputation.notifications.texts.layout import WIDTH, Alert
from ses_reputation.parties import PartyId, PartyKind
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import account_entity, identity_entity
from ses_reputation.standing.state import DecisionState
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from tests.support.digests import MONDAY, OTHER_ACCOUNT, size_of, state_of
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    NOW,
    OWNERSHIP,
    bounce_spike,
    bounces,
    complaints,
    coverage_gap,
    deferral,
)
from tests.support.hostile import NAMES, acting_characters, forged_lines
from tests.support.stack_template import ROOT

EXPECTED = Path(__file__).with_name("expected")
STATES = [
    state_of(bounces(Standing.REVIEW), complaints(Standing.HEALTHY)),
    state_of(bounces(Standing.WATCH), complaints(Standing.PAUSE), entity=OTHER_ACCOUNT),
    state_of(bounces(Standing.HEALTHY), entity=IDENTITY, detections=(deferral(), coverage_gap())),
]
SIZES = [size_of(12_345), size_of(1, "777788889999", "eu-west-1")]
# Last week 4.32 % (up 0.80 points to 5.1192 %), and the same rate of complaints.
BEFORE = DigestFigures(
    MONDAY - timedelta(days=7),
    {ACCOUNT.key: {"bounces": KeptRate(432, 10_000), "complaints": KeptRate(3, 10_021)}},
    {"444455556666/us-east-1": 12_000},
)

LEDGER = PartyId(PartyKind.OWNER, "111122223333")


def told(party: DigestParty, before: DigestFigures | None = None, link: str = "") -> str:
    shown = OWNERSHIP.party_of_account(party.account or "111122223333")
    alert = alert_of_digest(compose(party, STATES, SIZES, MONDAY, before), shown, "prod", link)
    return f"Subject: {alert.subject}\n\n{alert.text}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("owners", told(OWNERS, BEFORE, "https://statements.example.com")),
        ("delegate", told(DigestParty("444455556666"))),
    ],
)
def test_a_digest_reads_as_it_should(name: str, text: str) -> None:
    assert text == (EXPECTED / f"{name}.txt").read_text()


def test_the_digest_that_the_documents_show_is_a_real_one() -> None:
    page = (ROOT / "docs" / "channels.md").read_text()

    assert told(OWNERS, BEFORE) in page


def test_a_digest_fits_a_mail_whatever_is_known() -> None:
    many = [
        state_of(bounces(standing), complaints(standing), entity=account_entity(f"{number:012}", "us-east-1"))
        for number in range(40)
        for standing in [list(Standing)[number % 4]]
    ]
    digest = compose(OWNERS, many, [size_of(9, f"{number:012}") for number in range(40)], MONDAY, None)
    alert = alert_of_digest(digest, LEDGER, "prod", "")

    assert max(map(len, alert.text.splitlines())) <= WIDTH
    assert len(alert.text.splitlines()) <= 20
    assert "further  77 rates of lesser concern" in alert.text
    assert "lists    360 addresses suppressed in 40 lists, as of 2026-11-23 03:00 UTC" in alert.text


def test_a_week_without_trouble_takes_a_dozen_lines() -> None:
    states = [
        state_of(bounces(Standing.HEALTHY), complaints(Standing.HEALTHY), entity=entity)
        for entity in (ACCOUNT, OTHER_ACCOUNT, IDENTITY)
    ]
    digest = compose(OWNERS, states, SIZES, MONDAY, BEFORE)
    text = alert_of_digest(digest, LEDGER, "prod", "https://statements.example.com").text

    assert len([line for line in text.splitlines() if line]) <= 12


def test_a_list_that_is_new_is_no_growth() -> None:
    def lists_of(*sizes: ListTotal) -> str:
        digest = compose(OWNERS, STATES, sizes, MONDAY, BEFORE)
        text = alert_of_digest(digest, LEDGER, "prod", "").text
        return next((line.split("  lists    ")[1] for line in text.splitlines() if "  lists " in line), "")

    assert lists_of() == ""
    assert (
        lists_of(size_of(1, "777788889999")) == "1 address suppressed in 1 list, as of 2026-11-23 03:00 UTC"
    )
    assert lists_of(size_of(11_990), size_of(500, "777788889999")).startswith(
        "12,490 addresses suppressed in 2 lists (-10),"
    )


def test_without_any_rate_a_digest_says_so() -> None:
    alert = alert_of_digest(compose(OWNERS, [state_of()], [], MONDAY, None), LEDGER, "prod", "")

    assert alert.subject == "Weekly digest: no rate yet"
    assert "no mail of the last weeks gives a rate" in alert.text.replace("\n", " ")


@pytest.mark.parametrize(
    ("status", "said"), [("PROBATION", "is under review"), ("SHUTDOWN", "is paused"), ("NOVEL", "is NOVEL")]
)
def test_what_ses_has_decided_stands_first(status: str, said: str) -> None:
    read = SesDecision("444455556666", "us-east-1", NOW, status, True, True, "")
    state = replace(state_of(bounces(Standing.HEALTHY)), decision=DecisionState(read, NOW))

    text = alert_of_digest(compose(OWNERS, [state], [], MONDAY, None), LEDGER, "prod", "").text

    assert f"by SES   account 444455556666 in us-east-1 {said} since 2026-11-22" in text


def decided_digest(statuses: Sequence[str], account: str = "") -> Alert:
    """The digest of accounts 000000000001, ... that send healthy mail, each as SES calls it."""
    states = [
        replace(
            state_of(bounces(Standing.HEALTHY), entity=account_entity(f"{number:012}", "us-east-1")),
            decision=DecisionState(SesDecision(f"{number:012}", "us-east-1", NOW, status, True, True), NOW),
        )
        for number, status in enumerate(statuses, 1)
    ]
    digest = compose(DigestParty(account) if account else OWNERS, states, [], MONDAY, None)
    return alert_of_digest(digest, LEDGER, "prod", "")


def test_a_pause_by_ses_is_named_among_many_reviews() -> None:
    alert = decided_digest([*["PROBATION"] * 4, "SHUTDOWN"])

    named = [line for line in alert.text.splitlines() if line.startswith("  by SES ")]
    assert [line.split("account ")[1][:12] for line in named] == [f"{number:012}" for number in (5, 1, 2)]
    assert "is paused since" in named[0]
    assert "further  2 more accounts that SES reviews, or that cannot send" in alert.text


@pytest.mark.parametrize(
    ("statuses", "subject", "opening"),
    [
        (["HEALTHY"] * 2, "all healthy", "all that is rated is healthy."),
        (
            ["PROBATION", "SHUTDOWN"],
            "SES has paused 1 account; rates all healthy",
            "SES has paused 1 account; all that is rated is healthy.",
        ),
        (["SHUTDOWN"] * 2, "SES has paused 2 accounts; rates all healthy", "SES has paused 2 accounts;"),
        (["PROBATION"], "SES does not call 1 account healthy; rates healthy", "SES does not call 1 account"),
    ],
)
def test_subject_and_opening_say_what_ses_has_decided(
    statuses: Sequence[str], subject: str, opening: str
) -> None:
    alert = decided_digest(statuses)

    assert alert.subject == f"Weekly digest: {subject}"
    assert f"as of 2026-11-23 08:00 UTC: {opening}" in " ".join(alert.text.split())


def test_an_account_whose_sending_is_switched_off_is_named() -> None:
    """It refuses every mail, whatever SES calls it."""
    states = [
        replace(
            state_of(bounces(Standing.HEALTHY), entity=account_entity(f"{number:012}", "us-east-1")),
            decision=DecisionState(SesDecision(f"{number:012}", "us-east-1", NOW, status, False, True), NOW),
        )
        for number, status in enumerate(["HEALTHY", ""], 1)
    ]

    alert = alert_of_digest(compose(OWNERS, states, [], MONDAY, None), LEDGER, "prod", "")

    assert alert.subject == "Weekly digest: Sending is switched off in 2 accounts; rates all healthy"
    assert "account 000000000001 in us-east-1 is switched off since" in alert.text
    assert "account 000000000002 in us-east-1 is switched off since" in alert.text


def test_stopped_tenants_are_counted() -> None:
    """One is stopped, one has a severe problem, and one a mild one."""
    tenants = {
        "acme": TenantDecision("DISABLED", True, "", None, ""),
        "shop": TenantDecision("ENABLED", False, "", None, "HIGH"),
        "mild": TenantDecision("ENABLED", False, "", None, "LOW"),
    }
    latest = SesDecision(ACCOUNT.name, ACCOUNT.region, NOW, "HEALTHY", True, True)
    state = replace(state_of(bounces(Standing.HEALTHY)), decision=DecisionState(latest, NOW, tenants))

    alert = alert_of_digest(compose(OWNERS, [state], [], MONDAY, None), LEDGER, "prod", "")

    assert "tenants  2 tenants stopped, or with a severe problem" in alert.text


def test_a_finding_says_of_whom_it_is() -> None:
    spikes = [
        state_of(bounces(Standing.HEALTHY), entity=entity, detections=(bounce_spike(),))
        for entity in (ACCOUNT, IDENTITY)
    ]

    alert = alert_of_digest(compose(OWNERS, spikes, [], MONDAY, None), LEDGER, "prod", "")

    text = " ".join(alert.text.split())
    assert "lasts account 444455556666 in us-east-1: The bounce rate of the last 24 hours" in text
    assert "lasts identity example.com: The bounce rate of the last 24 hours" in text


def test_a_delegates_digest_says_what_ses_has_decided_about_its_account() -> None:
    alert = decided_digest(["SHUTDOWN", "PROBATION"], "000000000001")

    assert alert.subject == ("Weekly digest of account 000000000001: SES has paused 1 account; rates healthy")


def test_what_is_not_rated_is_not_said_to_be_healthy() -> None:
    states = [state_of(bounces(Standing.HEALTHY)), state_of(entity=identity_entity("unrated.example"))]

    assert alert_of_digest(compose(OWNERS, states, [], MONDAY, None), LEDGER, "prod", "").subject == (
        "Weekly digest: rates healthy"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_name_acts_in_no_digest(name: str) -> None:
    states = [
        state_of(bounces(Standing.REVIEW), entity=identity_entity(name)),
        state_of(bounces(Standing.REVIEW), entity=account_entity("444455556666", name)),
    ]
    alert = alert_of_digest(compose(OWNERS, states, [], MONDAY, None), LEDGER, name, "")

    assert acting_characters(alert.text) == set()
    assert forged_lines(alert.text) == []


def test_an_identity_that_is_an_address_is_shortened() -> None:
    states = [state_of(bounces(Standing.REVIEW), entity=identity_entity("support@example.com"))]

    alert = alert_of_digest(compose(OWNERS, states, [], MONDAY, None), LEDGER, "prod", "")

    assert "support" not in alert.subject + alert.text
    assert "s...@example.com" in alert.text
