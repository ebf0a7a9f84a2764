"""Regions of AWS: the partition that each belongs to, and whether an account has to opt in to it."""

from re import compile as pattern

DEFAULT_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""Regions of the partition `aws` that every account has. All others there are opt-in, also those to come.

AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account": Regions that AWS
launched after 20 March 2019 are disabled by default. So this list is closed.
"""
_PARTITIONS = {
    "aws": pattern(r"(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]{1,20}-[0-9]{1,2}").fullmatch,
    "aws-us-gov": pattern(r"us-gov-[a-z]{1,20}-[0-9]{1,2}").fullmatch,
    "aws-cn": pattern(r"cn-[a-z]{1,20}-[0-9]{1,2}").fullmatch,
    "aws-eusc": pattern(r"eusc-[a-z]{1,20}-[a-z]{1,20}-[0-9]{1,2}").fullmatch,
}
"""How Regions are named: botocore's partitions.json."""


def partition_of(region: str) -> str:
    """Return the partition of a Region: `aws`, `aws-us-gov`, `aws-cn` or `aws-eusc`; "" for others."""
    return next((name for name, is_its_region in _PARTITIONS.items() if is_its_region(region)), "")


def is_opt_in(region: str) -> bool:
    """Return whether an account has to opt in to a Region. Other partitions have no such Regions."""
    return partition_of(region) == "aws" and region not in DEFAULT_REGIONS
