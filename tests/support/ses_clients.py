"""Real clients of the SES stand-in, one attempt each, as any account in any Region."""

from typing import Any

import boto3
from botocore.config import Config

from console.local_aws.ses_stand_in.server import SesStandIn

OWNER, COURIER, HARBOR = "111111111111", "222222222222", "333333333333"
REGION = "eu-west-1"


def connect_ses(stand_in: SesStandIn, service: str, key_id: str = OWNER, region: str = REGION) -> Any:
    """Return a client of `ses` or `sesv2`; a key id of 12 digits is the root of that account."""
    return boto3.client(
        service,
        endpoint_url=stand_in.endpoint_url,
        region_name=region,
        aws_access_key_id=key_id,
        aws_secret_access_key="local",  # noqa: S106
        config=Config(retries={"total_max_attempts": 1}),
    )
