"""One local AWS, with a stand-in for SES, for all setups of a test module."""

from collections.abc import Iterator

import pytest

from console.local_aws.emulator import Ministack, start_ministack
from console.local_aws.ses_stand_in.server import SesStandIn


@pytest.fixture(scope="module")
def ses() -> Iterator[SesStandIn]:
    """The SES of all accounts."""
    with SesStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def aws(ses: SesStandIn) -> Iterator[Ministack]:
    """The AWS that this SES publishes to."""
    with start_ministack(ses_endpoint_url=ses.endpoint_url) as running:
        ses.publish_through(running)
        yield running
