"""The certificate says what was erased, where the person stays suppressed, and what is gone when."""

import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from console.forgetting.expiries import Expiry
from console.forgetting.forget_person import Certificate
from console.reports.forgetting.certificate import certificate_to_json, print_certificate
from console.terminal.screen import Screen
from ses_reputation.forgetting.erasure import ErasedKind, Erasure
from ses_reputation.suppression.targets import Target
from tests.support.stack_template import ROOT

NOW = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
CERTIFICATE = Certificate(
    "ses-reputation",
    "111122223333",
    "us-east-1",
    NOW,
    "user ada of 111122223333",
    "b7209bffc02bf38454fd1f01126b427f",
    applied=True,
    erasure=Erasure(Counter({ErasedKind.ENTRY: 2, ErasedKind.SNAPSHOT: 400, ErasedKind.SNAPSHOT_ROW: 1_400})),
    suppressed_in=(Target("111122223333", "us-east-1"), Target("444455556666", "eu-west-1", "acme")),
    expiries=(Expiry("messages in FeedbackQueue", datetime(2026, 12, 11, tzinfo=UTC), "About 0 wait."),),
)


def printed(certificate: Certificate) -> str:
    screen = Screen(file=io.StringIO(), width=100)
    print_certificate(screen, certificate)
    text: str = screen.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_a_person_reads_the_whole_of_it() -> None:
    assert (
        printed(CERTIFICATE)
        == """
Forgotten by stack ses-reputation, 111122223333 us-east-1
2026-11-27T18:30:00Z, by user ada of 111122223333
Known from now on as b7209bffc02bf38454fd1f01126b427f, a keyed hash of the address.

                                                     erased
entries of the ledger (bounces, complaints, rejects)      2
snapshots                                               400
  rows of them, a hash in their place                 1,400

Stays suppressed: SES alone has the address
  111122223333 us-east-1
  444455556666 eu-west-1 tenant acme

What AWS keeps for a time
  until 2026-12-11T00:00:00Z: messages in FeedbackQueue
    About 0 wait."""
    )


def test_what_could_not_be_erased_is_named() -> None:
    left = Erasure(unread=["suppression/raw/1"], left=["notes/ann.txt"])
    said = printed(replace(CERTIFICATE, erasure=left, applied=False, digest=""))
    assert "Would be forgotten by stack" in said
    assert "Nothing has the address." in said
    assert "say whether they have the address\n  suppression/raw/1" in said
    assert "look into them\n  notes/ann.txt" in said
    assert "Known from now on" not in said


def test_an_export_that_began_meanwhile_has_it_run_again() -> None:
    certificate = replace(CERTIFICATE, exports_meanwhile=("20261127T183000Z",))
    assert "run this again when they have ended\n  20261127T183000Z" in printed(certificate)
    document = certificate_to_json(certificate)
    assert (document["is_complete"], document["exports_meanwhile"]) == (False, ["20261127T183000Z"])


def test_programs_read_every_field_and_each_is_documented() -> None:
    document = certificate_to_json(CERTIFICATE)
    assert document["erased"] == dict.fromkeys(ErasedKind, 0) | {
        "entries": 2,
        "snapshots": 400,
        "snapshot_rows": 1_400,
    }
    assert (document["forgotten"], document["is_complete"]) == ("b7209bffc02bf38454fd1f01126b427f", True)
    assert document["suppressed_in"][1]["tenant"] == "acme"
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8").partition("\n## forget\n")[2]
    named = {*document, *document["erased"], *document["expires"][0]}
    assert {name for name in named if f"`{name}`" not in page and name != "applied"} == set()
    assert "found" in certificate_to_json(replace(CERTIFICATE, applied=False))
