"""Each party's digest is sent once a week, however often a schedule starts and wherever it is cut off."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.digest.facts import DigestFigures
from ses_reputation.digest.party import DigestParty
from ses_reputation.digest.sending import LEASE, DigestOutcome, send_digests, week_of
from ses_reputation.digest.settings import DigestSettings
from ses_reputation.notifications.channel import Channel
from ses_reputation.rates.thresholds import Standing
from tests.support.digests import (
    MONDAY,
    OTHER_ACCOUNT,
    WEEK,
    HeardDigests,
    InMemoryDigests,
    size_of,
    state_of,
)
from tests.support.evaluated import ACCOUNT, IDENTITY, bounces
from tests.support.in_memory.assessment_table import CrashError, FaultyCalls

SETTINGS = DigestSettings(
    "ledger", "bucket", "111122223333", "prod", "arn:aws:sns:us-east-1:111122223333:alerts"
)
STATES = {
    entity: state_of(bounces(Standing.REVIEW), entity=entity) for entity in (ACCOUNT, OTHER_ACCOUNT, IDENTITY)
}
PARTIES = ["owners", "444455556666", "777788889999"]


def send(
    store: InMemoryDigests, heard: HeardDigests, at: datetime = MONDAY, minutes: int = 0
) -> DigestOutcome:
    clock = at + timedelta(minutes=minutes)
    return send_digests(store, lambda: [size_of(12)], heard, SETTINGS, at, lambda: clock)


def test_every_party_gets_its_digest_and_the_chat_that_of_the_owners() -> None:
    store, heard = InMemoryDigests(STATES), HeardDigests()

    assert send(store, heard) == DigestOutcome(3, {})
    assert [attributes for _, _, attributes in heard.alerts] == [
        {"kind": "digest", "party": "owners"},
        {"kind": "delegate_digest", "party": "delegate", "account": "444455556666"},
        {"kind": "delegate_digest", "party": "delegate", "account": "777788889999"},
    ]
    assert [each.attributes["kind"] for each in heard.chats] == ["digest"]


def test_a_stack_without_a_chat_topic_sends_mails_only() -> None:
    heard = HeardDigests(has_chat=False)

    assert send(InMemoryDigests(STATES), heard).sent == 3
    assert heard.chats == []


def test_a_schedule_that_fires_twice_sends_once() -> None:
    store, heard = InMemoryDigests(STATES), HeardDigests()
    send(store, heard)

    for minutes in (0, 1, 60 * 24 * 6):
        assert send(store, heard, minutes=minutes) == DigestOutcome(0, {})
    assert len(heard.alerts) == 3


def test_the_next_week_compares_with_this_one() -> None:
    store, heard = InMemoryDigests(STATES), HeardDigests()
    send(store, heard)

    send(store, heard, MONDAY + timedelta(days=7))

    assert len(heard.alerts) == 6
    assert "as before" not in heard.alerts[0][1]
    assert "as before" in heard.alerts[3][1]
    assert "(no change)" in heard.alerts[3][1]


def test_one_party_that_fails_keeps_no_other_from_its_digest_and_is_sent_to_later() -> None:
    store, heard = InMemoryDigests(STATES), HeardDigests(deaf=[Channel.CHAT])

    assert send(store, heard) == DigestOutcome(2, {"owners": "Throttled"})
    heard.deaf = ()
    assert send(store, heard, minutes=3) == DigestOutcome(1, {})
    # The mail was sent before the chat failed, and is not sent again.
    assert (len(heard.alerts), len(heard.chats)) == (3, 1)


def test_a_repeat_that_meets_the_claim_of_a_failed_call_fails_too_and_so_is_repeated() -> None:
    store, heard = InMemoryDigests(STATES), HeardDigests(deaf=[Channel.ALERT])
    send(store, heard)
    heard.deaf = ()

    # Lambda repeats a failed call after one minute, and that after two more.
    assert send(store, heard, minutes=1) == DigestOutcome(
        0, dict.fromkeys(PARTIES, "another run has claimed it")
    )
    assert send(store, heard, minutes=3) == DigestOutcome(3, {})


def test_an_unforeseen_error_about_one_party_keeps_no_other_from_its_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, heard = InMemoryDigests(STATES), HeardDigests()
    figures_before = store.figures_before

    def fail_for_owners(party: DigestParty, week: str) -> DigestFigures | None:
        if not party.account:
            raise ZeroDivisionError
        return figures_before(party, week)

    monkeypatch.setattr(store, "figures_before", fail_for_owners)
    with pytest.raises(ExceptionGroup) as raised:
        send(store, heard)

    assert [type(each) for each in raised.value.exceptions] == [ZeroDivisionError]
    assert len(heard.alerts) == 2


@pytest.mark.parametrize("fault", ["before", "after", "unavailable"])
def test_cut_off_anywhere_one_message_is_repeated_at_most(fault: str) -> None:
    calls = FaultyCalls()
    send(calls.before(InMemoryDigests(STATES)), calls.before(HeardDigests()))
    number_of_calls = len(calls.calls)
    assert Counter(calls.calls)["publish_alert"] == 3

    for number in range(1, number_of_calls + 1):
        store, heard, faults = InMemoryDigests(STATES), HeardDigests(), FaultyCalls(number, fault)
        failed = ""
        try:
            send(faults.before(store), faults.before(heard))
        except CrashError:
            failed = faults.calls[-1]
        except Exception:
            # Nothing was known yet: Lambda calls again.
            assert faults.calls == ["read_states"]
        send(store, heard, minutes=int(LEASE.total_seconds()) // 60)

        assert set(store.rows) == {(party, WEEK) for party in PARTIES}
        assert len({text for _, text, _ in heard.alerts}) == 3
        repeated = len(heard.alerts) + len(heard.chats) - 4
        assert repeated <= (faults.calls[number - 1] in {"publish_alert", "publish_chat", "mark_sent_to"})
        assert repeated == 0 or failed or fault == "unavailable"


def test_the_week_is_that_of_iso_8601() -> None:
    # `date -u -d DAY +%G-W%V`
    assert week_of(MONDAY) == WEEK
    assert week_of(datetime(2026, 11, 22, 23, 59, tzinfo=UTC)) == "2026-W47"
    assert week_of(datetime(2027, 1, 3, tzinfo=UTC)) == "2026-W53"
    assert week_of(datetime(2027, 1, 4, tzinfo=UTC)) == "2027-W01"
