"""An account with 3,000 identities: hourly checks read it in parts, until each identity was looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.account.regional_account import StandInIdentity
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.statistics.checking import ChecksOutcome, pace_within, run_checks
from ses_reputation.statistics.diagnoses import PlaceDiagnoses
from ses_reputation.statistics.send_statistics import AccountRegion
from tests.support.aws.sound_setup import REGION, SoundSetup, build

pytestmark = pytest.mark.local_aws
IDENTITIES = 3_000
SECONDS_OF_A_RUN = 15 * 60 - 180
START = datetime(2026, 11, 27, tzinfo=UTC)


@dataclass
class Kept:
    """A store in memory."""

    diagnoses: dict[AccountRegion, PlaceDiagnoses] = field(default_factory=dict)

    def read_diagnoses(self) -> dict[AccountRegion, PlaceDiagnoses]:
        return dict(self.diagnoses)

    def put_diagnoses(self, diagnoses: PlaceDiagnoses) -> None:
        self.diagnoses[diagnoses.place] = diagnoses


@dataclass
class Asked:
    """Clients of one account that count whom GetEmailIdentity was asked about."""

    setup: SoundSetup
    clients: dict[tuple[str, ...], Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def __call__(self, account: str, service: str, region: str) -> Any:
        key = (account, service, region)
        if key not in self.clients:
            self.clients[key] = client = self.setup.client(*key)
            client.meta.events.register("provide-client-params.sesv2.GetEmailIdentity", self._count)
        return self.clients[key]

    def _count(self, params: dict[str, str], **_: Any) -> None:
        self.names.append(params["EmailIdentity"])


def check_hourly(setup: SoundSetup, store: Kept, asked: Asked, hour: int) -> ChecksOutcome:
    """Run the checks of the owner's account once, with a clock that every call moves by a second."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    has_time: Callable[[], bool] = lambda: passed[0] < SECONDS_OF_A_RUN  # noqa: E731
    pace = pace_within(has_time, sleep)
    scope = replace(setup.scope(), places=((setup.owner, REGION),), delegates=frozenset())
    now = START + timedelta(hours=hour)
    return run_checks(store, scope, lambda it: SetupReader(it, asked, pace), now)


def test_every_identity_is_looked_at_within_five_hours_and_what_is_wrong_is_known_from_then_on(
    aws: Ministack, ses: SesStandIn
) -> None:
    setup, store = build(aws, ses), Kept()
    names = [f"shop-{number:04}.example" for number in range(IDENTITIES)]
    account = ses.open_account(setup.owner, REGION)
    topics = account.identities["orchard.example"].topics
    for name in names:
        account.identities[name] = StandInIdentity(name, topics=dict(topics))
    for broken in ("shop-0010.example", "shop-2990.example"):
        account.identities[broken].topics = {}
    asked = Asked(setup)
    place = AccountRegion(setup.owner, REGION)

    known, resumed = [], []
    for hour in range(6):
        outcome = check_hourly(setup, store, asked, hour)
        assert outcome.failed == {}
        kept = store.diagnoses[place]
        known.append(
            [each.subject.rpartition("/")[2] for each in kept.found if each.name == "topics_missing"]
        )
        resumed.append(kept.resume_after)

    assert set(names) <= set(asked.names)
    assert [bool(each) for each in resumed[:5]] == [True] * 4 + [False]
    assert known[0] == ["shop-0010.example"]
    assert sorted(known[4]) == sorted(known[5]) == ["shop-0010.example", "shop-2990.example"]

    account.identities["shop-0010.example"].topics = dict(topics)
    check_hourly(setup, store, asked, 6 + 4)
    for hour in range(11, 15):
        check_hourly(setup, store, asked, hour)
    found = [each.subject.rpartition("/")[2] for each in store.diagnoses[place].found]
    assert found == ["shop-2990.example"]
