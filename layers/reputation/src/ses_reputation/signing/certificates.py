"""The certificates of SNS: fetched when first needed, checked once, and kept as long as the process lives."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
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
        url = _url_of(envelope)
        certificate = self.certificates.get(url)
        if certificate is None:
            return self.problems[url]
        try:
            check_signature(envelope, certificate)
        except ForgedEnvelopeError as problem:
            return problem
        return None

    def pem_of(self, envelope: "Envelope | None") -> str:
        """Return the certificate that an envelope names, with its issuers, as PEM; "" if none is trusted."""
        certificate = self.certificates.get(_url_of(envelope)) if envelope else None
        return certificate.pem if certificate else ""


@dataclass(frozen=True, slots=True)
class SigningCertificates:
    """All certificates that were trusted so far, by URL. Only SNS can add to them: what fails is not kept."""

    roots: bytes
    fetch: Fetch
    trusted: dict[str, "TrustedCertificate"] = field(default_factory=dict)
    _issuers: dict[str, bytes] = field(default_factory=dict)

    def of_batch(
        self, envelopes: Iterable["Envelope"], brought: Mapping[str, str] = MappingProxyType({})
    ) -> BatchSignatures:
        """Return the certificates of a batch, fetching at most `MOST_FETCHES`.

        Those that most envelopes name come first: thousands of invented URLs do not keep out the one that
        all genuine envelopes of a topic share. brought: PEM by URL, of certificates that came along with
        messages. They are checked like fetched ones, so that it does not matter who brought them.
        """
        named = Counter(map(_url_of, envelopes))
        missing = [url for url, _ in named.most_common() if url not in self.trusted]
        if not missing:
            return BatchSignatures(self.trusted, {})
        budget = _Budget(self.fetch, self._issuers, brought)
        problems = dict(self._add(missing, budget))
        return BatchSignatures({**budget.accepted, **self.trusted}, problems)

    def _add(self, urls: Iterable[str], budget: "_Budget") -> Iterator[tuple[str, Problem]]:
        """Trust what can be trusted; yield the other URLs, and what is wrong with them."""
        for url in urls:
            place = place_of(url)
            if place is None:
                yield url, ForgedEnvelopeError("its SigningCertURL is no place of SNS's certificates")
                continue
            try:
                self._add_one(url, place, budget)
            except (ForgedEnvelopeError, UnavailableError) as problem:
                yield url, problem

    def _add_one(self, url: str, place: CertificatePlace, budget: "_Budget") -> None:
        if content := budget.take_brought(url):
            with suppress(ForgedEnvelopeError):
                # For this batch only: whoever brings it chooses the URL, and there is no end of those.
                budget.accepted[url] = self._checked(content, place, _fetch_nothing)
                return
        self.trusted[url] = self._checked(budget.fetch(url), place, budget.fetch_issuer)

    def _checked(self, content: bytes, place: CertificatePlace, fetch_issuer: Fetch) -> "TrustedCertificate":
        # Not before it is needed: it loads `cryptography`.
        from ses_reputation.signing import chain  # noqa: PLC0415

        try:
            return chain.trust(content, place.names, place.partition, self.roots, fetch_issuer)
        except chain.UntrustedCertificateError as error:
            raise ForgedEnvelopeError(f"its certificate is not SNS's: {error}") from error


def _url_of(envelope: "Envelope") -> str:
    return envelope.get("SigningCertURL", "")


def _fetch_nothing(_url: str) -> bytes:
    raise ForgedEnvelopeError("its certificate came without an issuer")


@dataclass(slots=True)
class _Budget:
    """What one batch may still fetch, and check of what was brought. An issuer fetched before is free."""

    source: Fetch
    issuers: dict[str, bytes]
    brought: Mapping[str, str]
    accepted: dict[str, "TrustedCertificate"] = field(default_factory=dict)
    left: int = MOST_FETCHES
    brought_left: int = MOST_FETCHES

    def take_brought(self, url: str) -> bytes:
        """Return the certificate that was brought for a URL; empty if none was, or enough were checked."""
        content = self.brought.get(url, "")
        if not (content and self.brought_left):
            return b""
        self.brought_left -= 1
        return content.encode(errors="replace")

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
