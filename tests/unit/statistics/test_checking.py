"""The doctor's checks on a schedule: what is read, what is kept, and what stays as it was."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from ses_reputation.doctor.facts.listing import Listing, Unread
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.reading.asking import Asker
from ses_reputation.doctor.reading.scope import SetupScope
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.checking import NOT_READ, ChecksOutcome, pace_within, run_checks, scope_of
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.statistics.settings import StatisticsSettings
from tests.support.doctor_facts import (
    DELEGATE,
    LEDGER,
    OWNER,
    QUEUE,
    READ_AT,
    REGION,
    delegate_place,
    owner_place,
    publishing_set,
    sound_setup,
)

OF_OWNER, OF_DELEGATE = AccountRegion(OWNER, REGION), AccountRegion(DELEGATE, REGION)
SETTINGS = StatisticsSettings(
    "ledger",
    LEDGER,
    "prod",
    frozenset({LEDGER, OWNER}),
    frozenset({DELEGATE}),
    QUEUE,
    "https://sqs.example/q",
    "reading",
)


@dataclass
class Kept:
    """A store in memory, which may refuse a place."""

    refuses: AccountRegion | None = None
    diagnoses: list[PlaceDiagnoses] = field(default_factory=list)

    def read_diagnoses(self) -> dict[AccountRegion, PlaceDiagnoses]:
        return {each.place: each for each in self.diagnoses}

    def put_diagnoses(self, diagnoses: PlaceDiagnoses) -> None:
        if (diagnoses.account, diagnoses.region) == self.refuses:
            raise UnavailableError("ThrottlingException")
        self.diagnoses.append(diagnoses)

    @property
    def places(self) -> list[tuple[str, str]]:
        return [(each.account, each.region) for each in self.diagnoses]


@dataclass(frozen=True, slots=True)
class Reads(SetupReader):
    """Reads the setup that it was given."""

    setup: Setup | None = None

    def read(self, read_at: datetime, senders: object = ()) -> Setup:
        assert self.setup
        return self.setup


def check(setup: Setup, store: Kept | None = None) -> tuple[ChecksOutcome, Kept]:
    """Run the checks on a setup of the owner's and the delegate's account."""
    store = store or Kept()
    scope = SetupScope(LEDGER, setup.owners, setup.delegates, (OF_OWNER, OF_DELEGATE), QUEUE, "https://q")

    def open_reader(scope: SetupScope) -> SetupReader:
        return Reads(scope, lambda *_: None, lambda: None, setup=setup)  # type: ignore[arg-type, return-value]

    return run_checks(store, scope, open_reader, READ_AT), store


def test_every_place_that_was_read_is_kept_even_with_nothing_wrong() -> None:
    outcome, store = check(sound_setup())

    assert [(each.place, each.read_at, each.found) for each in store.diagnoses] == [
        (place, READ_AT, ()) for place in (OF_OWNER, OF_DELEGATE)
    ]
    assert (outcome.kept, outcome.failed) == (tuple(store.diagnoses), {})


def test_a_place_that_there_is_no_way_into_keeps_its_previous_diagnoses() -> None:
    refused = Unread("sts:AssumeRole", f"{DELEGATE} in {REGION}", "role reading", "AssumeRole AccessDenied")

    outcome, store = check(sound_setup(places=(owner_place(),), unread=(refused,)))

    assert store.places == [OF_OWNER]
    assert outcome.failed == {OF_DELEGATE: NOT_READ}
    assert outcome.unread == (refused,)


def test_a_place_of_which_every_call_failed_keeps_its_previous_diagnoses() -> None:
    nothing = delegate_place(
        state=None, identities=Listing(is_complete=False), sets=Listing(is_complete=False)
    )

    outcome, store = check(sound_setup(places=(owner_place(), nothing)))

    assert (store.places, outcome.failed) == ([OF_OWNER], {OF_DELEGATE: NOT_READ})


def test_a_place_of_which_one_call_failed_is_kept() -> None:
    without_sets = delegate_place(sets=Listing(is_complete=False))
    refused = Unread("ses:ListConfigurationSets", f"{DELEGATE} in {REGION}", "role reading", "AccessDenied")

    outcome, store = check(sound_setup(places=(owner_place(), without_sets), unread=(refused,)))

    assert (store.places, outcome.failed) == ([OF_OWNER, OF_DELEGATE], {})


@pytest.mark.parametrize(
    "subject",
    [f"{DELEGATE} in {REGION}", f"arn:aws:ses:{REGION}:{DELEGATE}:configuration-set/mail"],
)
def test_a_place_that_time_ran_out_for_keeps_its_previous_diagnoses(subject: str) -> None:
    late = Unread("ses:GetConfigurationSet", subject, "role reading", "OutOfTime")

    outcome, store = check(sound_setup(unread=(late,)))

    assert (store.places, outcome.failed) == ([OF_OWNER], {OF_DELEGATE: "OutOfTime"})


def test_what_was_found_at_a_place_that_time_ran_out_for_is_kept_nowhere() -> None:
    late = Unread("ses:GetConfigurationSet", f"{DELEGATE} in {REGION}", "role reading", "OutOfTime")
    paused = delegate_place(publishing_set("mail", is_sending_enabled=False))

    _, store = check(sound_setup(places=(owner_place(), paused), unread=(late,)))

    assert [(each.place, each.read_at, each.found) for each in store.diagnoses] == [(OF_OWNER, READ_AT, ())]


def test_diagnoses_that_cannot_be_kept_do_not_stop_the_others() -> None:
    outcome, store = check(sound_setup(), Kept(refuses=OF_OWNER))

    assert (store.places, outcome.failed) == ([OF_DELEGATE], {OF_OWNER: "ThrottlingException"})


def test_registered_accounts_are_read_in_the_stacks_region_and_where_mail_is_known() -> None:
    known = [AccountRegion(DELEGATE, "us-east-1"), AccountRegion("999999999999", "us-east-1-")]

    scope = scope_of(SETTINGS, known)

    assert scope.places == tuple(
        (account, region) for account in (LEDGER, OWNER, DELEGATE) for region in (REGION, "us-east-1")
    )
    assert (scope.owners, scope.delegates) == (frozenset({LEDGER, OWNER}), frozenset({DELEGATE}))
    assert (scope.role, scope.stack) == ("reading", "prod")
    assert (scope.queue_arn, scope.queue_url) == (QUEUE, "https://sqs.example/q")


def test_without_a_role_only_the_own_account_is_read() -> None:
    settings = StatisticsSettings(
        "ledger", LEDGER, "prod", frozenset({OWNER}), frozenset({DELEGATE}), QUEUE, "https://q"
    )

    assert scope_of(settings, []).places == ((LEDGER, REGION),)


def test_no_call_is_made_and_nothing_is_waited_for_when_the_time_is_up() -> None:
    answers = iter([True, True, False])
    pauses: list[float] = []
    asker = Asker("reading", pace_within(lambda: next(answers, False), pauses.append)())
    called: list[int] = []
    call: Callable[[], int] = lambda: called.append(1) or 7  # type: ignore[func-returns-value]  # noqa: E731

    assert [asker.ask("ses:GetAccount", "x", call) for _ in range(4)] == [7, 7, None, None]
    assert (len(called), pauses) == (2, [1.0, 1.0])
    assert [each.error_code for each in asker.unread] == ["OutOfTime"] * 2
