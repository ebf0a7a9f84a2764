"""A vendor with five hundred customers' identities, through the whole pipeline on the emulator."""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest

from tests.integration.test_command_line import run
from tests.support.notifications import ARN, DELEGATE, OWNER, envelope, notified, published

pytestmark = pytest.mark.local_aws

IDENTITIES = [f"customer-{number:03}.example" for number in range(500)]
MAILS = 1_500
HOURS = ("2026-11-22T09", "2026-11-22T10")


@pytest.fixture(scope="module")
def expected() -> Counter[tuple[str, ...]]:
    """What is counted, by identity, hour, configuration set and outcome: filled in as mail is made."""
    return Counter()


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory, expected: Counter[tuple[str, ...]]) -> dict[str, Any]:
    archive = tmp_path_factory.mktemp("vendor") / "feedback.ndjson"
    messages = list(make_mail(Random(8), expected))
    # SNS delivers at least once, in no order.
    told = [*messages, *messages[::7]]
    Random(9).shuffle(told)
    archive.write_text("\n".join(told) + "\n", "utf-8")
    done = run("replay", str(archive), "--owner", OWNER, "--delegate", DELEGATE, "--json")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def make_mail(random: Random, expected: Counter[tuple[str, ...]]) -> list[str]:
    """Mail of the vendor: a Send that lacks the ARN, then a delivery or a bounce, which both feeds report."""
    messages = []
    for number in range(MAILS):
        identity, hour = IDENTITIES[number % 500], random.choice(HOURS)
        fields = {
            "timestamp": f"{hour}:05:00.000Z",
            "messageId": f"message-{number}",
            "source": f"news@mail.{identity}",
            "destination": [f"recipient-{number}@gmail.com"],
        }
        named = fields | {"sourceArn": ARN.format(owner=OWNER, identity=identity)}
        messages.append(envelope(json.dumps(published("Send", "vendor", fields | {"sourceArn": None}))))
        if random.random() < 0.1:
            bounce = {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": fields["destination"][0]}],
                "timestamp": f"{hour}:05:02.000Z",
            }
            outcome = "bounced_permanent_general"
            messages.append(envelope(json.dumps(published("Bounce", "vendor", named, **bounce))))
            messages.append(envelope(json.dumps(notified("Bounce", named, **bounce)), OWNER))
        else:
            outcome = "delivered_within_10s"
            delivery = {"recipients": fields["destination"], "processingTimeMillis": 900}
            messages.append(envelope(json.dumps(published("Delivery", "vendor", named, **delivery))))
        expected[identity, hour, "vendor", "sent"] += 1
        expected[identity, hour, "vendor", outcome] += 1
    return messages


def test_every_message_is_journaled(replayed: dict[str, Any]) -> None:
    assert replayed["received"] == replayed["journaled"] > 2 * MAILS
    assert (replayed["quarantined"], replayed["failed"]) == ({}, 0)


def test_each_identity_has_its_own_counts(
    replayed: dict[str, Any], expected: Counter[tuple[str, ...]]
) -> None:
    found: Counter[tuple[str, ...]] = Counter()
    for row in replayed["balances"]:
        for name, providers in row["counts"].items():
            for outcomes in providers.values():
                for outcome, number in outcomes.items():
                    found[row["identity"], row["send_hour"], name, outcome] += number
    assert len({row["identity"] for row in replayed["balances"]}) == 500
    assert found == expected


def test_no_sends_are_left_without_their_outcome(replayed: dict[str, Any]) -> None:
    assert [row["identity"] for row in replayed["balances"] if row["followed"]] == []
