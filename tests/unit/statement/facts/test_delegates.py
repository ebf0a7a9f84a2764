"""Delegates side by side: those that harm most come first."""

from collections.abc import Iterable

from ses_reputation.ledger.hour_balance import HourBalance
from ses_reputation.rates.thresholds import Standing
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.statement.facts.delegates import view_delegates
from ses_reputation.statement.view.statement import DelegateView
from tests.support.assessed_world import MINE, OWNERS, RIVAL, THEIRS, assessed, daily_mail, inputs_of
from tests.support.mail import REGION
from tests.support.notifications import DELEGATE, OWNER

ORG, COM = "example.org", "example.com"


def delegates(hours: Iterable[HourBalance], domains: dict[str, str]) -> list[DelegateView]:
    inputs = inputs_of(assessed(hours))
    senders = [sender for sender in inputs.senders if sender.identity in domains]
    return view_delegates(senders, domains, OWNER, inputs)


def own(account: str, identity: str = COM) -> SenderIdentity:
    return SenderIdentity(account, REGION, identity)


def test_the_standing_comes_first_then_hard_bounces_then_mail() -> None:
    """12 of 100 a day are a review; 10 of 1,000 a day are healthy, and more bounces than those."""
    mails = [
        *daily_mail(own("100000000001"), 100, 12, range(5)),
        *daily_mail(own("100000000002"), 1_000, 10, range(20)),
        *daily_mail(own("100000000003"), 1_000, 0, range(2)),
        *daily_mail(own("100000000004"), 1_000, 0, range(25)),
    ]

    found = delegates(mails, {COM: COM})

    assert [(each.account[-1], each.hard_bounces, each.sends) for each in found] == [
        ("1", 60, 500),
        ("2", 200, 20_000),
        ("4", 0, 25_000),
        ("3", 0, 2_000),
    ]
    assert [each.standing for each in found] == [Standing.REVIEW, *[Standing.HEALTHY] * 3]


def test_shares_are_of_each_domains_hard_bounces() -> None:
    mails = [
        *daily_mail(MINE, 100, 1, range(10)),
        *daily_mail(THEIRS, 100, 3, range(10)),
        *daily_mail(MINE._replace(identity=ORG), 100, 2, range(10)),
        *daily_mail(OWNERS._replace(identity="clean.example"), 100, 0, range(10)),
    ]

    found = delegates(mails, {COM: COM, ORG: ORG, "clean.example": "clean.example"})

    shares = {(each.account, each.domain): each.share_of_hard_bounces for each in found}
    assert shares == {
        (DELEGATE, COM): 0.25,
        (RIVAL, COM): 0.75,
        (DELEGATE, ORG): 1.0,
        (OWNER, "clean.example"): None,
    }


def test_identities_of_a_domain_are_one_row_and_other_mail_is_not_looked_at() -> None:
    mails = [
        *daily_mail(MINE, 100, 1, range(3)),
        *daily_mail(MINE._replace(identity="mail.example.com"), 100, 1, range(3)),
        *daily_mail(MINE._replace(identity="foreign.example"), 100, 50, range(3)),
    ]

    (row,) = delegates(mails, {COM: COM, "mail.example.com": COM})

    assert (row.identities, row.sends, row.hard_bounces) == (("example.com", "mail.example.com"), 600, 6)
    # Of several identities, the domain with its subdomains and addresses.
    assert row.command == (
        "ses-reputation standing explain --with-subdomains --identity example.com "
        f"--account {DELEGATE} --stack reputation"
    )


def test_the_command_is_of_the_domain_alone_where_nothing_else_was_sent() -> None:
    (domain,) = delegates(daily_mail(MINE, 10, 0, range(1)), {COM: COM})
    address = "jane.roe@example.com"
    (person,) = delegates(daily_mail(MINE._replace(identity=address), 10, 0, range(1)), {address: COM})

    of_domain = f"--identity example.com --account {DELEGATE} --stack reputation"
    assert domain.command == f"ses-reputation standing explain {of_domain}"
    assert person.command == f"ses-reputation standing explain --with-subdomains {of_domain}"
    assert person.identities == ("j...@example.com",)


def test_the_owners_own_mail_is_marked() -> None:
    found = delegates(
        [*daily_mail(OWNERS, 10, 0, range(1)), *daily_mail(MINE, 20, 0, range(1))], {ORG: ORG, COM: COM}
    )

    assert [(each.account, each.is_owner) for each in found] == [(DELEGATE, False), (OWNER, True)]
