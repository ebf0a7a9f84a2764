"""What protection did, as it is published: the transition, its alert word for word, its event."""

from dataclasses import replace
from pathlib import Path

import pytest

from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.events import attributes_of, detail_type
from ses_reputation.notifications.texts.layout import WIDTH
from ses_reputation.notifications.transitions import transition_of_action
from ses_reputation.parties import PartyId, PartyKind
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.standing.state import ProtectionStep, Transition, TransitionKind
from tests.support.evaluated import ACCOUNT, NOW, STACK

EXPECTED = Path(__file__).parents[1] / "expected"
BEARS = "configuration set newsletter bears 1,002 of 1,103 hard bounces, its own bounce rate is 22.12 %"
REFUSED = "PutConfigurationSetSendingOptions AccessDeniedException"
ACTS = {
    "paused": ProtectionAction("newsletter", ProtectionStep.PAUSED, BEARS, {"events": 1_002}),
    "would_pause": ProtectionAction("newsletter", ProtectionStep.WOULD_PAUSE, BEARS, {"events": 1_002}),
    "failed": ProtectionAction(
        "newsletter", ProtectionStep.FAILED, f"{REFUSED}: {BEARS}", {"error": REFUSED}
    ),
    "resumed": ProtectionAction("newsletter", ProtectionStep.RESUMED, "the list is clean"),
    "nothing_to_pause": ProtectionAction(
        "(none)",
        ProtectionStep.FAILED,
        "no configuration set to pause: configuration set newsletter bears 900 of 1,103 hard bounces, but "
        "its 1,999 sends are too few to rate it",
        {"error": "no configuration set to pause"},
    ),
    "held_back": ProtectionAction(
        "(none)",
        ProtectionStep.FAILED,
        "nothing is paused on the identity owner's word alone: configuration set newsletter bears 1,002 of "
        "1,103 hard bounces, its own bounce rate is 22.12 %; but the identity owner's feed alone reports 990 "
        "of the 1,103 hard bounces, without them the account's bounce rate is 1.13 %",
        {"measure": "bounces", "by_senders": {"account_events": 113}},
    ),
}


def published(name: str) -> Transition:
    return transition_of_action(NotificationContext(ACCOUNT, NOW, STACK, None), ACTS[name])


@pytest.mark.parametrize("name", ACTS)
def test_its_alert_says_this_word_for_word(name: str) -> None:
    expected = (EXPECTED / f"protection_{name}.txt").read_text()
    assert f"Subject: {published(name).subject}\n\n{published(name).text}" == expected


def test_it_names_the_page_of_the_account() -> None:
    """Below what explains the standing, as alerts of standings do."""
    party = PartyId(PartyKind.DELEGATE, "444455556666")
    context = NotificationContext(
        ACCOUNT, NOW, STACK, None, party=party, statement_base_url="https://s.example"
    )
    plain = published("paused").text

    text = transition_of_action(context, ACTS["paused"]).text

    before, explain, after = plain.partition("  ses-reputation standing explain")
    options, _, rest = after.partition("\n\n")
    assert text == (
        f"{before}{explain}{options}\n"
        f"  ses-reputation statement open 444455556666 --stack {STACK}\n"
        f"  https://s.example/delegate-444455556666/statement.html\n\n{rest}"
    )


def test_every_expected_text_belongs_to_a_case() -> None:
    assert {path.stem for path in EXPECTED.glob("protection_*.txt")} == {
        f"protection_{name}" for name in ACTS
    }


@pytest.mark.parametrize("name", ACTS)
def test_its_alert_is_readable_plain_text(name: str) -> None:
    assert all(len(line) <= WIDTH for line in published(name).text.splitlines())
    assert published(name).text.isascii()


def test_it_is_a_transition_of_the_entity_named_by_the_configuration_set() -> None:
    transition = published("paused")

    assert transition.kind is TransitionKind.PROTECTION
    assert transition.id == "2026-11-22T10:05:00Z#protection#newsletter"
    assert detail_type(transition) == "Configuration Set Protection"


def test_two_sets_paused_at_once_are_two_transitions() -> None:
    other = replace(ACTS["paused"], configuration_set="offers")
    assert (
        transition_of_action(NotificationContext(ACCOUNT, NOW, STACK, None), other).id
        != published("paused").id
    )


def test_whoever_follows_pauses_hears_of_protection_but_not_of_a_resumption() -> None:
    assert attributes_of(published("paused"))["standing"] == "pause"
    assert "standing" not in attributes_of(published("resumed"))
    assert published("resumed").detail["standing"] is None
