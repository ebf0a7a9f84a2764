"""Where SNS's certificates lie, and whose names they may have."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from ses_reputation.signing.authority import AMAZON, is_issuer_url, place_of

FILE = "SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem"


@pytest.mark.parametrize(
    ("region", "domain", "partition", "named"),
    [
        # What SnsHostProvider of the AWS SDK for Java 2 expects in these Regions.
        ("us-east-1", "amazonaws.com", "aws", "sns.amazonaws.com"),
        ("ap-southeast-2", "amazonaws.com", "aws", "sns.amazonaws.com"),
        ("af-south-1", "amazonaws.com", "aws", "sns-signing.af-south-1.amazonaws.com"),
        ("ap-southeast-7", "amazonaws.com", "aws", "sns-signing.ap-southeast-7.amazonaws.com"),
        ("us-gov-west-1", "amazonaws.com", "aws-us-gov", "sns-us-gov-west-1.amazonaws.com"),
        ("us-gov-east-1", "amazonaws.com", "aws-us-gov", "sns-us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn", "aws-cn", "sns-cn-north-1.amazonaws.com.cn"),
        ("cn-northwest-1", "amazonaws.com.cn", "aws-cn", "sns-cn-northwest-1.amazonaws.com.cn"),
    ],
)
def test_a_certificate_of_a_region_has_the_name_that_aws_expects(
    region: str, domain: str, partition: str, named: str
) -> None:
    place = place_of(f"https://sns.{region}.{domain}/{FILE}")

    assert place is not None
    assert place.partition == partition
    assert named in place.names


def test_a_certificate_of_one_region_does_not_sign_in_another() -> None:
    place = place_of(f"https://sns.eu-south-1.amazonaws.com/{FILE}")

    assert place is not None
    assert "sns-signing.af-south-1.amazonaws.com" not in place.names
    assert "sns-us-gov-west-1.amazonaws.com" not in place.names


@pytest.mark.parametrize(
    "url",
    [
        f"http://sns.us-east-1.amazonaws.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com.evil.example/{FILE}",
        f"https://sns.us-east-1.amazonaws.co/{FILE}",
        f"https://evil.example/{FILE}",
        f"https://evil.example/sns.us-east-1.amazonaws.com/{FILE}",
        f"https://user@sns.us-east-1.amazonaws.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com@evil.example/{FILE}",
        f"https://sns.us-east-1.amazonaws.com:443/{FILE}",
        f"https://sns.us-east-1.amazonaws.com/{FILE}?a=b",
        f"https://sns.us-east-1.amazonaws.com/{FILE}#a",
        f"https://sns.us-east-1.amazonaws.com/folder/{FILE}",
        f"https://sns.us-east-1.amazonaws.com//{FILE}",
        f"https://sns.us-east-1.amazonaws.com/{FILE}\n",
        f" https://sns.us-east-1.amazonaws.com/{FILE}",
        f"HTTPS://SNS.US-EAST-1.AMAZONAWS.COM/{FILE}",
        "https://sns.us-east-1.amazonaws.com/other.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-.pem",
        "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
        f"https://s3.us-east-1.amazonaws.com/{FILE}",
        f"https://sns.amazonaws.com/{FILE}",
        f"https://sns.bucket.s3.amazonaws.com/{FILE}",
        f"https://sns.no-region.amazonaws.com/{FILE}",
        f"https://sns.us-east-1-.amazonaws.com/{FILE}",
        f"https://sns.us-east-\u0661.amazonaws.com/{FILE}",
        f"https://sns.us-east-1.amazonaws.com.cn/{FILE}",
        f"https://sns.cn-north-1.amazonaws.com/{FILE}",
        "",
    ],
)
def test_no_other_place_is_asked_for_a_certificate(url: str) -> None:
    assert place_of(url) is None


@pytest.mark.parametrize(
    ("url", "is_amazons"),
    [
        ("http://crt.r2m01.amazontrust.com/r2m01.cer", True),
        ("http://crt.sca1b.amazontrust.com/sca1b.crt", True),
        ("http://crt.r2m01.amazontrust.com.evil.example/r2m01.cer", False),
        ("http://crt.r2m01.amazontrust.com:80/r2m01.cer", False),
        ("http://crt.evil.example/r2m01.cer", False),
        ("http://169.254.169.254/latest", False),
        ("http://crt.r2m01.amazontrust.com/../r2m01.cer", False),
        ("file:///etc/passwd", False),
    ],
)
def test_issuers_come_from_amazon_only(url: str, is_amazons: bool) -> None:
    assert bool(is_issuer_url(url)) is is_amazons


def test_the_roots_are_the_four_that_amazon_publishes() -> None:
    """Fingerprints from https://www.amazontrust.com/repository/."""
    roots = x509.load_pem_x509_certificates(AMAZON.roots)

    assert [root.fingerprint(SHA256()).hex() for root in roots] == [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
    ]


def test_nothing_stands_for_the_addresses_of_sns() -> None:
    assert AMAZON.addresses == {}
