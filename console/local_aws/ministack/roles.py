"""With policies enforced, what AWS services do for the stack needs the permission of their role.

ministack checks the calls that functions make. It does not check event source mappings, log delivery,
on-failure destinations, workflows and schedules, so that a statement missing there would go unnoticed. It
also gives policies the session of a role as the principal, where AWS gives the role.
"""

import logging
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, evaluate
from ministack.services import eventbridge, iam, lambda_svc, stepfunctions

Mapping = dict[str, Any]

_LOGGER = logging.getLogger("ses_reputation.roles")
_QUEUE_READS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_STREAM_READS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_START = {":states:": "states:StartExecution", ":lambda:": "lambda:InvokeFunction"}
_LOG_WRITES = ("logs:CreateLogStream", "logs:PutLogEvents")

_workflow_role: ContextVar[str] = ContextVar("workflow_role", default="")
_denied_before: set[tuple[str, str, str]] = set()


def is_allowed(role_arn: str, action: str, resource_arn: str) -> bool:
    """Whether a role's policies allow an action; a denial is logged once."""
    account_id, role_name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    principal = f"arn:aws:sts::{account_id}:assumed-role/{role_name}/service"
    region = resource_arn.split(":")[3] if resource_arn.count(":") > 3 else ""
    context = EvalContext(principal, "AssumedRole", account_id, action, resource_arn, region)
    allowed = bool(evaluate(context, _gather_role_policies(role_name, account_id)).decision == "Allow")
    denial = (role_arn, action, resource_arn)
    if not allowed and denial not in _denied_before:
        _denied_before.add(denial)
        _LOGGER.warning("%s is not authorized to perform %s on %s", *denial)
    return allowed


def check_mappings() -> None:
    """Event source mappings read with their function's role.

    Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html (permissions) and
    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
    """
    iterate: Callable[[], Iterator[tuple[str, str, Mapping]]] = lambda_svc._iter_all_esms

    def iterate_permitted() -> Iterator[tuple[str, str, Mapping]]:
        return (found for found in iterate() if _may_read(found[0], found[1], found[2]))

    lambda_svc._iter_all_esms = iterate_permitted


def check_failure_destinations() -> None:
    """A stream's failed batch is sent to its on-failure queue with the function's role."""
    send: Callable[..., None] = lambda_svc._send_ddb_stream_failure_record

    def send_permitted(mapping: Mapping, function: dict[str, Any], *rest: Any) -> None:
        destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination", "")
        if not destination or is_allowed(_role_of(function), "sqs:SendMessage", destination):
            send(mapping, function, *rest)

    lambda_svc._send_ddb_stream_failure_record = send_permitted


