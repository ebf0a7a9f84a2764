"""Only what SNS wrote is journaled, confirmed or ignored: whoever else writes an envelope is quarantined."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from console.local_aws.ministack.envelopes.signer import EnvelopeSigner, make_issuer, make_leaf, make_root
from ses_reputation.errors import ForgedEnvelopeError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.set_aside import Ignored, SubscriptionRequest
from ses_reputation.journaling import BatchOutcome, Journaling, Rules
from ses_reputation.ledger.journal import JournalRow
from ses_reputation.ledger.pages import PAGE_VERSION, Page, unpack_page
from ses_reputation.quarantine.record import CERTIFICATE_ATTRIBUTE, QuarantineRecord
from tests.support.notifications import (
    DELEGATE,
    FOREIGN,
    OWNER,
    SECOND_DELEGATE,
    envelope,
    notified,
    published,
    record,
)
from tests.support.signing import (
    FILE_NAME,
    ISSUER,
    LEAF,
    OUT_OF_REACH,
    Publisher,
    signing_certificates,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE, SECOND_DELEGATE}))
BOUNCE: dict[str, Any] = {
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [{"emailAddress": "recipient-1@gmail.com"}],
    "timestamp": "2026-11-20T14:05:49.000Z",
}


class Kept:
    """Journal, quarantine and SNS, which always do what they are asked; and the certificates there are."""

    def __init__(self, fetch: Publisher | None = None) -> None:
        self.certificates = signing_certificates(fetch)
        self.registry = REGISTRY
        self.rows: list[JournalRow] = []
        self.quarantined: list[QuarantineRecord] = []
        self.confirmed: list[SubscriptionRequest] = []

    def write(self, rows: Sequence[JournalRow], _has_time: Callable[[], bool]) -> dict[int, str]:
        self.rows += rows
        return {}

    def keep(self, record: QuarantineRecord) -> None:
        self.quarantined.append(record)

    def confirm(self, request: SubscriptionRequest) -> Ignored:
        self.confirmed.append(request)
        return Ignored("subscription_confirmation")

    def journal(self, *bodies: str) -> BatchOutcome:
        return self.journal_records(*(record(body, str(number)) for number, body in enumerate(bodies)))

    def journal_records(self, *records: dict[str, Any]) -> BatchOutcome:
        return Journaling(Rules(self.registry), self.certificates, self, self, self).journal_batch(
            records, NOW
        )

    @property
    def facts(self) -> int:
        """How many facts the journal's pages hold, each counted once."""
        pages = [row.content for row in self.rows if isinstance(row, Page)]
        runs = [run for content in pages for run in unpack_page(content, PAGE_VERSION)]
        return len({(run.source, run.outcome, each) for run in runs for each in run.fingerprints})


def bounce_of(sender: str) -> str:
    return json.dumps(published("Bounce", "newsletter", {"sendingAccountId": sender}, **BOUNCE))


def rewritten(body: str, **changed: str) -> str:
    return json.dumps(json.loads(body) | changed)


def topic_of(account: str) -> str:
    return f"arn:aws:sns:us-east-1:{account}:ses-feedback"


