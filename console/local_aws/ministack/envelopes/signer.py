"""An authority made for one run: what Amazon is to SNS, it is to the SNS on this machine."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Fields = Mapping[str, Any]

ENVELOPE_SIGNER_PATH = "/_ses_reputation/envelope-signer"
"""Where the emulator shows its signer to other processes of this program."""
ISSUER_URL = "http://crt.r2m01.amazontrust.com/r2m01.cer"
SNS_NAME = "sns.amazonaws.com"
# Archives of any age are replayed, and a certificate has to be valid when its envelope was written.
VALID_FROM = datetime(2010, 1, 1, tzinfo=UTC)
VALID_TO = datetime(2049, 12, 31, tzinfo=UTC)
_HASHES = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - as SNS does
_TYPES = ("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]


@dataclass(frozen=True, slots=True)
class Certified:
    """A key, and the certificate that says whose it is."""

    key: Key
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        """The certificate as DER, in which issuers are published."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        """The key as PEM."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def make_root(name: str = "A root made for one run") -> Certified:
    """Return a root, which certifies itself."""
    return _make_issuer(name, None)


def make_issuer(root: Certified) -> Certified:
    """Return an issuer that a root certifies, as Amazon's roots certify those that sign certificates."""
    return _make_issuer("An issuer made for one run", root)


def make_leaf(
    issuer: Certified,
    names: Sequence[str] = (SNS_NAME,),
    valid_from: datetime = VALID_FROM,
    valid_to: datetime = VALID_TO,
    *,
    issuer_url: str = ISSUER_URL,
    key: Key | None = None,
) -> Certified:
    """Return the certificate of some hosts, by default that of SNS's signatures, with a key like SNS's."""
    key = key or rsa.generate_private_key(65537, 2048)
    builder = _prepare(names[0], key, issuer, valid_from, valid_to)
    location = x509.UniformResourceIdentifier(issuer_url)
    access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, location)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, names))), critical=False)
        .add_extension(usage, critical=False)
        .add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    )
    return Certified(key, builder.sign(issuer.key, SHA256()))


def _make_issuer(name: str, root: Certified | None) -> Certified:
    key = ec.generate_private_key(ec.SECP256R1())
    signs = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    builder = _prepare(name, key, root, VALID_FROM, VALID_TO)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(signs, critical=True)
    return Certified(key, builder.sign(root.key if root else key, SHA256()))


def _prepare(
    name: str, key: Key, issuer: Certified | None, valid_from: datetime, valid_to: datetime
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuing_key = issuer.key if issuer else key
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing_key.public_key()), critical=False
        )
    )


class EnvelopeSigner:
    """Signs envelopes as SNS does; `file_name` is that of its certificate, `version` its SignatureVersion."""

    def __init__(self, key: rsa.RSAPrivateKey, file_name: str, version: str = "1") -> None:
        self._key = key
        self._file_name = file_name
        self._version = version

    @classmethod
    def from_json(cls, fields: Mapping[str, str]) -> "EnvelopeSigner":
        """Return the signer that `to_json` wrote down, in another process."""
        key = load_pem_private_key(fields["key"].encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101
        return cls(key, fields["file_name"])

    def to_json(self) -> dict[str, str]:
        """Return what another process on this machine needs to sign the same way."""
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return {"key": key.decode(), "file_name": self._file_name}

    def sign(self, envelope: Fields) -> dict[str, Any]:
        """Return an envelope signed; an id and a time are added where it has none, as SNS always writes them.

        Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
        """
        written = {"MessageId": str(uuid4()), "Timestamp": _now()} | dict(envelope)
        named = [name for name in _SIGNED[written["Type"]] if written.get(name) is not None]
        text = "".join(f"{name}\n{written[name]}\n" for name in named).encode(errors="surrogatepass")
        signature = self._key.sign(text, PKCS1v15(), _HASHES[self._version])
        region = written["TopicArn"].split(":", 4)[3]
        return written | {
            "SignatureVersion": self._version,
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": f"https://sns.{region}.amazonaws.com/{self._file_name}",
        }

    def sign_body(self, body: str) -> str:
        """Return the body of a queue message with its envelope signed; as it is, where it is no envelope."""
        try:
            envelope = json.loads(body)
        except (ValueError, RecursionError):
            return body
        return json.dumps(self.sign(envelope)) if is_envelope(envelope) else body


def is_envelope(value: Any) -> bool:
    """Return whether a JSON value is an SNS envelope that names a topic."""
    if not isinstance(value, dict) or value.get("Type") not in _TYPES:
        return False
    texts = all(isinstance(value.get(name, ""), str) for name in _SIGNED["SubscriptionConfirmation"])
    return texts and "Message" in value and str(value.get("TopicArn")).count(":") >= 4


def _now() -> str:
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds')[:-6]}Z"
