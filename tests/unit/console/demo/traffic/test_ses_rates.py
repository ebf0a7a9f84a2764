"""SES's own rate of an account, of all that it has sent until then."""

from datetime import UTC, datetime

from console.demo.traffic import OWNER, Fact, InventedTraffic
from console.demo.traffic.ses_rates import bounce_rates

EIGHT, NINE, TEN = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (8, 9, 10))
HARD = "bounced_permanent_no_email"


def fact(number: int, hour: int, outcome: str, domain: str = "gmail.com", account: str = OWNER) -> Fact:
    hour_text = f"2026-11-22T{hour:02d}"
    return Fact(account, "us-east-1", "example.com", hour_text, f"m{number}", f"a@{domain}", outcome)


def test_hard_bounces_of_all_mail_that_was_sent_before() -> None:
    facts = [fact(number, 8, "sent") for number in range(4)] + [fact(number, 9, "sent") for number in (4, 5)]
    facts += [fact(0, 8, HARD), fact(4, 9, HARD), fact(5, 9, HARD), fact(1, 8, "bounced_transient_general")]
    others = [fact(7, 8, HARD, "simulator.amazonses.com"), fact(8, 8, HARD, account="777788889999")]
    traffic = InventedTraffic((), dict.fromkeys([*facts, *others], frozenset({"sender"})), 0, 0, 0, {})

    assert bounce_rates(traffic, OWNER, [EIGHT, NINE, TEN]) == {NINE: 0.25, TEN: 0.5}