FOREIGN_ISSUER = make_issuer(make_root())
FOREIGN_CHAIN = (make_leaf(FOREIGN_ISSUER).pem + FOREIGN_ISSUER.pem).decode()
# A delegate takes what its own topic signed, and names another account's topic.
AS_A_RIVAL = rewritten(envelope(bounce_of(DELEGATE), SECOND_DELEGATE), TopicArn=topic_of(DELEGATE))
AS_THE_OWNER = rewritten(
    envelope(json.dumps(notified("Bounce", **BOUNCE)), SECOND_DELEGATE), TopicArn=topic_of(OWNER)
)
UNSIGNED = json.dumps(
    {"Type": "Notification", "TopicArn": topic_of(DELEGATE), "Message": bounce_of(DELEGATE)}
)
WITH_ANOTHER_MESSAGE = rewritten(envelope(bounce_of(DELEGATE)), Message=bounce_of(DELEGATE) + " ")
OF_ANOTHER_HOST = rewritten(
    envelope(bounce_of(DELEGATE)), SigningCertURL="https://sns.us-east-1.evil.example/a.pem"
)
NOT_THERE = rewritten(
    envelope(bounce_of(DELEGATE)),
    SigningCertURL=f"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-{'0' * 32}.pem",
)
GREETING = rewritten(envelope("hello"), Message="Successfully validated SNS topic for Amazon SES")
CLICK = rewritten(envelope("hello"), Message=json.dumps(published("Click")))
REQUEST = rewritten(envelope("Join us", FOREIGN, Type="SubscriptionConfirmation"), TopicArn=topic_of(OWNER))
UNSUBSCRIBED = rewritten(envelope("Bye", FOREIGN, Type="UnsubscribeConfirmation"), TopicArn=topic_of(OWNER))


@pytest.mark.parametrize(
    "body",
    [
        AS_A_RIVAL,
        AS_THE_OWNER,
        UNSIGNED,
        WITH_ANOTHER_MESSAGE,
        OF_ANOTHER_HOST,
        NOT_THERE,
        GREETING,
        CLICK,
        REQUEST,
        UNSUBSCRIBED,
    ],
)
def test_what_sns_did_not_write_is_quarantined_whatever_it_claims(body: str) -> None:
    kept = Kept()
    outcome = kept.journal(body)

    assert [each.reason for each in kept.quarantined] == ["forged_envelope"]
    assert [each.body for each in kept.quarantined] == [body]
    assert (kept.rows, kept.confirmed, outcome.failed, outcome.ignored.total()) == ([], [], {}, 0)


def test_the_explanation_says_what_shows_it_and_holds_nothing_of_the_envelope() -> None:
    kept = Kept()
    kept.journal(
        rewritten(envelope("m", MessageId="recipient-1@gmail.com"), SigningCertURL="https://a@b.example")
    )

    (forged,) = kept.quarantined
    assert "its SigningCertURL is no place of SNS's certificates" in forged.explanation
    assert "raw message delivery" in forged.explanation
    assert "@" not in forged.explanation + forged.topic_arn


def test_a_genuine_envelope_that_somebody_replays_counts_once() -> None:
    """Its signature holds each time: what keeps it from counting again is the journal."""
    genuine = envelope(bounce_of(DELEGATE))
    once, again = Kept(), Kept()
    once.journal(genuine)
    again.journal(genuine, genuine)
    again.journal(genuine)

    assert again.quarantined == []
    assert again.facts == once.facts == 1


def test_a_certificate_with_all_of_snss_names_and_another_root_signs_nothing() -> None:
    issuer = make_issuer(make_root())
    leaf = make_leaf(issuer)
    signer = EnvelopeSigner(leaf.key, FILE_NAME)  # type: ignore[arg-type]
    kept = Kept(Publisher(leaf.pem + issuer.pem))
    kept.journal(signer.sign_body(envelope(bounce_of(DELEGATE))))

    assert [each.reason for each in kept.quarantined] == ["forged_envelope"]


@pytest.mark.parametrize("written", ["2009-12-31T23:59:59.999Z", "2050-01-01T00:00:00.000Z"])
def test_a_certificate_that_was_not_valid_when_it_is_said_to_have_signed_signs_nothing(written: str) -> None:
    kept = Kept()
    kept.journal(envelope(bounce_of(DELEGATE), Timestamp=written))

    assert [each.reason for each in kept.quarantined] == ["forged_envelope"]


def test_mail_that_outlived_its_certificate_is_journaled() -> None:
    """Redriven from the dead-letter queue a year after the certificate ended."""
    ended = datetime(2025, 12, 1, tzinfo=UTC)
    leaf = make_leaf(ISSUER, valid_to=ended)
    signer = EnvelopeSigner(leaf.key, FILE_NAME)  # type: ignore[arg-type]
    body = signer.sign_body(envelope(bounce_of(DELEGATE), Timestamp="2025-11-20T14:06:12.118Z"))

    assert Kept(Publisher(leaf.pem)).journal(body).journaled == 1


