"""What `verify` prints: what came and when, what did not, whose turn it is."""

import io
import json
from typing import Any

from console.reports.verification.proof import print_proof
from console.reports.verification.proof_json import describe_proof
from console.terminal.screen import Screen
from ses_reputation.verification.missing import explain_missing
from ses_reputation.verification.proof import Proof
from tests.support.proofs import failed_proof
from tests.unit.console.running import undocumented


def printed(proof: Proof, stack: str | None = "ses-reputation", **quarantined: int) -> str:
    screen = Screen(file=io.StringIO(), width=80)
    print_proof(screen, proof, list(explain_missing(proof)), quarantined, stack)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def said(text: str) -> str:
    """The text without the breaks of its lines."""
    return " ".join(text.split())


def test_tables_fit_and_say_of_each_mail_what_came_and_what_did_not() -> None:
    lines = printed(failed_proof()).splitlines()

    (bounce,) = [line for line in lines if line.startswith("bounce (v2 simple) ")]
    assert bounce.split() == ["bounce", "(v2", "simple)", "2.3", "s", "none", "none"]
    (success,) = [line for line in lines if line.startswith("success (v2 simple)")]
    assert "refused" in success
    commands = [line for line in lines if line.startswith("    ")]
    assert max(len(line) for line in lines if line not in commands) <= 80


def test_each_refusal_says_whose_turn_it_is() -> None:
    text = said(printed(failed_proof()))

    assert "The owner (111111111111) acts" in text
    assert "The sender (222222222222) acts" in text
    assert "Owner or sender act" in text


def test_a_feed_that_is_not_set_up_is_named_with_what_it_lacks() -> None:
    text = said(printed(failed_proof()))

    assert "The owner's feed of 222222222222 is not set up" in text
    assert "has no topic in eu-west-1 for: complaint." in text
    assert "333333333333 has no configuration set that publishes to an SNS topic in eu-west-1." in text


def test_what_the_quarantine_holds_is_said_with_the_command_that_shows_it() -> None:
    text = printed(failed_proof(), raw_delivery=2)

    assert "The quarantine holds 2 messages on these mails" in said(text)
    assert "    ses-reputation quarantine summary --reason raw_delivery --stack ses-reputation\n" in text


def test_the_last_line_sums_up() -> None:
    # Of bounce, ooto, complaint, suppressionlist: 10 of the sender's feed, 3 bounces of the owner's.
    assert said(printed(failed_proof())).endswith(
        "Not proven: 1 of 13 expected observations came. Marker v20261122101500123."
    )


def test_json_has_what_is_printed_and_each_field_is_documented() -> None:
    proof = failed_proof()
    described = describe_proof(proof, list(explain_missing(proof)), {"raw_delivery": 2})
    found: dict[str, Any] = json.loads(json.dumps(described))

    party = found["parties"][0]
    assert (found["is_proven"], found["quarantined"]) == (False, {"raw_delivery": 2})
    assert [each["seconds"] for each in party["observations"] if each["seconds"] is not None] == [2.3]
    assert party["feeds"]["owner"] == {"kinds": ["bounce"], "lacking": ["complaint"]}
    assert [each["side"] for each in party["refused"]][:2] == ["either", "sender"]
    parts = [found, party, party["feeds"]["owner"], party["observations"][0], party["refused"][0]]
    assert undocumented(*parts, found["missing"][0]) == set()
