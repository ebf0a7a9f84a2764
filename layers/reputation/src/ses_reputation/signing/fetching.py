"""Fetching a certificate: patiently enough for a slow moment, and never long enough to stall a batch."""

import ssl
import time
from functools import cached_property
from http import HTTPStatus
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from ses_reputation.errors import ForgedEnvelopeError, UnavailableError
from ses_reputation.signing.authority import SigningAuthority

_PATIENCE = urllib3.Timeout(connect=2, read=2)
_MOST_SECONDS = 4
# A certificate and its issuers have under 10 KB.
_MOST_BYTES = 65_536
_PIECE_BYTES = 8_192
# S3 says 403 of what is not there where it may not list. Neither passes by itself, unlike all other answers.
_NOT_THERE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class CertificateFetcher:
    """Fetches what SNS and Amazon publish; no redirect is followed, and nothing is asked twice."""

    def __init__(self, authority: SigningAuthority) -> None:
        self._authority = authority

    def __call__(self, url: str) -> bytes:
        """Return what lies at a URL.

        Raises ForgedEnvelopeError where nothing lies there, and UnavailableError for all else that fails.
        """
        try:
            return self._read(url)
        except HTTPError as error:
            raise UnavailableError(type(error).__name__) from error

    def _read(self, url: str) -> bytes:
        must_end = time.monotonic() + _MOST_SECONDS
        parts = urlsplit(url)
        with self._pool(parts.scheme, parts.netloc) as pool:
            answer = pool.request(
                "GET",
                parts.path,
                headers={"Host": parts.netloc},
                redirect=False,
                retries=False,
                timeout=_PATIENCE,
                preload_content=False,
            )
            if answer.status in _NOT_THERE:
                raise ForgedEnvelopeError("there is no certificate at its SigningCertURL")
            if answer.status != HTTPStatus.OK:
                raise UnavailableError(f"HTTP {answer.status}")
            return _content(answer, must_end)

    def _pool(self, scheme: str, host: str) -> urllib3.HTTPConnectionPool:
        """A connection to a host, or to what stands for it: TLS asks for the host's own name in any case."""
        address, port = self._authority.addresses.get(scheme, (host, None))
        if scheme == "http":
            return urllib3.HTTPConnectionPool(address, port)
        return urllib3.HTTPSConnectionPool(
            address, port, ssl_context=self._tls, server_hostname=host, assert_hostname=host
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self._authority.roots.decode("ascii"))


def _content(answer: urllib3.BaseHTTPResponse, must_end: float) -> bytes:
    """Read an answer piece by piece: each may come just in time, and all together too late."""
    content = b""
    for piece in answer.stream(_PIECE_BYTES, decode_content=False):
        content += piece
        if len(content) > _MOST_BYTES:
            raise UnavailableError("CertificateTooLong")
        if time.monotonic() > must_end:
            raise UnavailableError("ReadTimeoutError")
    return content
