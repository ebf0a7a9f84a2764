"""Fixtures that the integration tests share."""

from tests.support.aws.local_aws import enforcing_ministack, ledger, ministack

__all__ = ["enforcing_ministack", "ledger", "ministack"]
