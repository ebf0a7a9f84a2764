"""An envelope is SNS's if one of SNS's certificates signed all of it, and could at its time."""

import json
from datetime import UTC, datetime

import pytest

from console.local_aws.ministack.envelopes.signer import EnvelopeSigner, make_leaf
from ses_reputation.errors import ForgedEnvelopeError
from ses_reputation.feedback.envelope import Envelope, open_envelope
from ses_reputation.signing.signatures import signed_text
from tests.support.notifications import DELEGATE, OWNER, envelope
from tests.support.signing import FILE_NAME, ISSUER, LEAF, Publisher, signing_certificates
from tests.support.signing import check as check_batch

SIGNED_FIELDS = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn"]
CONFIRMATION = {"Type": "SubscriptionConfirmation", "Token": "token-1"}
TOKEN = {"Token": "token-1"}


def opened(body: str, **changed: str | None) -> Envelope:
    """An envelope, some of whose fields were changed after it was signed."""
    fields = json.loads(body) | changed
    read = open_envelope(json.dumps({name: value for name, value in fields.items() if value is not None}))
    assert read is not None
    return read


def check(read: Envelope, leaf: bytes = LEAF.pem) -> None:
    check_batch(signing_certificates(Publisher(leaf=leaf)), read)


def test_the_signed_text_is_as_the_developer_guide_has_it() -> None:
    read = opened(envelope("My Test Message", Subject="My subject", MessageId="4d4dc071"))

    assert signed_text(read) == (
        b"Message\nMy Test Message\nMessageId\n4d4dc071\nSubject\nMy subject\nTimestamp\n"
        b"2026-11-20T14:06:12.118Z\nTopicArn\narn:aws:sns:us-east-1:444455556666:ses-feedback\nType\n"
        b"Notification\n"
    )


def test_the_signed_text_of_a_confirmation_has_its_link_and_token_and_no_subject() -> None:
    read = opened(
        envelope("Confirm", MessageId="m", Subject="s", SubscribeURL="https://link", **CONFIRMATION)
    )

    assert signed_text(read) == (
        b"Message\nConfirm\nMessageId\nm\nSubscribeURL\nhttps://link\nTimestamp\n2026-11-20T14:06:12.118Z\n"
        b"Token\ntoken-1\nTopicArn\narn:aws:sns:us-east-1:444455556666:ses-feedback\nType\n"
        b"SubscriptionConfirmation\n"
    )


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("message", ["plain", "line\nend", "é😀\x00", '{"eventType":"Send"}\n', ""])
@pytest.mark.parametrize("subject", [{}, {"Subject": "Amazon SES Email Event Notification"}])
def test_what_sns_signed_holds(version: str, message: str, subject: dict[str, str]) -> None:
    signer = EnvelopeSigner(LEAF.key, FILE_NAME, version)  # type: ignore[arg-type]

    check(opened(signer.sign_body(envelope(message, **subject))))


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_what_sns_signed_of_a_confirmation_holds(kind: str) -> None:
    check(opened(envelope("Confirm", OWNER, Type=kind, **TOKEN)))


@pytest.mark.parametrize("field", SIGNED_FIELDS)
def test_no_signed_field_can_be_changed(field: str) -> None:
    body = envelope("message", Subject="subject")
    changed = {
        "TopicArn": f"arn:aws:sns:us-east-1:{OWNER}:ses-feedback",
        "Timestamp": "2026-11-20T14:06:12.119Z",
    }

    with pytest.raises(ForgedEnvelopeError, match="its Signature does not fit what is in it"):
        check(opened(body, **{field: changed.get(field, "other")}))


@pytest.mark.parametrize("field", ["Token", "SubscribeURL", "Message", "TopicArn"])
def test_no_signed_field_of_a_confirmation_can_be_changed(field: str) -> None:
    changed = {"TopicArn": f"arn:aws:sns:us-east-1:{OWNER}:ses-feedback"}.get(field, "other")

    with pytest.raises(ForgedEnvelopeError, match="its Signature does not fit what is in it"):
        check(opened(envelope("Confirm", **CONFIRMATION), **{field: changed}))


@pytest.mark.parametrize(
    "changed",
    [
        {"Type": "SubscriptionConfirmation"},
        {"Subject": "added"},
        {"Subject": ""},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": None},
        {"Signature": None},
        {"Signature": "AAAA"},
    ],
)
def test_nothing_else_passes_for_a_signature(changed: dict[str, str | None]) -> None:
    with pytest.raises(ForgedEnvelopeError, match="its Signature does not fit what is in it"):
        check(opened(envelope("message"), **changed))


def test_a_subject_cannot_be_left_out() -> None:
    with pytest.raises(ForgedEnvelopeError, match="its Signature does not fit"):
        check(opened(envelope("message", Subject="subject"), Subject=None))


@pytest.mark.parametrize("signature", ["é", "=", "A", "no base64!"])
def test_a_signature_that_is_none_is_refused(signature: str) -> None:
    with pytest.raises(ForgedEnvelopeError, match="its Signature"):
        check(opened(envelope("message"), Signature=signature))


def test_a_genuine_text_that_is_divided_in_other_places_is_refused() -> None:
    """SNS signed this text as one message of the delegate's topic, with lines like those of an envelope."""
    at, topic = "2026-11-20T14:06:12.118Z", f"arn:aws:sns:us-east-1:{OWNER}:t"
    message = f"forged\nMessageId\nm\nTimestamp\n{at}\nTopicArn\n{topic}"
    genuine = opened(envelope(message, DELEGATE))
    rest = f"\nMessageId\n{genuine['MessageId']}\nTimestamp\n{at}\nTopicArn\n{genuine['TopicArn']}"
    forged = {"Message": "forged", "MessageId": "m", "Timestamp": at, "TopicArn": topic + rest}
    divided = "".join(f"{name}\n{value}\n" for name, value in forged.items()) + "Type\nNotification\n"
    assert signed_text(genuine).decode() == divided

    with pytest.raises(ForgedEnvelopeError, match="one of its fields holds a line end"):
        check(opened(envelope(message, DELEGATE), **forged))


YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("2025-12-31T23:59:59.999Z", False),
        ("2026-01-01T00:00:00.000Z", True),
        ("2026-12-31T00:00:00.000Z", True),
        ("2026-12-31T00:00:00.001Z", False),
        ("", False),
    ],
)
def test_a_certificate_signs_for_the_time_in_which_it_is_valid_whenever_that_is_read(
    written: str, holds: bool
) -> None:
    leaf = make_leaf(ISSUER, valid_from=YEAR[0], valid_to=YEAR[1])
    signer = EnvelopeSigner(leaf.key, FILE_NAME)  # type: ignore[arg-type]
    read = opened(signer.sign_body(envelope("message", Timestamp=written)))

    if holds:
        check(read, leaf.pem)
    else:
        with pytest.raises(ForgedEnvelopeError, match="its certificate was not valid at its Timestamp"):
            check(read, leaf.pem)


def test_a_certificate_signs_for_topics_of_its_own_partition_only() -> None:
    topic = f"arn:aws-us-gov:sns:us-east-1:{DELEGATE}:ses-feedback"

    with pytest.raises(ForgedEnvelopeError, match="names no topic of its certificate's partition"):
        check(opened(envelope("message", TopicArn=topic)))
