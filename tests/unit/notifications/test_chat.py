"""What AWS's bridge to Slack and Teams is given, held to a schema written from AWS's guide alone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from ses_reputation.notifications.chat import ChatNotification
from ses_reputation.notifications.publisher import chat_notification
from ses_reputation.notifications.texts.advice import Advice
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.state import Transition
from tests.support.evaluated import NOW
from tests.unit.notifications.documented import EXAMPLES

SCHEMA = json.loads(Path(__file__).with_name("chat_notification.schema.json").read_text())


def said(transition: Transition) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(chat_notification(transition).to_text())
    return read


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_kind_of_alert_fits_the_schema(example: str) -> None:
    Draft202012Validator(SCHEMA).validate(said(EXAMPLES[example]()))


def test_a_fallen_standing_is_a_title_figures_in_columns_and_steps() -> None:
    transition = EXAMPLES["standing"]()

    content = said(transition)["content"]

    assert content["title"] == "Review: bounces of account 444455556666 in us-east-1 at 5.12 % (was watch)"
    assert content["description"].startswith("```\nAccount 444455556666 in us-east-1 has fallen to REVIEW")
    assert "\n  made of    513 hard bounces / 10,021 eligible sends\n" in content["description"]
    assert "What to do" not in content["description"]
    assert content["nextSteps"][0] == (
        "Stop configuration set newsletter until its list is clean; leave transactional mail running. "
        "To pause the set, as account 444455556666: `aws sesv2 put-configuration-set-sending-options "
        "--configuration-set-name newsletter --no-sending-enabled --region us-east-1`."
    )
    assert content["keywords"] == ["standing_changed", "account", "444455556666", "us-east-1", "review"]


def test_a_command_in_a_step_can_be_copied() -> None:
    advice = Advice.read("Ask <@U1>, then run `ses-reputation feeds --stack my_stack`.")

    assert advice.for_chat() == "Ask \uff1c\uff20U1\uff1e, then run `ses-reputation feeds --stack my_stack`."


def test_alerts_of_one_entity_stand_in_one_thread_and_of_another_in_another() -> None:
    standing, spike, of_identity = (EXAMPLES[name]() for name in ("standing", "spike over", "deferral"))

    thread = said(standing)["metadata"]["threadId"]

    assert said(spike)["metadata"]["threadId"] == thread
    assert said(of_identity)["metadata"]["threadId"] != thread


def test_an_identity_that_is_an_address_stands_nowhere_in_full() -> None:
    transition = replace(EXAMPLES["deferral"](), entity=identity_entity("support@example.com"))

    told = chat_notification(transition).to_text()

    assert "support" not in told
    assert json.loads(told)["metadata"]["additionalContext"]["identity"] == "s...\uff20example.com"


def test_a_text_that_is_too_long_ends_at_a_line_and_closes_its_block() -> None:
    text = "\n".join(f"  line {number:04d} of a very long alert" for number in range(500))

    description = ChatNotification("S", text, (), "t", {"kind": "reminder"}).to_json()["content"][
        "description"
    ]

    assert 2_900 < len(description) <= 3_000
    assert description.endswith(" of a very long alert\n...\n```")


def test_a_step_that_is_too_long_keeps_no_half_command() -> None:
    steps = ["word " * 200, f"Switch it off: `aws sns set {'x' * 400}`.", "Wait."]

    cut = ChatNotification("S", "T", steps, "t", {"kind": "reminder"}).to_json()["content"]["nextSteps"]

    assert [len(each) <= 350 for each in cut] == [True] * 3
    assert cut[1:] == ["Switch it off:...", "Wait."]


def test_without_steps_there_is_no_empty_list() -> None:
    transition = replace(EXAMPLES["standing"](), steps=(), at=NOW)

    assert "nextSteps" not in said(transition)["content"]
