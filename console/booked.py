"""What a stack on this machine made of messages: the tally of messages, and the balances."""

from dataclasses import dataclass

from console.local_aws.function_logs import read_function_log
from console.local_stack import LocalStack
from console.message_tally import MessageTally, tally_messages
from console.sender_hours import SenderHour, read_all_hours
from ses_reputation.quarantine.store import QuarantineBucket

_WHOLE_LOG = 10_000_000


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of the messages, and the balances."""

    tally: MessageTally
    hours: list[SenderHour]


def read_booked(local: LocalStack, received: int, failed: int) -> Booked:
    """Read what became of `received` messages, of which `failed` are known to be stuck, and all balances."""
    outputs, clients = local.stack.outputs, local.aws.clients()
    log = read_function_log(local.aws, outputs["JournalFeedbackFunctionName"], _WHOLE_LOG)
    quarantine = open_quarantine(local)
    return Booked(
        tally_messages(received, log, quarantine.keys(), failed),
        read_all_hours(clients.dynamodb, outputs["LedgerTableName"]),
    )


def open_quarantine(local: LocalStack) -> QuarantineBucket:
    """The stack's quarantine."""
    return QuarantineBucket(lambda: local.aws.clients().s3, local.stack.outputs["ReputationBucketName"])
