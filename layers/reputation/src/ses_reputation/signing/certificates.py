"""The certificates of SNS: fetched when first needed, checked once, and kept as long as the process lives."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ses_reputation.errors import ForgedEnvelopeError, UnavailableError
from ses_reputation.signing.authority import CertificatePlace, is_issuer_url, place_of
from ses_reputation.signing.signatures import check_signature

if TYPE_CHECKING:
    from ses_reputation.feedback.envelope import Envelope
    from ses_reputation.signing.chain import TrustedCertificate

MOST_FETCHES = 3
"""So many a batch, whatever its messages name: a certificate takes two, and each may take seconds."""

Fetch = Callable[[str], bytes]
"""Return what lies at a URL. Raises ForgedEnvelopeError where nothing does, UnavailableError where it cannot
be known."""
Problem = ForgedEnvelopeError | UnavailableError


@dataclass(frozen=True, slots=True)
class BatchSignatures:
    """The certificates that the envelopes of one batch name, and what is wrong with the others, by URL."""

    certificates: Mapping[str, "TrustedCertificate"]
    problems: Mapping[str, Problem]

    def problem_of(self, envelope: "Envelope | None") -> Problem | None:
        """Return why an envelope is not believed: SNS did not write it, or it cannot be known now.

        None where SNS wrote it, and where there is no envelope.
        """
        if envelope is None:
            return None
        certificate = self.certificates.get(envelope.SigningCertURL)
        if certificate is None:
            return self.problems[envelope.SigningCertURL]
        try:
            check_signature(envelope, certificate)
        except ForgedEnvelopeError as problem:
            return problem
        return None

    def pem_of(self, envelope: "Envelope | None") -> str:
        """Return the certificate that an envelope names, with its issuers, as PEM; "" if none is trusted."""
        certificate = self.certificates.get(envelope.SigningCertURL) if envelope else None
        return certificate.pem if certificate else ""


@dataclass(frozen=True, slots=True)
class SigningCertificates:
    """All certificates that were trusted so far, by URL. Only SNS can add to them: what fails is not kept."""

    roots: bytes
    fetch: Fetch
    trusted: dict[str, "TrustedCertificate"] = field(default_factory=dict)
    _issuers: dict[str, bytes] = field(default_factory=dict)

    def of_batch(self, envelopes: Iterable["Envelope"]) -> BatchSignatures:
        """Return the certificates of a batch, fetching at most `MOST_FETCHES`.

        Those that most envelopes name come first: thousands of invented URLs do not keep out the one that
        all genuine envelopes of a topic share.
        """
        named = Counter(envelope.SigningCertURL for envelope in envelopes)
        missing = [url for url, _ in named.most_common() if url not in self.trusted]
        if not missing:
            return BatchSignatures(self.trusted, {})
        budget = _Budget(self.fetch, self._issuers)
        return BatchSignatures(self.trusted, dict(self._add(missing, budget)))

    def _add(self, urls: Iterable[str], budget: "_Budget") -> Iterator[tuple[str, Problem]]:
        """Trust what can be trusted; yield the other URLs, and what is wrong with them."""
        for url in urls:
            place = place_of(url)
            if place is None:
                yield url, ForgedEnvelopeError("its SigningCertURL is no place of SNS's certificates")
                continue
            try:
                self.trusted[url] = self._trusted(url, place, budget)
            except (ForgedEnvelopeError, UnavailableError) as problem:
                yield url, problem

    def _trusted(self, url: str, place: CertificatePlace, budget: "_Budget") -> "TrustedCertificate":
        content = budget.fetch(url)
        # Not before it is needed: it loads `cryptography`.
        from ses_reputation.signing import chain  # noqa: PLC0415

        try:
            return chain.trust(content, place.names, place.partition, self.roots, budget.fetch_issuer)
        except chain.UntrustedCertificateError as error:
            raise ForgedEnvelopeError(f"its certificate is not SNS's: {error}") from error


@dataclass(slots=True)
class _Budget:
    """What one batch may still fetch. An issuer that was fetched before is free."""

    source: Fetch
    issuers: dict[str, bytes]
    left: int = MOST_FETCHES

    def fetch(self, url: str) -> bytes:
        """Fetch. Raises what `Fetch` does, and UnavailableError where nothing is left."""
        if not self.left:
            raise UnavailableError("TooManyCertificates")
        self.left -= 1
        return self.source(url)

    def fetch_issuer(self, url: str) -> bytes:
        """Fetch the issuer of a certificate, from an address that stands in the certificate."""
        if not is_issuer_url(url):
            raise ForgedEnvelopeError("its certificate's issuer is not one of Amazon's")
        if url not in self.issuers:
            self.issuers[url] = self.fetch(url)
        return self.issuers[url]
