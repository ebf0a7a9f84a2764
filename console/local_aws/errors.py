"""What can go wrong with the AWS on this machine.

LocalAwsError
├── EmulatorError            the emulator did not start, or stopped; carries the end of its log
├── AccountUnreachableError  at an external endpoint nobody can act as another account
├── DeploymentError          the stack could not be created; carries the stack's events
├── MissingStackError        CloudFormation knows no stack of that name
├── DeliveryError            SNS or SQS refused a message; names the first reason
├── InvocationError          a function ended with an error; carries it
├── SettlingTimeoutError     messages, stream records or postponed hours are still on their way
└── WorkflowError            the snapshot's workflow did not succeed; names the failing state and its cause
"""


class LocalAwsError(Exception):
    """Base of everything that this package raises on purpose."""


class EmulatorError(LocalAwsError):
    """The emulator did not become ready, or is gone."""


class AccountUnreachableError(LocalAwsError):
    """Only the caller's own account can be used at this endpoint."""


class DeploymentError(LocalAwsError):
    """CloudFormation could not create the stack."""


class MissingStackError(LocalAwsError):
    """There is no such stack in the account and Region asked."""


class DeliveryError(LocalAwsError):
    """A message could not be handed over."""


class InvocationError(LocalAwsError):
    """A function that was called raised."""


class SettlingTimeoutError(LocalAwsError):
    """The pipeline still had work when the time was up."""


class WorkflowError(LocalAwsError):
    """The suppression export did not end as SUCCEEDED."""
