"""All that one SES stand-in knows: its accounts by Region, who may do what, and the AWS around it."""

import copy
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from console.local_aws.ses_stand_in.account.regional_account import RegionalAccount
from console.local_aws.ses_stand_in.lists import ListBehaviour, StandInList


class ClientSource(Protocol):
    """Clients of one account, of any service, as `Clients` of the local AWS makes them."""

    def connect(self, service: str, **options: Any) -> Any:
        """Return a client; `region_name` names another Region."""
        ...


class SurroundingAws(Protocol):
    """The AWS that this SES publishes to: the local one, as any account."""

    @property
    def endpoint_url(self) -> str:
        """Base URL of every service."""
        ...

    def clients(self, account_id: str | None = None) -> ClientSource:
        """Return clients that act as root of the account."""
        ...


@dataclass(slots=True)
class SesWorld:
    """The whole of the stand-in's state. `lock` is held during each operation but sends' publications.

    `restricted` has the policies of callers that a test has restricted, `organizations` the id of the
    organization of each account that is in one.
    """

    behaviour: ListBehaviour = field(default_factory=ListBehaviour)
    aws: SurroundingAws | None = None
    restricted: dict[str, list[str]] = field(default_factory=dict)
    organizations: dict[str, str] = field(default_factory=dict)
    unknown_principals: dict[str, float] = field(default_factory=dict)
    accounts: dict[tuple[str, str], RegionalAccount] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def open_account(self, account_id: str, region: str) -> RegionalAccount:
        """Return an account in a Region, which is there as soon as somebody asks."""
        with self.lock:
            key = (account_id, region)
            if key not in self.accounts:
                self.accounts[key] = RegionalAccount.of(account_id, region, self.behaviour)
            return self.accounts[key]

    def client(self, service: str, account_id: str, region: str) -> Any | None:
        """Return a client of the surrounding AWS as an account in a Region; None where there is no AWS."""
        if self.aws is None:
            return None
        with self.lock:
            key = (service, account_id, region)
            if key not in self._clients:
                connect: Callable[..., Any] = self.aws.clients(account_id).connect
                self._clients[key] = connect(service, region_name=region)
            return self._clients[key]

    def lists(self) -> Iterator[StandInList]:
        """Yield every suppression list: the accounts', and their tenants'."""
        for account in self.accounts.values():
            yield account.addresses
            yield from (tenant.addresses for tenant in account.tenants.values())

    def copy_accounts(self) -> dict[tuple[str, str], RegionalAccount]:
        """Copy all accounts as they are now; suppression lists are not copied but shared."""
        with self.lock:
            return _copied(self.accounts)

    def put_accounts_back(self, copied: dict[tuple[str, str], RegionalAccount]) -> None:
        """Put all accounts back as they were when they were copied; the copy stays good."""
        with self.lock:
            self.accounts = _copied(copied)


def _copied(accounts: dict[tuple[str, str], RegionalAccount]) -> dict[tuple[str, str], RegionalAccount]:
    shared = [account.addresses for account in accounts.values()]
    shared += [tenant.addresses for account in accounts.values() for tenant in account.tenants.values()]
    return copy.deepcopy(accounts, {id(each): each for each in shared})
