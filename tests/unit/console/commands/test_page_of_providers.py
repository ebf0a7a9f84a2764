"""`providers` prints each figure that a page has of mailbox providers."""

import shlex
from typing import Any

import pytest

from console.commands import providers
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.statement.render import render_statement
from ses_reputation.statement.view.mail import ProviderLine
from tests.support.assessed_world import MINE, OWNERS, THEIRS, assessed, statements_of
from tests.support.html_pages import read_page
from tests.support.mail import delayed_mail, hour_ago, mail_by_outcome
from tests.support.notifications import DELEGATE
from tests.unit.console.running import read_json, read_screen, run_on

ABROAD = SenderIdentity(DELEGATE, "eu-west-1", "example.com")
ALSO_MINE = SenderIdentity(DELEGATE, MINE.region, "example.net")
# Of an hour ago: SES reported 1,325 sends to Gmail, of which 27 were delayed and 19 of these wait still; 75
# more deliveries are known from the owner's feed alone, of which 3 bounced later; 6 bounced at once.
GMAIL = {"sent": 1_325, "delayed_general": 27, "delivered_within_10s": 1_375, "bounced_permanent_general": 9}
FOLLOWED = {
    "delayed_then_delivered": 8,
    "delayed_still_open": 19,
    "sent_without_outcome": 19,
    "delivered_then_bounced": 3,
    "outcome_without_send": 75,
}
WORLD = [
    mail_by_outcome(1, GMAIL, FOLLOWED, sender=MINE, provider="gmail"),
    # From two Regions.
    delayed_mail(2, 300, 40, sender=MINE),
    delayed_mail(2, 100, 60, sender=ABROAD),
    # Microsoft usually delays 2 %, of the 7 days before yesterday.
    *(delayed_mail(hour_ago(24 * days), 50, 1, sender=MINE) for days in range(2, 9)),
    # Known from the owner's feed alone.
    mail_by_outcome(
        3, {"delivered_within_1h": 7}, {"outcome_without_send": 7}, sender=MINE, provider="yahoo"
    ),
    delayed_mail(1, 40, 4, sender=THEIRS),
    delayed_mail(1, 30, 2, sender=OWNERS, provider="gmail"),
    delayed_mail(1, 20, 3, sender=ALSO_MINE, provider="gmail"),
]
LEDGER = assessed(WORLD)


def figures_of_page(line: ProviderLine) -> dict[str, Any]:
    """What a row of a page has, by the command's names."""
    return {
        "provider": line.provider,
        "ends": (line.sends, line.delivered, line.waiting, line.bounced),
        "delayed": (line.delayed, line.delayed_share),
        "usually": (line.usual_sends, line.usual_delayed_share),
        "within": (line.within_50, line.within_95),
    }


def figures_of_command(view: dict[str, Any]) -> dict[str, Any]:
    """The same of a provider in the command's JSON."""
    ends, recent, usual = view["ends"], view["recent"], view["usual"]
    return {
        "provider": view["provider"],
        "ends": (ends["sends"], ends["delivered"], ends["waiting"], ends["bounced"]),
        "delayed": (recent["delayed"], recent["delayed_share"]),
        "usually": (usual["sends"], usual["delayed_share"]),
        "within": tuple(recent[name]["title"] if recent[name] else "" for name in ("p50", "p95")),
    }


def test_a_row_of_a_page_has_both_numbers_that_shares_are_of() -> None:
    """1,400 mails are known: 1,375 deliveries less 3 that bounced later, 9 bounces, 19 that wait."""
    (entity,) = [
        entity
        for statement in statements_of(WORLD).values()
        for entity in statement.entities
        if entity.name == "example.com" and entity.commands["providers"].count(DELEGATE)
    ]
    gmail, microsoft, yahoo = map(figures_of_page, entity.providers)

    assert gmail["ends"] == (1_400, 1_372, 19, 9)
    assert gmail["delayed"] == (27, pytest.approx(27 / 1_325))
    assert microsoft["ends"] == (400, 300, 0, 0)
    assert (microsoft["delayed"], microsoft["usually"]) == ((100, 0.25), (350, pytest.approx(0.02)))
    assert (yahoo["ends"], yahoo["delayed"]) == ((7, 7, 0, 0), (0, None))


def test_the_command_of_a_page_has_each_of_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    for statement in statements_of(WORLD).values():
        for entity in statement.entities:
            _, *words = shlex.split(entity.commands["providers"])
            (section,) = read_json(run_on(monkeypatch, providers, LEDGER, *words, "--json"))["sections"]
            shown = list(map(figures_of_page, entity.providers))
            assert list(map(figures_of_command, section["providers"])) == shown, words
            compared += len(shown)

    assert compared > 8


def test_screen_and_page_say_them_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run_on(monkeypatch, providers, LEDGER, "providers", "--account", DELEGATE))
    pages = [read_page(render_statement(each)).text for each in statements_of(WORLD).values()]

    # The account's: with 20 sends of example.net, 17 of them delivered and 3 delayed. 30 of 1,345 are
    # delayed, and the ends of 1,389 + 19 + 9 = 1,417 are known.
    for share in ("1,389 (98.0 %)", "19 (1.3 %)", "9 (0.6 %)"):
        assert share in screen
        assert any(share in page for page in pages)
    assert "30 (2.2 %)" in screen
    assert any("30 (2.2 %) of 1,345" in page for page in pages)
