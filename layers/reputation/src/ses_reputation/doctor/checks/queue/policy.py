"""Whether the ledger's queue lets SNS deliver from each topic."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ses_reputation.accounts.regions import sns_principal
from ses_reputation.authorization.evaluation import PolicyRequest
from ses_reputation.doctor.checks.policies import explain, is_refused, service_request
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.messaging import Queue
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import delivery_link, flows_by_topic, in_words
from ses_reputation.doctor.mends import merged_policy, set_queue_policy


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find topics from which the queue takes nothing: one cause for each principal that it keeps out."""
    queue = setup.queue
    if queue is None:
        return
    refused: dict[str, list[str]] = {}
    for topic in sorted(flows_by_topic(setup)):
        is_registered = topic.split(":")[4] in setup.accounts
        request = _request(setup, queue, topic)
        if is_registered and not setup.topics.lacks(topic) and is_refused(queue.policy, request):
            refused.setdefault(request.principal, []).append(topic)
    for principal, topics in refused.items():
        yield _closed(setup, queue, principal, topics)


def _request(setup: Setup, queue: Queue, topic: str) -> PolicyRequest:
    principal = sns_principal(topic.split(":")[3], queue.region)
    return service_request(principal, "sqs:SendMessage", queue.arn, topic, setup.read_at)


def _closed(setup: Setup, queue: Queue, principal: str, topics: Sequence[str]) -> Diagnosis:
    reason = explain(queue.policy, _request(setup, queue, topics[0]))
    is_regional = principal != "sns.amazonaws.com"
    across = f" Between these Regions SNS delivers as {principal}, as one of them has to be enabled first."
    return Diagnosis(
        name="queue_closed_to_opt_in_region" if is_regional else "queue_closed_to_topic",
        severity=Severity.ERROR,
        account=setup.ledger_account,
        region=queue.region,
        subject=queue.arn,
        problem=f"The policy of the ledger's queue does not let SNS deliver from {in_words(list(topics))}.",
        why=f"SNS drops what the queue refuses, without a retry.{across if is_regional else ''} {reason}",
        mend="Set the policy that the queue has with this statement added."
        + (_OPT_IN if is_regional else ""),
        commands=(
            set_queue_policy(
                queue.region, queue.url, merged_policy(queue.policy, [_statement(queue, principal, topics)])
            ),
        ),
        cuts=frozenset(delivery_link(topic, queue.arn) for topic in topics),
    )


_OPT_IN = (
    " Name the Region in the stack's parameter OptInRegions, too: the next change of the stack would undo it."
)


def _statement(queue: Queue, principal: str, topics: Sequence[str]) -> Mapping[str, Any]:
    return {
        "Sid": "".join(part.capitalize() for part in principal.replace("-", ".").split(".")) + "Delivers",
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sqs:SendMessage",
        "Resource": queue.arn,
        "Condition": {"ArnLike": {"aws:SourceArn": list(topics)}},
    }
