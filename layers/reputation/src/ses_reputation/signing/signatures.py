"""What SNS signs of an envelope, and whether it did."""

from binascii import a2b_base64
from typing import TYPE_CHECKING

from ses_reputation.errors import ForgedEnvelopeError

if TYPE_CHECKING:
    from ses_reputation.feedback.envelope import Envelope
    from ses_reputation.signing.chain import TrustedCertificate

_LINE_ENDS = {"Notification": 10, "SubscriptionConfirmation": 14, "UnsubscribeConfirmation": 14}
"""Line ends of a signed text that follow its message, without `Subject`."""


def signed_text(envelope: "Envelope") -> bytes:
    """Return the text that SNS signs: names and values of its fields, sorted by name, each in a line.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
    Raises ForgedEnvelopeError where a value after the message holds a line end: the text would then be that
    of other envelopes too, which divide it in other places.
    """
    confirms = envelope["Type"] != "Notification"
    link = f"SubscribeURL\n{envelope.get('SubscribeURL', '')}\n" if confirms else ""
    token = f"Token\n{envelope.get('Token', '')}\n" if confirms else ""
    message_id, signed_at = envelope.get("MessageId", ""), envelope.get("Timestamp", "")
    line_ends = _LINE_ENDS[envelope["Type"]]
    subject = ""
    if envelope.get("Subject") is not None and not confirms:
        subject = f"Subject\n{envelope['Subject']}\n"
        line_ends += 2
    rest = (
        f"\nMessageId\n{message_id}\n{link}{subject}Timestamp\n{signed_at}\n{token}"
        f"TopicArn\n{envelope['TopicArn']}\nType\n{envelope['Type']}\n"
    )
    if rest.count("\n") != line_ends - 1:
        raise ForgedEnvelopeError("one of its fields holds a line end")
    return f"Message\n{envelope['Message']}{rest}".encode()


def check_signature(envelope: "Envelope", certificate: "TrustedCertificate") -> None:
    """Raise ForgedEnvelopeError where a certificate of SNS's did not sign an envelope, or could not then.

    Validity is judged at the envelope's own time, which is signed: mail that waited in a dead-letter queue
    outlives certificates.
    """
    if not envelope["TopicArn"].startswith(certificate.topics):
        raise ForgedEnvelopeError("its TopicArn names no topic of its certificate's partition")
    if not certificate.valid_from <= envelope.get("Timestamp", "") <= certificate.valid_to:
        raise ForgedEnvelopeError("its certificate was not valid at its Timestamp")
    text = signed_text(envelope)
    try:
        signature = a2b_base64(envelope.get("Signature", ""))
    except ValueError as error:
        raise ForgedEnvelopeError("its Signature is no base64") from error
    if not certificate.has_signed(text, signature, envelope.get("SignatureVersion", "")):
        raise ForgedEnvelopeError("its Signature does not fit what is in it")
