"""Runs the doctor's checks on every registered account, as far as a function's time goes, and keeps what they
find."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ses_reputation.accounts.reach import AccountReach
from ses_reputation.aws.clients import READING_STATISTICS
from ses_reputation.doctor.facts.listing import Unread
from ses_reputation.doctor.facts.sending import Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.reading.messaging import ConnectTo
from ses_reputation.doctor.reading.scope import SetupScope, places_to_read
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.diagnosing import diagnose
from ses_reputation.statistics.registered import with_registered
from ses_reputation.statistics.rounds import examined_in, go_on_from, join_rounds
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.statistics.settings import StatisticsSettings
from ses_reputation.time_left import OUT_OF_TIME, HasTime

NOT_READ = "NotRead"
"""The cause of a place of which nothing could be read; what failed is in `unread`."""


class DiagnosesStore(Protocol):
    """Where diagnoses are kept, the latest of each account and Region."""

    def read_diagnoses(self) -> dict[AccountRegion, PlaceDiagnoses]:
        """Return what is kept, as far as it can be read. Raises UnavailableError."""

    def put_diagnoses(self, diagnoses: PlaceDiagnoses) -> None:
        """Keep diagnoses in place of those before them. Raises UnavailableError."""


@dataclass(frozen=True, slots=True)
class ChecksOutcome:
    """The diagnoses that were kept; the places that keep their previous ones, with the causes; and every call
    that failed. Of a place whose diagnoses name where to resume, the next run reads more."""

    kept: tuple[PlaceDiagnoses, ...]
    failed: Mapping[AccountRegion, str]
    unread: tuple[Unread, ...]


def run_checks(
    store: DiagnosesStore, scope: SetupScope, open_reader: Callable[[SetupScope], SetupReader], now: datetime
) -> ChecksOutcome:
    """Read the setup at an aware UTC time, examine it, and keep what was found of each place.

    A place that is too big for one run is read in parts, run by run. One that could not be read, or of which
    time left nothing to read, keeps its previous diagnoses. Raises UnavailableError where these cannot be
    read.
    """
    previous = store.read_diagnoses()
    reader = open_reader(go_on_from(scope, previous))
    setup, scope = reader.read(now), reader.scope
    failed = dict(_unread_places(setup, scope))
    places = {AccountRegion(*place) for place in scope.places}
    resume_after = {AccountRegion(each.account, each.region): each.resume_after for each in setup.places}
    examined = examined_in(setup)
    kept = []
    for found in diagnose(setup, places, home_of(scope)):
        if found.place in failed:
            continue
        diagnoses = join_rounds(found, previous.get(found.place), examined, resume_after[found.place])
        try:
            store.put_diagnoses(diagnoses)
        except UnavailableError as error:
            failed[diagnoses.place] = str(error)
        else:
            kept.append(diagnoses)
    return ChecksOutcome(tuple(kept), failed, setup.unread)


def scope_of(settings: StatisticsSettings, known: Iterable[AccountRegion]) -> SetupScope:
    """Return what is read of the accounts that are registered now: of the own one only, without a role.

    Raises UnavailableError where Parameter Store has some of them and fails.
    """
    settings = with_registered(settings)
    own, role = settings.ledger_account, settings.reading_role_name
    others = sorted((settings.owner_accounts | settings.delegate_accounts) - {own}) if role else ()
    regions = {place.region for place in known}
    return SetupScope(
        ledger_account=own,
        owners=settings.owner_accounts | {own},
        delegates=settings.delegate_accounts,
        places=places_to_read((own, *others), settings.queue_region, regions),
        queue_arn=settings.queue_arn,
        queue_url=settings.queue_url,
        role=role,
        stack=settings.stack_name,
    )


def home_of(scope: SetupScope) -> AccountRegion:
    """Return where the queue is: what is to be mended at no place that was read is kept there."""
    return AccountRegion(scope.ledger_account, scope.region)


def reading_clients(reach: AccountReach) -> ConnectTo:
    """Return what makes clients in every account."""
    return lambda account, service, region: reach.connect(service, account, region, config=READING_STATISTICS)


def pace_within(has_time: HasTime, sleep: Callable[[float], None] = time.sleep) -> Callable[[], CallPace]:
    """Return what makes the pace of an account and Region, which makes no call after the time is up."""

    def pause(seconds: float) -> None:
        if not has_time():
            raise UnavailableError(OUT_OF_TIME)
        sleep(seconds)

    return lambda: CallPace(pause)


def _unread_places(setup: Setup, scope: SetupScope) -> Iterator[tuple[AccountRegion, str]]:
    cut_off = {_place_of(each) for each in setup.unread if each.error_code == OUT_OF_TIME}
    cut_off -= {AccountRegion(each.account, each.region) for each in setup.places if _got_on(each, scope)}
    read = {AccountRegion(each.account, each.region) for each in setup.places if _has_answered(each)}
    for place in map(AccountRegion._make, scope.places):
        if place in cut_off:
            yield place, OUT_OF_TIME
        elif place not in read:
            yield place, NOT_READ


def _got_on(place: Place, scope: SetupScope) -> bool:
    """Return whether more of a place was read than last time, though not all."""
    return bool(place.resume_after) and place.resume_after != scope.resume_after.get(
        (place.account, place.region)
    )


def _has_answered(place: Place) -> bool:
    """Return whether SES said anything of an account there: a role may lack a permission, not all."""
    return bool(place.state) or place.identities.is_complete or place.sets.is_complete


def _place_of(unread: Unread) -> AccountRegion:
    """Return where a paced call was made: its subject is an ARN of SES, or `444455556666 in us-east-1`."""
    if unread.subject.startswith("arn:"):
        region, account = unread.subject.split(":")[3:5]
        return AccountRegion(account, region)
    account, _, region = unread.subject.partition(" in ")
    return AccountRegion(account, region)
