"""What signs envelopes in tests as SNS does, and the certificates that show it: made once for all tests.

The signer is the local runner's. It shares no code with the check.
"""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from console.local_aws.ministack.signer import (
    ISSUER_URL,
    EnvelopeSigner,
    make_issuer,
    make_leaf,
    make_root,
)
from ses_reputation.errors import ForgedEnvelopeError, UnavailableError
from ses_reputation.signing.certificates import SigningCertificates

FILE_NAME = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
CERTIFICATE_URL = f"https://sns.us-east-1.amazonaws.com/{FILE_NAME}"
ROOT = make_root()
ISSUER = make_issuer(ROOT)
LEAF = make_leaf(ISSUER)
SIGNER = EnvelopeSigner(LEAF.key, FILE_NAME)  # type: ignore[arg-type]
sign_body = lru_cache(maxsize=10_000)(SIGNER.sign_body)
"""Sign the body of a queue message, if it is an envelope; the same body gets the same signature."""


class Publisher:
    """SNS's and Amazon's certificates by URL, as a fetcher finds them; counts what it is asked for.

    An exception in place of a certificate is raised. What is not there is forged.
    """

    def __init__(self, published: Mapping[str, bytes | Exception]) -> None:
        self.published = dict(published)
        self.asked: Counter[str] = Counter()

    def __call__(self, url: str) -> bytes:
        self.asked[url] += 1
        found = self.published.get(url, ForgedEnvelopeError("there is no certificate at its SigningCertURL"))
        if isinstance(found, Exception):
            raise found
        return found


class AnyRegion(dict[str, bytes | Exception]):
    """The certificate of the tests, under its file's name in every Region, and its issuer."""

    def get(self, url: str, default: object = None) -> object:  # type: ignore[override]
        return super().get(url) or (LEAF.pem if url.endswith(f"/{FILE_NAME}") else default)


def publisher(**changed: bytes | Exception) -> Publisher:
    """Return what finds the certificate of the tests; `leaf` and `issuer` replace what is published."""
    published = Publisher({})
    published.published = AnyRegion({ISSUER_URL: changed.get("issuer", ISSUER.der)})
    if "leaf" in changed:
        published.published[CERTIFICATE_URL] = changed["leaf"]
    return published


def signing_certificates(fetch: Publisher | None = None) -> SigningCertificates:
    """Return certificates that lead to the root of the tests."""
    return SigningCertificates(ROOT.pem, fetch or publisher())


OUT_OF_REACH = UnavailableError("ConnectTimeoutError")
