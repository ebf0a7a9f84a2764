"""Every known account is read; one that fails leaves its neighbours, and its own past, alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.reading import ReadingOutcome, read_statistics
from ses_reputation.statistics.send_statistics import AccountRegion, HourTotals, SendStatistics

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
OWN = AccountRegion("111122223333", "us-east-1")
OWN_ABROAD = AccountRegion("111122223333", "eu-west-1")
DELEGATE = AccountRegion("444455556666", "us-east-1")
SECOND = AccountRegion("777788889999", "us-east-1")


class Kept:
    """A store in memory; `refuses` names what it cannot put."""

    def __init__(self, *places: AccountRegion, refuses: frozenset[AccountRegion] = frozenset()) -> None:
        self._places = places
        self._refuses = refuses
        self.readings: dict[AccountRegion, SendStatistics] = {}

    def known_accounts(self) -> tuple[AccountRegion, ...]:
        return self._places

    def put(self, statistics: SendStatistics) -> None:
        place = AccountRegion(statistics.account, statistics.region)
        if place in self._refuses:
            raise UnavailableError("ProvisionedThroughputExceededException")
        self.readings[place] = statistics


class SesInMemory:
    """SES that says one mail an hour more at each asking; `failing` maps places to why they fail."""

    def __init__(
        self, failing: Mapping[AccountRegion, str] = {}, closed: frozenset[str] = frozenset()
    ) -> None:
        self.failing = dict(failing)
        self._closed = closed
        self.asked: list[AccountRegion] = []

    def is_reachable(self, account: str) -> bool:
        return account not in self._closed

    def read(self, place: AccountRegion, now: datetime) -> SendStatistics:
        self.asked.append(place)
        if place in self.failing:
            raise UnavailableError(self.failing[place])
        return SendStatistics(*place, read_at=now, hours={"2026-11-22T09": HourTotals(len(self.asked))})


def test_every_account_and_region_of_the_registry_is_read_and_kept() -> None:
    store = Kept(OWN, OWN_ABROAD, DELEGATE)

    outcome = read_statistics(store, SesInMemory(), lambda: NOW)

    assert outcome == ReadingOutcome((OWN, OWN_ABROAD, DELEGATE), (), {})
    assert store.readings.keys() == {OWN, OWN_ABROAD, DELEGATE}
    assert store.readings[DELEGATE].read_at == NOW


def test_accounts_that_no_role_leads_to_are_skipped_and_not_asked() -> None:
    source = SesInMemory(closed=frozenset({DELEGATE.account}))
    store = Kept(OWN, DELEGATE)

    outcome = read_statistics(store, source, lambda: NOW)

    assert outcome == ReadingOutcome((OWN,), (DELEGATE,), {})
    assert source.asked == [OWN]


def test_one_that_fails_keeps_its_previous_reading_and_does_not_stop_the_others() -> None:
    store, source = Kept(OWN, DELEGATE, SECOND), SesInMemory()
    read_statistics(store, source, lambda: NOW)
    before = store.readings[DELEGATE]
    source.failing[DELEGATE] = "AssumeRole AccessDenied"

    outcome = read_statistics(store, source, lambda: NOW + timedelta(hours=1))

    assert outcome == ReadingOutcome((OWN, SECOND), (), {DELEGATE: "AssumeRole AccessDenied"})
    assert store.readings[DELEGATE] == before
    assert store.readings[SECOND].read_at == NOW + timedelta(hours=1)


def test_a_reading_that_cannot_be_kept_has_failed() -> None:
    store = Kept(OWN, DELEGATE, refuses=frozenset({OWN}))

    outcome = read_statistics(store, SesInMemory(), lambda: NOW)

    assert outcome == ReadingOutcome((DELEGATE,), (), {OWN: "ProvisionedThroughputExceededException"})


def test_a_registry_that_cannot_be_read_fails_the_run() -> None:
    class Unreadable(Kept):
        def known_accounts(self) -> tuple[AccountRegion, ...]:
            raise UnavailableError("ThrottlingException")

    with pytest.raises(UnavailableError, match="ThrottlingException"):
        read_statistics(Unreadable(), SesInMemory(), lambda: NOW)


def test_a_ledger_that_knows_nobody_reads_nothing() -> None:
    assert read_statistics(Kept(), SesInMemory(), lambda: NOW) == ReadingOutcome((), (), {})
