"""Fixtures that the contract tests share."""

from tests.support.aws.local_aws import ministack

__all__ = ["ministack"]
