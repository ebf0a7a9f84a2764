"""Fixtures that the contract tests share."""

from tests.support.local_aws import ministack

__all__ = ["ministack"]
