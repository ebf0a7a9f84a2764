"""`balances` answers what the ledger does not know as `feeds` and `providers` do."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.commands import feeds
from console.commands.ledger import balances
from console.stack.connection import Hours
from ses_reputation.ledger.hour_balance import HourBalance
from tests.support.mail import mail
from tests.unit.console.running import run_on
from tests.unit.console.standings import Ledger

KNOWN = mail(0, 100, 2)


def show(monkeypatch: pytest.MonkeyPatch, ledger: object, *options: str) -> Result:
    """Run `balances` over one hour of mail, which any choice of its account finds."""

    def read_hours(wanted: Hours) -> list[HourBalance]:
        sender = KNOWN.sender_hour
        is_chosen = not wanted.accounts or sender.sending_account in wanted.accounts
        return [KNOWN] if is_chosen and wanted.identity in ("", sender.identity) else []

    connection = SimpleNamespace(read_hours=read_hours, assessments=ledger)
    monkeypatch.setattr(balances, "connect", lambda _: connection)
    return CliRunner().invoke(app, ["balances", *options])


@pytest.mark.parametrize(
    "options",
    [
        ("--identity", "nobody.example"),
        ("--account", "999999999999"),
        ("--account", "999999999999", "--json"),
    ],
)
def test_what_the_ledger_does_not_know_is_answered_as_feeds_answer_it(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    ledger = Ledger()
    answer = show(monkeypatch, ledger, *options)
    of_feeds = run_on(monkeypatch, feeds, ledger, "feeds", *options)

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == of_feeds.stderr
    assert "The ledger knows no mail of" in answer.stderr


def test_an_unknown_account_beside_a_known_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    account = KNOWN.sender_hour.sending_account
    answer = show(monkeypatch, Ledger(), "--account", account, "--account", "999999999999")

    assert answer.exit_code == 1
    assert "no mail of account 999999999999" in answer.stderr


def test_a_known_sender_without_mail_in_these_hours_has_no_balances(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Ledger().senders()[0]
    ledger = SimpleNamespace(senders=lambda: [known])
    connection = SimpleNamespace(read_hours=lambda _: [], assessments=ledger)
    monkeypatch.setattr(balances, "connect", lambda _: connection)

    answer = CliRunner().invoke(app, ["balances", "--account", known.account])

    assert answer.exit_code == 0
    assert answer.stdout.startswith("No balances")


def test_before_the_first_assessment_nobody_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = show(monkeypatch, SimpleNamespace(senders=list), "--account", "999999999999")

    assert (answer.exit_code, answer.stdout[:11]) == (0, "No balances")
