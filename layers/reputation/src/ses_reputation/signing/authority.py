"""Who signs for SNS: where its certificates lie, whose they are, and which roots they lead to.

No setting, parameter or variable reaches what stands here: whoever could change it could write envelopes. The
local runner alone replaces `AMAZON`, inside the processes that it starts
(console/local_aws/ministack/envelopes/signed_envelopes.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from re import compile as pattern

from ses_reputation.regions import partition_of

AMAZON_ROOTS = Path(__file__).with_name("amazon_roots.pem")
"""Amazon's four roots, as botocore's cacert.pem holds them: https://www.amazontrust.com/repository/"""
_DOMAINS = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
PARTITIONS = frozenset(_DOMAINS)
"""Where SNS's certificates are known to lead to these roots. Those of `aws-eusc` have roots of their own with
EU in their names, cross-signed by these (https://www.amazontrust.com/repository/). No page says what SNS's
certificates are called there, nor whether SNS hands out the cross-signed chain: docs/adr/0040."""
_certificate_url = pattern(
    r"https://sns\.([a-z0-9-]{1,40})\.(amazonaws\.com(?:\.cn)?)/SimpleNotificationService-[A-Za-z0-9]{8,64}\.pem"
).fullmatch
is_issuer_url = pattern(r"http://crt\.[a-z0-9]{1,20}\.amazontrust\.com/[a-z0-9]{1,20}\.(?:cer|crt)").fullmatch
"""Match where Amazon keeps the certificates of its own issuers. Plain HTTP, as such addresses are everywhere:
a certificate's signature shows whose it is, not the connection."""


@dataclass(frozen=True, slots=True)
class SigningAuthority:
    """Whose certificates sign envelopes.

    roots: PEM, for the certificates and for the connections that bring them. addresses: host and port to
    connect to in place of a URL's own, by its scheme.
    """

    roots: bytes = field(default_factory=AMAZON_ROOTS.read_bytes)
    addresses: Mapping[str, tuple[str, int]] = field(default_factory=dict)


AMAZON = SigningAuthority()


@dataclass(frozen=True, slots=True)
class CertificatePlace:
    """What a certificate's URL says of it: the partition whose topics it signs for, and names it may have."""

    partition: str
    names: tuple[str, ...]


def place_of(url: str) -> CertificatePlace | None:
    """Return what a `SigningCertURL` says; None where it is no place of SNS.

    The names are those that AWS's own validator expects, by Region: `SnsHostProvider` of the AWS SDK for Java
    2 (sns-message-manager).
    """
    found = _certificate_url(url)
    if not found:
        return None
    region, domain = found.groups()
    partition = partition_of(region)
    if domain != _DOMAINS.get(partition):
        return None
    names = (f"sns.{domain}", f"sns-signing.{region}.{domain}", f"sns-{region}.{domain}")
    shared = ("sns-us-gov-west-1.amazonaws.com",) if partition == "aws-us-gov" else ()
    return CertificatePlace(partition, names + shared)
