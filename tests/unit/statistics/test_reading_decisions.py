"""What SES decided, as botocore's own models describe its answers: what is asked, kept, and left alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.decisions import MOST_TENANTS, SesDecision, TenantDecision
from ses_reputation.statistics.reading_decisions import DecisionReader, DecisionsOutcome
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.time_left import OUT_OF_TIME

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
PLACE, OTHER = AccountRegion("444455556666", "us-east-1"), AccountRegion("777788889999", "us-east-1")
ACCOUNT = {
    "EnforcementStatus": "PROBATION",
    "SendingEnabled": True,
    "ProductionAccessEnabled": True,
    "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 120.0},
    "Details": {"ReviewDetails": {"Status": "GRANTED", "CaseId": "172000001"}},
}


def entity(name: str, status: str = "ENABLED", **fields: Any) -> dict[str, Any]:
    return {
        "ReputationEntityReference": f"arn:aws:ses:us-east-1:444455556666:tenant/{name}/tn-{name}",
        "ReputationEntityType": "RESOURCE",
        "SendingStatusAggregate": status,
        **fields,
    }


def stopped_by_ses(name: str) -> dict[str, Any]:
    record = {"Status": "DISABLED", "Cause": "Bounce rate of 15 %", "LastUpdatedTimestamp": NOW}
    return entity(name, "DISABLED", AwsSesManagedStatus=record, CustomerManagedStatus={"Status": "ENABLED"})


@dataclass
class Kept:
    """A store in memory, which may refuse."""

    refuses: bool = False
    decisions: list[SesDecision] = field(default_factory=list)

    def put_decision(self, decision: SesDecision) -> None:
        if self.refuses:
            raise UnavailableError("ThrottlingException")
        self.decisions.append(decision)


class Ses:
    """Stubbed clients of SES, each with the answers of its account."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Callable[[Stubber], None]]] = {}
        self.stubbers: list[Stubber] = []

    def answer(self, account: str, operation: str, answer: dict[str, Any], asked: Any = None) -> None:
        self.answers.setdefault(account, []).append(lambda it: it.add_response(operation, answer, asked))

    def refuse(self, account: str, operation: str, code: str) -> None:
        self.answers.setdefault(account, []).append(lambda it: it.add_client_error(operation, code))

    def connect(self, account: str, service: str, region: str) -> Any:
        if account not in self.answers:
            raise UnavailableError("AssumeRole AccessDenied")
        keys: dict[str, Any] = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        client: Any = boto3.client(service, region_name=region, **keys)
        stubber = Stubber(client)
        for add in self.answers[account]:
            add(stubber)
        stubber.activate()
        self.stubbers.append(stubber)
        return client


@pytest.fixture
def ses() -> Iterator[Ses]:
    ses = Ses()
    yield ses
    for stubber in ses.stubbers:
        stubber.assert_no_pending_responses()


def read(ses: Ses, store: Kept, *places: AccountRegion, has_time: bool = True) -> DecisionsOutcome:
    reader = DecisionReader(store, ses.connect, lambda: has_time, lambda: NOW, lambda _seconds: None)
    return reader.read(places or [PLACE])


def test_how_ses_sees_an_account_and_its_tenants_is_kept(ses: Ses) -> None:
    store = Kept()
    ses.answer(PLACE.account, "get_account", ACCOUNT)
    page = {"ReputationEntities": [entity("fine"), stopped_by_ses("orchard")], "NextToken": "more"}
    ses.answer(PLACE.account, "list_reputation_entities", page, {})
    by_hand = {"Status": "DISABLED", "Cause": "Status manually updated."}
    last = [
        entity("grove", "DISABLED", CustomerManagedStatus=by_hand),
        entity("hill", ReputationImpact="HIGH"),
    ]
    ses.answer(PLACE.account, "list_reputation_entities", {"ReputationEntities": last}, {"NextToken": "more"})

    outcome = read(ses, store)

    assert store.decisions == [
        SesDecision(
            *PLACE,
            NOW,
            "PROBATION",
            True,
            True,
            "GRANTED",
            "172000001",
            50_000.0,
            14.0,
            {
                "grove": TenantDecision("DISABLED", False, "Status manually updated.", None, ""),
                "orchard": TenantDecision("DISABLED", True, "Bounce rate of 15 %", NOW, ""),
                "hill": TenantDecision("ENABLED", False, "", None, "HIGH"),
            },
        )
    ]
    assert (outcome.states[PLACE].enforcement_status, outcome.failed, outcome.unread) == ("PROBATION", {}, ())


