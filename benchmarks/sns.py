"""SNS as measurements need it: envelopes signed with a key of their own, a certificate without a network."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from benchmarks.traffic.events import REGION
from console.local_aws.ministack.envelopes.signer import (
    ISSUER_URL,
    EnvelopeSigner,
    make_issuer,
    make_leaf,
    make_root,
)
from ses_reputation.signing.authority import SigningAuthority

_FILE_NAME = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
CERTIFICATE_URL = f"https://sns.{REGION}.amazonaws.com/{_FILE_NAME}"


class Published(NamedTuple):
    """PEM of a root, of a certificate of SNS's that leads to it, and of the issuer between them."""

    root: str
    leaf: str
    issuer: str


class _Sns(NamedTuple):
    signer: EnvelopeSigner
    published: Published


@cache
def sns() -> _Sns:
    """Return the signer of this process, and what it publishes."""
    root = make_root()
    issuer = make_issuer(root)
    leaf = make_leaf(issuer)
    signer = EnvelopeSigner(leaf.key, _FILE_NAME)  # type: ignore[arg-type]
    return _Sns(signer, Published(*(each.pem.decode() for each in (root, leaf, issuer))))


def trust_in_function(published: Published) -> None:
    """Let functions/journal_feedback, in this process, believe what a signer has signed."""
    app: Any = import_module("functions.journal_feedback.app")  # which reads the environment of now

    found: Mapping[str, bytes] = {
        CERTIFICATE_URL: published.leaf.encode(),
        ISSUER_URL: published.issuer.encode(),
    }
    app.AMAZON = SigningAuthority(published.root.encode())
    app.CertificateFetcher = lambda _: found.__getitem__
    app._journaling.cache_clear()
