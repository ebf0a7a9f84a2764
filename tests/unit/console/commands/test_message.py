"""`ses-reputation message`: a message's story on the screen, and as JSON."""

from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from console.commands.ledger import message
from ses_reputation.feedback.outcomes import Outcome
from tests.unit.console.running import read_json, read_screen, run_on
from tests.unit.console.stack.stories.test_message_story import BOUNCE, DELAY, ledger_with

SENT = ledger_with(("ann@example.com", Outcome.SENT))


class Quarantine:
    def __init__(self, *bodies: str) -> None:
        self.bodies = {
            f"quarantine/unreadable/2026-11-27/{number}.json": body for number, body in enumerate(bodies)
        }

    def keys(self, reason: str) -> list[str]:
        assert not reason
        return list(self.bodies)

    def load(self, key: str) -> Any:
        return SimpleNamespace(body=self.bodies[key])


def run(
    monkeypatch: pytest.MonkeyPatch, *options: str, entries: list[dict[str, str]], senders: Any = list
) -> Result:
    quarantine = Quarantine("{}", '{"mail": {"messageId": "m-1"}}')
    monkeypatch.setattr(message, "current_time", None, raising=False)
    return run_on(
        monkeypatch,
        message,
        SimpleNamespace(senders=senders),
        "message",
        "m-1",
        *options,
        read_entries=lambda recipient, asked, days: (
            entries if (recipient, asked, days) == ("", "m-1", 3) else []
        ),
        balances=SENT.store,
        quarantine=quarantine,
    )


def test_a_story_names_sender_recipient_and_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run(monkeypatch, entries=[BOUNCE, {**BOUNCE, "feed": "sender"}, DELAY]))

    assert screen.splitlines()[:8] == [
        "Message m-1",
        "  sent by 444455556666 in eu-west-1 with example.com, in the hour 2026-11-27T06",
        "  (UTC)",
        "",
        "ann@example.com",
        "  sent  (the sender's feed alone)",
        "  2026-11-27T06:05:00.000Z  delayed_general  (the sender's feed alone)",
        "  2026-11-27T06:10:00.000Z  bounced_transient_general  (both feeds)",
    ]


def test_a_program_gets_each_fact_with_its_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_json(run(monkeypatch, "--json", "--quarantine", entries=[BOUNCE]))

    assert document["quarantined"] == ["quarantine/unreadable/2026-11-27/1.json"]
    (ann,) = document["recipients"]
    assert [(fact["outcome"], fact["occurred_at"]) for fact in ann["facts"]] == [
        ("sent", None),
        ("bounced_transient_general", "2026-11-27T06:10:00.000Z"),
    ]
    assert ann["facts"][1]["entries"] == [BOUNCE]


def test_a_message_that_arrived_is_found_by_recipient_and_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    def senders() -> list[tuple[str, str, str]]:
        return [("444455556666", "eu-west-1", "example.com"), ("444455556666", "us-east-1", "example.com")]

    options = ("--recipient", "Ann <Ann@Example.com>", "--sent", "2026-11-27T06")
    screen = read_screen(run(monkeypatch, *options, entries=[], senders=senders))

    assert "\nann@example.com\n  sent  (the sender's feed alone)\n" in screen


def test_a_message_of_which_nothing_is_known_says_what_else_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, entries=[])

    assert result.exit_code == 1
    assert "The ledger has no entry of message m-1" in result.stderr
    assert "--recipient and --sent look for its sends and deliveries" in result.stderr
