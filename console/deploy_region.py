"""Whether `make deploy` and `make connect` have a Region, asked before they build: SAM asks only after it."""

import os
import sys

import boto3
from botocore.exceptions import ProfileNotFound
from typer import BadParameter

from console.actions.registration.samconfig import SamConfig
from console.errors import ConsoleError
from console.local_aws.deployment import SAMCONFIG
from console.options import check_region


def find_region(config: SamConfig, environment: str, profile: str) -> str:
    """Return the Region that SAM would deploy an environment to: samconfig.toml's, AWS_REGION, the profile's.

    AWS SAM developer guide, "Configure the AWS SAM CLI": parameters of the file, then the environment's
    variables, then the AWS profile. Raises ConsoleError where there is none, or no such
    environment or Region.
    """
    if environment not in config.environments:
        known = ", ".join(config.environments)
        raise ConsoleError(
            f"{config.path} has no environment {environment}, so nothing was built. It has: {known}."
        )
    region = _named_region(config, environment, profile)
    try:
        check_region(region)
    except BadParameter as error:
        raise ConsoleError(f"Nothing was built: {error.message}") from None
    return region


def _named_region(config: SamConfig, environment: str, profile: str) -> str:
    for section in ("deploy", "global"):
        if region := config.value(environment, section, "region"):
            return region
    profile = profile or config.value(environment, "deploy", "profile")
    try:
        region = os.environ.get("AWS_REGION") or boto3.Session(profile_name=profile or None).region_name
    except ProfileNotFound as error:
        raise ConsoleError(f"{error}: name another with PROFILE=, or add it to ~/.aws/config.") from None
    if not region:
        raise ConsoleError(
            "No AWS Region chosen, so nothing was built: set AWS_REGION, give your AWS profile a region, or "
            f'add region = "us-east-1" under [{environment}.deploy.parameters] of samconfig.toml.'
        )
    return region


def main(environment: str, profile: str = "") -> None:
    """Print the Region; end with one line where there is none."""
    try:
        print(f"Region: {find_region(SamConfig(SAMCONFIG), environment, profile)}")
    except ConsoleError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
