"""The export's function wired to fakes, the way its own module wires it to AWS."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from functions.export_suppression import app
from ses_reputation.doctor.reading.asking import Asker
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.changes.sources import CauseLedger
from ses_reputation.suppression.changes.suppressed_destination import SesSuppressedDestinations
from ses_reputation.suppression.forgotten import NOBODY
from ses_reputation.suppression.listing.list_reader import SuppressionList
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.restore.action_store import ActionTable
from ses_reputation.suppression.runs.place_clients import PlaceClients
from ses_reputation.suppression.runs.place_settings import SettingsReader
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.store import SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.support.in_memory.dynamodb import InMemoryDynamoDB
from tests.support.in_memory.suppression import NOON
from tests.support.suppression_entries import LedgerOfEntries

SETTINGS = ExportSettings("bucket", page_size=2, pages_per_part=2, rows_per_part=3, margin_seconds=10)
OWN = AccountRegion("111122223333", "us-east-1")


@dataclass(slots=True)
class SesOfAPlace:
    """SES of one account and Region, as the export asks it: its lists by tenant, and its settings.

    refusals: what an operation raises in place of an answer. messages: that put an address on a list.
    """

    lists: Mapping[str, SuppressionList]
    sets: Mapping[str, Any] = field(default_factory=dict)
    tenants: Mapping[str, Any] = field(default_factory=dict)
    account: Mapping[str, Any] = field(
        default_factory=lambda: {"SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}}
    )
    refusals: dict[str, Exception] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)

    def get_account(self) -> Mapping[str, Any]:
        self._refuse("get_account")
        return self.account

    def list_configuration_sets(self, **_: Any) -> dict[str, Any]:
        self._refuse("list_configuration_sets")
        return {"ConfigurationSets": list(self.sets)}

    def get_configuration_set(self, ConfigurationSetName: str) -> dict[str, Any]:
        self._refuse("get_configuration_set")
        options = self.sets[ConfigurationSetName]
        return {} if options is None else {"SuppressionOptions": options}

    def list_tenants(self, **_: Any) -> dict[str, Any]:
        self._refuse("list_tenants")
        return {"Tenants": [{"TenantName": name} for name in self.tenants]}

    def get_tenant(self, TenantName: str) -> dict[str, Any]:
        self._refuse("get_tenant")
        decided = self.tenants[TenantName]
        return {"Tenant": {} if decided is None else {"SuppressionAttributes": decided}}

    def get_suppressed_destination(self, EmailAddress: str, **_: Any) -> dict[str, Any]:
        self._refuse("get_suppressed_destination")
        message = self.messages.get(EmailAddress)
        return {"SuppressedDestination": {"Attributes": {"MessageId": message} if message else {}}}

    def _refuse(self, operation: str) -> None:
        if operation in self.refusals:
            raise self.refusals[operation]


def one_list(suppression_list: SuppressionList) -> dict[AccountRegion, SesOfAPlace]:
    """SES where only the ledger's own account is, without tenants."""
    return {OWN: SesOfAPlace({"": suppression_list})}


@contextmanager
def serve_function(  # noqa: PLR0917
    store: SnapshotStore,
    ses: SuppressionList | Mapping[AccountRegion, SesOfAPlace | Exception],
    settings: ExportSettings = SETTINGS,
    seconds_left: Callable[[], float] = lambda: 300.0,
    sleep: Callable[[float], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: NOON,
    clock: Callable[[], float] = time.monotonic,
    *,
    ledger: CauseLedger | None = None,
) -> Iterator[Callable[[dict[str, Any]], dict[str, Any]]]:
    """Give the function as something to call with a payload. ses: one list, or SES of every place."""
    world = ses if isinstance(ses, Mapping) else one_list(ses)
    context: Any = SimpleNamespace(
        function_name="export",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:111122223333:function:export",
        aws_request_id="00000000-0000-0000-0000-000000000000",
        get_remaining_time_in_millis=lambda: int(seconds_left() * 1_000),
    )

    def connect(
        _reach: Any, _settings: Any, place: AccountRegion, pace: Pace, _left: Callable[[], float]
    ) -> PlaceClients:
        found = world[place]
        if isinstance(found, Exception):
            raise found
        pace.sleep, pace.clock = sleep, clock
        reader = SettingsReader(Asker("the export", pace), place, found)
        client: Any = found
        return PlaceClients(
            reader,
            lambda tenant: found.lists[tenant],
            lambda tenant: SesSuppressedDestinations(client, Target(*place, tenant)),
            lambda: NOBODY,
        )

    dynamodb: Any = InMemoryDynamoDB()
    ledger = ledger or CauseLedger(LedgerOfEntries(), ActionTable(dynamodb, "ledger"))
    table = SimpleNamespace(known_accounts=lambda: [place for place in world if place != OWN])
    with (
        patch.object(app.metrics.provider, "namespace", "SesReputation"),
        patch.multiple(
            app,
            _settings=lambda: settings,
            _store=lambda: store,
            _table=lambda: table,
            _ledger=lambda: ledger,
            _now=now,
            connect_place=connect,
        ),
    ):
        yield lambda payload: app.lambda_handler(payload, context)


def fetcher(store: SnapshotStore) -> Callable[[str], bytes]:
    """What reads an object of the store, as Step Functions' own reader of items does."""

    def fetch(key: str) -> bytes:
        stored = store.fetch(key)
        assert stored is not None, f"{key} is missing"
        return stored.body

    return fetch
