"""The ARN of an identity: read, written, and compared with addresses and other identities."""

import pytest

from ses_reputation.authorization.identity_arn import IdentityArn, parse_identity_arn, parse_owned_identity

DOMAIN = IdentityArn("aws", "eu-west-1", "111111111111", "orchard.example")
ADDRESS = IdentityArn("aws", "eu-west-1", "111111111111", "News@orchard.example")


@pytest.mark.parametrize("arn", [DOMAIN, ADDRESS, DOMAIN.in_every_region()])
def test_an_arn_is_written_as_it_is_read(arn: IdentityArn) -> None:
    assert parse_identity_arn(str(arn)) == arn


def test_the_arn_at_a_global_endpoint_has_a_star_for_its_region() -> None:
    assert str(DOMAIN.in_every_region()) == "arn:aws:ses:*:111111111111:identity/orchard.example"
    with pytest.raises(ValueError, match="names all Regions"):
        parse_owned_identity(str(DOMAIN.in_every_region()))


@pytest.mark.parametrize(
    "text",
    [
        "orchard.example",
        "arn:aws:sns:eu-west-1:111111111111:identity/orchard.example",
        "arn:aws:ses:eu-west-1:111:identity/orchard.example",
        "arn:aws:ses:eu-west-1:111111111111:identity/",
        "arn:aws:ses:eu-west-*:111111111111:identity/orchard.example",
        "arn:aws:ses:eu-west-1:111111111111:identity/orchard example",
    ],
)
def test_what_is_no_arn_of_an_identity_is_said_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="such as arn:aws:ses:"):
        parse_identity_arn(text)


@pytest.mark.parametrize(
    ("identity", "address", "is_covered"),
    [
        (DOMAIN, "news@orchard.example", True),
        (DOMAIN, "news@Mail.Orchard.example", True),
        (DOMAIN, "news@myorchard.example", False),
        (ADDRESS, "news@orchard.example", True),
        (ADDRESS, "offers@orchard.example", False),
    ],
)
def test_a_domain_covers_its_addresses_and_those_of_its_subdomains(
    identity: IdentityArn, address: str, *, is_covered: bool
) -> None:
    assert identity.covers(address) is is_covered


@pytest.mark.parametrize(
    ("identity", "name", "is_related"),
    [
        (DOMAIN, "news@orchard.example", True),
        (DOMAIN, "news@mail.orchard.example", True),
        (DOMAIN, "mail.orchard.example", True),
        (DOMAIN, "orchard.example", False),
        (DOMAIN, "example", True),
        (DOMAIN, "harvest.example", False),
        (DOMAIN, "news@example", False),
        (ADDRESS, "orchard.example", True),
        (ADDRESS, "offers@orchard.example", False),
        (ADDRESS, "mail.orchard.example", False),
    ],
)
def test_identities_above_and_below_are_related(
    identity: IdentityArn, name: str, *, is_related: bool
) -> None:
    assert identity.is_related(name) is is_related
