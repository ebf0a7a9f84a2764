"""Where a local stack is put, and where never."""

from types import SimpleNamespace
from typing import cast

import pytest

from console.errors import ConsoleError
from console.local_aws.deployment import Stack
from console.local_aws.emulator import ExternalAws
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_stack.stack import LocalStack, start_local_aws


def test_aws_itself_is_refused() -> None:
    environment = {"AWS_ENDPOINT_URL": "https://sqs.eu-west-1.amazonaws.com"}

    with (
        pytest.raises(ConsoleError, match="which is AWS itself: unset it"),
        start_local_aws("111122223333", environment),
    ):
        pass


def test_the_emulator_that_the_environment_names_is_used() -> None:
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "eu-west-1"}

    with start_local_aws("111122223333", environment) as aws:
        assert (aws.endpoint_url, aws.region) == ("http://127.0.0.1:1", "eu-west-1")


def test_an_emulator_of_the_users_own_keeps_the_stack_and_the_farewell_says_so() -> None:
    aws = ExternalAws("http://127.0.0.1:1", "eu-west-1")
    local = LocalStack(aws, Stack("prod", {}, {}, {}), cast("SesStandIn", SimpleNamespace()))

    assert local.farewell == "The stack prod stays on the emulator at http://127.0.0.1:1."
