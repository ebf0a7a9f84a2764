"""An operator sees what is open, mutes it, and sees that it is muted, by whom, why and until when."""

from datetime import timedelta
from textwrap import fill

import pytest
from typer.testing import Result

from console.commands import findings, standing
from ses_reputation.standing.mutes import with_mute
from ses_reputation.standing.state import Mute
from tests.unit.console.commands.test_protection import Aws
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.console.standings import AGENCY_ENTITY, IDENTITY_ENTITY, NOW, Ledger

OF_AGENCY = ("--account", "444455556666", "--region", "us-east-1")
MUTE = ("findings", "mute")
UNTIL = ("--until", "2026-12-10", "--why", "ticket 42")


def run(monkeypatch: pytest.MonkeyPatch, ledger: Ledger, *arguments: str) -> Result:
    return run_on(monkeypatch, findings, ledger, *arguments, clients=Aws().clients)


def test_list_shows_what_is_open_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run(monkeypatch, Ledger(), "findings", "list"))

    lines = screen.splitlines()
    assert "account 444455556666 in us-east-1" in lines
    assert "  bounces The standing is watch, since 2026-11-22 10:05 UTC." in lines
    assert any(line.startswith("  bounce_spike ") for line in lines)
    assert any(line.startswith("  provider_deferral#microsoft ") for line in lines)
    assert "111122223333" not in screen
    assert "uted" not in screen


def test_list_says_where_nothing_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run(monkeypatch, Ledger(), "findings", "list", "--account", "111122223333"))

    assert screen == "No finding is open, and no standing is below healthy."


def test_a_mute_is_stored_and_shown_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    for key in ("bounces", "bounce_spike"):
        said = run(monkeypatch, ledger, *MUTE, key, *UNTIL, *OF_AGENCY)
        words = (
            f"{key} of account 444455556666 in us-east-1. Muted until 2026-12-10 00:00 UTC by user ada of "
            "111122223333: ticket 42. If it gets worse or ends, that is published."
        )
        assert said.stdout == fill(words, 80) + "\n"

    fields = {
        "until": "2026-12-10T00:00:00Z",
        "at": "2026-11-22T10:08:00Z",
        "who": "user ada of 111122223333",
        "why": "ticket 42",
    }
    listed = read_json(run(monkeypatch, ledger, "findings", "list", *OF_AGENCY, "--json"))["findings"]
    assert {each["key"]: each["muted"] for each in listed} == {"bounces": fields, "bounce_spike": fields}
    (entity,) = read_json(run_on(monkeypatch, standing, ledger, "standing", *OF_AGENCY, "--json"))["entities"]
    assert entity["measures"]["bounces"]["muted"] == fields
    assert entity["measures"]["complaints"]["muted"] is None
    assert [(each["key"], each["muted"]) for each in entity["findings"]] == [("bounce_spike", fields)]
    words = "Muted until 2026-12-10 00:00 UTC by user ada of 111122223333: ticket 42."
    commands: dict[tuple[str, ...], object] = {
        ("standing",): standing,
        ("standing", "explain"): standing,
        ("findings", "list"): findings,
    }
    for command, module in commands.items():
        shown = run_on(monkeypatch, module, ledger, *command, *OF_AGENCY)
        assert " ".join(read_screen(shown).split()).count(words) == 2, command


def test_a_program_is_told_what_it_muted_and_unmuted(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    entity = {"kind": "account", "account": "444455556666", "region": "us-east-1"}

    muted = read_json(run(monkeypatch, ledger, *MUTE, "bounces", *UNTIL, *OF_AGENCY, "--json"))
    assert muted == {
        "format_version": 1,
        "entity": entity,
        "key": "bounces",
        "muted": {
            "until": "2026-12-10T00:00:00Z",
            "at": "2026-11-22T10:08:00Z",
            "who": "user ada of 111122223333",
            "why": "ticket 42",
        },
    }
    unmuted = read_json(run(monkeypatch, ledger, "findings", "unmute", "bounces", "--json"))
    assert unmuted == {"format_version": 1, "entity": entity, "key": "bounces", "muted": None}


def test_the_fields_of_the_json_are_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    run(monkeypatch, ledger, *MUTE, "bounces", *UNTIL, *OF_AGENCY)
    listed = read_json(run(monkeypatch, ledger, "findings", "list", "--json"))["findings"]

    assert undocumented(*listed, *(each["muted"] for each in listed if each["muted"])) == set()


def test_a_mute_can_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    run(monkeypatch, ledger, *MUTE, "bounces", *UNTIL, *OF_AGENCY)
    said = run(monkeypatch, ledger, "findings", "unmute", "bounces")

    assert said.stdout == "bounces of account 444455556666 in us-east-1. Its reminders come again.\n"
    assert ledger.states[AGENCY_ENTITY].mutes == {}
    assert [each.kind for _, [each] in ledger.saved] == ["muted", "unmuted"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--until", "2026-11-22", "--why", "x"), "is not to come"),
        (("--until", "2026-11-22T10", "--why", "x"), "is not to come"),
        (("--until", "2027-11-24", "--why", "x"), "too far away"),
        (("--until", "2026-11-31", "--why", "x"), "not in the calendar"),
        (("--until", "2026-12-10T24", "--why", "x"), "not in the calendar"),
        (("--until", "tomorrow", "--why", "x"), "is no hour"),
        (("--until", "2026-12-10", "--why", " \n "), "Give a reason"),
        (("--until", "2026-12-10", "--why", "x" * 301), "Give a reason"),
        (("--why", "x"), "--until"),
        (("--until", "2026-12-10"), "--why"),
    ],
)
def test_a_mute_needs_an_end_to_come_and_a_reason(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], says: str
) -> None:
    ledger = Ledger()
    result = run(monkeypatch, ledger, *MUTE, "bounces", *OF_AGENCY, *options)

    assert result.exit_code == 2
    assert says in " ".join(result.stderr.replace("│", " ").split())
    assert ledger.saved == []


def test_an_end_within_the_hour_is_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    run(monkeypatch, ledger, *MUTE, "bounces", *OF_AGENCY, "--until", "2026-11-22T11", "--why", "x")

    assert f"{ledger.states[AGENCY_ENTITY].mutes['bounces'].until:%H:%M}" == "11:00"


def test_a_key_that_several_have_asks_for_the_entity(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    result = run(monkeypatch, ledger, *MUTE, "bounces", *UNTIL)

    assert result.exit_code == 1
    assert "name one with --account and --region, or with --identity" in result.stderr
    assert run(monkeypatch, ledger, *MUTE, "bounces", *UNTIL, "--identity", "example.com").exit_code == 0
    assert list(ledger.states[IDENTITY_ENTITY].mutes) == ["bounces"]


def test_a_reason_shows_its_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    mute = Mute(NOW + timedelta(days=9), NOW, "user ada of 111122223333", "\x1b[2J")
    ledger.states[AGENCY_ENTITY] = with_mute(ledger.states[AGENCY_ENTITY], "bounces", mute)

    assert "\\x1b[2J" in run(monkeypatch, ledger, "findings", "list", *OF_AGENCY).stdout
