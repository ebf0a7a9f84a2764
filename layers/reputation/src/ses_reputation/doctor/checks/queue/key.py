"""Whether SNS may use the key of the ledger's queue."""

from collections.abc import Iterator

from ses_reputation.accounts.regions import sns_principal
from ses_reputation.doctor.checks.keys import KeyFault, fault_of
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.messaging import Queue, key_name
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import flows_by_topic
from ses_reputation.doctor.mends import aws_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find a key that keeps SNS from delivering: AWS's own for SQS always does."""
    queue = setup.queue
    key = setup.keys.get(key_name(queue.arn, queue.key)) if queue and queue.key else None
    if queue is None or key is None:
        return
    topics: dict[str, list[str]] = {}
    for topic in sorted(flows_by_topic(setup)):
        topics.setdefault(sns_principal(topic.split(":")[3], queue.region), []).append(topic)
    faults = [fault_of(key, principal, arns, setup.read_at) for principal, arns in topics.items()]
    for fault in faults:
        if fault:
            yield _locked(setup, queue, fault)
            return


def _locked(setup: Setup, queue: Queue, fault: KeyFault) -> Diagnosis:
    to_sqs = aws_command(
        "sqs set-queue-attributes",
        queue.region,
        queue_url=queue.url,
        attributes='{"KmsMasterKeyId":"","SqsManagedSseEnabled":"true"}',
    )
    return Diagnosis(
        name=f"queue_key_{fault.kind}",
        severity=Severity.ERROR,
        account=setup.ledger_account,
        region=queue.region,
        subject=queue.arn,
        problem=f"The ledger's queue is encrypted with {fault.problem}: {queue.key}.",
        why="SNS cannot deliver to it, and does not try again: what it could not deliver is lost. "
        f"{fault.why}",
        mend="Give the key SNS's grant."
        if fault.commands
        else "Let SQS encrypt it with its own key (SSE-SQS), as the template does.",
        commands=fault.commands or (to_sqs,),
        cuts=frozenset({queue.arn}),
    )