GONE = ForgedEnvelopeError("there is no certificate at its SigningCertURL")


def bringing(body: str, certificate: Any) -> dict[str, Any]:
    """A record whose message brings a certificate along."""
    attribute = {"stringValue": certificate, "dataType": "String"}
    return record(body) | {"messageAttributes": {CERTIFICATE_ATTRIBUTE: attribute}}


def test_what_was_kept_in_quarantine_is_believed_again_when_sns_no_longer_publishes_its_certificate() -> None:
    foreign, gone = Kept(), Kept(Publisher(GONE))
    foreign.journal(envelope(bounce_of(FOREIGN), FOREIGN))
    (kept,) = foreign.quarantined
    gone.registry = Registry(frozenset({OWNER}), frozenset({FOREIGN}))

    assert gone.journal_records(bringing(kept.body, kept.certificate)).journaled == 1
    assert gone.journal(kept.body).journaled == 0


@pytest.mark.parametrize("certificate", ["", "no PEM", LEAF.pem.decode(), None, FOREIGN_CHAIN, "\ud800"])
def test_a_certificate_that_is_brought_along_proves_nothing_by_itself(certificate: Any) -> None:
    kept = Kept(Publisher(GONE))
    kept.journal_records(bringing(AS_A_RIVAL, certificate))

    assert [each.reason for each in kept.quarantined] == ["forged_envelope"]
    assert kept.certificates.trusted == {}


def test_a_bad_certificate_brought_along_does_not_stand_in_for_the_published_one() -> None:
    kept = Kept()
    genuine = envelope(bounce_of(DELEGATE))

    assert kept.journal_records(bringing(genuine, FOREIGN_CHAIN)).journaled == 1


def test_version_2_of_signatures_is_journaled() -> None:
    signer = EnvelopeSigner(LEAF.key, FILE_NAME, "2")  # type: ignore[arg-type]
    body = signer.sign_body(envelope(bounce_of(DELEGATE)))

    assert json.loads(body)["SignatureVersion"] == "2"
    assert Kept().journal(body).journaled == 1


def test_while_certificates_are_out_of_reach_all_comes_again_and_nothing_is_lost_or_journaled() -> None:
    fetch = Publisher(OUT_OF_REACH)
    kept = Kept(fetch)
    bodies = [envelope(bounce_of(DELEGATE)), AS_A_RIVAL, "no JSON", envelope("x", FOREIGN)]
    outcome = kept.journal(*bodies)

    assert outcome.failed == dict.fromkeys("013", "SNS's certificate: ConnectTimeoutError")
    assert (kept.rows, [each.reason for each in kept.quarantined]) == ([], ["unreadable"])
    fetch.leaf = LEAF.pem
    again = kept.journal(*bodies)
    assert (again.failed, again.journaled) == ({}, 1)
    assert [each.reason for each in kept.quarantined[1:]] == [
        "forged_envelope",
        "unreadable",
        "foreign_topic",
    ]


def test_forged_neighbours_do_not_keep_a_genuine_envelope_out() -> None:
    kept = Kept()
    outcome = kept.journal(AS_A_RIVAL, envelope(bounce_of(DELEGATE)), NOT_THERE, UNSIGNED)

    assert (outcome.journaled, len(outcome.quarantined), outcome.failed) == (1, 3, {})
    assert kept.facts == 1


def test_the_certificate_is_kept_with_what_is_quarantined_for_another_reason() -> None:
    """SNS does not publish it for ever, and what was of a foreign account may be registered next year."""
    kept = Kept()
    kept.journal(envelope("hello", FOREIGN), NOT_THERE, "no JSON")

    certificates = [each.certificate.encode() for each in kept.quarantined]
    assert certificates == [LEAF.pem + ISSUER.pem, b"", b""]