def check_logs() -> None:
    """A function's output reaches its log group with the function's role."""
    emit: Callable[..., None] = lambda_svc._emit_lambda_logs

    def emit_permitted(function: dict[str, Any], *rest: Any, **options: Any) -> None:
        configuration = function.get("config") or function
        name = configuration["FunctionName"]
        group = (configuration.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
        _, _, _, region, account_id, *_ = configuration["FunctionArn"].split(":")
        stream_arn = f"arn:aws:logs:{region}:{account_id}:log-group:{group}:log-stream:any"
        if all(is_allowed(_role_of(function), action, stream_arn) for action in _LOG_WRITES):
            emit(function, *rest, **options)

    lambda_svc._emit_lambda_logs = emit_permitted


def check_workflows() -> None:
    """A workflow calls functions with its own role.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/lambda-iam.html
    """
    execute_task: Callable[..., Any] = stepfunctions._execute_task
    call_function: Callable[[str, Any], Any] = stepfunctions._call_lambda

    def execute_as_role(
        state: dict[str, Any], task_input: Any, execution: dict[str, Any], context: Any
    ) -> Any:
        # A child execution's machine is that of the workflow, with the label of its map behind a slash.
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"].partition("/")[0]) or {}
        token = _workflow_role.set(machine.get("roleArn", ""))
        try:
            return execute_task(state, task_input, execution, context)
        finally:
            _workflow_role.reset(token)

    def call_permitted(function_arn: str, event: Any) -> Any:
        role_arn = _workflow_role.get()
        if not is_allowed(role_arn, "lambda:InvokeFunction", function_arn):
            reason = f"{role_arn} is not authorized to perform: lambda:InvokeFunction on {function_arn}"
            raise stepfunctions._ExecutionError("Lambda.AWSLambdaException", reason)
        return call_function(function_arn, event)

    stepfunctions._execute_task = execute_as_role
    stepfunctions._call_lambda = call_permitted
    _check_distributed_maps()


def _check_distributed_maps() -> None:
    """A distributed map reads its items, and starts its child executions, with the workflow's own role.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    """
    run_map: Callable[..., Any] = stepfunctions._run_distributed_map

    def run_permitted(state: Mapping, raw: Any, effective: Any, iterator: Mapping, *rest: Any) -> Any:
        execution, context = rest
        machine_arn = execution["stateMachineArn"]
        role_arn = (stepfunctions._state_machines.get(machine_arn) or {}).get("roleArn", "")
        needed = [("states:StartExecution", machine_arn)]
        if reader := state.get("ItemReader"):
            read = stepfunctions._resolve_params_obj(reader["Parameters"], effective, context)
            partition = machine_arn.split(":")[1]
            needed.append(("s3:GetObject", f"arn:{partition}:s3:::{read['Bucket']}/{read['Key']}"))
        for action, resource in needed:
            if not is_allowed(role_arn, action, resource):
                reason = f"{role_arn} is not authorized to perform: {action} on {resource}"
                raise stepfunctions._ExecutionError("States.Permissions", reason)
        return run_map(state, raw, effective, iterator, *rest)

    stepfunctions._run_distributed_map = run_permitted


def check_schedules() -> None:
    """A schedule starts its target with the target's role."""
    invoke: Callable[..., None] = eventbridge._invoke_target

    def invoke_permitted(target: dict[str, Any], *rest: Any, **options: Any) -> None:
        role_arn, arn = target.get("RoleArn", ""), target.get("Arn", "")
        action = next((_START[service] for service in _START if service in arn), "")
        if not (role_arn and action) or is_allowed(role_arn, action, arn):
            invoke(target, *rest, **options)

    eventbridge._invoke_target = invoke_permitted


def name_roles_of_sessions() -> None:
    """`aws:PrincipalArn` is the ARN of the role that was assumed, with its path, not of the session.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    resolve: Callable[[str, EvalContext], Any] = iam_evaluator._resolve_condition_key

    def resolve_role(key: str, context: EvalContext) -> Any:
        value = resolve(key, context)
        if key.lower() != "aws:principalarn" or ":assumed-role/" not in str(value):
            return value
        name = iam_evaluator._role_name_from_assumed_arn(value)
        role = iam._roles.get_scoped(context.principal_account, None, name)
        return role["Arn"] if role else value

    iam_evaluator._resolve_condition_key = resolve_role


def _may_read(account_id: str, region: str, mapping: Mapping) -> bool:
    source_arn = mapping.get("EventSourceArn", "")
    function = lambda_svc._functions.get_scoped(account_id, region, mapping["FunctionName"])
    if function is None:
        return True
    role_arn = _role_of(function)
    if ":sqs:" in source_arn:
        return all(is_allowed(role_arn, action, source_arn) for action in _QUEUE_READS)
    if ":dynamodb:" in source_arn:
        reads = all(is_allowed(role_arn, action, source_arn) for action in _STREAM_READS)
        return reads and is_allowed(role_arn, "dynamodb:ListStreams", "*")
    return True


def _role_of(function: dict[str, Any]) -> str:
    role_arn: str = (function.get("config") or function)["Role"]
    return role_arn
