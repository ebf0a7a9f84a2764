"""`standing explain --identity --account` explains a part of an identity, as the page that names it does."""

import shlex
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from console.commands import standing
from ses_reputation.parties import Ownership
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.statement.scopes import StatementParties
from ses_reputation.statement.view.statement import Statement
from tests.support.assessed_world import (
    MINE,
    OWNERS,
    PARTIES,
    RIVAL,
    RULES,
    THEIRS,
    assessed,
    daily_mail,
    statements_of,
)
from tests.support.notifications import DELEGATE, OWNER
from tests.unit.console.running import read_json, run_on, undocumented

NEWS = SenderIdentity(DELEGATE, "us-east-1", "news@example.com")
BELOW = SenderIdentity(DELEGATE, "eu-west-1", "mail.example.com")
SOLD = SenderIdentity(DELEGATE, "us-east-1", "sold.example.com")
ALONE = SenderIdentity(RIVAL, "us-east-1", "hello@example.net")
WORLD = [
    *daily_mail(MINE, 100, 1),
    *daily_mail(NEWS, 50, 5),
    *daily_mail(BELOW, 20, 2),
    *daily_mail(SOLD, 30, 9),
    *daily_mail(THEIRS, 100, 12),
    *daily_mail(ALONE, 10, 1),
    *daily_mail(OWNERS, 100, 0),
]
OWNED = {"sold.example.com": RIVAL}
PARAMETERS = {"VolumeWindow": str(RULES.volume), "IdentityOwners": f"sold.example.com={RIVAL}"}
OF_PART = ("standing", "explain", "--account", DELEGATE, "--identity")
LEDGER = assessed(WORLD)


def explain(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    stack = SimpleNamespace(parameters=PARAMETERS)
    return run_on(monkeypatch, standing, LEDGER, *arguments, stack=stack)


def rate_of(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, int]:
    rate = read_json(explain(monkeypatch, *arguments, "--json"))["part"]["measures"]["bounces"]["rate"]
    return rate["numerator"], rate["denominator"]


def test_a_part_is_the_mail_of_one_identity_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # The latest 1,000 mails are those of ten days.
    assert rate_of(monkeypatch, *OF_PART, "example.com") == (10, 1_000)


def test_with_subdomains_it_is_what_the_owners_page_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    # 100 + 50 + 20 mails a day, of which 1 + 5 + 2 bounce: six days hold the first 1,000. What is another
    # owner's is not in it.
    assert rate_of(monkeypatch, *OF_PART, "example.com", "--with-subdomains") == (6 * 8, 6 * 170)
    # Of one Region only: 30 days of 20 mails.
    below = (*OF_PART, "example.com", "--with-subdomains", "--region", "eu-west-1")
    assert rate_of(monkeypatch, *below) == (60, 600)


def test_its_commands_name_the_mail_of_its_window(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = (*OF_PART, "example.com", "--with-subdomains", "--region", "us-east-1", "--stack", "prod")
    part = read_json(explain(monkeypatch, *arguments, "--json"))["part"]

    # 150 mails a day: seven days, with today.
    span = "--from 2026-11-16T09 --to 2026-11-22T10 --stack prod"
    assert part["identities"] == ["example.com", "news@example.com"]
    assert part["commands"] == [
        f"ses-reputation balances --account {DELEGATE} --region us-east-1 --identity {identity} {span}"
        for identity in ("example.com", "n...@example.com")
    ]


def test_the_screen_says_what_it_is_and_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = explain(monkeypatch, *OF_PART, "example.com", "--with-subdomains").stdout
    # A command to copy is one line, however long.
    text = " ".join(explain(monkeypatch, *OF_PART, "mail.example.com").stdout.split())

    assert "Mail of example.com, mail.example.com, news@example.com." in wide
    # 20 mails a day, all of 30 days: 600 are less than the 1,000 of the window.
    assert f"Identity mail.example.com, as {DELEGATE} sends with it: REVIEW" in text
    assert "This is all mail of the last 30 days: less than fills the volume window." in text
    assert "Behind these figures Each counts all mail, also what is in no rate." in text
    assert f"ses-reputation balances --account {DELEGATE} --identity mail.example.com --from " in text


def test_reasons_of_thirty_days_are_those_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for statement in statements_of(WORLD).values():
        for entity in statement.entities:
            _, *words = shlex.split(entity.bounces.command)
            document = read_json(explain(monkeypatch, *words, "--json"))
            shown = [(each.kind, each.name, each.events, each.events_of_all) for each in entity.reasons]
            said = (document.get("part") or document["entity"])["reasons"]
            assert [(each["kind"], each["name"], each["events"], each["of"]) for each in said] == shown
            seen.append(len(shown))

    assert seen.count(1) > 8


def commands_of(statement: Statement) -> Iterator[tuple[str, Any, Any]]:
    """Each command that a page prints beside a rate, with the measure's name, the rate and the standing."""
    for line in statement.delegates:
        yield line.command, line.bounces, line.complaints
    for entity in statement.entities:
        for measure in (entity.bounces, entity.complaints):
            yield measure.command, entity.bounces.rate, entity.complaints.rate


def test_each_command_of_a_page_gives_the_pages_own_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    parties = StatementParties(Ownership(OWNER, OWNED), PARTIES.owners, PARTIES.delegates)
    seen = []
    for statement in statements_of(WORLD, parties).values():
        for command, bounces, complaints in commands_of(statement):
            _, *words = shlex.split(command)
            document = read_json(explain(monkeypatch, *words, "--json"))
            measures = (document.get("part") or document["entity"])["measures"]
            for measure, shown in zip(Measure, (bounces, complaints), strict=True):
                rate = measures[measure]["rate"]
                said = (rate["numerator"], rate["denominator"], rate["value"]) if rate else (0, 0, None)
                assert (shown.numerator, shown.denominator, shown.value) == said, command
            seen.append("part" in document)

    # Owner's page: four lines of senders, four identities and an account; and so on.
    assert seen.count(True) > 8
    assert seen.count(False) > 8


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--identity", "nobody.example"), "The ledger knows no mail of account 444455556666, identity"),
        # An owner's page adds it up under example.com.
        (
            ("--identity", "mail.example.com", "--with-subdomains", "--region", "us-east-1"),
            "The ledger knows no mail of",
        ),
    ],
)
def test_a_part_without_mail_says_so(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    answer = explain(monkeypatch, "standing", "explain", "--account", DELEGATE, *arguments)

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert said in answer.stderr


def test_a_domain_of_which_only_addresses_send_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("standing", "explain", "--account", RIVAL, "--identity", "example.net")
    answer = explain(monkeypatch, *arguments)

    assert answer.exit_code == 1
    assert "mail of hello@example.net: name one of them" in answer.stderr
    assert rate_of(monkeypatch, *arguments, "--with-subdomains") == (30, 300)


def test_with_subdomains_alone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = explain(monkeypatch, "standing", "explain", "--account", DELEGATE, "--with-subdomains")

    assert answer.exit_code == 2
    assert "--with-subdomains takes --account and --identity" in answer.stderr


def test_all_fields_of_a_part_are_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_json(explain(monkeypatch, *OF_PART, "example.com", "--json"))

    assert document["at"] == "2026-11-22T10:08:00Z"
    assert undocumented(document, document["part"]) == set()
