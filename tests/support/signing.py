"""What signs envelopes in tests as SNS does, and the certificates that show it: made once for all tests.

The signer is the local runner's. It shares no code with the check.
"""

from collections import Counter
from functools import lru_cache

from console.local_aws.ministack.envelopes.signer import (
    ISSUER_URL,
    EnvelopeSigner,
    make_issuer,
    make_leaf,
    make_root,
)
from ses_reputation.errors import ForgedEnvelopeError, UnavailableError
from ses_reputation.feedback.envelope import Envelope
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
    """SNS and Amazon, as a fetcher finds them: one certificate, the same in every Region, and its issuer.

    An exception in place of either is raised. It counts what it is asked for.
    """

    def __init__(self, leaf: bytes | Exception = LEAF.pem, issuer: bytes | Exception = ISSUER.der) -> None:
        self.leaf = leaf
        self.issuer = issuer
        self.asked: Counter[str] = Counter()

    def __call__(self, url: str) -> bytes:
        self.asked[url] += 1
        found = self.issuer if url == ISSUER_URL else self.leaf
        if url != ISSUER_URL and not url.endswith(f"/{FILE_NAME}"):
            raise ForgedEnvelopeError("there is no certificate at its SigningCertURL")
        if isinstance(found, Exception):
            raise found
        return found


def signing_certificates(fetch: Publisher | None = None) -> SigningCertificates:
    """Return certificates that lead to the root of the tests."""
    return SigningCertificates(ROOT.pem, fetch or Publisher())


def check(certificates: SigningCertificates, *envelopes: Envelope) -> None:
    """Check a batch; raise the first problem that there is."""
    signatures = certificates.of_batch(envelopes)
    for problem in filter(None, map(signatures.problem_of, envelopes)):
        raise problem


OUT_OF_REACH = UnavailableError("ConnectTimeoutError")
