"""Who bounces hard is put on the sending account's list, once, with what the bounce names."""

import json
from datetime import UTC, datetime, timedelta

from console.demo.traffic import OWNER, InventedTraffic, generate_traffic
from console.demo.traffic.suppressed import suppressed_until

ENDS_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
TRAFFIC = generate_traffic(3, ENDS_AT, mails=1_000, days=28)


def bounced_hard(traffic: InventedTraffic, account: str) -> set[str]:
    return {
        fact.recipient
        for fact in traffic.facts
        if fact.sending_account == account
        and fact.outcome.startswith(("bounced_permanent_general", "bounced_permanent_no_email"))
        and not fact.recipient.endswith("simulator.amazonses.com")
    }


def test_a_list_holds_everybody_who_bounced_hard() -> None:
    listed = [each.recipient for each in suppressed_until(TRAFFIC, OWNER, ENDS_AT)]

    assert len(listed) == len(set(listed))
    assert bounced_hard(TRAFFIC, OWNER) <= set(listed)
    assert len(listed) > 10


def test_a_list_grows() -> None:
    then, now = (
        set(suppressed_until(TRAFFIC, OWNER, ENDS_AT - weeks * timedelta(weeks=1))) for weeks in (2, 0)
    )

    assert 0 < len(then) < len(now)
    assert all(each.bounced_at < ENDS_AT - timedelta(weeks=2) for each in then)


def test_a_row_names_the_bounce() -> None:
    row = suppressed_until(TRAFFIC, OWNER, ENDS_AT)[0]
    events = [json.loads(each.message) for each in TRAFFIC.publications if row.feedback_id in each.message]

    assert events
    assert {event["mail"]["messageId"] for event in events} == {row.message_id}
    assert {datetime.fromisoformat(event["bounce"]["timestamp"]) for event in events} == {row.bounced_at}
