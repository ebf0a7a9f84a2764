"""SES of one account and Region, as an export asks it: all at one pace, and never taking half an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ses_reputation.accounts.reach import AccountReach
from ses_reputation.aws.clients import LISTING, READING_STATISTICS
from ses_reputation.doctor.reading.asking import Asker
from ses_reputation.errors import UnavailableError
from ses_reputation.json_text import parse_json
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.changes.suppressed_destination import (
    SesSuppressedDestinations,
    SuppressedDestinationReader,
)
from ses_reputation.suppression.errors import ListRefusedError
from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.forgotten_store import connect_forgotten
from ses_reputation.suppression.listing.hiding_list import HidingList
from ses_reputation.suppression.listing.list_reader import SesSuppressionList, SuppressionList
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.runs.place_settings import SettingsReader
from ses_reputation.suppression.settings import ExportSettings
from ses_reputation.suppression.targets import Target
from ses_reputation.time_left import OUT_OF_TIME

SESSION_NAME = "ses-reputation-suppression"
UNREADABLE_ANSWER = "UnreadableAnswer"
"""The cause where SES answered with success, but with no JSON."""
_READ_STRICTLY = ("GetAccount", "GetConfigurationSet", "GetTenant", "ListConfigurationSets", "ListTenants")
_FIRST_ERROR_STATUS = 300


@dataclass(frozen=True, slots=True)
class PlaceClients:
    """Implements PlaceLists over SES."""

    settings_reader: SettingsReader
    connect_list: Callable[[str], SuppressionList]
    connect_destinations: Callable[[str], SuppressedDestinationReader]
    ask_forgotten: Callable[[], ForgottenPeople]

    def open_list(self, tenant: str) -> SuppressionList:
        """Return the list of a tenant, or "" the account's own."""
        return self.connect_list(tenant)

    def open_destinations(self, tenant: str) -> SuppressedDestinationReader:
        """Return what says of one address of that list why it is there."""
        return self.connect_destinations(tenant)

    def describe_tenant(self, tenant: str) -> dict[str, object]:
        """Return what a tenant decides for itself."""
        return self.settings_reader.of_tenant(tenant)

    def read_forgotten(self) -> ForgottenPeople:
        """Return whom the ledger has forgotten."""
        return self.ask_forgotten()


def connect_place(
    reach: AccountReach,
    settings: ExportSettings,
    place: AccountRegion,
    pace: Pace,
    seconds_left: Callable[[], float],
) -> PlaceClients:
    """Make the clients of a place. No call begins after the seconds are over.

    Raises ListRefusedError where nothing leads into the account; UnavailableError, which may pass.
    """
    try:
        listing = reach.connect("sesv2", *place, config=LISTING)
        describing = reach.connect("sesv2", *place, config=READING_STATISTICS)
    except UnavailableError as error:
        raise _refusal(settings, place, error) from error
    for operation in _READ_STRICTLY:
        describing.meta.events.register(f"before-parse.sesv2.{operation}", _refuse_what_is_no_json)
    asker = Asker(f"the export of {place.account}", _PaceWithin(pace, seconds_left))

    def ask_forgotten() -> ForgottenPeople:
        return connect_forgotten(settings).read()

    return PlaceClients(
        SettingsReader(asker, place, describing),
        lambda tenant: HidingList(SesSuppressionList(listing, settings.page_size, tenant), ask_forgotten),
        lambda tenant: SesSuppressedDestinations(listing, Target(*place, tenant)),
        ask_forgotten,
    )


@dataclass(frozen=True, slots=True)
class _PaceWithin:
    """The pace of a place, which begins no call after the time is up."""

    pace: Pace
    seconds_left: Callable[[], float]

    def wait(self) -> None:
        if self.seconds_left() <= self.pace.pause_seconds:
            raise UnavailableError(OUT_OF_TIME)
        self.pace.wait()

    def slow_down(self) -> None:
        self.pace.slow_down()
        self.pace.throttled += 1

    def speed_up(self) -> None:
        self.pace.speed_up()


def _refusal(settings: ExportSettings, place: AccountRegion, error: UnavailableError) -> Exception:
    if "AccessDenied" not in str(error) and settings.role.name:
        return error
    return ListRefusedError(
        f"Nothing leads into account {place.account}: {error}. Deploy its stack with this ledger's outputs "
        f"and external id, so that role {settings.role.name or 'READING_ROLE_NAME'} trusts the export."
    )


def _refuse_what_is_no_json(response_dict: dict[str, Any], **_: object) -> None:
    """Fail where botocore would read an answer that was cut off as one without fields: an empty list."""
    if response_dict["status_code"] >= _FIRST_ERROR_STATUS:
        return
    try:
        is_answer = isinstance(parse_json(response_dict["body"]), dict)
    except ValueError:
        is_answer = False
    if not is_answer:
        raise UnavailableError(UNREADABLE_ANSWER)
