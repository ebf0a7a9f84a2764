"""Fixtures that the tests of templates share."""

from tests.support.aws.local_aws import enforcing_ministack

__all__ = ["enforcing_ministack"]
