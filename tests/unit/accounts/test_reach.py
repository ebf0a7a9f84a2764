"""Another account is reached through one role, with the external id, as long as what it lends is good."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.session import Session

from ses_reputation.accounts.reach import AccountReach, CrossAccountRole
from ses_reputation.aws.clients import POSTING
from ses_reputation.errors import UnavailableError

OWN, OTHER = "444444444444", "111111111111"


class Aws:
    """STS, which lends credentials for some time, and whatever client is made with them."""

    def __init__(self, lends_for: timedelta = timedelta(hours=1)) -> None:
        self.lends_for = lends_for
        self.assumed: list[dict[str, str]] = []
        self.meta = SimpleNamespace(partition="aws")
        self.asked_by: list[dict[str, Any]] = []

    def connect(self, service: str, **options: Any) -> Any:
        self.asked_by += [options] if service == "sts" else []
        return self if service == "sts" else (service, options)

    def assume_role(self, **request: str) -> dict[str, Any]:
        self.assumed.append(request)
        keys = {"AccessKeyId": f"key{len(self.assumed)}", "SecretAccessKey": "s", "SessionToken": "t"}
        return {"Credentials": {**keys, "Expiration": datetime.now(UTC) + self.lends_for}}


def reach(aws: Aws, name: str = "reading", external_id: str = "secret") -> AccountReach:
    return AccountReach(OWN, CrossAccountRole(name, external_id), "session", aws.connect)


def test_the_own_account_needs_no_role() -> None:
    aws = Aws()
    assert reach(aws).connect("ses", OWN, "eu-west-1") == ("ses", {"region_name": "eu-west-1"})
    assert aws.assumed == []


def test_a_role_is_assumed_with_the_external_id_once_for_an_account() -> None:
    aws = Aws()
    way = reach(aws)
    for region in ("eu-west-1", "us-east-1"):
        _, options = way.connect("ses", OTHER, region)
        assert (options["region_name"], options["aws_access_key_id"]) == (region, "key1")

    role = {"RoleArn": f"arn:aws:iam::{OTHER}:role/reading", "RoleSessionName": "session"}
    assert aws.assumed == [{**role, "ExternalId": "secret"}]


def test_without_an_external_id_none_is_given() -> None:
    aws = Aws()
    reach(aws, external_id="").connect("ses", OTHER, "eu-west-1")
    assert "ExternalId" not in aws.assumed[0]


def test_a_role_is_assumed_again_before_its_credentials_end() -> None:
    aws = Aws(lends_for=timedelta(minutes=4))
    way = reach(aws)
    keys = [way.connect("ses", OTHER, "eu-west-1")[1]["aws_access_key_id"] for _ in range(2)]
    assert keys == ["key1", "key2"]


def test_without_a_role_no_other_account_is_reached() -> None:
    way = reach(Aws(), name="")
    assert (way.is_reachable(OWN), way.is_reachable(OTHER)) == (True, False)
    with pytest.raises(UnavailableError, match=f"no role leads into account {OTHER}"):
        way.connect("ses", OTHER, "eu-west-1")


@pytest.mark.parametrize("own_region", ["eu-west-1", "us-east-1", "af-south-1", "us-gov-west-1"])
def test_sts_is_asked_at_the_regional_endpoint_of_the_functions_own_region(
    monkeypatch: pytest.MonkeyPatch, own_region: str
) -> None:
    """Lambda names its Region so. The other account's may be one that this account has not opted in to."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", own_region)
    monkeypatch.delenv("AWS_STS_REGIONAL_ENDPOINTS", raising=False)
    aws = Aws()
    reach(aws).connect("ses", OTHER, "me-south-1", config=POSTING)
    (options,) = aws.asked_by
    sts = Session().create_client("sts", aws_access_key_id="a", aws_secret_access_key="b", **options)  # noqa: S106

    assert sts.meta.endpoint_url == f"https://sts.{own_region}.amazonaws.com"
