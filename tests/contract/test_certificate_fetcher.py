"""Certificates come over a real TLS connection, from the host that is meant, in short time, or not at all."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from console.local_aws.ministack.envelopes.certificate_server import Addresses, serve_certificates
from console.local_aws.ministack.envelopes.signer import ISSUER_URL, make_root
from ses_reputation.errors import ForgedEnvelopeError, UnavailableError
from ses_reputation.signing import fetching
from ses_reputation.signing.authority import SigningAuthority
from ses_reputation.signing.fetching import CertificateFetcher
from tests.support.signing import CERTIFICATE_URL, FILE_NAME, ISSUER, LEAF, ROOT

ELSEWHERE = f"https://sns.eu-west-1.amazonaws.com/{FILE_NAME}"


class Published:
    """What the servers answer, and which hosts and paths they were asked for."""

    def __init__(self) -> None:
        self.status = 200
        self.content = LEAF.pem
        self.asked: list[tuple[str, str]] = []

    def __call__(self, host: str, path: str) -> tuple[int, bytes]:
        self.asked.append((host, path))
        return self.status, (ISSUER.der if path == "/r2m01.cer" else self.content)


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def addresses(published: Published) -> Iterator[Addresses]:
    with serve_certificates(ROOT, published) as serving:
        yield serving


@pytest.fixture
def fetch(addresses: Addresses) -> CertificateFetcher:
    return CertificateFetcher(SigningAuthority(ROOT.pem, addresses._asdict()))


def test_a_certificate_is_fetched_from_the_host_and_path_of_its_url(
    fetch: CertificateFetcher, published: Published
) -> None:
    assert fetch(CERTIFICATE_URL) == LEAF.pem
    assert fetch(ELSEWHERE) == LEAF.pem
    assert published.asked == [
        ("sns.us-east-1.amazonaws.com", f"/{FILE_NAME}"),
        ("sns.eu-west-1.amazonaws.com", f"/{FILE_NAME}"),
    ]


def test_an_issuer_is_fetched_over_plain_http(fetch: CertificateFetcher, published: Published) -> None:
    assert fetch(ISSUER_URL) == ISSUER.der
    assert published.asked == [("crt.r2m01.amazontrust.com", "/r2m01.cer")]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_certificate_that_is_not_there_shows_a_forgery(
    fetch: CertificateFetcher, published: Published, status: int
) -> None:
    published.status = status

    with pytest.raises(ForgedEnvelopeError, match="there is no certificate at its SigningCertURL"):
        fetch(CERTIFICATE_URL)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 429, 500, 502, 503])
def test_any_other_answer_says_nothing_and_no_redirect_is_followed(
    fetch: CertificateFetcher, published: Published, status: int
) -> None:
    published.status = status

    with pytest.raises(UnavailableError, match=f"HTTP {status}"):
        fetch(CERTIFICATE_URL)
    assert len(published.asked) == 1


def test_a_host_that_another_root_certifies_is_not_listened_to(
    addresses: Addresses, published: Published
) -> None:
    fetch = CertificateFetcher(SigningAuthority(make_root().pem, addresses._asdict()))

    with pytest.raises(UnavailableError, match="SSLError"):
        fetch(CERTIFICATE_URL)
    assert published.asked == []


def test_amazons_roots_do_not_certify_the_local_runner(addresses: Addresses, published: Published) -> None:
    fetch = CertificateFetcher(SigningAuthority(addresses=addresses._asdict()))

    with pytest.raises(UnavailableError, match="SSLError"):
        fetch(CERTIFICATE_URL)
    assert published.asked == []


def test_a_host_with_the_certificate_of_another_is_not_listened_to(published: Published) -> None:
    """Its root is the right one; its name is not that of the URL."""
    with serve_certificates(ROOT, published, named="sns.us-east-1.amazonaws.com") as addresses:
        fetch = CertificateFetcher(SigningAuthority(ROOT.pem, addresses._asdict()))

        assert fetch(CERTIFICATE_URL) == LEAF.pem
        with pytest.raises(UnavailableError, match="SSLError"):
            fetch(ELSEWHERE)


def test_a_host_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_PATIENCE", urllib3.Timeout(connect=0.2, read=0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        fetch = CertificateFetcher(SigningAuthority(ROOT.pem, {"http": silent.getsockname()}))

        with pytest.raises(UnavailableError, match="ReadTimeoutError"):
            fetch(ISSUER_URL)


def test_a_port_that_nobody_listens_at_is_out_of_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    fetch = CertificateFetcher(SigningAuthority(ROOT.pem, {"https": address}))

    with pytest.raises(UnavailableError, match="NewConnectionError"):
        fetch(CERTIFICATE_URL)


@contextmanager
def dripping() -> Iterator[tuple[str, int]]:
    """A server that sends a byte of an endless answer again and again, each in good time."""
    ended = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not ended.wait(0.02):
                try:
                    connection.sendall(b"1\r\nx\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server])
        thread.start()
        try:
            yield server.getsockname()
        finally:
            ended.set()
            thread.join()


def test_an_answer_that_comes_drop_by_drop_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_MOST_SECONDS", 0.3)
    with dripping() as address:
        fetch = CertificateFetcher(SigningAuthority(ROOT.pem, {"http": address}))

        with pytest.raises(UnavailableError, match="ReadTimeoutError"):
            fetch(ISSUER_URL)


def test_an_answer_without_end_is_given_up(fetch: CertificateFetcher, published: Published) -> None:
    published.content = b"x" * 65_536
    assert fetch(CERTIFICATE_URL) == published.content
    published.content += b"x"

    with pytest.raises(UnavailableError, match="CertificateTooLong"):
        fetch(CERTIFICATE_URL)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_no_variable_makes_another_root_trusted(
    name: str, addresses: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    monkeypatch.setenv(name, str(tmp_path / "root.pem"))
    fetch = CertificateFetcher(SigningAuthority(addresses=addresses._asdict()))

    with pytest.raises(UnavailableError, match="SSLError"):
        fetch(CERTIFICATE_URL)


def test_no_variable_puts_a_proxy_between(fetch: CertificateFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert fetch(CERTIFICATE_URL) == LEAF.pem
    assert fetch(ISSUER_URL) == ISSUER.der