def test_an_account_is_kept_whose_tenants_may_not_be_read(ses: Ses) -> None:
    store = Kept()
    ses.answer(PLACE.account, "get_account", ACCOUNT)
    ses.refuse(PLACE.account, "list_reputation_entities", "AccessDeniedException")

    outcome = read(ses, store)

    assert (store.decisions[0].enforcement_status, store.decisions[0].tenants) == ("PROBATION", None)
    assert [(each.action, each.error_code) for each in outcome.unread] == [
        ("ses:ListReputationEntities", "AccessDeniedException")
    ]


def test_one_account_that_fails_does_not_stop_the_others_and_keeps_its_last_decision(ses: Ses) -> None:
    store = Kept()
    ses.refuse(PLACE.account, "get_account", "AccessDeniedException")
    ses.answer(OTHER.account, "get_account", {"EnforcementStatus": "HEALTHY", "SendingEnabled": True})
    ses.answer(OTHER.account, "list_reputation_entities", {"ReputationEntities": []})
    unreachable = AccountRegion("999999999999", "us-east-1")

    outcome = read(ses, store, PLACE, OTHER, unreachable)

    assert [each.place for each in store.decisions] == [OTHER]
    assert outcome.failed == {PLACE: "AccessDeniedException", unreachable: "AssumeRole AccessDenied"}


def test_a_throttled_call_is_made_again(ses: Ses) -> None:
    store = Kept()
    ses.refuse(PLACE.account, "get_account", "TooManyRequestsException")
    ses.answer(PLACE.account, "get_account", ACCOUNT)
    ses.answer(PLACE.account, "list_reputation_entities", {"ReputationEntities": []})

    assert read(ses, store).failed == {}
    assert len(store.decisions) == 1


def test_a_decision_that_cannot_be_kept_is_no_reading(ses: Ses) -> None:
    ses.answer(PLACE.account, "get_account", ACCOUNT)
    ses.answer(PLACE.account, "list_reputation_entities", {"ReputationEntities": []})

    assert read(ses, Kept(refuses=True)).failed == {PLACE: "ThrottlingException"}


def test_nobody_is_asked_once_time_is_up(ses: Ses) -> None:
    assert read(ses, Kept(), has_time=False).failed == {PLACE: OUT_OF_TIME}


def test_of_very_many_tenants_the_stopped_ones_are_kept_first(ses: Ses) -> None:
    store = Kept()
    severe = [entity(f"a{number}", ReputationImpact="HIGH") for number in range(MOST_TENANTS)]
    ses.answer(PLACE.account, "get_account", ACCOUNT)
    found = {"ReputationEntities": [*severe, stopped_by_ses("z")]}
    ses.answer(PLACE.account, "list_reputation_entities", found)

    read(ses, store)

    (decision,) = store.decisions
    assert decision.tenants
    assert (len(decision.tenants), next(iter(decision.tenants))) == (MOST_TENANTS, "z")
    assert decision.tenants_left_out == 1


def test_tenants_with_a_light_problem_are_kept_as_far_as_there_is_room(ses: Ses) -> None:
    """None of them is left out that might be taken as free: that counts those alone that are severe."""
    store = Kept()
    light = [entity(f"a{number:03}", ReputationImpact="LOW") for number in range(MOST_TENANTS)]
    ses.answer(PLACE.account, "get_account", ACCOUNT)
    found = {"ReputationEntities": [*light, entity("y"), entity("z", ReputationImpact="HIGH")]}
    ses.answer(PLACE.account, "list_reputation_entities", found)

    read(ses, store)

    (decision,) = store.decisions
    assert decision.tenants is not None
    assert [*decision.tenants][:2] == ["z", "a000"]
    assert (len(decision.tenants), decision.tenants_left_out) == (MOST_TENANTS, 0)
