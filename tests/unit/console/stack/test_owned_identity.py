"""An identity is found by its name or ARN, in the account of the operator's credentials."""

from types import SimpleNamespace
from typing import Any

import pytest

from console.errors import ConsoleError
from console.stack import owned_identity
from console.stack.owned_identity import OwnedIdentity, open_identity, read_relatives
from ses_reputation.authorization.identity_arn import parse_identity_arn
from tests.support.in_memory.identity_policies import PoliciesInMemory

OWNER = "111111111111"
ARN = f"arn:aws:ses:eu-west-1:{OWNER}:identity/orchard.example"


class Sessions:
    """boto3 as `open_identity` uses it: notes how sessions and clients were made."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def Session(self, profile_name: str | None, region_name: str | None) -> Any:  # noqa: N802
        self.asked.append((profile_name, region_name))
        return SimpleNamespace(region_name=region_name or "eu-central-1", client=self.client)

    def client(self, service: str, **options: Any) -> Any:
        self.asked.append((service, options.get("region_name")))
        identity = {"Account": OWNER, "Arn": f"arn:aws:iam::{OWNER}:user/ada"}
        return SimpleNamespace(meta=SimpleNamespace(partition="aws"), get_caller_identity=lambda: identity)


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Sessions:
    made = Sessions()
    monkeypatch.setattr(owned_identity, "boto3", made)
    monkeypatch.delenv("AWS_REGION", raising=False)
    return made


@pytest.mark.parametrize(
    ("identity", "region", "asked"),
    [
        (ARN, None, "eu-west-1"),
        (ARN, "eu-west-1", "eu-west-1"),
        (" orchard.example ", "eu-west-1", "eu-west-1"),
    ],
)
def test_an_identity_is_opened_in_its_region(
    sessions: Sessions, identity: str, region: str | None, asked: str
) -> None:
    owned = open_identity(identity, region, "orchard")

    assert str(owned.arn) == ARN
    assert sessions.asked == [("orchard", asked), ("sts", None), ("sesv2", asked)]


def test_a_name_is_looked_for_in_the_operator_s_region(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_identity("orchard.example", None, None).arn.region == "eu-central-1"

    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert open_identity("orchard.example", None, None).arn.region == "eu-north-1"


def test_credentials_of_another_account_are_said(sessions: Sessions) -> None:
    with pytest.raises(ConsoleError, match="is of account 222222222222, and your credentials are of 1111"):
        open_identity(ARN.replace(OWNER, "222222222222"), None, None)


def test_an_arn_and_another_region_contradict_each_other(sessions: Sessions) -> None:
    with pytest.raises(ConsoleError, match="leave one out"):
        open_identity(ARN, "us-east-1", None)


def test_relatives_are_read_in_order_and_no_more_than_a_minute_takes() -> None:
    names = [f"news-{number:03}@orchard.example" for number in range(61)]
    store = PoliciesInMemory(
        parse_identity_arn(ARN), {name: {"Own": "{}"} for name in [*names, "harvest.example"]}
    )
    relatives = read_relatives(OwnedIdentity(store.identity, store))  # type: ignore[arg-type]

    assert [arn.name for arn in relatives.policies] == names[:60]
    assert relatives.obstacle == "1 more identities below it were not compared."
