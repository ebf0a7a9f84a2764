"""Fixtures that the integration tests share."""

import signal

import pytest

from tests.support.aws.local_aws import enforcing_ministack, ledger, ministack

__all__ = ["enforcing_ministack", "ledger", "ministack"]


@pytest.fixture(scope="session", autouse=True)
def _heed_ctrl_c() -> None:
    """Let commands under test heed Ctrl-C, also where the tests are a background job, which ignores it.

    Whether a signal is ignored is inherited by child processes.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
