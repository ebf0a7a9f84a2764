"""Certificates are fetched once, checked to their root, and three a batch at most."""

import json
from datetime import UTC, datetime

import pytest

from console.local_aws.ministack.envelopes.signer import (
    ISSUER_URL,
    Certified,
    EnvelopeSigner,
    make_issuer,
    make_leaf,
    make_root,
)
from ses_reputation.errors import ForgedEnvelopeError, UnavailableError
from ses_reputation.feedback.envelope import Envelope, open_envelope
from ses_reputation.signing.authority import AMAZON
from ses_reputation.signing.certificates import SigningCertificates
from tests.support.notifications import envelope
from tests.support.signing import (
    CERTIFICATE_URL,
    FILE_NAME,
    ISSUER,
    LEAF,
    OUT_OF_REACH,
    ROOT,
    Publisher,
    check,
    signing_certificates,
)

HOST = "https://sns.us-east-1.amazonaws.com"


def opened(body: str, **changed: str) -> Envelope:
    read = open_envelope(json.dumps(json.loads(body) | changed))
    assert read is not None
    return read


def signed(number: int = 0, leaf: Certified = LEAF, **changed: str) -> Envelope:
    """An envelope that a certificate's key signed."""
    signer = EnvelopeSigner(leaf.key, FILE_NAME)  # type: ignore[arg-type]
    return opened(signer.sign_body(envelope("message", MessageId=f"m-{number}")), **changed)


def invented(number: int) -> Envelope:
    """A forged envelope whose certificate could lie where SNS's do, and does not."""
    return signed(SigningCertURL=f"{HOST}/SimpleNotificationService-{number:032x}.pem")


def test_a_certificate_without_its_issuer_gets_it_from_amazon() -> None:
    fetch = Publisher()
    check(signing_certificates(fetch), signed())

    assert fetch.asked == {CERTIFICATE_URL: 1, ISSUER_URL: 1}


def test_a_certificate_that_comes_with_its_issuer_needs_no_second_fetch() -> None:
    fetch = Publisher(leaf=LEAF.pem + ISSUER.pem)
    check(signing_certificates(fetch), signed())

    assert fetch.asked == {CERTIFICATE_URL: 1}


def test_a_certificate_is_fetched_once_for_a_thousand_envelopes_and_the_batches_that_follow() -> None:
    fetch = Publisher()
    certificates = signing_certificates(fetch)
    batch = [signed(number) for number in range(1_000)]
    for _ in range(2):
        check(certificates, *batch)

    assert fetch.asked == {CERTIFICATE_URL: 1, ISSUER_URL: 1}


def test_an_issuer_is_fetched_once_for_the_certificates_of_two_regions() -> None:
    fetch = Publisher()
    regions = [signed(), signed(SigningCertURL=CERTIFICATE_URL.replace("us-east-1", "eu-west-1"))]
    check(signing_certificates(fetch), *regions)

    assert fetch.asked[ISSUER_URL] == 1
    assert fetch.asked.total() == 3


def test_the_certificate_is_kept_with_its_issuer() -> None:
    signatures = signing_certificates().of_batch([signed()])

    assert signatures.pem_of(signed()).encode() == LEAF.pem + ISSUER.pem
    assert signatures.pem_of(invented(1)) == signatures.pem_of(None) == ""


def problem_of(read: Envelope, certificates: SigningCertificates) -> str:
    with pytest.raises(ForgedEnvelopeError) as raised:
        check(certificates, read)
    assert certificates.trusted == {}
    return str(raised.value)


def test_a_certificate_of_another_root_is_foreign_though_all_else_fits() -> None:
    root = make_root()
    issuer = make_issuer(root)
    leaf = make_leaf(issuer)
    fetch = Publisher(leaf=leaf.pem + issuer.pem + root.pem)

    assert "does not lead to a root" in problem_of(signed(leaf=leaf), signing_certificates(fetch))


def test_a_certificate_of_the_local_runner_is_foreign_to_amazons_roots() -> None:
    certificates = SigningCertificates(AMAZON.roots, Publisher())

    assert "does not lead to a root of Amazon's" in problem_of(signed(), certificates)


def test_an_issuer_that_did_not_sign_the_certificate_does_not_help_it() -> None:
    leaf = make_leaf(make_issuer(make_root()))

    assert "does not lead to a root" in problem_of(
        signed(leaf=leaf), signing_certificates(Publisher(leaf=leaf.pem))
    )


def test_a_root_cannot_be_brought_along_as_the_certificate() -> None:
    """It is trusted to certify, and not to sign envelopes."""
    problem_of(signed(), signing_certificates(Publisher(leaf=ROOT.pem)))
    problem_of(signed(), signing_certificates(Publisher(leaf=ISSUER.pem + ROOT.pem)))


def test_a_certificate_cannot_certify_another() -> None:
    leaf = make_leaf(LEAF)
    fetch = Publisher(leaf=leaf.pem + LEAF.pem + ISSUER.pem)

    assert "does not lead to a root" in problem_of(signed(leaf=leaf), signing_certificates(fetch))


