"""Who is registered is read seldom, and soon enough where a stranger may be a new account."""

from dataclasses import dataclass, field

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Registry
from ses_reputation.registration.register import AccountRegister, open_register

LEDGER, OWNER, STRANGER = "111122223333", "222233334444", "999900001111"


@dataclass
class Accounts:
    """Parameter Store in memory, which may be out of reach; it counts how often it was read."""

    found: dict[str, str] = field(default_factory=lambda: {OWNER: "owner"})
    is_out_of_reach: bool = False
    readings: int = 0

    def read(self) -> dict[str, str]:
        self.readings += 1
        if self.is_out_of_reach:
            raise UnavailableError("GetParametersByPath ThrottlingException")
        return dict(self.found)


@dataclass
class Clock:
    now: float = 1_000_000

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register(accounts: Accounts, clock: Clock) -> AccountRegister:
    return AccountRegister(accounts, Registry(frozenset({LEDGER})), clock)


def test_the_first_question_reads_and_the_next_ones_do_not(
    register: AccountRegister, accounts: Accounts, clock: Clock
) -> None:
    expected = Registry(frozenset({LEDGER, OWNER}))

    assert register.registry_for([OWNER]) == expected
    clock.now += 299
    assert register.registry_for([OWNER, LEDGER]) == expected
    assert accounts.readings == 1


def test_after_five_minutes_it_is_read_again(
    register: AccountRegister, accounts: Accounts, clock: Clock
) -> None:
    register.registry_for([OWNER])
    accounts.found = {}
    clock.now += 300

    assert register.registry_for([OWNER]) == Registry(frozenset({LEDGER}))


def test_an_account_that_was_added_is_known_with_its_first_message_after_a_minute(
    register: AccountRegister, accounts: Accounts, clock: Clock
) -> None:
    register.registry_for([OWNER])
    accounts.found[STRANGER] = "delegate"
    clock.now += 60

    assert register.registry_for([OWNER, STRANGER]).delegates == {STRANGER}


def test_strangers_have_it_read_once_a_minute_at_most(
    register: AccountRegister, accounts: Accounts, clock: Clock
) -> None:
    for _ in range(180):
        register.registry_for([STRANGER])
        clock.now += 1

    assert accounts.readings == 3  # at 0, 60 and 120 seconds


def test_a_failure_leaves_who_was_known_and_is_tried_again_after_a_minute(
    register: AccountRegister, accounts: Accounts, clock: Clock
) -> None:
    known = register.registry_for([OWNER])
    accounts.is_out_of_reach = True
    clock.now += 300
    assert register.registry_for([OWNER, STRANGER]) == known
    clock.now += 59
    assert register.registry_for([OWNER, STRANGER]) == known
    assert accounts.readings == 2

    accounts.is_out_of_reach, accounts.found = False, {STRANGER: "owner"}
    clock.now += 1
    assert register.registry_for([OWNER]) == Registry(frozenset({LEDGER, STRANGER}))


def test_where_nobody_was_known_yet_a_failure_is_one_and_the_next_question_reads(
    register: AccountRegister, accounts: Accounts
) -> None:
    accounts.is_out_of_reach = True
    with pytest.raises(UnavailableError):
        register.registry_for([LEDGER])
    accounts.is_out_of_reach = False

    assert register.registry_for([LEDGER]).owners == {LEDGER, OWNER}


def test_where_lists_are_used_there_is_no_register_and_no_client_of_parameter_store() -> None:
    assert open_register(Registry(frozenset({LEDGER})), "") is None
