"""Which of the demo's domains belong to one mailbox provider."""

MICROSOFT_DOMAINS = frozenset({"outlook.com", "hotmail.com", "live.com"})
# The domains of companies count as one provider. A domain that is not listed is a provider of its own.
_PROVIDERS = (
    MICROSOFT_DOMAINS,
    frozenset({"gmail.com", "googlemail.com"}),
    frozenset({"yahoo.com", "aol.com"}),
    frozenset({"gmx.de", "web.de"}),
    frozenset({"example.net", "xn--bcher-kva.example"}),
)


def provider_domains(address: str) -> frozenset[str]:
    """Return all domains of the mailbox provider of an address."""
    domain = address.rpartition("@")[2]
    return next((domains for domains in _PROVIDERS if domain in domains), frozenset({domain}))