@pytest.mark.parametrize(
    "name",
    [
        "sns.us-west-2.amazonaws.com",
        "sns-signing.af-south-1.amazonaws.com",
        "mail.example.com",
        "s3.amazonaws.com",
        "*.amazonaws.com",
        "sns.amazonaws.com.evil.example",
    ],
)
def test_a_certificate_that_amazon_gave_somebody_else_is_not_snss(name: str) -> None:
    """Amazon's roots certify every customer of AWS."""
    leaf = make_leaf(ISSUER, [name])

    assert "no name of SNS's" in problem_of(signed(leaf=leaf), signing_certificates(Publisher(leaf=leaf.pem)))


def test_a_certificate_with_the_name_of_the_regions_signatures_is_snss() -> None:
    leaf = make_leaf(ISSUER, ["sns-signing.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"])
    certificates = signing_certificates(Publisher(leaf=leaf.pem))
    read = signed(leaf=leaf)

    check(certificates, read)


@pytest.mark.parametrize("content", [b"", b"<html>", b"-----BEGIN CERTIFICATE-----\nAAAA\n", b"\x30\x82"])
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    assert "there is no certificate" in problem_of(signed(), signing_certificates(Publisher(leaf=content)))


def test_a_certificate_does_not_come_with_a_crowd_of_issuers() -> None:
    """Each might have certified each, so that there would be no end of ways to a root."""
    fetch = Publisher(leaf=LEAF.pem + ISSUER.pem * 5)

    assert "more certificates than lead to a root" in problem_of(signed(), signing_certificates(fetch))


def test_a_thousand_certificates_that_were_brought_along_cost_three_checks() -> None:
    fetch = Publisher()
    batch = [invented(number) for number in range(1_000)]
    brought = {each["SigningCertURL"]: (LEAF.pem + ISSUER.pem).decode() for each in batch}
    certificates = signing_certificates(fetch)

    assert len(certificates.of_batch(batch, brought).certificates) == 3
    assert fetch.asked.total() == 3
    # They are SNS's; but whoever brought them chose their URLs.
    assert certificates.trusted == {}


def test_an_issuer_is_not_asked_for_where_anybody_says() -> None:
    leaf = make_leaf(ISSUER, issuer_url="http://169.254.169.254/latest/meta-data")
    fetch = Publisher(leaf=leaf.pem)

    assert "issuer is not one of Amazon's" in problem_of(signed(leaf=leaf), signing_certificates(fetch))
    assert fetch.asked == {CERTIFICATE_URL: 1}


def test_a_certificate_is_trusted_whenever_it_is_fetched_if_its_chain_held_once() -> None:
    """Redriven mail is read when its certificate has ended."""
    leaf = make_leaf(
        ISSUER, valid_from=datetime(2012, 1, 1, tzinfo=UTC), valid_to=datetime(2013, 1, 1, tzinfo=UTC)
    )
    certificates = signing_certificates(Publisher(leaf=leaf.pem))
    certificates.of_batch([signed(leaf=leaf)])

    assert certificates.trusted[CERTIFICATE_URL].valid_from == "2012-01-01T00:00:00.000Z"
    assert certificates.trusted[CERTIFICATE_URL].valid_to == "2013-01-01T00:00:00.000Z"


def test_out_of_reach_is_not_forged_and_is_asked_for_again_in_the_next_batch() -> None:
    fetch = Publisher(leaf=OUT_OF_REACH)
    certificates = signing_certificates(fetch)
    batch = [signed(number) for number in range(100)]
    signatures = certificates.of_batch(batch)

    assert list(map(signatures.problem_of, batch)) == [OUT_OF_REACH] * 100
    assert fetch.asked.total() == 1
    fetch.leaf = LEAF.pem
    check(certificates, *batch)


def test_an_issuer_out_of_reach_is_not_forged_either() -> None:
    fetch = Publisher(issuer=OUT_OF_REACH)

    with pytest.raises(UnavailableError, match="ConnectTimeoutError"):
        check(signing_certificates(fetch), signed())


def test_a_thousand_invented_urls_cost_three_fetches_and_not_the_genuine_envelopes() -> None:
    fetch = Publisher()
    forged = [invented(number) for number in range(1_000)]
    genuine = [signed(number) for number in range(2)]
    signatures = signing_certificates(fetch).of_batch([*forged, *genuine])

    assert list(map(signatures.problem_of, genuine)) == [None, None]
    assert fetch.asked.total() == 3
    ends = [type(signatures.problem_of(each)) for each in forged]
    assert ends == [ForgedEnvelopeError] + [UnavailableError] * 999


def test_invented_urls_that_nobody_could_fetch_from_cost_no_fetch() -> None:
    fetch = Publisher()
    urls = [f"https://evil.example/{number}.pem" for number in range(1_000)]
    batch = [signed(SigningCertURL=url) for url in urls]
    signatures = signing_certificates(fetch).of_batch(batch)

    said = {str(signatures.problem_of(each)) for each in batch}
    assert said == {"its SigningCertURL is no place of SNS's certificates"}
    assert fetch.asked.total() == 0
