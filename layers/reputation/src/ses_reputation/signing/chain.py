"""Certificates: whether one leads to a trusted root under a name of SNS, and whether it signed a text.

Imported with the first envelope that is verified: `cryptography` takes 25 ms of CPU to load.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from ses_reputation.hours import format_timestamp

_PADDING = PKCS1v15()
_HASHES = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - version 1 is SHA1, and still what topics use by default
_UNREADABLE = (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError)
# SNS's certificates have one issuer below the root. Many of one name would make many ways to look for a root.
_MOST_ISSUERS = 4
_PEM_BEGINS = b"-----BEGIN CERTIFICATE-----"


class UntrustedCertificateError(ValueError):
    """A certificate is not one of SNS's; says why, and nothing of what is written in it."""


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """A certificate of SNS's, and when its chain is valid: times as SNS writes `Timestamp`, both included.

    topics: how the ARNs of topics begin that it signs for. pem: the chain without its root.
    """

    key: RSAPublicKey = field(repr=False)
    topics: str
    valid_from: str
    valid_to: str
    pem: str = field(repr=False)

    def has_signed(self, text: bytes, signature: bytes, version: str) -> bool:
        """Return whether a signature of a `SignatureVersion` is the certificate's, and of this text."""
        try:
            self.key.verify(signature, text, _PADDING, _HASHES[version])
        except (InvalidSignature, KeyError):
            return False
        return True


def trust(
    content: bytes, names: Sequence[str], partition: str, roots: bytes, fetch_issuer: Callable[[str], bytes]
) -> TrustedCertificate:
    """Return a fetched certificate as a trusted one.

    content: a leaf as PEM, with or without its issuers; without, they come from the address in the leaf.
    The chain is checked as of when it began to hold, so that it does not matter when this runs: each envelope
    is compared with when it holds. Raises UntrustedCertificateError, and what `fetch_issuer` raises.
    """
    leaf, *issuers = _read(content)
    issuers = issuers or _read(fetch_issuer(_issuer_url(leaf)))
    if len(issuers) > _MOST_ISSUERS:
        raise UntrustedCertificateError("it comes with more certificates than lead to a root")
    chain = _verified(leaf, issuers, names, roots)
    key = leaf.public_key()
    if not isinstance(key, RSAPublicKey):
        raise UntrustedCertificateError("its key is not RSA")
    return TrustedCertificate(
        key,
        f"arn:{partition}:sns:",
        format_timestamp(max(each.not_valid_before_utc for each in chain)),
        format_timestamp(min(each.not_valid_after_utc for each in chain)),
        "".join(each.public_bytes(Encoding.PEM).decode() for each in chain[:-1]),
    )


def _read(content: bytes) -> list[x509.Certificate]:
    """Read PEM, or the DER that issuers are published as."""
    try:
        if _PEM_BEGINS in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise UntrustedCertificateError("there is no certificate at its address") from error


def _issuer_url(leaf: x509.Certificate) -> str:
    try:
        access = leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except _UNREADABLE as error:
        raise UntrustedCertificateError("it names no issuer") from error
    for each in access:
        is_issuer = each.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        if is_issuer and isinstance(each.access_location, x509.UniformResourceIdentifier):
            return each.access_location.value
    raise UntrustedCertificateError("it names no issuer")


def _verified(
    leaf: x509.Certificate, issuers: list[x509.Certificate], names: Sequence[str], roots: bytes
) -> list[x509.Certificate]:
    """Return the chain from the leaf to a root, as cryptography's own verifier built it."""
    began = max(each.not_valid_before_utc for each in (leaf, *issuers))
    policy = PolicyBuilder().store(Store(x509.load_pem_x509_certificates(roots))).time(began)
    try:
        return policy.build_server_verifier(_own_name(leaf, names)).verify(leaf, issuers)
    except VerificationError as error:
        raise UntrustedCertificateError("it does not lead to a root of Amazon's") from error


def _own_name(leaf: x509.Certificate, names: Sequence[str]) -> x509.DNSName:
    try:
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except _UNREADABLE as error:
        raise UntrustedCertificateError("it has no name of SNS's") from error
    own = set(named.get_values_for_type(x509.DNSName))
    for name in names:
        if name in own:
            return x509.DNSName(name)
    raise UntrustedCertificateError("it has no name of SNS's")
