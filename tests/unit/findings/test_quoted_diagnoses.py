"""Which causes that the doctor found are quoted about a feed."""

from datetime import timedelta

from ses_reputation.findings.entity_mail import EntityMail
from ses_reputation.findings.quoted_diagnoses import (
    QuotedDiagnosis,
    quote_owners_feed,
    quote_senders_feed,
)
from ses_reputation.rates.history import History
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.statistics.diagnoses import KeptDiagnosis, LostFeed, PlaceDiagnoses
from tests.support.mail import at

NOW = at("22 10:05")
READ_AT = at("22 10:00")
ACCOUNT, OTHER, REGION = "444455556666", "777788889999", "us-east-1"
OWNERS = LostFeed(REGION, "", "example.com")
NEWSLETTER = LostFeed(REGION, ACCOUNT, "newsletter")


def cause(problem: str, *feeds: LostFeed, severity: int = 2) -> KeptDiagnosis:
    return KeptDiagnosis("raw_delivery", severity, ACCOUNT, REGION, problem, "Mend it.", "aws x", feeds)


def mail_with(*found: KeptDiagnosis, read_at: object = READ_AT) -> EntityMail:
    """Mail about which the doctor found this, half of it in each of two places."""
    places = [
        PlaceDiagnoses(account, REGION, read_at, found[start::2])  # type: ignore[arg-type]
        for start, account in enumerate((ACCOUNT, OTHER))
    ]
    return EntityMail(History(identity_entity("example.com"), [], NOW), [], None, StandingRules(), places)


def owners(mail: EntityMail, identity: str = "example.com", region: str = REGION) -> list[str]:
    return [each.problem for each in quote_owners_feed(mail, identity, (region,))]


def senders(mail: EntityMail, account: str = ACCOUNT, region: str = REGION, *sets: str) -> list[str]:
    return [each.problem for each in quote_senders_feed(mail, account, (region,), sets)]


def test_a_cause_is_quoted_with_its_place_its_mend_and_when_it_was_read() -> None:
    (quoted,) = quote_owners_feed(mail_with(cause("Closed.", OWNERS)), "example.com", (REGION,))

    assert quoted == QuotedDiagnosis(READ_AT, ACCOUNT, "Closed.", "Mend it.", "aws x")
    assert quoted.to_json() == {
        "read_at": "2026-11-22T10:00:00Z",
        "account": ACCOUNT,
        "problem": "Closed.",
        "mend": "Mend it.",
        "command": "aws x",
    }


def test_the_owners_feed_is_that_of_the_very_identity_in_the_region() -> None:
    mail = mail_with(cause("Closed.", OWNERS))

    assert owners(mail) == ["Closed."]
    assert owners(mail, "news.example.com") == owners(mail, "ample.com") == []
    assert owners(mail, region="eu-west-1") == []
    assert senders(mail) == []


def test_a_senders_feed_is_that_of_the_account_in_the_region_and_of_the_set() -> None:
    mail = mail_with(cause("Raw.", NEWSLETTER))

    assert senders(mail) == senders(mail, ACCOUNT, REGION, "newsletter", "x") == ["Raw."]
    assert senders(mail, ACCOUNT, REGION, "promotions") == []
    assert senders(mail, OTHER) == senders(mail, ACCOUNT, "eu-west-1") == []
    assert owners(mail, "newsletter") == []


def test_what_costs_all_sets_or_all_regions_concerns_each() -> None:
    everywhere = mail_with(cause("No feed.", LostFeed("", ACCOUNT, "")))

    assert senders(everywhere, ACCOUNT, "eu-west-1", "newsletter") == ["No feed."]
    assert senders(everywhere, OTHER) == []


def test_what_costs_no_feed_is_not_quoted() -> None:
    mail = mail_with(cause("In the sandbox."))

    assert (owners(mail), senders(mail)) == ([], [])


def test_the_three_most_severe_are_quoted_of_whichever_place() -> None:
    found = [cause(f"{number}", NEWSLETTER, severity=1 + number % 2) for number in range(5)]

    # Those of one place are 0, 2 and 4, of the other 1 and 3; 1 and 3 are errors.
    assert senders(mail_with(*found)) == ["1", "3", "0"]


def test_what_was_found_a_day_ago_is_not_quoted_any_more() -> None:
    found = cause("Raw.", NEWSLETTER)

    assert senders(mail_with(found, read_at=NOW - timedelta(hours=23, minutes=59))) == ["Raw."]
    assert senders(mail_with(found, read_at=NOW - timedelta(days=1))) == []
