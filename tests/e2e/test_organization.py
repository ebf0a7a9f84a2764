"""A stack with an organization in place of lists, under enforced policies: accounts come without another
deployment.

One account is registered after the stack was deployed; one is a member that nobody registered; one is
registered, and no member. What only lets this work is taken away in turn.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from console.local_aws.deployment import deploy_template
from console.local_aws.emulator import LocalAws, start_ministack
from console.local_aws.errors import InvocationError
from console.local_aws.invocation import run_scheduled
from console.local_aws.subscriber import Hearing
from ses_reputation.registration.store import AccountParameters, path_of
from tests.e2e.support import standing_work
from tests.e2e.support.permissions import Statement, removed
from tests.e2e.support.trials import Audience, Trial
from tests.support.aws.local_aws import PARAMETERS, let_messages_come_again
from tests.support.notifications import DELEGATE, FOREIGN, SECOND_DELEGATE
from tests.support.waiting import await_that

pytestmark = pytest.mark.local_aws

REGISTERED, UNREGISTERED, OUTSIDER = DELEGATE, SECOND_DELEGATE, FOREIGN
JOURNAL, STATISTICS = "JournalFeedbackRole", "ReadSesStatisticsRole"
REFUSED = "GetParametersByPath AccessDenied"


def make_organization(aws: LocalAws) -> str:
    """The ledger's account makes it, and two others are members."""
    organizations = aws.clients().connect("organizations")
    for account in (REGISTERED, UNREGISTERED):
        organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": account})
    identifier: str = organizations.describe_organization()["Organization"]["Id"]
    return identifier


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    """The stack that lists nobody, with no account in Parameter Store yet."""
    with start_ministack(auth=True) as aws:
        listed_nobody = {"DelegateAccounts": "", "OrganizationId": make_organization(aws)}
        soon = {"JournalWindowSeconds": "0", "JournalBatchSize": "10", "StatisticsSchedule": "rate(1 day)"}
        stack = deploy_template(aws, PARAMETERS | listed_nobody | soon)
        let_messages_come_again(aws, stack, after_seconds=3)
        yield Trial(aws, stack, Audience(Hearing.of_stack(aws, stack)))


@pytest.fixture(scope="module")
def accounts(trial: Trial) -> AccountParameters:
    """Two are registered, now that the stack is there."""
    parameters = AccountParameters(trial.aws.clients().connect("ssm"), path_of(trial.stack.name))
    for account in (REGISTERED, OUTSIDER):
        parameters.put(account, ["delegate"])
    return parameters


def subscribe(trial: Trial, account: str) -> Callable[[], bool]:
    """An account's topic asks for the ledger's queue; return what says whether it was confirmed."""
    sns: Any = trial.aws.clients(account).sns
    topic = sns.create_topic(Name=f"feedback-{uuid4()}")["TopicArn"]
    answer = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=trial.stack.outputs["FeedbackQueueArn"],
        ReturnSubscriptionArn=True,
    )
    arn = answer["SubscriptionArn"]

    def is_confirmed() -> bool:
        attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        return bool(attributes["PendingConfirmation"] == "false")

    return is_confirmed


def quarantined(trial: Trial, reason: str) -> int:
    found = trial.aws.clients().s3.list_objects_v2(
        Bucket=trial.stack.resources["ReputationBucket"], Prefix=f"quarantine/{reason}/"
    )
    return found["KeyCount"]


def test_an_account_that_was_registered_after_the_deployment_is_taken_without_another(
    trial: Trial, accounts: AccountParameters
) -> None:
    assert REGISTERED in accounts.read()
    is_confirmed = subscribe(trial, REGISTERED)
    await_that(is_confirmed, "the subscription was confirmed")

    hour = trial.next_hour()
    trial.send_bounce(hour)
    await_that(lambda: trial.has_page(hour), "a bounce was journaled")


def test_a_member_that_nobody_registered_reaches_the_queue_and_is_quarantined(
    trial: Trial, accounts: AccountParameters
) -> None:
    assert UNREGISTERED not in accounts.read()
    is_confirmed = subscribe(trial, UNREGISTERED)

    await_that(lambda: quarantined(trial, "foreign_subscription") == 1, "the request was quarantined")
    assert not is_confirmed()


def test_an_account_outside_of_the_organization_waits_in_sight_although_it_is_registered(
    trial: Trial, accounts: AccountParameters
) -> None:
    """The first thing that the queue keeps out is the confirmation: so nothing is delivered, nor dropped."""
    assert OUTSIDER in accounts.read()
    before = trial.count_quarantined()
    is_confirmed = subscribe(trial, OUTSIDER)
    hour = trial.next_hour()
    trial.send_bounce(hour)
    await_that(lambda: trial.has_page(hour), "what was sent later was journaled")

    assert not is_confirmed()
    assert trial.count_quarantined() == before


def start_anew(trial: Trial) -> None:
    """A container of the journal that has read nobody yet: another environment needs another process."""
    functions, name = trial.aws.clients().functions, trial.stack.resources["JournalFeedbackFunction"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": variables | {"STARTED_FOR": str(uuid4())}}
    )


def without_it_feedback_waits(trial: Trial) -> None:
    """It is neither dropped nor quarantined, and is journaled once the journal can read again."""
    statement = Statement(JOURNAL, "ReadRegisteredAccounts")
    hour, before = trial.next_hour(), trial.count_quarantined()
    with removed(trial.aws, trial.stack, statement):
        start_anew(trial)
        trial.send_bounce(hour)
        await_that(lambda: trial.count_log_lines("JournalFeedbackFunction", REFUSED) > 0, "it was refused")
        assert not trial.has_page(hour)
    await_that(lambda: trial.has_page(hour), "it was journaled")
    assert trial.count_quarantined() == before


def without_it_nobody_is_checked(trial: Trial) -> None:
    """The hourly run fails, and says what it was refused."""
    function = trial.stack.resources[standing_work.STATISTICS_FUNCTION]
    with (
        removed(trial.aws, trial.stack, Statement(STATISTICS, "ReadRegisteredAccounts")),
        pytest.raises(InvocationError, match=REFUSED),
    ):
        run_scheduled(trial.aws, function, datetime.now(UTC))
    run_scheduled(trial.aws, function, datetime.now(UTC))


PROOFS: dict[Statement, Callable[[Trial], None]] = {
    Statement(JOURNAL, "ReadRegisteredAccounts"): without_it_feedback_waits,
    Statement(STATISTICS, "ReadRegisteredAccounts"): without_it_nobody_is_checked,
}


@pytest.mark.parametrize("statement", PROOFS, ids="-".join)
def test_without_it_its_work_is_refused(
    statement: Statement, trial: Trial, accounts: AccountParameters
) -> None:
    assert accounts.read()
    PROOFS[statement](trial)
