"""Whom a replay believes, and the JSON that it prints."""

import json
import re
from collections import Counter
from pathlib import Path

from console.local_stack.ledger_contents import LedgerContents
from console.local_stack.stack import NOBODY, Parties
from console.replay.archives import Survey, Unsendable
from console.replay.run import Replayed, name_parties
from console.reports.message_tally import MessageTally
from ses_reputation.ledger.hour_balance import gather_hours
from tests.support.balances import posted_balance
from tests.support.stack_template import ROOT

DOCUMENTATION = ROOT / "docs" / "command-line.md"
OWNER, DELEGATE, OTHER = "111122223333", "444455556666", "777788889999"


def test_accounts_named_come_first_then_those_of_events_without_envelope() -> None:
    survey = Survey(3, owners=Counter({OTHER: 2, OWNER: 1}), senders=Counter({OTHER: 1}))

    parties = name_parties([OWNER], [DELEGATE], ["corp.example.com"], survey)

    assert parties == Parties((OWNER, OTHER), (DELEGATE, OTHER), ("corp.example.com",))


def test_the_stack_is_in_the_first_owners_account_which_is_no_parameter() -> None:
    parties = Parties((OWNER, OTHER), (DELEGATE,), ("example.com", "example.org"))
    parameters = parties.parameters(parties.ledger_account)

    assert parties.ledger_account == OWNER
    assert parameters["OwnerAccounts"] == OTHER
    assert parameters["DelegateAccounts"] == DELEGATE
    assert parameters["OwnDomains"] == "example.com,example.org"
    assert (parameters["AccountNames"], parameters["TagDimensions"]) == ("", "")


def test_accounts_have_names_and_tags_are_kept_where_they_are_given() -> None:
    parties = Parties((OWNER,), names={OWNER: "Example Inc", OTHER: "Shop"}, tags=("campaign", "kind"))
    parameters = parties.parameters(OWNER)

    assert parameters["AccountNames"] == f"{OWNER}=Example Inc,{OTHER}=Shop"
    assert parameters["TagDimensions"] == "campaign,kind"


def test_without_an_owner_the_stacks_own_account_is_nobodys() -> None:
    parties = Parties(delegates=(DELEGATE,))

    assert parties.ledger_account == NOBODY
    assert parties.parameters(NOBODY)["OwnerAccounts"] == ""


def test_another_emulators_account_registers_all_owners() -> None:
    assert Parties((OWNER, OTHER)).parameters("000000000000")["OwnerAccounts"] == f"{OWNER},{OTHER}"


def test_json_of_a_replay_conserves_messages_and_names_what_was_not_sent() -> None:
    tally = MessageTally(6, 2, {"open": 1}, {"unreadable": 1, "foreign_topic": 1}, 1)
    hours = gather_hours([posted_balance(counts={"news": {"gmail": {"sent": 2}}})])
    replayed = Replayed(LedgerContents(tally, hours), [Unsendable(Path("a/b.json"), 3, "it is empty")])

    fields = replayed.to_json()

    assert tally.is_conserved
    assert json.loads(json.dumps(fields)) == {
        "received": 6,
        "journaled": 2,
        "ignored": {"open": 1},
        "quarantined": {"foreign_topic": 1, "unreadable": 1},
        "failed": 1,
        "signatures_checked": False,
        "unsent": [{"file": "a/b.json", "position": 3, "why": "it is empty"}],
        "balances": [
            {
                "sending_account": "444455556666",
                "region": "us-east-1",
                "identity": "example.com",
                "send_hour": "2026-11-22T10",
                "late": 0,
                "counts": {"news": {"gmail": {"sent": 2}}},
                "followed": {},
                "coverage": {},
                "tags": {},
                "owner_only": {},
            }
        ],
    }


def test_the_documented_json_adds_up_and_has_the_same_fields() -> None:
    documented = map(
        json.loads, re.findall(r"(?s)```json\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"))
    )
    (fields,) = (each for each in documented if "received" in each)
    hours = gather_hours([posted_balance(counts={"newsletter": {"gmail": {"sent": 1}}})])
    replayed = Replayed(LedgerContents(MessageTally(0), hours), [])

    assert fields["received"] == (
        fields["journaled"]
        + sum(fields["ignored"].values())
        + sum(fields["quarantined"].values())
        + fields["failed"]
    )
    assert list(fields) == ["format_version", *replayed.to_json()]
    assert list(fields["balances"][0]) == list(replayed.to_json()["balances"][0])
