"""What a run may change: only what carries its own name. Everything else in the account is others'."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3
    from botocore.model import OperationModel

_READING = ("BatchGet", "Describe", "Filter", "Get", "Head", "List", "Query", "Scan")
SIMULATOR = "@simulator.amazonses.com"
CHANGING: Mapping[str, tuple[str, ...]] = {
    "cloudformation:DeleteStack": ("StackName",),
    "cloudwatch:DeleteDashboards": ("DashboardNames",),
    "dynamodb:DeleteTable": ("TableName",),
    "events:CreateEventBus": ("Name",),
    "events:DeleteEventBus": ("Name",),
    "events:DeleteRule": ("EventBusName",),
    "events:PutRule": ("EventBusName",),
    "events:PutTargets": ("EventBusName",),
    "events:RemoveTargets": ("EventBusName",),
    "lambda:UpdateEventSourceMapping": ("UUID",),
    "lambda:UpdateFunctionConfiguration": ("FunctionName",),
    "logs:DeleteLogGroup": ("logGroupName",),
    "s3:CreateBucket": ("Bucket",),
    "s3:DeleteBucket": ("Bucket",),
    "s3:DeleteObjects": ("Bucket",),
    "sesv2:CreateEmailIdentity": ("EmailIdentity",),
    "sesv2:DeleteConfigurationSet": ("ConfigurationSetName",),
    "sesv2:DeleteEmailIdentity": ("EmailIdentity",),
    "sesv2:SendEmail": ("ConfigurationSetName",),
    "stepfunctions:StartExecution": ("stateMachineArn",),
    "sns:CreateTopic": ("Name",),
    "sns:DeleteTopic": ("TopicArn",),
    "sns:Publish": ("TopicArn",),
    "sns:PublishBatch": ("TopicArn",),
    "sns:Subscribe": ("TopicArn", "Endpoint"),
    "sqs:CreateQueue": ("QueueName",),
    "sqs:DeleteMessage": ("QueueUrl",),
    "sqs:DeleteQueue": ("QueueUrl",),
    "sqs:ReceiveMessage": ("QueueUrl",),
    "sqs:SendMessage": ("QueueUrl",),
}
"""All that a run calls besides reading, and the parameters that say what of the account it changes."""


class ForeignResourceError(Exception):
    """The run was about to change something that is not its own: a fault of the run. Nothing was called."""


class Fence:
    """Refuses calls, before they leave this machine, that change what does not carry the run's name.

    CloudFormation names some resources without their stack: ids of the run's own stack are let in by `admit`.
    `calls` counts what was called: `sns:Publish`.
    """

    def __init__(self, run_name: str) -> None:
        self.calls: Counter[str] = Counter()
        self._run_name = run_name
        self._admitted: set[str] = set()

    def surround(self, session: "boto3.Session") -> None:
        """Watch all clients that this session makes from now on."""
        session.events.register("provide-client-params", self._watch)

    def admit(self, physical_ids: Iterable[str]) -> None:
        """Let the run change these too: the resources of its own stack."""
        self._admitted.update(filter(None, physical_ids))

    def _watch(self, params: Mapping[str, Any], model: "OperationModel", **_: Any) -> None:
        self.check(f"{model.service_model.service_name}:{model.name}", params)

    def check(self, call: str, params: Mapping[str, Any]) -> None:
        """Count a call. Raises ForeignResourceError where it would change what is not the run's."""
        self.calls[call] += 1
        action = call.partition(":")[2]
        if action.startswith(_READING) or call == "sqs:GetQueueUrl":
            return
        if call not in CHANGING:
            raise ForeignResourceError(f"{call} is not among the changes that a run makes")
        for parameter in CHANGING[call]:
            for value in _texts(params.get(parameter, "")):
                self._require_own(call, parameter, value)
        if call == "sesv2:SendEmail":
            _require_simulator(params)

    def _require_own(self, call: str, parameter: str, value: str) -> None:
        if self._run_name not in value and value not in self._admitted:
            raise ForeignResourceError(f"{call}: {parameter}={value!r} is not of {self._run_name}")


def _texts(value: Any) -> Iterator[str]:
    yield from value if isinstance(value, list) else [str(value)]


def _require_simulator(params: Mapping[str, Any]) -> None:
    named = [each for kind in params["Destination"].values() for each in kind]
    if not named or not all(each.endswith(SIMULATOR) for each in named):
        raise ForeignResourceError("sesv2:SendEmail: a run mails nobody but SES's mailbox simulator")
