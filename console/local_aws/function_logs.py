"""What the functions wrote: for error messages, and for tests that look for addresses in logs."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from console.local_aws.emulator import LocalAws


def read_function_log(aws: LocalAws, function_name: str, last: int = 50) -> list[str]:
    """The last lines that a function logged, oldest first; empty when it never ran."""
    try:
        messages = list(_read_messages(aws, function_name))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return []
        raise
    return messages[-last:]


def _read_messages(aws: LocalAws, function_name: str) -> Iterator[str]:
    configuration = aws.clients().functions.get_function_configuration(FunctionName=function_name)
    log_group = configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function_name}"
    pages = aws.clients().logs.get_paginator("filter_log_events").paginate(logGroupName=log_group)
    for page in pages:
        for event in page["events"]:
            yield event["message"].rstrip("\n")
