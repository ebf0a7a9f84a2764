"""Sets what CloudFormation has no resource for: topics, policies and default sets of SES identities.

It runs in other accounts too, without the layer: it needs nothing but the library and the runtime's botocore.
"""

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from ses_reputation.accounts.answering import put_answer
from ses_reputation.accounts.managing import manage_in_time
from ses_reputation.accounts.stack_request import StackAnswer
from ses_reputation.aws.clients import SETTING_IDENTITIES, connect

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_connect = partial(connect, config=SETTING_IDENTITIES)


def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Do what CloudFormation asks, and answer it in every case."""
    answer = manage_in_time(event, _connect, lambda: context.get_remaining_time_in_millis() / 1_000)
    log(event, answer)
    put_answer(event["ResponseURL"], answer.to_json(event))


def log(event: dict[str, Any], answer: StackAnswer) -> None:
    """Print how a request ended. Of an identity that is an address, the log shows the domain."""
    line = {
        "level": "INFO" if answer.is_success else "ERROR",
        "request": event.get("RequestType"),
        "resource": event.get("LogicalResourceId"),
        "reason": answer.reason,
        "notes": list(answer.notes),
    }
    print(re.sub(r"[^\s\",:/]+@", "…@", json.dumps(line)))
